# SPDX-License-Identifier: GPL-2.0
# A machine for many small guests: their kernel, memory, and Xen with its default limits of
# grants. RIG_GUESTS is how many. With RIG_OWN_KERNEL=0 they have the others' kernel, which takes
# longer to boot and needs more memory, but need not be built.
# shellcheck shell=bash

RIG_OWN_KERNEL=${RIG_OWN_KERNEL:-1}

# MiB of a guest, with what Xen needs for it; of dom0 for its disk, its image when it is
# saved, and its share of the toolstack; of what does not depend on the number.
MANY_GUEST_MIB=44
[ "$RIG_OWN_KERNEL" != 0 ] || MANY_GUEST_MIB=196
MANY_DOM0_MIB=10
MANY_DOM0_BASE_MIB=1536
MANY_BASE_MIB=768
# What QEMU needs besides the machine's memory, translated code above all.
MANY_QEMU_MIB=1536
MANY_MOST=200

# There is room for ten, whose shares some scenarios compare.
many_room() {
	echo $((RIG_GUESTS > 10 ? RIG_GUESTS : 10))
}

many_dom0_mib() {
	echo $((MANY_DOM0_BASE_MIB + MANY_DOM0_MIB * $(many_room)))
}

many_machine_mib() {
	echo $((MANY_BASE_MIB + $(many_dom0_mib) + MANY_GUEST_MIB * $(many_room)))
}

# Say what is wrong with the number, if something is.
many_check() {
	local need available
	[[ $RIG_GUESTS =~ ^[1-9][0-9]*$ ]] || die "GUESTS='$RIG_GUESTS' is not a number of guests"
	[ "$RIG_GUESTS" -le $MANY_MOST ] || die "GUESTS=$RIG_GUESTS is too many: at most $MANY_MOST"
	need=$(($(many_machine_mib) + MANY_QEMU_MIB))
	available=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)
	[ "$available" -ge "$need" ] ||
		die "$RIG_GUESTS guests need $need MiB of memory, $available MiB are available here: choose fewer by GUESTS="
}

# What boot_start uses.
many_machine() {
	# shellcheck disable=SC2034 # read by platform_memory
	RIG_MEMORY="$(many_machine_mib) $(many_dom0_mib) ${RIG_MEMORY##* }"
	XEN_OPTIONS=${XEN_OPTIONS/ gnttab_max_maptrack_frames=64/}
}

# Build the drivers for the small kernel. $1: folder
many_build() {
	[ "$RIG_OWN_KERNEL" != 0 ] || return 0
	debug_ensure small
	say "building the modules for the kernel 'small'"
	payload_build_debug "$(debug_dir small)" "$1" n
}

# What dom0 starts the guests with. $1: folder of many_build, $2: rig's part of the payload
many_payload() {
	local kern kver m dest=$2/small
	[ "$RIG_OWN_KERNEL" != 0 ] || return 0
	kern=$(debug_dir small)/kern
	kver=$(debug_version small)
	image_vmlinux "$kern/boot/vmlinuz-$kver" "$dest/vmlinux"
	mkdir -p "$dest/modules"/{ours,intree}
	for m in "${PAYLOAD_MODULES[@]}"; do
		find "$1/lib/modules" -path '*/updates/*' -name "$m.ko" -exec cp {} "$dest/modules/ours/" \;
		find "$kern/lib/modules" -name "$m.ko" -exec cp {} "$dest/modules/intree/" \;
	done
	strip --strip-debug "$dest/modules"/*/*.ko
}
