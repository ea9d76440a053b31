# SPDX-License-Identifier: GPL-2.0
# Network interfaces of guests, and what they are connected to in dom0.
# shellcheck shell=bash

VIF_SCRIPT=/rig/dom0/vif

# Name of the netdev in dom0. $1: guest, $2: number of the vif
vif_dev() {
	local id=
	guest_number "$1" id
	echo "vif$id.$2"
}

# Folders of a vif in xenstore. $1: guest, $2: number
vif_back() {
	local id=
	guest_number "$1" id
	echo "/local/domain/$BACK_DOMAIN/backend/vif/$id/$2"
}

vif_front() {
	local id=
	guest_number "$1" id
	echo "/local/domain/$id/device/vif/$2"
}

# $1: guest, $2: number, $3: key
vif_back_key() {
	xenstore-read "$(vif_back "$1" "$2")/$3" 2>/dev/null
}

vif_front_key() {
	xenstore-read "$(vif_front "$1" "$2")/$3" 2>/dev/null
}

vif_connected() {
	[ "$(xenstore-read "$(vif_back "$1" "$2")/state" "$(vif_front "$1" "$2")/state" \
		2>/dev/null)" = $'4\n4' ]
}

vif_gone() {
	! xenstore-exists "$(vif_back "$1" "$2")/state" && vif_dev_gone "$1" "$2"
}

vif_dev_gone() {
	[ ! -e "/sys/class/net/$(vif_dev "$1" "$2")" ]
}

# Addresses of a vif that is a network of its own end with 1 in dom0 and 2 in the
# guest: vif 0 of g1 is between 10.0.0.1 and 10.0.0.2, of g2 between 10.0.1.1 and
# 10.0.1.2. $1: guest, $2: number
vif_v4() {
	echo "10.$2.$((${1//[^0-9]/} - 1))"
}

vif_v6() {
	echo "fd00:$2:$((${1//[^0-9]/} - 1)):"
}

# Guest g1's vif 0 is 00:16:3e:00:01:00. $1: guest, $2: number
vif_mac() {
	printf '00:16:3e:00:%02x:%02x\n' "${1//[^0-9]/}" "$2"
}

# $1: guest, $2: number, rest: KEY=VALUE of an xl vif specification
vif_offer() {
	xl network-attach "$1" "devid=$2" "mac=$(vif_mac "$1" "$2")" "script=$VIF_SCRIPT" "${@:3}"
}

# The same, and the guest has it. As vif_offer.
vif_attach() {
	local guest=$1 nr=$2
	vif_offer "$@" || return
	device_connects 30 "$(vif_back "$guest" "$nr")" "$(vif_front "$guest" "$nr")" || {
		echo "vif $nr not connected: back state $(vif_back_key "$guest" "$nr" state)," \
			"front state $(vif_front_key "$guest" "$nr" state)," \
			"hotplug $(vif_back_key "$guest" "$nr" hotplug-status)"
		return 1
	}
	guest_run "$guest" 20 "nic_wait $nr"
}

vif_detach() {
	xl network-detach "$1" "$2" && vif_goes "$1" "$2"
}

# Wait until nothing of a vif is left in dom0. $1: guest, $2: number
vif_goes() {
	device_goes 20 "$(vif_back "$1" "$2")" && wait_for 20 vif_dev_gone "$1" "$2"
}

vif_detach_all() {
	local v rc=0
	for v in $(device_list "$1" vif); do
		xl network-detach "$1" "$v" || rc=1
		vif_goes "$1" "$v" || rc=1
	done
	return $rc
}

# A bridge without delays. $1: name, rest: addresses
net_bridge() {
	local a name=$1
	shift
	ip link add "$name" type bridge stp_state 0 forward_delay 0 || return
	for a in "$@"; do
		net_address "$name" "$a"
	done
	ip link set "$name" up
}
