# SPDX-License-Identifier: GPL-2.0
# What the network stack gets from the drivers, as the kernel's own trace events show it.
# shellcheck shell=bash

TRACING=/sys/kernel/tracing

# $1: folder of tracefs, rest: events
skbs_trace() {
	local e dir=$1
	mountpoint -q "$dir" || mount -t tracefs tracefs "$dir"
	echo 16384 >"$dir/buffer_size_kb"
	echo >"$dir/trace"
	for e in "${@:2}"; do
		echo 1 >"$dir/events/$e/enable"
	done
}

skbs_trace_end() {
	echo 0 >"$1/events/enable"
}

# Frames of a guest, whatever slots they were cut into, have their headers in the linear
# part: 128 bytes without the Ethernet header or all of it, and those that are still to be
# segmented at least IP's and TCP's.
net_headers_linear() {
	hostile_nic
	at_end skbs_trace_end $TRACING
	check "trace" skbs_trace $TRACING net/netif_receive_skb_list_entry net/napi_gro_receive_entry
	hostile_nic_run 60 tx odd
	hostile_nic_run 60 mapped
	skbs_trace_end $TRACING
	awk -v dev="$(vif_dev "$GUEST" 1)" '
		function field(name) {
			match($0, " " name "=[^ ]*")
			return substr($0, RSTART + length(name) + 2, RLENGTH - length(name) - 2)
		}
		index($0, "dev=" dev " ") && field("data_len") + 0 {
			least = field("gso_size") + 0 ? 40 : field("len") < 128 ? field("len") : 128
			if (field("len") - field("data_len") < least) {
				print "FAIL: " $0
				exit bad = 1
			}
			n++
		}
		END { if (!bad) print n + 0; exit bad }' $TRACING/trace >"$RUN/linear" ||
		fail "headers outside of the linear part: $(tail -n 1 "$RUN/linear")"
	[ "$(cat "$RUN/linear")" -ge 50 ] || fail "only $(cat "$RUN/linear") frames of several pages"
	passed "$(cat "$RUN/linear") frames of several pages have their headers in the linear part"
	hostile_nic_good
}

# Runs on either side. $1: folder of tracefs; fails unless every pool of pages that has been
# asked has all of them back in the end.
skbs_pools_judge() {
	awk '/page_pool_release:/ {
			match($0, /page_pool=[^ ]*/)
			pool = substr($0, RSTART, RLENGTH)
			match($0, /inflight=[-0-9]*/)
			left[pool] = substr($0, RSTART + 9, RLENGTH - 9)
		}
		END {
			for (pool in left) {
				n++
				missing += left[pool]
			}
			print n + 0 " pools, " missing + 0 " pages missing"
			exit !n || missing
		}' "$1/trace"
}

# Pages of received frames return to their pools, which can be freed then.
net_pools() {
	net_pair "$GUEST" 0
	at_end skbs_trace_end $TRACING
	check "trace in dom0" skbs_trace $TRACING page_pool/page_pool_release
	check "trace in the guest" guest_run "$GUEST" 20 \
		"$(declare -f skbs_trace); skbs_trace $TRACING page_pool/page_pool_release"
	check "frames of all sizes" net_stream "$V4" 2000000 300 8000
	check "small ones" ping -q -c 200 -i 0.002 "$V4"
	check "detach" vif_detach "$GUEST" 0
	nap 1.5
	check "pools in dom0" skbs_pools_judge $TRACING
	check "pools in the guest" guest_run "$GUEST" 20 \
		"$(declare -f skbs_trace_end skbs_pools_judge); skbs_trace_end $TRACING; skbs_pools_judge $TRACING"
}

scenario net-headers-linear 120 net only:back net_headers_linear
scenario net-pools 60 net only:back only:front net_pools
