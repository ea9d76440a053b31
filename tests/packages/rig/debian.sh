# SPDX-License-Identifier: GPL-2.0
# The Debian that domain 0 and the guest are copies of, as a folder, made once and kept. It
# has a kernel one step older than the newest, what DKMS needs, and no drivers of ours.
# shellcheck shell=bash

# $1: kernel
debian_packages() {
	printf '%s\n' systemd-sysv dbus udev kmod zstd procps iproute2 iputils-ping ifupdown \
		initramfs-tools e2fsprogs bridge-utils xenstore-utils xen-system-amd64 grub-pc \
		dkms ccache binutils linux-image-"$1" linux-headers-"$1"
}

# Packages that only domain 0 has.
# shellcheck disable=SC2034 # read by machines.sh
DOM0_PACKAGES=(xen-system-amd64 grub-pc)

# The newest kernel, and the one before it. Sets KERNEL_OLD and KERNEL_NEW.
debian_kernels() {
	KERNEL_NEW=$(kernel_version)
	KERNEL_OLD=$(apt-cache pkgnames linux-image-6.1.0- |
		sed -nE 's/^linux-image-(6\.1\.0-[0-9]+-amd64)$/\1/p' | sort -V |
		grep -B 1 -Fx -- "$KERNEL_NEW" | head -n 1)
	case $KERNEL_OLD in
	'' | "$KERNEL_NEW") die "Debian's archive has no kernel before $KERNEL_NEW" ;;
	esac
}

debian_dir() {
	local p
	{
		debian_packages "$KERNEL_OLD"
		for p in "linux-image-$KERNEL_OLD" xen-system-amd64 dkms systemd; do
			package_version bookworm "$p"
		done
		cat "$INSTALL_DIR/debian.sh"
	} | sha256sum | cut -c 1-16 | sed "s,^,$CACHE_DIR/../install/debian-,"
}

# Make it unless it is there: the folder appears only when it is complete.
debian_ensure() {
	local dir packages work
	dir=$(debian_dir)
	[ ! -d "$dir" ] || return 0
	say "making a Debian with Linux $KERNEL_OLD, Xen and DKMS: some minutes"
	mkdir -p "${dir%/*}"
	find "${dir%/*}" -maxdepth 1 -name 'debian-*' -mtime +3 -exec rm -rf {} +
	work=$(mktemp -d "${dir%/*}/build.XXXXXX")
	chmod 755 "$work"
	mapfile -t packages < <(debian_packages "$KERNEL_OLD")
	quietly install-debian mmdebstrap --variant=apt --components=main \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--include="$(IFS=,; echo "${packages[*]}")" bookworm "$work"
	rm -rf "$work"/var/cache/apt/archives/*.deb "$work"/var/lib/apt/lists/*
	debian_settle "$work"
	mv "$work" "$dir"
}

# What is the same in both machines. Under emulation nothing shall start by the clock.
debian_settle() {
	local root=$1 t
	for t in apt-daily apt-daily-upgrade e2scrub_all fstrim dpkg-db-backup systemd-tmpfiles-clean; do
		ln -sf /dev/null "$root/etc/systemd/system/$t.timer"
	done
	rm -f "$root"/etc/apt/sources.list.d/*
	echo 'deb [trusted=yes] file:/srv/packages ./' >"$root/etc/apt/sources.list"
	mkdir -p "$root/srv/packages"
	ln -s /srv/packages/rig "$root/rig"
	cat >"$root/etc/systemd/system/rig.service" <<-'END'
		[Unit]
		Description=The rig's part of this machine
		RequiresMountsFor=/srv/packages
		After=xendomains.service network.target

		[Service]
		Type=simple
		ExecStart=/rig/start
		StandardOutput=journal+console

		[Install]
		WantedBy=multi-user.target
	END
	ln -s ../rig.service "$root/etc/systemd/system/multi-user.target.wants/rig.service"
}
