# SPDX-License-Identifier: GPL-2.0
# The network, on either side. Runs in dom0 and in the guest.
# shellcheck shell=bash

# No waiting for duplicates of an IPv6 address. $1: interface, $2: ADDRESS/BITS
net_address() {
	local options=()
	[[ $2 != *:* ]] || options=(nodad)
	ip address replace "$2" dev "$1" "${options[@]}"
}

# TCP, then UDP, in both directions at once; each byte is checked. Payloads longer than an MTU
# of 1500 are sent separately. $1: address, $2: bytes of TCP, $3: datagrams, $4: longest
# payload
net_stream() {
	stream tcp "$1" "$2" && stream udp "$1" "$3" 1400 || return
	[ "$4" -le 1400 ] || stream fragments "$1" $(($3 / 2)) "$4"
}

# Five echo requests must get five replies, none of them twice or altered. rest: address and
# options
net_answers() {
	local out
	out=$(ping -q -c 5 -i 0.1 -W 5 "$@" 2>&1) || :
	[[ $out == *" 5 received, 0% packet loss"* ]] && return
	echo "$out"
	return 1
}

# $1: interface, $2: id, rest: addresses
net_vlan() {
	local a name=rigvlan$2
	ip link add link "$1" name "$name" type vlan id "$2" || return
	for a in "${@:3}"; do
		net_address "$name" "$a" || return
	done
	ip link set "$name" up
}

# A counter of an interface. $1: interface, $2: name
net_count() {
	cat "/sys/class/net/$1/statistics/$2"
}

# Nobody sends what is not asked for: no neighbour discovery, no groups. $1: interface,
# $2: the other end's address, $3: its MAC address
net_silent() {
	echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6"
	ip neigh replace "$2" lladdr "$3" dev "$1" nud permanent
}

# Bytes and packets received and sent by an interface, as a line. $1: interface
net_counted() {
	local name values=()
	for name in rx_bytes rx_packets tx_bytes tx_packets; do
		values+=("$(net_count "$1" $name)")
	done
	echo "${values[@]}"
}

# Remove everything that scenarios created here: it has a name that begins with rig. What
# belongs to a vif went with it.
net_reset() {
	local d
	pkill -x 'frames|stream'
	for d in /sys/class/net/rig*; do
		# A VLAN goes with the device below it.
		[ ! -e "$d" ] || ip link del "${d##*/}" || [ ! -e "$d" ] || return
	done
}
