# SPDX-License-Identifier: GPL-2.0
# Data between dom0 and a guest: frames of every length, TCP, UDP, VLANs, large
# frames, groups, the limit of a guest's sending rate.
# shellcheck shell=bash

# A vif that is a network of its own; sets V4, V6 (the guest's addresses) and DEV
# (the netdev in dom0). $1: guest, $2: number, rest: of the vif's configuration
net_pair() {
	local g=$1 nr=$2 v4 v6
	shift 2
	v4=$(vif_v4 "$g" "$nr") v6=$(vif_v6 "$g" "$nr")
	check "attach vif $nr of $g" vif_attach "$g" "$nr" "$@"
	DEV=$(vif_dev "$g" "$nr")
	net_address "$DEV" "$v4.1/24"
	net_address "$DEV" "$v6:1/64"
	check "interface up" guest_run "$g" 20 "nic_up $nr $v4.2/24 $v6:2/64"
	V4=$v4.2 V6=$v6:2
}

# At both ends of that vif, the guest's being its first. $1: bytes
net_mtu() {
	ip link set "$DEV" mtu "$1"
	guest_run "$GUEST" 15 "ip link set \$(nic_name 0) mtu $1"
}

net_ping() {
	net_pair "$GUEST" 0
	check "ping" net_answers "$V4"
	check "ping of 64 KiB" net_answers -s 65000 "$V4"
	check "ping over IPv6" net_answers "$V6"
	check "ping from the guest" guest_run "$GUEST" 40 \
		"net_answers ${V4%2}1 && net_answers -s 65000 ${V6%2}1"
	check "detach" vif_detach "$GUEST" 0
}

# Frames arrive as long as they were sent, to the byte.
net_frames() {
	net_pair "$GUEST" 0
	check "echo" guest_run "$GUEST" 15 "frames echo \$(nic_name 0)"
	check "frames up to 1514 bytes there and back" frames check "$DEV" "$DEV" 1000 28 1514
	net_mtu 9000
	check "frames up to 9014 bytes there and back" frames check "$DEV" "$DEV" 500 28 9014
	check "detach" vif_detach "$GUEST" 0
}

net_tcp_udp() {
	net_pair "$GUEST" 0
	check "TCP and UDP over IPv4" net_stream "$V4" 4000000 1000 8000
	check "TCP and UDP over IPv6" net_stream "$V6" 4000000 1000 8000
	check "detach" vif_detach "$GUEST" 0
}

# The kernel allocates the data of a datagram in a slab, beside other objects. Not even a
# backend that never answers may see these.
net_slabs_not_lent() {
	net_pair "$GUEST" 0
	check "UDP" stream udp "$V4" 200 1400
	check_is "pages lent" 0 "$(guest_run "$GUEST" 10 "counter vif-0 'queue*' tx_lent_pages")"
	check "detach" vif_detach "$GUEST" 0
}

net_large_mtu() {
	net_pair "$GUEST" 0
	net_mtu 9000
	check "9000 bytes in one piece" ping -q -c 3 -i 0.1 -M 'do' -s 8972 "$V4"
	check_fails "9001 bytes in one piece" ping -q -c 1 -W 2 -M 'do' -s 8973 "$V4"
	check "TCP over IPv4" stream tcp "$V4" 4000000
	check "UDP over IPv4" stream udp "$V4" 500 8972
	check "TCP over IPv6" stream tcp "$V6" 4000000
	check "UDP over IPv6" stream udp "$V6" 500 8952
	check "detach" vif_detach "$GUEST" 0
}

net_tagged() {
	net_pair "$GUEST" 0
	net_vlan "$DEV" 7 10.77.0.1/24 fd77::1/64
	guest_run "$GUEST" 15 "net_vlan \$(nic_name 0) 7 10.77.0.2/24 fd77::2/64"
	check "TCP and UDP over IPv4" net_stream 10.77.0.2 2000000 500 8000
	check "TCP and UDP over IPv6" net_stream fd77::2 2000000 500 8000
	[ "$(net_count rigvlan7 rx_bytes)" -gt 2000000 ] || fail "the VLAN did not carry it"
	check "detach" vif_detach "$GUEST" 0
}

