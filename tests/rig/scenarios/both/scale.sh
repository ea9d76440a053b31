# SPDX-License-Identifier: GPL-2.0
# Many guests at once, each with a disk and an interface: what each costs dom0, and that none of
# them notices what happens to the others.
# shellcheck shell=bash

# Limits: KiB of dom0's memory for an idle guest's devices, and percent of what the devices of an
# early guest took to connect.
SCALE_MOST_KIB=1024
SCALE_MOST_SLOWER=120

# --- start and cost ------------------------------------------------------------

# Start guests, and measure at 1, 10, 50, 100 and at the last. $1: kind of the back, $2: guests
scale_start() {
	local at before=0
	# shellcheck disable=SC2034 # read by cost_measure
	COST_IDLE_SECONDS=$(($2 < 10 ? 3 : 10))
	cost_measure
	# shellcheck disable=SC2034 # read by cost_row
	COST_BASE=("${COST_NOW[@]}")
	verdict "note $MANY_NAME cost: $COST_HEAD"
	for at in 1 10 50 100 "$2"; do
		((at > before && at <= $2)) || continue
		many_start_all $((before + 1)) "$at"
		cost_row "$1" "$at"
		[ "$at" != 1 ] || verdict "note $MANY_NAME cost: pages of the first guest's grant table: $(grant_frames s1)"
		before=$at
	done
}

# What ours must keep to; few guests tell little. $1: guests
scale_limits() {
	local kib early late column
	check_is "wake-ups of idle threads" 0 "$COST_WOKEN"
	[ "$1" -ge 20 ] || return 0
	kib=$(((COST_AT[$1] - COST_AT[10]) / ($1 - 10)))
	[ $kib -le $SCALE_MOST_KIB ] || fail "each guest after the tenth costs $kib KiB"
	passed "each guest after the tenth costs $kib KiB"
	for column in 3 4; do
		early=$(cost_median $column 6 15)
		late=$(cost_median $column $(($1 - 9)) "$1")
		((late * 100 <= early * SCALE_MOST_SLOWER)) ||
			fail "the last devices take $late ms to connect, early ones $early"
		passed "connected after $late ms, early ones after $early ms"
	done
}

# --- while all are there ---------------------------------------------------------

scale_disks() {
	check "each writes and reads its own pattern" many_ask 120 \
		"mark write /dev/xvda \$seed && mark verify /dev/xvda \$seed" "${MANY[@]}"
	check "it is on its own disk" many_disks_right "${MANY[*]}"
}

# $1: guests, numbered from 1
scale_network() {
	check "each reaches the next one and dom0" many_ask 240 \
		"stream tcp $MANY_NET.\$((nr % $1 + 1)) 100000 \$seed && stream tcp \$peer 100000 \$seed" \
		"${MANY[@]}"
}

# --- what happens to some, under load ----------------------------------------------

scale_destroy() {
	local nr
	for nr in $1; do
		check "destroy s$nr while it is busy" many_destroy "$nr"
	done
	many_forget "$1"
}

scale_detach() {
	local nr
	# shellcheck disable=SC2086 # numbers
	check "those to be detached had no error" many_ask 120 load_end $1
	for nr in $1; do
		check "detach the disk of s$nr" vbd_detach "s$nr" xvda
		check "detach the interface of s$nr" vif_detach "s$nr" 0
	done
	check "their disks are as they wrote them" many_disks_right "$1"
	SCALE_DETACHED=$1
}

scale_save() {
	local nr
	for nr in $1; do
		check "save s$nr" guest_save "s$nr"
		check "restore s$nr" guest_restore "s$nr"
	done
}

# Devices of a kind, as the driver's folder has them. $1: vbd or vif
scale_devices() {
	local d
	for d in "/sys/bus/xen-backend/drivers/$1/$1"-*; do
		echo "${d##*/}"
	done
}

