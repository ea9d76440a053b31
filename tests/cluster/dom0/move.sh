# SPDX-License-Identifier: GPL-2.0
# Guests that move between the machines.
# shellcheck shell=bash

# g1 is 10.9.0.11 on the common network. $1: guest
guest_address() {
	echo "10.9.0.$((10 + ${1//[^0-9]/}))"
}

# Which drivers domain 0 has, from now on. $1: kind
back_kind() {
	driver_back "$1" && driver_netback "$1"
}

# A guest on the common network, with its drivers. $1: guest, $2: pv or pvh, $3: kind of the
# drivers
guest_start_on_bridge() {
	local options='' lines=''
	if [ "$2" = pvh ]; then
		options=$HVM_OPTIONS lines="type = 'pvh'"$'\n'$HVM_LINES
	fi
	guest_destroy "$1"
	driver_forget "$1"
	guest_create "$1" "" "$options" "$lines" || return
	driver_front "$1" "$3" && driver_netfront "$1" "$3" &&
		vif_attach "$1" 0 "bridge=$BRIDGE" &&
		guest_run "$1" 20 "nic_up 0 $(guest_address "$1")/24"
}

# $1: guest, $2: drbd or nbd, $3: resource
guest_attach_shared() {
	shared_disk "$2" "${3:-}"
	vbd_attach "$1" "$SHARED" xvdb
}

# The script of drbd-utils makes the resource secondary again.
guest_detach_shared() {
	vbd_detach "$1" xvdb || {
		echo "xvdb not detached: back state $(vbd_back_key "$1" xvdb state)," \
			"front state $(vbd_front_key "$1" xvdb state)"
		return 1
	}
}

# Neither has met an error, and each passes once more.
guest_load_ends() {
	guest_run "$1" 90 'load_last move-disk' && guest_run "$1" 120 'load_last move-net'
}

# Send the guest, which runs. rest: what else xl is told
guest_send() {
	local guest=$1 to=b
	shift
	[ "$MACHINE" = a ] || to=a
	xl migrate -s "" "$@" "$guest" "socat -b 262144 - TCP:${ADDRESS[$to]}:$MOVE_PORT,$MOVE_SOCKET" || return
	rm -f "$RUN/$guest.id"
	driver_forget "$guest"
}

# It is here now.
guest_arrived() {
	guest_id "$1" >"$RUN/$1.id" && guest_keep_console "$1" && guest_went_on "$1"
}

# Its image goes through the network as one stream. $1: guest
guest_copy_image() {
	local to=b
	[ "$MACHINE" = a ] || to=a
	# The other machine may not be listening yet.
	socat -u -b 262144 "OPEN:$(guest_image "$1")" "TCP:${ADDRESS[$to]}:$((MOVE_PORT + 1)),retry=100,interval=0.2" &&
		rm "$(guest_image "$1")"
}

guest_take_image() {
	socat -u -b 262144 "TCP-LISTEN:$((MOVE_PORT + 1)),reuseaddr" "CREATE:$(guest_image "$1")"
}

guests_destroy() {
	local name
	while read -r name _; do
		[[ $name == Name || $name == Domain-0 ]] || {
			guest_destroy "$name"
			driver_forget "$name"
		}
	done < <(xl list)
}

# Is nobody here but these? rest: names
guests_are() {
	[ "$(xl list | awk 'NR > 2 { print $1 }' | sort | xargs)" = "$*" ]
}

# Saved or migrating: it does not run any more.
guest_is_suspended() {
	[[ $(xl list "$1" | tail -n 1) == *---s--* ]]
}

# Take all of the machine's memory but so many MiB. $1: MiB
machine_fill() {
	local free
	free=$(xl info free_memory)
	guest_config hog "" "" "memory = $((free - $1))" >"$RUN/hog.cfg"
	xl create -q -p "$RUN/hog.cfg"
}

# Stacks of kernel threads that are in a driver of Xen or in DRBD.
machine_stacks() {
	local f
	while read -r f; do
		echo "--- $f $(cat "${f%stack}comm")"
		cat "$f"
	done < <(grep -lsE '\[(xen_|drbd)' /proc/[0-9]*/stack)
}

# What a scenario that failed needs to be understood: the logs of Xen, of the toolstack and of
# the shared disks, then the state of the guests.
machine_state() {
	local f
	xl list -v
	evidence_xenstore
	machine_stacks
	ip -s link show "$(network_nic)"
	bridge link
	drbdadm status
	cat /proc/drbd
	for f in "$RUN/receive.log" /var/log/xen/*.log; do
		echo "--- $f"
		tail -n 25 "$f"
	done
	echo "--- kernel"
	dmesg | tail -n 40
	echo "--- Xen"
	logscan_pull
	tail -n 25 "$RUN/xen.log"
	evidence
}
