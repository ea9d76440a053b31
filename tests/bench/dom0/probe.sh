# SPDX-License-Identifier: GPL-2.0
# Sums that bpftrace keeps in dom0, and differences of counters.
# shellcheck shell=bash
. /rig/dom0/trace.sh

# bpftrace prints and forgets its sums whenever the host name is set.
probe_start() {
	bpftrace /rig/dom0/probe.bt >"$RUN"/probe 2>&1 &
	wait_for 300 grep -q '^ready' "$RUN"/probe
}

# Prints "NAME VALUE" lines summed since the last call.
probe_read() {
	local from
	from=$(stat -c %s "$RUN"/probe)
	hostname "$(hostname)"
	wait_for 20 eval "tail -c +$((from + 1)) $RUN/probe | grep -q '^end'"
	tail -c +$((from + 1)) "$RUN"/probe | awk '/^@/ { gsub(/[@:]/, ""); print "dom0_" $1, $2 }'
}

# Later value minus earlier one, by name. $1: before, $2: after
difference() {
	awk 'NR == FNR { old[$1] = $2; next } $1 in old { print $1, $2 - old[$1] }' "$1" "$2"
}
