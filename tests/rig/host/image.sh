# SPDX-License-Identifier: GPL-2.0
# The cached images: Xen, kernel, dom0's disk and initramfs, the guest's
# initramfs and root disk. One folder per hash of the inputs.
# shellcheck shell=bash
# shellcheck source=tests/rig/host/slim.sh
. "$RIG_DIR/host/slim.sh"

# What an administrator uses in the chapters of Documentation/admin/.
MANUAL_PACKAGES=(
	lvm2 open-iscsi tgt drbd-utils openvswitch-switch grub2-common xen-hypervisor-common
)
# Besides xen-utils.
DOM0_PACKAGES=(
	xenstore-utils xen-utils-common kmod iproute2 bridge-utils
	procps fio e2fsprogs udev mount util-linux dmsetup bpftrace psmisc
	busybox-static ethtool iputils-ping iperf3 sockperf
	qemu-system-xen net-tools nftables "${MANUAL_PACKAGES[@]}"
)
GUEST_PACKAGES=(
	xenstore-utils kmod fio e2fsprogs mount util-linux procps busybox-static
	iproute2 ethtool iputils-ping iperf3 sockperf initramfs-tools
)

# What the dom0 initramfs needs to reach its disk.
DOM0_BOOT_MODULES=(virtio_pci virtio_blk virtio_console crc32c_generic ext4)
# Devices, filters and senders of both sides.
NET_MODULES=(
	bridge 8021q veth dummy ifb tun pktgen sch_ingress sch_netem sch_fq
	cls_matchall cls_flower cls_u32 act_gact act_mirred act_police
)
# What else may handle a guest's frames in dom0: scenario net-sink.
SINK_MODULES=(
	nft_ct nft_reject_inet nft_reject_bridge nf_conntrack_bridge br_netfilter
	vxlan geneve ip_gre macvtap act_csum sch_tbf
)
# For MANUAL_PACKAGES.
MANUAL_MODULES=(dm-snapshot iscsi_tcp drbd openvswitch)
# What dom0 needs besides the drivers under test.
DOM0_MODULES=(
	"${DOM0_BOOT_MODULES[@]}" xen-evtchn xen-gntdev xen-gntalloc xen-privcmd
	xenfs xen-blkback loop brd null_blk scsi_debug sd_mod dm-mod dm-flakey
	dm-delay xen-netback nft_chain_nat nft_masq "${NET_MODULES[@]}"
	"${SINK_MODULES[@]}" "${MANUAL_MODULES[@]}"
)
GUEST_MODULES=(
	xen-blkfront xen-netfront crc32c_generic crc32c-intel ext4 xenfs
	xen-evtchn xen-gntalloc nls_ascii ata_piix sd_mod "${NET_MODULES[@]}"
)
# Newer kernels have the first two as a library, which comes with those who need it; a kernel
# built for debugging may do without the others.
OPTIONAL_MODULES=(crc32c_generic crc32c-intel "${SINK_MODULES[@]}" "${MANUAL_MODULES[@]}")
# Programs of the guest that must not depend on the disk under test.
GUEST_PROGRAMS=(
	bash fio xenstore-read xenstore-write xenstore-rm xenstore-list
	xenstore-watch xenstore-exists mkfs.ext4 fsck.ext4 blockdev blkdiscard
	lsblk modprobe rmmod insmod modinfo depmod dd md5sum timeout
	pkill mount umount dmesg cat ls sleep head tail tr od cmp sync find sort awk
	ip bridge tc ethtool ping iperf3 sockperf
)

# What a run with a dom0 of its own adds to it, see tests/cluster/run.
MORE_DOM0_PACKAGES=()
MORE_DOM0_MODULES=()

# What fio is linked to for engines that no scenario uses.
FIO_CLUSTERS=(libgfapi libibverbs libnbd libpmem libpmemblk librados librbd librdmacm)

# $1: kernel version. Everything that decides what the images hold.
image_key() {
	local xen suite
	xen=$(platform_xen)
	suite=$(platform_xen_suite)
	{
		echo "$1 $suite ${MORE_DOM0_PACKAGES[*]} ${MORE_DOM0_MODULES[*]}"
		[ -z "$(platform_debug)" ] || basename "$(debug_dir "$(platform_debug)")"
		package_version "$(platform_kernel_suite)" "linux-image-$1"
		package_version "$suite" "xen-hypervisor-$xen-amd64"
		package_version "$suite" "xen-utils-$xen"
		cat "$RIG_DIR"/host/{image,slim}.sh "$RIG_DIR/dom0/initramfs"
	} | sha256sum | cut -c 1-16
}

# Folder of the images for this kernel; it exists only when complete.
image_dir() {
	echo "$CACHE_DIR/image-$(image_key "$1")"
}

