# SPDX-License-Identifier: GPL-2.0
# Guests that are not PV: a disk and an interface each, with our drivers at both ends,
# and with the kernel's own at one of them.
# shellcheck shell=bash

KIN=g3

# Firmware reads the initramfs of an HVM guest slowly, so that it has only what is needed to
# find a root file system. The disk that is written to is another.
KIN_HVM_RAMDISK=/rig/boot.cpio.zst

# Lines of its configuration. $1: kind
kin_lines() {
	cat <<-END
		type = "$1"
		$HVM_LINES
		vif = [ "mac=$(vif_mac $KIN 0),script=$VIF_SCRIPT" ]
	END
	[ "$1" = hvm ] || return 0
	cat <<-END
		kernel = "/boot/vmlinuz"
		ramdisk = "$KIN_HVM_RAMDISK"
		device_model_override = "/usr/libexec/xen-qemu-system-i386"
		serial = "pty"
		vga = "none"
		vnc = 0
	END
}

# Both devices are there and the interface is up.
kin_connected() {
	check "disk" wait_for 30 vbd_connected $KIN "$KIN_DISK"
	check "interface" wait_for 30 vif_connected $KIN 0
	DEV=$(vif_dev $KIN 0) V4=$(vif_v4 $KIN 0).2
	net_address "$DEV" "${V4%2}1/24"
	check "interface up" guest_run $KIN 20 "nic_wait 0; nic_up 0 $V4/24"
}

# Data through both. $1: number of this time
kin_data() {
	# shellcheck disable=SC2034 # read by same_bytes
	local GUEST=$KIN
	check "disk, verified" guest_run $KIN 60 "fio_verify $KIN_DISK data$1 --size=4m --offset=$(($1 * 4))m \
		--rw=randwrite --bsrange=4k-256k --iodepth=16 --fsync=16"
	same_bytes "$KIN_DISK" kin 12
	check "TCP and UDP" net_stream "$V4" 1000000 200 8000
}

# Load other drivers in the guest. The kernel's own takes over an interface that ours had,
# but not a disk, which is attached again. $1: kind
kin_front() {
	check "detach" vbd_detach $KIN "$KIN_DISK"
	check "unbind" guest_run $KIN 40 "cd /sys/bus/xen/drivers/vif 2>/dev/null || exit 0; echo vif-0 >unbind"
	check "$1 fronts" guest_run $KIN 60 "front_load xen-blkfront $1 && front_load xen-netfront $1"
	check "attach" vbd_attach $KIN "$KIN_BACKING" "$KIN_DISK"
	kin_connected
}

# Load other drivers in dom0 under the guest's devices. $1: kind
kin_back() {
	local d m
	for d in /sys/bus/xen-backend/drivers/v[bi][df]/v*-*-*; do
		echo "${d##*/}" >"${d%/*}/unbind"
	done
	rm -f "$RUN"/xen-*.loaded
	for m in xen-blkback xen-netback; do
		module_unload $m
		check "$1 $m" module_load "$1" $m "$BACK_DEFAULTS"
	done
	check "hotplug" net_hotplug $KIN 0
	kin_connected
}

# The guest has no disk and no interface but ours. QEMU was told to emulate both;
# the controller that is left shows that the guest would have seen them.
kin_unplugged() {
	local model
	model=$(tr '\0' '\n' <"/proc/$(xenstore-read "/local/domain/$(cat "$RUN/$KIN.id")/image/device-model-pid")/cmdline")
	check "QEMU has a disk" grep -q '^ide-hd\|if=ide' <<<"$model"
	check "QEMU has an interface" grep -q '^rtl8139' <<<"$model"
	check_is "disk controllers, network controllers, disks, interfaces" \
		"1 0 xvda xvdb $(guest_run $KIN 15 'nic_name 0')" "$(guest_run $KIN 30 emulated_devices)"
}

# $1: kind, $2: its disks, $3: kernel options
kin_boot() {
	driver_forget $KIN
	check "boot" guest_create $KIN "$2" "$HVM_OPTIONS $3" "$(kin_lines "$1")"
}

# Sets the caller's back and front: the kinds of this run. $1: scenario, $2: the disk
# that is written to
kin_prepare() {
	KIN_DISK=$2
	read -r back _ <<<"${SCENARIO_BACK[$1]}"
	# shellcheck disable=SC2034 # read by the caller
	read -r front _ <<<"${SCENARIO_FRONT[$1]}"
	trap_guest $KIN
	KIN_BACKING=$(disk_new kin 12)
	check "$back netback" driver_netback "$back"
}

guest_pvh() {
	local back front
	kin_prepare guest-pvh xvda
	kin_boot pvh "'phy:$KIN_BACKING,xvda,w'"
	kin_front "$front"
	kin_data 0
	kin_front intree
	kin_data 1
}

# The guest runs from its disks, so that only dom0's drivers are replaced.
guest_hvm() {
	local back front
	kin_prepare guest-hvm xvdb
	check "tap interfaces" modprobe tun
	kin_boot hvm "'phy:$ROOT_DRIVE,xvda,w', 'phy:$KIN_BACKING,xvdb,w'" \
		"rig.root=xvda rig.front=$front rig.net"
	kin_connected
	kin_unplugged
	kin_data 0
	kin_back intree
	kin_data 1
	kin_back "$back"
	kin_data 2
}

scenario guest-pvh 240 guest_pvh
scenario guest-hvm 300 all guest_hvm
