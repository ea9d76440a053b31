# SPDX-License-Identifier: GPL-2.0
# A guest consumes nothing, or slowly; its neighbours on a bridge must not suffer.
# shellcheck shell=bash

# Seconds that the sender takes for so many bytes to dom0 and back.
neighbour_seconds() {
	local out
	out=$(guest_run "$OTHER" 60 "s=\$EPOCHREALTIME; stream tcp 10.99.0.254 $1 >/dev/null && echo \$s \$EPOCHREALTIME") || return
	awk '{ printf "%.1f\n", $2 - $1 }' <<<"$out"
}

# Packets of a guest that went on in its own pages and were not copied.
neighbour_mapped() {
	ethtool -S "$(vif_dev "$1" 0)" | awk '$1 == "tx_zerocopy_success:" { print $2 }'
}

# Have the sender's queues map the packets that they get.
neighbour_maps() {
	[ "$(neighbour_mapped "$OTHER")" -ge $(($1 + 20)) ]
}

# $1: what the receiver is, $2: seconds without it
neighbour_judge() {
	local now
	now=$(neighbour_seconds 4000000) || fail "the sender's traffic to dom0, beside a $1 receiver: $now"
	awk -v a="$2" -v b="$now" 'BEGIN { exit !(b <= 2 * a + 1) }' ||
		fail "beside a $1 receiver 4 MB take $now s instead of $2"
	passed "beside a $1 receiver 4 MB take $now s instead of $2"
}

neighbour_load() {
	local before
	before=$(neighbour_mapped "$OTHER")
	wait_for 30 neighbour_maps "$before" || fail "the sender's pages are not mapped"
	passed "the sender's pages are mapped"
}

# Nothing of a guest is left in dom0. $1: domain's id
neighbour_gone() {
	xl list | awk -v id="$1" '$2 == id { exit 1 }' &&
		! compgen -G "/sys/class/net/vif$1.*" >/dev/null &&
		! compgen -G "/sys/bus/xen-backend/devices/vif-$1-*" >/dev/null
}

# A guest sends to a neighbour as fast as it can; then the neighbour becomes slow, then is
# paused. The guest's other traffic must go on, and when it is destroyed dom0 must hold
# nothing of it.
net_slow_neighbour() {
	local alone id dev
	net_bridged 1500
	dev=$(vif_dev "$GUEST" 0)
	stream serve >/dev/null
	alone=$(neighbour_seconds 4000000) || fail "traffic to dom0: $alone"
	check "load" guest_run "$OTHER" 15 "nic_load slow 10.99.0.1 50000000"
	neighbour_load
	check "2 Mbit/s" tc qdisc replace dev "$dev" root netem rate 2mbit limit 1000
	sleep 2
	neighbour_judge slow "$alone"
	check "as fast as before" tc qdisc del dev "$dev" root
	neighbour_load
	check "pause" xl pause "$GUEST"
	sleep 0.5
	neighbour_judge paused "$alone"
	id=$(cat "$RUN/$OTHER.id")
	check "destroy the sender" xl destroy "$OTHER"
	wait_for 5 neighbour_gone "$id" || fail "left of the sender: $(xl list | tail -n +3; ls /sys/class/net)"
	passed "nothing is left of the sender"
	check "go on" xl unpause "$GUEST"
	check "the receiver answers" wait_for 20 ping -q -c 1 -W 1 10.99.0.1
	check "detach" vif_detach "$GUEST" 0
	check "a new sender" fresh_guest "$OTHER"
	# shellcheck disable=SC2086
	check "its driver" driver_netfront "$OTHER" ${SCENARIO_FRONT[net-slow-neighbour]}
}

# If the guest has room for one packet now and then, the others must not wait for longer than
# the drain timeout.
net_rx_drain_timeout() {
	local v4
	v4=$(vif_v4 "$GUEST" 1)
	hostile_nic
	check "packets for a guest that takes one now and then" hostile_guest 60 \
		"hostile_run vif 1 $v4.2 $v4.1 drip"
	hostile_nic_good
}

# Pages of the sender that dom0 has mapped, without those of its rings: 4 queues of two,
# and a control ring.
neighbour_pages() {
	local nr=$(($(grants_mapped "$OTHER") - $(cat "$RUN/$OTHER.grants") - $1))
	echo $((nr > 0 ? nr : 0))
}

neighbour_no_pages() {
	[ "$(neighbour_pages 0)" = 0 ]
}

