# SPDX-License-Identifier: GPL-2.0
# Changes of the backing device reach the guest: a new size, an error.
# shellcheck shell=bash

SECTORS=65536 # of the backing loop device: 32 MiB
HALF=32768

guest_size_is() {
	[ "$(guest_run "$GUEST" 15 'blockdev --getsize64 /dev/xvdb')" = "$1" ]
}

resize() {
	local loop dev
	loop=$(disk_new data 32)
	dev=$(disk_dm grow "0 $HALF linear $loop 0")
	check "attach" vbd_attach "$GUEST" "$dev" xvdb
	check_is "size" $((HALF * 512)) "$(guest_run "$GUEST" 15 'blockdev --getsize64 /dev/xvdb')"
	check "start a load" guest_run "$GUEST" 15 "load_start xvdb load --rw=randrw --bs=4k --iodepth=8 --size=16m"
	sleep 2
	disk_dm_swap grow "0 $SECTORS linear $loop 0"
	check "guest sees the new size" wait_for 30 guest_size_is $((SECTORS * 512))
	check_is "sectors" $SECTORS "$(vbd_back_key "$GUEST" xvdb sectors)"
	check "load goes on" guest_run "$GUEST" 15 'load_running load'
	check "load had no error" guest_run "$GUEST" 40 'load_stop load'
	check "fio in the new part" guest_run "$GUEST" 60 \
		'fio_verify xvdb grown --rw=write --bs=64k --iodepth=8 --offset=16m --size=16m'
	same_bytes xvdb data 32
	check "detach" vbd_detach "$GUEST" xvdb
}

# A disk whose table can be switched between working and failing writes.
backing_flaky() {
	local loop
	loop=$(disk_new data 32)
	echo "$loop" >"$RUN"/flaky.loop
	check "attach" vbd_attach "$GUEST" "$(disk_dm flaky "0 $SECTORS linear $loop 0")" xvdb
	check "fio before" guest_run "$GUEST" 60 \
		'fio_verify xvdb before --rw=write --bs=64k --iodepth=8 --size=8m'
}

backing_break() {
	disk_dm_swap flaky "0 $SECTORS flakey $(cat "$RUN"/flaky.loop) 0 0 600 1 error_writes"
}

backing_repair() {
	disk_dm_swap flaky "0 $SECTORS linear $(cat "$RUN"/flaky.loop) 0"
}

# $1: text, $2: command in the guest that must fail with EIO
guest_eio() {
	local out rc=0
	out=$(guest_run "$GUEST" 30 "$2") || rc=$?
	[ $rc -ne 124 ] || fail "$1 hangs"
	[ $rc -ne 0 ] || fail "$1 succeeds though the device failed"
	grep -q 'Input/output error' <<<"$out" || fail "$1: no EIO but: $out"
	passed "$1: EIO"
}

# The disk works again, with its write cache and its flushes.
backing_recovered() {
	local before
	check_is "write cache" "write back" "$(guest_run "$GUEST" 15 'disk_attr xvdb queue/write_cache')"
	before=$(vbd_statistic xvdb f_req)
	check "write and fsync after repair" guest_run "$GUEST" 30 \
		'dd if=/dev/urandom of=/dev/xvdb bs=64k count=16 conv=notrunc,fsync status=none'
	[ "$(vbd_statistic xvdb f_req)" -gt "$before" ] || fail "no flush reaches the back any more"
	check "fio after" guest_run "$GUEST" 60 \
		'fio_verify xvdb after --rw=randwrite --bs=4k --iodepth=16 --size=8m'
	same_bytes xvdb data 32
	check "detach" vbd_detach "$GUEST" xvdb
}

eio_write() {
	backing_flaky
	backing_break
	guest_eio "write" 'dd if=/dev/zero of=/dev/xvdb bs=4k count=1 oflag=direct conv=notrunc'
	guest_eio "1 MiB write" 'dd if=/dev/zero of=/dev/xvdb bs=1M count=1 oflag=direct conv=notrunc'
	guest_eio "buffered write and fsync" 'dd if=/dev/zero of=/dev/xvdb bs=4k count=1 conv=notrunc,fsync'
	check "reads go on" guest_run "$GUEST" 15 'disk_sum xvdb 8'
	backing_repair
	backing_recovered
}

eio_flush() {
	local i
	backing_flaky
	check "fsync before" guest_run "$GUEST" 15 'sync /dev/xvdb'
	backing_break
	for i in 1 2 3; do
		guest_eio "fsync $i" 'sync /dev/xvdb'
	done
	check_is "write cache meanwhile" "write back" \
		"$(guest_run "$GUEST" 15 'disk_attr xvdb queue/write_cache')"
	backing_repair
	backing_recovered
}

scenario resize 120 resize
scenario eio-write 120 all eio_write
scenario eio-flush 120 eio_flush
