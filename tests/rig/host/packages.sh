# SPDX-License-Identifier: GPL-2.0
# Debian packages the host needs, and the versions the images are made of.
# shellcheck shell=bash

HOST_PACKAGES=(
	qemu-system-x86 seabios ipxe-qemu mmdebstrap cpio xz-utils zstd kmod
	e2fsprogs busybox-static binutils gcc libc6-dev make util-linux
)

XEN_PACKAGE=xen-hypervisor-4.17-amd64

packages_update() {
	say "apt-get update"
	quietly apt-update apt-get update
}

# True when apt knows the package. Lists can be missing on a fresh machine and
# stale on an old one, so callers update once and ask again.
package_known() {
	apt-cache show "$1" >/dev/null 2>&1
}

package_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

packages_missing() {
	local p
	for p in "$@"; do
		package_installed "$p" || echo "$p"
	done
}

packages_install() {
	local missing
	mapfile -t missing < <(packages_missing "$@")
	[ "${#missing[@]}" -eq 0 ] && return
	say "installing ${missing[*]}"
	DEBIAN_FRONTEND=noninteractive quietly apt-install \
		apt-get install -y --no-install-recommends "${missing[@]}"
}

# The kernel that dom0 and guest run: KVER= or the newest Debian offers.
kernel_version() {
	if [ -n "${KVER:-}" ]; then
		echo "$KVER"
		return
	fi
	apt-cache depends linux-image-amd64 2>/dev/null |
		sed -n 's/.*Depends: linux-image-\(.*-amd64\)$/\1/p' | head -n 1
}

package_version() {
	apt-cache policy "$1" | sed -n 's/^ *Candidate: //p'
}

# Download a package into the current folder and unpack it; never installed.
# $1: package, $2: folder
package_unpack() {
	quietly "download-$1" apt-get download "$1"
	dpkg -x "$1"_*.deb "$2"
	rm -f "$1"_*.deb
}

packages_ensure() {
	local kver
	if ! package_known linux-image-amd64 || ! package_known $XEN_PACKAGE; then
		packages_update
	fi
	kver=$(kernel_version)
	[ -n "$kver" ] || die "apt knows no linux-image-amd64; is Debian 12's archive configured?"
	package_known "linux-headers-$kver" || packages_update
	packages_install "${HOST_PACKAGES[@]}" "linux-headers-$kver"
}
