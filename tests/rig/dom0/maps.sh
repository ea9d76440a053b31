# SPDX-License-Identifier: GPL-2.0
# maphog in dom0 maps pages of $GUEST, and uses up maptrack entries.
# shellcheck shell=bash

# Pages of the guest for maphog in dom0: one is good for 126 entries.
maps_lend() {
	at_end maps_end
	check "lend" guest_run "$GUEST" 15 "modprobe xen-gntalloc && maphog lend 140 >/run/rig/refs"
	guest_run "$GUEST" 15 "cat /run/rig/refs" >"$RUN"/maps.refs
}

# Use up all remaining maptrack entries of dom0.
maps_take() {
	local nr
	# shellcheck disable=SC2046 # numbers
	nr=$(maphog map "$(cat "$RUN/$GUEST.id")" $(cat "$RUN"/maps.refs)) || fail "no map entries to take"
	[ "$nr" -gt 1000 ] || fail "hardly any map entries to take: $nr"
	passed "$nr pages mapped, there is room for no more"
}

maps_give_back() {
	pkill -x maphog || :
	wait_for 10 maps_are_back
}

maps_are_back() {
	! pgrep -x maphog >/dev/null
}

maps_end() {
	maps_give_back
	guest_run "$GUEST" 15 "pkill -x maphog"
}
