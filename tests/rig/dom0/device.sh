# SPDX-License-Identifier: GPL-2.0
# Functions for disks and interfaces alike, in domain 0.
# shellcheck shell=bash

# Run in the guest. $1: seconds, rest: shell text, see guest/device.sh
guest_device() {
	guest_run "$GUEST" "$1" ". /rig/device.sh; ${*:2}"
}

# Devices that appear in the guest find no driver. Undone when one is handed over.
drivers_off() {
	check "the guest keeps its driver off" guest_device 10 "device_autoprobe 0"
}

drivers_on() {
	check "the guest has its driver back" guest_device 10 "device_autoprobe 1"
}

# Numbers of the guest's devices that still exist, in either folder.
# $1: guest, $2: vbd or vif
device_list() {
	local id='' v
	local -A seen=()
	guest_number "$1" id
	for v in $(
		xenstore-list "/local/domain/0/backend/$2/$id" 2>/dev/null
		xenstore-list "/local/domain/$id/device/$2" 2>/dev/null
	); do
		seen[$v]=1
	done
	echo "${!seen[@]}"
}

# Wait until both ends are connected. $1: seconds, $2: folder of the
# back, $3: of the front
device_connects() {
	ask until $(($1 * PATIENCE * SLOW / 100)) 4 "$2/state" "$3/state"
}

# Wait until a back's folder is empty. $1: seconds, $2: folder of the back
device_goes() {
	ask until $(($1 * PATIENCE * SLOW / 100)) '' "$2/state"
}

# Wait until a back offers its device. $1: folder of the back
back_offers() {
	[ "$(xenstore-read "$1/state")" = 2 ]
}

# The back's error node. $1: folder of the back
back_error_node() {
	echo "/local/domain/0/error/${1#/local/domain/0/}/error"
}

back_error() {
	xenstore-read "$(back_error_node "$1")"
}

back_error_forget() {
	xenstore-rm "$(back_error_node "$1")" 2>/dev/null || :
}
