# SPDX-License-Identifier: GPL-2.0
# States of the backing device: it hangs, is busy, empty, missing or read-only, and changes
# under a guest. No other device may wait for it.
# shellcheck shell=bash

BS_SECTORS=32768 # 16 MiB

# --- a disk that does not answer -----------------------------------------------

# Requests to the device hang from now on. $1: name
bs_hang() {
	dmsetup suspend --noflush --nolockfs "rig-$1"
}

# How often a block device is open. $1: name
bs_opens() {
	dmsetup info -c --noheadings -o open "rig-$1"
}

bs_opens_are() {
	[ "$(bs_opens "$1")" = "$2" ]
}

bs_front_busy() {
	[ "$(guest_run "$GUEST" 15 "disk_attr $1 inflight" | xargs)" != "0 0" ]
}

# Start a write of the guest that hangs.
bs_hung_write() {
	bs_hang hung
	guest_start "$GUEST" 'dd if=/dev/zero of=/dev/xvdb bs=64k count=4 oflag=direct conv=notrunc' >/dev/null
	wait_for 20 bs_front_busy xvdb || fail "no write is in flight"
	nap 0.5
}

# The toolstack waits ten seconds for the back to close and then gives up with an error. The
# folders are still there, and are removed as an administrator would do it.
bs_take_away() {
	local rc=0 id d
	id=$(cat "$RUN/$GUEST.id")
	timeout $((20 * PATIENCE)) xl block-detach --force "$GUEST" "$(vbd_id xvdb)" || rc=$?
	[ $rc -ne 124 ] || return
	for d in "$(vbd_front "$GUEST" xvdb)" "/libxl/$id/device/vbd/$(vbd_id xvdb)" \
		"$(vbd_back "$GUEST" xvdb)"; do
		xenstore-rm "$d" 2>/dev/null || :
	done
	wait_for 10 bs_off_the_bus
}

bs_off_the_bus() {
	[ ! -e "/sys/bus/xen-backend/devices/vbd-$(cat "$RUN/$GUEST.id")-$(vbd_id xvdb)" ]
}

# Other disks must work meanwhile, and the resources of the one that hangs must be freed when
# it is resumed.
hung_detach() {
	local loop dev other
	loop=$(disk_new hung 16)
	dev=$(disk_dm hung "0 $BS_SECTORS linear $loop 0")
	other=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$dev" xvdb
	bs_hung_write
	at_end dmsetup resume rig-hung
	check "taken away" bs_take_away
	check "another one attaches" vbd_attach "$GUEST" "$other" xvdc
	check "and one of its name" vbd_attach "$GUEST" "$(disk_new third 8)" xvdb
	check "fio" guest_run "$GUEST" 60 'fio_verify xvdc other --rw=write --bs=64k --iodepth=8 --size=2m'
	check_is "open" 1 "$(bs_opens hung)"
	[ -r "/sys/bus/xen-backend/devices/vbd-$(cat "$RUN/$GUEST.id")-$(vbd_id xvdb)/statistics/wr_req" ] ||
		fail "no statistics of the new one"
	[ -r "/sys/kernel/debug/xen-split/vbd-$(cat "$RUN/$GUEST.id")-$(vbd_id xvdb)/queue0" ] ||
		fail "no counters of the new one"
	check "detach it" vbd_detach "$GUEST" xvdb
	check "offer the hung one again" vbd_offer "$GUEST" "$dev" xvdb
	nap 2
	! vbd_connected "$GUEST" xvdb || fail "connected while earlier requests are in flight"
	dmsetup resume rig-hung
	check "connected when they have ended" wait_for 20 vbd_connected "$GUEST" xvdb
	check "detach it" vbd_detach "$GUEST" xvdb
	check "the disk is closed" wait_for 10 bs_opens_are hung 0
	check "detach the other" vbd_detach "$GUEST" xvdc
}

# The toolstack may complain of a disk that does not close, but must come to an end.
bs_destroy() {
	local rc=0
	timeout $((25 * PATIENCE)) xl destroy "$VICTIM" || rc=$?
	[ $rc -ne 124 ] && guest_gone "$VICTIM"
}

