# SPDX-License-Identifier: GPL-2.0
# The backend is replaced by itself and by the kernel's own, and back, under a guest
# that goes on working.
# shellcheck shell=bash

# $1: kind
upgrade_nic_to() {
	check "unbind" timeout 60 tee /sys/bus/xen-backend/drivers/vif/unbind \
		<<<"vif-$(cat "$RUN/$GUEST.id")-0"
	check "unload" timeout 60 rmmod xen-netback
	check "load $1" module_load "$1" xen-netback "$BACK_DEFAULTS"
	check "hotplug" net_hotplug "$GUEST" 0
	net_address "$DEV" "${V4%2}1/24"
	check "connected again" wait_for 30 vif_connected "$GUEST" 0
	check "the load goes on" wait_for 40 net_carries 100
}

net_upgrade() {
	local kind other=intree index="cat /sys/class/net/\$(nic_name 0)/ifindex" before
	kind=$(scenario_kind_back)
	[ "$kind" = ours ] || other=ours
	net_pair "$GUEST" 0
	before=$(guest_run "$GUEST" 15 "$index")
	stream serve >/dev/null
	check "start a load" guest_run "$GUEST" 15 "nic_load upgrade ${V4%2}1 8000000"
	check "it runs" wait_for 20 net_carries 300
	for _ in $(seq "$(rounds 1 10)"); do
		upgrade_nic_to "$other"
		upgrade_nic_to "$kind"
	done
	check "the load had no error" guest_run "$GUEST" 60 "nic_load_stop upgrade"
	check_is "the guest's interface" "$before" "$(guest_run "$GUEST" 15 "$index")"
	check "data" net_stream "$V4" 1000000 300 8000
	check "detach" vif_detach "$GUEST" 0
}

scenario net-upgrade 180 long:1200 net net_upgrade
