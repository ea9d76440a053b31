# SPDX-License-Identifier: GPL-2.0
# Guests that are moved between pools of processors, weighted and limited by each of Xen's
# schedulers, and whose processors and memory come and go, under verified load.
# shellcheck shell=bash

POOL=rigpool
RIVAL=g2
# The processor that the pool takes away from domain 0's.
POOL_CPU=1
# Seconds for which two guests compete.
POOL_SECONDS=8

# --- load ------------------------------------------------------------------------

sched_load_begin() {
	check "attach" vbd_attach "$GUEST" "$(disk_new data 16)" xvdb
	net_pair "$GUEST" 0
	survive_disk_begin --rw=randwrite --bs=4k --iodepth=8 --size=2m
	survive_nic_begin
}

sched_load_goes_on() {
	local before
	before=$(net_count "$DEV" rx_packets)
	check "the disk's load goes on" guest_run "$GUEST" 60 "load_busy xvdb"
	check "the interface's load goes on" wait_for 60 net_carries $((before + 20))
}

sched_load_end() {
	survive_disk_end
	survive_nic_end
	check "detach" vbd_detach "$GUEST" xvdb
	check "detach" vif_detach "$GUEST" 0
}

# --- pools and schedulers -------------------------------------------------------------

pool_end() {
	local g
	for g in "$GUEST" "$RIVAL"; do
		guest_run "$g" 15 "pkill -x rigspin"
		xl cpupool-migrate "$g" Pool-0
	done
	xl cpupool-destroy $POOL
	xl cpupool-cpu-add Pool-0 $POOL_CPU
} 2>/dev/null

# $1: scheduler
pool_make() {
	xl cpupool-cpu-remove Pool-0 $POOL_CPU &&
		xl cpupool-create "name=\"$POOL\"" "sched=\"$1\"" "cpus=\"$POOL_CPU\""
}

# Processes that take all the time they can get, on each of its processors, but leave it to the
# load. $1: guest
pool_spin() {
	guest_run "$1" 15 "cp /bin/bash /run/rigspin
		for i in \$(seq \$(nproc)); do
			nice -n 19 /run/rigspin -c 'while :; do :; done' >/dev/null 2>&1 </dev/null &
		done"
}

# Tenths of a second of processor time that a guest has had. $1: guest
pool_time() {
	xl list "$1" | awk 'NR == 2 { print int($6 * 10) }'
}

# Sets POOL_GUEST and POOL_RIVAL, what each has had of the next seconds, in tenths, and POOL_ALL,
# what there was.
pool_compete() {
	local mine rival begin
	mine=$(pool_time "$GUEST") rival=$(pool_time $RIVAL) begin=${EPOCHREALTIME/[.,]/}
	nap $POOL_SECONDS
	POOL_GUEST=$(($(pool_time "$GUEST") - mine))
	POOL_RIVAL=$(($(pool_time $RIVAL) - rival))
	POOL_ALL=$(((${EPOCHREALTIME/[.,]/} - begin) / 100000))
}

# The guest's part of what both had, in percent, must be in bounds. $1: text, $2: least, $3: most
pool_share() {
	local part
	pool_compete
	part=$((POOL_GUEST * 100 / (POOL_GUEST + POOL_RIVAL)))
	((part >= $2 && part <= $3)) || fail "$1: the guest has $part % of the time, not $2 to $3"
	passed "$1: the guest has $part % of the time ($POOL_GUEST to $POOL_RIVAL tenths of a second)"
}

# The guest may not have more than that of the processor. $1: text, $2: percent
pool_cap() {
	local part
	pool_compete
	part=$((POOL_GUEST * 100 / POOL_ALL))
	((part <= $2)) || fail "$1: the guest has $part % of the processor, not up to $2"
	passed "$1: the guest has $part % of the processor"
}

# What each scheduler knows of weights and limits.
pool_credit() {
	check "weights" xl sched-credit -d "$GUEST" -w 256
	check "weights" xl sched-credit -d $RIVAL -w 768
	pool_share "a quarter" 15 35
	check "weights" xl sched-credit -d "$GUEST" -w 768
	check "weights" xl sched-credit -d $RIVAL -w 256
	pool_share "three quarters" 65 85
	check "cap" xl sched-credit -d "$GUEST" -c 30
	pool_cap "30 %" 38
	check "cap" xl sched-credit -d "$GUEST" -c 0
}

pool_credit2() {
	check "weights" xl sched-credit2 -d "$GUEST" -w 256
	check "weights" xl sched-credit2 -d $RIVAL -w 768
	pool_share "a quarter" 15 35
	check "weights" xl sched-credit2 -d "$GUEST" -w 768
	check "weights" xl sched-credit2 -d $RIVAL -w 256
	pool_share "three quarters" 65 85
	check "cap" xl sched-credit2 -d "$GUEST" -c 30
	pool_cap "30 %" 38
	check "cap" xl sched-credit2 -d "$GUEST" -c 0
}

