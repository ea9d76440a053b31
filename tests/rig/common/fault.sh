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

# Sum of a counter over the files of a device. $1: device, $2: files, rest: names
counter() {
	local n
	# shellcheck disable=SC2086 # files are a pattern
	for n in "${@:3}"; do
		awk -v n="$n" '$1 == n { s += $2; found = 1 } END { if (found) print s + 0; exit !found }' \
			"/sys/kernel/debug/xen-split/$1/"$2 || return
	done
}
