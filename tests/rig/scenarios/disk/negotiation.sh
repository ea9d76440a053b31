# SPDX-License-Identifier: GPL-2.0
# Settings that the two ends negotiate: each is checked in xenstore and by its effect, and
# data is transferred with it.
# shellcheck shell=bash

negotiation_io() {
	check "fio" guest_run "$GUEST" 90 \
		"fio_verify xvdb data --size=16m --rw=randwrite --bsrange=4k-128k --iodepth=${1:-32}"
	same_bytes xvdb data 16
}

negotiation_attach() {
	local dev
	dev=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$dev" xvdb
}

mapped_at_most() {
	[ "$(grants_mapped "$GUEST")" -le "$1" ]
}

# Pages stay mapped in dom0 after I/O if and only if both ends agreed.
# $1: 1 or 0
persistent() {
	local rings both=0
	negotiation_attach
	rings=$(grants_mapped "$GUEST")
	[ "$(vbd_front_key "$GUEST" xvdb feature-persistent)" = 1 ] &&
		[ "$(vbd_back_key "$GUEST" xvdb feature-persistent)" = 1 ] && both=1
	check_is "both offer feature-persistent" "$1" "$both"
	negotiation_io
	if [ "$1" = 1 ]; then
		[ "$(grants_mapped "$GUEST")" -ge $((rings + 16)) ] ||
			fail "no pages stay mapped: $(grants_mapped "$GUEST"), $rings before I/O"
	else
		check "nothing stays mapped" wait_for 10 mapped_at_most "$rings"
	fi
	check "detach" vbd_detach "$GUEST" xvdb
}

# $1: number of queues
queues() {
	local irqs threads
	negotiation_attach
	check_is "queues in the guest" "$1" \
		"$(guest_run "$GUEST" 15 'ls /sys/block/xvdb/mq | wc -l')"
	check_is "multi-queue-num-queues" "$1" \
		"$(vbd_front_key "$GUEST" xvdb multi-queue-num-queues || echo 1)"
	irqs=$(guest_run "$GUEST" 15 "grep -c 'blkif$' /proc/interrupts")
	check_is "interrupts in the guest" "$1" "$irqs"
	threads=$(pgrep -c "^$(cat "$RUN"/"$GUEST".id)\.xvdb" || :)
	check_is "threads in dom0" "$1" "$threads"
	check "fio on all processors" guest_run "$GUEST" 90 \
		"fio_verify xvdb mq --size=4m --numjobs=4 --offset_increment=4m --group_reporting \
		--rw=randwrite --bs=4k --iodepth=16"
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

# $1: order, $2: ring pages, $3: I/O depth
ring_order() {
	local refs front
	negotiation_attach
	front=$(vbd_front "$GUEST" xvdb)
	refs=$(xenstore-ls -f "$front" | grep -cE '/queue-0/ring-ref[0-9]*|/[0-9]+/ring-ref[0-9]*' || :)
	check_is "pages of one ring" "$2" "$refs"
	check_is "ring-page-order" "$1" "$(vbd_front_key "$GUEST" xvdb ring-page-order || echo 0)"
	negotiation_io "$3"
	check "detach" vbd_detach "$GUEST" xvdb
}

sectors_4096() {
	local dev
	dev=$(disk_new data 16 4096)
	check "attach" vbd_attach "$GUEST" "$dev" xvdb
	check_is "sector-size" 4096 "$(vbd_back_key "$GUEST" xvdb sector-size)"
	check_is "sectors count 512 bytes each" 32768 "$(vbd_back_key "$GUEST" xvdb sectors)"
	check_is "logical block size" 4096 \
		"$(guest_run "$GUEST" 15 'disk_attr xvdb queue/logical_block_size')"
	check_is "size" 16777216 "$(guest_run "$GUEST" 15 'blockdev --getsize64 /dev/xvdb')"
	check_fails "512 byte direct write" guest_run "$GUEST" 15 \
		'dd if=/dev/zero of=/dev/xvdb bs=512 count=1 oflag=direct conv=notrunc'
	negotiation_io
	check "detach" vbd_detach "$GUEST" xvdb
}

read_only() {
	local dev before
	dev=$(disk_new data 16)
	head -c 16M /dev/urandom >"$DISK_DIR"/data
	before=$(disk_backing_sum data)
	check "attach" vbd_attach "$GUEST" "$dev" xvdb r
	check_is "mode" r "$(vbd_back_key "$GUEST" xvdb mode)"
	check_is "read-only in the guest" 1 "$(guest_run "$GUEST" 15 'disk_attr xvdb ro')"
	check_fails "write" guest_run "$GUEST" 15 \
		'dd if=/dev/zero of=/dev/xvdb bs=4k count=4 oflag=direct conv=notrunc'
	check_fails "write after blockdev --setrw" guest_run "$GUEST" 15 \
		'blockdev --setrw /dev/xvdb; dd if=/dev/zero of=/dev/xvdb bs=4k count=4 oflag=direct conv=notrunc'
	check_fails "discard" guest_run "$GUEST" 15 'blkdiscard -f /dev/xvdb'
	check_is "reads" "$before" "$(guest_run "$GUEST" 30 'disk_sum xvdb 16')"
	check_is "backing bytes" "$before" "$(disk_backing_sum data)"
	check "detach" vbd_detach "$GUEST" xvdb
}

scenario persistent-on 90 persistent 1
scenario persistent-off-front 90 front:feature_persistent=0 persistent 0
scenario persistent-off-back 90 all back:feature_persistent=0 persistent 0
scenario queues-1 90 all front:max_queues=1 queues 1
scenario queues-4 90 queues 4
scenario ring-order-0 90 all front:max_ring_page_order=0 ring_order 0 1 32
scenario ring-order-4 90 front:max_ring_page_order=4 ring_order 4 16 256
scenario sectors-4096 90 sectors_4096
scenario read-only 60 read_only
