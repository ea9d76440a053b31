# SPDX-License-Identifier: GPL-2.0
# Frames at random of a hostile guest reach whatever may stand behind its interface in dom0.
# shellcheck shell=bash

# So many seconds with offloads off and with them on. The long run takes an hour.
SINK_SECONDS=$(rounds 10 1800)

sink_end() {
	kill "${SINK_PIDS[@]}" 2>/dev/null || :
	ip netns del rigns 2>/dev/null || :
	nft delete table bridge rig 2>/dev/null || :
	nft delete table inet rig 2>/dev/null || :
	modprobe -qr br_netfilter || :
}

# Tunnels from here to a host in a namespace, each a port of the bridge at both ends.
sink_tunnels() {
	local ns="ip netns exec rigns" t
	ip link add rigunder type veth peer name rigfar netns rigns || return
	ip address add 10.77.0.1/24 dev rigunder || return
	ip link set rigunder up || return
	$ns ip address add 10.77.0.2/24 dev rigfar || return
	$ns ip link set rigfar up || return
	ip link add rigvx type vxlan id 7 local 10.77.0.1 remote 10.77.0.2 dstport 4789 || return
	$ns ip link add rigvx type vxlan id 7 local 10.77.0.2 remote 10.77.0.1 dstport 4789 || return
	ip link add riggen type geneve id 8 remote 10.77.0.2 || return
	$ns ip link add riggen type geneve id 8 remote 10.77.0.1 || return
	ip link add riggre type gretap local 10.77.0.1 remote 10.77.0.2 || return
	$ns ip link add riggre type gretap local 10.77.0.2 remote 10.77.0.1 || return
	for t in rigvx riggen riggre; do
		ip link set $t master righostile up || return
		$ns ip link set $t up || return
	done
}

# What a virtual machine of another kind has: macvtap, read as one does.
sink_macvtap() {
	ip link add rigside type veth peer name rigbase || return
	ip link set rigside master righostile up || return
	ip link set rigbase promisc on up || return
	ip link add link rigbase name rigtap type macvtap mode passthru || return
	ip link set rigtap up || return
	wait_for 5 test -c "/dev/tap$(cat /sys/class/net/rigtap/ifindex)" || return
}

# Take all frames in two ways until the end. $1: the guest's interface
sink_read() {
	cat "/dev/tap$(cat /sys/class/net/rigtap/ifindex)" >/dev/null 2>&1 &
	SINK_PIDS+=($!)
	sniff "$1" >"$RUN/sniff" 2>&1 &
	SINK_PIDS+=($!)
}

# tc at the guest's interface: headers are parsed, a copy goes elsewhere, and what leaves is
# shaped, for which it is cut into segments.
sink_tc() {
	local dev
	dev=$(vif_dev "$GUEST" 1)
	ip link add rigmirror type dummy || return
	ip link set rigmirror up || return
	tc qdisc add dev "$dev" clsact || return
	tc filter add dev "$dev" ingress prio 1 protocol all matchall \
		action mirred egress mirror dev rigmirror continue || return
	tc filter add dev "$dev" ingress prio 2 protocol ip flower ip_proto tcp dst_port 4-9 \
		action csum ip tcp || return
	tc filter add dev "$dev" ingress prio 3 protocol ipv6 u32 match u8 0x11 0xff at 6 \
		action pass || return
	tc filter add dev "$dev" ingress prio 4 protocol 802.1q flower vlan_ethtype ipv6 \
		action pass || return
	tc qdisc add dev rigsink root tbf rate 1gbit burst 20k latency 50ms || return
}

# Filters that follow connections, which puts fragments together.
sink_filter() {
	nft -f - <<-'END'
		table bridge rig {
			chain in {
				type filter hook prerouting priority 0;
				ct state invalid counter
				ct state established counter
			}
		}
		table inet rig {
			chain in {
				type filter hook prerouting priority 0;
				ct state invalid counter
				tcp option maxseg size 1-100 counter
				udp dport 9 reject
			}
			chain out {
				type nat hook postrouting priority 100;
				oifname "rigunder" masquerade
			}
		}
	END
}

# What iptables has beneath it where a bridge calls it. The bridge's own tracking excludes it.
sink_br_netfilter() {
	nft delete table bridge rig
	check "br_netfilter" modprobe br_netfilter
	sysctl -q -w net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1 \
		net.bridge.bridge-nf-filter-vlan-tagged=1
}

# Every frame goes to every port.
sink_flood() {
	local port
	for port in rigsink rigside rigvx riggen riggre; do
		bridge link set dev $port learning off flood on
	done
}

# $1: number of the round, $2: phase
sink_run() {
	local seed=$(($1 * 10 + $2))
	stack_run $((SINK_SECONDS * 3 + 60)) 3 "wild=$SINK_SECONDS,$seed"
	check "the other guest hears dom0" ping -q -c 2 -i 0.2 "$(vif_v4 "$OTHER" 0).2"
}

net_sink() {
	local dev taken
	SINK_PIDS=()
	at_end sink_end
	net_pair "$OTHER" 0
	stack_host off
	stack_vif
	dev=$(vif_dev "$GUEST" 1)
	check "modules" modprobe -a nf_conntrack_bridge nft_ct
	check "tunnels" sink_tunnels
	check "macvtap" sink_macvtap
	check "tc" sink_tc
	check "filters" sink_filter
	check "another guest" vif_attach "$OTHER" 1 bridge=righostile
	sink_read "$dev"
	sink_flood
	sink_run 1 1
	check "offloads" ethtool -K rigsink rx on tx on sg on tso on gso on gro on
	sink_br_netfilter
	sink_run 1 2
	pkill -TERM -x sniff
	wait_for 5 test -s "$RUN/sniff" || fail "nothing sniffed"
	taken=$(cat "$RUN/sniff")
	[ "${taken%% *}" -ge 100 ] || fail "sniffed: $taken"
	passed "sniffed: $taken; mirrored: $(cat /sys/class/net/rigmirror/statistics/tx_packets)"
	passed "invalid to the filter: $(nft list table inet rig | grep -o 'invalid counter.*')"
	check "detach the other guest" vif_detach "$OTHER" 1
	sink_end
	stack_vif_gone
	check "detach" vif_detach "$OTHER" 0
}

scenario net-sink 300 long:4200 all net guests:2 only:back net_sink
