# SPDX-License-Identifier: GPL-2.0
# Waiting, and for how long at most. Runs in dom0 and in the guest.
# shellcheck shell=bash

# Limits in seconds are multiplied by PATIENCE and by SLOW / 100. SLOW is the time that work
# takes on this machine, in percent of the usual. Domain 0 measures it, and passes it to a
# guest with each command.
PATIENCE=${PATIENCE:-2}
SLOW=${SLOW:-100}

# A pipe without a writer: a read with a timeout sleeps without a process, which would cost a
# twentieth of a second under emulation.
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

# Called when a wait is about to fail. If the machine has become slower than SLOW, set SLOW
# and succeed, so that there is more time.
slower() {
	local now
	now=$(speed 3)
	((now * 10 > SLOW * 11)) || return 1
	echo "work takes $now % of the usual time now, not $SLOW %: waiting on" >&2
	SLOW=$now
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
	local start=$SECONDS seconds=$1 pause=0.05
	shift
	until "$@" 2>/dev/null; do
		((SECONDS - start < seconds * PATIENCE * SLOW / 100)) || slower || return 1
		nap $pause
		pause=0.2
	done
}

# limited SECONDS COMMAND...: ends the command when its time is up, with 124.
limited() {
	timeout $(($1 * PATIENCE * SLOW / 100)) "${@:2}"
}

# Scale the kernel's own limits for hung tasks and lockups.
kernel_patience() {
	echo $((SLOW < 600 ? SLOW / 10 : 60)) >/proc/sys/kernel/watchdog_thresh
	echo $((60 * SLOW / 100)) >/proc/sys/kernel/hung_task_timeout_secs
	echo $((SLOW < 1400 ? 21 * SLOW / 100 : 300)) \
		>/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout
	return 0
} 2>/dev/null
