# SPDX-License-Identifier: GPL-2.0
# The payload has what changes from run to run: the drivers under test and the rig's own
# scripts. It is a tar archive on a drive of its own, so that a new build of a module needs no
# new image.
# shellcheck shell=bash

PAYLOAD_MODULES=(xen-split xen-blkback xen-blkfront xen-netback xen-netfront)

# Build the drivers and the fault injection modules for the image's kernel, and install them
# into a folder. A kernel that guests have for themselves has its modules there, too.
# $1: kernel version, $2: folder
payload_build() {
	local guest
	guest=$(platform_guest_kernel)
	mkdir -p "$2/lib/modules/$1"
	[ -z "$guest" ] || cp -a "$(debug_dir "$guest")/kern/lib" "$2/"
	[ "$RIG_DRIVERS" != intree ] || return 0
	payload_build_for "$@"
	[ -z "$guest" ] || payload_build_guest "$guest" "$2"
	modules_unpack "$2/lib/modules"
	# Loading reads the whole file, nine tenths of which is debug information.
	find "$2/lib/modules" -name '*.ko' -exec strip --strip-debug {} +
}

# $1: name of the kernel, $2: folder
payload_build_guest() {
	say "building the modules for $(debug_version "$1")"
	payload_build_debug "$(debug_dir "$1")" "$2"
}

# $1: kernel version, $2: folder
payload_build_for() {
	local suite
	say "building the modules for $1"
	suite=$(platform_kernel_suite)
	if [ -n "$(platform_debug)" ]; then
		payload_build_debug "$(debug_dir "$(platform_debug)")" "$2"
	elif [ "$suite" = "$HOST_SUITE" ]; then
		quietly make make -C "$TREE_DIR" -j"$(nproc)" FAULT=m "KVER=$1"
		quietly modules_install make -C "$TREE_DIR" FAULT=m "KVER=$1" \
			"INSTALL_MOD_PATH=$2" modules_install
	else
		payload_build_elsewhere "$suite" "$@"
	fi
}

# Build with the compiler that belongs to the kernel, in a cached copy of the tree, so that
# only changed files are compiled the next time. $1: release, $2: kernel version,
# $3: folder
payload_build_elsewhere() {
	local root work place lock kmake
	root=$(suite_dir "$1")
	place=/var/cache/xen-split/$2-$(sha256sum <<<"$TREE_DIR" | cut -c 1-8)
	work=$root$place
	mkdir -p "$work/tree"
	exec {lock}>"$work/lock"
	flock "$lock"
	suite_copy_tree "$work/tree"
	rm -rf "$work/install"
	mkdir "$work/install"
	kmake=(suite_run "$1" "$place/tree" ''
		make "-j$(nproc)" FAULT=m "KDIR=/usr/src/linux-headers-$2")
	quietly make "${kmake[@]}"
	quietly modules_install "${kmake[@]}" "INSTALL_MOD_PATH=$place/install" modules_install
	cp -a "$work/install/." "$3/"
	exec {lock}>&-
}

# Build in a copy of the tree that stays with the kernel, so that builds for other kernels do
# not undo each other's work. $1: the kernel's folder, $2: folder, $3: n: without the modules
# that inject faults
payload_build_debug() {
	local work kmake fault=${3:-m}
	work=$1/modules-$(sha256sum <<<"$TREE_DIR" | cut -c 1-8)
	mkdir -p "$work"
	suite_copy_tree "$work"
	# The modules that inject faults probe the kernel.
	grep -q '^CONFIG_KPROBES=y' "$1/tree/.config" || fault=n
	kmake=(make -C "$work" "-j$(nproc)" "FAULT=$fault" "KDIR=$1/tree")
	quietly make "${kmake[@]}"
	quietly modules_install "${kmake[@]}" "INSTALL_MOD_PATH=$2" modules_install
}

# $1: .ko file; prints the build id that the kernel shows in
# /sys/module/NAME/notes, an identity even modules without srcversion have.
payload_build_id() {
	readelf -n "$1" | sed -n 's/.*Build ID: //p'
}

