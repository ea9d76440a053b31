# SPDX-License-Identifier: GPL-2.0
# Devices that tests/hostile drives in the guest.
# shellcheck shell=bash

# Run in the guest. $1: seconds, rest: shell text
hostile_guest() {
	guest_run "$GUEST" "$1" ". /rig/hostile.sh; ${*:2}"
}

# A ring with an invalid producer index: the back must report it and close; the program has
# seen it close and has connected again.
# $1: vbd or vif, $2: number, $3: folder of the back, $4: addresses, $5: group
hostile_ring() {
	local said
	back_error_forget "$3"
	check "$5" hostile_guest 30 "hostile_run $1 $2 $4 $5"
	said=$(back_error "$3") || fail "$5: no error node"
	passed "$5: $said"
}
