# SPDX-License-Identifier: GPL-2.0
# A guest continues as another domain, with a disk and an interface in use: requests that the
# old backend had not answered must be issued to the new one, once.
# shellcheck shell=bash

MOVE_BRIDGE=rigmove
MOVE_STREAM="stream tcp 10.0.0.1 4500000 1 0 300000" # 15 s
MOVE_SECTORS=65536 # of the disk: 32 MiB

# The guest's interface is a port of a bridge: dom0's address outlives the vif.
move_bridge() {
	net_bridge $MOVE_BRIDGE 10.0.0.1/24
	# Its own address must not change with its ports.
	ip link set $MOVE_BRIDGE address 00:16:3e:00:ff:01
	stream serve >/dev/null
}

# A disk with data that must stay, and an interface. $1: guest, $2: sectors
move_attach() {
	local loop
	loop=$(disk_new data $((MOVE_SECTORS / 2048)))
	echo "$loop" >"$RUN/move.loop"
	check "attach a disk" vbd_attach "$1" "$(disk_dm data "0 ${2:-$MOVE_SECTORS} linear $loop 0")" xvdb
	check "data that must stay" guest_run "$1" 60 \
		'fio_verify xvdb kept --rw=write --bs=128k --iodepth=8 --offset=8m --size=4m'
	move_bridge
	check "attach an interface" vif_attach "$1" 0 "bridge=$MOVE_BRIDGE"
	check "interface up" guest_run "$1" 20 'nic_up 0 10.0.0.2/24'
}

# Run a command under loads that continue until they get a signal: the answer of a command in
# the guest would be in a folder that is gone. $1: guest, rest: command
move_loaded() {
	local who=$1
	shift
	check "loads" guest_run "$who" 15 "nic_load move-net 10.0.0.1 1000000
		verify_load xvdb move-disk --rw=randwrite --bsrange=4k-128k --iodepth=16 --size=8m; load_busy xvdb"
	check "$*" "$@"
	check "the load on the disk goes on" guest_run "$who" 20 'load_busy xvdb'
	check "it had no error" guest_run "$who" 60 'load_last move-disk'
	check "no connection had one" guest_run "$who" 60 'load_last move-net'
}

move_kept() {
	check "data is as it was" guest_run "$1" 60 \
		'fio_verify xvdb kept --rw=write --bs=128k --iodepth=8 --offset=8m --size=4m --verify_only'
}

move_detach() {
	move_kept "$1"
	check_is "bytes of xvdb in dom0" "$(disk_backing_sum data)" \
		"$(guest_run "$1" 60 "disk_sum xvdb $((MOVE_SECTORS / 2048))")"
	check "detach the disk" vbd_detach "$1" xvdb
	check "detach the interface" vif_detach "$1" 0
}

# --- the same devices before and after ---------------------------------------

save_and_restore() {
	guest_save "$GUEST" && guest_restore "$GUEST"
}

save_restore() {
	local round
	move_attach "$GUEST"
	for round in $(seq "$(rounds 1 20)"); do
		passed "round $round"
		move_loaded "$GUEST" save_and_restore
	done
	move_detach "$GUEST"
}

migrate_pvh() {
	local round pvh=p1
	trap_guest $pvh
	# Two of it exist for a moment; with a second guest besides there is no memory for that.
	guest_destroy g2 || :
	check "start a PVH guest" guest_create $pvh "" "$HVM_OPTIONS" "type = 'pvh'"$'\n'"$HVM_LINES"
	driver_forget $pvh
	# shellcheck disable=SC2086
	check "its disks' driver" driver_front $pvh ${SCENARIO_FRONT[migrate-pvh.disk]}
	# shellcheck disable=SC2086
	check "its interfaces' driver" driver_netfront $pvh ${SCENARIO_FRONT[migrate-pvh.net]}
	move_attach $pvh
	for round in $(rounds_left 1 20); do
		passed "round $round"
		move_loaded $pvh guest_migrate $pvh
		round_done "$round"
	done
	move_detach $pvh
}

# --- a save that fails ---------------------------------------------------------

# $1: expected exit status, rest: command
fails() {
	local rc=0
	"${@:2}" || rc=$?
	[ $rc = "$1" ]
}

save_to_full_disk() {
	local rc=0
	mkdir -p "$RUN/full"
	mount -t tmpfs -o size=8m full "$RUN/full"
	fails 1 xl save "$GUEST" "$RUN/full/image" || rc=1
	umount "$RUN/full"
	return $rc
}

# The receiver of the image exits in the middle of it.
save_to_nobody() {
	rm -f "$RUN/nobody"
	mkfifo "$RUN/nobody"
	head -c 20M <"$RUN/nobody" >/dev/null &
	fails 1 xl save "$GUEST" "$RUN/nobody"
}

saves_that_fail() {
	save_to_full_disk && save_to_nobody
}

