# SPDX-License-Identifier: GPL-2.0
# Load the drivers a scenario asks for, on both sides, and prove which ones
# are loaded.
# shellcheck shell=bash

# Queues are limited by the back's CPUs unless told; the guest has four.
BACK_DEFAULTS=max_queues=4

# driver_back KIND [PARAMETER...]: no reload when it is loaded like that.
driver_back() {
	local want="$*"
	if module_loaded xen-blkback && [ "$(cat "$RUN"/back 2>/dev/null)" = "$want" ]; then
		return
	fi
	rm -f "$RUN"/back
	module_unload xen-blkback || return
	# A later parameter of the same name wins over the default.
	module_load "$1" xen-blkback $BACK_DEFAULTS "${@:2}" || return
	echo "$want" >"$RUN"/back
}

# driver_front GUEST KIND [PARAMETER...]
driver_front() {
	local guest=$1 want="${*:2}"
	if [ "$(cat "$RUN/$guest.front" 2>/dev/null)" = "$want" ] &&
		guest_run "$guest" 15 'module_loaded xen-blkfront'; then
		return
	fi
	rm -f "$RUN/$guest.front"
	guest_run "$guest" 30 "front_load $want" || return
	echo "$want" >"$RUN/$guest.front"
}

# What is loaded at this moment, checked against the files.
# $1: guest, $2: kind of the back, $3: kind of the front
driver_verify() {
	local rc=0 out
	out=$(module_verify "$2" xen-blkback) || rc=1
	echo "dom0: $out"
	if [ "$2" = ours ]; then
		out=$(module_verify ours xen-split) || rc=1
		echo "dom0: $out"
	fi
	out=$(guest_run "$1" 15 "module_verify $3 xen-blkfront") || rc=1
	echo "guest: $out"
	return $rc
}
