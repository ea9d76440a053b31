# SPDX-License-Identifier: GPL-2.0
# The network inside the guest.
# shellcheck shell=bash
# shellcheck source=tests/rig/common/net.sh
. /rig/net.sh

# Name of the interface. $1: number of the vif
nic_name() {
	local d
	for d in "/sys/bus/xen/devices/vif-$1/net"/*; do
		[ -e "$d" ] || return
		echo "${d##*/}"
	done
}

nic_wait() {
	wait_for 10 nic_name "$1" >/dev/null || {
		echo "no interface for vif $1"
		return 1
	}
}

# Up, with addresses, as soon as there is a link, and somebody there who answers.
# $1: number, rest: ADDRESS/BITS
nic_up() {
	local dev i
	dev=$(nic_name "$1") || return
	shift
	for i in "$@"; do
		net_address "$dev" "$i" || return
	done
	ip link set "$dev" up || return
	# It says so if one is there already.
	stream serve >/dev/null
	wait_for 5 grep -q 1 "/sys/class/net/$dev/carrier" || {
		echo "no carrier on $dev"
		return 1
	}
}

# $1: pass, $2: address, $3: bytes, $4: seconds to wait behind them
stream_pass() {
	stream tcp "$2" "$3" && sleep "$4"
}

# Traffic over TCP until load_last. $1: name, $2: address, $3: bytes of a run,
# $4: seconds between two
nic_load() {
	load_loop "$1" stream_pass "$2" "${3:-2000000}" "${4:-0}"
}

# ethtool of an interface. $1: number, $2: option, rest: behind the interface
nic_ethtool() {
	local dev
	dev=$(nic_name "$1") || return
	ethtool "$2" "$dev" "${@:3}"
}

# Frames that came in so far, one number a queue. $1: number
nic_rx_queues() {
	local q
	for q in "/sys/kernel/debug/xen-split/vif-$1"/queue*; do
		awk '$1 == "rx_packets" { printf "%s ", $2 }' "$q"
	done
	echo
}
