# SPDX-License-Identifier: GPL-2.0
# In a guest: what goes on while it, or another one, moves.
# shellcheck shell=bash

# A connection of some 40 s, so that there is one at almost any time. $1: pass, $2: address
paced_pass() {
	stream tcp "$2" 4000000 "$1" 0 100000
}

# Loads that go on until they are ended: the disk verifies what it wrote, and a paced
# connection has every byte checked. $1: address
move_load() {
	load_loop move-net paced_pass "$1"
	verify_load xvdb move-disk --rw=randwrite --bsrange=4k-128k --iodepth=16 --size=8m --rate=400k
	load_busy xvdb
}

# Ask ten times a second whether another guest is there. $1: address
ping_start() {
	ping -n -D -i 0.1 "$1" >/run/rig/ping.log 2>&1 &
}

# End that. Prints the longest time between two answers, and how many requests got none.
ping_gap() {
	pkill -INT -x ping
	wait_for 10 grep -q transmitted /run/rig/ping.log || return
	awk -F '[][]' '
		/bytes from/ { if (last && $2 - last > gap) gap = $2 - last; last = $2 }
		/transmitted/ { split($0, n, " "); lost = n[1] - n[4] }
		END { printf "%d ms, %d lost\n", gap * 1000, lost }' /run/rig/ping.log
}
