# SPDX-License-Identifier: GPL-2.0
# Ten guests share dom0: with equal loads, and while one asks for ten times as much.
# shellcheck shell=bash

FAIR_GUESTS=10
FAIR_SECONDS=20
# In percent: what the best served of equals may have of what the worst has; what is left to each
# of the others of its even share when one asks for more.
FAIR_MOST=120
FAIR_LEAST=80

# What a guest's device has done. $1: number
fair_disk_count() {
	local id rd wr dir
	id=$(<"$RUN/s$1.id")
	dir=/sys/bus/xen-backend/devices/vbd-$id-51712/statistics
	read -r rd <"$dir/rd_req"
	read -r wr <"$dir/wr_req"
	echo $((rd + wr))
}

fair_nic_count() {
	net_count "$(vif_dev "s$1" 0)" rx_bytes
}

# Sets FAIR, by number: what each device does in the next seconds. $1: disk or nic
fair_watch() {
	local nr
	FAIR=()
	nap 3
	for ((nr = 1; nr <= FAIR_GUESTS; nr++)); do
		FAIR[nr]=$("fair_$1_count" "$nr")
	done
	nap $FAIR_SECONDS
	for ((nr = 1; nr <= FAIR_GUESTS; nr++)); do
		FAIR[nr]=$(($("fair_$1_count" "$nr") - FAIR[nr]))
	done
	echo "in $FAIR_SECONDS s: ${FAIR[*]}"
}

# Least, most and sum of a list. $@: numbers
fair_summary() {
	printf '%s\n' "$@" | awk 'NR == 1 { least = $1 }
		{ sum += $1; if ($1 > most) most = $1; if ($1 < least) least = $1 }
		END { print least + 0, most + 0, sum + 0 }'
}

# $1: disk or nic, $2: what each does, $3: what one does when it asks for more
fair_share() {
	local least most sum even
	many_begin "fair-$1" "$(scenario_kind_front)"
	many_start_all 1 $FAIR_GUESTS
	check "fill the disks" many_ask 120 "mark write /dev/xvda \$seed" "${MANY[@]}"
	check "equal loads" many_ask 30 "$2" "${MANY[@]}"
	fair_watch "$1"
	check "no error" many_ask 120 load_end "${MANY[@]}"
	read -r least most sum < <(fair_summary "${FAIR[@]}")
	even=$((sum / FAIR_GUESTS))
	((least > 0)) || fail "a guest has done nothing: ${FAIR[*]}"
	verdict "note fair-$1 equals: $least to $most, $((most * 100 / least)) %, $even on average"
	FAIR_EQUAL="$least $most"
	check "equal loads" many_ask 30 "$2" "${MANY[@]:1}"
	check "one asks for ten times as much" many_ask 30 "$3" "${MANY[0]}"
	fair_watch "$1"
	check "no error" many_ask 240 load_end "${MANY[@]}"
	sum=${FAIR[1]}
	read -r least most _ < <(fair_summary "${FAIR[@]:2}")
	verdict "note fair-$1 one asks for ten times as much: it has $sum, the others $least to $most of $even: $((least * 100 / even)) %"
	check "disks" many_disks_right "${MANY[*]}"
	fair_judge "$even" "$least"
}

# $1: even share, $2: the least that is left
fair_judge() {
	read -r least most <<<"$FAIR_EQUAL"
	((most * 100 <= least * FAIR_MOST)) || fail "equals have $least to $most"
	(($2 * 100 >= $1 * FAIR_LEAST)) || fail "$2 is left of $1"
}

fair_disk() {
	fair_share disk "disk_begin 2 0" "disk_begin 20 0"
}

fair_nic() {
	fair_share nic "nic_begin 1 1000000 0" "nic_begin 10 1000000 0"
}

scenario fair-disk 400 set:scale disk net fair_disk
scenario fair-nic 400 set:scale disk net fair_nic
