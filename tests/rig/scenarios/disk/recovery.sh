# SPDX-License-Identifier: GPL-2.0
# A backend is gone: requests that it may still execute, and writes that were not flushed.
# shellcheck shell=bash

# --- a backend that is late --------------------------------------------------

# Requests of the guest's disk that the backend has. $1: how many
late_has() {
	[ "$(guest_run "$GUEST" 10 "awk '{ print \$1 + \$2 }' /sys/block/xvdb/inflight")" = "$1" ]
}

# Suspend the storage of the disk with a read and a write in flight. Sets LATE_LOOP.
late_begins() {
	local loop
	loop=$(disk_new data 16)
	head -c 16M /dev/urandom >"$DISK_DIR"/data
	check "attach" vbd_attach "$GUEST" "$(disk_dm data "0 32768 linear $loop 0")" xvdb
	at_end dmsetup resume rig-data
	check "suspend its storage" dmsetup suspend --noflush --nolockfs rig-data
	guest_run "$GUEST" 10 "rm -f /run/rig/late.*; for op in read write; do
		(late \$op /dev/xvdb /run/rig/late.go; echo \$? >/run/rig/late.\$op.rc) >/run/rig/late.\$op 2>&1 &
	done"
	check "a read and a write wait" wait_for 10 late_has 2
	LATE_LOOP=$loop
}

late_ended() {
	guest_run "$GUEST" 10 "[ -s /run/rig/late.read.rc ] && [ -s /run/rig/late.write.rc ]"
}

# The old backend's storage is resumed after the requests would have been issued again.
backend_late() {
	late_begins
	check "another backend" in_no_time "$GUEST" disk_recreate "$LATE_LOOP"
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	check "data on it" guest_run "$GUEST" 30 \
		'fio_verify xvdb late --offset=1m --size=1m --rw=randwrite --bs=64k --iodepth=4'
	nap 1
	check "resume the storage" dmsetup resume rig-data
	nap 1
	guest_run "$GUEST" 10 "touch /run/rig/late.go"
	check "both end" wait_for 20 late_ended
	check_is "of read and write" "0 0" "$(guest_run "$GUEST" 10 'cat /run/rig/late.*.rc | xargs')"
	check "detach" vbd_detach "$GUEST" xvdb
}

# The disk is detached: no request may end while its memory is lent.
late_read_ended() {
	guest_run "$GUEST" 10 "[ -s /run/rig/late.read.rc ]"
}

detach_late() {
	late_begins
	check "detach" xl block-detach --force "$GUEST" "$(vbd_id xvdb)"
	nap 8
	! late_read_ended || fail "the read has ended while the backend had its memory"
	passed "the read waits"
	check "resume the storage" dmsetup resume rig-data
	check "it ends" wait_for 20 late_read_ended
	check "the disk goes" guest_run "$GUEST" 30 "disk_gone xvdb"
	check "attach again" vbd_attach "$GUEST" "$LATE_LOOP" xvdb
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

scenario backend-late 90 only:front back:kind=intree front:feature_persistent=0 backend_late
scenario backend-late-persistent 90 all only:front back:kind=intree backend_late
scenario detach-late 90 only:front back:kind=intree front:feature_persistent=0 detach_late
# --- unflushed writes --------------------------------------------

# Replace the backend by another one.
unflushed_recreate() {
	check "the backend's folder goes" xenstore-rm "$(vbd_back "$GUEST" xvdb)"
	check "the front has seen it" wait_for 10 vbd_front_state_is "$GUEST" xvdb 1
	check "a new backend" in_no_time "$GUEST" disk_back "$1"
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
}

unflushed_write() {
	check "write" guest_run "$GUEST" 20 \
		"dd if=/dev/zero of=/dev/xvdb bs=64k count=4 oflag=direct status=none"
}

unflushed() {
	local loop
	loop=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	unflushed_write
	check "flush" guest_run "$GUEST" 20 "flush /dev/xvdb"
	unflushed_recreate "$loop"
	check "a flush with nothing lost" guest_run "$GUEST" 20 "flush /dev/xvdb"
	unflushed_write
	unflushed_recreate "$loop"
	check_fails "a flush behind what is lost" guest_run "$GUEST" 20 "flush /dev/xvdb"
	check "the log has a warning" guest_run "$GUEST" 10 "dmesg | grep -q 'xvdb: writes .* may be lost'"
	check "the next one is good" guest_run "$GUEST" 20 "flush /dev/xvdb"
	check "detach" vbd_detach "$GUEST" xvdb
}

scenario unflushed-writes 90 only:front unflushed
