# SPDX-License-Identifier: GPL-2.0
# Devices are taken away in every state they can be in, asked or forced, and come
# back under the same number and under another one. The guest goes on, and so do
# its other devices.
# shellcheck shell=bash

# A life is STATE:HOW:DEVICE; HOW is asked or forced.

# All states in both ways under two numbers. $1, $2: devices, rest: states
detach_lives() {
	local state how dev
	for state in "${@:3}"; do
		for how in asked forced; do
			for dev in "$1" "$2"; do
				echo "$state:$how:$dev"
			done
		done
	done
}

# Neither a device nor what it was. $1: on the bus, rest: files that it had
guest_device_gone() {
	guest_run "$GUEST" 15 "for f in /sys/bus/xen/devices/$1 ${*:2}; do [ ! -e \$f ] || exit 1; done"
}

# --- disks ---------------------------------------------------------------------

# Nobody has connected to it.
disk_until_never() {
	check "the guest keeps its driver off" hostile_guest 10 "hostile_autoprobe 0"
	check "attach $1" vbd_offer "$GUEST" "$LOOP" "$1"
	check "offered" wait_for 10 hostile_offered "$(vbd_back "$GUEST" "$1")"
}

disk_after_never() {
	check "the guest has its driver back" hostile_guest 10 "hostile_autoprobe 1"
}

disk_front_waits() {
	[ "$(vbd_front_key "$GUEST" "$1" state)" = 3 ]
}

# The back waits for a backing device that does not come.
disk_until_connecting() {
	check "attach $1 without a backing device" \
		vbd_offer "$GUEST" withheld "$1"
	check "the front waits" wait_for 10 disk_front_waits "$1"
}

# Somewhere between the two, or just behind.
disk_until_midway() {
	local after=0.$RANDOM
	check "attach $1" vbd_offer "$GUEST" "$LOOP" "$1"
	passed "after $after s" && sleep $after
}

disk_until_connected() {
	check "attach $1" vbd_attach "$GUEST" "$LOOP" "$1"
	check_is "bytes of $1" "$(disk_backing_sum data)" "$(guest_run "$GUEST" 30 "disk_sum $1 16")"
}

disk_until_used() {
	disk_until_connected "$1"
	check "start a load" guest_run "$GUEST" 15 \
		"load_start $1 victim --rw=randrw --bs=16k --iodepth=16 --size=16m; load_busy $1"
}

disk_after_used() {
	check "its load ended" guest_run "$GUEST" 30 'load_end victim 30'
}

# What was synced is there afterwards, whatever happened to the rest.
disk_until_mounted() {
	mkfs.ext4 -q -F "$DISK_DIR"/data
	check "attach $1" vbd_attach "$GUEST" "$LOOP" "$1"
	check "mount" guest_run "$GUEST" 20 "mount -t ext4 /dev/$1 /mnt &&
		dd if=/dev/urandom of=/mnt/kept bs=64k count=16 conv=fsync status=none"
	KEPT=$(guest_run "$GUEST" 20 'sha256sum </mnt/kept')
	check "write on" guest_run "$GUEST" 10 \
		'(while dd if=/dev/zero of=/mnt/more bs=64k count=64 conv=fsync; do :; done) >/dev/null 2>&1 &'
}

disk_after_mounted() {
	check "unmount" guest_run "$GUEST" 30 \
		"for i in \$(seq 50); do umount /mnt && exit; sleep 0.2; done; exit 1"
	e2fsck -fp "$DISK_DIR"/data || [ $? -le 1 ] || fail "the file system is damaged"
	check_is "what was synced" "$KEPT" "$(debugfs -R 'cat kept' "$DISK_DIR"/data 2>/dev/null | sha256sum)"
}

disk_detach_asked() {
	check "$1: detach $2" vbd_detach "$GUEST" "$2"
}

disk_detach_forced() {
	check "$1: take $2 away" vbd_detach "$GUEST" "$2" --force
}

# $1: life
detach_disk_life() {
	local state how disk
	IFS=: read -r state how disk <<<"$1"
	"disk_until_$state" "$disk"
	"disk_detach_$how" "$state" "$disk"
	! declare -F "disk_after_$state" >/dev/null || "disk_after_$state" "$disk"
	check "$state: the guest has no $disk" wait_for 20 guest_device_gone \
		"vbd-$(vbd_id "$disk")" "/sys/block/$disk"
}

# Rest: lives
detach_disk() {
	local life stay
	stay=$(disk_new stay 16)
	LOOP=$(disk_new data 16)
	head -c 16M /dev/urandom >"$DISK_DIR"/data
	check "attach a witness" vbd_attach "$GUEST" "$stay" xvdh
	check "start its load" guest_run "$GUEST" 15 \
		'load_start xvdh stay --rw=randwrite --bs=4k --iodepth=4 --size=16m --rate_iops=50'
	for life in "$@"; do
		detach_disk_life "$life"
	done
	disk_until_connected xvdb
	check "detach" vbd_detach "$GUEST" xvdb
	check "the witness' load ran on" guest_run "$GUEST" 15 'load_running stay'
	check "and had no error" guest_run "$GUEST" 40 'load_stop stay'
	same_bytes xvdh stay 16
	check "detach the witness" vbd_detach "$GUEST" xvdh
}

detach_disk_running() {
	local lives=(never:asked:xvdb connecting:asked:xvdb connected:asked:xvdc
		used:forced:xvdb mounted:asked:xvdb)
	# shellcheck disable=SC2207
	[ "$(rounds 1 2)" = 1 ] || lives=($(detach_lives xvdb xvdc never connecting midway \
		midway midway connected used mounted))
	detach_disk "${lives[@]}"
}

scenario detach-disk 90 long:900 detach_disk_running
