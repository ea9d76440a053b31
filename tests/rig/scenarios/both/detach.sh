# SPDX-License-Identifier: GPL-2.0
# Devices are detached in every state, asked or forced, and attached again under the same
# number and under another one. The guest and its other devices must go on.
# shellcheck shell=bash

# An event is STATE:HOW:DEVICE; HOW is asked or forced.

# All states in both ways under two numbers. $1, $2: devices, rest: states
detach_events() {
	local state how dev
	for state in "${@:3}"; do
		for how in asked forced; do
			for dev in "$1" "$2"; do
				echo "$state:$how:$dev"
			done
		done
	done
}

# The device and its files are gone. $1: on the bus, rest: files that it had
guest_device_gone() {
	guest_run "$GUEST" 15 "for f in /sys/bus/xen/devices/$1 ${*:2}; do [ ! -e \$f ] || exit 1; done"
}

# --- the guest does not run ----------------------------------------------------

guest_suspended() {
	[[ $(xl list "$GUEST" | awk 'END { print $(NF - 1) }') == *s* ]]
}

# Begin to save to /dev/null; the guest goes on when that has ended.
save_begins() {
	xl save -c "$GUEST" /dev/null >"$RUN/save.log" 2>&1 &
	SAVING=$!
	check "save" wait_for 30 guest_suspended
}

save_ends() {
	wait "$SAVING" || fail "xl save: $(tail -n 1 "$RUN/save.log")"
	check "saved" guest_run "$GUEST" 30 true
}

# --- states of either ----------------------------------------------------------

# KIND is disk or nic. KIND_offer DEVICE [BACKING] attaches without waiting for the guest;
# KIND_back_of DEVICE prints the back's folder; KIND_front_waits DEVICE succeeds if the
# frontend has published its keys. KIND_until_STATE and KIND_after_STATE bring the device
# into a state and clean up after it.

# No frontend has connected to it.
until_never() {
	drivers_off
	check "attach $1" "${KIND}_offer" "$1"
	check "offered" wait_for 10 back_offers "$("${KIND}_back_of" "$1")"
}

after_never() {
	drivers_on
}

# The back waits for a backing device, or for a hotplug script that never ends.
until_connecting() {
	check "attach $1 to nothing" "${KIND}_offer" "$1" withheld
	check "the front waits" wait_for 10 "${KIND}_front_waits" "$1"
}

# Between never connected and connected, or just after it, at random.
until_midway() {
	local after=0.$RANDOM
	check "attach $1" "${KIND}_offer" "$1"
	passed "after $after s" && sleep $after
}

until_paused() {
	"${KIND}_until_used" "$1"
	check "pause" xl pause "$GUEST"
}

after_paused() {
	check "go on" xl unpause "$GUEST"
	"${KIND}_after_used"
}

until_saving() {
	"${KIND}_until_used" "$1"
	save_begins
}

after_saving() {
	save_ends
	"${KIND}_after_used"
}

# $1: until or after, $2: state, $3: device
detach_step() {
	local f
	for f in "${KIND}_$1_$2" "$1_$2"; do
		! declare -F "$f" >/dev/null || {
			"$f" "$3"
			return
		}
	done
	[ "$1" = after ] || fail "no state $2"
}

# Sets state, how and dev. $1: kind, $2: event, STATE:HOW:DEVICE
detach_event() {
	local KIND=$1
	IFS=: read -r state how dev <<<"$2"
	detach_step until "$state" "$dev"
	"${KIND}_detach_$how" "$state" "$dev"
	detach_step after "$state" "$dev"
}

# --- disks ---------------------------------------------------------------------

disk_offer() {
	vbd_offer "$GUEST" "${2:-$LOOP}" "$1"
}

disk_back_of() {
	vbd_back "$GUEST" "$1"
}

