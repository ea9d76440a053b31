# SPDX-License-Identifier: GPL-2.0
# What scenarios begin with. g1 is a PVH guest that moves, g2 a PV guest on machine b, g3 one
# on machine a.
# shellcheck shell=bash disable=SC2154 # work belongs to tests/cluster/run

# Both machines have these drivers. Guests with others are ended. $1: kind
drivers_are() {
	local m
	[ "$(cat "$work/kind" 2>/dev/null)" != "$1" ] || return 0
	for m in "${MACHINES[@]}"; do
		check "drivers of $m are $1" on "$m" 120 "guests_destroy; back_kind $1"
	done
	echo "$1" >"$work/kind"
}

# $1: guest, $2: machine, $3: pv or pvh
guest_is_on() {
	! on "$2" 60 "guest_there $1 && guest_alive $1" >/dev/null || return 0
	check "start $1 on $2" on "$2" 240 "guest_start_on_bridge $1 $3 $(cat "$work/kind")"
	progress "$1 is up on $2"
}

# DRBD runs on both machines, and both halves are equal.
drbd_is_ready() {
	local m n
	[ ! -e "$work/drbd" ] || return 0
	for m in "${MACHINES[@]}"; do
		check "DRBD on $m" on "$m" 120 'drbd_up new'
	done
	for n in 0 1 2; do
		check "connected" on a 60 "drbd_becomes 60 r$n Connected Inconsistent/Inconsistent"
	done
	check "nothing to copy" on a 60 'drbd_declare_equal'
	for n in 0 1 2; do
		check "up to date" on a 60 "drbd_becomes 60 r$n Connected UpToDate/UpToDate"
	done
	touch "$work/drbd"
	progress "DRBD is connected"
}

nbd_is_ready() {
	local m
	[ ! -e "$work/nbd" ] || return 0
	check "NBD server on a" on a 30 'nbd_serve'
	for m in "${MACHINES[@]}"; do
		check "NBD client on $m" on "$m" 60 'nbd_connect'
	done
	touch "$work/nbd"
}

# $1: guest
address_of() {
	echo "10.9.0.$((10 + ${1#g}))"
}

# Loads of a guest that go on until they are ended. $1: machine, $2: guest, $3: the guest it
# is connected to
loads_begin() {
	check "loads of $2" in_guest "$1" "$2" 20 ". /rig/move.sh; move_load $(address_of "$3")"
}

# Run in a guest. $1: machine, $2: guest, $3: seconds, $4: shell text
in_guest() {
	on "$1" $(($3 + 10)) "$(printf 'guest_run %s %s %q' "$2" "$3" "$4")"
}
