# SPDX-License-Identifier: GPL-2.0
# Whose modules serve, in either machine. A line is printed for each.
# shellcheck shell=bash
# shellcheck source=tests/rig/common/wait.sh
. /rig/wait.sh
# shellcheck source=tests/rig/common/module.sh
. /rig/module.sh

# The loaded module must be that file. $1: module, $2: file
serves_file() {
	local loaded file
	loaded=$(module_build_id "$1")
	file=$(readelf -n "$2" | sed -n 's/.*Build ID: //p')
	echo "$1 $2 version $(modinfo -F version "$2") build-id $loaded"
	if [ -z "$loaded" ] || [ "$loaded" != "$file" ]; then
		echo "$1: loaded is $loaded, the file is $file"
		return 1
	fi
}

# $1: version, rest: modules
serves_ours() {
	local version=$1 m file
	shift
	for m in xen-split "$@"; do
		file=$(modinfo -n "$m")
		[[ $file == */updates/dkms/$m.ko ]] || {
			echo "modprobe would take $file"
			return 1
		}
		serves_file "$m" "$file" || return
		[ "$(cat "/sys/module/${m//-/_}/version")" = "$version" ] || {
			echo "$m: version $(cat "/sys/module/${m//-/_}/version"), not $version"
			return 1
		}
		[ "$(cat "/sys/module/${m//-/_}/srcversion")" = "$(modinfo -F srcversion "$file")" ] ||
			return
	done
}

# $1...: modules
serves_intree() {
	local m file
	for m in "$@"; do
		file=$(modinfo -n "$m")
		[[ $file == */kernel/drivers/* ]] || {
			echo "modprobe would take $file"
			return 1
		}
		serves_file "$m" "$file" || return
	done
	! module_loaded xen-split
}

# Packages from the local repository. The compiler's results are on the same drive: under
# emulation it would take a quarter of an hour. $1...: apt-get's arguments
packages() {
	DEBIAN_FRONTEND=noninteractive DEBIAN_KERNEL_USE_CCACHE=1 CCACHE_READONLY=1 \
		CCACHE_NOSTATS=1 CCACHE_DIR=/srv/packages/ccache CCACHE_TEMPDIR=/tmp \
		apt-get -y --no-install-recommends "$@"
}

# $1: version
packages_upgrade() {
	packages update || return
	packages install xen-split-dkms || return
	[ "$(dpkg-query -W -f '${Version}' xen-split-dkms)" = "$1-1" ]
}
