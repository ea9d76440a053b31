# SPDX-License-Identifier: GPL-2.0
# A guest violates the protocol: its own device may suffer, but nothing else. Then a backend
# does, and the guest must not suffer, nor the devices that it has from others.
# shellcheck shell=bash

# --- disks -------------------------------------------------------------------

# Attach a disk that is bound to no driver of the guest. $1: disk in the guest and name of
# the backing one, $2: mode, $3: sector size
hostile_disk() {
	local dev
	dev=$(disk_new "$1" 1 "$3")
	head -c 1M /dev/urandom >"$DISK_DIR/$1"
	check "attach $1" vbd_offer "$GUEST" "$dev" "$1" "$2"
	check "offered" wait_for 10 back_offers "$(vbd_back "$GUEST" "$1")"
}

# $1: disk, $2: seconds, rest: groups of cases
hostile_disk_run() {
	local before groups
	groups=$(hostile_chosen "${@:3}")
	[ -n "$groups" ] || return 0
	before=$(disk_backing_sum "$1")
	check "$1: $groups" hostile_guest "$2" "hostile_run vbd $(vbd_id "$1") $groups"
	check_is "bytes of $1 in dom0" "$before" "$(disk_backing_sum "$1")"
}

# Bind the disk to the guest's driver after the program.
hostile_disk_good() {
	check "a driver for $1" guest_device 20 "device_hand_over vbd $(vbd_id "$1")"
	check "connected" wait_for 30 vbd_connected "$GUEST" "$1"
	check_is "bytes of $1" "$(disk_backing_sum "$1")" "$(guest_run "$GUEST" 30 "disk_sum $1 1")"
	check "detach" vbd_detach "$GUEST" "$1"
}

