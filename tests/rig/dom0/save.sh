# SPDX-License-Identifier: GPL-2.0
# Guests that are saved, restored and migrated: they go on as another domain.
# shellcheck shell=bash

# Where a saved guest is kept, in dom0's memory. $1: guest
guest_image() {
	echo "/dev/shm/$1.saved"
}

guest_save() {
	xl save "$1" "$(guest_image "$1")"
}

# Save, and run a command when half of the memory has been copied: what a backend
# answers then is in one half and not in the other. $1: guest, rest: command
guest_save_midway() {
	local guest=$1 pipe=$RUN/$1.pipe rc=0
	shift
	rm -f "$pipe"
	mkfifo "$pipe"
	(
		head -c $((GUEST_MIB / 2))M
		"$@" >&2
		sleep 1
		cat
	) <"$pipe" >"$(guest_image "$guest")" &
	xl save "$guest" "$pipe" || rc=1
	wait $!
	return $rc
}

# Restored, but not running yet: its backends can still be changed.
# $1: guest, $2: configuration, if another one than it was saved with
guest_restore_paused() {
	xl restore -p ${2:+"$2"} "$(guest_image "$1")" || return
	rm -f "$(guest_image "$1")"
	guest_id "$1" >"$RUN/$1.id"
}

guest_restore() {
	guest_restore_paused "$@" && xl unpause "$1" && guest_went_on "$1"
}

# To this machine: there is only one. $1: guest
guest_migrate() {
	xl migrate -s "" "$1" "xl migrate-receive" || return
	guest_id "$1" >"$RUN/$1.id"
	guest_went_on "$1"
}

# It has another number now, and empty folders under it in xenstore.
guest_went_on() {
	guest_run "$1" 30 say_up
}
