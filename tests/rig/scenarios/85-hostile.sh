# SPDX-License-Identifier: GPL-2.0
# A guest that breaks every rule: its own device may suffer, nothing else does.
# shellcheck shell=bash

# --- disks -------------------------------------------------------------------

# A disk that the guest's drivers leave alone. $1: disk in the guest and name of
# the backing one, $2: mode, $3: sector size
hostile_disk() {
	local dev
	dev=$(disk_new "$1" 1 "$3")
	head -c 1M /dev/urandom >"$DISK_DIR/$1"
	check "attach $1" xl block-attach "$GUEST" "phy:$dev,$1,$2"
	check "offered" wait_for 10 hostile_offered "$(vbd_back "$GUEST" "$1")"
}

# $1: disk, $2: seconds, rest: groups of cases
hostile_disk_run() {
	local before
	before=$(disk_backing_sum "$1")
	check "$1: ${*:3}" hostile_guest "$2" "hostile_run vbd $(vbd_id "$1") ${*:3}"
	check_is "bytes of $1 in dom0" "$before" "$(disk_backing_sum "$1")"
}

# The guest's driver takes the disk that the program had.
hostile_disk_good() {
	check "a driver for $1" hostile_guest 20 "hostile_hand_over vbd $(vbd_id "$1")"
	check "connected" wait_for 30 vbd_connected "$GUEST" "$1"
	check_is "bytes of $1" "$(disk_backing_sum "$1")" "$(guest_run "$GUEST" 30 "disk_sum $1 1")"
	check "detach" vbd_detach "$GUEST" "$1"
}

hostile_vbd() {
	local beyond stay disk
	stay=$(disk_new xvdb 16)
	check "attach the witness" vbd_attach "$GUEST" "$stay" xvdb
	check "the guest keeps its driver off" hostile_guest 10 "hostile_autoprobe 0"
	hostile_disk xvdc w 512
	hostile_disk xvdd r 512
	hostile_disk xvde w 4096
	check "start the witness' load" guest_run "$GUEST" 15 \
		'load_start xvdb stay --rw=randwrite --bs=4k --iodepth=2 --size=16m --rate_iops=50'
	hostile_disk_run xvdc 60 requests
	hostile_disk_run xvdc 60 pages keys flap storm race
	for beyond in +33 -1 +2147483647 -2147483648; do
		hostile_ring vbd "$(vbd_id xvdc)" "$(vbd_back "$GUEST" xvdc)" "" "ring$beyond"
	done
	hostile_disk_run xvdd 60 requests
	hostile_disk_run xvde 60 requests
	check "the witness' load ran on" guest_run "$GUEST" 15 'load_running stay'
	check "and had no error" guest_run "$GUEST" 40 'load_stop stay'
	check "fio on it" guest_run "$GUEST" 60 \
		'fio_verify xvdb after --rw=write --bs=64k --iodepth=8 --size=16m'
	same_bytes xvdb xvdb 16
	for disk in xvdc xvdd xvde; do
		hostile_disk_good $disk
	done
	check "detach the witness" vbd_detach "$GUEST" xvdb
}

scenario hostile-vbd 180 hostile_vbd
