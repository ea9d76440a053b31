# SPDX-License-Identifier: GPL-2.0
# A guest that serves other guests: its root file system is dom0's, read-only.
# shellcheck shell=bash

# The drivers under test are in the initramfs only. $1: where the root is mounted
devd_prepare() {
	local d
	for d in xen-blkback xen-netback; do
		module_load ours $d || return
	done
	for d in tmp var/log var/lib/xen; do
		mount -t tmpfs devd "$1/$d" || return
	done
	mkdir -p /run/lock /run/xen /run/rig-scripts/dom0 "$1/var/log/xen"
	# The same paths as in dom0, where the toolstack is told of them.
	cp /rig/vif /rig/vbd /run/rig-scripts/dom0/
}

# Run hotplug scripts as the toolstack does in dom0.
devd_start() {
	PATH=$(echo /usr/lib/xen-[0-9]*/bin):$PATH
	# A kernel that only guests have has them built in, and no modules on dom0's file system.
	[ ! -d "/lib/modules/$(uname -r)" ] ||
		modprobe -a xenfs xen-evtchn xen-gntdev xen-privcmd || return
	mount -t xenfs xenfs /proc/xen || return
	xl devd </dev/null >/var/log/xen/start.log 2>&1
}
