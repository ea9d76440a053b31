# SPDX-License-Identifier: GPL-2.0
# Shortage of maptrack entries in dom0 (gnttab_max_maptrack_frames on Xen's command line), of
# a guest's grants and event channels, and of memory: slower, but without an error.
# shellcheck shell=bash

# --- maptrack entries -------------------------------------------------------------

# The backend reports the shortage in its error node. $1: folder
maps_missed() {
	back_error "$1" | grep -q 'no room to map'
}

# An offered disk connects in the end. $1: guest, $2: disk
shortage_disk_comes() {
	wait_for 20 vbd_connected "$1" "$2" &&
		guest_run "$1" 20 "wait_for 10 test -b /dev/$2"
}

# Pages are kept mapped again some seconds after maptrack entries ran out.
shortage_keeps() {
	guest_run "$GUEST" 60 'fio_verify xvdb data --size=4m --rw=randwrite --bs=64k --iodepth=4' &&
		[ "$(vbd_counter xvdb cache_size)" -gt 16 ]
}

shortage_keeps_nothing() {
	[ "$(vbd_counter xvdb cache_size)" = 0 ]
}

maptrack_full_disk() {
	local one two
	one=$(disk_new data 16)
	two=$(disk_new more 16)
	back_error_forget "$(vbd_back "$GUEST" xvdb)"
	maps_lend
	maps_take
	check "attach while there is no room" vbd_offer "$GUEST" "$one" xvdb
	check "the backend reports it" wait_for 20 maps_missed "$(vbd_back "$GUEST" xvdb)"
	! vbd_connected "$GUEST" xvdb || fail "connected without room"
	maps_give_back
	check "connected when there is room" shortage_disk_comes "$GUEST" xvdb
	check "pages are kept mapped" wait_for 20 shortage_keeps
	maps_take
	check "much data, and no room to map it" guest_run "$GUEST" 90 \
		'fio_verify xvdb data --size=16m --rw=randwrite --bs=16k-256k --iodepth=16'
	[ "$(vbd_counter xvdb maps_busy)" -gt 0 ] || fail "there was room"
	check_is "bad references" 0 "$(vbd_counter xvdb errors_grant)"
	# Pages that the first disk keeps mapped without need make room for the second.
	check "another disk" vbd_attach "$GUEST" "$two" xvdc
	check "the first one keeps nothing" wait_for 5 shortage_keeps_nothing
	check "data on it" guest_run "$GUEST" 60 \
		'fio_verify xvdc more --size=16m --rw=randwrite --bs=4k-64k --iodepth=8'
	maps_give_back
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdc
	check "detach" vbd_detach "$GUEST" xvdb
}

maptrack_full_nic() {
	back_error_forget "$(vif_back "$GUEST" 0)"
	maps_lend
	maps_take
	check "attach while there is no room" vif_offer "$GUEST" 0
	check "the backend reports it" wait_for 20 maps_missed "$(vif_back "$GUEST" 0)"
	! vif_connected "$GUEST" 0 || fail "connected without room"
	maps_give_back
	check "connected when there is room" wait_for 20 vif_connected "$GUEST" 0
	net_address "$(vif_dev "$GUEST" 0)" 10.0.0.1/24
	check "interface up" guest_run "$GUEST" 20 "nic_wait 0 && nic_up 0 10.0.0.2/24"
	check "TCP" stream tcp 10.0.0.2 500000
	check "detach" vif_detach "$GUEST" 0
}

# --- grants, event channels, memory ------------------------------------------

# A guest with 1016 grants, and so many event channels beside those that each guest
# needs: four for a disk, and one.
SHORTAGE=g3
SHORTAGE_CHANNELS=5

shortage_end() {
	memory_give_back
	guest_destroy $SHORTAGE
}

shortage_boot() {
	local ports
	at_end shortage_end
	ports=$(guest_run "$GUEST" 15 "grep -c ' xen-' /proc/interrupts")
	driver_forget $SHORTAGE
	check "a guest with $((ports + SHORTAGE_CHANNELS)) event channels" guest_create $SHORTAGE "" "" \
		"max_grant_frames = 2"$'\n'"max_event_channels = $((ports + SHORTAGE_CHANNELS))"
	check "drivers" driver_front $SHORTAGE ours
	check "drivers" driver_netfront $SHORTAGE ours
}

# Load a disk and an interface while a resource is short.
shortage_load() {
	local seq
	seq=$(guest_start $SHORTAGE \
		'fio_verify xvdb data --size=16m --rw=randwrite --bs=4k-128k --iodepth=32')
	check "TCP" stream tcp "$V4" 500000
	check "fio" guest_wait $SHORTAGE "$seq" 60
}

# The front reports that there is no event channel for its disk. $1: disk
shortage_says_so() {
	xenstore-read "$(vbd_front $SHORTAGE "$1" | sed 's/device/error\/device/')/error" |
		grep -q 'no event channel left'
}

resource_shortage() {
	shortage_boot
	check "attach" vbd_attach $SHORTAGE "$(disk_new data 16)" xvdb
	check_is "queues of the disk" 4 "$(vbd_front_key $SHORTAGE xvdb multi-queue-num-queues)"
	net_pair $SHORTAGE 0
	check_is "queues of the interface" 1 "$(vif_front_key $SHORTAGE 0 multi-queue-num-queues)"
	shortage_load
	check_is "pages of the grant table" 2 "$(grant_frames $SHORTAGE)"
	check "little memory in the guest" guest_run $SHORTAGE 60 'memory_hog 64'
	shortage_load
	check "memory again" guest_run $SHORTAGE 30 memory_give_back
	check "little memory in dom0" memory_hog 128
	shortage_load
	check "memory again" memory_give_back
	check "a disk for which there is no channel" vbd_offer $SHORTAGE "$(disk_new more 16)" xvdc
	check "its driver reports it" wait_for 20 shortage_says_so xvdc
	! vbd_connected $SHORTAGE xvdc || fail "connected without a channel"
	check "detach the interface, for its channel" vif_detach $SHORTAGE 0
	check "then it connects" shortage_disk_comes $SHORTAGE xvdc
	check "data on it" guest_run $SHORTAGE 60 \
		'fio_verify xvdc more --size=8m --rw=randwrite --bs=4k-64k --iodepth=8'
	GUEST=$SHORTAGE same_bytes xvdb data 16
	check "detach" vbd_detach $SHORTAGE xvdc
	check "detach" vbd_detach $SHORTAGE xvdb
}

scenario maptrack-full-disk 150 only:back only:front maptrack_full_disk
scenario maptrack-full-nic 90 all net only:back only:front maptrack_full_nic
scenario resource-shortage 200 disk net only:back only:front resource_shortage
