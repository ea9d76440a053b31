# SPDX-License-Identifier: GPL-2.0
# A disk or an interface must survive the loss of its backend: a load on xvdb or vif 0 gets no
# error, and the disk or the interface stays the same.
# shellcheck shell=bash

disk_identity() {
	guest_run "$GUEST" 15 "cat /sys/block/xvdb/diskseq"
}

# $@: fio options
survive_disk_begin() {
	SURVIVE_DISK=$(disk_identity)
	check "start a load" guest_run "$GUEST" 15 "verify_load xvdb survive-disk $*; load_busy xvdb"
}

# The backing file must be data, of 16 MiB.
survive_disk_end() {
	check "the load had no error" guest_run "$GUEST" 60 "load_last survive-disk"
	check_is "the guest's disk" "$SURVIVE_DISK" "$(disk_identity)"
	check "it belongs to its device" guest_run "$GUEST" 15 "[ -d /sys/bus/xen/devices/vbd-$(vbd_id xvdb)/block/xvdb ]"
	same_bytes xvdb data 16
}

nic_identity() {
	guest_run "$GUEST" 15 "cat /sys/class/net/\$(nic_name 0)/ifindex"
}

# Dom0's address and a way to the guest outlive the vif. Without these a connection was
# seen to be reset by dom0: one that has just begun, it seems, is forgotten by TCP when
# its answer cannot be sent again.
survive_address() {
	ip link add rigsurvive type dummy && ip link set rigsurvive up &&
		ip address add "$1" dev rigsurvive metric 9999
}

# Start the load on the vif that net_pair has connected.
survive_nic_begin() {
	SURVIVE_NIC=$(nic_identity)
	check "dom0 keeps its address" survive_address "${V4%2}1/24"
	stream serve >/dev/null
	check "start a load" guest_run "$GUEST" 15 "nic_load survive-net ${V4%2}1 8000000"
	check "it runs" wait_for 20 net_carries 300
}

survive_nic_end() {
	check "the load had no error" guest_run "$GUEST" 60 "load_last survive-net"
	check_is "the guest's interface" "$SURVIVE_NIC" "$(nic_identity)"
}