disk_front_waits() {
	vbd_front_state_is "$GUEST" "$1" 3
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

# Data that was synced must be there afterwards.
disk_until_mounted() {
	mkfs.ext4 -q -F "$DISK_DIR"/data
	check "attach $1" vbd_attach "$GUEST" "$LOOP" "$1"
	check "mount" guest_run "$GUEST" 20 "mount -t ext4 /dev/$1 /mnt &&
		dd if=/dev/urandom of=/mnt/kept bs=64k count=16 conv=fsync status=none"
	KEPT=$(guest_run "$GUEST" 20 'sum_of </mnt/kept')
	check "write on" guest_run "$GUEST" 10 \
		'(while dd if=/dev/zero of=/mnt/more bs=64k count=64 conv=fsync; do :; done) >/dev/null 2>&1 &'
}

disk_after_mounted() {
	check "unmount" guest_run "$GUEST" 30 \
		"for i in \$(seq 50); do umount /mnt && exit; sleep 0.2; done; exit 1"
	e2fsck -fp "$DISK_DIR"/data || [ $? -le 1 ] || fail "the file system is damaged"
	check_is "what was synced" "$KEPT" "$(debugfs -R 'cat kept' "$DISK_DIR"/data 2>/dev/null | sum_of)"
}

disk_detach_asked() {
	check "$1: detach $2" vbd_detach "$GUEST" "$2"
}

disk_detach_forced() {
	check "$1: detach $2 by force" vbd_detach "$GUEST" "$2" --force
}

# The toolstack gives up, because the paused guest does not answer; what was asked for happens
# when the guest runs again.
disk_detach_unanswered() {
	check_fails "$1: detach $2" xl block-detach "$GUEST" "$(vbd_id "$2")"
}

# $1: event
detach_disk_event() {
	local state how dev
	detach_event disk "$1"
	[ "$how" != unanswered ] || check "$state: detach $dev again" vbd_detach "$GUEST" "$dev"
	check "$state: the guest has no $dev" wait_for 20 guest_device_gone \
		"vbd-$(vbd_id "$dev")" "/sys/block/$dev"
}

# Rest: events
detach_disk() {
	local event stay
	stay=$(disk_new stay 16)
	LOOP=$(disk_new data 16)
	head -c 16M /dev/urandom >"$DISK_DIR"/data
	check "attach a witness" vbd_attach "$GUEST" "$stay" xvdh
	check "start its load" guest_run "$GUEST" 15 \
		'load_start xvdh stay --rw=randwrite --bs=4k --iodepth=4 --size=16m --rate_iops=50'
	for event in "$@"; do
		detach_disk_event "$event"
	done
	disk_until_connected xvdb
	check "detach" vbd_detach "$GUEST" xvdb
	check "the witness' load ran on" guest_run "$GUEST" 15 'load_running stay'
	check "and had no error" guest_run "$GUEST" 40 'load_stop stay'
	same_bytes xvdh stay 16
	check "detach the witness" vbd_detach "$GUEST" xvdh
}

detach_disk_running() {
	local events=(never:asked:xvdb connecting:asked:xvdb connected:asked:xvdc
		used:forced:xvdb mounted:asked:xvdb)
	# shellcheck disable=SC2207
	[ "$(rounds 1 2)" = 1 ] || events=($(detach_events xvdb xvdc never connecting midway \
		midway midway connected used mounted))
	detach_disk "${events[@]}"
}

detach_disk_suspended() {
	local events=(paused:forced:xvdb saving:forced:xvdc)
	[ "$(rounds 1 2)" = 1 ] || events+=(paused:unanswered:xvdb paused:forced:xvdc
		paused:unanswered:xvdc saving:forced:xvdb)
	detach_disk "${events[@]}"
}

scenario detach-disk 90 long:900 detach_disk_running
scenario detach-disk-suspended 120 all long:600 detach_disk_suspended

# --- NICs ----------------------------------------------------------------------

nic_offer() {
	vif_offer "$GUEST" "$1" ${2:+"bridge=$2"}
}

nic_back_of() {
	vif_back "$GUEST" "$1"
}

nic_front_waits() {
	[ "$(vif_front_key "$GUEST" "$1" state)" = 4 ]
}

nic_until_connected() {
	net_pair "$GUEST" "$1"
	check "data" stream tcp "$V4" 200000
}

nic_until_used() {
	net_pair "$GUEST" "$1"
	check "start a load" net_light_load_into "$V4"
}

nic_after_used() {
	pkill -f "stream tcp $V4" || :
}

# Remove the device without notifying the frontend, as the toolstack does in the end if the
# latter does not answer. $1: number
nic_force() {
	local back
	back=$(vif_back "$GUEST" "$1")
	xenstore-write "$back/online" 0 "$back/state" 5 || return
	xenstore-rm "$(vif_front "$GUEST" "$1")" || return
	vif_detach "$GUEST" "$1"
}

nic_detach_asked() {
	check "$1: detach vif $2" vif_detach "$GUEST" "$2"
}

nic_detach_forced() {
	check "$1: detach vif $2 by force" nic_force "$2"
}

# $1: event
detach_nic_event() {
	local state how dev
	detach_event nic "$1"
	check "$state: the guest has no vif $dev" wait_for 20 guest_device_gone "vif-$dev"
}

# Rest: events
detach_nic() {
	local event stay
	net_pair "$GUEST" 0
	stay=$V4
	# It may be running already.
	stream serve >/dev/null || :
	check "start the witness' load" guest_run "$GUEST" 15 "nic_load stay ${stay%2}1 100000 0.5"
	for event in "$@"; do
		detach_nic_event "$event"
	done
	nic_until_connected 1
	check "detach" vif_detach "$GUEST" 1
	check "the witness' load ran on without an error" guest_run "$GUEST" 40 "load_last stay"
	check "data on it" net_stream "$stay" 500000 100 8000
	check "detach the witness" vif_detach "$GUEST" 0
}

detach_nic_running() {
	local events=(never:asked:1 connecting:asked:1 connected:forced:2 used:asked:1 used:forced:1)
	# shellcheck disable=SC2207
	[ "$(rounds 1 2)" = 1 ] || events=($(detach_events 1 2 never connecting midway midway \
		midway connected used))
	detach_nic "${events[@]}"
}

detach_nic_suspended() {
	local events=(paused:forced:1 saving:forced:2)
	[ "$(rounds 1 2)" = 1 ] || events+=(paused:asked:1 paused:asked:2 saving:asked:2 saving:forced:1)
	detach_nic "${events[@]}"
}

# dom0 still has two of the guest's pages mapped when the interface is detached, as it may
# during a copy: the guest must quarantine them silently until they are unmapped, and the
# next interface must work.
detach_nic_mapped() {
	net_pair "$GUEST" 0
	at_end maps_give_back
	check "dom0 holds pages" maphog ring "$(cat "$RUN/$GUEST.id")" \
		"$(vif_front_key "$GUEST" 0 queue-0/rx-ring-ref)"
	check "detach" vif_detach "$GUEST" 0
	check_is "pages held" 2 $(($(grants_mapped "$GUEST") - $(cat "$RUN/$GUEST.grants")))
	net_pair "$GUEST" 0
	check "data" net_stream "$V4" 500000 100 8000
	check "unmap the pages" maps_give_back
	check "detach" vif_detach "$GUEST" 0
}

scenario detach-nic 90 long:600 net detach_nic_running
scenario detach-nic-suspended 120 long:600 net detach_nic_suspended
scenario detach-nic-mapped 60 net only:front detach_nic_mapped