save_aborted() {
	local id
	move_attach "$GUEST"
	id=$(guest_id "$GUEST")
	move_loaded "$GUEST" saves_that_fail
	check_is "the guest is who it was" "$id" "$(guest_id "$GUEST")"
	# Only the long run checks that the guest can still be saved.
	[ "$(rounds 1 2)" = 1 ] || move_loaded "$GUEST" save_and_restore
	move_detach "$GUEST"
}

# --- other devices afterwards ------------------------------------------------

# Suspend the disk, so that the backend cannot answer requests before it is resumed.
move_hold() {
	dmsetup suspend --noflush --nolockfs rig-data
}

# Reads and writes, discards among these. $1: disk
in_flight() {
	guest_run "$GUEST" 15 "disk_attr $1 inflight" | xargs
}

in_flight_are() {
	[ "$(in_flight "$1")" = "$2" ]
}

# $1: reads and writes
move_wait_in_flight() {
	wait_for 20 in_flight_are xvdb "$1" ||
		fail "want reads and writes in flight $1, are $(in_flight xvdb)"
	passed "reads and writes in flight: $1"
}

# Sectors written to the disk so far, by all backends.
move_written() {
	awk '{ print $7 }' "/sys/block/$(basename "$(readlink -f /dev/mapper/rig-data)")/stat"
}

# The same guest with its disk as it is now. $1: options of that disk, each with a comma,
# $2: further disks, with a comma before each
move_config() {
	guest_config "$GUEST" \
		"'vdev=xvdb,access=w,$1script=$VBD_SCRIPT,target=$(readlink -f /dev/mapper/rig-data)'${2:-}" "" \
		"vif = [ 'mac=$(vif_mac "$GUEST" 0),bridge=$MOVE_BRIDGE,script=$VIF_SCRIPT' ]"
}

# Remove features of the backend for which there is no parameter from its keys.
fewer_features_keys() {
	local vbd vif
	vbd=$(vbd_back "$GUEST" xvdb) vif=$(vif_back "$GUEST" 0)
	wait_for 20 xenstore-exists "$vbd/feature-max-indirect-segments" "$vif/feature-gso-tcpv4" &&
		xenstore-rm "$vbd/feature-max-indirect-segments" &&
		xenstore-write "$vif/feature-gso-tcpv4" 0 "$vif/feature-gso-tcpv6" 0
}

# The disk has no write cache any more, the drivers of dom0 can do less.
fewer_features_back() {
	local dm
	dm=$(readlink -f /dev/mapper/rig-data)
	# Newer kernels do not pass on what was set by hand on the device below.
	disk_dm_swap data "0 $MOVE_SECTORS linear $(cat "$RUN/move.loop") 0" &&
		echo "write through" >"/sys/block/${dm#/dev/}/queue/write_cache" &&
		driver_back "${SCENARIO_BACK[restore-fewer-features.disk]%% *}" max_queues=1 \
			feature_persistent=0 max_ring_page_order=0 &&
		driver_netback "${SCENARIO_BACK[restore-fewer-features.net]%% *}" max_queues=1
}

# The guest must use no more than this backend offers.
fewer_features_seen() {
	local nic="/sys/class/net/\$(nic_name 0)/queues"
	check_is "rings" "" "$(vbd_front_key "$GUEST" xvdb multi-queue-num-queues || :)"
	check_is "ring pages" "" "$(vbd_front_key "$GUEST" xvdb ring-page-order || :)"
	check_is "KiB at once" 44 "$(guest_run "$GUEST" 15 'disk_attr xvdb queue/max_hw_sectors_kb')"
	check_is "write cache" "write through" "$(guest_run "$GUEST" 15 'disk_attr xvdb queue/write_cache')"
	check_is "discard" 0 "$(guest_run "$GUEST" 15 'disk_attr xvdb queue/discard_max_bytes')"
	check_is "queues of the interface" "rx-0 tx-0" "$(guest_run "$GUEST" 15 "ls $nic" | tr '\n' ' ' | sed 's/ $//')"
	check_is "segmentation" "tcp-segmentation-offload: off" \
		"$(guest_run "$GUEST" 15 'nic_ethtool 0 -k' | grep -o 'tcp-segmentation-offload: off')"
}

