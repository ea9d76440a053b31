# SPDX-License-Identifier: GPL-2.0
# Chapters of Documentation/admin/, command by command, as tests/docs/commands.py takes
# them out of the text. What a reader has, and this dom0 has not, is made by the functions
# that a chapter names in comments.
# shellcheck shell=bash

# --- what a chapter consists of ---------------------------------------------

# What is wrong is told at the end, unless there is too much of it. $1: text
manual_wrong() {
	echo "WRONG [$SECONDS s]: $1"
	MANUAL_WRONG+=("$1")
	[ ${#MANUAL_WRONG[@]} -lt 8 ] || manual_verdict
}

manual_verdict() {
	[ ${#MANUAL_WRONG[@]} -eq 0 ] ||
		fail "${#MANUAL_WRONG[@]} commands, the first: ${MANUAL_WRONG[0]}"
}

# $1: place in the text, $2: which of the functions below
manual_hook() {
	"manual_$2" || manual_wrong "$1: cannot prepare $2"
}

# $1: place in the text, $2: machine, $3: path, $4: text
manual_file() {
	if ! mkdir -p "${3%/*}" || ! printf %s "$4" >"$3"; then
		fail "$1: cannot write $3"
	fi
}

# $1: place in the text, $2: machine, $3: command, $4: patterns of what it prints
manual_run() {
	local said=$RUN/manual.said rc=0
	[ "$2" = dom0 ] || fail "$1: nothing runs commands in $2"
	echo "[$SECONDS s] $1: $2# $3" >&3
	limited 120 bash -c "$3" >"$said" 2>&1 </dev/null || rc=$?
	cat "$said"
	if [ $rc != 0 ]; then
		manual_wrong "$1: $2# $3: exit $rc: $(tail -n 2 "$said" | tr '\n' ' ')"
	elif ! manual_judge "$4"; then
		manual_wrong "$1: $2# $3: did not print '$MANUAL_MISSED'"
	else
		passed "$1: $2# $3"
	fi
}

# Each pattern must match a line, in this order. $1: patterns, one a line
manual_judge() {
	local lines i=0
	mapfile -t lines < <(tr -s ' \t\r' ' ' <"$said" | sed 's/^ //; s/ $//')
	while IFS= read -r MANUAL_MISSED; do
		[ -n "$MANUAL_MISSED" ] || continue
		# shellcheck disable=SC2053 # it is a pattern
		until [[ ${lines[i]-} == $MANUAL_MISSED ]]; do
			((++i < ${#lines[@]})) || return
		done
		((i += 1))
	done <<<"$1"
}

# --- what the text takes for granted ------------------------------------------

# The kernel in /boot, as a Debian has it.
manual_grub() {
	ln -f /boot/vmlinuz "/boot/vmlinuz-$(uname -r)"
	mkdir -p /boot/grub
}

# A network card, with somebody behind it.
manual_card() {
	ip link add enp3s0 type veth peer name rigcard
	ip link set rigcard up
}

# --- a chapter ------------------------------------------------------------------

manual_end() {
	ip link del xenbr0
	ip link del enp3s0
	xl vcpu-pin Domain-0 all all
	xl sched-credit2 -d Domain-0 -w 256
	rm -f /etc/modprobe.d/xen-split.conf "$RUN"/xen-*.loaded
} >/dev/null 2>&1

# $1: chapter
manual_chapter() {
	at_end manual_end
	MANUAL_WRONG=()
	# shellcheck source=/dev/null
	. "/rig/manual/$1"
	manual_verdict
}

scenario manual-xen 180 disk net only:back manual_chapter xen