# The sender's large packets go to a queueing discipline that holds them for two minutes.
# The back notices this within half a second; until then the packets are in the sender's own
# pages. If it notices at once, none are, and another attempt is made.
neighbour_park() {
	local dev=$1 nr
	for _ in 1 2 3; do
		guest_start "$OTHER" "ping -q -i 0.01 -w 60 -s 8000 10.99.0.1" >/dev/null
		neighbour_load
		check "a queue with a long delay" tc qdisc replace dev "$dev" root netem delay 120s limit 10000
		sleep 1
		guest_run "$OTHER" 10 "pkill -x ping" || :
		nr=$(neighbour_pages 9)
		[ "$nr" = 0 ] || break
		check "no delay" tc qdisc del dev "$dev" root
	done
	[ "$nr" -gt 0 ] || fail "no page of the sender is in flight"
	passed "$nr pages of the sender are in flight"
}

# The sender's interface is detached meanwhile: this must take no time, and others must
# attach and detach. The pages are returned when the packets are freed.
net_detach_parked() {
	local dev nr
	net_bridged 9000
	dev=$(vif_dev "$GUEST" 0)
	neighbour_park "$dev"
	SECONDS=0
	check "detach the sender" vif_detach "$OTHER" 0
	[ $SECONDS -lt $((5 * PATIENCE)) ] || fail "gone after $SECONDS s"
	check "another interface of it" vif_attach "$OTHER" 1
	check "is detached" vif_detach "$OTHER" 1
	nr=$(neighbour_pages 0)
	[ "$nr" -gt 0 ] || fail "no page of the sender is in flight any more"
	passed "$nr pages of the sender are still in flight"
	check "end of the delay" tc qdisc del dev "$dev" root
	wait_for 5 neighbour_no_pages || fail "$(neighbour_pages 0) pages of the sender are mapped"
	passed "no page of the sender is mapped"
	check "detach the receiver" vif_detach "$GUEST" 0
}

# Bytes that wait for a guest in its queues, and in the disciplines before them.
bounds_waiting() {
	awk '/wait here/ && $5 > most { most = $5 } END { print most + 0 }' \
		/sys/kernel/debug/xen-netback/"$1"/io_ring_q*
}

bounds_qdisc() {
	tc -s -j qdisc show dev "$1" | grep -o '"backlog":[0-9]*' |
		awk -F: '$2 > most { most = $2 } END { print most + 0 }'
}

# $1: text, $2: bound, $3: found
bounds_judge() {
	[ "$3" -le "$2" ] || fail "$1: $3, more than $2"
	passed "$1: $3 of $2"
}

# Packets to a guest that consumes nothing: the amount that waits for it, and the sender's
# pages that are mapped, must stay within their limits.
net_bounds() {
	local dev waiting
	net_bridged 1500
	dev=$(vif_dev "$GUEST" 0)
	check "load" guest_run "$OTHER" 15 "nic_load slow 10.99.0.1 50000000"
	neighbour_load
	check "pause" xl pause "$GUEST"
	ip neigh replace 10.99.0.1 lladdr "$(vif_mac "$GUEST" 0)" dev "$BRIDGE"
	net_flood 3
	waiting=$(bounds_waiting "$dev")
	[ "$waiting" -gt 0 ] || fail "nothing waits"
	bounds_judge "bytes waiting in a queue" $((256 << 10)) "$waiting"
	bounds_judge "bytes in a discipline" $((256 << 10)) "$(bounds_qdisc "$dev")"
	# Two rings for each of four queues, and a control ring.
	bounds_judge "pages of the sender" $((4 * (2 + 32) + 1)) \
		$(($(grants_mapped "$OTHER") - $(cat "$RUN/$OTHER.grants")))
	check "go on" xl unpause "$GUEST"
	check "the guest answers" wait_for 20 ping -q -c 1 -W 1 10.99.0.1
	net_unbridge
}

scenario net-slow-neighbour 150 net guests:2 net_slow_neighbour
scenario net-detach-parked 120 net guests:2 net_detach_parked
scenario net-bounds 90 net guests:2 only:back netback:rx_wait_kbytes=256 \
	netback:tx_zerocopy_pages=32 netback:rx_drain_timeout_msecs=60000 net_bounds
scenario net-rx-drain-timeout 60 net netback:rx_drain_timeout_msecs=2000 net_rx_drain_timeout
