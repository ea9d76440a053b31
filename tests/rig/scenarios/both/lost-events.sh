# SPDX-License-Identifier: GPL-2.0
# Events that never arrive: the drivers notice, count them, and go on. tests/fault
# drops them, in dom0, in the guest, or in both.
# shellcheck shell=bash

# Counters of disk xvdb. "front" (in the guest) and "back" (in dom0): events lost on the way to
# this end; "again": notifications that the guest repeated.
lost_disk() {
	case $1 in
	front) guest_run "$GUEST" 15 "counter vbd-$(vbd_id xvdb) 'queue*' events_lost" ;;
	again) guest_run "$GUEST" 15 "counter vbd-$(vbd_id xvdb) 'queue*' notifications_repeated" ;;
	back) vbd_counter xvdb events_lost ;;
	esac
}

# The same for vif 0, where "again" is of both ends, and for its control ring.
lost_nic() {
	case $1 in
	front) guest_run "$GUEST" 15 "counter vif-0 'queue*' tx_events_lost rx_events_lost" ;;
	again)
		guest_run "$GUEST" 15 "counter vif-0 'queue*' tx_notifications_repeated"
		counter "vif-$(cat "$RUN/$GUEST.id")-0" 'queue*' rx_notifications_repeated
		;;
	back) counter "vif-$(cat "$RUN/$GUEST.id")-0" 'queue*' tx_events_lost rx_events_lost ;;
	control) guest_run "$GUEST" 15 "counter vif-0 control events_lost" ;;
	control-again) guest_run "$GUEST" 15 "counter vif-0 control notifications_repeated" ;;
	back-control) counter "vif-$(cat "$RUN/$GUEST.id")-0" control events_lost ;;
	esac
}

# All counters of a kind, one a line. $1: lost_disk or lost_nic, rest: which
lost_all_of() {
	local who
	for who in "${@:2}"; do
		"$1" "$who"
	done
}

# All counters of a kind in one line. $1: lost_disk or lost_nic, rest: which
lost_all() {
	lost_all_of "$@" | tr '\n' ' '
}

# $1: text, $2: minimum, rest: command that prints numbers, of which one must reach it
lost_counted() {
	local found
	found=$("${@:3}" | sort -n | tail -n 1)
	[ "$found" -ge "$2" ] || fail "$1: $found, not $2"
	passed "$1: $found"
}

# Drop events on both sides. $1: in dom0, $2: in the guest: each n-th, 0: none
lose() {
	event_loss "$1"
	guest_run "$GUEST" 15 "event_loss $2"
}

lost_prepare() {
	check "in dom0" event_loss_load
	check "in the guest" guest_run "$GUEST" 15 event_loss_load
	# The next scenario needs its events in any case.
	at_end lose 0 0
}

# Nothing may be counted while nothing is lost, not even when the guest is paused for longer
# than the drivers wait. $1: lost_disk or lost_nic, $2: what to do meanwhile,
# rest: which counters
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

# Wait until all losses have been noticed: the last event of a stream may be lost, and is
# counted a second or two later. $*: which counters
lost_settled() {
	local before=none now i
	for i in $(seq 10); do
		now=$(lost_all lost_nic "$@")
		[ "$now" != "$before" ] || return 0
		before=$now
		nap 3
	done
	fail "after $i looks something new is noticed, and nothing is lost: $now"
}

