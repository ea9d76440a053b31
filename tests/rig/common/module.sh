# SPDX-License-Identifier: GPL-2.0
# Which module file is loaded, on either side. Runs in dom0 and in the guest.
# shellcheck shell=bash

MODULE_IDS=/rig/modules.ids

# $1: kind (ours, intree), $2: module; prints its file
module_file() {
	awk -v k="$1" -v m="$2" -v d="/lib/modules/$(uname -r)/" \
		'$1 == k && $2 == m { print d $3 }' $MODULE_IDS
}

module_loaded() {
	[ -d "/sys/module/${1//-/_}" ]
}

# Build id of the loaded module: the last 20 bytes of its ELF note.
module_build_id() {
	local out
	out=$(od -An -v -tx1 -w256 "/sys/module/${1//-/_}/notes/.note.gnu.build-id")
	out=${out// /}
	echo "${out: -40}"
}

# The loaded module must be the file of that kind: same build id, same
# srcversion. Prints one line about it. Asked several times a scenario: with as
# few processes as can be. $1: kind, $2: module
module_verify() {
	local kind=$1 mod=$2 k m file id src loaded_id loaded_src=-
	module_loaded "$mod" || {
		echo "$mod is not loaded"
		return 1
	}
	while read -r k m file id src; do
		[ "$k $m" != "$kind $mod" ] || break
	done <$MODULE_IDS
	loaded_id=$(module_build_id "$mod")
	# The kernel's own have none.
	[ ! -e "/sys/module/${mod//-/_}/srcversion" ] ||
		read -r loaded_src <"/sys/module/${mod//-/_}/srcversion"
	echo "$mod $kind ${file:-MISSING} srcversion $loaded_src build-id $loaded_id"
	[ -n "$file" ] && [ "$loaded_id" = "$id" ] && [ "$loaded_src" = "$src" ]
}

# Unload a module and the helper that only it uses.
module_unload() {
	module_loaded "$1" || return 0
	rmmod "$1" || return
	! module_loaded xen-split ||
		[ "$(cat /sys/module/xen_split/refcnt)" != 0 ] || rmmod xen-split
}

# Load by name when it is ours, so that modprobe's choice is under test too;
# the kernel's own only by its path. $1: kind, $2: module, rest: parameters
module_load() {
	local kind=$1 mod=$2 file
	shift 2
	file=$(module_file "$kind" "$mod")
	[ -n "$file" ] || {
		echo "no $kind $mod"
		return 1
	}
	if [ "$kind" = ours ]; then
		[ "$(modinfo -n "$mod")" = "$file" ] || {
			echo "modprobe would take $(modinfo -n "$mod")"
			return 1
		}
		modprobe "$mod" "$@" || return
	else
		insmod "$file" "$@" || return
	fi
	module_verify "$kind" "$mod"
}
