# SPDX-License-Identifier: GPL-2.0
# Which kernels and which Xens the rig runs, and which of them "make check-matrix"
# puts together. The first row of each table is the default. The default release is
# this machine's own: its packages come through this machine's apt, everything else
# through a chroot of its release (tests/kernels/suites.sh).
# shellcheck shell=bash disable=SC2034 # read by others

HOST_SUITE=bookworm

# series, release, and what a guest's command line needs. Linux 7.x reads why the
# machine was reset from a place that a PV guest may not touch. Instead of a series there may
# be a kernel of tests/kernels/debug.sh: dom0's command line has the same as a guest's then.
RIG_KERNELS=(
	"6.1 bookworm"
	"6.12 trixie"
	"7.3 trixie initcall_blacklist=print_s5_reset_status_mmio"
	"debug bookworm page_poison=1"
)

# version, release: dom0's and the guest's programs come with it.
RIG_XENS=(
	"4.17 bookworm"
	"4.20 trixie"
)

# Kernel and Xen. Also which Xen goes with a kernel, and which kernel with a Xen,
# if only one is named.
RIG_MATRIX=(
	"6.1 4.17"
	"6.12 4.20"
	"7.3 4.20"
)

# A row of a table by its first word. $1: word, rest: table
platform_row() {
	local want=$1 row
	shift
	for row in "$@"; do
		[ "${row%% *}" != "$want" ] || echo "$row"
	done
}

# MiB of the emulated machine, of dom0, and of a guest, of which each MiB is filled, saved and
# given back page by page. A kernel that keeps records of each lock and object needs more.
RIG_MEMORY="4096 1536 256"
RIG_MEMORY_DEBUG="7168 3072 640"

# Kernels that run in guests only, which are PVH then: GUEST_KERNEL= is the name of one of
# tests/kernels/debug.sh. Also a guest's MiB and processors, and what its command line needs.
# Its processors do not sleep: the emulator loses a PVH guest that wakes up, now and then.
RIG_GUEST_KERNELS=(
	"kasan 640 1 kasan_multi_shot idle=poll"
	"kcsan 320 2 kcsan.early_enable=1 kcsan.skip_watch=20 kcsan.udelay_task=200 idle=poll"
)

# $1: series or version of a kernel, or the name of one in the table
platform_series() {
	if [ -n "$(platform_row "$1" "${RIG_KERNELS[@]}")" ]; then
		echo "$1"
		return
	fi
	sed -nE 's/^([0-9]+\.[0-9]+)([^0-9].*)?$/\1/p' <<<"$1"
}

# The other half of a row of the matrix. $1: field that is known, $2: its value
platform_partner() {
	printf '%s\n' "${RIG_MATRIX[@]}" |
		awk -v known="$1" -v value="$2" '$known == value { print $(3 - known); exit }'
}

# The kernel that was asked for: a series or a version. KERNEL= or KVER= or what
# goes with XEN=.
platform_wanted() {
	local wanted=${KERNEL:-${KVER:-}}
	[ -n "$wanted" ] || [ -z "${XEN:-}" ] || wanted=$(platform_partner 2 "$XEN")
	echo "${wanted:-${RIG_KERNELS[0]%% *}}"
}

# The version of Xen: XEN= or what goes with the kernel, or the default.
platform_xen() {
	local xen
	xen=${XEN:-$(platform_partner 1 "$(platform_series "$(platform_wanted)")")}
	echo "${xen:-${RIG_XENS[0]%% *}}"
}

# Name of the kernel that was asked for, if it is one of tests/kernels/debug.sh.
platform_debug() {
	! debug_kernel "$(platform_wanted)" || platform_wanted
}

# Name of the kernel of guests, if it is not dom0's.
platform_guest_kernel() {
	echo "${GUEST_KERNEL:-}"
}

# $1: which number of RIG_MEMORY
platform_memory() {
	local memory=$RIG_MEMORY
	[ -z "$(platform_debug)" ] || memory=$RIG_MEMORY_DEBUG
	cut -d ' ' -f "$1" <<<"$memory"
}

# Prints what the table says of the kernel of guests; nothing if that is dom0's.
# $1: fields, as of cut
platform_guest_says() {
	platform_row "$(platform_guest_kernel)" "${RIG_GUEST_KERNELS[@]}" | cut -d ' ' -f "$1"
}

# The same of a guest.
platform_guest_memory() {
	local memory
	memory=$(platform_guest_says 2)
	echo "${memory:-$(platform_memory 3)}"
}

# A PV guest has more processors than the machine, so that they are interrupted everywhere.
platform_guest_cpus() {
	local cpus
	cpus=$(platform_guest_says 3)
	echo "${cpus:-4}"
}

# Releases of the kernel and of Xen.
platform_kernel_suite() {
	local suite
	read -r _ suite _ < <(platform_row "$(platform_series "$(platform_wanted)")" "${RIG_KERNELS[@]}") || true
	echo "$suite"
}

platform_xen_suite() {
	local suite
	read -r _ suite < <(platform_row "$(platform_xen)" "${RIG_XENS[@]}") || true
	echo "$suite"
}

platform_guest_options() {
	local options
	if [ -n "$(platform_guest_kernel)" ]; then
		platform_guest_says 4-
		return
	fi
	read -r _ _ options < <(platform_row "$(platform_series "$(platform_wanted)")" "${RIG_KERNELS[@]}") || true
	echo "$options"
}

# What was asked for must be in the tables.
platform_check() {
	[ -n "$(platform_kernel_suite)" ] ||
		die "no kernel '$(platform_wanted)' for the rig; there are: ${RIG_KERNELS[*]%% *}"
	[ -z "$(platform_guest_kernel)" ] ||
		[ -n "$(platform_guest_says 1)" ] ||
		die "no kernel '$(platform_guest_kernel)' for guests; there are: ${RIG_GUEST_KERNELS[*]%% *}"
	[ -n "$(platform_xen_suite)" ] ||
		die "no Xen '$(platform_xen)' for the rig; there are: ${RIG_XENS[*]%% *}"
}

# Rows of the matrix that KERNEL= and XEN= leave; both together need not be in it.
# A pattern of kernels stands for its series.
platform_combinations() {
	local kernel xen series
	series=$(platform_series "${KERNEL:-}")
	if [ -n "$series" ] && [ -n "${XEN:-}" ]; then
		echo "$series $XEN"
		return
	fi
	[ -n "$series" ] || [ -z "${KERNEL:-}" ] || return 0
	printf '%s\n' "${RIG_MATRIX[@]}" | while read -r kernel xen; do
		if [ "$kernel" = "${series:-$kernel}" ] && [ "$xen" = "${XEN:-$xen}" ]; then
			echo "$kernel $xen"
		fi
	done
}
