# SPDX-License-Identifier: GPL-2.0
# Follow dom0's verdict channel. There is a time limit for silence, which must not look like
# success, nor must the end of QEMU.
# shellcheck shell=bash

# Shared with the callback, see verdict_follow.
patience=120
finished=
export ending=

# Uses verdict_follow's.
verdict_overdue() {
	((SECONDS - heard >= patience)) && ((SECONDS - heard - ($(boot_waited) - waited) >= patience))
}

# Call $2 with each line of channel file $1, until it sets finished. It also
# sets patience, the seconds until its next line is overdue; those in which others had the
# processors do not count.
# Fails when QEMU dies or is overdue; ending then says which.
verdict_follow() {
	local part line='' fd rc=0 heard=$SECONDS waited
	waited=$(boot_waited)
	finished=
	exec {fd}< <(exec tail -n +1 -f -s 0.2 --pid="$QEMU_PID" "$1")
	while [ -z "$finished" ]; do
		rc=0
		# Not for long: this shell does not notice that QEMU has ended while it
		# reads, and until it has, tail takes QEMU for alive.
		IFS= read -r -t 2 -u "$fd" part || rc=$?
		line+=$part
		[ $rc -le 128 ] || verdict_overdue || continue
		[ $rc -eq 0 ] || break
		heard=$SECONDS waited=$(boot_waited)
		"$2" "$line"
		line=
	done
	exec {fd}<&-
	[ -z "$finished" ] || return 0
	ending="ERROR the rig died"
	[ $rc -le 128 ] || ending="TIMEOUT nothing heard for $patience s"
	return 1
}

# Keep the logs of a run. $1: folder of the run, $2: prefix
verdict_keep_logs() {
	local f
	for f in console.log qemu.log dom0.log guest.log verdict; do
		[ ! -e "$1/$f" ] || cp "$1/$f" "$LOG_DIR/$2-$f"
	done
}