# Copy modules and what they depend on into a small tree.
# $1: kernel's folder, $2: kernel version, $3: destination, rest: modules
image_modules() {
	local kern=$1 kver=$2 dest=$3 m
	shift 3
	for m in "$@"; do
		if [[ " ${OPTIONAL_MODULES[*]} " != *" $m "* ]] ||
			modinfo -b "$kern" -k "$kver" "$m" >/dev/null 2>&1; then
			modprobe -d "$kern" -S "$kver" --show-depends "$m"
		fi
	done | awk '$1 == "insmod" { print $2 }' | sort -u |
		while read -r m; do
			install -D -m 644 "$m" "$dest/lib/modules/$kver/${m#*/lib/modules/"$kver"/}"
		done
	modules_unpack "$dest/lib/modules/$kver"
	cp "$kern/lib/modules/$kver"/modules.{builtin,builtin.modinfo,order} \
		"$dest/lib/modules/$kver/"
	depmod -b "$dest" "$kver"
}

# Newer releases compress modules; who loads them here need not know how. $1: folder
modules_unpack() {
	find "$1" -name '*.ko.xz' -exec xz -d {} +
}

# The uncompressed kernel: a bzImage says in its setup header (offsets 0x1f1,
# 0x248, 0x24c) where its payload is. Under emulation this saves the seconds
# that unpacking costs at each boot of dom0 and of a guest.
image_vmlinux() {
	local sects off len unpack=xz
	sects=$(od -An -tu1 -j $((0x1f1)) -N 1 "$1" | tr -d ' ')
	off=$((($(od -An -tu4 -j $((0x248)) -N 4 "$1")) + (sects + 1) * 512))
	# Its last word is the length of what is packed.
	len=$(($(od -An -tu4 -j $((0x24c)) -N 4 "$1") - 4))
	[ "$(od -An -tx4 -j $off -N 4 "$1")" != ' fd2fb528' ] || unpack=zstd
	dd if="$1" iflag=skip_bytes,count_bytes bs=1M status=none skip=$off count=$len |
		$unpack -dc >"$2"
}

image_cpio() {
	(cd "$1" && find . -print0 | cpio --null -o -H newc --owner root:root --quiet)
}

# A program with the libraries it is linked to, from chroot $1 into tree $2.
image_program() {
	local path file
	path=$(chroot "$1" /bin/sh -c "command -v $3") || die "no program $3 in $1"
	{
		echo "$path"
		chroot "$1" ldd "$path" 2>/dev/null | grep -o '/[^ ]*' || :
	} | while read -r file; do
		[ -e "$2$file" ] ||
			install -D "$1$(chroot "$1" readlink -f "$file")" "$2$file"
	done
}

# A tree with Debian's merged /usr.
image_skeleton() {
	local d
	mkdir -p "$1"/{proc,sys,dev,run,tmp,mnt,etc,rig,root,usr/bin,usr/sbin,usr/lib,usr/lib64}
	for d in bin sbin lib lib64; do
		ln -s "usr/$d" "$1/$d"
	done
	ln -s /proc/mounts "$1/etc/mtab"
}

image_guest_initramfs() {
	local work=$1 kver=$2 root=$1/guest-initramfs p
	image_skeleton "$root"
	for p in "${GUEST_PROGRAMS[@]}"; do
		image_program "$work/guest" "$root" "$p"
	done
	cp /bin/busybox "$root/bin/busybox"
	image_modules "$work/kern" "$kver" "$root" "${GUEST_MODULES[@]}"
	image_cpio "$root" >"$work/out/guest.cpio"
	cp -a "$root/usr/lib/modules/$kver" "$work/out/guest-modules"
}

image_dom0_initramfs() {
	local work=$1 kver=$2 root=$1/dom0-initramfs
	mkdir -p "$root"/{bin,proc,sys,dev,run,newroot}
	cp /bin/busybox "$root/bin/busybox"
	install -m 755 "$RIG_DIR/dom0/initramfs" "$root/init"
	image_modules "$work/kern" "$kver" "$root" "${DOM0_BOOT_MODULES[@]}"
	image_cpio "$root" | gzip -1 >"$work/out/dom0.cpio.gz"
}

# $1: tree, $2: image, $3: size in MiB
image_ext4() {
	truncate -s "$3M" "$2"
	quietly "mkfs-$(basename "$2")" mkfs.ext4 -q -F -d "$1" "$2"
}

