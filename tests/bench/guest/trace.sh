# SPDX-License-Identifier: GPL-2.0
# Counting calls of kernel functions, sourced in the guest and in dom0.
# shellcheck shell=bash

TRACING=/sys/kernel/tracing

trace_mounts() {
	[ -e $TRACING/kprobe_events ] || mount -t tracefs tracefs $TRACING
	[ -e /sys/kernel/debug/block ] || mount -t debugfs debugfs /sys/kernel/debug
}

# Count calls of functions. Each: [MODULE:]FUNCTION
trace_on() {
	local function
	trace_mounts
	for function in "$@"; do
		echo "p:${function#*:} $function" >>$TRACING/kprobe_events
	done
	echo 1 >$TRACING/events/kprobes/enable
}

trace_off() {
	[ -e $TRACING/events/kprobes/enable ] || return 0
	echo 0 >$TRACING/events/kprobes/enable
	: >$TRACING/kprobe_events
}

# Our drivers' own counters. $1: prefix, $2: name of a device's folder of them
driver_counters() {
	local f
	for f in "/sys/kernel/debug/xen-split/$2"/queue*; do
		[ -e "$f" ] && sed "s/^/$1_/" "$f"
	done
	return 0
}

# Those calls as well.
trace_counters() {
	trace_mounts
	awk -v side="$1" '{ print side "_" $1, $2 }' $TRACING/kprobe_profile
	driver_counters "$1" "$2"
}
