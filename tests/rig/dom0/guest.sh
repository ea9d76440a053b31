# SPDX-License-Identifier: GPL-2.0
# Guests, and commands to them through xenstore.
# shellcheck shell=bash

GUEST_KERNEL=/boot/vmlinux
GUEST_TYPE=pv
GUEST_RAMDISK=/dev/shm/guest.cpio
# The kernel's own front has 33 pages for each of 512 requests: 264 MiB with four queues.
[ "$(scenario_kind_front)" = ours ] || GUEST_MIB=$((GUEST_MIB + 256))
# Of a PVH or HVM kernel: it warns of the sizes that an emulated processor gives.
# shellcheck disable=SC2034 # read by scenarios
HVM_OPTIONS=noxsave
# Its configuration: fewer of the exits that the emulator gets wrong now and then.
# shellcheck disable=SC2034 # as above
HVM_LINES='vcpus = 1'
# Guests have a kernel of their own, which is not for PV.
if [ -e /rig/vmlinux ]; then
	GUEST_KERNEL=/rig/vmlinux
	GUEST_OPTIONS+=" $HVM_OPTIONS"
	GUEST_TYPE=pvh
fi

guest_prepare() {
	[ -e $GUEST_RAMDISK ] || cat /boot/guest.cpio /rig/guest.cpio >$GUEST_RAMDISK
}

# A later line of the configuration wins over an earlier one.
# $1: name, $2: disk list of xl.cfg, $3: extra kernel options, $4: more lines
guest_config() {
	cat <<-END
		name = "$1"
		type = "$GUEST_TYPE"
		kernel = "$GUEST_KERNEL"
		ramdisk = "$GUEST_RAMDISK"
		extra = "console=hvc0 loglevel=7 panic=-1 mitigations=off norandmaps $GUEST_OPTIONS $3"
		memory = $GUEST_MIB
		vcpus = $GUEST_CPUS
		tsc_mode = "native"
		disk = [ $2 ]
		on_crash = "destroy"
		on_reboot = "destroy"
	END
	printf '%s\n' "${4:-}"
}

# $1: name, $2: disks, $3: extra kernel options, $4: more lines
guest_create() {
	guest_prepare
	guest_config "$1" "${2:-}" "${3:-}" "${4:-}" >"$RUN/$1.cfg"
	xl create -q "$RUN/$1.cfg" || return
	guest_id "$1" >"$RUN/$1.id"
	guest_keep_console "$1"
	wait_for 90 guest_up_or_dead "$1"
	guest_answers "$1" >/dev/null 2>&1 || {
		echo "guest $1 does not come up"
		return 1
	}
	guest_checks "$1" && guest_run "$1" 15 kernel_patience
}

# A kernel that has checks says so as it boots. $1: name
guest_checks() {
	[ ! -e /rig/vmlinux.says ] || grep -aqFf /rig/vmlinux.says "/var/log/xen/console/guest-$1.log" || {
		echo "the kernel of guest $1 does not say: $(cat /rig/vmlinux.says)"
		return 1
	}
}

# Copy the guest's console to the host. A port takes one writer at a time,
# hence the pipe that init reads.
guest_keep_console() {
	[ ! -e "$RUN/$1.console" ] || return 0
	: >"$RUN/$1.console"
	tail -n +1 -F "/var/log/xen/console/guest-$1.log" \
		>"$RUN/guest" 2>/dev/null 3>&- </dev/null &
}

guest_id() {
	xl domid "$1" 2>/dev/null
}

# The number of a domain, without a process: it is asked for at every look at a
# device. $1: guest, $2: variable
guest_number() {
	read -r "$2" <"$RUN/$1.id" || :
}

guest_answers() {
	xenstore-read "$(guest_node "$1")/state"
}

# One that died in its boot will not answer any more.
guest_up_or_dead() {
	guest_answers "$1" || ! xenstore-exists "$(guest_home "$1")"
}

# Its folder in xenstore, which goes away with it.
guest_home() {
	local id=
	guest_number "$1" id
	echo "/local/domain/$id"
}

guest_node() {
	echo "$(guest_home "$1")/data/rig"
}

guest_destroy() {
	xl destroy "$1" 2>/dev/null
	wait_for 20 guest_gone "$1"
}

guest_gone() {
	! guest_id "$1"
}

guest_alive() {
	guest_id "$1" >/dev/null && guest_run "$1" 15 true >/dev/null
}

# The same, at a glance: a domain that is gone has no folder in xenstore.
guest_there() {
	[ -s "$RUN/$1.id" ] && guest_answers "$1" >/dev/null 2>&1
}

# Start a command in the guest, which is to be as patient as we are; prints its number.
# $1: guest, $2: shell text
guest_start() {
	local seq=${EPOCHREALTIME/[.,]/}
	xenstore-write "$(guest_node "$1")/cmd/$seq" "PATIENCE=$PATIENCE SLOW=$SLOW"$'\n'"$2"
	echo "$seq"
}

# Wait for a command; prints its output and returns its exit status, 124 when
# it has not ended in time. $1: guest, $2: number, $3: seconds
guest_wait() {
	local id=
	guest_number "$1" id
	ask answer "/local/domain/$id/data/rig" "$2" $(($3 * PATIENCE * SLOW / 100))
}

# The same with a new command. $1: guest, $2: seconds, $3: shell text
guest_run() {
	local id=
	guest_number "$1" id
	ask 'for' "/local/domain/$id/data/rig" $(($2 * PATIENCE * SLOW / 100)) \
		"PATIENCE=$PATIENCE SLOW=$SLOW"$'\n'"$3"
}
