# SPDX-License-Identifier: GPL-2.0
# Assertions of the scenarios. A failed one ends the scenario with its reason.
# shellcheck shell=bash

fail() {
	echo "FAIL: $*"
	exit 1
}

# Log a check that passed, with the time since the scenario began.
passed() {
	echo "ok [$SECONDS s]: $*"
}

# Called when the scenario has ended, before anything is cleaned up. $1: exit status
ended() {
	[ "$1" -eq 0 ] || {
		echo "exit status $1"
		[ "$STOP" = 1 ] || evidence
	}
}

# Run a command however the scenario ends. $*: command
at_end() {
	# shellcheck disable=SC2064
	trap "rc=\$?; ended \$rc || :; $* || :; echo \$rc >$RUN/rc" EXIT
}

# Destroy this guest however the scenario ends.
trap_guest() {
	at_end guest_destroy "$1"
}

# check TEXT COMMAND...
check() {
	local what=$1 out
	shift
	out=$("$@" 2>&1) || {
		printf '%s\n' "$out"
		fail "$what: $(tail -n 3 <<<"$out" | tr '\n' ' ')"
	}
	[ -z "$out" ] || printf '%s\n' "$out"
	passed "$what"
}

# check_fails TEXT COMMAND...: the command must fail by itself; 124 is a hang.
check_fails() {
	local what=$1 out rc=0
	shift
	out=$("$@" 2>&1) || rc=$?
	[ $rc -ne 0 ] || fail "$what: succeeded"
	[ $rc -ne 124 ] || fail "$what: hangs"
	passed "$what: exit $rc $(tail -n 1 <<<"$out")"
}

# check_is TEXT EXPECTED FOUND
check_is() {
	[ "$2" = "$3" ] || fail "$1: expected '$2', found '$3'"
	passed "$1: '$3'"
}

# Rounds that passed are not repeated when the emulator has lost the guest of a later one and
# the scenario is run again.
rounds_begin() {
	echo 0 >"$RUN/rounds"
}

# $1: short, $2: long
rounds_left() {
	seq $(($(cat "$RUN/rounds") + 1)) "$(rounds "$1" "$2")"
}

# $1: number
round_done() {
	echo "$1" >"$RUN/rounds"
}
