# SPDX-License-Identifier: GPL-2.0
# A frame must come in on the queue that ethtool -X has set for its flow, and on no other.
# shellcheck shell=bash

# The published key, for which there are published hashes, and another one.
RSS_KEY=6d:5a:56:da:25:5b:0e:c2:41:67:25:3d:43:a3:8f:b0:d0:ca:2b:cb
RSS_KEY+=:ae:7b:30:b4:77:cb:2d:a3:80:30:f2:0c:6a:42:b7:3b:be:ac:01:fa
RSS_OTHER_KEY=01:1f:2e:3d:4c:5b:6a:79:88:97:a6:b5:c4:d3:e2:f1:00:0f:1e:2d
RSS_OTHER_KEY+=:3c:4b:5a:69:78:87:96:a5:b4:c3:d2:e1:f0:13:57:9b:df:24:68:ac

# Let the guest's interface use key and table. $1: key, rest: the table, as
# ethtool -X takes it
rss_set() {
	check "${*:2}" guest_run "$GUEST" 20 "ethtool -X \$(nic_name 0) ${*:2} hkey $1"
	rss_read
	check_is "key" "$1" "$RSS_NOW"
	check_is "entries of the table" 128 ${#RSS_TABLE[@]}
}

# Sets RSS_NOW (the key) and RSS_TABLE to what ethtool shows.
rss_read() {
	local out
	out=$(guest_run "$GUEST" 20 "nic_ethtool 0 -x")
	RSS_NOW=$(grep -oE '([0-9a-f]{2}:){39}[0-9a-f]{2}' <<<"$out")
	read -ra RSS_TABLE < <(sed -n 's/^ *[0-9]*: *\([0-9 ]*\)$/\1/p' <<<"$out" | xargs)
}

# The queue that a flow must take, by our own computation. $1: its source, rest: its
# destination and ports
rss_queue() {
	echo "${RSS_TABLE[$(toeplitz "$RSS_NOW" "$@") % 128]}"
}

# Sets RSS_COUNT to the frames that came in so far, by queue.
rss_count() {
	read -ra RSS_COUNT <<<"$(guest_run "$GUEST" 15 "nic_rx_queues 0")"
	[ ${#RSS_COUNT[@]} = 4 ] || fail "counters of queues: ${RSS_COUNT[*]}"
}

# A flow comes in on its queue, and only there. A frame or two of others, which look
# for a neighbour, may come beside it, and what the caller's "beside" says.
# $1: text, $2: queue, $3: frames at least, rest: what sends it
rss_flow() {
	local text="$1 in queue $2" queue=$2 least=$3 before q n=() other=0
	shift 3
	before=("${RSS_COUNT[@]}")
	"$@" >/dev/null || fail "$text: $*"
	rss_count
	for q in "${!RSS_COUNT[@]}"; do
		n[q]=$((RSS_COUNT[q] - before[q]))
		[ "$q" = "$queue" ] || other=$((other + n[q]))
	done
	((n[queue] >= least && (other - ${beside:-0}) * 4 <= least)) || fail "$text: ${n[*]} frames"
	passed "$text: ${n[*]} frames"
	RSS_SEEN[queue]=1
}

rss_ping() {
	rss_flow "ping from $1" "$(rss_queue "$1" "$2")" 40 ping -q -c 40 -i 0.01 -I "$1" "$2"
}

# $1: port of ours
rss_tcp() {
	rss_flow "TCP from port $1" "$(rss_queue "${V4%2}1" "$V4" "$1" 7000)" 20 \
		stream tcp "$V4" 600000 1 "$1"
}

# Ports count for TCP, and only there. The tool's own connection acknowledges each eight
# datagrams, and that is acknowledged in turn.
rss_udp() {
	# shellcheck disable=SC2034 # read by rss_flow
	local beside=50
	rss_flow "UDP" "$(rss_queue "${V4%2}1" "$V4")" 200 stream udp "$V4" 200 1000
}

# Everything to one queue; by hash, with one key and another one.
net_rss() {
	local n
	check_is "published hash" 1372373368 \
		"$(toeplitz "$RSS_KEY" 66.9.149.187 161.142.100.80 2794 1766)"
	net_pair "$GUEST" 0
	check "the stack may know the hash" guest_run "$GUEST" 15 \
		"nic_ethtool 0 -k | grep -x 'receive-hashing: on'"
	for n in 11 12; do
		net_address "$DEV" "${V4%2}$n/24"
	done
	rss_set "$RSS_KEY" weight 0 0 1 0
	check_is "queues in the table" 2 "$(printf '%s\n' "${RSS_TABLE[@]}" | sort -u | xargs)"
	rss_count
	rss_ping "${V4%2}11" "$V4"
	rss_tcp 40001
	rss_udp
	rss_set "$RSS_KEY" equal 4
	RSS_SEEN=()
	rss_ping "${V4%2}11" "$V4"
	rss_ping "${V4%2}12" "$V4"
	rss_ping "${V6%2}1" "$V6"
	rss_tcp 40011
	rss_tcp 40012
	rss_udp
	[ ${#RSS_SEEN[@]} -ge 3 ] || fail "only ${!RSS_SEEN[*]} used: the flows say little"
	n=$(rss_queue "${V4%2}1" "$V4")
	rss_set "$RSS_OTHER_KEY" equal 4
	[ "$(rss_queue "${V4%2}1" "$V4")" != "$n" ] || fail "the keys say little"
	rss_udp
	rss_tcp 40021
	check "detach" vif_detach "$GUEST" 0
}

scenario net-rss 120 net only:back only:front net_rss
