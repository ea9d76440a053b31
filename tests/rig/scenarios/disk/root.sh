# SPDX-License-Identifier: GPL-2.0
# The guest's root file system is on the disk under test.
# shellcheck shell=bash

# dom0's third drive holds the guest's root file system.
ROOT_DRIVE=/dev/vdc

root_sums() {
	guest_run root 60 "echo 3 >/proc/sys/vm/drop_caches
		find /usr/bin -type f -size -200k | sort | xargs cat | sum_of"
}

root_create() {
	local options="rig.root=xvda rig.front=$1"
	check "boot" guest_create root "'phy:$ROOT_DRIVE,xvda,w'" "$options"
	check_is "root file system" "/dev/xvda ext4" \
		"$(guest_run root 15 "findmnt -n -o SOURCE,FSTYPE / | tr -s ' '")"
	check "front driver" guest_run root 15 "module_verify $1 xen-blkfront"
}

ext4_root() {
	local sum first
	trap_guest root
	root_create "${SCENARIO_FRONT[ext4-root]%% *}"
	first=$(root_sums)
	check_is "programs read twice" "$first" "$(root_sums)"
	check "fio in a file" guest_run root 60 "fio --name=file --directory=/root \
		--size=24m --rw=randwrite --bs=4k-64k --direct=1 --ioengine=libaio \
		--iodepth=16 --verify=crc32c --verify_fatal=1 --fsync=64 --minimal >/dev/null"
	sum=$(guest_run root 30 "cp -r /usr/sbin /root/copy && sync &&
		sum_of </root/file.0.0")
	check "remount read-only" guest_run root 30 "sync; mount -o remount,ro /"
	guest_destroy root
	check "file system is sound" e2fsck -fn $ROOT_DRIVE
	mkdir -p "$RUN"/mnt
	mount -o ro $ROOT_DRIVE "$RUN"/mnt
	check_is "file in dom0" "$sum" "$(sum_of <"$RUN"/mnt/root/file.0.0)"
	check "copies in dom0" diff -rq --no-dereference "$RUN"/mnt/usr/sbin "$RUN"/mnt/root/copy
	umount "$RUN"/mnt
}

scenario ext4-root 150 ext4_root
