# SPDX-License-Identifier: GPL-2.0
# Many devices share few grants.
# shellcheck shell=bash

# --- few grants -----------------------------------------------------------------

# A guest with 8 pages of grant table and many disks.
FEW=g3

few_end() {
	guest_destroy $FEW
}

few_disk() {
	printf 'xvd%b' "\\x$(printf %x $((0x62 + $1)))"
}

few_connected() {
	local i
	for ((i = 0; i < $1; i++)); do
		vbd_connected $FEW "$(few_disk "$i")" || return
	done
}

few_grants() {
	local i nr=12 jobs=
	at_end few_end
	driver_forget $FEW
	check "a guest with 8 pages of grants" guest_create $FEW "" "" "max_grant_frames = 8"
	check "drivers" driver_front $FEW ours
	check "drivers" driver_netfront $FEW ours
	for ((i = 0; i < nr; i++)); do
		check "attach" vbd_offer $FEW "$(disk_new few"$i" 4)" "$(few_disk "$i")"
		jobs+=" --name=d$i --filename=/dev/$(few_disk "$i")"
	done
	check "all $nr disks" wait_for 40 few_connected "$nr"
	net_pair $FEW 0
	check "data on all" guest_run $FEW 60 "fio --direct=1 --ioengine=libaio --size=1m \
		--rw=randwrite --bs=64k --iodepth=32 --verify=crc32c --minimal $jobs >/run/rig/few.fio"
	check "TCP" stream tcp "$V4" 500000
	for ((i = 0; i < nr; i++)); do
		check "detach" vbd_detach $FEW "$(few_disk "$i")"
	done
}

scenario few-grants 150 disk net only:back only:front few_grants

# Xen's defaults, and as many devices as a guest may well have.
many_connected() {
	local i
	for ((i = 0; i < $1; i++)); do
		vbd_connected "$GUEST" "$(few_disk "$i")" || return
	done
	for ((i = 0; i < $2; i++)); do
		vif_connected "$GUEST" "$i" || return
	done
}

many_used() {
	check "data on all disks" guest_run "$GUEST" 90 "fio --direct=1 --ioengine=libaio --size=1m \
		--rw=randwrite --bs=64k --iodepth=32 --verify=crc32c --minimal $1 >/run/rig/many.fio"
}

# $1: disks, $2: interfaces
many_devices() {
	local i disks=$1 nics=$2 jobs=
	for ((i = 0; i < disks; i++)); do
		check "attach" vbd_offer "$GUEST" "$(disk_new many"$i" 4)" "$(few_disk "$i")"
		jobs+=" --name=d$i --filename=/dev/$(few_disk "$i")"
	done
	for ((i = 0; i < nics; i++)); do
		check "attach" vif_offer "$GUEST" "$i"
	done
	check "all $disks disks, $nics interfaces" wait_for 60 many_connected "$disks" "$nics"
	check_is "queues of the last disk" 4 \
		"$(vbd_front_key "$GUEST" "$(few_disk $((disks - 1)))" multi-queue-num-queues)"
	many_used "$jobs"
	check "save" guest_save "$GUEST"
	check "restore" guest_restore "$GUEST"
	check "all of them again" wait_for 60 many_connected "$disks" "$nics"
	check_is "queues of the last disk" 4 \
		"$(vbd_front_key "$GUEST" "$(few_disk $((disks - 1)))" multi-queue-num-queues)"
	many_used "$jobs"
	[ "$(grant_frames "$GUEST")" -le 64 ] || fail "more than 64 pages of grants"
	for ((i = 0; i < nics; i++)); do
		check "detach" vif_detach "$GUEST" "$i"
	done
	for ((i = 0; i < disks; i++)); do
		check "detach" vbd_detach "$GUEST" "$(few_disk "$i")"
	done
}

# As many as a guest may have; each must be served, or refused with a reason. $1: disks
all_disks() {
	local i dev disks=()
	for ((i = 0; i < $1; i++)); do
		dev=$(disk_new all"$i" 1)
		vbd_offer "$GUEST" "$dev" "$(disk_name "$i")" || fail "disk $i"
		disks+=("$(disk_number "$i")")
	done
	passed "$1 disks are offered"
	wait_for 120 all_decided "${disks[@]}" || fail "neither served nor refused: $(all_undecided "${disks[@]}" | xargs)"
	echo "served: $(all_served "${disks[@]}" | wc -l), refused: $(all_refused "${disks[@]}" | wc -l)"
	check "each that is served is told its name" guest_run "$GUEST" 240 "
		for d in /dev/xvd*; do
			printf '%-4095s\n' \${d#/dev/} | dd of=\$d bs=4k iflag=fullblock oflag=direct status=none || exit
		done"
	check "it has it" all_named "$1" "$(all_served "${disks[@]}" | xargs)"
}

# The backing file of each that is served begins with the disk's name. $1: disks, $2: numbers
all_named() {
	local i said
	for ((i = 0; i < $1; i++)); do
		[[ " $2 " == *" $(disk_number "$i") "* ]] || continue
		read -r said <"$DISK_DIR/all$i"
		[ "$said" = "$(disk_name "$i")" ] || {
			echo "$(disk_name "$i") has '${said:0:20}'"
			return 1
		}
	done
}

# xvdb, ..., xvdz, xvdaa, ...: as xl wants it, and its number. $1: from 0 on
disk_name() {
	local n=$(($1 + 1))
	((n < 26)) || printf 'xvd%b' "\\x$(printf %x $((0x60 + n / 26)))"
	((n >= 26)) || printf xvd
	printf '%b' "\\x$(printf %x $((0x61 + n % 26)))"
}

disk_number() {
	local n=$(($1 + 1))
	echo $((n < 16 ? 51712 + 16 * n : (1 << 28) + n * 256))
}

# Each number, the states of both ends and what each says is wrong, between tabs; what a node that
# is missing would say is empty. $@: numbers
all_states() {
	local v id='' nodes=()
	guest_number "$GUEST" id
	for v in "$@"; do
		nodes+=("/local/domain/0/backend/vbd/$id/$v/state" "/local/domain/$id/device/vbd/$v/state"
			"/local/domain/0/error/backend/vbd/$id/$v/error" "/local/domain/$id/error/device/vbd/$v/error")
	done
	paste <(printf '%s\n' "$@") <(ask read "${nodes[@]}" | paste - - - -)
}

# Numbers of those that both ends have connected. $@: numbers
all_served() {
	all_states "$@" | awk -F '\t' '$2 == 4 && $3 == 4 { print $1 }'
}

# Numbers of those not connected for which an end gives a reason.
all_refused() {
	all_states "$@" | awk -F '\t' '($2 != 4 || $3 != 4) && $4 $5 != "" { print $1 }'
}

# Numbers of those for which neither end gives one.
all_undecided() {
	all_states "$@" | awk -F '\t' '($2 != 4 || $3 != 4) && $4 $5 == "" { print $1 }'
}

all_decided() {
	[ -z "$(all_undecided "$@")" ]
}

many_devices_some() {
	many_devices "$(rounds 8 24)" "$(rounds 2 8)"
}

scenario many-devices 150 long:400 disk net only:front many_devices_some
scenario many-devices-full 600 set:scale disk net only:front many_devices 24 8
scenario disks-255 1200 set:scale disk only:front all_disks 255
