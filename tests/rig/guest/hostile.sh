# SPDX-License-Identifier: GPL-2.0
# Run tests/hostile on a device of this guest.
# shellcheck shell=bash
# shellcheck source=tests/rig/guest/device.sh
. /rig/device.sh

# Every case is a line in the console's log, because an answer through xenstore is short.
# $@: arguments of the program
hostile_run() {
	local rc=0
	modprobe -a xen-evtchn xen-gntalloc || return
	hostile "$@" >/run/rig/hostile.log 2>&1 || rc=$?
	sed "s/^/hostile $1: /" /run/rig/hostile.log >/dev/console
	grep -v '^ok: ' /run/rig/hostile.log | head -n 12
	return $rc
}
