# SPDX-License-Identifier: GPL-2.0
# Devices that one end of tests/hostile drives, in the guest or here.
# shellcheck shell=bash

# Groups that only say how the ones behind them are run.
HOSTILE_MODES="lent persistent wiped trusted untrusted queues one-queue"

# Those of the groups that RIG_CASES= names, with the modes before them; nothing if it names none
# of them. $RUN/cases tells whether a scenario had any. $@: groups
hostile_chosen() {
	local g some='' chosen=()
	if [ -z "$CASES" ]; then
		echo "$*"
		return
	fi
	for g in "$@"; do
		[[ " $HOSTILE_MODES " != *" $g "* ]] || chosen+=("$g")
		[[ " $CASES " != *" $g "* ]] || some=1 chosen+=("$g")
	done
	printf %s "$some" >>"$RUN/cases"
	echo "${some:+${chosen[*]}}"
}

# Run in the guest. $1: seconds, rest: shell text
hostile_guest() {
	guest_run "$GUEST" "$1" "export HOSTILE_STOP=$STOP; . /rig/hostile.sh; ${*:2}"
}

# A ring with an invalid producer index: the back must report it and close; the program has
# seen it close and has connected again.
# $1: vbd or vif, $2: number, $3: folder of the back, $4: addresses, $5: group
hostile_ring() {
	local said
	[ -n "$(hostile_chosen "$5")" ] || return 0
	back_error_forget "$3"
	check "$5" hostile_guest 30 "hostile_run $1 $2 $4 $5"
	said=$(back_error "$3") || fail "$5: no error node"
	passed "$5: $said"
}

# A backend that lies, in this domain. Every case is a line in the log. $1: seconds, rest:
# arguments of the program
hostile_back() {
	local rc=0
	HOSTILE_STOP=$STOP limited "$1" hostile "${@:2}" >"$RUN/hostile-back.log" 2>&1 || rc=$?
	cat "$RUN/hostile-back.log"
	return $rc
}

# The guest's free memory holds old data, because its kernel does not clear it.
# shellcheck disable=SC2016 # for another shell
HOSTILE_SECRET='mkdir -p /run/rig/dirty && mount -t tmpfs -o size=100% dirty /run/rig/dirty &&
	yes "this is a secret" | dd of=/run/rig/dirty/all bs=1M iflag=fullblock count=$(($(memory_available) - 24)) 2>/dev/null &&
	umount /run/rig/dirty'

# A guest whose free memory is full of a secret. $GUEST: its name
hostile_back_guest() {
	trap_guest "$GUEST"
	check "a guest that does not clear memory" guest_create "$GUEST" "" init_on_alloc=0
	grants_mapped "$GUEST" >"$RUN/$GUEST.grants"
	check "memory that was somebody else's" guest_run "$GUEST" 60 "$HOSTILE_SECRET"
	check "disk driver" driver_front "$GUEST" "$(scenario_kind_front)" max_ring_page_order=2
	check "network driver" driver_netfront "$GUEST" "$(scenario_kind_front)"
}

# Less than this is lost, in KiB: one connection uses more.
HOSTILE_SPARE=3072

hostile_guest_memory() {
	guest_run "$GUEST" 15 "awk '\$1 == \"MemAvailable:\" { print \$2 }' /proc/meminfo"
}

hostile_memory_is_back() {
	HOSTILE_MISSING=$(($1 - $(hostile_guest_memory)))
	[ "$HOSTILE_MISSING" -lt $HOSTILE_SPARE ]
}

# $1: KiB available before
hostile_memory_back() {
	wait_for 20 hostile_memory_is_back "$1" || fail "$HOSTILE_MISSING KiB of the guest's memory are missing"
	passed "$HOSTILE_MISSING KiB of the guest's memory are missing"
}

# Lines in the guest's log, without the kernel's own that have a limit of the whole domain.
hostile_guest_lines() {
	guest_run "$GUEST" 15 "dmesg | grep -vcE 'I/O error, dev|block device autoloading|callbacks suppressed'"
}

hostile_lines_start() {
	HOSTILE_LINES=$(hostile_guest_lines)
	HOSTILE_LINES_SINCE=$SECONDS
}

# What a backend's lies may add: ten lines a minute for the device and ten for its disk; the
# block layer's on as many sizes, and the network stack's on the carrier.
hostile_lines_few() {
	local nr=$(($(hostile_guest_lines) - HOSTILE_LINES)) seconds=$((SECONDS - HOSTILE_LINES_SINCE))
	[ $nr -le $((60 + seconds / 2)) ] || fail "$nr lines more in the guest's log after $seconds s"
	passed "$nr lines more in the guest's log after $seconds s"
}

# What the kernel says, once a connection, of a page that the backend holds on to.
HOSTILE_KEPT='xen:grant_table: WARNING: g\.e\. 0x[0-9a-f]+ still in use!'

# Judge the logs so far; that line is right.
hostile_back_logs() {
	local out
	out=$(LOGSCAN_BENIGN+="|$HOSTILE_KEPT" logscan) || fail "log: $(head -n 1 <<<"$out")"
	passed "nothing else in the logs"
}

# Nothing of the fronts is left in the guest, and nothing of the guest here.
hostile_back_end() {
	check_is "pages mapped from the guest" "$(<"$RUN/$GUEST.grants")" "$(grants_mapped "$GUEST")"
	check "unload in the guest" guest_run "$GUEST" 30 'module_unload xen-blkfront && module_unload xen-netfront'
	check_is "modules left in the guest" "" \
		"$(guest_run "$GUEST" 15 "awk '\$1 ~ /^xen_(blkfront|netfront|split)\$/ { print \$1 }' /proc/modules")"
	hostile_back_logs
}
