# SPDX-License-Identifier: GPL-2.0
# Waiting. Runs in dom0 and in the guest, where nobody has said how patient to be.
# shellcheck shell=bash

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
	local end=$((SECONDS + $1 * ${PATIENCE:-2})) nap=0.05
	shift
	until "$@" 2>/dev/null; do
		[ $SECONDS -lt $end ] || return 1
		sleep $nap
		nap=0.2
	done
}
