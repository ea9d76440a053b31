# SPDX-License-Identifier: GPL-2.0
# Events that get lost on the way to the other domain, by tests/hush, and counters
# of the drivers. Runs in dom0 and in the guest.
# shellcheck shell=bash

# Loaded, and swallowing nothing.
hush_load() {
	! module_loaded hush || rmmod hush || return
	modprobe hush && hush 0
}

# $1: swallow each n-th event, 0: none, $2: of this interrupt's name only, $3: so many
hush() {
	local dir=/sys/module/hush/parameters irq=0
	echo 0 >$dir/every
	if [ -n "${2:-}" ]; then
		irq=$(awk -v n="$2" '$NF == n { print $1 + 0; exit }' /proc/interrupts)
		[ -n "$irq" ] || {
			echo "no interrupt $2"
			return 1
		}
	fi
	echo "$irq" >$dir/irq
	echo "${3:-1000000}" >$dir/most
	echo "$1" >$dir/every
}

hush_swallowed() {
	cat /sys/module/hush/parameters/swallowed
}

# Whoever comes by at some functions is held up, see tests/hush/linger.c. $1: parameters
linger() {
	linger_end || return
	# shellcheck disable=SC2086 # several parameters
	modprobe linger $1
}

linger_end() {
	! module_loaded linger || rmmod linger
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
