# SPDX-License-Identifier: GPL-2.0
# The network: a guest against domain 0, and against a second guest over domain
# 0's bridge.
# shellcheck shell=bash

SECOND=bench2
BRIDGE=benchbr
# The last byte of an address identifies its owner.
NET=10.9.0
ADDRESS_DOM0=$NET.254
declare -A ADDRESS=([$GUEST]=$NET.1 [$SECOND]=$NET.2)

net_setup() {
	guest_create $SECOND '' 2 || return
	modprobe bridge || return
	ip link add $BRIDGE type bridge forward_delay 0 stp_state 0 || return
	ip link set $BRIDGE up
	/rig/dom0/traffic serve "$(vif "$GUEST")" </dev/null >/dev/null 2>&1 3>&-
	guest_run "$GUEST" 20 'traffic serve eth0 >/dev/null 2>&1' &&
		guest_run $SECOND 20 'traffic serve eth0 >/dev/null 2>&1'
}

# The guest's device in dom0. $1: guest
vif() {
	echo "vif$(cat "$RUN/$1.id").0"
}

vif_node() {
	echo "/local/domain/0/backend/vif/$(cat "$RUN/$1.id")/0"
}

vif_connected() {
	[ "$(xenstore-read "$(vif_node "$1")/state")" = 4 ] &&
		[ "$(cat "/sys/class/net/$(vif "$1")/carrier")" = 1 ]
}

vif_gone() {
	! xenstore-exists "$(vif_node "$1")/state"
}

vif_detach() {
	vif_gone "$1" && return
	xl network-detach "$1" 0 && wait_for 20 vif_gone "$1"
}

# Use a script of our own, because Debian's spends most of an attach in the shell.
vif_attach() {
	xl network-attach "$1" "mac=00:16:3e:00:00:${ADDRESS[$1]##*.}" script=/rig/dom0/vif-script ||
		return
	wait_for 30 vif_connected "$1" || {
		echo "$(vif "$1") not connected: back $(xenstore-ls "$(vif_node "$1")")"
		return 1
	}
	guest_run "$1" 20 "ip addr add ${ADDRESS[$1]}/24 dev eth0 && ip link set eth0 up"
}

front_net() {
	guest_run "$1" 30 "module_unload xen-netfront && module_load $2 xen-netfront max_queues=1"
}

# The drivers stay for the next mode of the same mixture.
net_up() {
	if [ "$(cat "$RUN/net" 2>/dev/null)" != "$1-$2" ]; then
		net_down
		module_load "$1" xen-netback max_queues=1 || return
		front_net "$GUEST" "$2" && front_net $SECOND "$2" || return
		vif_attach "$GUEST" && vif_attach $SECOND || return
		echo "$1-$2" >"$RUN/net"
	fi
	"net_mode_$3"
}

net_down() {
	rm -f "$RUN/net"
	vif_detach "$GUEST"
	vif_detach $SECOND
	module_unload xen-netback
}

# Send straight to the guest's device, to leave out the cost of a bridge.
net_mode_dom0() {
	ip link set "$(vif "$GUEST")" nomaster
	ip addr replace $ADDRESS_DOM0/24 dev "$(vif "$GUEST")" || return
	ping -q -c 2 -W 5 "${ADDRESS[$GUEST]}" && net_settle
}

net_mode_bridge() {
	local guest
	ip addr flush dev "$(vif "$GUEST")"
	for guest in "$GUEST" $SECOND; do
		ip link set "$(vif "$guest")" master $BRIDGE || return
	done
	guest_run "$GUEST" 30 "ping -q -c 2 -W 5 ${ADDRESS[$SECOND]}" && net_settle
}

# udev and the announcing of addresses are over.
net_settle() {
	udevadm settle -t 10
	sleep 2
}

net_run() {
	local from to bytes count
	read -r from to kind bytes count <<<"${WORKLOAD[$1]}"
	case $kind in
	packets) set -- packets "$(net_address "$to")" "$(net_device "$from")" "$bytes" "$count" ;;
	*) set -- "$kind" "$(net_address "$to")" "$bytes" ;;
	esac
	case $from in
	dom0) timeout 300 /rig/dom0/traffic "$@" 2>&1 3>&- ;;
	*) guest_load "$GUEST" "timeout 300 traffic $*" ;;
	esac
}

net_address() {
	case $1 in
	dom0) echo $ADDRESS_DOM0 ;;
	guest) echo "${ADDRESS[$GUEST]}" ;;
	second) echo "${ADDRESS[$SECOND]}" ;;
	esac
}

net_device() {
	case $1 in
	dom0) vif "$GUEST" ;;
	*) echo eth0 ;;
	esac
}

# Each of the kernel's own answers a slot by its own push; its front pushes each
# packet. What allocates skbs for a driver, and only for one, are the four.
net_probe() {
	[ -d /sys/module/xen_split ] || trace_on xen_netback:xenvif_idx_release
	guest_run "$GUEST" 20 ". /rig/trace.sh
		trace_on notify_remote_via_irq __netdev_alloc_skb __napi_alloc_skb build_skb napi_build_skb
		[ -d /sys/module/xen_split ] || trace_on xen_netfront:xennet_start_xmit"
}

net_unprobe() {
	trace_off
	guest_run "$GUEST" 20 ". /rig/trace.sh; trace_off"
}

# Ours of the other guest's device, too; the kernel's own are counted once.
net_snapshot() {
	trace_counters back "vif-$(cat "$RUN/$GUEST.id")-0"
	driver_counters second "vif-$(cat "$RUN/$SECOND.id")-0"
	guest_run "$GUEST" 20 ". /rig/trace.sh; trace_counters front vif-0"
	echo "back_received $(cat "/sys/class/net/$(vif "$GUEST")/statistics/rx_packets")"
	echo "front_received $(guest_run "$GUEST" 20 'cat /sys/class/net/eth0/statistics/rx_packets')"
	grep -h "$(vif "$GUEST")" /proc/interrupts | awk '{ n += $2 } END { print "back_irqs", n + 0 }'
}
