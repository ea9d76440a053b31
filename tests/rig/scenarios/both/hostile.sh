# SPDX-License-Identifier: GPL-2.0
# A guest violates the protocol: its own device may suffer, but nothing else.
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
	local before
	before=$(disk_backing_sum "$1")
	check "$1: ${*:3}" hostile_guest "$2" "hostile_run vbd $(vbd_id "$1") ${*:3}"
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
	local v4
	v4=$(vif_v4 "$GUEST" 1)
	check "${*:2}" hostile_guest "$1" "hostile_run vif 1 $v4.2 $v4.1 ${*:2}"
}

# Frames that were refused are not delivered. $1: seconds, rest: groups
hostile_nic_counted() {
	local before nr dev said taken echoes
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

hostile_vif() {
	local group v4 sent rings="ctrlring+129 txring+257 txring-1 rxring+257 rxring-2147483648 ctrlring-1"
	v4=$(vif_v4 "$GUEST" 1)
	hostile_witness
	hostile_nic
	hostile_witness_start
	hostile_nic_counted 60 tx
	hostile_nic_counted 60 mapped
	sent=$(ethtool -S "$(vif_dev "$GUEST" 1)" | awk '$1 == "tx_zerocopy_sent:" { print $2 }')
	[ "$sent" -ge 100 ] || fail "only $sent frames were mapped"
	passed "$sent frames were mapped"
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
