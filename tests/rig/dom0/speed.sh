# SPDX-License-Identifier: GPL-2.0
# How fast this machine is at the moment: limits are about hangs, not about machines.
# shellcheck shell=bash

# Read by the tools, too.
export SLOW PATIENCE

# A neighbour may have come or gone. A measurement takes a fifth of a second.
SPEED_EVERY=60
SPEED_MEASURED=-$SPEED_EVERY

# Sets SLOW, and tells the host. Nothing else should be going on. A neighbour that
# pauses is not forgotten at once. $1: what comes next
speed_measure() {
	local now kept=$((SLOW * 3 / 4))
	((SECONDS - SPEED_MEASURED >= SPEED_EVERY)) || return 0
	now=$(speed)
	SLOW=$((now > kept ? now : kept))
	SPEED_MEASURED=$SECONDS
	kernel_patience
	verdict "speed $1 $SLOW"
}

# libxl's own limits are stretched as ours are. $@: command
patient() {
	if ((SLOW > 100)); then
		LD_PRELOAD=/rig/tool/patient.so "$@"
	else
		"$@"
	fi
}

xl() {
	patient command xl "$@"
}
