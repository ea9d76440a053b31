# SPDX-License-Identifier: GPL-2.0
# Settings that the two ends negotiate: each is checked by its effect, and data is
# transferred with it.
# shellcheck shell=bash

# Bytes per packet, headers included, since the last call. More than
# an MTU shows that segments crossed in one piece.
# $1: rx (from the guest) or tx, of DEV
net_average() {
	local bytes packets
	bytes=$(net_count "$DEV" "$1_bytes") packets=$(net_count "$DEV" "$1_packets")
	[ ! -e "$RUN/average.$1" ] || {
		local b p
		read -r b p <"$RUN/average.$1"
		echo $(((bytes - b) / (packets - p + (packets == p))))
	}
	echo "$bytes $packets" >"$RUN/average.$1"
}

# TCP, UDP and their checksums with one offload switched off at one end. Over IPv6:
# the kernel's front cannot do without the checksums of IPv4.
# $1: guest or dom0, $2: feature of ethtool, $3: whether segments still cross in
# one piece from there
net_without() {
	local way=tx text="$2 off in $1" average
	local off="ethtool -K \$(nic_name 0) $2 off" on="ethtool -K \$(nic_name 0) $2 on"
	if [ "$1" = guest ]; then
		way=rx
		check "$text" guest_run "$GUEST" 15 "$off"
	else
		check "$text" ethtool -K "$DEV" "$2" off
	fi
	net_average $way >/dev/null
	check "$text: data" net_stream "$V6" 1000000 60 8000
	average=$(net_average $way)
	case $3 in
	yes) [ "$average" -gt 1514 ] || fail "$text: no segments in one piece, $average bytes a packet" ;;
	no) [ "$average" -le 1514 ] || fail "$text: $average bytes a packet" ;;
	esac
	passed "$text: $average bytes a packet"
	if [ "$1" = guest ]; then
		guest_run "$GUEST" 15 "$on"
	else
		ethtool -K "$DEV" "$2" on
	fi
}

net_offload_off() {
	local end
	net_pair "$GUEST" 0
	rm -f "$RUN"/average.*
	net_average rx && net_average tx
	check "data with all of them" net_stream "$V4" 2000000 60 8000
	[ "$(net_average rx)" -gt 1514 ] || fail "no segments in one piece from the guest"
	[ "$(net_average tx)" -gt 1514 ] || fail "no segments in one piece to the guest"
	for end in guest dom0; do
		net_without $end tso no
		net_without $end gso yes
		net_without $end tx no
		net_without $end sg no
		net_without $end gro yes
	done
	check "data with all of them again" net_stream "$V4" 1000000 60 8000
	check "detach" vif_detach "$GUEST" 0
}

# Lines of /proc/interrupts of the vif with a count, in dom0.
net_irqs() {
	grep -cE " $DEV-q[0-9]+(-tx|-rx)?\$" /proc/interrupts || :
}

# How many queues the guest has sent on.
net_queues_out() {
	awk -v name="^$DEV-q[0-9]+(-tx)?\$" '$NF ~ name {
		n = 0
		for (i = 2; i < NF && $i ~ /^[0-9]+$/; i++)
			n += $i
		nr += n > 8
	} END { print nr + 0 }' /proc/interrupts
}

# How many queues frames came in on. Only our front counts them.
net_queues_in() {
	guest_run "$GUEST" 15 "nic_rx_queues 0" |
		awk '{ for (i = 1; i <= NF; i++) nr += $i > 8 } END { print nr + 0 }'
}

# $1: text, $2: number of queues, $3: how many of them were used
net_spread() {
	if [ "$2" = 1 ]; then
		check_is "$1" 1 "$3"
	else
		[ "$3" -ge 2 ] || fail "$1: $3 of $2"
		passed "$1: $3 of $2"
	fi
}

# $1: number of queues, $2: interrupts of each in dom0
net_queues() {
	local i
	net_pair "$GUEST" 0
	check_is "multi-queue-num-queues" "$1" \
		"$(vif_front_key "$GUEST" 0 multi-queue-num-queues || echo 1)"
	check_is "queues in the guest" "$1" \
		"$(guest_run "$GUEST" 15 "ls -d /sys/class/net/\$(nic_name 0)/queues/tx-* | wc -l")"
	check_is "queues in dom0" "$1" "$(find "/sys/class/net/$DEV/queues" -name 'tx-*' | wc -l)"
	check_is "interrupts in dom0" $(($1 * $2)) "$(net_irqs)"
	for i in 1 2 3 4 5 6; do
		check "flow $i" net_stream "$V4" 200000 60 1400
	done
	net_spread "queues sent on" "$1" "$(net_queues_out)"
	[ "$(scenario_kind_front)" != ours ] ||
		net_spread "queues received on" "$1" "$(net_queues_in)"
	check "detach" vif_detach "$GUEST" 0
}

# What the backend offers without a parameter (0), as the kernel's does, and with one. A
# parameter that is changed counts for the next interface.
net_queues_offered() {
	local cpus set=/sys/module/xen_netback/parameters/max_queues
	cpus=$(nproc)
	check_is "parameter" $((cpus < 8 ? cpus : 8)) "$(cat $set)"
	net_pair "$GUEST" 0
	check_is "offered" $((cpus < 8 ? cpus : 8)) \
		"$(vif_back_key "$GUEST" 0 multi-queue-max-queues)"
	check "detach" vif_detach "$GUEST" 0
	echo 3 >$set
	net_pair "$GUEST" 0
	check_is "offered as set" 3 "$(vif_back_key "$GUEST" 0 multi-queue-max-queues)"
	check "data" net_stream "$V4" 200000 60 1400
	check "detach" vif_detach "$GUEST" 0
}

net_queues_are() {
	[ "$(vif_front_key "$GUEST" 0 multi-queue-num-queues)" = "$1" ]
}

# A back that offers one queue replaces the one that the guest has four with. $1: kind,
# $2: queues afterwards
net_fewer_queues_with() {
	net_pair "$GUEST" 0
	check_is "queues" 4 "$(vif_front_key "$GUEST" 0 multi-queue-num-queues)"
	check "unbind" limited 60 tee /sys/bus/xen-backend/drivers/vif/unbind \
		<<<"vif-$(cat "$RUN/$GUEST.id")-0"
	check "load $1 with one queue" driver_netback "$1" max_queues=1
	check "hotplug" net_hotplug "$GUEST" 0
	check "connected again" wait_for 30 vif_connected "$GUEST" 0
	check "queues: $2" wait_for 20 net_queues_are "$2"
	check "connected" wait_for 30 vif_connected "$GUEST" 0
	net_address "$DEV" "${V4%2}1/24"
	check "data" net_stream "$V4" 1000000 300 8000
	check_is "queues after that" "$2" "$(vif_front_key "$GUEST" 0 multi-queue-num-queues)"
	check "detach" vif_detach "$GUEST" 0
	check "load it as it was" driver_netback "$(scenario_kind_back)"
}

net_reload_fewer_queues() {
	# Ours serves what its predecessor offered; with the other one the front begins anew.
	net_fewer_queues_with ours 4
	net_fewer_queues_with intree 1
}

scenario net-offload-off 240 net net_offload_off
scenario net-queues-offered 60 all net netback:max_queues=0 net_queues_offered
scenario net-queues-1 90 all net netfront:max_queues=1 net_queues 1 2
scenario net-queues-4 90 net net_queues 4 2
scenario net-shared-events 90 net netback:separate_tx_rx_irq=0 net_queues 4 1
scenario net-reload-fewer-queues 150 net only:front net_reload_fewer_queues
