# SPDX-License-Identifier: GPL-2.0
# Two guests, bridged and routed, and how one may affect the other.
# shellcheck shell=bash

OTHER=g2
BRIDGE=rigbr

# Both guests on one bridge, and dom0 too: 10.99.0.1, .2 and .254. The hotplug
# script is Xen's own if asked for. $1: MTU, rest: of the vifs' configuration
net_bridged() {
	local g mtu=$1
	shift
	check "bridge" net_bridge "$BRIDGE" 10.99.0.254/24 fd99::254/64
	for g in "$GUEST" "$OTHER"; do
		check "attach vif 0 of $g" vif_attach "$g" 0 bridge=$BRIDGE "$@"
		[ "$mtu" = 1500 ] || ip link set "$(vif_dev "$g" 0)" mtu "$mtu"
		check_is "bridge of $g" "$BRIDGE" \
			"$(basename "$(readlink "/sys/class/net/$(vif_dev "$g" 0)/master")")"
		check "interface up in $g" guest_run "$g" 20 \
			"nic_up 0 10.99.0.${g#g}/24 fd99::${g#g}/64; ip link set \$(nic_name 0) mtu $mtu"
	done
	[ "$mtu" = 1500 ] || ip link set "$BRIDGE" mtu "$mtu"
}

net_unbridge() {
	local g
	for g in "$GUEST" "$OTHER"; do
		check "detach $g" vif_detach "$g" 0
	done
}

net_over_bridge() {
	net_bridged 1500 script=vif-bridge
	check "TCP and UDP over IPv4" guest_run "$GUEST" 60 "net_stream 10.99.0.2 4000000 1000 8000"
	check "TCP and UDP over IPv6" guest_run "$OTHER" 60 "net_stream fd99::1 4000000 1000 8000"
	guest_run "$GUEST" 15 "net_vlan \$(nic_name 0) 7 10.77.0.1/24"
	guest_run "$OTHER" 15 "net_vlan \$(nic_name 0) 7 10.77.0.2/24"
	check "in a VLAN" guest_run "$GUEST" 60 "net_stream 10.77.0.2 1000000 300 8000"
	check "group" guest_run "$GUEST" 30 "stream multicast 10.99.0.2 300 1400 239.1.2.3"
	check "dom0 is on the bridge" net_stream 10.99.0.2 1000000 300 8000
	net_unbridge
}

net_over_bridge_9000() {
	net_bridged 9000
	check "9000 bytes in one piece" guest_run "$GUEST" 15 "ping -q -c 3 -i 0.1 -M 'do' -s 8972 10.99.0.2"
	check "TCP and UDP" guest_run "$OTHER" 60 \
		"stream tcp 10.99.0.1 4000000 && stream udp 10.99.0.1 300 8972"
	net_unbridge
}

# Each guest has a network of its own, and dom0 routes between them.
net_routed() {
	local g
	sysctl -q net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	for g in "$GUEST" "$OTHER"; do
		net_pair "$g" 0
		check "route" guest_run "$g" 15 "ip route add default via $(vif_v4 "$g" 0).1 &&
			ip -6 route add default via $(vif_v6 "$g" 0):1"
	done
	check "TCP and UDP over IPv4" guest_run "$GUEST" 60 "net_stream $(vif_v4 "$OTHER" 0).2 4000000 600 8000"
	check "TCP and UDP over IPv6" guest_run "$OTHER" 60 "net_stream $(vif_v6 "$GUEST" 0):2 4000000 600 8000"
	net_unbridge
}

mem_available() {
	awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo
}

# dom0 sends to the first guest as much as it can. $1: seconds
net_flood() {
	timeout "$1" bash -c 'while :; do
		dd if=/dev/zero bs=8000 count=1000 status=none >/dev/udp/10.99.0.1/9
	done' || :
}

# A paused guest consumes nothing: dom0 must keep a bounded amount for it, other guests must
# go on, and so must this one when it is unpaused.
net_paused() {
	local before lost
	net_bridged 1500
	check "before" guest_run "$OTHER" 30 "net_stream 10.99.0.1 500000 100 1400"
	guest_run "$OTHER" 15 "ip neigh replace 10.99.0.1 lladdr $(vif_mac "$GUEST" 0) dev \$(nic_name 0)"
	ip neigh replace 10.99.0.1 lladdr "$(vif_mac "$GUEST" 0)" dev "$BRIDGE"
	before=$(mem_available)
	check "pause" xl pause "$GUEST"
	check "flood from the other guest" guest_run "$OTHER" 60 \
		"dd if=/dev/zero bs=1400 count=30000 status=none >/dev/udp/10.99.0.1/9"
	net_flood 4
	lost=$((before - $(mem_available)))
	[ $lost -lt 40000 ] || fail "$lost KiB of dom0's memory went into frames for a paused guest"
	passed "$lost KiB of dom0's memory went into frames for a paused guest"
	check "the other one is served" net_stream 10.99.0.2 1000000 300 8000
	check "go on" xl unpause "$GUEST"
	check "the guest answers" wait_for 20 ping -q -c 1 -W 1 10.99.0.1
	check "data" net_stream 10.99.0.1 1000000 300 8000
	check "between the guests" guest_run "$OTHER" 60 "net_stream 10.99.0.1 1000000 300 8000"
	net_unbridge
}

net_carrier_is() {
	[ "$(cat "/sys/class/net/$(vif_dev "$1" 0)/carrier")" = "$2" ]
}

# The back switches the carrier off for a guest that consumes nothing, and on again when it
# does.
net_stalled() {
	net_bridged 1500
	ip neigh replace 10.99.0.1 lladdr "$(vif_mac "$GUEST" 0)" dev "$BRIDGE"
	check "pause" xl pause "$GUEST"
	# The ring is full and stays so.
	(while sleep 0.2; do echo >/dev/udp/10.99.0.1/9; done) 2>/dev/null &
	net_flood 4
	check "no carrier" wait_for 20 net_carrier_is "$GUEST" 0
	check "the log has a warning" wait_for 5 grep -q "$(vif_dev "$GUEST" 0): Guest Rx stalled" "$RUN"/dmesg.log
	check "the other one has its own" net_carrier_is "$OTHER" 1
	check "go on" xl unpause "$GUEST"
	check "carrier" wait_for 20 net_carrier_is "$GUEST" 1
	check "the log has a warning" wait_for 5 grep -q "$(vif_dev "$GUEST" 0): Guest Rx ready" "$RUN"/dmesg.log
	kill %1 2>/dev/null || :
	check "data" net_stream 10.99.0.1 1000000 300 8000
	net_unbridge
}

scenario net-bridge 150 net guests:2 net_over_bridge
scenario net-bridge-9000 90 all net guests:2 net_over_bridge_9000
scenario net-routed 120 all net guests:2 net_routed
scenario net-paused-guest 150 net guests:2 net_paused
scenario net-stalled-guest 120 net guests:2 netback:rx_stall_timeout_msecs=3000 \
	netback:rx_drain_timeout_msecs=1000 net_stalled
