# SPDX-License-Identifier: GPL-2.0
# Fill memory, and look for what has leaked. Runs in dom0 and in the guest.
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

# What the kernel knows of objects that nobody points to: an object counts if it is five
# seconds old, and two scans have found it unchanged.
kmemleak_look() {
	local f=/sys/kernel/debug/kmemleak
	sleep 6
	echo scan >$f && echo scan >$f && cat $f
}

# Fails if there are any. They are in the kernel's log then.
kmemleak_scan() {
	local found=/run/rig/kmemleak
	kmemleak_look >$found || return
	grep -q '^unreferenced' $found || return 0
	cat $found >/dev/kmsg
	echo "$(grep -c '^unreferenced' $found) objects, first: $(head -n 12 $found | xargs)"
	return 1
}

# A report ends the search for others.
lockdep_runs() {
	grep -q 'debug_locks: *1' /proc/lockdep_stats
}
