# SPDX-License-Identifier: GPL-2.0
# After everything: both network drivers unload and nothing is left of them.
# shellcheck shell=bash

guest_mem_available() {
	guest_run "$GUEST" 15 "awk '\$1 == \"MemAvailable:\" { print \$2 }' /proc/meminfo"
}

net_cycle() {
	net_pair "$GUEST" 0
	check "data" net_stream "$V4" 4000000 500 8000
	check "detach" vif_detach "$GUEST" 0
}

# Less memory is missing than one attach and detach uses. $1: KiB before, $2: command that
# prints how many there are now
net_is_back() {
	NET_MISSING=$(($1 - $("$2")))
	[ $NET_MISSING -lt 4096 ]
}

# The kernel frees some things late. $1: text, rest: as net_is_back
net_not_less() {
	wait_for 10 net_is_back "${@:2}" || fail "$1: $NET_MISSING KiB missing after four cycles"
	passed "$1: $NET_MISSING KiB missing after four cycles"
}

net_leaks() {
	local id dom0 inside frames
	id=$(cat "$RUN/$GUEST.id")
	net_cycle
	sleep 1
	dom0=$(mem_available) inside=$(guest_mem_available) frames=$(grant_frames "$GUEST")
	for _ in 1 2 3 4; do
		net_cycle
	done
	net_not_less "dom0's memory" "$dom0" mem_available
	net_not_less "the guest's memory" "$inside" guest_mem_available
	# Queues allocate references when they need them.
	[ "$(grant_frames "$GUEST")" -le $((frames + 2)) ] || fail "the grant table has grown by more than 2 pages"
	check_is "pages mapped from the guest" "$(cat "$RUN/$GUEST.grants")" "$(grants_mapped "$GUEST")"
	check_fails "threads left in dom0" pgrep -l '^vif'
	check_is "interrupts left in dom0" 0 "$(grep -cE ' vif[0-9.]+-|xen-netback-ctrl' /proc/interrupts || :)"
	check_is "interrupts left in the guest" 0 "$(guest_run "$GUEST" 15 "grep -c ' vif[0-9]*-' /proc/interrupts || :")"
	check "unload in dom0" module_unload xen-netback
	check "unload in the guest" guest_run "$GUEST" 30 'module_unload xen-netfront'
	check_is "modules left in dom0" "" "$(lsmod | awk '$1 == "xen_netback" { print $1 }')"
	check_is "modules left in the guest" "" \
		"$(guest_run "$GUEST" 15 "awk '\$1 == \"xen_netfront\" { print \$1 }' /proc/modules")"
	check_is "xenstore of the back" "" "$(xenstore-list /local/domain/0/backend/vif/"$id" 2>/dev/null || :)"
	[ ! -e /sys/kernel/debug/xen-netback ] || fail "debugfs is left"
	# The runner checks next that both are loaded.
	# shellcheck disable=SC2086
	check "load in dom0" driver_netback ${SCENARIO_BACK[net-leaks]}
	# shellcheck disable=SC2086
	check "load in the guest" driver_netfront "$GUEST" ${SCENARIO_FRONT[net-leaks]}
}

scenario net-leaks 150 net net_leaks
