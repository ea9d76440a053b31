# SPDX-License-Identifier: GPL-2.0
# A guest sends events, or writes to xenstore, as fast as it can: domain 0 must do little
# for it, and serve others.
# shellcheck shell=bash

# Interrupts that dom0 has taken so far. $1: pattern of their names
storm_interrupts() {
	awk -v name="$1" '$NF ~ name { for (i = 2; $i ~ /^[0-9]+$/; i++) sum += $i }
		END { print sum + 0 }' /proc/interrupts
}

# Note the highest number while the channels exist. $1: pattern of their names
storm_watch() {
	local now most=0
	while :; do
		now=$(storm_interrupts "$1")
		[ "$now" -le "$most" ] || {
			most=$now
			echo "$most" >"$RUN/storm"
		}
		nap 0.1
	done
}

# Bytes that the witness gets through in so many seconds. $1: seconds, $2: address
storm_bytes() {
	local end=$((SECONDS + $1)) bytes=0
	while ((SECONDS < end)); do
		stream tcp "$2" 500000 >/dev/null || return
		bytes=$((bytes + 500000))
	done
	echo $bytes
}

# A storm of 4 seconds on all channels of a device. Some 20 interrupts of a channel in the first
# half second, and then 9 a second: see xenbus/backoff.h. Twice as many are allowed, for what
# connecting takes.
# $1: text, $2: pattern of interrupts, $3: channels, rest: arguments of the program
storm_events() {
	local sent taken pid
	rm -f "$RUN/storm"
	storm_watch "$2" &
	pid=$!
	at_end kill $pid
	check "$1" hostile_guest 40 "hostile_run ${*:4}"
	kill "$pid"
	taken=$(cat "$RUN/storm") || fail "$1: no interrupts called $2"
	sent=$(guest_run "$GUEST" 15 "grep -o '[0-9]* events in' /run/rig/hostile.log | head -n 1")
	sent=${sent%% *}
	[ "$sent" -ge 2000 ] || fail "$1: only $sent events"
	[ "$taken" -le $((120 * $3)) ] ||
		fail "$1: $taken interrupts for $sent events on $3 channels"
	passed "$1: $taken interrupts for $sent events on $3 channels"
}

# While the guest keeps its processors as busy otherwise, the other one gets as much done. The
# best of three: the emulator's threads share two processors.
storm_witness() {
	local alone beside v4 to
	v4=$(vif_v4 "$GUEST" 1) to=$(vif_v4 "$OTHER" 0).2
	for _ in 1 2 3; do
		guest_start "$GUEST" "timeout 6 sh -c 'while :; do :; done'" >/dev/null
		alone=$(storm_bytes 4 "$to") || fail "the witness, beside a busy guest: $alone"
		nap 3
		guest_start "$GUEST" ". /rig/hostile.sh; hostile_run vif 1 $v4.2 $v4.1 storm storm" >/dev/null
		nap 1
		beside=$(storm_bytes 4 "$to") || fail "the witness, beside a storm: $beside"
		nap 6
		[ $((5 * beside)) -lt $((4 * alone)) ] || break
	done
	[ $((5 * beside)) -ge $((4 * alone)) ] ||
		fail "the witness gets $beside bytes through beside a storm, $alone beside a busy guest"
	passed "the witness gets $beside bytes through beside a storm, $alone beside a busy guest"
}

event_storm() {
	local v4 id
	v4=$(vif_v4 "$GUEST" 1) id=$(cat "$RUN/$GUEST.id")
	net_pair "$OTHER" 0
	hostile_nic
	hostile_disk xvdc w 512
	storm_events "events of a disk" blkif-backend 1 vbd "$(vbd_id xvdc)" storm
	storm_events "events of a NIC" "^vif${id}[.]1-|netback-ctrl" 5 vif 1 "$v4.2" "$v4.1" storm
	storm_witness
	hostile_disk_good xvdc
	hostile_nic_good
	check "detach the witness" vif_detach "$OTHER" 0
}

# Events come while the driver is bound and unbound, and the console prints.
event_storm_unbind() {
	local v4 dev i pid
	v4=$(vif_v4 "$GUEST" 1)
	hostile_nic
	dev=vif-$(cat "$RUN/$GUEST.id")-1
	(while :; do echo "rig: a line for the console" >/dev/kmsg; done) &
	pid=$!
	at_end kill $pid
	for i in 1 2 3; do
		guest_start "$GUEST" ". /rig/hostile.sh; hostile_run vif 1 $v4.2 $v4.1 storm" >/dev/null
		wait_for 10 vif_back_is "$GUEST" 1 4 || fail "not connected"
		nap 0.5
		check "unbind $i" limited 20 tee /sys/bus/xen-backend/drivers/vif/unbind <<<"$dev"
		check "bind $i" limited 20 tee /sys/bus/xen-backend/drivers/vif/bind <<<"$dev"
		check "hotplug" net_hotplug "$GUEST" 1
		nap 4
	done
	kill "$pid"
	hostile_nic_good
}

# $1: guest, $2: number, $3: state
vif_back_is() {
	[ "$(vif_back_key "$1" "$2" state)" = "$3" ]
}

# The thread for watches takes 200 ms for each event of ours, and the guest changes a watched key
# as fast as it can: what waits for the thread is one event at most, and another device
# attaches in between and right after.
xenstore_storm() {
	local nr hits
	net_pair "$GUEST" 0
	at_end function_fault_end
	check "the watch thread is slow" function_fault "of=xen_split at=xen_split:watch_fired delay_ms=200"
	nr=$(guest_run "$GUEST" 30 "ask flood 8 device/vif/0/request-multicast-control 1 0") ||
		fail "no storm: $nr"
	hits=$(function_fault_get hits)
	[ "$nr" -ge 400 ] || fail "only $nr changes of the key"
	[ "$hits" -ge 10 ] || fail "only $hits events for $nr changes"
	SECONDS=0
	check "another one attaches" vif_attach "$GUEST" 1
	[ $SECONDS -le $((20 * PATIENCE * SLOW / 100)) ] || fail "attached after $SECONDS s"
	passed "attached $SECONDS s after $nr changes, which made $hits events"
	check "no delay" function_fault_end
	nr=$(guest_run "$GUEST" 30 "ask flood 4 device/vif/0/state 4") || fail "no storm: $nr"
	passed "the state written $nr times"
	check "data" net_stream "$V4" 500000 100 1400
	check "detach" vif_detach "$GUEST" 1
	check "detach" vif_detach "$GUEST" 0
}

scenario event-storm 150 all disk net guests:2 only:back event_storm
scenario event-storm-unbind 90 all net only:back event_storm_unbind
scenario xenstore-storm 90 net only:back xenstore_storm
