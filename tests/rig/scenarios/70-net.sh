# SPDX-License-Identifier: GPL-2.0
# Frames of every kind between dom0 and a guest.
# shellcheck shell=bash

# vif NR of $1 with an address at each end: dom0 has .1, the guest .2.
# $1: guest, $2: number, rest: of the vif's configuration
net_pair() {
	local g=$1 nr=$2 dev
	shift 2
	check "attach vif $nr of $g" vif_attach "$g" "$nr" "$@"
	dev=$(vif_dev "$g" "$nr")
	net_address "$dev" "10.$nr.0.1/24"
	net_address "$dev" "fd00:$nr::1/64"
	check "interface up" guest_run "$g" 20 "nic_up $nr 10.$nr.0.2/24 fd00:$nr::2/64"
}

net_ping() {
	net_pair "$GUEST" 0
	check "ping" ping -q -c 5 -i 0.2 10.0.0.2
	check "ping of 64 KiB" ping -q -c 5 -i 0.2 -s 65000 10.0.0.2
	check "ping over IPv6" ping -q -c 5 -i 0.2 fd00:0::2
	check "ping from the guest" guest_run "$GUEST" 20 "ping -q -c 5 -i 0.2 10.0.0.1"
	check "ping of 64 KiB from the guest" guest_run "$GUEST" 20 "ping -q -c 5 -i 0.2 -s 65000 fd00:0::1"
	check "detach" vif_detach "$GUEST" 0
}

scenario net-ping 60 net net_ping
