# SPDX-License-Identifier: GPL-2.0
# Measure the speed of this machine: limits are for hangs, not for slow machines.
# shellcheck shell=bash

# Read by the tools, too.
export SLOW PATIENCE

# Other load may have changed. A measurement takes a fifth of a second.
SPEED_EVERY=60
SPEED_MEASURED=-$SPEED_EVERY

# Set SLOW, and report it to the host. Nothing else should run. SLOW falls by a quarter at most,
# because other load may merely pause. $1: what comes next
speed_measure() {
	local now kept=$((SLOW * 3 / 4))
	((SECONDS - SPEED_MEASURED >= SPEED_EVERY)) || return 0
	now=$(speed)
	SLOW=$((now > kept ? now : kept))
	SPEED_MEASURED=$SECONDS
	kernel_patience
	verdict "speed $1 $SLOW"
}

# Run a command with libxl's own limits multiplied as ours are. $@: command
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