hostile_vbd() {
	local beyond stay disk
	stay=$(disk_new xvdb 16)
	check "attach the witness" vbd_attach "$GUEST" "$stay" xvdb
	drivers_off
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

# --- NICs --------------------------------------------------------------------

# Vif 0 has a driver and must not be affected; its traffic is checked at the end.
hostile_witness() {
	local v4
	v4=$(vif_v4 "$GUEST" 0)
	check "attach the witness" vif_attach "$GUEST" 0
	net_address "$(vif_dev "$GUEST" 0)" "$v4.1/24"
	check "its interface" guest_run "$GUEST" 20 "nic_up 0 $v4.2/24"
	check "ping it" ping -q -c 3 -i 0.2 "$v4.2"
}

hostile_witness_start() {
	ping -q -i 0.2 -w 900 "$(vif_v4 "$GUEST" 0).2" >"$RUN/witness" 2>&1 &
	WITNESS=$!
}

# Only packets in flight may be lost, and no answer may be later than 5 seconds.
hostile_witness_end() {
	local sent received longest
	kill -INT "$WITNESS"
	wait "$WITNESS" || :
	read -r sent received < <(awk '/packets transmitted/ { print $1, $4 }' "$RUN/witness")
	longest=$(sed -n 's|^rtt [^=]*= [^/]*/[^/]*/\([0-9]*\).*|\1|p' "$RUN/witness")
	[ "$received" -ge $((sent - 1)) ] || fail "the witness answers $received of $sent"
	[ "$longest" -lt $((50 * PATIENCE * SLOW)) ] || fail "the witness answers after $longest ms"
	passed "the witness answers $received of $sent, after $longest ms at most"
}

# Vif 1 has no driver. Its frames go to a bridge, which answers those for its own address, and
# on to an interface without a receiver: there is no other traffic.
hostile_nic() {
	local v4 d
	v4=$(vif_v4 "$GUEST" 1)
	check "bridge" net_bridge righostile "$v4.1/24"
	ip link add rigsink type dummy
	ip link set rigsink mtu 9000 master righostile up
	ip neigh replace "$v4.2" lladdr "$(vif_mac "$GUEST" 1)" dev righostile nud permanent
	drivers_off
	check "attach vif 1" vif_offer "$GUEST" 1 bridge=righostile
	check "offered" wait_for 10 back_offers "$(vif_back "$GUEST" 1)"
	for d in righostile rigsink "$(vif_dev "$GUEST" 1)"; do
		sysctl -q -w "net.ipv6.conf.${d/./\/}.disable_ipv6=1"
	done
}

# $1: seconds, rest: groups of cases
hostile_nic_run() {
	local v4 groups
	groups=$(hostile_chosen "${@:2}")
	[ -n "$groups" ] || return 0
	v4=$(vif_v4 "$GUEST" 1)
	check "$groups" hostile_guest "$1" "hostile_run vif 1 $v4.2 $v4.1 $groups"
}

# Frames that were refused are not delivered. $1: seconds, rest: groups
hostile_nic_counted() {
	local before nr dev said taken echoes
	[ -n "$(hostile_chosen "${@:2}")" ] || return 0
	dev=$(vif_dev "$GUEST" 1)
	before=$(cat "/sys/class/net/$dev/statistics/rx_packets")
	said=$(hostile_nic_run "$@") || fail "${said##*FAIL: }"
	printf '%s\n' "$said"
	nr=$(($(cat "/sys/class/net/$dev/statistics/rx_packets") - before))
	read -r taken echoes < <(sed -n 's/^frames taken \([0-9]*\) echoes \([0-9]*\)$/\1 \2/p' <<<"$said")
	if [ $nr -lt "$echoes" ] || [ $nr -gt "$taken" ]; then
		fail "$nr frames delivered; $taken taken, $echoes of them answered"
	fi
	passed "$nr frames delivered; $taken taken, $echoes of them answered"
}

# Bind the NIC to the guest's driver after the program.
hostile_nic_good() {
	local v4
	v4=$(vif_v4 "$GUEST" 1)
	check "a driver for vif 1" guest_device 20 "device_hand_over vif 1"
	check "connected" wait_for 30 vif_connected "$GUEST" 1
	check "interface" guest_run "$GUEST" 20 "nic_wait 1 && nic_up 1 $v4.2/24"
	check "ping" ping -q -c 3 -i 0.2 "$v4.2"
	check "detach" vif_detach "$GUEST" 1
}

# Long frames, which are not copied.
hostile_nic_mapped() {
	local sent
	[ -n "$(hostile_chosen mapped)" ] || return 0
	hostile_nic_counted 60 mapped
	sent=$(ethtool -S "$(vif_dev "$GUEST" 1)" | awk '$1 == "tx_zerocopy_sent:" { print $2 }')
	[ "$sent" -ge 100 ] || fail "only $sent frames were mapped"
	passed "$sent frames were mapped"
}

hostile_vif() {
	local group v4 rings="ctrlring+129 txring+257 txring-1 rxring+257 rxring-2147483648 ctrlring-1"
	v4=$(vif_v4 "$GUEST" 1)
	hostile_witness
	hostile_nic
	hostile_witness_start
	hostile_nic_counted 60 tx
	hostile_nic_mapped
	for group in odd "mcast rx" ctrl "pages keys" "flap storm race"; do
		# shellcheck disable=SC2086
		hostile_nic_run 60 $group
	done
	for group in $rings; do
		hostile_ring vif 1 "$(vif_back "$GUEST" 1)" "$v4.2 $v4.1" "$group"
	done
	hostile_witness_end
	hostile_nic_good
	check "detach the witness" vif_detach "$GUEST" 0
}

scenario hostile-vif 180 net hostile_vif

# --- backends that lie ---------------------------------------------------------

# A disk and a NIC of the honest backends.
hostile_back_witness() {
	local stay v4
	stay=$(disk_new xvdb 16)
	v4=$(vif_v4 "$GUEST" 0)
	check "attach the witness" vbd_attach "$GUEST" "$stay" xvdb
	check "attach the witness' NIC" vif_attach "$GUEST" 0
	net_address "$(vif_dev "$GUEST" 0)" "$v4.1/24"
	check "its interface" guest_run "$GUEST" 20 "nic_up 0 $v4.2/24"
	hostile_witness_start
	check "start the witness' load" guest_run "$GUEST" 15 \
		'verify_load xvdb witness --rw=randwrite --bs=16k --size=2m --iodepth=2 --rate_iops=60; load_busy xvdb'
}

hostile_back_witness_end() {
	check "the witness' load had no error" guest_run "$GUEST" 60 'load_last witness'
	hostile_witness_end
	check "detach the witness" vbd_detach "$GUEST" xvdb
	check "detach the witness' NIC" vif_detach "$GUEST" 0
}

# $1: what the load may see besides its own data, as a pattern; $2: seconds, rest: groups
hostile_back_disk_run() {
	local id said groups
	read -ra groups < <(hostile_chosen "${@:3}")
	[ ${#groups[@]} -gt 0 ] || return 0
	id=$(cat "$RUN/$GUEST.id")
	check "start a load" guest_run "$GUEST" 15 '. /rig/hostile.sh; hostile_load_start xvdc'
	check "${groups[*]}" hostile_back "$2" back-vbd "$id" "$(vbd_id xvdc)" "${groups[@]}"
	said=$(guest_run "$GUEST" 60 '. /rig/hostile.sh; hostile_load_stop') || fail "load: ${said##*$'\n'}"
	said=${said##*$'\n'}
	[[ $said =~ $1 ]] || fail "load: $said"
	passed "load: $said"
}

# The next backend of the same disk is an honest one.
hostile_back_disk_good() {
	local dev
	dev=$(disk_new xvdc 16)
	check "an honest backend for xvdc" vbd_attach "$GUEST" "$dev" xvdc
	check "fio on it" guest_run "$GUEST" 60 \
		'fio_verify xvdc after --rw=randwrite --bs=32k --iodepth=8 --size=8m'
	same_bytes xvdc xvdc 16
	check "detach xvdc" vbd_detach "$GUEST" xvdc
}

# Several queues, each with a ring of several pages. A guest has no more than processors.
hostile_back_disk_queues_run() {
	[ "$GUEST_CPUS" -gt 1 ] || return 0
	hostile_back_disk_run 'lies 0 ' 120 lent queues honest pages wiped pages stands flap
	hostile_back_disk_run 'errors [0-4] lies 0 ' 60 persistent queues vanishes
}

hostile_back_vbd() {
	local GUEST=g3 memory mode
	hostile_back_guest
	hostile_back_witness
	hostile_back_disk_run 'lies 0 ' 60 honest
	hostile_back_disk_run 'lies 0 ' 60 wiped responses
	memory=$(hostile_guest_memory)
	hostile_back_disk_run 'lies 0 ' 60 lent responses
	hostile_back_disk_run 'lies 0 ' 60 persistent responses
	hostile_back_disk_run 'lies 0 ' 60 lent pages wiped pages persistent pages
	for mode in lent wiped persistent; do
		hostile_back_disk_run '' 60 $mode data
	done
	hostile_back_disk_run 'lies 0 ' 120 lent keys stands flap storm
	hostile_back_disk_queues_run
	# One for each of its threads, when the disk goes at last.
	hostile_back_disk_run 'errors [0-4] lies 0 ' 60 lent vanishes wiped vanishes persistent vanishes
	hostile_back_disk_good
	hostile_memory_back "$memory"
	hostile_back_witness_end
	hostile_back_end
}

# $1: seconds, rest: groups
hostile_back_nic_run() {
	local id v4 groups
	read -ra groups < <(hostile_chosen "${@:2}")
	[ ${#groups[@]} -gt 0 ] || return 0
	id=$(cat "$RUN/$GUEST.id")
	v4=$(vif_v4 "$GUEST" 1)
	check "start a load" guest_run "$GUEST" 15 \
		". /rig/hostile.sh; hostile_nic_start 1 $v4.2 $v4.1 ${NIC_PROGRAM:-}"
	check "${groups[*]}" hostile_back "$1" back-vif "$id" 1 "$v4.1" "$v4.2" "${groups[@]}"
	check "end the load" guest_run "$GUEST" 15 '. /rig/hostile.sh; hostile_nic_stop'
}

hostile_back_ctrl_run() {
	[ -n "$(hostile_chosen ctrl)" ] || return 0
	check "configure a hash" guest_run "$GUEST" 15 '. /rig/hostile.sh; hostile_hash_start 1'
	hostile_back_nic_run 60 trusted ctrl
	check "no more" guest_run "$GUEST" 15 '. /rig/hostile.sh; hostile_hash_stop'
}

# Several queues, each with an event channel for either direction.
hostile_back_nic_queues_run() {
	[ "$GUEST_CPUS" -gt 1 ] || return 0
	hostile_back_nic_run 120 queues honest trusted rx random stands vanishes flap one-queue
}

# The guest has an XDP program.
hostile_back_xdp_run() {
	local NIC_PROGRAM=pass
	hostile_back_nic_run 60 trusted xdp untrusted xdp
}

# The next backend of the same NIC is an honest one.
hostile_back_nic_good() {
	local v4
	v4=$(vif_v4 "$GUEST" 1)
	check "an honest backend for vif 1" vif_attach "$GUEST" 1
	net_address "$(vif_dev "$GUEST" 1)" "$v4.1/24"
	check "interface" guest_run "$GUEST" 20 "nic_up 1 $v4.2/24"
	check "data" net_stream "$v4.2" 1000000 100 8000
	check "detach" vif_detach "$GUEST" 1
}

hostile_back_vif() {
	local GUEST=g3 memory mode
	hostile_back_guest
	hostile_back_witness
	hostile_back_nic_run 60 honest
	hostile_back_nic_run 60 untrusted tx rx
	memory=$(hostile_guest_memory)
	hostile_back_nic_run 60 trusted tx rx
	for mode in trusted untrusted; do
		hostile_back_nic_run 60 $mode pages random
	done
	hostile_back_nic_run 120 trusted keys stands vanishes flap storm
	hostile_back_ctrl_run
	hostile_back_nic_queues_run
	hostile_back_xdp_run
	hostile_back_nic_good
	hostile_memory_back "$memory"
	hostile_back_witness_end
	hostile_back_end
}

# How much a backend can make a guest spend: pages, references, and lines in its log.
hostile_back_bounds() {
	local GUEST=g3 memory
	hostile_back_guest
	hostile_back_witness
	hostile_back_nic_run 60 honest
	hostile_back_disk_run 'lies 0 ' 60 honest
	memory=$(hostile_guest_memory)
	hostile_back_nic_run 120 hoard
	hostile_back_disk_run 'lies 0 ' 120 hoard
	hostile_memory_back "$memory"
	hostile_lines_start
	hostile_back_nic_run 120 trusted log
	hostile_lines_few
	hostile_lines_start
	hostile_back_disk_run 'lies 0 ' 120 lent log
	hostile_lines_few
	hostile_back_nic_good
	hostile_back_disk_good
	hostile_back_witness_end
	hostile_back_end
}

scenario hostile-back-bounds 300 disk net all only:front hostile_back_bounds
scenario hostile-back-vbd 420 disk net all only:front hostile_back_vbd
scenario hostile-back-vif 600 disk net all only:front hostile_back_vif

# --- a driver domain attacked by its guest --------------------------------------

# Its own NIC's bridge, as hostile_nic() sets it up here.
# $1: IPv4 prefix, $2: address of the guest's NIC, $3: interface
hostile_dd_bridge() {
	guest_run dd 30 "ip link add righostile type bridge stp_state 0 forward_delay 0 &&
		net_address righostile $1.1/24 && ip link set righostile up &&
		ip link set $3 master righostile up &&
		ip neigh replace $1.2 lladdr $2 dev righostile nud permanent"
}

# Its backends are ours, and its kernel may be one that notices more than domain 0's.
hostile_driver_domain() {
	local v4 group
	at_end guest_destroy dd
	# The size that the cases are made for.
	check "driver domain" dd_create "$(disk_new data 1)" \
		"xen_blkback.max_queues=4 xen_netback.max_queues=4"
	# shellcheck disable=SC2034 # read by vbd_back and vif_back
	BACK_DOMAIN=$(cat "$RUN/dd.id")
	drivers_off
	check "attach a disk" vbd_offer "$GUEST" /dev/xvdb xvdb w,backend=dd
	check "offered" wait_for 10 back_offers "$(vbd_back "$GUEST" xvdb)"
	for group in requests "pages keys" "flap storm" race; do
		check "disk: $group" hostile_guest 60 "hostile_run vbd $(vbd_id xvdb) $group"
	done
	v4=$(vif_v4 "$GUEST" 1)
	check "attach a NIC" vif_offer "$GUEST" 1 backend=dd
	check "offered" wait_for 10 back_offers "$(vif_back "$GUEST" 1)"
	check "its bridge" hostile_dd_bridge "$v4" "$(vif_mac "$GUEST" 1)" "$(vif_dev "$GUEST" 1)"
	for group in tx mapped odd "mcast rx" ctrl "pages keys" "flap storm race"; do
		check "NIC: $group" hostile_guest 60 "hostile_run vif 1 $v4.2 $v4.1 $group"
	done
	check "the driver domain answers" guest_alive dd
	check "a driver for the disk" guest_device 20 "device_hand_over vbd $(vbd_id xvdb)"
	check "connected" wait_for 30 vbd_connected "$GUEST" xvdb
	check "fio on it" guest_run "$GUEST" 60 \
		'fio_verify xvdb after --rw=randwrite --bs=32k --iodepth=8 --size=1m'
	check "detach the disk" vbd_detach "$GUEST" xvdb
	check "detach the NIC" vif_detach "$GUEST" 1
}

scenario hostile-driver-domain 600 checks disk net only:front only:back hostile_driver_domain
