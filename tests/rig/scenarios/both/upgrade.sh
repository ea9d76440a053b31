# SPDX-License-Identifier: GPL-2.0
# The backend is reloaded, and replaced by the kernel's own and back, under a running guest.
# shellcheck shell=bash

# Replace the backend without attaching or detaching: the guest only has to wait. $1: kind
upgrade_disk_to() {
	check "unbind" back_unbind
	check "unload" limited 60 rmmod xen-blkback
	check "load $1" module_load "$1" xen-blkback "$BACK_DEFAULTS"
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	check "the load goes on" guest_run "$GUEST" 40 "load_busy xvdb"
}

upgrade() {
	local kind other=intree
	kind=$(scenario_kind_back)
	[ "$kind" = ours ] || other=ours
	check "attach" vbd_attach "$GUEST" "$(disk_new data 16)" xvdb
	survive_disk_begin --rw=randwrite --bs=4k --iodepth=16 --size=4m
	for _ in $(seq "$(rounds 1 10)"); do
		upgrade_disk_to "$other"
		upgrade_disk_to "$kind"
	done
	survive_disk_end
	check "detach" vbd_detach "$GUEST" xvdb
}

# $1: kind
upgrade_nic_to() {
	check "unbind" limited 60 tee /sys/bus/xen-backend/drivers/vif/unbind \
		<<<"vif-$(cat "$RUN/$GUEST.id")-0"
	check "unload" limited 60 rmmod xen-netback
	check "load $1" module_load "$1" xen-netback "$BACK_DEFAULTS"
	check "hotplug" net_hotplug "$GUEST" 0
	net_address "$DEV" "${V4%2}1/24"
	check "connected again" wait_for 30 vif_connected "$GUEST" 0
	check "the load goes on" wait_for 40 net_carries 100
}

net_upgrade() {
	local kind other=intree
	kind=$(scenario_kind_back)
	[ "$kind" = ours ] || other=ours
	net_pair "$GUEST" 0
	survive_nic_begin
	for _ in $(seq "$(rounds 1 10)"); do
		upgrade_nic_to "$other"
		upgrade_nic_to "$kind"
	done
	survive_nic_end
	check "data" net_stream "$V4" 1000000 300 8000
	check "detach" vif_detach "$GUEST" 0
}

scenario upgrade 180 long:1200 upgrade
scenario net-upgrade 180 long:1200 net net_upgrade