# The same with the guest destroyed; the driver stays until the last request has ended.
hung_destroy() {
	local loop dev
	loop=$(disk_new hung 16)
	dev=$(disk_dm hung "0 $BS_SECTORS linear $loop 0")
	check "the back of the NIC" driver_netback "$(scenario_kind_back)"
	small_prepare "$(scenario_kind_front)"
	at_end bs_destroy_end
	check "create a guest" small_create "$VICTIM" "$dev"
	check "busy" wait_for 60 destroy_in_use
	bs_hang hung
	nap 0.5
	check "destroy it" bs_destroy
	check "another disk attaches" vbd_attach "$GUEST" "$(disk_new data 8)" xvdc
	check "and is detached" vbd_detach "$GUEST" xvdc
	check_is "opened" 1 "$(bs_opens hung)"
	check_fails "the driver cannot be unloaded" timeout 10 rmmod xen-blkback
	dmsetup resume rig-hung
	check "the disk is closed" wait_for 10 bs_opens_are hung 0
	check "so is the driver" wait_for 5 bs_unused
}

bs_unused() {
	[ "$(cat /sys/module/xen_blkback/refcnt)" = 0 ]
}

bs_destroy_end() {
	dmsetup resume rig-hung || :
	guest_destroy "$VICTIM"
	net_reset
}

# --- closing -----------------------------------------------------------

