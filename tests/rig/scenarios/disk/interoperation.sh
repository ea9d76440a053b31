# SPDX-License-Identifier: GPL-2.0
# Each of the two disk drivers with the kernel's own at the other end.
# shellcheck shell=bash

interoperate() {
	local dev
	dev=$(disk_new data 32)
	check "attach" vbd_attach "$GUEST" "$dev" xvdb
	check "fio" guest_run "$GUEST" 90 \
		"fio_verify xvdb data --size=32m --rw=randwrite --bsrange=4k-256k --iodepth=32 --fsync=32"
	check "discard" guest_run "$GUEST" 30 "blkdiscard -o 8m -l 4m /dev/xvdb"
	check_is "discarded bytes" 0 "$(dd if="$DISK_DIR"/data bs=1M skip=8 count=4 status=none | tr -d '\0' | wc -c)"
	same_bytes xvdb data 32
	[ "$(vbd_statistic xvdb f_req)" -ge 1 ] || fail "no flush reached the back"
	check "detach" vbd_detach "$GUEST" xvdb
	check "attach again" vbd_attach "$GUEST" "$dev" xvdb
	same_bytes xvdb data 32
	check "detach again" vbd_detach "$GUEST" xvdb
}

scenario intree-front 120 front:kind=intree interoperate
# One queue: see GUEST_MIB.
scenario intree-front-ring-order-4 120 all front:kind=intree front:max_queues=1 \
	front:max_ring_page_order=4 interoperate
scenario intree-back 120 back:kind=intree interoperate
scenario intree-back-ring-order-4 120 all back:kind=intree front:max_ring_page_order=4 interoperate
