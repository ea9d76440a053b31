# SPDX-License-Identifier: GPL-2.0
# The network, on either side. Runs in dom0 and in the guest.
# shellcheck shell=bash

# No waiting for duplicates of an IPv6 address. $1: interface, $2: ADDRESS/BITS
net_address() {
	local options=()
	[[ $2 != *:* ]] || options=(nodad)
	ip address add "$2" dev "$1" "${options[@]}"
}

# Everything that scenarios made here: it has a name beginning with rig. What
# belongs to a vif went with it.
net_reset() {
	local d
	for d in /sys/class/net/rig*; do
		[ ! -e "$d" ] || ip link del "${d##*/}" || return
	done
}
