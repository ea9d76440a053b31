# SPDX-License-Identifier: GPL-2.0
# A backend vanishes, with its domain or alone, and is replaced by another one.
# shellcheck shell=bash

# A second copy of dom0's own root file system.
DD_ROOT=/dev/vdd

# Run a command while the guest is paused, so that the guest sees only the outcome.
# $1: guest, rest: command
in_no_time() {
	local guest=$1 rc=0
	shift
	xl pause "$guest" || return
	"$@" || rc=$?
	xl unpause "$guest" && return $rc
}

# --- from dom0 -----------------------------------------------------------

# $1: backing device
disk_recreate() {
	# shellcheck disable=SC2153 # exported by the runner
	xl block-detach --force "$GUEST" "$(vbd_id xvdb)" && vbd_offer "$GUEST" "$1" xvdb
}

# The disk is detached by force and attached again while the guest is paused.
backend_recreated() {
	local i loop
	loop=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	survive_disk_begin --rw=randwrite --bs=16k --iodepth=16 --size=8m
	for i in $(seq "$(rounds 1 20)"); do
		check "recreate $i" in_no_time "$GUEST" disk_recreate "$loop"
		check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
		check "the load goes on" guest_run "$GUEST" 40 "load_busy xvdb"
	done
	survive_disk_end
	check "detach" vbd_detach "$GUEST" xvdb
}

# The parked disk is removed when no driver has adopted it for a while.
parked_disk_expire() {
	local seq
	seq=$(guest_start "$GUEST" "dd if=/dev/xvdb of=/dev/null bs=4k count=1 iflag=direct")
	check "the disk goes" guest_run "$GUEST" 30 "disk_gone xvdb"
	check_fails "I/O" guest_wait "$GUEST" "$seq" 20
}

# The parked disk is removed with its driver.
parked_disk_unload() {
	check "unload" guest_run "$GUEST" 30 "rmmod xen-blkfront"
	check "no disk is left" guest_run "$GUEST" 20 "disk_gone xvdb"
	check "load" guest_run "$GUEST" 30 "module_load ours xen-blkfront"
}

# The device is recreated in a guest that does not bind drivers by itself. Where the bus
# replaces the device, the new one has no driver: the parked disk must go, and no I/O may
# wait for ever.
# $1: backing device, $2: how it goes
parked_disk_once() {
	local id
	id=$(vbd_id xvdb)
	check "recreate" in_no_time "$GUEST" disk_recreate "$1"
	if guest_run "$GUEST" 10 "sleep 0.5; [ -e /sys/bus/xen/drivers/vbd/vbd-$id ]"; then
		passed "the guest's bus has kept the device"
	else
		"$2"
		check "bind" guest_run "$GUEST" 10 "echo vbd-$id >/sys/bus/xen/drivers/vbd/bind"
	fi
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
}

parked_disk() {
	local loop
	loop=$(disk_new data 4)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	drivers_off
	parked_disk_once "$loop" parked_disk_unload
	parked_disk_once "$loop" parked_disk_expire
	drivers_on
	check "fio" guest_run "$GUEST" 60 "fio_verify xvdb after --rw=write --bs=64k --iodepth=8 --size=4m"
	same_bytes xvdb data 4
	check "detach" vbd_detach "$GUEST" xvdb
}

# Remove the folders of a device whose backend is gone. $1: guest, $2: vif or vbd,
# $3: number
device_forget() {
	local id
	id=$(cat "$RUN/$1.id")
	xenstore-rm "/local/domain/$id/device/$2/$3" "/libxl/$id/device/$2/$3"
	xenstore-rm "/local/domain/$BACK_DOMAIN/backend/$2/$id/$3" 2>/dev/null || :
}

# $1: backing device
disk_back() {
	device_forget "$GUEST" vbd "$(vbd_id xvdb)"
	vbd_offer "$GUEST" "$1" xvdb
}

nic_recreate() {
	device_forget "$GUEST" vif 0
	wait_for 20 vif_gone "$GUEST" 0 && vif_offer "$GUEST" 0
}

