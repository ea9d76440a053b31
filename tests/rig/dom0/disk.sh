# SPDX-License-Identifier: GPL-2.0
# Backing devices in dom0, and disks of guests.
# shellcheck shell=bash

DISK_DIR=/dev/shm/disks
VBD_SCRIPT=/rig/dom0/vbd

# A disk in memory whose bytes dom0 can read as a file of the same name.
# $1: name, $2: MiB, $3: logical sector size; prints the loop device
disk_new() {
	mkdir -p $DISK_DIR
	truncate -s "$2M" "$DISK_DIR/$1"
	losetup --find --show --sector-size "${3:-512}" "$DISK_DIR/$1"
}

# $1: name, $2: dm table; prints the device
disk_dm() {
	dmsetup create "rig-$1" --table "$2" >&2
	udevadm settle -t 10 >&2
	readlink -f "/dev/mapper/rig-$1"
}

# Replace the table of a live dm device.
disk_dm_swap() {
	dmsetup suspend --noflush --nolockfs "rig-$1"
	dmsetup load "rig-$1" --table "$2"
	dmsetup resume "rig-$1"
}

# $1: name; as the guest's disk_sum
disk_backing_sum() {
	sum_of <"$DISK_DIR/$1"
}

# Block devices with an attribute that begins like this, as DEVICE VALUE. $1: attribute,
# $2: beginning
disk_attributes() {
	local f said
	for f in /sys/block/*/"$1"; do
		read -r said <"$f" || continue
		[[ $said != "$2"* ]] || {
			f=${f%/"$1"}
			echo "/dev/${f##*/} $said"
		}
	done 2>/dev/null
}

# Loop devices that the rig made.
disk_loops() {
	disk_attributes loop/backing_file "$DISK_DIR/"
}

disk_no_loops() {
	[ -z "$(disk_loops)" ]
}

# Every dm and loop device the rig made. Fails if one is still in use.
disk_remove_all() {
	local rc=0 dev name
	while read -r dev name; do
		dmsetup remove "$name" </dev/null || rc=1
	done < <(disk_attributes dm/name rig-)
	while read -r dev name; do
		losetup -d "$dev" || rc=1
	done < <(disk_loops)
	# -d on a busy loop device succeeds and only marks it: look again.
	wait_for 1 disk_no_loops || {
		disk_loops
		rc=1
	}
	rm -f "$DISK_DIR"/*
	return $rc
}

# xvdb -> 51728
vbd_id() {
	local letter
	printf -v letter '%d' "'${1:3:1}"
	echo $((51712 + 16 * (letter - 97)))
}

# The domain that serves guests; a scenario with a driver domain sets another.
BACK_DOMAIN=0

# Folders of a vbd in xenstore. $1: guest, $2: disk name in the guest
vbd_back() {
	local id=
	guest_number "$1" id
	echo "/local/domain/$BACK_DOMAIN/backend/vbd/$id/$(vbd_id "$2")"
}

vbd_front() {
	local id=
	guest_number "$1" id
	echo "/local/domain/$id/device/vbd/$(vbd_id "$2")"
}

# $1: guest, $2: disk, $3: key
vbd_back_key() {
	xenstore-read "$(vbd_back "$1" "$2")/$3" 2>/dev/null
}

vbd_front_key() {
	xenstore-read "$(vbd_front "$1" "$2")/$3" 2>/dev/null
}

# A counter of the back. $1: disk in $GUEST, $2: name
vbd_statistic() {
	cat "/sys/bus/xen-backend/devices/vbd-$(cat "$RUN/$GUEST.id")-$(vbd_id "$1")/statistics/$2"
}

# A counter of the back over all queues. $1: disk in $GUEST, $2: name
vbd_counter() {
	counter "vbd-$(cat "$RUN/$GUEST.id")-$(vbd_id "$1")" 'queue*' "$2"
}

# $1: guest, $2: disk, $3: state
vbd_back_state_is() {
	[ "$(vbd_back_key "$1" "$2" state)" = "$3" ]
}

vbd_front_state_is() {
	[ "$(vbd_front_key "$1" "$2" state)" = "$3" ]
}

vbd_connected() {
	[ "$(xenstore-read "$(vbd_back "$1" "$2")/state" "$(vbd_front "$1" "$2")/state" \
		2>/dev/null)" = $'4\n4' ]
}

# A disk specification for xl. $1: backing device, $2: disk name in the guest, $3: mode
vbd_spec() {
	echo "format=raw,vdev=$2,access=${3:-w},script=$VBD_SCRIPT,target=$1"
}

# Attach without waiting for the guest. $1: guest, $2: backing device, $3: disk name in the
# guest, $4: mode, and what else belongs to the disk's configuration
vbd_offer() {
	xl block-attach "$1" "$(vbd_spec "${@:2}")"
}

# Attach, and wait until the guest has the disk. Arguments as above.
vbd_attach() {
	vbd_offer "$@" || return
	device_connects 30 "$(vbd_back "$1" "$3")" "$(vbd_front "$1" "$3")" || {
		echo "$3 not connected: back state $(vbd_back_key "$1" "$3" state)," \
			"front state $(vbd_front_key "$1" "$3" state)"
		return 1
	}
	guest_run "$1" 20 ". /rig/device.sh; device_disk $3"
}

# $1: guest, $2: disk name in the guest, $3: --force
vbd_detach() {
	xl block-detach ${3:+"$3"} "$1" "$(vbd_id "$2")" && device_goes 20 "$(vbd_back "$1" "$2")"
}

# Pages of the guest that dom0 has mapped, as Xen counts them. $1: guest
grants_mapped() {
	local from id=
	guest_number "$1" id
	from=$(stat -c %s "$RUN"/xen.log)
	xl debug-keys g
	logscan_pull
	tail -c +$((from + 1)) "$RUN"/xen.log | awk -v id="$id" '
		/gnttab_usage_print_all|domain|Domain|d[0-9]+/ && /^\(XEN\) *(d|grant-table for remote d)[0-9]+/ {
			match($0, /d[0-9]+/); dom = substr($0, RSTART + 1, RLENGTH - 1)
		}
		/^\(XEN\) *\[0x[0-9a-f]+\]/ && dom == id { n++ }
		END { print n + 0 }'
}

vbd_detach_all() {
	local v rc=0
	for v in $(device_list "$1" vbd); do
		xl block-detach "$1" "$v" || xl block-detach --force "$1" "$v" || rc=1
	done
	return $rc
}
