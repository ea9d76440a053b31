# SPDX-License-Identifier: GPL-2.0
# What was offered, set or lent, and what becomes of it later.
# shellcheck shell=bash

# --- a disk declines what it offered -------------------------------------------------

settings_offers() {
	[ "$(vbd_back_key "$GUEST" xvdb feature-flush-cache) $(vbd_back_key "$GUEST" xvdb feature-barrier)" = "$1 $1" ]
}

settings_cache_is() {
	[ "$(guest_run "$GUEST" 15 'disk_attr xvdb queue/write_cache')" = "$1" ]
}

# The device is made again, and the guest's disk connects to a backend that starts from
# scratch. $1: backing device, rest: parameters
settings_reconnect() {
	local loop=$1
	shift
	check "flush" guest_run "$GUEST" 20 'flush /dev/xvdb'
	check "the backend's folder goes" xenstore-rm "$(vbd_back "$GUEST" xvdb)"
	check "the front has seen it" wait_for 10 vbd_front_state_is "$GUEST" xvdb 1
	check "a backend with '$*'" driver_back "$(scenario_kind_back)" "$@"
	check "a new backend" in_no_time "$GUEST" disk_back "$loop"
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
}

disk_declines_flush() {
	local loop
	loop=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	check "flushes are offered" settings_offers 1
	check "the guest has a write cache" settings_cache_is "write back"
	at_end flush_fault_end
	check "the disk declines flushes" flush_fault "${loop#/dev/}"
	check "a write and a flush end well" guest_run "$GUEST" 30 \
		'dd if=/dev/urandom of=/dev/xvdb bs=64k count=16 conv=notrunc,fsync status=none'
	[ "$(cat /sys/module/flush_fault/parameters/declined)" -gt 0 ] || fail "the disk has seen no flush"
	check "the offer is taken back" wait_for 10 settings_offers 0
	check "the guest has no write cache" wait_for 10 settings_cache_is "write through"
	check "the log of the guest says so" guest_run "$GUEST" 10 "dmesg | grep -q 'does not do flushes after all'"
	check "I/O goes on" guest_run "$GUEST" 60 \
		'fio_verify xvdb without --rw=randwrite --bs=16k --iodepth=8 --size=4m --fsync=16'
	flush_fault_end
	settings_reconnect "$loop"
	check "flushes are offered again" settings_offers 1
	check "the guest has a write cache again" wait_for 10 settings_cache_is "write back"
	check "flush" guest_run "$GUEST" 20 'flush /dev/xvdb'
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

scenario disk-declines-flush 120 only:back only:front disk_declines_flush

# --- what an administrator has set -----------------------------------------------------

# Settings of the disk that a reconnect must leave alone, and the processors of its interrupts.
# shellcheck disable=SC2016 # for the guest
settings_now() {
	guest_run "$GUEST" 15 'disk_attr xvdb queue/max_sectors_kb; disk_attr xvdb queue/discard_max_bytes
		for irq in $(awk "\$NF == \"blkif\" { print \$1 + 0 }" /proc/interrupts); do
			cat /proc/irq/$irq/smp_affinity
		done' | tr '\n' ' '
}

# shellcheck disable=SC2016 # for the guest
settings_set() {
	guest_run "$GUEST" 15 'echo 64 >/sys/block/xvdb/queue/max_sectors_kb &&
		echo 1048576 >/sys/block/xvdb/queue/discard_max_bytes &&
		for irq in $(awk "\$NF == \"blkif\" { print \$1 + 0 }" /proc/interrupts); do
			echo 4 >/proc/irq/$irq/smp_affinity || exit
		done'
}

settings_are() {
	[ "$(settings_now)" = "$1" ]
}

disk_settings() {
	local loop first
	loop=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	check_is "queues" 4 "$(vbd_front_key "$GUEST" xvdb multi-queue-num-queues)"
	first=$(settings_now)
	settings_reconnect "$loop"
	check_is "settings that nobody has made" "$first" "$(settings_now)"
	check "set them" settings_set
	check_is "settings" "64 1048576 4 4 4 4 " "$(settings_now)"
	settings_reconnect "$loop"
	check "they are there again" wait_for 10 settings_are "64 1048576 4 4 4 4 "
	settings_reconnect "$loop" max_queues=2
	check "also with two queues" wait_for 10 settings_are "64 1048576 4 4 "
	check "fio" guest_run "$GUEST" 60 'fio_verify xvdb data --rw=randwrite --bs=128k --iodepth=8 --size=4m'
	settings_reconnect "$loop"
	check "and with four" wait_for 10 settings_are "64 1048576 4 4 4 4 "
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

scenario disk-settings 120 only:back only:front disk_settings

# --- persistent grants that the backend no longer maps ----------------------------------

# A counter of the front over all queues. $1: name
returned_counter() {
	guest_run "$GUEST" 15 "counter vbd-$(vbd_id xvdb) 'queue*' $1"
}

returned_more() {
	[ "$(returned_counter "$1")" -gt "$2" ]
}

returned_unmapped() {
	[ "$(vbd_counter xvdb cache_size)" = 0 ]
}

returned_burst() {
	check "a burst of requests" guest_run "$GUEST" 90 \
		"fio_verify xvdb $1 --rw=randwrite --bs=128k --iodepth=32 --size=16m"
}

# $1: seconds
returned_unmap_after() {
	echo "$1" >/sys/module/xen_blkback/parameters/persistent_grant_unused_seconds
}

# While the backend maps them, idle pages stay lent and are good for further requests.
returned_run() {
	check "attach" vbd_attach "$GUEST" "$(disk_new data 16)" xvdb
	returned_burst first
	check "idle pages are kept while they are mapped" wait_for 15 returned_more pages_kept 0
	returned_unmap_after 2
	check "the backend unmaps them" wait_for 20 returned_unmapped
	check "idle pages go" wait_for 15 returned_more pages_freed 100
	returned_burst again
	check "unmapped once more" wait_for 20 returned_unmapped
	returned_burst last
	check_is "requests that failed" 0 "$(returned_counter errors)"
	check_is "references that did not work" 0 "$(vbd_counter xvdb errors_grant)"
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

persistent_returned() {
	at_end returned_unmap_after 60
	returned_run
}

returned_v2_end() {
	returned_unmap_after 60
	guest_destroy g3
}

persistent_returned_v2() {
	local GUEST=g3
	at_end returned_v2_end
	driver_forget g3
	check "a guest with grants of version 2" guest_create g3 "" grant_table.version=2
	check "it has these" guest_run g3 15 "dmesg | grep -q 'version 2 layout'"
	check "drivers" driver_front g3 ours
	returned_run
}

scenario persistent-returned 120 all only:back only:front persistent_returned
scenario persistent-returned-v2 150 only:back only:front persistent_returned_v2
