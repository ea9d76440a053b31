# SPDX-License-Identifier: GPL-2.0
# The network inside the guest.
# shellcheck shell=bash
# shellcheck source=tests/rig/common/net.sh
. /rig/net.sh

# Name of the interface. $1: number of the vif
nic_name() {
	local d
	for d in "/sys/bus/xen/devices/vif-$1/net"/*; do
		[ -e "$d" ] || return
		echo "${d##*/}"
	done
}

nic_wait() {
	local i
	for i in $(seq 100); do
		nic_name "$1" >/dev/null && return
		sleep 0.1
	done
	echo "no interface for vif $1 after $i looks"
	return 1
}

# Up, with addresses, as soon as there is a link. $1: number, rest: ADDRESS/BITS
nic_up() {
	local dev i
	dev=$(nic_name "$1") || return
	shift
	for i in "$@"; do
		net_address "$dev" "$i" || return
	done
	ip link set "$dev" up || return
	for i in $(seq 50); do
		[ "$(cat "/sys/class/net/$dev/carrier")" = 1 ] && return
		sleep 0.1
	done
	echo "no carrier on $dev"
	return 1
}
