# SPDX-License-Identifier: GPL-2.0
# Load the drivers a scenario asks for, on both sides, and prove which ones
# are loaded.
# shellcheck shell=bash

# The back's default number of queues is that of its CPUs; the guest has four.
BACK_DEFAULTS=max_queues=4

# Modules of a topic: disk or net.
# shellcheck disable=SC2034 # read by check
declare -A BACK_MODULE=([disk]=xen-blkback [net]=xen-netback)
declare -A FRONT_MODULE=([disk]=xen-blkfront [net]=xen-netfront)

# Is it loaded with these? $1: file that says how it was loaded, $2: kind and parameters
driver_noted() {
	[ -e "$1" ] && [ "$(<"$1")" = "$2" ]
}

# Load it unless it is already loaded with these. $1: module, rest: KIND [PARAMETER...]
driver_load_back() {
	local mod=$1 want="${*:2}"
	if module_loaded "$mod" && driver_noted "$RUN/$mod.loaded" "$want"; then
		return
	fi
	rm -f "$RUN/$mod.loaded"
	module_unload "$mod" || return
	# A later parameter of the same name wins over the default.
	module_load "$2" "$mod" $BACK_DEFAULTS "${@:3}" || return
	echo "$want" >"$RUN/$mod.loaded"
}

# $1: guest, $2: module, rest: KIND [PARAMETER...]
driver_load_front() {
	local guest=$1 mod=$2 want="${*:3}"
	if driver_noted "$RUN/$guest.$mod.loaded" "$want" &&
		guest_run "$guest" 15 "module_loaded $mod"; then
		return
	fi
	rm -f "$RUN/$guest.$mod.loaded"
	guest_run "$guest" 30 "front_load $mod $want" || return
	echo "$want" >"$RUN/$guest.$mod.loaded"
}

# driver_back KIND [PARAMETER...], driver_front GUEST KIND [PARAMETER...]
driver_back() {
	driver_load_back xen-blkback "$@"
}

driver_front() {
	driver_load_front "$1" xen-blkfront "${@:2}"
}

# The same for the network.
driver_netback() {
	driver_load_back xen-netback "$@"
}

driver_netfront() {
	driver_load_front "$1" xen-netfront "${@:2}"
}

# Forget what was loaded, because the guest is a new one. $1: guest
driver_forget() {
	rm -f "$RUN/$1".*.loaded
}

# Check the loaded modules against the files.
# $1: topic, $2: kind of the back, $3: kind of the front, rest: guests
driver_verify() {
	local rc=0 out guest back=${BACK_MODULE[$1]} front=${FRONT_MODULE[$1]}
	out=$(module_verify "$2" "$back") || rc=1
	echo "dom0: $out"
	if [ "$2" = ours ]; then
		out=$(module_verify ours xen-split) || rc=1
		echo "dom0: $out"
	fi
	for guest in "${@:4}"; do
		out=$(guest_run "$guest" 15 "module_verify $3 $front") || rc=1
		echo "guest: $out"
	done
	return $rc
}
