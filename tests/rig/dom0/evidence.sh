# SPDX-License-Identifier: GPL-2.0
# What both ends can tell of a scenario that failed, before anything is cleaned up.
# shellcheck shell=bash

# Counters that are not 0, a line for each file; the same text runs at both ends.
# shellcheck disable=SC2016 # for another shell
EVIDENCE_COUNTERS='
	mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
	for f in /sys/kernel/debug/xen-split/*/*; do
		[ ! -f "$f" ] || echo "${f#/sys/kernel/debug/xen-split/}: $(awk '\''$2 != "0"'\'' "$f" | xargs)"
	done'

evidence_xenstore() {
	xenstore-ls -f | grep -E '/(backend|device|error)/(vbd|vif)?.*(state|error|online|ring|event|queues)'
}

# An answer has little room. $1: guest, $2: shell text
evidence_ask() {
	PATIENCE=1 guest_run "$1" 10 "$2"
}

# Who waits in the kernel says so on the guest's console, which is a log: that needs
# no command that the guest answers. $1: guest
evidence_guest() {
	guest_there "$1" || return 0
	echo "--- counters of $1"
	xl sysrq "$1" w
	evidence_ask "$1" "$EVIDENCE_COUNTERS"
	evidence_ask "$1" 'ps --ppid 2 -p 2 --deselect -o pid,stat,wchan:24,args'
	evidence_ask "$1" 'tail -v -n 5 /run/rig/*.fio /run/rig/*.log /run/rig/out.*'
	evidence_ask "$1" 'grep . /sys/block/xvd*/inflight
		cd /sys/kernel/debug/block && tail -n 20 xvd*/state xvd*/requeue_list xvd*/hctx*/{state,busy,dispatch}'
}

# $@: guests
evidence() {
	local g
	xl vcpu-list
	ps --ppid 2 -p 2 --deselect -o pid,stat,wchan:24,args
	echo "--- counters of dom0"
	(eval "$EVIDENCE_COUNTERS")
	for g in "$@"; do
		evidence_guest "$g"
	done
	echo "--- xenstore"
	evidence_xenstore
}