net_backend_recreated() {
	local i
	net_pair "$GUEST" 0
	survive_nic_begin
	for i in $(seq "$(rounds 1 20)"); do
		check "recreate $i" in_no_time "$GUEST" nic_recreate
		net_address "$DEV" "${V4%2}1/24"
		check "connected again" wait_for 30 vif_connected "$GUEST" 0
		check "the load goes on" wait_for 40 net_carries 100
	done
	survive_nic_end
	check "detach" vif_detach "$GUEST" 0
}

# Without a backend I/O waits; with the parameter it must fail in the end, and work again
# with a new backend.
backend_timeout() {
	local loop seq start
	loop=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	lifecycle_written
	start=$SECONDS
	check "the backend's folder goes" xenstore-rm "$(vbd_back "$GUEST" xvdb)"
	check "the front has seen it" wait_for 10 vbd_front_state_is "$GUEST" xvdb 1
	seq=$(guest_start "$GUEST" "disk_sum xvdb 1; dd if=/dev/xvdb of=/dev/null bs=4k count=1 iflag=direct")
	check_fails "I/O" guest_wait "$GUEST" "$seq" 20
	[ $((SECONDS - start)) -ge 3 ] || fail "it failed after $((SECONDS - start)) seconds, not 3"
	check "a new backend" in_no_time "$GUEST" disk_back "$loop"
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	lifecycle_intact
	check "detach" vbd_detach "$GUEST" xvdb
}