closed_releases_disk() {
	local loop dev
	loop=$(disk_new data 16)
	dev=$(disk_dm shut "0 $BS_SECTORS linear $loop 0")
	check "attach" vbd_attach "$GUEST" "$dev" xvdb
	check "unbind the front" guest_device 30 "device_unbind vbd $(vbd_id xvdb)"
	check "the back is closed" wait_for 20 vbd_back_state_is "$GUEST" xvdb 6
	check_is "open" 0 "$(bs_opens shut)"
	check "bind the front" guest_device 30 "device_bind vbd $(vbd_id xvdb)"
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	check "fio" guest_run "$GUEST" 60 'fio_verify xvdb again --rw=write --bs=64k --iodepth=8 --size=4m'
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

# --- no disk yet, or none at all ------------------------------------------------

# An empty disk connects, and its size is announced when it has one.
disk_empty() {
	local loop
	loop=$(losetup -f)
	check "attach an empty disk" vbd_attach "$GUEST" "$loop" xvdb
	check_is "its sectors" 0 "$(vbd_back_key "$GUEST" xvdb sectors)"
	mkdir -p "$DISK_DIR"
	truncate -s 16M "$DISK_DIR"/data
	check "it is filled" losetup "$loop" "$DISK_DIR"/data
	check "the guest sees its size" wait_for 5 guest_size_is $((BS_SECTORS * 512))
	check "fio" guest_run "$GUEST" 60 'fio_verify xvdb filled --rw=write --bs=64k --iodepth=8 --size=4m'
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

# $1: folder of the back, $2: text
bs_error_says() {
	back_error "$1" | grep "$2"
}

# A missing disk closes the device with the reason, and the device connects when there is one.
disk_missing() {
	local loop back
	loop=$(disk_new data 16)
	mknod "$RUN/missing" b 259 99999
	check "attach nothing" vbd_offer "$GUEST" "$RUN/missing" xvdb
	rm -f "$RUN/missing"
	back=$(vbd_back "$GUEST" xvdb)
	check "closed" wait_for 10 vbd_back_state_is "$GUEST" xvdb 6
	check "with the reason" bs_error_says "$back" 'cannot open'
	xenstore-write "$back/physical-device" "$(stat -c %t:%T "$loop") "
	check "connected, when there is one" wait_for 20 vbd_connected "$GUEST" xvdb
	check "fio" guest_run "$GUEST" 60 'wait_for 10 test -e /dev/xvdb; fio_verify xvdb found --rw=write --bs=64k --iodepth=8 --size=4m'
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

# --- read-only --------------------------------------------------------------------

bs_ro_is() {
	[ "$(guest_run "$GUEST" 15 'disk_attr xvdb ro')" = "$1" ]
}

disk_readonly() {
	local loop
	loop=$(disk_new data 16)
	blockdev --setro "$loop"
	check "attach for writing" vbd_attach "$GUEST" "$loop" xvdb
	check "the guest has it read-only" bs_ro_is 1
	check "its mode" grep -q r "/sys/bus/xen-backend/devices/vbd-$(cat "$RUN/$GUEST.id")-$(vbd_id xvdb)/mode"
	blockdev --setrw "$loop"
	check "written to, when it can be" wait_for 10 bs_ro_is 0
	check "fio" guest_run "$GUEST" 60 'fio_verify xvdb rw --rw=write --bs=64k --iodepth=8 --size=4m'
	blockdev --setro "$loop"
	check "read-only again" wait_for 10 bs_ro_is 1
	# A loop device stays as it is for the next scenario.
	blockdev --setrw "$loop"
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

# --- pages that must not change ---------------------------------------------------

disk_stable_pages() {
	local loop
	loop=$(disk_new data 16)
	echo 1 >"/sys/block/${loop#/dev/}/queue/stable_writes"
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	check "large writes" guest_run "$GUEST" 60 \
		'dd if=/dev/urandom of=/dev/xvdb bs=1M count=8 oflag=direct conv=notrunc status=none'
	[ "$(vbd_counter xvdb indirect)" -gt 0 ] || fail "no request was large"
	check_is "pages mapped for them" 0 "$(vbd_counter xvdb map_ops)"
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

# --- what a guest may take, and what an idle disk keeps ---------------------------

# Pages mapped for the guest's disks, its rings not counted, never exceed what it may have.
guest_share() {
	local n most=0 dev=xvdb
	check "attach" vbd_attach "$GUEST" "$(disk_new data 64)" $dev
	check "start a load" guest_run "$GUEST" 15 \
		"load_start $dev load --rw=randwrite --bs=1m --iodepth=32 --size=64m; load_busy $dev"
	for _ in 1 2 3 4 5 6; do
		n=$(($(grants_mapped "$GUEST") - $(cat "$RUN/$GUEST.grants")))
		[ $n -le $most ] || most=$n
		nap 0.5
	done
	check "the load goes on" guest_run "$GUEST" 15 "load_busy $dev"
	check "it had no error" guest_run "$GUEST" 40 'load_stop load'
	passed "$most pages mapped at most"
	# 4 queues of 256 pages, with 16 ring pages each
	[ $most -le $((1024 + 64)) ] || fail "$most pages were mapped for it, not 1024 and the rings"
	check "detach" vbd_detach "$GUEST" $dev
}

# Kernel memory that cannot be reclaimed, in KiB.
bs_kernel_memory() {
	awk '$1 == "SUnreclaim:" { print $2 }' /proc/meminfo
}

bs_discards_wait() {
	[ $(($(bs_kernel_memory) - $1)) -ge 64 ]
}

# A ring full of discards of a huge disk must not use memory in proportion to their length.
hostile_discard() {
	local dev before took seq
	check "attach the witness" vbd_attach "$GUEST" "$(disk_new xvdb 1)" xvdb
	mkdir -p "$DISK_DIR"
	truncate -s 4T "$DISK_DIR"/huge
	dev=$(disk_dm huge "0 $((8 << 30)) linear $(losetup --find --show "$DISK_DIR"/huge) 0")
	drivers_off
	check "attach" vbd_offer "$GUEST" "$dev" xvdc
	check "offered" wait_for 10 back_offers "$(vbd_back "$GUEST" xvdc)"
	at_end dmsetup resume rig-huge
	bs_hang huge
	before=$(bs_kernel_memory)
	seq=$(guest_start "$GUEST" ". /rig/hostile.sh; hostile_run vbd $(vbd_id xvdc) discard")
	wait_for 10 bs_discards_wait "$before" || :
	nap 4
	took=$(($(bs_kernel_memory) - before))
	dmsetup resume rig-huge
	check "all are answered" guest_wait "$GUEST" "$seq" 60
	[ $took -lt 3072 ] || fail "32 discards took $took KiB"
	passed "32 discards took $took KiB"
	drivers_on
	check "detach" vbd_detach "$GUEST" xvdc
	check "detach the witness" vbd_detach "$GUEST" xvdb
}

bs_back_refuses() {
	[ "$(vbd_back_key "$GUEST" xvdb state)" -ge 5 ]
}

# Control characters that a guest writes must not reach the log.
key_escaped() {
	local front said
	drivers_off
	check "attach" vbd_offer "$GUEST" "$(disk_new data 1)" xvdb
	check "offered" wait_for 10 back_offers "$(vbd_back "$GUEST" xvdb)"
	front=$(vbd_front "$GUEST" xvdb)
	xenstore-write "$front/protocol" $'x\n\e[2Jforged'
	xenstore-write "$front/state" 3
	check "refused" wait_for 10 bs_back_refuses
	said=$(back_error "$(vbd_back "$GUEST" xvdb)")
	check_is "what was said" \
		"22 $front/protocol is 'x??[2Jforged', want x86_64-abi, x86_32-abi or arm-abi" "$said"
	xenstore-write "$front/state" 6
	drivers_on
	check "detach" vbd_detach "$GUEST" xvdb --force
}

bs_keeps_nothing() {
	[ "$(vbd_counter xvdb pages_kept) $(vbd_counter xvdb cache_size)" = "0 0" ]
}

disk_idle() {
	check "attach" vbd_attach "$GUEST" "$(disk_new data 16)" xvdb
	check "fio" guest_run "$GUEST" 60 'fio_verify xvdb once --rw=randwrite --bs=16k --iodepth=16 --size=4m'
	check "nothing is kept for it" wait_for 10 bs_keeps_nothing
	check "fio" guest_run "$GUEST" 60 'fio_verify xvdb again --rw=randwrite --bs=16k --iodepth=16 --size=4m'
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

# --- dom0 is suspended --------------------------------------------------------------

# The longest time between two writes, in ms.
# shellcheck disable=SC2016 # for the guest
BS_PAUSES='last=${EPOCHREALTIME/.}; most=0
	until [ -e /run/rig/pauses.stop ]; do
		dd if=/dev/zero of=/dev/xvdb bs=4k count=1 oflag=direct conv=notrunc status=none || exit 1
		now=${EPOCHREALTIME/.}; [ $((now - last)) -le $most ] || most=$((now - last)); last=$now
	done
	rm /run/rig/pauses.stop
	echo $((most / 1000))'

host_freeze() {
	local loop seq most
	loop=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	seq=$(guest_start "$GUEST" "$BS_PAUSES")
	nap 2
	echo 5 >/sys/module/suspend/parameters/pm_test_delay
	echo freezer >/sys/power/pm_test
	echo freeze >/sys/power/state || fail "dom0 does not freeze"
	echo none >/sys/power/pm_test
	nap 2
	guest_run "$GUEST" 15 'touch /run/rig/pauses.stop'
	most=$(guest_wait "$GUEST" "$seq" 20)
	[ "$most" -ge 4000 ] || fail "the disk was written to while dom0 was frozen: no pause over $most ms"
	passed "no write for $most ms"
	check "fio" guest_run "$GUEST" 60 'fio_verify xvdb thawed --rw=write --bs=64k --iodepth=8 --size=4m'
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

scenario hung-detach 60 hung_detach
scenario hung-destroy 120 hung_destroy
scenario closed-releases-disk 60 only:front closed_releases_disk
scenario disk-empty 60 disk_empty
scenario disk-missing 60 only:front disk_missing
scenario disk-readonly 60 only:front disk_readonly
scenario disk-stable-pages 60 only:front only:back front:feature_persistent=0 disk_stable_pages
scenario guest-share 60 only:back back:max_guest_maps=1000 back:max_guest_pages=1000 front:feature_persistent=0 guest_share
scenario disk-idle 60 only:back back:persistent_grant_unused_seconds=2 disk_idle
scenario hostile-discard 90 only:back hostile_discard
scenario key-escaped 40 only:back key_escaped
scenario host-freeze 60 host_freeze
