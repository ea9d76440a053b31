# SPDX-License-Identifier: GPL-2.0
# Data written by the guest is read back by the guest and by dom0.
# shellcheck shell=bash

# The guest's disk and the backing bytes are the same, and not all zero.
# $1: disk in the guest, $2: name of the backing disk, $3: MiB
same_bytes() {
	check_is "bytes of $1 in dom0" "$(disk_backing_sum "$2")" \
		"$(guest_run "$GUEST" 60 "disk_sum $1 $3")"
	! cmp -s -n $(($3 << 20)) "$DISK_DIR/$2" /dev/zero || fail "nothing was written to $1"
}

# $1: MiB, rest: fio options
fio_run() {
	local size=$1 dev
	shift
	dev=$(disk_new data "$size")
	check "attach" vbd_attach "$GUEST" "$dev" xvdb
	check "fio" guest_run "$GUEST" 90 "fio_verify xvdb data --size=${size}m $*"
	same_bytes xvdb data "$size"
}

fio_simple() {
	fio_run "$@"
	check "detach" vbd_detach "$GUEST" xvdb
}

# Flushes of the guest must reach the back, as many as were asked for.
fio_fsync() {
	local flushes
	fio_run 16 --rw=randwrite --bs=8k --iodepth=8 --fsync=16 --end_fsync=1
	flushes=$(vbd_statistic xvdb f_req)
	# 2048 writes, a flush after each 16
	[ "$flushes" -ge 64 ] || fail "only $flushes flushes reached the back"
	passed "$flushes flushes"
	check "detach" vbd_detach "$GUEST" xvdb
}

# Discarded bytes are given back by the backing file, the others stay.
fio_discard() {
	local before
	fio_run 32 --rw=write --bs=128k --iodepth=8
	before=$(stat -c %b "$DISK_DIR"/data)
	check "discard" guest_run "$GUEST" 30 "blkdiscard -o 8m -l 16m /dev/xvdb"
	check_is "backing blocks given back" 32768 $((before - $(stat -c %b "$DISK_DIR"/data)))
	check_is "discarded bytes" 0 "$(dd if="$DISK_DIR"/data bs=1M skip=8 count=16 status=none | tr -d '\0' | wc -c)"
	[ "$(vbd_statistic xvdb ds_req)" -ge 1 ] || fail "ds_req does not count"
	same_bytes xvdb data 32
	check "verify the rest" guest_run "$GUEST" 60 \
		"fio_verify xvdb head --rw=write --bs=128k --iodepth=8 --size=8m --verify_only"
	check "detach" vbd_detach "$GUEST" xvdb
}

scenario fio-4k 90 all fio_simple 8 --rw=randwrite --bs=4k --iodepth=32
scenario fio-128k 90 all fio_simple 32 --rw=write --bs=128k --iodepth=16
scenario fio-1m 90 all fio_simple 32 --rw=randwrite --bs=1m --iodepth=4
scenario fio-mixed 90 fio_simple 16 --rw=randrw --rwmixread=30 \
	--bssplit=512/10:4k/40:20k/20:64k/20:256k/10 --iodepth=32 --norandommap=0
scenario fio-fsync 90 fio_fsync
scenario fio-discard 120 fio_discard
