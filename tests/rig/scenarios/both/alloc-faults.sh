# SPDX-License-Identifier: GPL-2.0
# Each call of an allocator fails once: one at a time while a driver is unloaded and loaded and
# its device connects, and then those that are left while the device is used. The device comes
# back, by itself or because it is bound again, and no use of it fails.
# shellcheck shell=bash

# In dom0, or in the guest. $1: side, rest: shell text
fault_run() {
	if [ "$1" = back ]; then
		eval "${*:2}"
	else
		guest_run "$GUEST" 60 "${*:2}"
	fi
}

fault_end() {
	alloc_fault_end
	! guest_there "$GUEST" || guest_run "$GUEST" 15 alloc_fault_end
}

# Do both ends of a device know what becomes of it? A driver that lacks memory may try again, or
# close its end. What they say counts if they go on saying it: an end that negotiates anew is
# closed for a moment, and a backend that takes over a connection says so before it has it.
# $1: back, $2: front
fault_settled() {
	local states
	states=$(xenstore-read "$1/state" "$2/state" | xargs)
	case $states in
	"4 4") states=open ;;
	*6*) states=closed ;;
	esac
	if [ "$states" = "$FAULT_SAID" ]; then
		FAULT_TIMES=$((FAULT_TIMES + 1))
	else
		FAULT_SAID=$states FAULT_TIMES=1
	fi
	[[ $FAULT_SAID == open && $FAULT_TIMES -ge 3 || $FAULT_SAID == closed && $FAULT_TIMES -ge 5 ]]
}

# $1: back, $2: front
fault_connects() {
	FAULT_SAID=''
	PATIENCE=2 wait_for 5 fault_settled "$1" "$2" && [ "$FAULT_SAID" = open ]
}

# --- a disk -------------------------------------------------------------------------

fault_disk_here() {
	fault_connects "$(vbd_back "$GUEST" xvdb)" "$(vbd_front "$GUEST" xvdb)"
}

fault_disk_touch() {
	guest_run "$GUEST" 60 ". /rig/device.sh; device_disk xvdb &&
		PATIENCE=1 limited 10 dd if=/dev/xvdb of=/dev/null bs=64k count=1 iflag=direct status=none"
}

# All that a disk does.
fault_disk_use() {
	guest_run "$GUEST" 60 ". /rig/device.sh; device_disk xvdb &&
		fio_verify xvdb data --size=1m --rw=randwrite --bs=4k-256k --iodepth=16 --end_fsync=1 &&
		blkdiscard /dev/xvdb"
}

# Nothing of that may fail.
fault_disk_strain() {
	fault_disk_use
}

# --- an interface -------------------------------------------------------------------

fault_nic_made() {
	[ -e "/sys/class/net/$DEV" ] || fault_settled "$(vif_back "$GUEST" 0)" "$(vif_front "$GUEST" 0)"
}

fault_nic_here() {
	FAULT_SAID=''
	PATIENCE=2 wait_for 5 fault_nic_made && [ "$FAULT_SAID" != closed ] && net_hotplug "$GUEST" 0 &&
		fault_connects "$(vif_back "$GUEST" 0)" "$(vif_front "$GUEST" 0)"
}

fault_nic_touch() {
	net_address "$(vif_dev "$GUEST" 0)" "${V4%2}1/24"
	guest_run "$GUEST" 30 "nic_wait 0 && nic_up 0 $V4/24 && ping -q -c 1 -W 10 ${V4%2}1"
}

fault_nic_use() {
	net_stream "$V4" 300000 60 8000
}

# Packets may be lost, as on any wire.
fault_nic_strain() {
	stream udp "$V4" 60 8000 || :
	stream tcp "$V4" 300000
}

# --- one after the other ---------------------------------------------------------------

# $1: disk or nic, $2: side, rest: bus, type, device, module, parameters
fault_round() {
	fault_run "$2" alloc_fault_reload "${@:3}" || return
	! fault_run "$2" driver_bound "${@:3:3}" || ! "fault_$1_here" || ! "fault_$1_touch" || return 0
	FAULT_REBOUND=$((FAULT_REBOUND + 1))
	fault_run "$2" driver_rebind "${@:3:3}" && "fault_$1_here" && "fault_$1_touch"
}

