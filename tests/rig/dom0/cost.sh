# SPDX-License-Identifier: GPL-2.0
# What dom0 pays for its guests' devices.
# shellcheck shell=bash

# Threads and event channels of any backend.
COST_THREADS='^([0-9]+\.xvd|blkback|vif[0-9]+)'
COST_CHANNELS='blkif-backend| vif[0-9]+\.'
# How long nothing happens while the idle are watched.
COST_IDLE_SECONDS=10

# Kernel memory in KiB, without that of files and programs: the disks are in dom0's memory, and
# the toolstack has its own share.
cost_memory() {
	awk '/^(MemAvailable|Shmem|AnonPages):/ { free += $2 } $1 == "MemTotal:" { all = $2 } END { print all - free }' /proc/meminfo
}

# $1: name in /proc/meminfo
cost_meminfo() {
	awk -v name="$1:" '$1 == name { print $2 }' /proc/meminfo
}

# Process numbers of the backends' threads.
cost_threads() {
	ps -e -o pid=,comm= | awk -v names="$COST_THREADS" '$2 ~ names { print $1 }'
}

# How often these threads have gone to sleep or been interrupted. $1: process numbers
cost_switches() {
	local p files=()
	for p in $1; do
		files+=("/proc/$p/status")
	done
	[ ${#files[@]} -eq 0 ] && echo 0 && return
	awk '/ctxt_switches:/ { n += $2 } END { print n + 0 }' "${files[@]}"
}

# Events that the backends have got.
cost_events() {
	awk -v names="$COST_CHANNELS" '$0 ~ names { for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++) n += $i } END { print n + 0 }' /proc/interrupts
}

# Sets COST_NOW: KiB of memory, slab and vmalloc, threads, event channels, and how often in a hundred
# seconds all threads woke up and events came.
cost_measure() {
	local threads switches events
	nap 3
	threads=$(cost_threads)
	switches=$(cost_switches "$threads")
	events=$(cost_events)
	nap $COST_IDLE_SECONDS
	switches=$((($(cost_switches "$threads") - switches) * 100 / COST_IDLE_SECONDS))
	events=$((($(cost_events) - events) * 100 / COST_IDLE_SECONDS))
	COST_NOW=("$(cost_memory)" "$(cost_meminfo Slab)" "$(cost_meminfo VmallocUsed)"
		"$(wc -w <<<"$threads")" "$(awk -v names="$COST_CHANNELS" '$0 ~ names { n++ } END { print n + 0 }' /proc/interrupts)"
		"$switches" "$events")
}

# Median of a column of $MANY_STARTED. $1: column, $2: first guest, $3: last
cost_median() {
	awk -v c="$1" -v from="$2" -v to="$3" '$1 >= from && $1 <= to { print $c }' "$MANY_STARTED" |
		sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] + 0 }'
}

# shellcheck disable=SC2034 # read by scenarios
COST_HEAD='backend guests | KiB for each: all, slab, vmalloc | threads channels for each | wake-ups, events in 100 s for all | ms: create, disk, NIC'

# Measure, and tell the host a row of the table. Sets COST_AT, the memory by number of guests,
# and COST_WOKEN. COST_BASE is COST_NOW without guests. $1: kind, $2: guests
# shellcheck disable=SC2034 # read by scenarios
cost_row() {
	local now first=$(($2 > 10 ? $2 - 9 : 1))
	cost_measure
	now=("${COST_NOW[@]}")
	COST_AT[$2]=${now[0]}
	COST_WOKEN=${now[5]}
	printf -v now '%-7s %3d | %5d %5d %5d | %d.%02d %d.%02d | %d %d | %d %d %d' "$1" "$2" \
		$(((now[0] - COST_BASE[0]) / $2)) $(((now[1] - COST_BASE[1]) / $2)) \
		$(((now[2] - COST_BASE[2]) / $2)) \
		$((now[3] / $2)) $((now[3] * 100 / $2 % 100)) $((now[4] / $2)) $((now[4] * 100 / $2 % 100)) \
		"${now[5]}" "${now[6]}" "$(cost_median 2 $first "$2")" "$(cost_median 3 $first "$2")" \
		"$(cost_median 4 $first "$2")"
	verdict "note $MANY_NAME cost: $now"
	echo "cost: $now"
}
