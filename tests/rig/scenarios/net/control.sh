# SPDX-License-Identifier: GPL-2.0
# Changes by an administrator while an interface is in use, and names that tools rely on.
# shellcheck shell=bash

nic_attr_is() {
	[ "$(guest_run "$GUEST" 15 "cat /sys/class/net/\$(nic_name 0)/$1")" = "$2" ]
}

# dom0 switches the carrier off and on: the guest must see both.
net_carrier() {
	net_pair "$GUEST" 0
	check_is "carrier" 1 "$(vif_back_key "$GUEST" 0 carrier)"
	check "take it away" ip link set "$DEV" carrier off
	check "the guest sees it" wait_for 10 nic_attr_is carrier 0
	check_is "carrier" 0 "$(vif_back_key "$GUEST" 0 carrier)"
	check "give it back" ip link set "$DEV" carrier on
	check "the guest sees it" wait_for 10 nic_attr_is carrier 1
	check "data" net_stream "$V4" 1000000 300 8000
	check "detach" vif_detach "$GUEST" 0
}

# The toolstack's MTU is the guest's, at once and when it changes. Datagrams fit into
# the one that stays: parts of one would take another queue, and overtake.
net_mtu_key() {
	net_pair "$GUEST" 0 mtu=9000
	check_is "MTU in dom0" 9000 "$(cat "/sys/class/net/$DEV/mtu")"
	check_is "MTU in the guest" 9000 "$(guest_run "$GUEST" 15 "cat /sys/class/net/\$(nic_name 0)/mtu")"
	check "9000 bytes in one piece" ping -q -c 3 -i 0.1 -M 'do' -s 8972 "$V4"
	xenstore-write "$(vif_front "$GUEST" 0)/mtu" 1450
	check "a smaller one" wait_for 10 nic_attr_is mtu 1450
	xenstore-write "$(vif_front "$GUEST" 0)/mtu" 70000
	check "as large as can be" wait_for 10 nic_attr_is mtu 65517
	xenstore-write "$(vif_front "$GUEST" 0)/mtu" 1450
	check "a smaller one again" wait_for 10 nic_attr_is mtu 1450
	xenstore-write "$(vif_front "$GUEST" 0)/mtu" 10
	sleep 1
	check_is "none that makes no sense" 1450 \
		"$(guest_run "$GUEST" 15 "cat /sys/class/net/\$(nic_name 0)/mtu")"
	check "data" net_stream "$V4" 500000 100 8000
	check "detach" vif_detach "$GUEST" 0
}

# A value from the last section of ethtool's output. $1: option, $2: name
nic_says() {
	guest_run "$GUEST" 15 "ethtool -$1 \$(nic_name 0)" |
		awk -F: -v name="$2" '$1 == name { v = $2 } END { print v + 0 }'
}

# Interrupts in dom0 for what the guest sent on other queues than its first.
net_other_queues() {
	awk -v dev="$DEV-q" 'index($NF, dev) == 1 && $NF ~ /-q[1-9]-tx$/ {
		for (i = 2; i < NF && $i ~ /^[0-9]+$/; i++)
			n += $i
	} END { print n + 0 }' /proc/interrupts
}

# Rings and channels as they are asked for, while data goes on.
net_ethtool() {
	local nic before i
	net_pair "$GUEST" 0
	nic=$(guest_run "$GUEST" 15 "nic_name 0")
	check_is "slots of the receive ring" 256 "$(nic_says g RX)"
	check_is "slots of the send ring" 256 "$(nic_says g TX)"
	check "start a load" net_load_into "$V4"
	check "use fewer" guest_run "$GUEST" 30 "ethtool -G $nic rx 64 tx 64"
	check_is "slots of the receive ring" 64 "$(nic_says g RX)"
	check_is "slots of the send ring" 64 "$(nic_says g TX)"
	check_fails "more than there are" guest_run "$GUEST" 30 "ethtool -G $nic rx 512"
	check_fails "none" guest_run "$GUEST" 30 "ethtool -G $nic rx 0"
	check "the load is still there" pkill -f "stream tcp $V4"
	check "data" net_stream "$V4" 1000000 300 8000
	check "use all" guest_run "$GUEST" 30 "ethtool -G $nic rx 256 tx 256"
	check_is "channels" 4 "$(nic_says l TX)"
	check "use one" guest_run "$GUEST" 30 "ethtool -L $nic tx 1"
	check_is "channels" 1 "$(nic_says l TX)"
	before=$(net_other_queues)
	for i in 1 2 3; do
		check "flow $i" net_stream "$V4" 300000 100 8000
	done
	check_is "interrupts of the other queues" "$before" "$(net_other_queues)"
	check "use all" guest_run "$GUEST" 30 "ethtool -L $nic tx 4"
	for i in 4 5 6; do
		check "flow $i" net_stream "$V4" 300000 100 8000
	done
	[ "$(net_other_queues)" -gt "$before" ] || fail "the other queues are not used"
	check_fails "more than there are" guest_run "$GUEST" 30 "ethtool -L $nic tx 64"
	check_fails "fewer to receive on" guest_run "$GUEST" 30 "ethtool -L $nic rx 2"
	check "detach" vif_detach "$GUEST" 0
}

