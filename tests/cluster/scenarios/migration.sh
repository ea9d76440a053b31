# SPDX-License-Identifier: GPL-2.0
# Guests that move to the other machine and back with a disk and an interface in use.
# shellcheck shell=bash disable=SC2154 # work and ROUNDS belong to tests/cluster/run

# Data that is written once, and must be there at the end.
KEPT='fio_verify xvdb kept --rw=write --bs=128k --iodepth=8 --offset=16m --size=4m'

declare -A OTHER=([a]=b [b]=a)

# Milliseconds, one a line, as the figures of a report.
spread() {
	sort -n | awk '{ v[NR] = $1 } END {
		printf "shortest %d ms, median %d ms, longest %d ms, of %d", v[1], v[int((NR + 1) / 2)], v[NR], NR }'
}

# Live, under load. Meanwhile g3 asks every tenth of a second whether the guest is there.
# $1: guest, $2: machine it is on
move_once() {
	local guest=$1 from=$2 to=${OTHER[$2]} gap start=$SECONDS
	check "g3 asks" in_guest a g3 20 ". /rig/move.sh; ping_start $(address_of "$guest")"
	check "$guest leaves $from" on "$from" 300 "guest_send $guest"
	check "$guest goes on at $to" on "$to" 60 "guest_arrived $guest"
	check "the load on its disk goes on" in_guest "$to" "$guest" 30 'load_busy xvdb'
	# Its answers have begun again, or this gap would not be counted.
	check "it answers" in_guest a g3 30 "ping -q -c 1 -W 20 $(address_of "$guest")"
	gap=$(in_guest a g3 30 '. /rig/move.sh; ping_gap') || fail "no answers: $gap"
	check "$from is rid of it" on "$from" 30 "wait_for 20 guest_gone $guest"
	echo "${gap%% *}" >>"$work/$scenario.gaps"
	progress "$guest moved from $from to $to in $((SECONDS - start)) s, not answering for $gap"
}

# The machine that a guest has left has given up its disk. $1: machine
drbd_left() {
	check "r0 is secondary on $1" on "$1" 60 'wait_for 30 drbd_is_secondary r0'
}

nbd_left() {
	:
}

# $1: drbd or nbd, $2: kind of the drivers, $3: rounds
migrate() {
	local engine=$1 round
	drivers_are "$2"
	"${engine}_is_ready"
	guest_is_on g3 a pv
	guest_is_on g1 a pvh
	check "a disk on $engine" on a 60 "guest_attach_shared g1 $engine r0"
	check "data that must stay" in_guest a g1 60 "$KEPT"
	loads_begin a g1 g3
	for round in $(seq $(($(cat "$work/rounds") + 1)) "$3"); do
		progress "$engine, round $round of $3"
		move_once g1 a
		"${engine}_left" a
		move_once g1 b
		"${engine}_left" b
		echo "$round" >"$work/rounds"
	done
	check "loads end without an error" on a 300 'guest_load_ends g1'
	check "data is as it was" in_guest a g1 60 "$KEPT --verify_only"
	check "detach the disk" on a 60 'guest_detach_shared g1'
	if [ "$engine" = drbd ]; then
		check "both halves are equal" on a 200 'drbd_verify r0'
	fi
	note "$scenario: not answering while it moved: $(spread <"$work/$scenario.gaps"), $2 drivers"
}

# A PV guest is saved, its image copied, and restored on the other machine.
# $1: guest, $2: machine it is on
move_saved() {
	local guest=$1 from=$2 to=${OTHER[$2]} take start=$SECONDS
	check "save $guest on $from" on "$from" 120 "guest_save $guest"
	on_start "$to" "guest_take_image $guest"
	take=$SENT
	check "copy its image" on "$from" 120 "guest_copy_image $guest"
	check "all of it has come" on_wait "$to" "$take" 60
	check "restore $guest on $to" on "$to" 120 "guest_restore $guest && guest_keep_console $guest"
	check "the load on its disk goes on" in_guest "$to" "$guest" 30 'load_busy xvdb'
	progress "$guest saved on $from and restored on $to in $((SECONDS - start)) s"
}

restore_elsewhere() {
	drivers_are "$RIG_DRIVERS"
	drbd_is_ready
	guest_is_on g3 a pv
	guest_is_on g2 b pv
	check "a disk on DRBD" on b 60 "guest_attach_shared g2 drbd r1"
	check "data that must stay" in_guest b g2 60 "$KEPT"
	loads_begin b g2 g3
	move_saved g2 b
	move_saved g2 a
	check "loads end without an error" on b 300 'guest_load_ends g2'
	check "data is as it was" in_guest b g2 60 "$KEPT --verify_only"
	check "detach the disk" on b 60 'guest_detach_shared g2'
	check "both halves are equal" on a 200 'drbd_verify r1'
}

two_machines restore-elsewhere restore_elsewhere
two_machines migrate-drbd migrate drbd "$RIG_DRIVERS" "$ROUNDS"
two_machines migrate-nbd migrate nbd "$RIG_DRIVERS" $(((ROUNDS + 4) / 5))
two_machines migrate-drbd-intree migrate drbd intree $(((ROUNDS + 4) / 5))