# Show the sites that have failed since the last time; fails if there are none.
# $1: side, $2: module
fault_news() {
	local sites site found=1
	sites=$(fault_run "$1" alloc_fault_news) || fail "the sites cannot be read"
	for site in $sites; do
		found=0
		FAULT_NR=$((FAULT_NR + 1))
		passed "a failure at $site"
		verdict "note $2 $FAULT_NR. a failure at $site, after $SECONDS s"
	done
	return $found
}

# As fault_round. Ends when a round meets no site that has not failed yet.
fault_rounds() {
	FAULT_NR=0
	FAULT_REBOUND=0
	while :; do
		fault_round "$@" || fail "not as before behind $(fault_run "$2" alloc_fault_news)"
		fault_news "$2" "$6" || break
	done
	check_is "sites that are not where they should be" "" "$(fault_run "$2" alloc_fault_refused)"
	fault_run "$2" alloc_fault_budget 1000
	"fault_$1_strain" || fail "use without memory, behind $(fault_run "$2" alloc_fault_news)"
	fault_news "$2" "$6" || passed "no other failure while it is used"
	fault_run "$2" alloc_fault_budget 0
	[ $FAULT_NR -gt 0 ] || fail "no call of an allocator has failed"
	fault_report "$2" "$FAULT_NR" "$6"
}

# The console is in the logs; an answer of the guest is too short for a list.
# $1: side, $2: sites that have failed, $3: module
fault_report() {
	local left
	left=$(fault_run "$1" "alloc_fault_sites 0 | wc -l")
	fault_run "$1" "alloc_fault_sites 0 | sed 's/^/not reached: /' >/dev/console"
	verdict "note $3 $(($2 + left)) sites, $2 have failed, behind $FAULT_REBOUND of them the device was bound again"
}

# $1: disk or nic, $2: side, $3: bus, $4: type, $5: device, $6: module, rest: parameters
fault_sweep() {
	at_end fault_end
	# So that xen-split is unloaded and loaded, too.
	case $1 in
	disk) fault_other "$2" netback netfront ;;
	nic) fault_other "$2" blkback blkfront ;;
	esac
	check "sites" fault_run "$2" alloc_fault_load xen-split "$6"
	fault_rounds "$@"
	check "no more faults" fault_run "$2" alloc_fault_end
	check "as before" "fault_$1_touch"
	check "all of it" "fault_$1_use"
	check "nothing has leaked" fault_run "$2" kmemleak_scan
}

# $1: side, $2: module if it is back, $3: if it is front
fault_other() {
	local module=xen-$2
	[ "$1" = back ] || module=xen-$3
	check "no other driver" fault_run "$1" module_unload "$module"
}

alloc_faults_blkback() {
	check "attach" vbd_attach "$GUEST" "$(disk_new data 16)" xvdb
	fault_sweep disk back xen-backend vbd "vbd-$(cat "$RUN/$GUEST.id")-$(vbd_id xvdb)" \
		xen-blkback "$BACK_DEFAULTS"
	check "detach" vbd_detach "$GUEST" xvdb
}

alloc_faults_blkfront() {
	check "attach" vbd_attach "$GUEST" "$(disk_new data 16)" xvdb
	fault_sweep disk front xen vbd "vbd-$(vbd_id xvdb)" xen-blkfront
	check "detach" vbd_detach "$GUEST" xvdb
}

alloc_faults_netback() {
	net_pair "$GUEST" 0
	fault_sweep nic back xen-backend vif "vif-$(cat "$RUN/$GUEST.id")-0" xen-netback "$BACK_DEFAULTS"
	check "detach" vif_detach "$GUEST" 0
}

alloc_faults_netfront() {
	net_pair "$GUEST" 0
	fault_sweep nic front xen vif vif-0 xen-netfront
	check "detach" vif_detach "$GUEST" 0
}

scenario alloc-faults-blkback 900 debug only:back alloc_faults_blkback
scenario alloc-faults-blkfront 900 debug only:front alloc_faults_blkfront
scenario alloc-faults-netback 900 debug net only:back alloc_faults_netback
scenario alloc-faults-netfront 900 debug net only:front alloc_faults_netfront
