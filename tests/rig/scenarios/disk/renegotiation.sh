# SPDX-License-Identifier: GPL-2.0
# A backend offers more or fewer queues and features than the last one.
# shellcheck shell=bash

# $1: queues
fits_queues() {
	[ "$(guest_run "$GUEST" 10 'ls /sys/block/xvdb/mq | wc -l')" = "$1" ]
}

# $1: KiB of a request
fits_size() {
	[ "$(guest_run "$GUEST" 10 'cat /sys/block/xvdb/queue/max_hw_sectors_kb')" = "$1" ]
}

# Recreate the device with a backend of other parameters.
fits_recreate() {
	local loop=$1
	shift
	check "the backend's folder goes" xenstore-rm "$(vbd_back "$GUEST" xvdb)"
	check "the front has seen it" wait_for 10 vbd_front_state_is "$GUEST" xvdb 1
	check "a backend with $*" driver_back "$@"
	check "a new backend" in_no_time "$GUEST" disk_back "$loop"
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	check "the load goes on" guest_run "$GUEST" 40 "load_busy xvdb"
}

# Connect with one queue and direct requests only. $1: backing device
fits_poorly() {
	drivers_off
	check "a backend with one queue" driver_back "$(scenario_kind_back)" max_queues=1
	check "attach" vbd_offer "$GUEST" "$1" xvdb
	check "offered" wait_for 10 back_offers "$(vbd_back "$GUEST" xvdb)"
	check "no long requests" xenstore-rm "$(vbd_back "$GUEST" xvdb)/feature-max-indirect-segments"
	check "a driver" guest_device 20 "device_hand_over vbd $(vbd_id xvdb)"
	check "connected" wait_for 30 vbd_connected "$GUEST" xvdb
	check "one queue" wait_for 10 fits_queues 1
	check "requests of 44 KiB" wait_for 10 fits_size 44
}

renegotiate_queues() {
	local loop kind
	kind=$(scenario_kind_back)
	loop=$(disk_new data 16)
	fits_poorly "$loop"
	survive_disk_begin --rw=randwrite --bs=128k --iodepth=16 --size=8m
	fits_recreate "$loop" "$kind"
	check "four queues" wait_for 10 fits_queues 4
	check "requests of 128 KiB" wait_for 10 fits_size 128
	fits_recreate "$loop" "$kind" max_queues=2
	check "two queues" wait_for 10 fits_queues 2
	survive_disk_end
	check "detach" vbd_detach "$GUEST" xvdb
}

scenario renegotiate-queues 120 only:front renegotiate_queues

# The back is reloaded with fewer queues than the guest's disk uses: it must go on serving
# these, and the next connection uses the new number.
reload_fewer_queues() {
	check "attach" vbd_attach "$GUEST" "$(disk_new data 16)" xvdb
	check_is "queues" 4 "$(vbd_front_key "$GUEST" xvdb multi-queue-num-queues)"
	survive_disk_begin --rw=randwrite --bs=16k --iodepth=16 --size=4m
	check "unbind" back_unbind
	check "load with fewer queues" driver_back "$(scenario_kind_back)" max_queues=1 max_ring_page_order=0
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	check "the load goes on" guest_run "$GUEST" 40 "load_busy xvdb"
	check "unbind" back_unbind
	check "load again" driver_back "$(scenario_kind_back)" max_queues=2 max_ring_page_order=0
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	check "the load goes on" guest_run "$GUEST" 40 "load_busy xvdb"
	survive_disk_end
	check "detach" vbd_detach "$GUEST" xvdb
}

scenario reload-fewer-queues 90 only:back front:max_ring_page_order=2 reload_fewer_queues
