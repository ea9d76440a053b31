# SPDX-License-Identifier: GPL-2.0
# The workloads that are measured.
# shellcheck shell=bash disable=SC2034

# Disk: the arguments of "load" after the device: kind, bytes, depth, batch,
# number of requests. Network: from, to, kind of "traffic" and its last numbers.
declare -A WORKLOAD=(
	[randread-4k-32]="randread 4096 32 16 6000"
	[randwrite-4k-32]="randwrite 4096 32 16 6000"
	[randread-4k-1]="randread 4096 1 1 2000"
	[read-128k-8]="read 131072 8 4 1200"
	[write-128k-8]="write 131072 8 4 1200"
	[read-128k-1]="read 131072 1 1 400"

	[tcp-out]="guest dom0 tcp 1024"
	[tcp-in]="dom0 guest tcp 1024"
	[bulk-out]="guest dom0 bulk 1024"
	[bulk-in]="dom0 guest bulk 1024"
	[udp64-out]="guest dom0 packets 64 20000"
	[udp64-in]="dom0 guest packets 64 20000"
	[udp1500-out]="guest dom0 packets 1514 10000"
	[udp1500-in]="dom0 guest packets 1514 10000"
	[pingpong]="dom0 guest pingpong 2000"
	[tcp-across]="guest second tcp 1024"
	[bulk-across]="guest second bulk 1024"
	[udp64-across]="guest second packets 64 10000"
)

# A mode is how the front is loaded, or the peer of the guest.
declare -A PART_MODES=(
	[disk]="persistent plain"
	[net]="dom0 bridge"
)

mode_parameters() {
	case $1 in
	plain) echo feature_persistent=0 ;;
	esac
}

declare -A MODE_WORKLOADS=(
	[persistent]="randread-4k-32 randwrite-4k-32 randread-4k-1 read-128k-8 write-128k-8"
	[plain]="randread-4k-32 randwrite-4k-32 randread-4k-1 read-128k-8 write-128k-8 read-128k-1"
	[dom0]="tcp-out tcp-in bulk-out bulk-in udp64-out udp64-in udp1500-out udp1500-in pingpong"
	[bridge]="tcp-across bulk-across udp64-across"
)

# Those of a mode that were asked for, as shell patterns in ONLY.
workloads() {
	local work pattern patterns
	read -ra patterns <<<"${ONLY:-*}"
	for work in ${MODE_WORKLOADS[$1]}; do
		for pattern in "${patterns[@]}"; do
			# shellcheck disable=SC2053
			[[ $work == $pattern ]] && echo "$work" && break
		done
	done
}