# Names that libxl, xentop, udev and users look for.
net_names() {
	local id
	id=$(cat "$RUN/$GUEST.id")
	udevadm monitor --kernel --property --subsystem-match=xen-backend >"$RUN/uevents" 2>&1 &
	net_pair "$GUEST" 0
	kill %1
	check_is "MAC in dom0" fe:ff:ff:ff:ff:ff "$(cat "/sys/class/net/$DEV/address")"
	check_is "MAC in the guest" "$(vif_mac "$GUEST" 0)" \
		"$(guest_run "$GUEST" 15 "cat /sys/class/net/\$(nic_name 0)/address")"
	check_is "nodename" "backend/vif/$id/0" "$(cat "/sys/class/net/$DEV/device/nodename")"
	check_is "uevent" "script=$VIF_SCRIPT vif=$DEV" \
		"$(grep -E '^(script|vif)=' "$RUN/uevents" | sort -u | xargs)"
	check_is "debugfs" "io_ring_q0 io_ring_q1 io_ring_q2 io_ring_q3" \
		"$(cd "/sys/kernel/debug/xen-netback/$DEV" && echo io*)"
	check "a ring's state" grep -q . "/sys/kernel/debug/xen-netback/$DEV/io_ring_q0"
	check_is "interrupts" "$DEV-q0-rx $DEV-q0-tx" \
		"$(awk '{ print $NF }' /proc/interrupts | grep "^$DEV-q0" | sort | xargs)"
	check_is "interrupts in the guest" "vif0-q0-rx vif0-q0-tx" \
		"$(guest_run "$GUEST" 15 "awk '{ print \$NF }' /proc/interrupts" | grep 'vif0-q0' | sort | xargs)"
	check_is "statistics in dom0" \
		"rx_gso_checksum_fixup tx_frag_overflow tx_zerocopy_fail tx_zerocopy_sent tx_zerocopy_success" \
		"$(ethtool -S "$DEV" | awk -F: '/_/ { print $1 }' |
			grep -xE ' *(rx_gso_checksum_fixup|tx_zerocopy_(sent|success|fail)|tx_frag_overflow)' |
			sort | xargs)"
	check "statistics in the guest" guest_run "$GUEST" 15 \
		"ethtool -S \$(nic_name 0) | grep rx_gso_checksum_fixup"
	check "driver in the guest" guest_run "$GUEST" 15 "ethtool -i \$(nic_name 0) | grep -x 'driver: vif'"
	check "files in the guest" guest_run "$GUEST" 15 \
		"cd /sys/class/net/\$(nic_name 0) && cat rxbuf_min rxbuf_max rxbuf_cur"
	check "parameters" ls /sys/module/xen_netback/parameters/{separate_tx_rx_irq,rx_drain_timeout_msecs,rx_stall_timeout_msecs,max_queues,fatal_skb_slots,hash_cache_size,provides_xdp_headroom}
	check "parameters of the front" guest_run "$GUEST" 15 \
		'ls /sys/module/xen_netfront/parameters/{max_queues,trusted}'
	check "xl network-list" eval "xl network-list $GUEST | grep -q '$(vif_mac "$GUEST" 0)'"
	check "detach" vif_detach "$GUEST" 0
}

# A counter of the guest's driver, over all queues. $1: name
nic_counts() {
	guest_run "$GUEST" 15 "nic_ethtool 0 -S" | awk -F: -v name="$1" '$1 ~ "^ *" name "$" { print $2 + 0 }'
}

# The guest does not trust dom0, so that it lends bounce pages only. Only our front counts
# these.
net_untrusted() {
	net_pair "$GUEST" 0
	check "data over IPv4" net_stream "$V4" 2000000 300 8000
	check "data over IPv6" net_stream "$V6" 1000000 300 8000
	[[ ${SCENARIO_FRONT[net-untrusted]} != "ours "* ]] ||
		check_is "pages of packets that were lent" 0 "$(nic_counts tx_lent_pages)"
	check "detach" vif_detach "$GUEST" 0
}

scenario net-names 60 net net_names
scenario net-untrusted 60 net netfront:trusted=0 net_untrusted
scenario net-carrier 60 net only:back only:front net_carrier
scenario net-mtu-key 60 net only:front net_mtu_key
scenario net-ethtool 90 net only:front net_ethtool
