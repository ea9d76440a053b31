# SPDX-License-Identifier: GPL-2.0
# A device of this guest in the hands of tests/hostile instead of its driver.
# shellcheck shell=bash

# Whether drivers take devices that appear. $1: 1 or 0
hostile_autoprobe() {
	echo "$1" >/sys/bus/xen/drivers_autoprobe
}

# Give a device to its driver after all. $1: vbd or vif, $2: its number
hostile_hand_over() {
	hostile_autoprobe 1
	echo "$1-$2" >"/sys/bus/xen/drivers/$1/bind"
}

# Every case is a line in the console's log; an answer through xenstore is short.
# $@: arguments of the program
hostile_run() {
	local rc=0
	modprobe -a xen-evtchn xen-gntalloc || return
	hostile "$@" >/run/rig/hostile.log 2>&1 || rc=$?
	sed "s/^/hostile $1: /" /run/rig/hostile.log >/dev/console
	grep -v '^ok: ' /run/rig/hostile.log | head -n 12
	return $rc
}
