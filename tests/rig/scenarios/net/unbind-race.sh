# SPDX-License-Identifier: GPL-2.0
# Races with the unbinding of a device, widened by tests/fault/function_fault.
# shellcheck shell=bash

# udev reads the uevent of an interface while its driver is unbound.
net_unbind_race_uevent() {
	local dev i reader
	net_pair "$GUEST" 0
	dev=vif-$(cat "$RUN/$GUEST.id")-0
	at_end function_fault_end
	check "readers are delayed" function_fault "of=xen_netback at=xen_netback:xnb_back_uevent delay_ms=100"
	(while :; do cat "/sys/bus/xen-backend/devices/$dev/uevent"; done >"$RUN/uevents" 2>&1) &
	reader=$!
	for i in 1 2 3; do
		check "unbind $i" timeout 20 tee /sys/bus/xen-backend/drivers/vif/unbind <<<"$dev"
		check "bind $i" timeout 20 tee /sys/bus/xen-backend/drivers/vif/bind <<<"$dev"
	done
	kill $reader
	[ "$(function_fault_get hits)" -gt 6 ] || fail "no reader was delayed"
	grep -q "^vif=" "$RUN/uevents" || fail "no uevent was read"
	check "no delay" function_fault_end
	check "hotplug" net_hotplug "$GUEST" 0
	check "connected again" wait_for 20 vif_connected "$GUEST" 0
	check "detach" vif_detach "$GUEST" 0
}

# The guest's driver is unbound while an XDP program is attached, which changes keys. The work
# of the link is delayed, too.
net_unbind_race_xdp() {
	local i
	for i in 1 2; do
		net_pair "$GUEST" 0
		check "kicks are delayed" guest_run "$GUEST" 20 \
			"function_fault 'of=xen_split at=queue_work_on,xen_split:link_work delay_ms=300,1500'"
		check "a program comes, the driver goes" guest_run "$GUEST" 40 ". /rig/device.sh
			nic=\$(nic_name 0)
			xdp \$nic native pass & sleep 0.$i
			device_unbind vif 0; wait"
		passed "delayed $(guest_run "$GUEST" 15 'function_fault_get hits') times"
		check "no delay" guest_run "$GUEST" 20 "function_fault_end"
		check "detach" vif_detach "$GUEST" 0
	done
}

scenario net-unbind-race-uevent 60 net only:back net_unbind_race_uevent
scenario net-unbind-race-xdp 120 all net only:front net_unbind_race_xdp
