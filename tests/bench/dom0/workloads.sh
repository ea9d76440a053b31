# SPDX-License-Identifier: GPL-2.0
# What is measured. A workload is the arguments of "load" after the device:
# kind, bytes, depth, batch, number of requests.
# shellcheck shell=bash disable=SC2034

declare -A WORKLOAD=(
	[randread-4k-32]="randread 4096 32 16 6000"
	[randwrite-4k-32]="randwrite 4096 32 16 6000"
	[randread-4k-1]="randread 4096 1 1 2000"
	[read-128k-8]="read 131072 8 4 1200"
	[write-128k-8]="write 131072 8 4 1200"
	[read-128k-1]="read 131072 1 1 400"
)

# A mode is how the front is loaded.
MODES=(persistent plain)

mode_parameters() {
	case $1 in
	plain) echo feature_persistent=0 ;;
	esac
}

declare -A MODE_WORKLOADS=(
	[persistent]="randread-4k-32 randwrite-4k-32 randread-4k-1 read-128k-8 write-128k-8"
	[plain]="randread-4k-32 randwrite-4k-32 randread-4k-1 read-128k-8 write-128k-8 read-128k-1"
)
