# SPDX-License-Identifier: GPL-2.0
# The network that both machines and their guests are on: a bridge in each domain 0, with the
# interface between the machines as a port.
# shellcheck shell=bash

read -r MACHINE < <(sed -n 's/.*rig\.machine=\([ab]\).*/\1/p' /proc/cmdline)
BRIDGE=xenbr0
declare -A ADDRESS=([a]=10.9.0.1 [b]=10.9.0.2)
# Between domains 0: fewer packets, each of which is dear under emulation. A frame is one piece
# of memory, of 16 KiB at most. Guests keep 1500, and so does what is sent to them.
LINK_MTU=15000
# Where a machine takes in guests that migrate.
MOVE_PORT=7100
# Both ends of a connection notice within half a minute that the other one is gone.
MOVE_SOCKET=keepalive,keepidle=10,keepintvl=5,keepcnt=4

network_nic() {
	local d
	for d in /sys/bus/virtio/drivers/virtio_net/virtio*/net/*; do
		echo "${d##*/}"
	done
}

# $1: the other machine
network_routes() {
	local own=${ADDRESS[$MACHINE]}
	ip route change "${own%.*}.0/24" dev $BRIDGE proto kernel scope link src "$own" mtu 1500 &&
		ip route replace "$1" dev $BRIDGE scope link src "$own" mtu $LINK_MTU
}

network_up() {
	local nic peer=${ADDRESS[b]}
	[ "$MACHINE" = a ] || peer=${ADDRESS[a]}
	modprobe virtio_net && udevadm settle -t 20 || return
	nic=$(network_nic)
	net_bridge $BRIDGE "${ADDRESS[$MACHINE]}/24" || return
	# The address of a bridge changes with its ports otherwise.
	ip link set $BRIDGE address "02:16:3e:00:00:0$MACHINE"
	ip link set "$nic" up mtu $LINK_MTU master $BRIDGE && ip link set $BRIDGE mtu $LINK_MTU &&
		network_routes "$peer" || return
	# What was sent is given up after a quarter of a minute without an answer.
	sysctl -q net.ipv4.tcp_retries2=6
	socat -b 262144 "TCP-LISTEN:$MOVE_PORT,fork,reuseaddr,$MOVE_SOCKET" EXEC:/rig/dom0/receive &
}