# The same while the front still stops its rings, which takes longer than it waits for a backend:
# whoever ends the I/O must not do so beside it. The first ring takes longer to stop than the wait
# for a backend, and the second longer than all the others. (Only a preemptible kernel lets the one
# who ends the I/O begin while the front is busy with a ring.)
# shellcheck disable=SC2016 # for the guest
backend_timeout_early() {
	local loop
	loop=$(disk_new data 16)
	head -c 16M /dev/urandom >"$DISK_DIR"/data
	check "attach" vbd_attach "$GUEST" "$(disk_dm data "0 32768 linear $loop 0")" xvdb
	check_is "queues" 4 "$(vbd_front_key "$GUEST" xvdb multi-queue-num-queues)"
	at_end dmsetup resume rig-data
	check "suspend its storage" dmsetup suspend --noflush --nolockfs rig-data
	guest_run "$GUEST" 10 'rm -f /run/rig/early.*; for i in $(seq 0 23); do
		(taskset -c $((i < 8 ? 0 : i < 22 ? 1 : i - 20)) \
			dd if=/dev/xvdb of=/dev/null bs=4k count=1 skip=$((8 * i)) iflag=direct
		echo $? >/run/rig/early.$i) >/dev/null 2>&1 &
	done'
	check "24 reads wait" wait_for 10 late_has 24
	check "the rings stop slowly" guest_run "$GUEST" 15 \
		"function_fault 'of=xen_blkfront at=xbf_orphans_add delay_ms=300'"
	check "the backend's folder goes" xenstore-rm "$(vbd_back "$GUEST" xvdb)"
	check "the front has seen it" wait_for 30 vbd_front_state_is "$GUEST" xvdb 1
	check "resume the storage" dmsetup resume rig-data
	check "all reads end" guest_run "$GUEST" 30 \
		'until [ "$(cat /run/rig/early.* | wc -l)" = 24 ]; do sleep 1; done'
	check_is "that end well" 0 \
		"$(guest_run "$GUEST" 10 'cat /run/rig/early.* | grep -c "^0" || true')"
	check "none is left on a ring" guest_run "$GUEST" 10 \
		"function_fault_end; ! dmesg | grep 'requests in flight'"
	check "a new backend" in_no_time "$GUEST" disk_back "$loop"
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

# --- from a driver domain ------------------------------------------------

# $1: device in dom0 that it serves as its xvdb, $2: more kernel options
dd_create() {
	guest_create dd "'phy:$DD_ROOT,xvda,r', 'phy:$1,xvdb,w'" \
		"rig.root=xvda rig.front=ours rig.devd $2" \
		"driver_domain = 1"$'\n'"vcpus = $((GUEST_CPUS > 1 ? 2 : 1))" || return
	guest_run dd 30 ". /rig/devd.sh; devd_start"
}

dd_offer_disk() {
	vbd_offer "$GUEST" /dev/xvdb xvdb w,backend=dd
}

dd_offer_nic() {
	vif_offer "$GUEST" 0 backend=dd
}

# Set the address of the vif's end in the driver domain.
dd_address() {
	guest_run dd 20 "net_address $(vif_dev "$GUEST" 0) 10.0.0.1/24; stream serve >/dev/null"
}

# Attach all devices again, to the new driver domain.
dd_return() {
	device_forget "$GUEST" vif 0
	device_forget "$GUEST" vbd "$(vbd_id xvdb)"
	dd_offer_disk && dd_offer_nic
}

# Attach all devices to dom0 itself.
dd_leave() {
	guest_destroy dd
	device_forget "$GUEST" vif 0
	device_forget "$GUEST" vbd "$(vbd_id xvdb)"
	vbd_offer "$GUEST" "$1" xvdb && vif_offer "$GUEST" 0
}

dd_connected() {
	vbd_connected "$GUEST" xvdb && vif_connected "$GUEST" 0
}

dd_carrier() {
	[ "$(guest_run "$GUEST" 15 "cat /sys/class/net/\$(nic_name 0)/carrier")" = "$1" ]
}

driver_domain() {
	local loop nic
	at_end guest_destroy dd
	loop=$(disk_new data 16)
	check "driver domain" dd_create "$loop"
	BACK_DOMAIN=$(cat "$RUN/dd.id")
	check "attach a disk" dd_offer_disk
	check "attach a NIC" dd_offer_nic
	check "connected" wait_for 30 dd_connected
	dd_address
	check "interface up" guest_run "$GUEST" 20 "nic_wait 0 && nic_up 0 10.0.0.2/24"
	nic=$(nic_identity)
	check "data" guest_run "$GUEST" 30 "stream tcp 10.0.0.1 500000"
	check "start a stream" guest_run "$GUEST" 30 "nic_load lost 10.0.0.1"
	survive_disk_begin --rw=randwrite --bs=8k --iodepth=16 --size=8m
	check "destroy it" guest_destroy dd
	check "no carrier" wait_for 10 dd_carrier 0
	# Without persistent grants its front lends the pages of requests, but it cannot lend
	# pages that belong to the guest.
	check "it starts again" dd_create "$loop" xen_blkfront.feature_persistent=0
	check_is "persistent grants of its front" N \
		"$(guest_run dd 15 "cat /sys/module/xen_blkfront/parameters/feature_persistent")"
	check "I/O has waited" guest_run "$GUEST" 15 "[ ! -e /run/rig/survive-disk.rc ]"
	check "attach again" in_no_time "$GUEST" dd_return
	BACK_DOMAIN=$(cat "$RUN/dd.id")
	check "connected again" wait_for 30 dd_connected
	dd_address
	check "carrier" wait_for 10 dd_carrier 1
	check "the load goes on" guest_run "$GUEST" 40 "load_busy xvdb"
	check_is "the guest's disk" "$SURVIVE_DISK" "$(disk_identity)"
	check "data" guest_run "$GUEST" 30 "pkill -f 'stream tcp'; stream tcp 10.0.0.1 500000"
	check "dom0 takes over" in_no_time "$GUEST" dd_leave "$loop"
	BACK_DOMAIN=0
	check "connected to dom0" wait_for 30 dd_connected
	survive_disk_end
	check_is "the guest's interface" "$nic" "$(nic_identity)"
	check "detach the NIC" vif_detach "$GUEST" 0
	check "detach the disk" vbd_detach "$GUEST" xvdb
}

scenario backend-recreated 180 long:600 only:front backend_recreated
scenario parked-disk 120 all only:front parked_disk
scenario net-backend-recreated 180 long:900 net only:front net_backend_recreated
scenario backend-timeout 120 only:front front:backend_timeout=3 backend_timeout
scenario backend-timeout-early 120 all only:front front:backend_timeout=1 backend_timeout_early
scenario driver-domain 420 disk net only:front only:back driver_domain
