# SPDX-License-Identifier: GPL-2.0
# Fill memory. Runs in dom0 and in the guest.
# shellcheck shell=bash

MEMORY_HOG=/run/rig/hog

# In MiB.
memory_available() {
	awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo
}

# Use up all memory but so many MiB, with a tmpfs, since there is no swap. $1: MiB
memory_hog() {
	mkdir -p $MEMORY_HOG
	mount -t tmpfs -o size=100% hog $MEMORY_HOG || return
	dd if=/dev/zero of=$MEMORY_HOG/hog bs=1M count=$(($(memory_available) - $1)) 2>&1 || return
	echo "$(memory_available) MiB are left"
}

memory_give_back() {
	! grep -q " $MEMORY_HOG " /proc/mounts || umount $MEMORY_HOG
}
