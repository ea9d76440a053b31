# SPDX-License-Identifier: GPL-2.0
# Firmware uses a device before the guest's driver: a first connection with few features, a
# second one with all, a third with few again. The keys of each are still there in the next.
# shellcheck shell=bash

# Reload the guest's driver with other parameters. $1: module, $2: type of the device,
# $3: its number, rest: parameters
handoff_reload() {
	local kind
	kind=$(scenario_kind_front)
	check "unbind the driver" guest_run "$GUEST" 40 "echo $2-$3 >/sys/bus/xen/drivers/$2/unbind"
	check "and comes back with ${*:4}" guest_run "$GUEST" 40 "front_load $1 $kind ${*:4}"
}

# --- disk ----------------------------------------------------------------------

# The checksum of the disk after the firmware has moved each page by one.
handoff_moved_sum() {
	{ tail -c 4096 "$DISK_DIR"/data && head -c -4096 "$DISK_DIR"/data; } | sum_of
}

# The guest has what dom0 has, and can write it. $1: queues, $2: pages of a ring
handoff_disk_check() {
	local front
	front=$(vbd_front "$GUEST" xvdb)
	check "connected" wait_for 30 vbd_connected "$GUEST" xvdb
	check_is "protocol" x86_64-abi "$(vbd_front_key "$GUEST" xvdb protocol)"
	check_is "queues" "$1" "$(guest_run "$GUEST" 15 'ls /sys/block/xvdb/mq | wc -l')"
	check_is "queues in xenstore" "$1" \
		"$(vbd_front_key "$GUEST" xvdb multi-queue-num-queues || echo 1)"
	check_is "folders of queues" $(($1 > 1 ? $1 : 0)) \
		"$(xenstore-list "$front" | grep -c '^queue-' || :)"
	check_is "pages of a ring" "$2" $((1 << $(vbd_front_key "$GUEST" xvdb ring-page-order || echo 0)))
	same_bytes xvdb data 1
	check "fio" guest_run "$GUEST" 60 \
		'fio_verify xvdb data --size=1m --rw=randwrite --bsrange=4k-128k --iodepth=32'
	same_bytes xvdb data 1
}

handoff_disk() {
	local dev moved
	dev=$(disk_new data 1)
	head -c 1M /dev/urandom >"$DISK_DIR"/data
	moved=$(handoff_moved_sum)
	drivers_off
	check "attach" vbd_offer "$GUEST" "$dev" xvdb
	check "offered" wait_for 10 back_offers "$(vbd_back "$GUEST" xvdb)"
	check "firmware" hostile_guest 30 "hostile_run vbd $(vbd_id xvdb) firmware"
	check_is "bytes in dom0" "$moved" "$(disk_backing_sum data)"
	check_is "protocol left behind" x86_32-abi "$(vbd_front_key "$GUEST" xvdb protocol)"
	check "a driver" guest_device 20 "device_hand_over vbd $(vbd_id xvdb)"
	handoff_disk_check 4 4
	handoff_reload xen-blkfront vbd "$(vbd_id xvdb)" max_queues=1 max_ring_page_order=0
	handoff_disk_check 1 1
	check "detach" vbd_detach "$GUEST" xvdb
	driver_forget "$GUEST"
}

scenario handoff-disk 90 only:front front:max_ring_page_order=2 handoff_disk

# --- NIC -----------------------------------------------------------------------

# $1: queues
handoff_nic_check() {
	local v4
	v4=$(vif_v4 "$GUEST" 1)
	check "connected" wait_for 30 vif_connected "$GUEST" 1
	check "interface" guest_run "$GUEST" 20 "nic_wait 1 && nic_up 1 $v4.2/24"
	check_is "queues" "$1" "$(vif_front_key "$GUEST" 1 multi-queue-num-queues)"
	check_is "folders of queues" $(($1 > 1 ? $1 : 0)) \
		"$(xenstore-list "$(vif_front "$GUEST" 1)" | grep -c '^queue-' || :)"
	check_is "left of what firmware wanted" "" "$(xenstore-list "$(vif_front "$GUEST" 1)" |
		grep -E 'no-csum|prefix|request-multicast' || :)"
	rm -f "$RUN"/average.*
	net_average rx && net_average tx
	check "data" net_stream "$v4.2" 2000000 60 8000
	[ "$(net_average rx)" -gt 1514 ] || fail "no segments in one piece from the guest"
	[ "$(net_average tx)" -gt 1514 ] || fail "no segments in one piece to the guest"
}

handoff_nic() {
	local v4
	v4=$(vif_v4 "$GUEST" 1)
	drivers_off
	check "attach" vif_offer "$GUEST" 1
	check "offered" wait_for 10 back_offers "$(vif_back "$GUEST" 1)"
	DEV=$(vif_dev "$GUEST" 1)
	net_address "$DEV" "$v4.1/24"
	check "firmware" hostile_guest 60 "hostile_run vif 1 $v4.2 $v4.1 firmware"
	check_is "left behind" 1 "$(vif_front_key "$GUEST" 1 feature-no-csum-offload)"
	check "a driver" guest_device 20 "device_hand_over vif 1"
	handoff_nic_check 4
	handoff_reload xen-netfront vif 1 max_queues=1
	handoff_nic_check 1
	check "detach" vif_detach "$GUEST" 1
	driver_forget "$GUEST"
}

scenario handoff-nic 90 only:front net handoff_nic
