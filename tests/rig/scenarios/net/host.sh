# SPDX-License-Identifier: GPL-2.0
# Domain 0 is suspended, or slow, while it serves interfaces.
# shellcheck shell=bash

# Suspend all but the devices, and resume after some seconds. $1: seconds
net_host_naps() {
	echo "$1" >/sys/module/suspend/parameters/pm_test_delay
	echo freezer >/sys/power/pm_test
	echo freeze >/sys/power/state
	echo none >/sys/power/pm_test
}

# The longest round trip in ms. $1: output of ping
net_longest_answer() {
	sed -nE 's#^(rtt|round-trip) [^=]*= [^/]*/[^/]*/([0-9]*).*#\2#p' <<<"$1"
}

# While the host is suspended, nothing is taken from a guest's rings, and nothing is lost.
net_host_freeze() {
	local seq said longest
	net_pair "$GUEST" 0
	seq=$(guest_start "$GUEST" "ping -q -i 0.2 -c 60 ${V4%2}1")
	sleep 1
	check "freeze" net_host_naps 3
	said=$(guest_wait "$GUEST" "$seq" 40) || fail "ping: $said"
	longest=$(net_longest_answer "$said")
	[ "${longest:-0}" -ge 2000 ] || fail "served while the host slept: answers after $longest ms at most"
	[[ $said == *" 60 received"* || $said == *" 60 packets received"* ]] || fail "lost: $said"
	passed "all 60 answered, after $longest ms at most"
	check "data" net_stream "$V4" 1000000 300 8000
	check "detach" vif_detach "$GUEST" 0
}

# dom0 has unread data when the interface goes, and does not read it for a minute: the log
# must have no complaint, and the data must be there when it is read.
net_unread() {
	net_pair "$GUEST" 0
	stream serve >/dev/null
	check "stop the reader" pkill -STOP -x stream
	guest_run "$GUEST" 15 "timeout 3 stream tcp ${V4%2}1 2000000" >/dev/null || :
	check "detach" vif_detach "$GUEST" 0
	sleep 64
	check "somebody does" pkill -CONT -x stream
	net_pair "$GUEST" 0
	check "data" net_stream "$V4" 500000 100 8000
	check "detach" vif_detach "$GUEST" 0
}

# The script has run for the back that was removed, not for the next one.
net_hotplug_stale() {
	net_pair "$GUEST" 0
	check "unbind" timeout 60 tee /sys/bus/xen-backend/drivers/vif/unbind \
		<<<"vif-$(cat "$RUN/$GUEST.id")-0"
	check_fails "read hotplug-status" vif_back_key "$GUEST" 0 hotplug-status
	check "bind" timeout 60 tee /sys/bus/xen-backend/drivers/vif/bind \
		<<<"vif-$(cat "$RUN/$GUEST.id")-0"
	sleep 2
	! vif_connected "$GUEST" 0 || fail "connected before the script has run"
	check "hotplug" net_hotplug "$GUEST" 0
	check "connected again" wait_for 30 vif_connected "$GUEST" 0
	net_address "$DEV" "${V4%2}1/24"
	check "data" net_stream "$V4" 500000 100 8000
	check "detach" vif_detach "$GUEST" 0
}

scenario net-host-freeze 60 net only:back net_host_freeze
scenario net-unread 120 all net only:back net_unread
scenario net-hotplug-stale 60 net only:back net_hotplug_stale
