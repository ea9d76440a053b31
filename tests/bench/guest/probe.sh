# SPDX-License-Identifier: GPL-2.0
# Counting in the guest, sourced by its commands.
# shellcheck shell=bash

TRACING=/sys/kernel/tracing

front_mounts() {
	[ -e $TRACING/kprobe_events ] || mount -t tracefs tracefs $TRACING
	[ -e /sys/kernel/debug/block ] || mount -t debugfs debugfs /sys/kernel/debug
}

# The in-tree front has no counters: every request it queues is a push with a
# test whether to notify.
front_probe() {
	front_mounts
	echo 'p:notify notify_remote_via_irq' >>$TRACING/kprobe_events
	[ -d /sys/module/xen_split ] ||
		echo 'p:push xen_blkfront:blkif_queue_rq' >>$TRACING/kprobe_events
	echo 1 >$TRACING/events/kprobes/enable
}

front_unprobe() {
	echo 0 >$TRACING/events/kprobes/enable
	: >$TRACING/kprobe_events
}

# $1: name of the device's folder of counters
front_counters() {
	local f
	awk '{ print "front_" $1, $2 }' $TRACING/kprobe_profile
	for f in "/sys/kernel/debug/xen-split/$1"/queue*; do
		[ -e "$f" ] && sed 's/^/front_/' "$f"
	done
	return 0
}
