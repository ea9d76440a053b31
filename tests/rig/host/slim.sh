# SPDX-License-Identifier: GPL-2.0
# Programs without the libraries that the rig has no use for. Debian's fio is linked to
# the clients of several storage clusters, with all they need in turn: 60 libraries, 69 MB
# of each guest's initramfs and 1670 of 2248 page faults at each start, which under
# emulation is a second.
# shellcheck shell=bash

# What a program takes from a library, as NAME or NAME@VERSION.
# $1: program, $2: library
slim_symbols() {
	comm -12 <(nm -D --undefined-only "$1" | awk '{ print $2 }' | sort -u) \
		<(nm -D --defined-only "$2" | awk '{ sub("@@", "@", $3); print $3 }' | sort -u)
}

# Functions that end whoever calls them. stdin: symbols
slim_source() {
	sed 's/@.*//' | sort -u | awk '{
		print ".globl " $1 "\n.type " $1 ", @function\n" $1 ":"
	} END { print "\tud2\n.section .note.GNU-stack" }'
}

# Which version each of them has, for the linker. stdin: symbols
slim_versions() {
	awk -F@ '$2 { names[$2] = names[$2] $1 "; " }
		END { for (v in names) print v " { " names[v] "};" }'
}

# Put another one in a library's place, which has just the names that the program asks
# for. $1: program, $2: library
slim_library() {
	local dir versions=()
	dir=$(mktemp -d)
	slim_symbols "$1" "$2" >"$dir/symbols"
	slim_source <"$dir/symbols" >"$dir/names.s"
	slim_versions <"$dir/symbols" >"$dir/versions"
	[ ! -s "$dir/versions" ] || versions=("-Wl,--version-script=$dir/versions")
	gcc -shared -nostdlib -Wl,-soname,"$(basename "$2")" "${versions[@]}" \
		-o "$dir/library" "$dir/names.s"
	rm "$2"
	install -m 644 "$dir/library" "$2"
	rm -r "$dir"
}

# $1: tree of a Debian, $2: program in it, rest: libraries that it does without
slim_program() {
	local tree=$1 program=$2 lib
	shift 2
	readelf -d "$tree$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
		while read -r lib; do
			[[ " $* " != *" ${lib%%.so*} "* ]] ||
				slim_library "$tree$program" "$tree/usr/lib/x86_64-linux-gnu/$lib"
		done
	chroot "$tree" "$program" --version >/dev/null || die "$program does without too much"
}
