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

# Use a disk whose backend lies. $1: disk
hostile_load_start() {
	hostile load "$1" >/run/rig/hostile-load.log 2>&1 &
	echo $! >/run/rig/hostile-load.pid
}

hostile_load_ended() {
	! kill -0 "$(cat /run/rig/hostile-load.pid)"
}

# End it, and print what it has seen, which must be nothing of anybody else's.
hostile_load_stop() {
	kill -TERM "$(cat /run/rig/hostile-load.pid)" || return
	wait_for 30 hostile_load_ended || {
		echo "the load does not end"
		return 1
	}
	cat /run/rig/hostile-load.log
	grep -q ' foreign 0 unstable 0$' /run/rig/hostile-load.log
}

# Send to a NIC's backend that lies, from now on. $1: number, $2: address, $3: the backend's,
# $4: an XDP program, if any
hostile_nic_start() {
	local dev
	(
		until dev=$(nic_name "$1") && net_address "$dev" "$2/24" && ip link set "$dev" mtu 9000 up; do
			nap 0.1
		done
		ip neigh replace "$3" lladdr 00:16:3e:00:66:02 dev "$dev" nud permanent
		[ -z "${4:-}" ] || xdp "$dev" native "$4"
		exec ping -q -i 0.01 -s 8000 -w 7200 "$3"
	) >/run/rig/hostile-nic.log 2>&1 &
	echo $! >/run/rig/hostile-nic.pid
}

hostile_nic_stop() {
	kill "$(cat /run/rig/hostile-nic.pid)"
}

# Configure the hash of what is received, again and again. $1: number
hostile_hash_start() {
	(
		while nap 0.1; do
			ethtool -X "$(nic_name "$1")" equal 1
		done
	) >/dev/null 2>&1 &
	echo $! >/run/rig/hostile-hash.pid
}

hostile_hash_stop() {
	kill "$(cat /run/rig/hostile-hash.pid)"
}
