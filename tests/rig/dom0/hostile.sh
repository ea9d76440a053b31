# SPDX-License-Identifier: GPL-2.0
# Devices that the guest's own program has instead of a driver.
# shellcheck shell=bash

# Run in the guest. $1: seconds, rest: shell text
hostile_guest() {
	guest_run "$GUEST" "$1" ". /rig/hostile.sh; ${*:2}"
}

# Devices that appear in the guest find no driver. Undone when one is handed over.
hostile_drivers_off() {
	check "the guest keeps its driver off" hostile_guest 10 "device_autoprobe 0"
}

hostile_drivers_on() {
	check "the guest has its driver back" hostile_guest 10 "device_autoprobe 1"
}

# What the back said went wrong. $1: folder of the back
hostile_error_node() {
	echo "/local/domain/0/error/${1#/local/domain/0/}/error"
}

hostile_error() {
	xenstore-read "$(hostile_error_node "$1")"
}

hostile_error_forget() {
	xenstore-rm "$(hostile_error_node "$1")" 2>/dev/null || :
}

# Wait until a back offers its device. $1: folder of the back
hostile_offered() {
	[ "$(xenstore-read "$1/state")" = 2 ]
}

# A ring whose producer is nonsense: the back says so and closes; the program
# has seen it close and has connected again.
# $1: vbd or vif, $2: number, $3: folder of the back, $4: addresses, $5: group
hostile_ring() {
	local said
	hostile_error_forget "$3"
	check "$5" hostile_guest 30 "hostile_run $1 $2 $4 $5"
	said=$(hostile_error "$3") || fail "$5: no error node"
	passed "$5: $said"
}
