# SPDX-License-Identifier: GPL-2.0
# Debian packages the host needs, and the versions the images are made of.
# shellcheck shell=bash

# shellcheck source=tests/rig/host/platforms.sh
. "$RIG_DIR/host/platforms.sh"
# shellcheck source=tests/kernels/suites.sh
. "$TREE_DIR/tests/kernels/suites.sh"
# shellcheck source=tests/kernels/debug.sh
. "$TREE_DIR/tests/kernels/debug.sh"

HOST_PACKAGES=(
	qemu-system-x86 seabios ipxe-qemu mmdebstrap cpio xz-utils zstd kmod
	e2fsprogs busybox-static binutils gcc libc6-dev make util-linux python3 tmux
)

# One at a time: parts of "make check" run beside each other.
APT_LOCK=/run/lock/xen-split.apt

packages_update() {
	say "apt-get update"
	quietly apt-update flock "$APT_LOCK" apt-get update
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
		flock "$APT_LOCK" apt-get install -y --no-install-recommends "${missing[@]}"
}

# Run a command where a release's packages are known: here or in its chroot.
# $1: release, rest: command
suite_apt() {
	if [ "$1" = "$HOST_SUITE" ]; then
		"${@:2}"
	else
		chroot "$(suite_dir "$1")" "${@:2}"
	fi
}

# The kernel that dom0 and guest run: a version as it was named, or the newest of
# its series.
kernel_version() {
	local wanted suite
	platform_check
	wanted=$(platform_wanted)
	suite=$(platform_kernel_suite)
	if [ -n "$(platform_debug)" ]; then
		debug_version "$wanted"
	elif [[ $wanted == *-* ]]; then
		echo "$wanted"
	elif [ "$suite" = "$HOST_SUITE" ]; then
		apt-cache depends linux-image-amd64 2>/dev/null |
			sed -n 's/.*Depends: linux-image-\(.*-amd64\)$/\1/p' | head -n 1
	else
		suite_kernels "$suite" | grep "^${wanted//./\\.}\." |
			grep -vE -e '-(rt|cloud)-' | tail -n 1
	fi
}

# $1: release, $2: package
package_version() {
	suite_apt "$1" apt-cache policy "$2" | sed -n 's/^ *Candidate: //p'
}

# Download a package and unpack it; never installed.
# $1: release, $2: package, $3: folder
package_unpack() {
	local root='' place
	[ "$1" = "$HOST_SUITE" ] || root=$(suite_dir "$1")
	place=$(mktemp -d "$root/tmp/fetch.XXXXXX")
	chmod 777 "$place"
	quietly "download-$2" suite_apt "$1" env -C "${place#"$root"}" apt-get download "$2"
	dpkg -x "$place"/*.deb "$3"
	rm -rf "$place"
}

# The packages a kernel's files are in: one, or since 7.3 four.
# $1: release, $2: kernel
kernel_packages() {
	local p
	for p in image binary modules base; do
		! suite_apt "$1" apt-cache show "linux-$p-$2" >/dev/null 2>&1 || echo "linux-$p-$2"
	done
}

packages_ensure() {
	local suite kver xen
	platform_check
	xen=xen-hypervisor-$(platform_xen)-amd64
	if ! package_known linux-image-amd64 ||
		{ [ "$(platform_xen_suite)" = "$HOST_SUITE" ] && ! package_known "$xen"; }; then
		packages_update
	fi
	packages_install "${HOST_PACKAGES[@]}"
	for suite in "$(platform_kernel_suite)" "$(platform_xen_suite)"; do
		[ "$suite" = "$HOST_SUITE" ] || suite_ensure "$suite"
	done
	[ -z "$(platform_guest_kernel)" ] || debug_ensure "$(platform_guest_kernel)"
	if [ -n "$(platform_debug)" ]; then
		debug_ensure "$(platform_debug)"
		return
	fi
	kver=$(kernel_version)
	[ -n "$kver" ] || die "no kernel '$(platform_wanted)'; is Debian's archive configured?"
	packages_ensure_headers "$(platform_kernel_suite)" "$kver"
}

# $1: release, $2: kernel
packages_ensure_headers() {
	if [ "$1" != "$HOST_SUITE" ]; then
		[ -e "$(suite_dir "$1")/usr/src/linux-headers-$2/Makefile" ] || suite_headers "$1" "$2"
		return
	fi
	package_known "linux-headers-$2" || packages_update
	packages_install "linux-headers-$2"
}