# A period and a budget for each of its four processors, in microseconds; nothing beyond.
pool_rtds() {
	check "budget" xl sched-rtds -d "$GUEST" -v all -p 40000 -b 2500 -e 0
	check "budget" xl sched-rtds -d $RIVAL -v all -p 40000 -b 7000 -e 0
	pool_cap "a quarter" 33
	check "budget" xl sched-rtds -d $RIVAL -v all -p 40000 -b 2500 -e 0
	check "budget" xl sched-rtds -d "$GUEST" -v all -p 40000 -b 7000 -e 0
	pool_share "three quarters" 60 85
}

# $1: scheduler
sched_pool() {
	at_end pool_end
	sched_load_begin
	check "a pool with the scheduler $1" pool_make "$1"
	check "move the guest there" xl cpupool-migrate "$GUEST" $POOL
	check "move the other there" xl cpupool-migrate $RIVAL $POOL
	sched_load_goes_on
	check "both want all" pool_spin "$GUEST"
	check "both want all" pool_spin $RIVAL
	"pool_$1"
	sched_load_goes_on
	check "they want no more" guest_run "$GUEST" 30 "pkill -x rigspin"
	check "they want no more" guest_run $RIVAL 30 "pkill -x rigspin"
	for _ in $(seq "$(rounds 2 20)"); do
		check "move the guest back" xl cpupool-migrate "$GUEST" Pool-0
		sched_load_goes_on
		check "and there again" xl cpupool-migrate "$GUEST" $POOL
		sched_load_goes_on
	done
	check "move the guest back" xl cpupool-migrate "$GUEST" Pool-0
	sched_load_end
}

# --- processors and memory ---------------------------------------------------------------

# Processors that are back are there, but nobody uses them yet: udev's work elsewhere. The
# machine may have fewer than the guest. $1: number
vcpus_set() {
	check "$1 processors" xl vcpu-set --ignore-host "$GUEST" "$1"
	wait_for 20 guest_run "$GUEST" 15 "cd /sys/devices/system/cpu
		for f in cpu[1-9]/online; do
			[ \"\$(cat \$f)\" = 1 ] || [ \${f:3:1} -ge $1 ] || echo 1 >\$f
		done
		[ \$(nproc) = $1 ]" || fail "the guest has $(guest_run "$GUEST" 15 nproc) processors, not $1"
	passed "the guest has $1"
}

# Queues stay, and are served by the processors that are left.
vcpu_hotplug() {
	local disk nic
	sched_load_begin
	disk=$(vbd_front_key "$GUEST" xvdb multi-queue-num-queues)
	nic=$(vif_front_key "$GUEST" 0 multi-queue-num-queues)
	for _ in $(seq "$(rounds 2 20)"); do
		vcpus_set 1
		sched_load_goes_on
		vcpus_set 3
		sched_load_goes_on
		vcpus_set 4
		sched_load_goes_on
	done
	check_is "queues of the disk" "$disk" "$(vbd_front_key "$GUEST" xvdb multi-queue-num-queues)"
	check_is "queues of the interface" "$nic" "$(vif_front_key "$GUEST" 0 multi-queue-num-queues)"
	sched_load_end
}

# MiB that the guest's kernel manages.
balloon_total() {
	guest_run "$GUEST" 15 "awk '\$1 == \"MemTotal:\" { print int(\$2 / 1024) }' /proc/meminfo"
}

# $1: MiB at most or, with +, at least
balloon_reached() {
	if [[ $1 = +* ]]; then
		[ "$(balloon_total)" -ge "${1#+}" ]
	else
		[ "$(balloon_total)" -le "$1" ]
	fi
}

memory_balloon() {
	local full
	sched_load_begin
	full=$(balloon_total)
	for _ in $(seq "$(rounds 2 20)"); do
		check "less memory" xl mem-set "$GUEST" $((GUEST_MIB - 56))
		check "the guest gives it back" wait_for 40 balloon_reached $((full - 48))
		sched_load_goes_on
		check "all memory" xl mem-set "$GUEST" "$GUEST_MIB"
		check "the guest has it" wait_for 40 balloon_reached +$((full - 8))
		sched_load_goes_on
	done
	sched_load_end
}

scenario pool-credit2 240 set:scale long:900 disk net guests:2 sched_pool credit2
scenario pool-credit 240 set:scale long:900 disk net guests:2 sched_pool credit
scenario pool-rtds 240 set:scale sched:rtds long:900 disk net guests:2 sched_pool rtds
scenario vcpu-hotplug 180 set:scale long:900 disk net vcpu_hotplug
scenario memory-balloon 180 set:scale long:900 disk net memory_balloon
