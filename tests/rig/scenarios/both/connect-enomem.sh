# SPDX-License-Identifier: GPL-2.0
# The backend is connected, but the front gets -ENOMEM when it starts the device, by
# tests/fault/function_fault.
# shellcheck shell=bash

# All injected errors have been returned.
ready_lacked() {
	check_is "still to come" 0 "$(guest_run "$GUEST" 15 'function_fault_get enomem')"
	check "memory again" guest_run "$GUEST" 15 function_fault_end
}

# A disk that waits for a new backend goes on waiting; a new disk appears later.
connect_enomem_disk() {
	local loop seq
	loop=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	lifecycle_written
	check "no memory" guest_run "$GUEST" 15 \
		"function_fault 'of=xen_blkfront at=xbf_ring_start enomem=2'"
	check "recreate" in_no_time "$GUEST" disk_recreate "$loop"
	seq=$(guest_start "$GUEST" 'disk_sum xvdb 16')
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	check_is "a read that waited" "$(disk_backing_sum data)" "$(guest_wait "$GUEST" "$seq" 60)"
	ready_lacked
	check "no memory" guest_run "$GUEST" 15 \
		"function_fault 'of=xen_blkfront at=xbf_ring_start enomem=2'"
	check "attach another" vbd_attach "$GUEST" "$(disk_new more 4)" xvdc
	ready_lacked
	check "data on it" guest_run "$GUEST" 40 \
		'fio_verify xvdc more --size=4m --rw=randwrite --bs=16k --iodepth=4'
	lifecycle_intact
	check "detach" vbd_detach "$GUEST" xvdc
	check "detach" vbd_detach "$GUEST" xvdb
}

connect_enomem_nic() {
	check "no memory" guest_run "$GUEST" 15 \
		"function_fault 'of=xen_netfront at=xnf_dev_start enomem=2'"
	net_pair "$GUEST" 0
	ready_lacked
	check "data" net_stream "$V4" 500000 100 8000
	check "detach" vif_detach "$GUEST" 0
}

scenario connect-enomem-disk 120 only:front connect_enomem_disk
scenario connect-enomem-nic 60 all net only:front connect_enomem_nic
