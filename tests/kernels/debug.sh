# SPDX-License-Identifier: GPL-2.0
# Kernels that notice what Debian's do not, or need less, built from Debian's source with the
# fragments and patches in tests/kernels/debug. They stay in the cache, one folder per hash of what
# they are built from, and are no packages: tree/ is what modules are built with, and
# kern/ has the kernel, its configuration and its modules.
# shellcheck shell=bash

# name, package of its source, fragments
DEBUG_KERNELS=(
	"debug linux-source-6.1 rig checks debug"
	"small linux-source-6.1 small"
	"kasan linux-source-6.1 guest kasan"
	"kcsan linux-source-6.1 guest kcsan"
)
# How many processes build one.
DEBUG_JOBS=${DEBUG_JOBS:-$(nproc)}
DEBUG_PACKAGES=(bc bison flex patch libelf-dev libc6-dev gcc make perl python3 kmod xz-utils zstd)
DEBUG_DIR=$(dirname "$CACHE_DIR")/debug
DEBUG_FRAGMENTS=$TREE_DIR/tests/kernels/debug

# Is it the name of one? $1: name
debug_kernel() {
	[ -n "$(debug_row "$1")" ]
}

debug_row() {
	local row
	for row in "${DEBUG_KERNELS[@]}"; do
		[ "${row%% *}" != "$1" ] || echo "$row"
	done
}

# Its source's version in Debian. $1: name
debug_source() {
	local package
	read -r _ package _ < <(debug_row "$1")
	echo "$package-$(apt-cache policy "$package" | sed -n 's/^ *Candidate: //p')"
}

# Where its source is, patched. $1: name
debug_source_dir() {
	echo "$DEBUG_DIR/$(debug_source "$1")-$(cat "$DEBUG_FRAGMENTS"/*.patch | sha256sum | cut -c 1-8)"
}

# Paths of its fragments. $1: name
debug_fragments() {
	local fragments f
	read -r _ _ fragments < <(debug_row "$1")
	for f in $fragments; do
		echo "$DEBUG_FRAGMENTS/$f.config"
	done
}

# Words for make's command line: a file of its own beside the fragment of the same name. $1: name
debug_make_words() {
	[ ! -e "$DEBUG_FRAGMENTS/$1.make" ] || grep -v '^#' "$DEBUG_FRAGMENTS/$1.make"
}

# Its folder, complete when there is a file "ready" in it. $1: name
debug_dir() {
	local fragments key
	mapfile -t fragments < <(debug_fragments "$1")
	key=$({
		debug_source "$1"
		gcc --version | head -n 1
		cat "${fragments[@]}" "$DEBUG_FRAGMENTS"/*.patch
		debug_make_words "$1"
	} | sha256sum | cut -c 1-16)
	echo "$DEBUG_DIR/$1-$key"
}

# $1: name
debug_version() {
	cat "$(debug_dir "$1")/ready"
}

debug_unpack() {
	local work patch
	[ ! -d "$1" ] || return 0
	say "unpacking $(basename "$1")"
	work=$(mktemp -d "$DEBUG_DIR/unpack.XXXXXX")
	package_unpack "$HOST_SUITE" "$2" "$work"
	mkdir "$work/source"
	tar -C "$work/source" --strip-components=1 -xf "$work"/usr/src/linux-source-*.tar.xz
	for patch in "$DEBUG_FRAGMENTS"/*.patch; do
		patch -s -d "$work/source" -p1 <"$patch"
	done
	mv "$work/source" "$1"
	rm -rf "$work"
}

# Each line of the fragments must be in force. $1: fragments, $2: configuration
debug_config_check() {
	awk -F = '
		FILENAME == ARGV[2] { if (/^CONFIG_/) is[$1] = $0; next }
		/^CONFIG_/ { want[$1] = $2 == "n" ? "" : $0 }
		END {
			for (name in want)
				if (is[name] != want[name]) {
					print name " has not the value that a fragment gives it: " is[name]
					rc = 1
				}
			exit rc
		}' "$1" "$2"
}

# Of the many objects only those are kept that modules are built with. $1: tree
debug_slim() {
	find "$1" \( -path "$1/scripts" -o -path "$1/tools" \) -prune -o \
		-type f \( -name '*.[oa]' -o -name '*.ko' -o -name '.*.cmd' -o -name 'vmlinux*' \) \
		-exec rm -f {} +
}

# $1: name, $2: source, $3: folder
debug_build() {
	local tree=$3/tree kern=$3/kern version kmake fragments words
	mapfile -t fragments < <(debug_fragments "$1")
	mapfile -t words < <(debug_make_words "$1")
	rm -rf "$kern"
	mkdir -p "$tree" "$kern/boot"
	cat "${fragments[@]}" >"$3/fragments"
	kmake=(make -C "$2" "O=$tree" "-j$DEBUG_JOBS" "${words[@]}")
	quietly "$1-config" "${kmake[@]}" "KCONFIG_ALLCONFIG=$3/fragments" allnoconfig
	debug_config_check "$3/fragments" "$tree/.config" >&2
	say "building the kernel '$1' (a quarter of an hour on two processors)"
	quietly "$1-build" "${kmake[@]}" bzImage modules
	quietly "$1-install" "${kmake[@]}" "INSTALL_MOD_PATH=$kern" modules_install
	version=$(make -s -C "$2" "O=$tree" kernelrelease)
	rm -f "$kern/lib/modules/$version"/{build,source}
	cp "$tree/arch/x86/boot/bzImage" "$kern/boot/vmlinuz-$version"
	cp "$tree/.config" "$kern/boot/config-$version"
	debug_slim "$tree"
	echo "$version" >"$3/ready"
}

# The source is shared, a kernel's folder is not: who has a kernel does not wait for who builds
# another. $1: lock, rest: command
debug_locked() {
	local lock
	exec {lock}>"$DEBUG_DIR/$1"
	flock "$lock"
	"${@:2}"
	exec {lock}>&-
}

# $1: name, $2: package, $3: source, $4: folder
debug_ensure_built() {
	[ ! -e "$4/ready" ] || return 0
	[ -d "$3" ] || debug_locked lock debug_unpack "$3" "$2"
	debug_build "$1" "$3" "$4"
	find "$DEBUG_DIR" -maxdepth 1 \( -name "$1-*" -o -name "$2-*" \) -mtime +3 \
		! -path "$4" ! -path "$3" -exec rm -rf {} +
}

# Build it if it is not there; one that was interrupted goes on where it was. $1: name
debug_ensure() {
	local dir source package
	read -r _ package _ < <(debug_row "$1")
	package_known "$package" || packages_update
	packages_install "${DEBUG_PACKAGES[@]}"
	dir=$(debug_dir "$1")
	source=$(debug_source_dir "$1")
	mkdir -p "$DEBUG_DIR"
	debug_locked "lock.$1" debug_ensure_built "$1" "$package" "$source" "$dir"
	touch "$dir" "$source"
}
