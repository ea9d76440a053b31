# SPDX-License-Identifier: GPL-2.0
# The disks of the two machines, and what is done to them while nothing runs. Builds by
# DKMS take a minute here and ten times that under emulation, so packages are installed
# in a chroot on a machine's disk where no running Xen is needed.
# shellcheck shell=bash disable=SC2154

DISK_MIB=3584
# GRUB is in front of dom0's file system.
declare -A DISK_OFFSET=([dom0]=$((1 << 20)) [guest]=0)

# --- a chroot on a machine -----------------------------------------------------

# A /dev in which grub-mkconfig finds the root file system, and its UUID.
chroot_dev() {
	local dev=$1/dev loop d
	mount -t tmpfs tmpfs "$dev"
	mkdir -p "$dev/disk/by-uuid" "$dev/pts"
	for d in null:3 zero:5 full:7 random:8 urandom:9; do
		mknod -m 666 "$dev/${d%:*}" c 1 "${d#*:}"
	done
	ln -s /proc/self/fd "$dev/fd"
	loop=$(findmnt -n -o SOURCE "$1")
	[[ $loop == /dev/loop* ]] || return 0
	cp -a "$loop" "$dev/"
	ln -s "../../${loop#/dev/}" "$dev/disk/by-uuid/$(blkid -o value -s UUID "$loop")"
}

# $1: root, which is mounted
chroot_enter() {
	mount -t proc proc "$1/proc"
	mount -t sysfs sysfs "$1/sys"
	chroot_dev "$1"
	mount --bind "$DRIVE" "$1/srv/packages"
	mkdir -p "$1/var/cache/ccache"
	mount --bind "$CCACHE" "$1/var/cache/ccache"
}

# $1: root, rest: command
inside() {
	chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
		DEBIAN_FRONTEND=noninteractive DEBIAN_KERNEL_USE_CCACHE=1 \
		CCACHE_DIR=/var/cache/ccache "${@:2}"
}

# Run a function with a machine's root as its argument. $1: machine, rest: function and
# its other arguments
with_machine() {
	local root=$work/root rc=0
	mkdir -p "$root"
	mount -o "loop,offset=${DISK_OFFSET[$1]}" "$work/$1.img" "$root"
	chroot_enter "$root"
	"$2" "$root" "${@:3}" || rc=$?
	umount -R "$root"
	return $rc
}

# The same with an upper layer over the Debian that all began as, which is thrown away.
with_layer() {
	local layer=$work/layer root=$work/root rc=0
	mkdir -p "$layer" "$root"
	mount -t tmpfs tmpfs "$layer"
	mkdir "$layer/upper" "$layer/work"
	mount -t overlay overlay "$root" \
		-o "lowerdir=$(debian_dir),upperdir=$layer/upper,workdir=$layer/work"
	chroot_enter "$root"
	"$1" "$root" "${@:2}" || rc=$?
	umount -R "$root"
	umount "$layer"
	return $rc
}

# --- disks ----------------------------------------------------------------------