# One line per module file: kind, module, path under /lib/modules/VERSION,
# build id, srcversion. $1: modules folder, $2: kernel version
payload_identities() {
	local dir=$1 m f kind src
	for m in "${PAYLOAD_MODULES[@]}"; do
		find "$dir" -name "$m.ko" | while read -r f; do
			kind=intree
			[[ $f == */updates/* ]] && kind=ours
			src=$(modinfo -F srcversion "$f")
			echo "$kind $m ${f#"$dir"/} $(payload_build_id "$f") ${src:--}"
		done
	done
}

# Where the drivers call allocators, for the module that makes them fail, on a kernel on which
# that is tested. $1: modules folder
payload_sites() {
	local m f
	[ -n "$(platform_debug)" ] || return 0
	for m in "${PAYLOAD_MODULES[@]}"; do
		find "$1" -path "*/updates/*/$m.ko" -o -path "*/updates/$m.ko" | while read -r f; do
			"$TREE_DIR/tests/fault/sites" "$f"
		done
	done
}

# Tools for both sides. $1: folder
payload_tools() {
	local t src=$RIG_DIR/tool options=(-D_GNU_SOURCE -O2 -Wall -static)
	mkdir -p "$1"
	quietly tools gcc "${options[@]}" -o "$1/stream" "$src"/{stream,tcp,udp}.c
	for t in frames xdp ask toeplitz flush maphog speed lent unread late sniff mark; do
		quietly tools gcc "${options[@]}" -o "$1/$t" "$src/$t.c"
	done
	quietly hostile make -C "$TREE_DIR/tests/hostile"
	install -m 755 "$TREE_DIR/tests/hostile/build/hostile" "$1/"
	# Of dom0's programs, whose libc is not older than this one's.
	quietly tools gcc -O2 -Wall -shared -fPIC -o "$1/patient.so" "$src/patient.c"
}

# A terminal for programs of dom0 that need one, with the libraries that dom0 lacks. $1: folder
payload_tmux() {
	local lib
	mkdir -p "$1/lib"
	cp "$(command -v tmux)" "$1/lib/"
	ldd "$(command -v tmux)" | grep -oE '/[^ ]*/lib(utempter|event_core)[^ ]*' |
		while read -r lib; do
			cp "$lib" "$1/lib/"
		done
	printf '#!/bin/sh\nLD_LIBRARY_PATH=/rig/terminal/lib exec /rig/terminal/lib/tmux -u "$@"\n' \
		>"$1/tmux"
	chmod 755 "$1/tmux"
}

# The image's modules plus the ones under test, indexed.
# $1: image's modules, $2: installed modules, $3: kernel version, $4: result
payload_module_tree() {
	local dest=$4/lib/modules/$3
	mkdir -p "$dest"
	cp -a "$1/." "$dest/"
	if [ -d "$2/lib/modules/$3/updates" ]; then
		cp -a "$2/lib/modules/$3/updates" "$dest/"
	fi
	depmod -b "$4" "$3"
}

# Only what the images lack: updates/ and depmod's files.
# $1: tree, $2: kernel version, $3: destination
payload_module_overlay() {
	local src=$1/lib/modules/$2 dest=$3/usr/lib/modules/$2
	mkdir -p "$dest"
	cp "$src"/modules.* "$dest/"
	[ ! -d "$src/updates" ] || cp -a "$src/updates" "$dest/"
}

# The modules of a guest, and who they are. A kernel that guests have for themselves has next
# to none of its own. $1: scratch folder, $2: kernel version, $3: image folder
payload_guest_modules() {
	local work=$1 kver=$2 own=$3/guest-modules guest
	guest=$(platform_guest_kernel)
	if [ -n "$guest" ]; then
		kver=$(debug_version "$guest")
		own=$work/stage/lib/modules/$kver
		image_vmlinux "$(debug_dir "$guest")/kern/boot/vmlinuz-$kver" "$work/rig/vmlinux"
		grep -v '^#' "$DEBUG_FRAGMENTS/$guest.says" >"$work/rig/vmlinux.says"
	fi
	payload_module_tree "$own" "$work/stage" "$kver" "$work/guest-tree"
	payload_module_overlay "$work/guest-tree" "$kver" "$work/guest-overlay"
	[ -z "$guest" ] || payload_identities "$work/guest-tree/lib/modules/$kver" >"$work/guest-overlay/rig/modules.ids"
}

# The second archive of the guest's initramfs: agent and modules.
payload_guest() {
	local work=$1 kver=$2 image=$3 root=$1/guest-overlay
	mkdir -p "$root/rig"
	cp "$work/rig/modules.ids" "$root/rig/"
	payload_guest_modules "$work" "$kver" "$image"
	cp "$RIG_DIR"/guest/* "$RIG_DIR"/common/* "$RIG_DIR"/dom0/{vif,vbd} \
		"$work/rig/tool"/* \
		"$work/rig/alloc.sites" "$TREE_DIR/tools/xen-split-report" "$root/rig/"
	install -m 755 "$RIG_DIR/guest/init" "$root/init"
	image_cpio "$root" >"$work/rig/guest.cpio"
}

# Programs of the guest's initramfs that get it to a root file system on a disk.
BOOT_PROGRAMS=(bash busybox modprobe modinfo insmod rmmod)
BOOT_LIBRARIES=(ld-linux libc.so libtinfo libcrypto liblzma libzstd libz.so)
BOOT_MODULES='ext4|crc32c_generic|xen-blkfront|xen-netfront'
# Not needed there, and large.
BOOT_LEFT_OUT=(hostile maphog flush late lent unread mark toeplitz patient.so)

# Files of BOOT_MODULES and of what they need. $1: folder of modules
payload_boot_modules() {
	sed -nE "s,^(.*/($BOOT_MODULES)\.ko): *(.*),\1 \3,p" "$1/modules.dep" | tr ' ' '\n' | grep .
}

# An initramfs that is small: the firmware of an HVM guest reads it through a port of
# an emulated device. After payload_guest. $1: scratch folder, $2: image folder
payload_boot() {
	local root=$1/boot p patterns=(bin sbin lib lib64 'usr/lib64*')
	for p in $(payload_boot_modules "$1"/guest-overlay/usr/lib/modules/*); do
		patterns+=("usr/lib/modules/*/$p")
	done
	for p in "${BOOT_PROGRAMS[@]}"; do
		patterns+=("usr/*bin/$p")
	done
	for p in "${BOOT_LIBRARIES[@]}"; do
		patterns+=("usr/lib/*/$p*")
	done
	# Another boot of the same run has left one.
	rm -rf "$root"
	mkdir -p "$root"/{proc,sys,dev,run,mnt}
	(cd "$root" && cpio -i -d --quiet "${patterns[@]}" <"$2/guest.cpio")
	cp -a "$1/guest-overlay/." "$root/"
	(cd "$root/rig" && rm "${BOOT_LEFT_OUT[@]}")
	image_cpio "$root" | zstd -q -12 --long=25 >"$1/rig/boot.cpio.zst"
}

# The commands of the chapters for administrators. $1: folder
payload_manual() {
	local chapter commands=$TREE_DIR/tests/docs/commands.py
	mkdir -p "$1"
	for chapter in "$TREE_DIR"/Documentation/admin/*.rst; do
		chapter=$(basename "$chapter" .rst)
		"$commands" --shell "$chapter" >"$1/$chapter"
	done
}

# $1: scratch folder, $2: kernel version, $3: image folder, $4: mode,
# rest: scenarios. Writes $1/payload.tar
payload_make() {
	local work=$1 kver=$2 image=$3 mode=$4
	shift 4
	mkdir -p "$work/rig"
	payload_module_tree "$image/dom0-modules" "$work/stage" "$kver" "$work/dom0-tree"
	payload_module_overlay "$work/dom0-tree" "$kver" "$work/rig/overlay"
	{
		payload_identities "$work/dom0-tree/lib/modules/$kver"
		payload_identities "$image/guest-modules"
	} | sort -u >"$work/rig/modules.ids"
	payload_sites "$work/dom0-tree/lib/modules/$kver" >"$work/rig/alloc.sites"
	cp -a "$RIG_DIR"/{dom0,common,scenarios,small} "$TREE_DIR/tools" "$work/rig/"
	payload_manual "$work/rig/manual"
	[ -z "${RIG_GUESTS:-}" ] || many_payload "$work/stage-small" "$work/rig"
	payload_tools "$work/rig/tool"
	payload_tmux "$work/rig/terminal"
	payload_guest "$work" "$kver" "$image"
	payload_boot "$work" "$image"
	{
		printf 'KVER=%q\nDRIVERS=%q\nMODE=%q\n' "$kver" "$RIG_DRIVERS" "$mode"
		printf 'GUEST_OPTIONS=%q\n' "$(platform_guest_options)"
		printf 'GUEST_MIB=%q\nGUEST_CPUS=%q\n' "$(platform_guest_memory)" "$(platform_guest_cpus)"
		printf 'PATIENCE=%q\nLONG=%q\n' "$RIG_PATIENCE" "$RIG_LONG"
		printf 'GUESTS=%q\nCASES=%q\n' "${RIG_GUESTS:-}" "${RIG_CASES:-}"
		printf 'STOP=%q\n' "${RIG_STOP:-0}"
		printf 'SCENARIOS=%q\n' "$*"
	} >"$work/rig/conf"
	tar -c -f "$work/payload.tar" -C "$work/rig" .
	truncate -s %1M "$work/payload.tar"
}
