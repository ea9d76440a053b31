# SPDX-License-Identifier: GPL-2.0
# Waiting. Runs in dom0 and in the guest, where nobody has said how patient to be.
# shellcheck shell=bash

# Nobody writes into it: reading takes as long as it is told to, and no process,
# which costs a twentieth of a second under emulation.
nap_open() {
	exec {NAP_FD}<> <(:)
}

# The first process of dom0 is here before there is a /dev/fd, and does not wait.
[ -n "${NAP_FD:-}" ] || [ ! -e /dev/fd ] || nap_open

# $1: seconds
nap() {
	[ -n "${NAP_FD:-}" ] || nap_open
	read -rt "$1" -u "$NAP_FD" || :
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
	local end=$((SECONDS + $1 * ${PATIENCE:-2})) pause=0.05
	shift
	until "$@" 2>/dev/null; do
		[ $SECONDS -lt $end ] || return 1
		nap $pause
		pause=0.2
	done
}