# Sectors before dom0's file system: a partition table with one entry, and GRUB.
# $1: root, $2: disk
disk_grub() {
	local sectors=$(((DISK_MIB << 11) - 2048)) i le=''
	mkdir -p "$1/boot/grub/i386-pc"
	cp "$1"/usr/lib/grub/i386-pc/*.{mod,lst} "$1/boot/grub/i386-pc/"
	inside "$1" grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o /tmp/core.img \
		biosdisk part_msdos ext2
	for i in 0 8 16 24; do
		le+=$(printf '\\x%02x' $((sectors >> i & 255)))
	done
	{
		head -c 440 "$1/usr/lib/grub/i386-pc/boot.img"
		printf '\0\0\0\0\0\0\x80\0\0\0\x83\0\0\0\0\x08\0\0%b' "$le"
		head -c 48 /dev/zero
		printf '\x55\xaa'
		cat "$1/tmp/core.img"
	} | dd of="$2" conv=notrunc status=none
	rm "$1/tmp/core.img"
}

# $1: root, $2: machine
disk_write() {
	local root=$1 disk=$work/$2.img offset=${DISK_OFFSET[$2]} p
	umount "$root/var/cache/ccache" "$root/srv/packages" "$root/dev" "$root/sys" "$root/proc"
	rm -f "$disk"
	truncate -s "${DISK_MIB}M" "$disk"
	# Folders that were mounted on; mke2fs takes a tree as it is.
	for p in dev sys proc; do
		mkdir -p "$root/$p"
	done
	quietly "mkfs-$2" mkfs.ext4 -q -F -E "offset=$offset" -L "$2" -d "$root" "$disk" \
		"$(((DISK_MIB << 10) - (offset >> 10)))k"
}

# $1: root, $2: name
machine_common() {
	echo "$2" >"$1/etc/hostname"
	printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$2" >"$1/etc/hosts"
	# udev is slow under emulation, and neither machine's network has to wait for all of it.
	ln -sf /dev/null "$1/etc/systemd/system/ifupdown-pre.service"
	printf 'LABEL=%s / ext4 defaults 0 1\nLABEL=packages /srv/packages ext4 ro 0 0\n' "$2" \
		>"$1/etc/fstab"
}

machine_dom0() {
	local root=$1
	machine_common "$root" dom0
	cat >"$root/etc/network/interfaces" <<-'END'
		auto lo
		iface lo inet loopback
		auto xenbr0
		iface xenbr0 inet static
			address 10.0.0.1/24
			bridge_ports none
	END
	# grub-mkconfig leaves out the kernels of a system on a loop device.
	cat >"$root/etc/default/grub.d/zz-rig.cfg" <<-END
		GRUB_DEVICE=/dev/vda1
		GRUB_TIMEOUT=0
		GRUB_TERMINAL=serial
		GRUB_DISABLE_OS_PROBER=true
		GRUB_CMDLINE_XEN_DEFAULT="$XEN_OPTIONS dom0_mem=2048M,max:2048M"
		GRUB_CMDLINE_LINUX_DEFAULT="$DOM0_OPTIONS"
	END
	sed -i 's/^#*XEN_OVERRIDE_GRUB_DEFAULT=.*/XEN_OVERRIDE_GRUB_DEFAULT=1/' \
		"$root/etc/default/grub.d/xen.cfg"
	echo 'XENCONSOLED_ARGS="--log=guest"' >>"$root/etc/default/xen"
	sed -i 's/^XENDOMAINS_SAVE=.*/XENDOMAINS_SAVE=/' "$root/etc/default/xendomains"
	mkdir -p "$root/etc/xen/auto" "$root/var/log/xen/console"
	cat >"$root/etc/xen/auto/guest.cfg" <<-'END'
		name = "guest"
		memory = 768
		vcpus = 1
		bootloader = "pygrub"
		disk = [ "phy:/dev/vdb,xvda,w", "phy:/dev/vdc,xvdb,r" ]
		vif = [ "bridge=xenbr0" ]
	END
}

machine_guest() {
	local root=$1
	machine_common "$root" guest
	inside "$root" apt-get purge -y --autoremove "${DOM0_PACKAGES[@]}"
	cat >"$root/etc/network/interfaces" <<-'END'
		auto lo
		iface lo inet loopback
		allow-hotplug enX0
		iface enX0 inet static
			address 10.0.0.2/24
	END
	# pygrub reads it, and would wait for ever at a timeout of 0; the links follow the newest
	# kernel.
	mkdir -p "$root/boot/grub"
	cat >"$root/boot/grub/grub.cfg" <<-END
		set default=0
		set timeout=1
		menuentry "Debian" {
			linux /vmlinuz root=/dev/xvda ro console=hvc0 ${DOM0_OPTIONS#* }
			initrd /initrd.img
		}
	END
}

# $1: root, $2: machine, $3: version of the package
machine_make() {
	"machine_$2" "$1" || return
	machine_install "$1" "$3" || return
	disk_write "$1" "$2"
}

# $1: root, $2: version
machine_install() {
	inside "$1" apt-get update
	inside "$1" apt-get install -y --no-install-recommends "xen-split-dkms=$2"
}

# dom0's menu of kernels is written when its disk has a UUID. $1: root
machine_grub() {
	inside "$1" update-grub
	disk_grub "$1" "$work/dom0.img"
}

# A newer kernel, as apt brings it. $1: root
machine_kernel() {
	inside "$1" apt-get update
	inside "$1" apt-get install -y --no-install-recommends \
		"linux-image-$KERNEL_NEW" "linux-headers-$KERNEL_NEW"
}

# $1: root
machine_remove() {
	inside "$1" apt-get purge -y xen-split-dkms
}
