# SPDX-License-Identifier: GPL-2.0
# What a backend finds in the pages that stay lent to it.
# shellcheck shell=bash

# Nothing of others at any time, although the guest's free memory is full of old data; and with
# trusted=0 not even what was written to the disk, once that is done.
# $1: what is written: zeros or secret, $2: a parameter of the front
info_leak() {
	local GUEST=nf id out
	trap_guest $GUEST
	check "a guest that does not clear memory" guest_create $GUEST "" init_on_alloc=0 "vcpus = 1"
	check "memory that was somebody else's" guest_run $GUEST 60 "$NF_DIRTY"
	# shellcheck disable=SC2086
	check "driver" driver_load_front $GUEST "${FRONT_MODULE[disk]}" "$(scenario_kind_front)" ${2:-}
	check "attach" vbd_attach $GUEST "$(disk_new data 4)" xvdb
	check "write zeros" guest_run $GUEST 60 "write='dd of=/dev/xvdb oflag=direct conv=notrunc status=none'
		\$write if=/dev/zero bs=512 count=200 &&
		\$write if=/dev/zero bs=1M seek=1 count=1"
	# Last, so that its pages are not used again.
	[ "$1" = zeros ] || check "write a $1" guest_run $GUEST 60 "yes 'this is a secret' |
		dd of=/dev/xvdb bs=512 count=200 iflag=fullblock oflag=direct conv=notrunc status=none"
	id=$(cat "$RUN/$GUEST.id")
	out=$(lent "$id" all 8 2000)
	[[ $out =~ ^([0-9]+)\ pages,\ [0-9]+\ of\ zeros,\ 0\ with ]] || fail "what is lent: $out"
	[ "${BASH_REMATCH[1]}" -ge 64 ] || fail "too few pages are lent: $out"
	passed "lent: $out"
	check "detach" vbd_detach $GUEST xvdb
}

scenario disk-info-leak 90 all only:front info_leak zeros
scenario disk-info-leak-untrusted 90 only:front info_leak secret trusted=0
