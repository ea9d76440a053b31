# SPDX-License-Identifier: GPL-2.0
# Frames of a hostile guest pass through dom0's network stack.
# shellcheck shell=bash

# A host behind a bridge, in a network namespace: vif 1's frames go to it through an interface
# that has all offloads or none. $1: on or off
stack_host() {
	local v4 mac ns="ip netns exec rigns" tags dev to
	v4=$(vif_v4 "$GUEST" 1) mac=$(vif_mac "$GUEST" 1)
	check "bridge" net_bridge righostile "$v4.1/24"
	ip netns del rigns 2>/dev/null || :
	check "namespace" ip netns add rigns
	check "interface" ip link add rigsink type veth peer name riginner netns rigns
	ethtool -K rigsink rx "$1" tx "$1" sg "$1" tso "$1" gso "$1" gro "$1" \
		tx-scatter-gather-fraglist "$1" >/dev/null
	$ns ip link add link riginner name rig1 type vlan id 9
	$ns ip link add link riginner name rig7 type vlan proto 802.1ad id 7
	$ns ip link add link rig7 name rig2 type vlan id 8
	$ns sysctl -q -w net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
	$ns ip address replace "$v4.3/24" dev riginner
	for tags in 1 2; do
		$ns ip address replace 10.20$tags.0.3/24 dev rig$tags
	done
	for dev in riginner rig7 rig1 rig2; do
		$ns ip link set $dev up
	done
	for tags in 0 1 2; do
		dev=rig$tags
		[ $tags != 0 ] || dev=riginner
		$ns ip address replace fd99:$tags::3/64 dev $dev nodad
		to=10.20$tags.0.2
		[ $tags != 0 ] || to=$v4.2
		# The program does not answer ARP.
		$ns ip neigh replace fd99:$tags::2 lladdr "$mac" dev $dev nud permanent
		$ns ip neigh replace "$to" lladdr "$mac" dev $dev nud permanent
	done
	ip link set rigsink master righostile up
}

# Vif 1 is driven by the program; the bridge's own answers do not matter.
stack_vif() {
	drivers_off
	check "attach vif 1" vif_offer "$GUEST" 1 bridge=righostile
	check "offered" wait_for 10 back_offers "$(vif_back "$GUEST" 1)"
}

stack_vif_gone() {
	check "a driver for vif 1" guest_device 20 "device_hand_over vif 1"
	check "connected" wait_for 30 vif_connected "$GUEST" 1
	check "detach" vif_detach "$GUEST" 1
	ip netns del rigns 2>/dev/null || :
}

stack_calm() {
	sysctl -q -w net.core.wmem_default="$STACK_WMEM"
}

# Each segment is answered, hundreds at once: raise the socket limit that bounds the answers,
# and use a discipline that does not drop what waits for the guest.
stack_busy() {
	STACK_WMEM=$(sysctl -n net.core.wmem_default)
	at_end stack_calm
	sysctl -q -w net.core.wmem_default=16777216
	check "a plain queue" tc qdisc replace dev "$(vif_dev "$GUEST" 1)" root pfifo limit 10000
}

# $1: seconds, $2: last number of the address to talk to, rest: groups of cases
stack_run() {
	local v4
	v4=$(vif_v4 "$GUEST" 1)
	check "${*:3}" hostile_guest "$1" "hostile_run vif 1 $v4.2 $v4.$2 ${*:3}"
}

# Frames whose headers are not what their guest says must go nowhere. $1: how many at least
stack_refused() {
	local nr
	nr=$(cat "/sys/class/net/$(vif_dev "$GUEST" 1)/statistics/rx_dropped")
	[ "$nr" -ge "$1" ] || fail "only $nr frames with false headers were dropped, want $1: rx_dropped of the vif"
	passed "$nr frames were refused"
}

# $1: offloads of the interface: on or off
net_stack() {
	stack_host "$1"
	stack_vif
	stack_busy
	stack_run 60 3 stack
	stack_refused 20
	stack_run 60 3 orders
	stack_vif_gone
}

# XDP programs at the vif and in the guest.
net_finished() {
	local dev v4
	v4=$(vif_v4 "$GUEST" 1)
	check "bridge" net_bridge righostile "$v4.1/24"
	ip neigh replace "$v4.2" lladdr "$(vif_mac "$GUEST" 1)" dev righostile nud permanent
	stack_vif
	dev=$(vif_dev "$GUEST" 1)
	check "program" xdp "$dev" native echo
	stack_run 30 1 echo
	check "program off" xdp "$dev" off
	(while sleep 0.1; do echo "any text" >"/dev/udp/$v4.2/9"; done) 2>/dev/null &
	stack_run 30 1 headroom
	kill %1 2>/dev/null || :
	stack_vif_gone
}

# The guest lends four pages only.
net_few_pages() {
	local v4
	v4=$(vif_v4 "$GUEST" 1)
	check "bridge" net_bridge righostile "$v4.1/24"
	ip neigh replace "$v4.2" lladdr "$(vif_mac "$GUEST" 1)" dev righostile nud permanent
	stack_vif
	ip link set "$(vif_dev "$GUEST" 1)" mtu 17000
	ip link set righostile mtu 17000
	stack_run 30 1 few
	stack_vif_gone
}

scenario net-stack-plain 120 net only:back net_stack off
scenario net-stack-offloads 120 net all only:back net_stack on
scenario net-finished 90 net only:back net_finished
scenario net-few-pages 60 net net_few_pages
