# SPDX-License-Identifier: GPL-2.0
# The disk: null_blk behind it, io_uring before it.
# shellcheck shell=bash

DISK=xvdb
BACKING=/dev/nullb0

disk_setup() {
	modprobe null_blk nr_devices=1 gb=1 queue_mode=2 irqmode=1 memory_backed=0 \
		submit_queues=1 hw_queue_depth=256
}

disk_up() {
	disk_down
	driver_back "$1" max_queues=1 || return
	# shellcheck disable=SC2046
	driver_front "$GUEST" "$2" $(mode_parameters "$3") || return
	vbd_attach "$GUEST" $BACKING $DISK
}

disk_down() {
	vbd_detach_all "$GUEST"
}

# A load takes a few tenths of a second of the guest's time: dom0 sleeps over it,
# since looking for the answer would cost more instructions than the drivers do.
guest_load() {
	local seq
	seq=$(guest_start "$1" "$2")
	sleep 1
	guest_wait "$1" "$seq" 300
}

disk_run() {
	local out
	out=$(guest_load "$GUEST" "load /dev/$DISK ${WORKLOAD[$1]}")
	echo "$out ${out%% *}"
}

disk_probe() {
	guest_run "$GUEST" 20 ". /rig/trace.sh; trace_on notify_remote_via_irq
		[ -d /sys/module/xen_split ] || trace_on xen_blkfront:blkif_queue_rq"
}

disk_unprobe() {
	guest_run "$GUEST" 20 ". /rig/trace.sh; trace_off"
}

disk_snapshot() {
	local id
	id=$(vbd_id $DISK)
	trace_counters back "vbd-$(cat "$RUN/$GUEST.id")-$id"
	guest_run "$GUEST" 20 ". /rig/trace.sh; trace_counters front vbd-$id"
	grep -h blkif-backend /proc/interrupts | awk '{ print "back_irqs", $2 }'
}
