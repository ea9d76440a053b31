# SPDX-License-Identifier: GPL-2.0
# How scenarios are declared; host and dom0 read the same declarations.
# shellcheck shell=bash

# scenario NAME SECONDS [back:OPTION...] [front:OPTION...] FUNCTION [ARGUMENT...]
#
# OPTION is kind=ours, kind=intree or a module parameter. kind defaults to
# the drivers of the run. SECONDS limits the scenario's own work.
# shellcheck disable=SC2034 # read by host and dom0
SCENARIO_NAMES=()
declare -A SCENARIO_LIMIT SCENARIO_BACK SCENARIO_FRONT SCENARIO_CALL

# shellcheck disable=SC2034 # as above
scenario() {
	local name=$1 back=() front=() back_kind=$DRIVERS front_kind=$DRIVERS
	SCENARIO_NAMES+=("$name")
	SCENARIO_LIMIT[$name]=$2
	shift 2
	while :; do
		case $1 in
		back:kind=*) back_kind=${1#*=} ;;
		front:kind=*) front_kind=${1#*=} ;;
		back:*) back+=("${1#back:}") ;;
		front:*) front+=("${1#front:}") ;;
		*) break ;;
		esac
		shift
	done
	SCENARIO_BACK[$name]="$back_kind ${back[*]}"
	SCENARIO_FRONT[$name]="$front_kind ${front[*]}"
	SCENARIO_CALL[$name]="$*"
}

# $1: folder of the declarations
scenarios_read() {
	local f
	for f in "$1"/*.sh; do
		# shellcheck source=/dev/null
		. "$f"
	done
}
