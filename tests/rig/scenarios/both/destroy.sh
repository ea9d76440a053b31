# SPDX-License-Identifier: GPL-2.0
# A guest is destroyed: in any state, dom0 must have all resources back within 5 seconds.
# shellcheck shell=bash

VICTIM=g3

# --- what is left of it in dom0 ------------------------------------------------

# MiB that guests may have.
destroy_memory() {
	xl info | awk '$1 == "free_memory" { print $3 }'
}

# A domain of which a page is still mapped stays in the list without a name.
# $1: domain's id, $2: free memory before it was
destroy_left() {
	local d id=$1
	xl list | awk -v id="$id" '$2 == id { print "domain", $0 }'
	for d in vbd vif; do
		xenstore-ls -f "/local/domain/0/backend/$d/$id" 2>/dev/null || :
	done
	compgen -G "/sys/bus/xen-backend/devices/v??-$id-*" || :
	compgen -G "/sys/class/net/vif$id.*" || :
	compgen -G "/sys/kernel/debug/xen-split/v??-$id-*" || :
	# Not pgrep: it complains about a pattern of that length.
	# shellcheck disable=SC2009
	ps -e -o comm= | grep -E "^($id\.xvd|vif$id\.)" || :
	grep -E "blkif-backend| vif$id\." /proc/interrupts || :
	[ "$(destroy_memory)" -ge "$2" ] || echo "$(destroy_memory) MiB free, not $2"
}

destroy_nothing_left() {
	[ -z "$(destroy_left "$@")" ]
}

# Memory that the kernel itself uses, in KiB.
destroy_kernel_memory() {
	awk '/^(SUnreclaim|KernelStack|PageTables|Percpu|VmallocUsed):/ { n += $2 } END { print n }' /proc/meminfo
}

# --- moments -------------------------------------------------------------------

# $1: state that the front of one of them has at least
destroy_front_state() {
	[ "$(vbd_front_key $VICTIM xvda state)" -ge "$1" ] ||
		[ "$(vif_front_key $VICTIM 0 state)" -ge "$1" ]
}

# The front of the first device has published its rings.
destroy_when_connecting() {
	wait_for 40 destroy_front_state 3
}

destroy_requests() {
	cat "/sys/bus/xen-backend/devices/vbd-$(cat "$RUN/$VICTIM.id")-$(vbd_id xvda)/statistics/$1"
}

# Both devices carry data, both ways.
destroy_in_use() {
	[ "$(destroy_requests rd_req)" -ge 100 ] && [ "$(destroy_requests wr_req)" -ge 100 ] &&
		[ "$(net_count "$(vif_dev $VICTIM 0)" rx_packets)" -ge 100 ] &&
		[ "$(net_count "$(vif_dev $VICTIM 0)" tx_packets)" -ge 100 ]
}

destroy_when_busy() {
	wait_for 60 destroy_in_use && sleep "0.$RANDOM"
}

# From before its kernel has begun until after everything is in use.
destroy_when_any() {
	local after=$((RANDOM % 12)).$((RANDOM % 10))
	echo "after $after s"
	sleep "$after"
}

# --- rounds --------------------------------------------------------------------

# $1: moment
destroy_round() {
	local loop dev id free said
	free=$(destroy_memory)
	loop=$(disk_new victim 16)
	dev=$(disk_dm victim "0 32768 linear $loop 0")
	# Leaked numbers would make this grow.
	check_is "backing device" "${VICTIM_LOOP:=$loop}" "$loop"
	check "create a guest" small_create $VICTIM "$dev"
	id=$(cat "$RUN/$VICTIM.id")
	check "$1" "destroy_when_$1"
	said=$(patient limited 60 xl destroy $VICTIM 2>&1) || fail "xl destroy: $said"
	[ -z "$said" ] || fail "xl destroy: $said"
	passed "destroyed"
	wait_for 5 destroy_nothing_left "$id" $((free - 1)) ||
		fail "left of a guest destroyed when $1: $(destroy_left "$id" $((free - 1)) | tr '\n' ' ')"
	passed "nothing is left of it"
	check "its backing device is free" disk_remove_all
}

destroy_end() {
	guest_destroy $VICTIM
	net_reset
}

destroy_guest() {
	local i nr before lost moments=(busy connecting any)
	nr=$(rounds 2 100)
	check "the back of the NIC" driver_netback "$(scenario_kind_back)"
	small_prepare "$(scenario_kind_front)"
	at_end destroy_end
	for ((i = 0; i < nr; i++)); do
		destroy_round "${moments[i % 3]}"
		[ $i != 0 ] || before=$(destroy_kernel_memory)
	done
	lost=$(($(destroy_kernel_memory) - before))
	[ $lost -lt $((2048 + 16 * nr)) ] || fail "the kernel has $lost KiB more than after the first"
	passed "the kernel has $lost KiB more than after the first"
	check_is "use count of the NIC's back" 0 "$(cat /sys/module/xen_netback/refcnt)"
}

scenario destroy-guest 90 long:3600 destroy_guest
