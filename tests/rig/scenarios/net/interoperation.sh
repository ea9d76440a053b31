# SPDX-License-Identifier: GPL-2.0
# Each of the two network drivers with the kernel's own at the other end.
# shellcheck shell=bash

net_interoperate() {
	net_pair "$GUEST" 0
	check "echo" guest_run "$GUEST" 15 "frames echo \$(nic_name 0)"
	check "frames" frames check "$DEV" "$DEV" 500 28 1514
	check "TCP and UDP over IPv4" net_stream "$V4" 4000000 500 8000
	check "TCP and UDP over IPv6" net_stream "$V6" 2000000 300 8000
	net_mtu 9000
	check "with large frames" stream udp "$V4" 300 8972
	net_vlan "$DEV" 7 10.77.0.1/24
	guest_run "$GUEST" 15 "net_vlan \$(nic_name 0) 7 10.77.0.2/24"
	check "in a VLAN" net_stream 10.77.0.2 1000000 300 8000
	check "group" stream multicast "$V4" 300 1400 239.1.2.3
	check "detach" vif_detach "$GUEST" 0
	net_pair "$GUEST" 0
	check "attached again" net_stream "$V4" 1000000 300 8000
	check "detach again" vif_detach "$GUEST" 0
}

# Two guests with different fronts exchange data.
# $1: kind of the second guest's front
net_mixed() {
	# shellcheck disable=SC2153 # from the guests' scenarios
	check "front of $OTHER" driver_netfront "$OTHER" "$1"
	net_bridged 1500
	check "TCP and UDP over IPv4" guest_run "$GUEST" 60 "net_stream 10.99.0.2 2000000 500 8000"
	check "TCP and UDP over IPv6" guest_run "$OTHER" 60 "net_stream fd99::1 2000000 500 8000"
	net_unbridge
	# shellcheck disable=SC2086 # what the runner checks
	check "front as before" driver_netfront "$OTHER" ${SCENARIO_FRONT[net-mixed-guests]}
}

NET_LIMITS="/sys/class/net/\$(nic_name 0)/queues/tx-*/byte_queue_limits"

# With a large MTU, fragments do not consist of headers only.
net_parts_pair() {
	net_pair "$GUEST" 0
	net_mtu 9000
}

# The backend of Linux 7 does not respond to a fragment of a datagram before dom0 has
# reassembled it: the other fragments must not wait for the response.
net_partial_responses() {
	net_parts_pair
	check_is "least limit of a fresh queue" 131072 \
		"$(guest_run "$GUEST" 10 "cat $NET_LIMITS/limit | sort -n | head -n 1")"
	check "datagrams in parts" stream fragments "$V4" 60 30000
	check "detach" vif_detach "$GUEST" 0
}

# Packets without a response for long must leave room for more, however small the queue limit
# is. Packets must be sent in order, and none may be dropped for having waited.
net_late_responses() {
	net_parts_pair
	check "a queue of the plain kind" guest_run "$GUEST" 10 "tc qdisc replace dev \$(nic_name 0) root pfifo"
	guest_run "$GUEST" 10 "for l in $NET_LIMITS; do echo 0 >\$l/limit_min; echo 1 >\$l/limit_max; done"
	# The limit is set only now, because unused credit accumulates.
	check "rate" xenstore-write "$(vif_back "$GUEST" 0)/rate" 20000,2000000
	# The backend follows the key by itself.
	nap 0.5
	check "more than may be sent at once" stream fragments "$V4" 4 40000
	[ "$(guest_run "$GUEST" 10 "counter vif-0 'queue*' tx_held_back")" -gt 0 ] ||
		fail "nothing was held back"
	check "detach" vif_detach "$GUEST" 0
}

scenario net-intree-front 120 net netfront:kind=intree net_interoperate
scenario net-intree-back 120 net netback:kind=intree net_interoperate
scenario net-partial-responses 60 net netback:kind=intree only:front net_partial_responses
scenario net-late-responses 60 net netfront:max_queues=1 only:front net_late_responses
scenario net-mixed-guests 120 all net guests:2 net_mixed intree
