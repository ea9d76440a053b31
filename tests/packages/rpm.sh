# SPDX-License-Identifier: GPL-2.0
# Binary RPMs from the source RPMs, with Debian's rpm. Needs $work and $kernel.
# shellcheck shell=bash disable=SC2154

# $1: suse or redhat
rpm_build() {
	local dir=$work/rpm-$1
	mkdir -p "$dir"
	HOME=$dir rpmbuild --rebuild --nodeps --quiet --define "_topdir $dir" \
		--define "xsplit_kernel $kernel" \
		--load tests/packages/rpm.macros \
		build/rpm/"$1"/*.src.rpm >"$dir/log" 2>&1 || {
		tail -n 20 "$dir/log"
		return 1
	}
}

# All modules are in the package, in the folder that wins. $1: suse or redhat
rpm_has_modules() {
	local m
	rpm_build "$1" || return
	rpm -qpl "$work/rpm-$1"/RPMS/*/*kmp*.rpm >"$work/files" || return
	cat "$work/files"
	for m in xen-split blkback/xen-blkback blkfront/xen-blkfront netback/xen-netback \
		netfront/xen-netfront; do
		grep -x "/lib/modules/$kernel/updates/$m.ko" "$work/files" || return
	done
}
