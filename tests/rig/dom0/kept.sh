# SPDX-License-Identifier: GPL-2.0
# What a guest keeps while its backend comes and goes: a load on xvdb or vif 0 that
# meets no error, and the disk or the interface itself.
# shellcheck shell=bash

kept_disk() {
	guest_run "$GUEST" 15 "cat /sys/block/xvdb/diskseq"
}

# $@: fio options
kept_disk_begins() {
	KEPT_DISK=$(kept_disk)
	check "start a load" guest_run "$GUEST" 15 "verify_load xvdb kept-disk $*; load_busy xvdb"
}

# The file behind the disk is data, of 16 MiB.
kept_disk_ends() {
	check "the load had no error" guest_run "$GUEST" 60 "load_last kept-disk"
	check_is "the guest's disk" "$KEPT_DISK" "$(kept_disk)"
	check "it belongs to its device" guest_run "$GUEST" 15 "[ -d /sys/bus/xen/devices/vbd-$(vbd_id xvdb)/block/xvdb ]"
	same_bytes xvdb data 16
}

kept_nic() {
	guest_run "$GUEST" 15 "cat /sys/class/net/\$(nic_name 0)/ifindex"
}

# Dom0's address and a way to the guest outlive the vif. Without these a connection was
# seen to be reset by dom0: one that has just begun, it seems, is forgotten by TCP when
# its answer cannot be sent again.
kept_address() {
	ip link add rigkept type dummy && ip link set rigkept up &&
		ip address add "$1" dev rigkept metric 9999
}

# What net_pair has connected.
kept_nic_begins() {
	KEPT_NIC=$(kept_nic)
	check "dom0 keeps its address" kept_address "${V4%2}1/24"
	stream serve >/dev/null
	check "start a load" guest_run "$GUEST" 15 "nic_load kept-net ${V4%2}1 8000000"
	check "it runs" wait_for 20 net_carries 300
}

kept_nic_ends() {
	check "the load had no error" guest_run "$GUEST" 60 "load_last kept-net"
	check_is "the guest's interface" "$KEPT_NIC" "$(kept_nic)"
}
