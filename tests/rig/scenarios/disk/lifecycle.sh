# SPDX-License-Identifier: GPL-2.0
# Disks are attached and detached, drivers are loaded and unloaded.
# shellcheck shell=bash

guest_disk_gone() {
	! guest_run "$GUEST" 15 "[ -e /sys/block/$1 ]" >/dev/null
}

# One disk stays under load; the other one is detached under its load.
attach_detach() {
	local i loop stay
	stay=$(disk_new stay 16)
	loop=$(disk_new data 16)
	check "attach xvdc" vbd_attach "$GUEST" "$stay" xvdc
	# Slow enough to leave the emulated processors time for the rest.
	check "start a load" guest_run "$GUEST" 15 \
		'load_start xvdc stay --rw=randwrite --bs=4k --iodepth=4 --size=16m --rate_iops=50'
	for i in $(seq "$(rounds 3 20)"); do
		check "attach $i" vbd_attach "$GUEST" "$loop" xvdb
		check "start a load $i" guest_run "$GUEST" 15 \
			'load_start xvdb victim --rw=randrw --bs=16k --iodepth=16 --size=16m; load_busy xvdb'
		check "detach $i under load" vbd_detach "$GUEST" xvdb
		check "load $i ended, its disk is gone" guest_run "$GUEST" 40 \
			'load_end victim 30 && disk_gone xvdb'
	done
	check "the other load ran on" guest_run "$GUEST" 15 'load_running stay'
	check "and had no error" guest_run "$GUEST" 40 'load_stop stay'
	check "fio on it" guest_run "$GUEST" 60 \
		'fio_verify xvdc after --rw=write --bs=64k --iodepth=8 --size=16m'
	same_bytes xvdc stay 16
	check "detach xvdc" vbd_detach "$GUEST" xvdc
}

lifecycle_written() {
	check "fio" guest_run "$GUEST" 60 \
		'fio_verify xvdb before --rw=write --bs=64k --iodepth=8 --size=16m'
}

# The disk works as if nothing had happened.
lifecycle_intact() {
	check "old data" guest_run "$GUEST" 60 \
		'fio_verify xvdb before --rw=write --bs=64k --iodepth=8 --size=16m --verify_only'
	check "new data" guest_run "$GUEST" 60 \
		'fio_verify xvdb after --rw=randwrite --bs=4k --iodepth=8 --size=4m'
	same_bytes xvdb data 16
}

# Keys of a frontend that another driver would not overwrite, and that a backend would use.
# $1: folder
no_keys_left() {
	check_is "keys that another driver would not write" "" "$(xenstore-list "$1" |
		grep -E '^(multi-queue|queue-|ring-page-order|ctrl-ring|event-channel-|feature-|request-)' || :)"
}

# The kernel's xenbus holds a driver as long as a device is bound to it:
# rmmod alone is refused, unbinding the device first makes it possible.
reload_front() {
	local loop kind=${SCENARIO_FRONT[reload-front]%% *}
	loop=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	lifecycle_written
	check_fails "unload while the disk is open" guest_run "$GUEST" 20 \
		'exec 9</dev/xvdb; rmmod xen-blkfront'
	check "unbind" guest_run "$GUEST" 40 \
		"echo vbd-$(vbd_id xvdb) >/sys/bus/xen/drivers/vbd/unbind"
	check "no disk is left" guest_disk_gone xvdb
	no_keys_left "$(vbd_front "$GUEST" xvdb)"
	check "unload" guest_run "$GUEST" 40 'module_unload xen-blkfront'
	check "load" guest_run "$GUEST" 40 "module_load $kind xen-blkfront"
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	lifecycle_intact
	check "detach" vbd_detach "$GUEST" xvdb
}

back_unbind() {
	limited 60 tee /sys/bus/xen-backend/drivers/vbd/unbind \
		<<<"vbd-$(cat "$RUN/$GUEST.id")-$(vbd_id xvdb)"
}

# The back is reloaded under an attached disk; the guest only has to wait.
reload_back() {
	local loop seq kind=${SCENARIO_BACK[reload-back]%% *}
	loop=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	lifecycle_written
	check_fails "unload while attached" limited 60 rmmod xen-blkback
	check "refused without harm" guest_run "$GUEST" 40 'disk_sum xvdb 16'
	check "unbind" back_unbind
	check "unload" limited 60 rmmod xen-blkback
	# I/O waits while there is no backend.
	seq=$(guest_start "$GUEST" 'disk_sum xvdb 16')
	sleep 1
	check "load" module_load "$kind" xen-blkback "$BACK_DEFAULTS"
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	check_is "waiting read" "$(disk_backing_sum data)" "$(guest_wait "$GUEST" "$seq" 40)"
	lifecycle_intact
	check "detach" vbd_detach "$GUEST" xvdb
}

scenario attach-detach 150 long:420 attach_detach
scenario reload-front 120 reload_front
scenario reload-back 150 all reload_back
