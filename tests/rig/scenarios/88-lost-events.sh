# SPDX-License-Identifier: GPL-2.0
# Events that never arrive: the drivers notice, count it, and go on. tests/hush
# swallows them, in dom0, in the guest, or in both.
# shellcheck shell=bash

# Counters of vif 0: "front" in the guest, "back" in dom0: lost on the way to it; "again":
# sent again by either.
lost_nic() {
	case $1 in
	front) guest_run "$GUEST" 15 "counter vif-0 'queue*' tx_events_lost rx_events_lost" ;;
	again)
		guest_run "$GUEST" 15 "counter vif-0 'queue*' tx_notifications_repeated"
		counter "vif-$(cat "$RUN/$GUEST.id")-0" 'queue*' rx_notifications_repeated
		;;
	back) counter "vif-$(cat "$RUN/$GUEST.id")-0" 'queue*' tx_events_lost rx_events_lost ;;
	control) guest_run "$GUEST" 15 "counter vif-0 control events_lost notifications_repeated" ;;
	back-control) counter "vif-$(cat "$RUN/$GUEST.id")-0" control events_lost ;;
	esac
}

# All counters of a kind, one a line. $1: lost_nic, rest: which
lost_all_of() {
	local who
	for who in "${@:2}"; do
		"$1" "$who"
	done
}

# All counters of a kind in one line. $1: lost_nic, rest: which
lost_all() {
	lost_all_of "$@" | tr '\n' ' '
}

# $1: text, $2: at least, rest: command that prints numbers, of which one must do
lost_counted() {
	local found
	found=$("${@:3}" | sort -n | tail -n 1)
	[ "$found" -ge "$2" ] || fail "$1: $found, not $2"
	passed "$1: $found"
}

# Both sides, from now on. $1: in dom0, $2: in the guest: each n-th, 0: none
lose() {
	hush "$1"
	guest_run "$GUEST" 15 "hush $2"
}

lost_prepare() {
	check "in dom0" hush_load
	check "in the guest" guest_run "$GUEST" 15 hush_load
	# Whatever happens, the next scenario has its events.
	at_end lose 0 0
}

# Nothing is counted while nothing is lost, not even when the guest stands still for
# longer than it takes to notice. $1: lost_nic, $2: what to do
# meanwhile, rest: which counters
lost_nothing() {
	local seq before
	before=$(lost_all "$1" "${@:3}")
	seq=$(guest_start "$GUEST" "$2")
	sleep 0.5
	xl pause "$GUEST"
	sleep 4
	xl unpause "$GUEST"
	check "load over a pause" guest_wait "$GUEST" "$seq" 60
	check_is "counted without a loss" "$before" "$(lost_all "$1" "${@:3}")"
}

# One event for a frame is lost, in each direction. Either end may be the first to
# notice.
lost_single() {
	hush 1 "$DEV-q0-rx" 1
	check "ping, and the event to the guest is lost" ping -q -c 1 -W 15 "$V4"
	lost_counted "noticed" 1 lost_all_of lost_nic again front
	check "in the guest" guest_run "$GUEST" 15 "hush 1 vif0-q0-tx 1"
	check "ping, and the event to dom0 is lost" guest_run "$GUEST" 30 "ping -q -c 1 -W 15 10.0.0.1"
	check_is "lost" "1 1" "$(hush_swallowed) $(guest_run "$GUEST" 15 hush_swallowed)"
}

lost_events_nic() {
	local all=(again front back control back-control) stream="stream tcp 10.0.0.1 500000"
	net_pair "$GUEST" 0
	stream serve >/dev/null
	lost_prepare
	check_is "lost so far" "0 0 0 0 0 0 0 0 0 " "$(lost_all lost_nic "${all[@]}")"
	lost_nothing lost_nic "$stream" "${all[@]}"
	lost_single
	check "detach" vif_detach "$GUEST" 0
}

# Not in the list: it has not been seen to pass as a whole.
# scenario lost-events-nic 90 net netfront:max_queues=1 only:back only:front lost_events_nic
