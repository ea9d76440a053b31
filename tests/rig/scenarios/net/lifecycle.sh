# SPDX-License-Identifier: GPL-2.0
# Interfaces are attached and detached, drivers are loaded and unloaded, under traffic.
# shellcheck shell=bash

guest_nic_gone() {
	! guest_run "$GUEST" 15 "nic_name $1" >/dev/null
}

# Pages of the guest's grant table, as Xen counts them: grants that are never ended make it
# grow.
grant_frames() {
	local from
	logscan_pull
	from=$(stat -c %s "$RUN"/xen.log)
	xl debug-keys g
	logscan_pull
	tail -c +$((from + 1)) "$RUN"/xen.log | awk -v id="d$(cat "$RUN/$1.id")" '
		$0 ~ "grant-table for remote " id "[^0-9]" { here = 1; next }
		/grant-table for remote/ { here = 0 }
		here && match($0, /[0-9]+ frames/) { print substr($0, RSTART) + 0; exit }'
}

# One interface stays under load; the other one is detached under its load.
net_attach_detach() {
	local i frames now stay
	net_pair "$GUEST" 0
	stay=${V4%2}1
	stream serve >/dev/null
	check "start a load" guest_run "$GUEST" 15 "nic_load stay $stay 100000 0.5"
	for i in $(seq "$(rounds 5 20)"); do
		net_pair "$GUEST" 1
		check "traffic $i" net_light_load_into "$V4"
		check "detach $i under traffic" vif_detach "$GUEST" 1
		check "interface $i is gone" wait_for 10 guest_nic_gone 1
		pkill -f "stream tcp $V4" || :
		now=$(grant_frames "$GUEST")
		[ "$i" != 3 ] || frames=$now
		passed "pages of the grant table: $now"
	done
	# Queues allocate references when they need them, so that the count varies by two pages'
	# worth. A leak in each round would show after twenty of them.
	[ "$now" -le $((frames + 2)) ] || fail "the grant table has grown from $frames to $now pages"
	check "the other load ran on without an error" guest_run "$GUEST" 40 "load_last stay"
	check "data on it" net_stream "${stay%1}2" 1000000 300 8000
	check "detach" vif_detach "$GUEST" 0
}

# DEV has carried so many packets.
net_carries() {
	[ "$(net_count "$DEV" rx_packets)" -ge "$1" ]
}

# As with disks, a driver that has devices is held: they are unbound first. The
# guest's interface goes with the front and comes back with it.
net_reload_front() {
	local kind=${SCENARIO_FRONT[net-reload-front]%% *}
	net_pair "$GUEST" 0
	check "data" net_stream "$V4" 500000 100 8000
	check "start a load" net_load_into "$V4"
	check_fails "unload while attached" guest_run "$GUEST" 20 'rmmod xen-netfront'
	check "unbind" guest_run "$GUEST" 40 "echo vif-0 >/sys/bus/xen/drivers/vif/unbind"
	check "no interface is left" guest_nic_gone 0
	no_keys_left "$(vif_front "$GUEST" 0)"
	check "unload" guest_run "$GUEST" 40 'module_unload xen-netfront'
	check "load" guest_run "$GUEST" 40 "module_load $kind xen-netfront"
	check "connected again" wait_for 30 vif_connected "$GUEST" 0
	check "interface up" guest_run "$GUEST" 20 "nic_wait 0 && nic_up 0 $V4/24 $V6/64"
	# dom0 may have given up resolving the guest's address; a packet from the guest tells it.
	check "the guest asks" guest_run "$GUEST" 20 "ping -q -c 1 -W 10 ${V4%2}1"
	check "data" net_stream "$V4" 1000000 300 8000
	check "detach" vif_detach "$GUEST" 0
}

# The back is reloaded under an attached interface: the guest's interface must stay, with its
# addresses.
net_reload_back() {
	local kind=${SCENARIO_BACK[net-reload-back]%% *} index="cat /sys/class/net/\$(nic_name 0)/ifindex" before
	net_pair "$GUEST" 0
	check "data" net_stream "$V4" 500000 100 8000
	before=$(guest_run "$GUEST" 15 "$index")
	check "start a load" net_load_into "$V4"
	check_fails "unload while attached" limited 60 rmmod xen-netback
	check "unbind" limited 60 tee /sys/bus/xen-backend/drivers/vif/unbind \
		<<<"vif-$(cat "$RUN/$GUEST.id")-0"
	[ ! -e "/sys/class/net/$DEV" ] || fail "$DEV is left"
	check "unload" limited 60 rmmod xen-netback
	check "load" module_load "$kind" xen-netback "$BACK_DEFAULTS"
	check "hotplug" net_hotplug "$GUEST" 0
	check "connected again" wait_for 30 vif_connected "$GUEST" 0
	net_address "$DEV" "${V4%2}1/24"
	check_is "the guest's interface" "$before" "$(guest_run "$GUEST" 15 "$index")"
	check "data" net_stream "$V4" 1000000 300 8000
	check "detach" vif_detach "$GUEST" 0
}

# Start a load from dom0 that may fail. It must not hold our stdout, because the reader would
# wait for it. $1: address
net_load_into() {
	(stream tcp "$1" 500000000 || :) >/dev/null 2>&1 &
	wait_for 20 net_carries 300
}

# The same, but it leaves the emulated processors time for other things.
net_light_load_into() {
	(while stream tcp "$1" 100000; do sleep 0.1; done || :) >/dev/null 2>&1 &
	wait_for 20 net_carries 100
}

# Do what the toolstack does for a new interface, because it is not notified of one that came
# back. $1: guest, $2: number
net_hotplug() {
	wait_for 10 test -e "/sys/class/net/$(vif_dev "$1" "$2")" &&
		vif="$(vif_dev "$1" "$2")" XENBUS_PATH="$(vif_back "$1" "$2")" $VIF_SCRIPT online
}

scenario net-attach-detach 150 long:420 net net_attach_detach
scenario net-reload-front 90 net net_reload_front
scenario net-reload-back 90 all net net_reload_back
