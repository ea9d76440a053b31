# SPDX-License-Identifier: GPL-2.0
# A backend vanishes, with its domain or alone, and another one comes.
# shellcheck shell=bash

# Whatever happens to its device while a guest is paused takes it no time at all:
# all it ever sees is the outcome. $1: guest, rest: command
in_no_time() {
	local guest=$1 rc=0
	shift
	xl pause "$guest" || return
	"$@" || rc=$?
	xl unpause "$guest" && return $rc
}

# $1: backing device
disk_anew() {
	# shellcheck disable=SC2153 # exported by the runner
	xl block-detach --force "$GUEST" "$(vbd_id xvdb)" && vbd_offer "$GUEST" "$1" xvdb
}

# The disk is taken away by force and attached again, unseen.
backend_anew() {
	local i loop serial="cat /sys/block/xvdb/diskseq" before
	loop=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	before=$(guest_run "$GUEST" 15 "$serial")
	check "start a load" guest_run "$GUEST" 15 \
		"verify_load xvdb anew --rw=randwrite --bs=16k --iodepth=16 --size=8m; load_busy xvdb"
	for i in $(seq "$(rounds 2 20)"); do
		check "made anew $i" in_no_time "$GUEST" disk_anew "$loop"
		check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
		check "the load goes on" guest_run "$GUEST" 40 "load_busy xvdb"
	done
	check "the load had no error" guest_run "$GUEST" 60 "verify_load_stop anew"
	check_is "the guest's disk" "$before" "$(guest_run "$GUEST" 15 "$serial")"
	same_bytes xvdb data 16
	check "detach" vbd_detach "$GUEST" xvdb
}

# What is left of a device whose backend is gone. $1: guest, $2: vif or vbd,
# $3: number
device_forget() {
	local id
	id=$(cat "$RUN/$1.id")
	xenstore-rm "/local/domain/$id/device/$2/$3" "/libxl/$id/device/$2/$3"
	xenstore-rm "/local/domain/$BACK_DOMAIN/backend/$2/$id/$3" 2>/dev/null || :
}

# $1: backing device
disk_back() {
	device_forget "$GUEST" vbd "$(vbd_id xvdb)"
	vbd_offer "$GUEST" "$1" xvdb
}

nic_anew() {
	device_forget "$GUEST" vif 0
	wait_for 20 vif_gone "$GUEST" 0 && vif_offer "$GUEST" 0
}

net_backend_anew() {
	local i index="cat /sys/class/net/\$(nic_name 0)/ifindex" before
	net_pair "$GUEST" 0
	before=$(guest_run "$GUEST" 15 "$index")
	stream serve >/dev/null
	check "start a load" guest_run "$GUEST" 15 "nic_load anew ${V4%2}1 8000000"
	check "it runs" wait_for 20 net_carries 300
	for i in $(seq "$(rounds 2 20)"); do
		check "made anew $i" in_no_time "$GUEST" nic_anew
		net_address "$DEV" "${V4%2}1/24"
		check "connected again" wait_for 30 vif_connected "$GUEST" 0
		check "the load goes on" wait_for 40 net_carries 100
	done
	check "the load had no error" guest_run "$GUEST" 60 "nic_load_stop anew"
	check_is "the guest's interface" "$before" "$(guest_run "$GUEST" 15 "$index")"
	check "detach" vif_detach "$GUEST" 0
}

# Without a backend I/O waits; with the parameter not for ever; and then it goes on.
backend_timeout() {
	local loop seq
	loop=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$loop" xvdb
	lifecycle_written
	check "the backend's folder goes" xenstore-rm "$(vbd_back "$GUEST" xvdb)"
	check "the front has seen it" wait_for 10 front_waits xvdb
	seq=$(guest_start "$GUEST" "disk_sum xvdb 1; dd if=/dev/xvdb of=/dev/null bs=4k count=1 iflag=direct")
	check_fails "I/O after 3 seconds" guest_wait "$GUEST" "$seq" 20
	check "a new one" in_no_time "$GUEST" disk_back "$loop"
	check "connected again" wait_for 30 vbd_connected "$GUEST" xvdb
	lifecycle_intact
	check "detach" vbd_detach "$GUEST" xvdb
}

front_waits() {
	[ "$(vbd_front_key "$GUEST" "$1" state)" = 1 ]
}

scenario backend-anew 180 long:600 only:front backend_anew
scenario net-backend-anew 180 long:900 net only:front net_backend_anew
scenario backend-timeout 120 only:front front:backend_timeout=3 backend_timeout