# A load must succeed while events are lost in both directions, and some must be lost.
# $1: each n-th, $2: text, rest: command
lost_under_load() {
	local before here there
	before="$(event_loss_dropped) $(guest_run "$GUEST" 15 event_loss_dropped)"
	lose "$1" "$1"
	check "$2, each ${1}th event lost" "${@:3}"
	lose 0 0
	here=$(($(event_loss_dropped) - ${before% *}))
	there=$(($(guest_run "$GUEST" 15 event_loss_dropped) - ${before#* }))
	[ $((here + there)) -gt 0 ] || fail "nothing was lost"
	passed "lost: $here events to the guest, $there to dom0"
}

lost_events_disk() {
	local dev fio='fio_verify xvdb data --size=8m --rw=randwrite --bs=4k-64k --iodepth=16'
	local read='dd if=/dev/xvdb of=/dev/null bs=4k count=3 iflag=direct status=none'
	dev=$(disk_new data 8)
	check "attach" vbd_attach "$GUEST" "$dev" xvdb
	lost_prepare
	check_is "lost so far" "0 0 0 " "$(lost_all lost_disk front again back)"
	lost_nothing lost_disk "$fio" front again back
	lose 1 0
	check "reads, and nothing reaches the guest" guest_run "$GUEST" 30 "$read"
	lose 0 0
	lost_counted "answers the guest found by itself" 1 lost_disk front
	lose 0 1
	check "reads, and nothing reaches dom0" guest_run "$GUEST" 30 "$read"
	lose 0 0
	# Either end may be the first to notice.
	lost_counted "requests that dom0 found by itself, or was told of again" 1 \
		lost_all_of lost_disk back again
	lost_under_load 20 "fio" guest_run "$GUEST" 90 "$fio"
	lost_nothing lost_disk "$fio" front again back
	same_bytes xvdb data 8
	check "detach" vbd_detach "$GUEST" xvdb
}

# One event of a frame is lost in each direction. Either end may be the first to notice.
lost_single() {
	event_loss 1 "$DEV-q0-rx" 1
	check "ping, and the event to the guest is lost" ping -q -c 1 -W 15 "$V4"
	lost_counted "noticed" 1 lost_all_of lost_nic again front
	check "in the guest" guest_run "$GUEST" 15 "event_loss 1 vif0-q0-tx 1"
	check "ping, and the event to dom0 is lost" guest_run "$GUEST" 30 "ping -q -c 1 -W 15 10.0.0.1"
	check_is "lost" "1 1" "$(event_loss_dropped) $(guest_run "$GUEST" 15 event_loss_dropped)"
}

# More packets than a paused guest has lent pages for: the others wait for an event.
lost_room() {
	check "in the guest" guest_run "$GUEST" 15 "event_loss 1 vif0-q0-rx"
	xl pause "$GUEST"
	ping -q -c 300 -l 300 -i 0.01 -W 4 "$V4" >"$RUN/ping.log" &
	sleep 0.5
	xl unpause "$GUEST"
	wait $! || fail "no answer: $(tail -n 2 "$RUN/ping.log")"
	passed "a burst of pings without events for new room"
	lose 0 0
	lost_counted "dom0 saw by itself that there is" 1 counter \
		"vif-$(cat "$RUN/$GUEST.id")-0" 'queue*' rx_events_lost
}

# Send messages on the control ring while some events are lost. $1: in dom0, $2: in the
# guest: each n-th, $3: how many
lost_control() {
	event_loss "$1" xen-netback-ctrl "$3"
	guest_run "$GUEST" 15 "event_loss $2 vif0-ctrl $3"
	# EBUSY while the messages of the previous change are in flight: wait for these.
	check "messages on the control ring" guest_run "$GUEST" 20 "wait_for 15 nic_ethtool 0 -X equal 1"
	lose 0 0
}

lost_events_nic() {
	local all=(again front back control control-again back-control)
	# A paused guest is notified again of responses that it has not read.
	local lost=(front back control back-control)
	local stream="stream tcp 10.0.0.1 500000"
	net_pair "$GUEST" 0
	stream serve >/dev/null
	lost_prepare
	check_is "lost so far" "0 0 0 0 0 0 0 0 0 " "$(lost_all lost_nic "${all[@]}")"
	lost_nothing lost_nic "$stream" "${lost[@]}"
	lost_single
	lost_room
	# The driver waits five seconds for an answer.
	lost_control 0 1 3
	lost_counted "messages that dom0 found by itself, or that were sent again" 1 \
		lost_all_of lost_nic back-control control-again
	lost_control 1 0 2
	lost_counted "answers the guest found by itself" 1 lost_nic control
	lost_under_load 10 "TCP" stream tcp "$V4" 200000
	lost_settled "${lost[@]}"
	lost_nothing lost_nic "$stream" "${lost[@]}"
	check "detach" vif_detach "$GUEST" 0
}

# Xen raises an event channel when it is bound, before the driver has the interrupt's
# number. $1: ms
bind_late() {
	echo "$1" >/sys/module/event_loss/parameters/bind_delay_ms
}

early_events() {
	check "in dom0" event_loss_load
	at_end bind_late 0
	bind_late 50
	check "attach a disk" vbd_attach "$GUEST" "$(disk_new data 8)" xvdb
	net_pair "$GUEST" 0
	bind_late 0
	check "fio" guest_run "$GUEST" 60 \
		'fio_verify xvdb data --size=8m --rw=randwrite --bs=4k-64k --iodepth=16'
	check "ping" ping -q -c 3 -i 0.2 -W 5 "$V4"
	# EBUSY while the messages of the previous change are in flight: wait for these.
	check "messages on the control ring" guest_run "$GUEST" 20 "wait_for 15 nic_ethtool 0 -X equal 1"
	check_is "events of the disk that did not come" "0 " "$(lost_all lost_disk back)"
	check_is "events of the NIC that did not come" "0 0 0 " "$(lost_all lost_nic back back-control)"
	check "detach the disk" vbd_detach "$GUEST" xvdb
	check "detach the interface" vif_detach "$GUEST" 0
}

scenario lost-events-disk 150 only:back only:front lost_events_disk
scenario lost-events-nic 150 net netfront:max_queues=1 only:back only:front lost_events_nic
scenario early-events 60 disk net only:back only:front early_events
