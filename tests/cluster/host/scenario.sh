# SPDX-License-Identifier: GPL-2.0
# The scenarios of two machines: how they are declared, run and judged.
# shellcheck shell=bash disable=SC2154 # work, slow and pending belong to tests/cluster/run

# check, check_is and check_fails of domain 0 do as well here.
# shellcheck source=tests/rig/dom0/check.sh
. "$RIG_DIR/dom0/check.sh"

CLUSTER_NAMES=()
declare -A CLUSTER_CALL

# two_machines NAME FUNCTION [ARGUMENT...]
two_machines() {
	CLUSTER_NAMES+=("$1")
	CLUSTER_CALL[$1]="${*:2}"
}

while read -r part; do
	# shellcheck source=/dev/null
	[[ $part == \#* ]] || . "$cluster/scenarios/$part"
done <"$cluster/scenarios/order"

# A line of the report, from within a scenario.
note() {
	ktap_note "$*" >&6
}

# Progress, from within a scenario.
progress() {
	passed "$*"
	say "$scenario: $*" 2>&7
}

# How much longer than usual work takes here, in percent, on the slower of both machines.
measure_speed() {
	local m now sent=()
	for m in "${MACHINES[@]}"; do
		machine_runs "$m" || continue
		on_start "$m" 'speed'
		sent+=("$m $SENT")
	done
	slow=100
	for m in "${sent[@]}"; do
		now=$(on_wait "${m% *}" "${m#* }" 60) || continue
		((now <= slow)) || slow=$now
	done
	for m in "${MACHINES[@]}"; do
		! machine_runs "$m" || on "$m" 60 "echo $slow >/run/rig/slow; kernel_patience" >/dev/null
	done
}

# Never part of a condition, where a command that fails would not end it. $1: name
scenario_run() {
	# shellcheck disable=SC2034 # read by check
	SECONDS=0
	set -eE -o pipefail
	trap 'echo "FAIL: ${FUNCNAME[*]:0:3} line ${BASH_LINENO[*]:0:3}: ${BASH_COMMAND%%$'"'\n'"'*}"' ERR
	# shellcheck disable=SC2086
	${CLUSTER_CALL[$1]}
}

# Prints what is bad in the logs of both machines since the last time, and whether the
# emulator has lost a guest.
logs_judged() {
	local m
	for m in "${MACHINES[@]}"; do
		if ! machine_runs "$m"; then
			echo "machine $m is dead"
			! xen_was_lost "$m" || echo "emulator erred"
			continue
		fi
		on "$m" 60 'logscan | head -n 2; ! guest_lost && ! wakeup_lost || echo "emulator erred"' ||
			echo "machine $m does not answer"
	done
}

# State of both machines for the log of a scenario that failed.
state_logged() {
	local m from
	for m in "${MACHINES[@]}"; do
		from=$(stat -c %s "$work/$m/dom0.log")
		echo "--- machine $m"
		on "$m" 120 'machine_state >&6 2>&1' || :
		tail -c +$((from + 1)) "$work/$m/dom0.log"
	done
}

# Prints why the scenario failed; nothing if it passed. $1: name
attempt() {
	local rc log=$LOG_DIR/$1.log bad
	set +eE
	trap - ERR
	(scenario_run "$1") >"$log" 2>&1
	rc=$?
	[ $rc = 0 ] || {
		grep -a '^FAIL: ' "$log" | tail -n 1 | cut -c 7- | grep . || echo "exit status $rc"
		state_logged >>"$log" 2>&1
	}
	bad=$(logs_judged | grep .)
	[ -z "$bad" ] || echo "log: $bad"
	true
}

# Both boot again, with new disks: guests and disks of a scenario that failed are in any state.
machines_anew() {
	ktap_note "both machines boot again after $scenario"
	machines_stop
	machines_keep_logs "$scenario-"
	machines_boot || die "the machines do not come up again, logs in $LOG_DIR"
}

# Run a scenario and report it, again if the emulator lost a guest. $1: name
scenario_perform() {
	local why again start=$SECONDS
	scenario=$1
	measure_speed
	say "$scenario ... (work takes $slow % of the usual time)"
	echo 0 >"$work/rounds"
	for again in $(seq 0 "$RETRIES"); do
		# Not in the foreground, where a signal would wait for its end.
		attempt "$scenario" >"$work/why" &
		wait $!
		why=$(tr '\n' ';' <"$work/why")
		[ -n "$why" ] || break
		if [[ $why != *"emulator erred"* ]] || [ "$again" = "$RETRIES" ]; then
			# Nobody needs them after the last one.
			[ ${#pending[@]} -eq 1 ] || machines_anew
			break
		fi
		ktap_note "$scenario: the emulator has erred, once more: $why"
		machines_anew
	done
	pending=("${pending[@]:1}")
	if [ -z "$why" ]; then
		ktap_ok "$scenario" $((SECONDS - start))
	else
		ktap_not_ok "$scenario" "ERROR $why (log: $LOG_DIR/$scenario.log)"
	fi
}
