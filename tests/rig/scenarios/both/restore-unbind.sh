# SPDX-License-Identifier: GPL-2.0
# A device goes right after a restore, before it has connected again.
# shellcheck shell=bash

# The device's work is delayed in the guest, so that its driver is unbound while the device
# has nothing: the old rings are gone, and new ones have not been made.
# $1: vbd or vif, $2: number
restore_unbind() {
	check "the link's work is slow" guest_run "$GUEST" 20 \
		"function_fault 'of=xen_split at=xen_split:link_work delay_ms=4000'"
	check "save" guest_save "$GUEST"
	check "restore" guest_restore "$GUEST"
	check "unbind" guest_device 40 "device_unbind $1 $2"
	[ "$(guest_run "$GUEST" 15 'function_fault_get hits')" -gt 0 ] || fail "nothing was delayed"
	check "no delay" guest_run "$GUEST" 20 function_fault_end
	check "bind" guest_device 20 "device_bind $1 $2"
}

restore_unbind_nic() {
	net_pair "$GUEST" 0
	restore_unbind vif 0
	check "connected" wait_for 30 vif_connected "$GUEST" 0
	DEV=$(vif_dev "$GUEST" 0)
	net_address "$DEV" "${V4%2}1/24"
	check "interface up" guest_run "$GUEST" 20 "nic_wait 0 && nic_up 0 $V4/24"
	check "data" net_stream "$V4" 500000 100 1400
	check "detach" vif_detach "$GUEST" 0
}

restore_unbind_disk() {
	local loop
	loop=$(disk_new data 4)
	head -c 4M /dev/urandom >"$DISK_DIR/data"
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	restore_unbind vbd "$(vbd_id xvdb)"
	check "connected" wait_for 30 vbd_connected "$GUEST" xvdb
	check "disk" guest_device 20 "device_disk xvdb"
	same_bytes xvdb data 4
	check "detach" vbd_detach "$GUEST" xvdb
}

scenario net-restore-unbind 120 net only:front restore_unbind_nic
scenario restore-unbind 120 all only:front restore_unbind_disk
