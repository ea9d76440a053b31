# SPDX-License-Identifier: GPL-2.0
# Statistics are read all the time, while the devices that they are about come and go.
# shellcheck shell=bash

# Read everything about the guest's devices until killed. $1: number of the guest
statistics_readers() {
	local dev
	while :; do
		cat /sys/kernel/debug/xen-split/v*-"$1"-*/* /sys/kernel/debug/xen-netback/vif"$1".*/* \
			/sys/bus/xen-backend/devices/v*-"$1"-*/statistics/*
		for dev in /sys/class/net/vif"$1".*; do
			ethtool -S "${dev##*/}"
			ip -s link show "${dev##*/}"
		done
		nap 0.05
	done >/dev/null 2>&1
}

# What a device has ever done, again and again. $1: number of the guest, $2: of the disk
statistics_sums() {
	local disk="/sys/bus/xen-backend/devices/vbd-$1-$2/statistics/wr_req"
	while :; do
		echo "$(cat "$disk" 2>/dev/null || echo 0)" \
			"$(cat "/sys/class/net/vif$1.0/statistics/rx_bytes" 2>/dev/null || echo 0)"
		nap 0.1
	done
}

# A sum includes earlier connections, so it never falls. $1: file of sums, $2: column, $3: text
statistics_judge() {
	awk -v c="$2" -v what="$3" '
		# There is none before a device comes and after it has gone.
		!($c + 0) { next }
		$c < last { print what " fell from " last " to " $c; bad = 1; exit }
		{ last = $c; n++ }
		END { if (!bad && n < 20) { print what ": " n + 0 " numbers read"; bad = 1 }
			exit bad }' "$1" || return
	passed "$3 never fell in $(wc -l <"$1") readings"
}

statistics_end() {
	kill "${STATISTICS_PIDS[@]}" 2>/dev/null || :
	function_fault_end
}

# The readers are delayed where they have found a queue, or its rings, and not read it yet.
# $1: number of the guest
statistics_begin() {
	local at=xbb_count_stats,xnb_count_sum,xnb_io_ring_show,counters_show
	STATISTICS_PIDS=()
	at_end statistics_end
	check "readers are delayed" function_fault "of=xen_ at=$at delay_ms=10,2,20,5"
	statistics_readers "$1" &
	STATISTICS_PIDS+=($!)
}

# $1: at least so many
statistics_delayed() {
	local hits
	hits=$(function_fault_get hits)
	[ "$hits" -ge "$1" ] || fail "$hits readers were delayed"
	passed "$hits readers were delayed"
}

statistics_read() {
	local id loop i
	id=$(cat "$RUN/$GUEST.id")
	loop=$(disk_new data 8)
	check "attach a disk" vbd_attach "$GUEST" "$loop" xvdb
	net_pair "$GUEST" 0
	statistics_begin "$id"
	statistics_sums "$id" "$(vbd_id xvdb)" >"$RUN/sums" &
	STATISTICS_PIDS+=($!)
	for i in $(seq "$(rounds 4 40)"); do
		check "data $i" guest_run "$GUEST" 60 \
			"dd if=/dev/zero of=/dev/xvdb bs=64k count=32 oflag=direct conv=notrunc status=none"
		check "stream $i" stream tcp "$V4" 100000
		check "the disk's front begins anew" guest_device 30 "device_rebind vbd $(vbd_id xvdb)"
		check "connected" wait_for 30 vbd_connected "$GUEST" xvdb
		check "so does the NIC's" guest_device 30 "device_rebind vif 0"
		check "connected" wait_for 30 vif_connected "$GUEST" 0
		check "interface up" guest_run "$GUEST" 30 "nic_wait 0 && nic_up 0 $V4/24 &&
			until [ -b /dev/xvdb ]; do sleep 0.1; done"
	done
	statistics_delayed 50
	check "detach the disk" vbd_detach "$GUEST" xvdb
	check "detach the NIC" vif_detach "$GUEST" 0
	check "no delay" statistics_end
	statistics_judge "$RUN/sums" 1 "the disk's sum" || fail "the disk's sum fell"
	statistics_judge "$RUN/sums" 2 "the NIC's sum" || fail "the NIC's sum fell"
}

# Connections that are refused, some with a good first queue.
statistics_refused() {
	drivers_off
	hostile_disk xvdc w 512
	hostile_nic
	statistics_begin "$(cat "$RUN/$GUEST.id")"
	hostile_disk_run xvdc 90 keys
	hostile_nic_run 90 keys
	statistics_delayed 10
	check "no delay" statistics_end
	hostile_disk_good xvdc
	hostile_nic_good
}

scenario statistics-read 150 disk net only:back statistics_read
scenario statistics-refused 180 all disk net only:back statistics_refused
