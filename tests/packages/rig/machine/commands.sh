# SPDX-License-Identifier: GPL-2.0
# What dom0 asks of the guest: its disk.
# shellcheck shell=bash
# shellcheck source=tests/packages/rig/machine/checks.sh
. /rig/checks.sh

load=/run/load

# Root is on xvda, and what is written to it can be read again from the disk.
disk_works() {
	[ "$(findmnt -n -o SOURCE /)" = /dev/xvda ] || {
		findmnt /
		return 1
	}
	disk_written
}

disk_written() {
	local written
	written=$(head -c 1M /dev/urandom | tee /root/written | sha256sum) || return
	sync /root/written || return
	echo 1 >/proc/sys/vm/drop_caches
	[ "$(sha256sum </root/written)" = "$written" ]
}

# Write, read back and ping until /run/load/stop; a line for each round in done.
load_begin() {
	rm -rf $load
	mkdir $load
	setsid bash -c '. /rig/commands.sh; . /rig/nic.sh; load_rounds' >$load/log 2>&1 </dev/null &
}

load_rounds() {
	while [ ! -e $load/stop ]; do
		disk_written || touch $load/failed
		nic_works >/dev/null || echo "no ping" >>$load/lost
		echo >>$load/done
	done
	touch $load/ended
}

# Rounds that were done by now.
load_count() {
	wc -l <$load/done
}

# It has ended, and the disk never failed.
load_end() {
	touch $load/stop
	wait_for 60 [ -e $load/ended ] || return
	echo "$(load_count) rounds, $(wc -l 2>/dev/null <$load/lost || echo 0) without a ping"
	cat $load/log
	[ ! -e $load/failed ]
}
