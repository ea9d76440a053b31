# SPDX-License-Identifier: GPL-2.0
# Functions that dom0's scenarios call inside the guest.
# shellcheck shell=bash
# shellcheck source=tests/rig/common/wait.sh
. /rig/wait.sh
# shellcheck source=tests/rig/common/module.sh
. /rig/module.sh
# shellcheck source=tests/rig/common/fault.sh
. /rig/fault.sh
# shellcheck source=tests/rig/common/memory.sh
. /rig/memory.sh
# shellcheck source=tests/rig/common/sum.sh
. /rig/sum.sh

# $1: module, $2: kind, rest: parameters
front_load() {
	module_unload "$1" && module_load "$2" "$1" "${@:3}"
}

# An attribute of the queue or of the disk. $1: disk, $2: path under sysfs
disk_attr() {
	cat "/sys/block/$1/$2"
}

# Write, then verify by checksum what was written. $1: disk, $2: job name,
# rest: fio options
fio_verify() {
	local disk=$1 name=$2
	shift 2
	fio --name="$name" --filename="/dev/$disk" --direct=1 --ioengine=libaio \
		--verify=crc32c --verify_fatal=1 --verify_dump=0 --do_verify=1 \
		--randrepeat=1 --minimal --output="/run/rig/$name.fio" "$@" || {
		grep -v ";fio-" "/run/rig/$name.fio" | tail -n 5
		return 1
	}
}

# A load that goes on until stopped or until the disk fails it; its exit
# status lands in /run/rig/NAME.rc. $1: disk, $2: name, rest: fio options
load_start() {
	local disk=$1 name=$2
	shift 2
	rm -f "/run/rig/$name.rc"
	(
		fio --name="$name" --filename="/dev/$disk" --direct=1 \
			--ioengine=libaio --time_based --runtime=7200 --minimal \
			--output="/run/rig/$name.fio" "$@"
		echo $? >"/run/rig/$name.rc"
	) >"/run/rig/$name.log" 2>&1 &
	echo $! >"/run/rig/$name.pid"
}

load_running() {
	[ ! -s "/run/rig/$1.rc" ] && kill -0 "$(cat "/run/rig/$1.pid")"
}

# Wait until a disk is no more. $1: disk
disk_gone() {
	wait_for 10 test ! -e "/sys/block/$1"
}

# Requests that a disk has had answered. $1: disk
disk_done() {
	awk '{ print $1 + $5 }' "/sys/block/$1/stat"
}

# $1: disk, $2: more than so many
disk_done_more() {
	[ "$(disk_done "$1")" -gt "$2" ]
}

# Wait until I/O of the load has been seen on the disk.
load_busy() {
	wait_for 10 disk_done_more "$1" $(($(disk_done "$1") + 16))
}

# Exit status of a load that has ended, waiting for it. $1: name, $2: seconds
load_end() {
	local start=$SECONDS
	wait_for "$2" test -s "/run/rig/$1.rc" || {
		echo "load $1 has not ended in $((SECONDS - start)) s"
		return 1
	}
	echo "load $1 exit $(cat "/run/rig/$1.rc") after $((SECONDS - start)) s"
}

# End a load by force; it must not have met an error: fio says 128 when it
# ends by a signal.
load_stop() {
	pkill -INT -f "fio --name=$1 " || :
	load_end "$1" 30 || return
	case $(cat "/run/rig/$1.rc") in
	0 | 128) ;;
	*)
		tail -n 3 "/run/rig/$1.log" "/run/rig/$1.fio"
		return 1
		;;
	esac
}

# Run a command until load_last, with the number of the pass as first argument.
# $1: name, rest: command
load_loop() {
	local name=$1 pass=0
	shift
	rm -f "/run/rig/$name.stop" "/run/rig/$name.rc"
	(
		until [ -e "/run/rig/$name.stop" ]; do
			"$1" $((pass += 1)) "${@:2}" || break
			echo "passed $pass"
		done
		[ -e "/run/rig/$name.stop" ]
		echo $? >"/run/rig/$name.rc"
	) >"/run/rig/$name.log" 2>&1 &
}

# The last pass ends; none has met an error, or data of another. $1: name
load_last() {
	touch "/run/rig/$1.stop"
	load_end "$1" 30 || return
	tail -n 3 "/run/rig/$1.log"
	[ "$(cat "/run/rig/$1.rc")" = 0 ] && grep -q passed "/run/rig/$1.log"
}

# $1: pass, rest: as for fio_verify
verify_pass() {
	fio_verify "${@:2}" --randseed="$1"
}

# Write all and verify it by checksum, other data each time, until load_last.
# $1: disk, $2: name, rest: fio options
verify_load() {
	load_loop "$2" verify_pass "$@"
}

# How fast a load is. Fields of fio's terse output: 7, 8 are KiB and requests per
# second of reads, 48, 49 of writes; anything else it says is shown as it is.
# $1: file, rest: fio options
load_speed() {
	local file=$1
	shift
	fio --name=speed --filename="$file" --size=64m --direct=1 --ioengine=libaio \
		--time_based --runtime=4 --minimal "$@" 2>&1 | awk -F';' -v job="$*" \
		'NF > 49 { printf "%-40s %d KiB/s, %d requests/s\n", job, $7 + $48, $8 + $49; next } { print }'
}

# The sum of the first $2 MiB of a disk, read past every cache.
disk_sum() {
	dd if="/dev/$1" bs=1M count="$2" iflag=direct status=none | sum_of
}

# Devices that an HVM guest has found: the number of PCI controllers of IDE disks and of
# networks, then disks and interfaces by name.
emulated_devices() {
	modprobe -a ata_piix sd_mod && cd /sys/bus/pci/devices || return
	echo "$(cat -- */class | grep -c ^0x0101) $(cat -- */class | grep -c ^0x02)" \
		"$(awk '$4 ~ /^(sd|hd|vd|xvd)/ { print $4 }' /proc/partitions | sort | xargs)" \
		"$(awk -F: 'NR > 2 && $1 !~ /^ *lo$/ { print $1 }' /proc/net/dev | xargs)"
}
