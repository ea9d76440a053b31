# SPDX-License-Identifier: GPL-2.0
# Fault injection by the modules of tests/fault, and counters of the drivers. Runs in dom0
# and in the guest.
# shellcheck shell=bash

# Load the module; it drops nothing yet.
event_loss_load() {
	! module_loaded event_loss || rmmod event_loss || return
	modprobe event_loss && event_loss 0
}

# $1: drop each n-th event, 0: none, $2: of the interrupt with this name only, $3: so many
# at most
event_loss() {
	local dir=/sys/module/event_loss/parameters irq=0
	echo 0 >$dir/every
	if [ -n "${2:-}" ]; then
		irq=$(awk -v n="$2" '$NF == n { print $1 + 0; exit }' /proc/interrupts)
		[ -n "$irq" ] || {
			echo "no interrupt $2"
			return 1
		}
	fi
	echo "$irq" >$dir/irq
	echo "${3:-1000000}" >$dir/limit
	echo "$1" >$dir/every
}

event_loss_dropped() {
	cat /sys/module/event_loss/parameters/dropped
}

# Delay or fail the calls of some functions, see tests/fault/function_fault.c.
# $1: parameters
function_fault() {
	function_fault_end || return
	# shellcheck disable=SC2086 # several parameters
	modprobe function_fault $1
}

function_fault_end() {
	! module_loaded function_fault || rmmod function_fault
}

# $1: parameter, prints its value
function_fault_get() {
	cat "/sys/module/function_fault/parameters/$1"
}

# A disk declines flushes, see tests/fault/flush_fault.c. $1: its name
flush_fault() {
	flush_fault_end || return
	modprobe flush_fault disk="$1"
}

flush_fault_end() {
	! module_loaded flush_fault || rmmod flush_fault
}

# Sites of allocators that fail once, see tests/fault/alloc_fault.c.
ALLOC_FAULT=/sys/kernel/debug/alloc_fault/sites
ALLOC_FAULT_KNOWN=/run/rig/alloc.failed

# $@: modules
alloc_fault_load() {
	local module site kind
	alloc_fault_end && modprobe alloc_fault || return
	: >$ALLOC_FAULT_KNOWN
	for module in "${@//-/_}"; do
		while read -r site kind _; do
			echo "$site $kind" >$ALLOC_FAULT || return
		done < <(grep "^$module:" /rig/alloc.sites)
	done
}

alloc_fault_end() {
	! module_loaded alloc_fault || rmmod alloc_fault
}

# How many more sites may fail. $1: number
alloc_fault_budget() {
	echo "$1" >/sys/module/alloc_fault/parameters/budget
}

# Sites that have failed (1) or have not (0). $1: which
alloc_fault_sites() {
	awk -v failed="$1" '$5 == failed { print $1 }' $ALLOC_FAULT
}

# Sites that have failed since the last time. Not by grep: busybox's takes a list of nothing for
# one of everything.
alloc_fault_news() {
	alloc_fault_sites 1 | awk -v known=$ALLOC_FAULT_KNOWN '
		BEGIN { while ((getline site <known) > 0) seen[site] }
		!($0 in seen)' | tee -a $ALLOC_FAULT_KNOWN
}

# Sites that cannot be made to fail in a module that is loaded.
alloc_fault_refused() {
	awk '$7 != 0 { print $1 ": " $7 }' $ALLOC_FAULT
}

# Unbind a device and reload its driver, while one site may fail. A driver that cannot be
# loaded for that reason can be loaded the next time.
# $1: bus, $2: type of the device, $3: device, $4: module, rest: parameters
alloc_fault_reload() {
	alloc_fault_budget 1
	driver_unbind "$1" "$2" "$3" && module_unload "$4" || return
	modprobe "$4" "${@:5}" || modprobe "$4" "${@:5}"
}

# $1: bus, $2: type of the device, $3: device
driver_unbind() {
	[ ! -e "/sys/bus/$1/drivers/$2/$3" ] || echo "$3" >"/sys/bus/$1/drivers/$2/unbind"
}

driver_bound() {
	[ -e "/sys/bus/$1/drivers/$2/$3" ]
}

driver_rebind() {
	driver_unbind "$@" && echo "$3" >"/sys/bus/$1/drivers/$2/bind"
}

# Sum of a counter over the files of a device. $1: device, $2: files, rest: names
counter() {
	local n
	# shellcheck disable=SC2086 # files are a pattern
	for n in "${@:3}"; do
		awk -v n="$n" '$1 == n { s += $2; found = 1 } END { if (found) print s + 0; exit !found }' \
			"/sys/kernel/debug/xen-split/$1/"$2 || return
	done
}