restore_fewer_features() {
	local net reads writes flush before
	move_attach "$GUEST"
	check_is "ring pages at first" 4 "$(vbd_front_key "$GUEST" xvdb ring-page-order)"
	before=$(move_written)
	move_hold
	reads=$(guest_start "$GUEST" 'fio_verify xvdb kept --rw=write --bs=128k --iodepth=8 --offset=8m --size=1m --verify_only')
	writes=$(guest_start "$GUEST" 'fio_verify xvdb once --rw=write --bs=128k --iodepth=8 --size=1m')
	flush=$(guest_start "$GUEST" 'flush /dev/xvdb')
	# A flush is not counted. There is no discard, because the kernel cannot freeze a task
	# that waits for one.
	move_wait_in_flight "8 8"
	check "the flush waits" guest_run "$GUEST" 15 'pkill -0 -x flush'
	net=$(guest_start "$GUEST" "$MOVE_STREAM")
	check "save, all answered meanwhile" guest_save_midway "$GUEST" dmsetup resume rig-data
	check_is "written by the old backend" 2048 $(($(move_written) - before))
	check "a backend with fewer features" fewer_features_back
	move_config no-discard, >"$RUN/fewer.cfg"
	check "restore" guest_restore_paused "$GUEST" "$RUN/fewer.cfg"
	check "remove keys of features" fewer_features_keys
	xl unpause "$GUEST"
	check "guest goes on" guest_went_on "$GUEST"
	check "reads" guest_wait "$GUEST" "$reads" 60
	check "writes" guest_wait "$GUEST" "$writes" 60
	check "flush" guest_wait "$GUEST" "$flush" 60
	check "the connection ended well" guest_wait "$GUEST" "$net" 90
	check_is "written once more" 4096 $(($(move_written) - before))
	check_is "in pieces of 44, 44 and 40 KiB" 24 "$(vbd_statistic xvdb wr_req)"
	check_is "flushes and discards" "0 0" "$(vbd_statistic xvdb f_req) $(vbd_statistic xvdb ds_req)"
	check_fails "discard" guest_run "$GUEST" 15 'blkdiscard -f -o 24m -l 4m /dev/xvdb'
	fewer_features_seen
	check "fio" guest_run "$GUEST" 60 \
		'fio_verify xvdb moved --rw=randwrite --bsrange=4k-256k --iodepth=32 --size=4m'
	move_detach "$GUEST"
}

# The guest must have announced its address by itself.
announced() {
	[[ $(ip neigh show dev $MOVE_BRIDGE) == *10.0.0.2*lladdr* ]]
}

# In flight when the guest was saved, on a disk that changed meanwhile.
restore_changed() {
	local other writes victim before
	move_attach "$GUEST" $((MOVE_SECTORS / 2))
	other=$(disk_new other 8)
	check "attach xvdc" vbd_attach "$GUEST" "$other" xvdc
	before=$(move_written)
	move_hold
	writes=$(guest_start "$GUEST" 'fio_verify xvdb once --rw=write --bs=64k --iodepth=16 --size=1m')
	victim=$(guest_start "$GUEST" 'fio_verify xvdc victim --time_based --runtime=90 --rw=randwrite --bs=16k --iodepth=8 --size=8m')
	move_wait_in_flight "0 16"
	check "load on xvdc" guest_run "$GUEST" 15 'load_busy xvdc'
	check "save, all answered meanwhile" guest_save_midway "$GUEST" dmsetup resume rig-data
	disk_dm_swap data "0 $MOVE_SECTORS linear $(cat "$RUN/move.loop") 0"
	move_config "" ", 'vdev=xvdc,access=r,script=$VBD_SCRIPT,target=$other'" >"$RUN/changed.cfg"
	sysctl -q "net.ipv4.conf.$MOVE_BRIDGE.arp_accept=1"
	ip neigh flush dev $MOVE_BRIDGE
	check "restore" guest_restore "$GUEST" "$RUN/changed.cfg"
	check "its address is announced" wait_for 10 announced
	check "writes" guest_wait "$GUEST" "$writes" 60
	check_is "written by both backends" 4096 $(($(move_written) - before))
	check_is "by the new one" 16 "$(vbd_statistic xvdb wr_req)"
	check_is "taken back from the old one" 16 "$(guest_run "$GUEST" 15 "counter vbd-$(vbd_id xvdb) 'queue*' taken_back")"
	check_is "size" $((MOVE_SECTORS * 512)) "$(guest_run "$GUEST" 15 'blockdev --getsize64 /dev/xvdb')"
	check "fio in the new part" guest_run "$GUEST" 60 \
		'fio_verify xvdb grown --rw=write --bs=64k --iodepth=8 --offset=16m --size=16m'
	check_fails "writes to what is read-only now" guest_wait "$GUEST" "$victim" 60
	check_is "xvdc is read-only" 1 "$(guest_run "$GUEST" 15 'disk_attr xvdc ro')"
	check_is "bytes of xvdc" "$(disk_backing_sum other)" "$(guest_run "$GUEST" 30 'disk_sum xvdc 8')"
	check "detach xvdc" vbd_detach "$GUEST" xvdc
	move_detach "$GUEST"
}

scenario save-restore 120 long:1500 disk net save_restore
scenario migrate-pvh 240 all long:2400 disk net migrate_pvh
scenario save-aborted 120 all disk net save_aborted
scenario restore-fewer-features 150 disk net only:front front:max_ring_page_order=4 restore_fewer_features
scenario restore-changed 150 all disk net only:front restore_changed
