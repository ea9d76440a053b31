# SPDX-License-Identifier: GPL-2.0
# Guests that are not PV: one disk and one interface each, with our drivers at both
# ends, and with the kernel's own at one of them.
# shellcheck shell=bash

KIN=g3

# Lines of its configuration. $1: kind
kin_lines() {
	cat <<-END
		type = "$1"
		vcpus = 2
		vif = [ "mac=$(vif_mac $KIN 0),script=$VIF_SCRIPT" ]
	END
	[ "$1" = hvm ] || return 0
	cat <<-END
		kernel = "/boot/vmlinuz"
		device_model_override = "/usr/libexec/xen-qemu-system-i386"
		serial = "pty"
		vga = "none"
		vnc = 0
	END
}

# Both devices are there and the interface is up.
kin_connected() {
	check "disk" wait_for 30 vbd_connected $KIN xvda
	check "interface" wait_for 30 vif_connected $KIN 0
	DEV=$(vif_dev $KIN 0) V4=$(vif_v4 $KIN 0).2
	ip address show dev "$DEV" | grep -q "${V4%2}1/" || net_address "$DEV" "${V4%2}1/24"
	check "interface up" guest_run $KIN 20 "nic_wait 0; nic_up 0 $V4/24"
}

# Data through both. $1: number of this time
kin_data() {
	# shellcheck disable=SC2034 # read by same_bytes
	local GUEST=$KIN
	check "disk, verified" guest_run $KIN 60 "fio_verify xvda data$1 --size=4m --offset=$(($1 * 4))m \
		--rw=randwrite --bsrange=4k-256k --iodepth=16 --fsync=16"
	same_bytes xvda kin 12
	check "TCP and UDP" net_stream "$V4" 1000000 200 8000
}

# Other drivers in the guest, under its devices. $1: kind
kin_front() {
	check "unbind" guest_run $KIN 40 "cd /sys/bus/xen/drivers
		[ ! -e vbd ] || echo vbd-$(vbd_id xvda) >vbd/unbind; [ ! -e vif ] || echo vif-0 >vif/unbind"
	check "$1 fronts" guest_run $KIN 60 "front_load xen-blkfront $1 && front_load xen-netfront $1"
	kin_connected
}

# Other drivers in dom0, under the guest's devices. $1: kind
kin_back() {
	local id m
	id=$(cat "$RUN/$KIN.id")
	echo "vbd-$id-$(vbd_id xvda)" >/sys/bus/xen-backend/drivers/vbd/unbind
	echo "vif-$id-0" >/sys/bus/xen-backend/drivers/vif/unbind
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
		"1 0 xvda $(guest_run $KIN 15 'nic_name 0')" "$(guest_run $KIN 30 emulated_devices)"
}

# $1: kind
kin_guest() {
	local dev back front
	read -r back _ <<<"${SCENARIO_BACK[guest-$1]}"
	read -r front _ <<<"${SCENARIO_FRONT[guest-$1]}"
	trap_guest $KIN
	dev=$(disk_new kin 12)
	check "$back netback" driver_netback "$back"
	[ "$1" != hvm ] || check "tap interfaces" modprobe tun
	driver_forget $KIN
	check "boot" guest_create $KIN "'phy:$dev,xvda,w'" "" "$(kin_lines "$1")"
	kin_front "$front"
	[ "$1" != hvm ] || kin_unplugged
	kin_data 0
	# A run of every day takes one other pairing for each kind.
	[ "$(rounds "$1" both)" = pvh ] || {
		kin_back intree
		kin_data 1
		kin_back "$back"
	}
	[ "$(rounds "$1" both)" = hvm ] || {
		kin_front intree
		kin_data 2
	}
}

# Not in the list yet: no whole run has been seen. A PVH guest was seen to boot, to
# verify data through both devices and to take the kernel's own fronts.
# scenario guest-pvh 240 kin_guest pvh
# scenario guest-hvm 300 kin_guest hvm
