# SPDX-License-Identifier: GPL-2.0
# Migrations that fail, a network that is cut, a machine that dies.
# shellcheck shell=bash disable=SC2154 # work belongs to tests/cluster/run

ACKED_PORT=7200
# Writes that a guest must have had acknowledged before its machine dies.
ACKED_MIN=300
CUT_SECONDS=30

# A PVH guest with loads on machine a, which is to stay there.
stays_begin() {
	drivers_are "$RIG_DRIVERS"
	drbd_is_ready
	guest_is_on g3 a pv
	guest_is_on g1 a pvh
	check "a disk on DRBD" on a 60 "guest_attach_shared g1 drbd r0"
	loads_begin a g1 g3
}

# It has gone on where it was, and the other machine has nothing of it.
stays_end() {
	check "the load on its disk goes on" in_guest a g1 30 'load_busy xvdb'
	check "nothing of it is left on b" on b 120 "wait_for 100 guests_are $1"
	check "DRBD is connected" on a 120 'drbd_becomes 100 r0 Connected UpToDate/UpToDate'
	check "loads end without an error" on a 300 'guest_load_ends g1'
	check "detach the disk" on a 60 'guest_detach_shared g1'
	check "both halves are equal" on a 200 'drbd_verify r0'
}

migrate_no_memory() {
	stays_begin
	check "b is without g2" on b 60 'guest_destroy g2'
	check "b is full" on b 120 'machine_fill 96'
	check_fails "migration to b" on a 200 'guest_send g1'
	check "g1 is who it was" on a 30 'guest_run g1 15 true'
	check "b has room again" on b 60 'xl destroy hog'
	stays_end ''
}

# $1: what domain 0 of $2 waits for before the link is cut
migration_cut_at() {
	local send rc=0
	on_start a 'guest_send g1'
	send=$SENT
	check "wait for: $1" on "$2" 200 "wait_for 150 $1"
	link off
	progress "link cut: $1"
	on_wait a "$send" 200 || rc=$?
	link on
	((rc > 0 && rc < 124)) || fail "migration over a link that was cut: exit $rc"
	check "g1 runs" on a 60 'guest_run g1 30 true'
}

migrate_link_cut() {
	stays_begin
	check "b is without g2" on b 60 'guest_destroy g2'
	migration_cut_at 'xl domid g1--incoming' b
	check "b has given up" on b 120 "wait_for 100 guests_are ''"
	check "DRBD is connected" on a 120 'drbd_becomes 100 r0 Connected UpToDate/UpToDate'
	migration_cut_at 'guest_is_suspended g1' a
	stays_end ''
}

# Both machines have a guest that writes, and there is a connection between the two.
link_cut() {
	drivers_are "$RIG_DRIVERS"
	drbd_is_ready
	guest_is_on g3 a pv
	guest_is_on g2 b pv
	check "a disk for g3" on a 60 "guest_attach_shared g3 drbd r0"
	check "a disk for g2" on b 60 "guest_attach_shared g2 drbd r1"
	loads_begin a g3 g2
	loads_begin b g2 g3
	link off
	progress "link cut for $CUT_SECONDS s"
	sleep $CUT_SECONDS
	check "a is on its own" on a 120 'drbd_becomes 60 r0 WFConnection UpToDate/DUnknown'
	check "so is b" on b 120 'drbd_becomes 60 r1 WFConnection UpToDate/DUnknown'
	check "g3 writes" in_guest a g3 60 'load_busy xvdb'
	check "g2 writes" in_guest b g2 60 'load_busy xvdb'
	link on
	check "r0 is equal again" on a 200 'drbd_becomes 150 r0 Connected UpToDate/UpToDate'
	check "r1 is equal again" on b 200 'drbd_becomes 150 r1 Connected UpToDate/UpToDate'
	progress "DRBD is connected again"
	check "g3: no error" on a 300 'guest_load_ends g3'
	check "g2: no error" on b 300 'guest_load_ends g2'
	check "detach" on a 60 'guest_detach_shared g3'
	check "detach" on b 60 'guest_detach_shared g2'
	check "r0: both halves are equal" on a 200 'drbd_verify r0'
	check "r1: both halves are equal" on a 200 'drbd_verify r1'
}

# A file system on a shared disk, whose guest reports each fsync() to machine a.
# $1: guest, $2: resource
acked_begin() {
	guest_is_on "$1" b pv
	check "a disk for $1" on b 60 "guest_attach_shared $1 drbd $2"
	check "a file system" in_guest b "$1" 60 'mkfs.ext4 -q /dev/xvdb && mount /dev/xvdb /mnt'
	check "writes with fsync" in_guest b "$1" 30 \
		"acked write /mnt/log 10.9.0.1 $ACKED_PORT $1 >/run/rig/acked.log 2>&1 & :"
}

# The guest on the other machine has all it was told is safe. $1: guest, $2: resource
acked_end() {
	local last
	last=$(on a 30 "cat /run/rig/acked/$1")
	check "$2 is alone" on a 120 "drbd_becomes 100 $2 WFConnection UpToDate/DUnknown"
	guest_is_on "$1" a pv
	check "its disk" on a 60 "guest_attach_shared $1 drbd $2"
	check "its file system" in_guest a "$1" 60 'mount /dev/xvdb /mnt'
	check "each write with fsync is there" in_guest a "$1" 60 "acked check /mnt/log $last"
	note "$1 on the other machine: $(in_guest a "$1" 60 "acked check /mnt/log $last")"
	check "unmount" in_guest a "$1" 60 'umount /mnt'
	check "detach" on a 60 "guest_detach_shared $1"
}

machine_killed() {
	local g
	drivers_are "$RIG_DRIVERS"
	drbd_is_ready
	check "b is without guests" on b 60 'guests_destroy'
	check "listen" on a 30 "mkdir -p /run/rig/acked && acked listen $ACKED_PORT /run/rig/acked"
	acked_begin g2 r1
	acked_begin g4 r2
	for g in g2 g4; do
		check "$g has written enough" on a 200 \
			"enough() { [ \$(cat /run/rig/acked/$g) -ge $ACKED_MIN ]; }; wait_for 180 enough"
	done
	machine_kill b
	# Its log files are written anew when it boots again.
	machines_keep_logs "$scenario-"
	progress "machine b is killed"
	acked_end g2 r1
	acked_end g4 r2
	machine_start b
	check "b comes back" machine_ready b
	check "with these drivers" on b 120 "back_kind $RIG_DRIVERS"
	check "and with DRBD" on b 60 'drbd_up'
	for g in r1 r2; do
		check "$g is equal again" on a 200 "drbd_becomes 150 $g Connected UpToDate/UpToDate"
		check "$g: both halves are equal" on a 200 "drbd_verify $g"
	done
	check "a is without g2 and g4" on a 60 'guest_destroy g2; guest_destroy g4'
}

two_machines migrate-no-memory migrate_no_memory
two_machines migrate-link-cut migrate_link_cut
two_machines link-cut link_cut
two_machines machine-killed machine_killed
