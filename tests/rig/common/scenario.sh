# SPDX-License-Identifier: GPL-2.0
# How scenarios are declared; host and dom0 read the same declarations.
# shellcheck shell=bash

# scenario NAME SECONDS [WHERE:OPTION...] FUNCTION [ARGUMENT...]
#
# WHERE is back or front for a disk, netback or netfront for the network; net
# alone is the network with no option. OPTION is kind=ours, kind=intree or a
# module parameter. kind defaults to the drivers of the run. guests:2 asks for a
# second guest. only:back and only:front are for what no other driver can do: the
# scenario is skipped where that side is not ours. SECONDS limits the scenario's
# own work; long:SECONDS does in a long run. all is for scenarios that "make check" leaves
# out, because it has another one of their kind; debug is for those that need KERNEL=debug, and
# checks for those that need this or a kernel of guests with checks: "make check-debug" runs them;
# set:scale is for those of "make scale", which nothing else runs. sched:NAME is for those that
# need a scheduler of Xen which it may have been built without.
#
# A scenario is about disks or about the network, and only these drivers are loaded and
# checked; with the words disk and net it is about both.
# Small guests of "make scale". The host does not tell those who only want the names.
GUESTS=${GUESTS:-20}
# shellcheck disable=SC2034 # read by host and dom0
SCENARIO_NAMES=()
declare -A SCENARIO_LIMIT SCENARIO_BACK SCENARIO_FRONT SCENARIO_CALL
declare -A SCENARIO_TOPICS SCENARIO_GUESTS SCENARIO_ONLY SCENARIO_SELECTED SCENARIO_DEBUG SCENARIO_SET
declare -A SCENARIO_SCHED

# DRIVERS is one kind for both sides, or BACK-FRONT.
scenario_kind_back() {
	echo "${DRIVERS%-*}"
}

scenario_kind_front() {
	echo "${DRIVERS#*-}"
}

# How often to repeat something. $1: in a usual run, $2: in a long one
rounds() {
	if [ "${LONG:-0}" = 1 ]; then
		echo "$2"
	else
		echo "$1"
	fi
}

# shellcheck disable=SC2034 # as above
scenario() {
	local name=$1 disk="" net="" t guests=g1 only="" selected=1 debug="" set="" sched=""
	local -A back=() front=()
	# No $(...) here: a hundred declarations are read at each boot, and under
	# emulation a fork costs milliseconds.
	local back_kind=${DRIVERS%-*} front_kind=${DRIVERS#*-}
	SCENARIO_NAMES+=("$name")
	SCENARIO_LIMIT[$name]=$2
	shift 2
	while :; do
		[[ $1 != net && $1 != net*:* ]] || net=net
		case $1 in
		disk) disk=disk ;;
		net) ;;
		all) selected="" ;;
		debug | checks) selected="" debug=$1 ;;
		sched:*) sched=${1#*:} ;;
		set:*) set=${1#*:} selected="" ;;
		guests:2) guests="g1 g2" ;;
		long:*) [ "${LONG:-0}" != 1 ] || SCENARIO_LIMIT[$name]=${1#long:} ;;
		only:*) only+="${1#only:} " ;;
		back:kind=* | netback:kind=*) back_kind=${1#*=} ;;
		front:kind=* | netfront:kind=*) front_kind=${1#*=} ;;
		back:*) back[disk]+=" ${1#*:}" ;;
		front:*) front[disk]+=" ${1#*:}" ;;
		netback:*) back[net]+=" ${1#*:}" ;;
		netfront:*) front[net]+=" ${1#*:}" ;;
		*) break ;;
		esac
		shift
	done
	[ -n "$net" ] || disk=disk
	SCENARIO_TOPICS[$name]="$disk $net"
	SCENARIO_GUESTS[$name]=$guests
	SCENARIO_ONLY[$name]=$only
	SCENARIO_SELECTED[$name]=$selected
	SCENARIO_DEBUG[$name]=$debug
	SCENARIO_SET[$name]=$set
	SCENARIO_SCHED[$name]=$sched
	for t in $net $disk; do
		SCENARIO_BACK[$name.$t]="$back_kind${back[$t]:-}"
		SCENARIO_FRONT[$name.$t]="$front_kind${front[$t]:-}"
		# Of the only topic, or of the disk.
		SCENARIO_BACK[$name]=${SCENARIO_BACK[$name.$t]}
		SCENARIO_FRONT[$name]=${SCENARIO_FRONT[$name.$t]}
	done
	SCENARIO_CALL[$name]="$*"
}

# Is it one of "make check"? $1: scenario
scenario_selected() {
	[ -n "${SCENARIO_SELECTED[$1]}" ]
}

# Prints why a scenario cannot be run with these drivers and this kernel. $1: scenario
scenario_unfit() {
	local side kinds
	case ${SCENARIO_DEBUG[$1]} in
	debug) [ -n "$(platform_debug)" ] || echo "needs KERNEL=debug" ;;
	checks) [ -n "$(platform_debug)$(platform_guest_kernel)" ] ||
		echo "needs KERNEL=debug or GUEST_KERNEL=kasan" ;;
	esac
	for side in ${SCENARIO_ONLY[$1]}; do
		kinds=${SCENARIO_BACK[$1]}
		[ "$side" = back ] || kinds=${SCENARIO_FRONT[$1]}
		[[ $kinds == ours* ]] || echo "the $side is not ours"
	done
}

# The list says in which order, see its head. $1: folder of the declarations
scenarios_read() {
	local f files
	mapfile -t files <"$1/order"
	for f in "${files[@]}"; do
		# shellcheck source=/dev/null
		[[ $f == \#* ]] || . "$1/$f"
	done
}