# Replace a backend under all of them. $1: vbd or vif, $2: module, $3: kind
scale_replace() {
	local d nodes=() devices
	devices=$(scale_devices "$1")
	for d in $devices; do
		echo "$d" >"/sys/bus/xen-backend/drivers/$1/unbind" || fail "unbind $d"
	done
	passed "all are unbound"
	check "unload" limited 60 rmmod "$2"
	check "load" module_load "$3" "$2"
	# Not with what the scenario has declared.
	rm -f "$RUN/$2.loaded"
	for d in $devices; do
		d=${d#*-}
		nodes+=("/local/domain/0/backend/$1/${d/-//}/state")
		[ "$1" != vif ] || scale_hotplug "vif${d/-/.}" "/local/domain/0/backend/vif/${d/-//}"
	done
	check "all are connected again" ask until $((60 * PATIENCE * SLOW / 100)) 4 "${nodes[@]}"
}

# As udev does for an interface that has come back. $1: name, $2: folder in xenstore
scale_hotplug() {
	wait_for 20 test -e "/sys/class/net/$1" || fail "no $1"
	vif=$1 XENBUS_PATH=$2 $VIF_SCRIPT online
}

# The loads end, none has met an error; tells the host what took longest.
scale_settle() {
	local nr loaded=()
	for nr in "${MANY[@]}"; do
		[[ " $SCALE_DETACHED " == *" $nr "* ]] || loaded+=("$nr")
	done
	check "no load has met an error" many_ask 240 load_end "${loaded[@]}"
	verdict "note $MANY_NAME $(awk '{ for (i = 1; i < NF; i++) { if ($i == "requests") n += $(i + 1)
			if ($i == "longest" && $(i + 1) > most) most = $(i + 1)
			if ($i == "streams") streams += $(i + 1) } }
		END { print n " requests, the longest took " most " ms; " streams " streams" }' "$RUN/many.said")"
	check "the disks are as they were written" many_disks_right "${loaded[*]}"
}

# Four groups at random. $1: guests
scale_groups() {
	local tenth=$(($1 >= 40 ? $1 / 10 : $1 >= 20 ? 2 : 1)) all
	mapfile -t all < <(shuf -i "1-$1")
	SCALE_DESTROY=${all[*]:0:tenth}
	SCALE_DETACH=${all[*]:tenth:tenth}
	SCALE_SAVE=${all[*]:2 * tenth:tenth}
	SCALE_DETACHED=
}

# The more there are, the less does each. $1: guests
scale_load() {
	local pause=$((10 + 4 * $1)) pace=$((20000 / $1 + 2000))
	check "loads" many_ask 60 "disk_begin 2 $pause; nic_begin 1 $((pace * 3)) $pace" "${MANY[@]}"
}

# All of them work, and some go while the others do. $1: guests
scale_use() {
	phase "disks" scale_disks
	phase "network" scale_network "$1"
	scale_groups "$1"
	phase "begin loads" scale_load "$1"
	phase "destroy: $SCALE_DESTROY" scale_destroy "$SCALE_DESTROY"
	phase "detach: $SCALE_DETACH" scale_detach "$SCALE_DETACH"
}

# $1: scenario, $2: guests
scale_run() {
	local back free
	back=${SCENARIO_BACK[$1.disk]%% *}
	free=$(destroy_memory)
	many_begin "$1" "${SCENARIO_FRONT[$1.disk]%% *}"
	phase "start, measure" scale_start "$back" "$2"
	scale_use "$2"
	phase "save and restore: $SCALE_SAVE" scale_save "$SCALE_SAVE"
	phase "replace blkback" scale_replace vbd xen-blkback "$back"
	phase "replace netback" scale_replace vif xen-netback "$back"
	phase "end loads" scale_settle
	phase "all go" many_all_go "$free"
	[ "$back" != ours ] || scale_limits "$2"
}

# What "make check" has time for. $1: scenario, $2: guests
scale_sample() {
	local free
	free=$(destroy_memory)
	many_begin "$1" "${SCENARIO_FRONT[$1.disk]%% *}"
	phase "start" many_start_all 1 "$2"
	scale_use "$2"
	phase "end loads" scale_settle
	phase "all go" many_all_go "$free"
}

# Only the cost. $1: scenario, $2: guests
scale_cost() {
	local back free
	back=${SCENARIO_BACK[$1.disk]%% *}
	free=$(destroy_memory)
	many_begin "$1" "${SCENARIO_FRONT[$1.disk]%% *}"
	phase "start, measure" scale_start "$back" "$2"
	phase "all go" many_all_go "$free"
}

scenario many-guests 2400 set:scale disk net back:max_queues=0 netback:max_queues=0 \
	scale_run many-guests "$GUESTS"
scenario many-guests-intree 1500 set:scale disk net back:kind=intree scale_cost many-guests-intree "$GUESTS"
scenario four-guests 180 disk net scale_sample four-guests 4