# Each end receives from the other in a group that it joined, over IPv4 and IPv6.
net_multicast() {
	net_pair "$GUEST" 0
	check "group over IPv4" stream multicast "$V4" 500 1400 239.1.2.3
	check "group over IPv6" stream multicast "$V6" 500 1400 ff05::1:3
	check "detach" vif_detach "$GUEST" 0
}

# Differences between two lines of net_counted. $1: before, $2: after
net_grown() {
	awk '{ for (i = 1; i <= 4; i++) printf "%d%s", $(i + 4) - $i, i < 4 ? " " : "\n" }' <<<"$1 $2"
}

# Interfaces are monitored by their counts, which must mean the same as under the kernel's
# drivers: what is received is counted without the Ethernet header, what is sent with it.
net_counts() {
	local dom0 front expected="10280 10 10420 10"
	net_pair "$GUEST" 0
	net_silent "$DEV" "$V4" "$(vif_mac "$GUEST" 0)"
	guest_run "$GUEST" 15 \
		"net_silent \$(nic_name 0) ${V4%2}1 $(cat "/sys/class/net/$DEV/address")"
	dom0=$(net_counted "$DEV")
	front=$(guest_run "$GUEST" 15 "net_counted \$(nic_name 0)")
	check "ten echoes of 1000 bytes" ping -q -c 10 -i 0.1 -W 5 -s 1000 "$V4"
	check_is "in dom0" "$expected" "$(net_grown "$dom0" "$(net_counted "$DEV")")"
	check_is "in the guest" "$expected" "$(net_grown "$front" \
		"$(guest_run "$GUEST" 15 "net_counted \$(nic_name 0)")")"
	check "detach" vif_detach "$GUEST" 0
}

# The rate of data from the guest in KiB per second, measured over $1 seconds.
net_rate_seen() {
	local before start=${EPOCHREALTIME/[.,]/}
	before=$(net_count "$DEV" rx_bytes)
	sleep "$1"
	echo $((($(net_count "$DEV" rx_bytes) - before) * 1000000 / 1024 /
		(${EPOCHREALTIME/[.,]/} - start)))
}

# Credit is counted in whole packets, and timers are late under emulation: the check is that
# the rate is never exceeded. $1: KiB per second allowed
net_rate_holds() {
	local seen
	sleep 1
	seen=$(net_rate_seen 4)
	((seen >= $1 / 2 && seen <= $1 * 6 / 5)) ||
		fail "$seen KiB/s where $1 are allowed"
	passed "$seen KiB/s where $1 are allowed"
}

# The guest's sending rate is limited, and the limit can be changed while it sends.
net_rate() {
	net_pair "$GUEST" 0 rate=1MB/s
	check_is "rate of the toolstack" "50000,50000" "$(vif_back_key "$GUEST" 0 rate)"
	stream serve
	check "start a load" guest_run "$GUEST" 15 "nic_load rate ${V4%2}1 30000000"
	net_rate_holds 976
	xenstore-write "$(vif_back "$GUEST" 0)/rate" 150000,50000
	net_rate_holds 2930
	xenstore-rm "$(vif_back "$GUEST" 0)/rate"
	# More than the last limit lets through, and what a slow machine can do.
	check "no limit" wait_for 10 net_rate_over 4000
	check "load goes on" guest_run "$GUEST" 40 "load_last rate"
	check "detach" vif_detach "$GUEST" 0
}

# $1: KiB per second
net_rate_over() {
	[ "$(net_rate_seen 1)" -gt "$1" ]
}

scenario net-ping 60 all net net_ping
scenario net-frames 90 net net_frames
scenario net-tcp-udp 90 net net_tcp_udp
scenario net-slabs-not-lent 60 net only:front net_slabs_not_lent
scenario net-mtu-9000 90 all net net_large_mtu
scenario net-vlan 90 all net net_tagged
scenario net-counts 60 all net net_counts
scenario net-multicast 60 all net net_multicast
scenario net-rate 90 net net_rate
