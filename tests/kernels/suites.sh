# SPDX-License-Identifier: GPL-2.0
# Debian releases, each with the compiler that goes with its kernels: a chroot
# in the cache, into which headers are installed when they are asked for.
# shellcheck shell=bash

# name, then the archive's suites and components ("security" is on its own host)
SUITES=(
	"bookworm bookworm bookworm-updates security:bookworm-security"
	"trixie trixie trixie-updates security:trixie-security trixie-backports"
)
# Besides what headers depend on, of which the compiler is only a part; kernel-doc
# is Perl or Python, and modules are installed compressed.
SUITE_PACKAGES=gcc,make,perl,python3,kmod,xz-utils

KERNELS_DIR=$(dirname "$CACHE_DIR")/kernels
# Packages come and go; lists of them are fetched again after so many minutes.
LISTS_MINUTES=720

# Where this machine gets Debian from: asked again when apt's sources have changed.
# $1: end of the address, $2: if there is none
suites_mirror() {
	local found known=$KERNELS_DIR/mirror-$1
	if [ ! -s "$known" ] ||
		[ -n "$(find /etc/apt/sources.list* -newer "$known" -print -quit 2>/dev/null)" ]; then
		# shellcheck disable=SC2016 # apt fills it in
		found=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
			grep -m 1 "/$1/\$" || true)
		mkdir -p "$KERNELS_DIR"
		echo "${found:-$2}" >"$known"
	fi
	cat "$known"
}

# sources.list of a suite. $1: name
suite_sources() {
	local line name suites suite debian security
	debian=$(suites_mirror debian http://deb.debian.org/debian/)
	security=$(suites_mirror debian-security http://deb.debian.org/debian-security/)
	for line in "${SUITES[@]}"; do
		read -r name suites <<<"$line"
		[ "$name" = "$1" ] || continue
		for suite in $suites; do
			case $suite in
			security:*) echo "deb $security ${suite#security:} main" ;;
			*) echo "deb $debian $suite main" ;;
			esac
		done
	done
}

suite_names() {
	printf '%s\n' "${SUITES[@]%% *}"
}

# The chroot's folder; it exists only when complete. $1: suite
suite_dir() {
	local key
	key=$({
		suite_sources "$1"
		echo "$SUITE_PACKAGES"
	} | sha256sum | cut -c 1-16)
	echo "$KERNELS_DIR/$1-$key"
}

suite_build() {
	local work
	say "building a chroot of $1 (mmdebstrap, about 40 s)"
	work=$(mktemp -d "$KERNELS_DIR/build.XXXXXX")
	# Others than root look into it.
	chmod 755 "$work"
	suite_sources "$1" >"$work.list"
	(
		quietly "mmdebstrap-$1" mmdebstrap --variant=apt --include=$SUITE_PACKAGES \
			--dpkgopt='path-exclude=/usr/share/doc/*' \
			--dpkgopt='path-exclude=/usr/share/man/*' \
			--dpkgopt='path-exclude=/usr/share/locale/*' \
			"$1" "$work" "$work.list"
	) || {
		rm -rf "$work" "$work.list"
		exit 1
	}
	rm -f "$work.list"
	find "$KERNELS_DIR" -maxdepth 1 -name "$1-*" -mtime +3 -exec rm -rf {} +
	mv "$work" "$2"
}

# Package lists are there and new. $1: chroot
suite_update() {
	local stamp=$1/var/lib/apt/lists/stamp
	if [ -e "$stamp" ] && [ -z "$(find "$stamp" -mmin +$LISTS_MINUTES)" ]; then
		return
	fi
	quietly "apt-update-$(basename "$1")" chroot "$1" apt-get update
	touch "$stamp" "$1"
}

# Run a function while nobody else changes the chroots. $@: function, arguments
suites_locked() {
	local lock
	mkdir -p "$KERNELS_DIR"
	exec {lock}>"$KERNELS_DIR/lock"
	flock "$lock"
	"$@"
	exec {lock}>&-
}

suite_prepare() {
	local dir
	dir=$(suite_dir "$1")
	[ -d "$dir" ] || suite_build "$1" "$dir"
	suite_update "$dir"
}

# Build what is missing. $1: suite
suite_ensure() {
	suites_locked suite_prepare "$1"
}

# Kernel versions whose headers a suite has. $1: suite
suite_kernels() {
	chroot "$(suite_dir "$1")" apt-cache --names-only search '^linux-headers-[0-9].*-amd64$' |
		sed -nE 's/^linux-headers-([0-9]+\.[0-9]+\.[0-9][^ ]*) .*/\1/p' | sort -V
}

suite_headers_install() {
	quietly "headers-$2" chroot "$(suite_dir "$1")" env \
		DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
		"linux-headers-$2"
	rm -rf "$(suite_dir "$1")"/var/cache/apt/archives/*.deb
}

# Install the headers of a kernel and what they need. $1: suite, $2: kernel
suite_headers() {
	suites_locked suite_headers_install "$1" "$2"
}

# Run a command in a suite's chroot. $1: suite, $2: folder in it, $3: files that
# stand in for others, "file:stood for ..." or nothing, rest: command
suite_run() {
	local root
	root=$(suite_dir "$1")
	# Mounts are private to the command and end with it.
	# shellcheck disable=SC2016
	unshare --mount bash -ec '
		root=$1 dir=$2 masks=$3
		shift 3
		mount -t proc proc "$root/proc"
		for mask in $masks; do
			mount --bind "${mask%%:*}" "$root${mask#*:}"
		done
		exec chroot "$root" env -C "$dir" "$@"' - "$root" "${@:2}"
}

# The tree as it would be committed goes into a chroot. $1: folder
suite_copy_tree() (
	cd "$TREE_DIR" || exit
	{
		if [ -e .git ]; then
			git ls-files --cached --others --exclude-standard
		else
			find . -type f -not -path '*/build/*' -not -name '*.mod.c' -printf '%P\n'
		fi
	} | while read -r f; do
		[ ! -f "$f" ] || printf '%s\n' "$f"
	done | tar -cf - -T - | tar -xf - -C "$1"
)