# $1: folder, rest: packages
image_debian() {
	local dir=$1 suite sources=()
	shift
	suite=$(platform_xen_suite)
	if [ "$suite" != "$HOST_SUITE" ]; then
		suite_sources "$suite" >"$dir.list"
		sources=("$dir.list")
	fi
	quietly "mmdebstrap-$(basename "$dir")" mmdebstrap --variant=apt \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--include="$(IFS=,; echo "$*")" "$suite" "$dir" "${sources[@]}"
	rm -rf "$dir"/var/cache/apt/* "$dir"/var/lib/apt/lists/*
}

image_dom0_disk() {
	local work=$1 kver=$2
	image_debian "$work/dom0" "xen-utils-$(platform_xen)" "${DOM0_PACKAGES[@]}" \
		"${MORE_DOM0_PACKAGES[@]}"
	image_modules "$work/kern" "$kver" "$work/dom0" "${DOM0_MODULES[@]}" \
		"${MORE_DOM0_MODULES[@]}"
	cp -a "$work/dom0/usr/lib/modules/$kver" "$work/out/dom0-modules"
	mkdir -p "$work/dom0/rig" "$work/dom0/boot"
	# An HVM guest's firmware takes the packed kernel only.
	cp "$work/out/vmlinux" "$work/out/guest.cpio" "$work/dom0/boot/"
	cp "$work/kern/boot/vmlinuz-$kver" "$work/dom0/boot/vmlinuz"
	# Nothing boots from these: update-grub lists them.
	cp "$work/xen/boot/"xen-*.gz "$work/kern/boot/config-$kver" "$work/dom0/boot/"
	image_ext4 "$work/dom0" "$work/out/dom0.img" 1536
}

image_guest_disk() {
	local work=$1 kver=$2
	image_modules "$work/kern" "$kver" "$work/guest" "${GUEST_MODULES[@]}"
	mkdir -p "$work/guest/rig"
	cp "$work/kern/boot/config-$kver" "$work/guest/boot/"
	image_ext4 "$work/guest" "$work/out/root.img" 768
}

# A kernel's files, below kern/. $1: kernel version
image_kernel() {
	local suite p
	if [ -n "$(platform_debug)" ]; then
		cp -a "$(debug_dir "$(platform_debug)")/kern/." kern/
		return
	fi
	suite=$(platform_kernel_suite)
	for p in $(kernel_packages "$suite" "$1"); do
		package_unpack "$suite" "$p" kern
	done
	# Newer releases say /usr, and have the kernel beside its modules.
	[ -e kern/lib ] || ln -s usr/lib kern/lib
	mkdir -p kern/boot
	for p in vmlinuz config; do
		[ -e "kern/boot/$p-$1" ] || ln -s "../lib/modules/$1/$p" "kern/boot/$p-$1"
	done
	depmod -b kern "$1"
}

# $1: scratch folder, $2: kernel version
image_build() {
	local work=$1 kver=$2 xen
	mkdir -p "$work/out" "$work/kern" "$work/xen"
	cd "$work" || die "cannot enter $work"
	xen=$(platform_xen)
	say "fetching Xen $xen and Linux $kver"
	image_kernel "$kver"
	package_unpack "$(platform_xen_suite)" "xen-hypervisor-$xen-amd64" xen
	zcat "xen/boot/xen-$xen-amd64.gz" >out/xen
	image_vmlinux "kern/boot/vmlinuz-$kver" out/vmlinux
	say "building the guest image (mmdebstrap, about 30 s)"
	image_debian "$work/guest" "${GUEST_PACKAGES[@]}"
	slim_program "$work/guest" /usr/bin/fio "${FIO_CLUSTERS[@]}"
	image_guest_initramfs "$work" "$kver"
	image_guest_disk "$work" "$kver"
	say "building the dom0 image (mmdebstrap, about 40 s)"
	image_dom0_initramfs "$work" "$kver"
	image_dom0_disk "$work" "$kver"
}

# Build what is missing, atomically: the folder appears only when complete. Who
# has it does not wait for who builds another.
image_ensure() {
	local kver=$1 dir work rc lock
	dir=$(image_dir "$kver")
	mkdir -p "$CACHE_DIR"
	if [ -d "$dir" ]; then
		touch "$dir"
		return
	fi
	exec {lock}>"$CACHE_DIR/lock"
	flock "$lock"
	[ ! -d "$dir" ] || return 0
	work=$(mktemp -d "$CACHE_DIR/build.XXXXXX")
	chmod 755 "$work"
	# Not "image_build || ...": that would switch errexit off inside.
	set +e
	(
		set -e
		image_build "$work" "$kver"
	)
	rc=$?
	set -e
	[ $rc -eq 0 ] || {
		rm -rf "$work"
		die "building the images failed, logs in $LOG_DIR"
	}
	# Others may be in use at this moment; old ones are not.
	find "$CACHE_DIR" -maxdepth 1 -name 'image-*' -mtime +3 -exec rm -rf {} +
	mv "$work/out" "$dir"
	rm -rf "$work"
	say "images ready in $dir"
}
