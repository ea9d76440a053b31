# SPDX-License-Identifier: GPL-2.0
# Log the state of both ends after a failed scenario, before anything is cleaned up.
# shellcheck shell=bash

# Counters that are not 0, a line for each file, and the kernel stacks of blocked tasks.
# The same text runs at both ends; on its way to the guest no backslash survives.
# shellcheck disable=SC2016 # for another shell
EVIDENCE_TEXT=('
	for f in /sys/kernel/debug/xen-split/*/*; do
		[ ! -f "$f" ] || echo "${f#/sys/kernel/debug/xen-split/}: $(awk '\''$2 != "0"'\'' "$f" | xargs)"
	done' '
	for p in /proc/[0-9]*; do
		[ -z "$(xargs -0 <$p/cmdline)" ] || echo "${p#/proc/} $(cat $p/wchan) $(xargs -0 <$p/cmdline)"
	done')

# shellcheck disable=SC2016 # for another shell
EVIDENCE_GUEST=('tail -v -n 5 /run/rig/*.log /run/rig/out.*'
	'grep -hv ";fio-" /run/rig/*.fio | tail -n 20'
	'cd /sys/kernel/debug/block && tail -n 20 xvd*/state xvd*/requeue_list xvd*/hctx*/{state,busy,dispatch}')

evidence_xenstore() {
	xenstore-ls -f | grep -E '/(backend|device|error)/(vbd|vif)?.*(state|error|online|ring|event|queues)'
}

# Have a guest that does not answer print its blocked tasks on its console.
# $1: guest
evidence_guest() {
	local text
	guest_there "$1" || return 0
	echo "--- $1"
	PATIENCE=1 guest_alive "$1" || {
		xl sysrq "$1" w
		return
	}
	for text in "${EVIDENCE_TEXT[@]}" "${EVIDENCE_GUEST[@]}"; do
		PATIENCE=1 guest_run "$1" 10 "$text"
	done
}

evidence() {
	local id text
	echo "--- evidence: dom0"
	xl vcpu-list
	for text in "${EVIDENCE_TEXT[@]}"; do
		(eval "$text") 2>&1
	done
	for id in "$RUN"/*.id; do
		evidence_guest "$(basename "$id" .id)" 2>&1
	done
	echo "--- xenstore"
	evidence_xenstore
}
