# SPDX-License-Identifier: GPL-2.0
# What was offered, set or lent, and what becomes of it later.
# shellcheck shell=bash

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
