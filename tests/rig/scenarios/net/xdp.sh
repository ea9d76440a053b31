# SPDX-License-Identifier: GPL-2.0
# XDP programs at either end. The programs and the frames know each other: see
# tool/xdp.c.
# shellcheck shell=bash

# $1: what is checked, $2: how many come back, $3: how many of them a program has
# touched, $4: guest or dom0, rest: of frames check: OUT IN COUNT ...
xdp_frames() {
	local want="sent $7, received $2, repeated 0, reordered 0, corrupt 0, touched $3" out
	if [ "$4" = guest ]; then
		out=$(guest_run "$GUEST" 40 "frames check ${*:5}" || :)
	else
		out=$(frames check "${@:5}" || :)
	fi
	check_is "$1" "$want" "$(tail -n 1 <<<"$out")"
}

# Programs in the guest handle frames from dom0. $1: longest frame
xdp_front() {
	local max=$1 other dev="\$(nic_name 0)"
	net_pair "$GUEST" 1
	other=$DEV
	net_pair "$GUEST" 0
	check "echo" guest_run "$GUEST" 15 "frames echo $dev"
	xdp_frames "no program" 100 0 dom0 "$DEV" "$DEV" 100 28 "$max"
	check "pass" guest_run "$GUEST" 20 "xdp $dev native pass"
	check_is "headroom asked for" 256 "$(vif_front_key "$GUEST" 0 xdp-headroom)"
	xdp_frames "passed" 100 100 dom0 "$DEV" "$DEV" 100 28 "$max"
	check "data passes" net_stream "$V4" 500000 100 1400
	check "use headroom" guest_run "$GUEST" 20 "xdp $dev native grow"
	xdp_frames "passed with headroom used" 100 100 dom0 "$DEV" "$DEV" 100 28 "$max"
	check "drop" guest_run "$GUEST" 20 "xdp $dev native drop"
	xdp_frames "dropped" 0 0 dom0 "$DEV" "$DEV" 30 28 "$max"
	guest_run "$GUEST" 20 "pkill -x frames"
	check "tx" guest_run "$GUEST" 20 "xdp $dev native tx"
	xdp_frames "sent back" 100 100 dom0 "$DEV" "$DEV" 100 28 "$max"
	check "redirect" guest_run "$GUEST" 20 "xdp $dev native redirect=\$(nic_name 1)"
	xdp_frames "sent on" 100 100 dom0 "$DEV" "$other" 100 28 "$max"
	check "off" guest_run "$GUEST" 20 "xdp $dev off && frames echo $dev"
	xdp_frames "no program again" 100 0 dom0 "$DEV" "$DEV" 100 28 "$max"
	check "data" net_stream "$V4" 500000 100 8000
	check "detach" vif_detach "$GUEST" 0
	check "detach" vif_detach "$GUEST" 1
}

# Programs on the vif in dom0 handle frames from the guest.
xdp_back() {
	local nic nic1 other mode=$1
	net_pair "$GUEST" 1
	other=$DEV
	net_pair "$GUEST" 0
	nic=$(guest_run "$GUEST" 15 "nic_name 0") nic1=$(guest_run "$GUEST" 15 "nic_name 1")
	check "echo" frames echo "$DEV"
	xdp_frames "no program" 100 0 guest "$nic" "$nic" 100 28 1514
	check "pass" xdp "$DEV" "$mode" pass
	xdp_frames "passed" 100 100 guest "$nic" "$nic" 100 28 1514
	check "data passes" net_stream "$V4" 500000 100 1400
	check "use headroom" xdp "$DEV" "$mode" grow
	xdp_frames "passed with headroom used" 100 100 guest "$nic" "$nic" 100 28 1514
	check "drop" xdp "$DEV" "$mode" drop
	xdp_frames "dropped" 0 0 guest "$nic" "$nic" 30 28 1514
	pkill -x frames
	check "tx" xdp "$DEV" "$mode" tx
	xdp_frames "sent back" 100 100 guest "$nic" "$nic" 100 28 1514
	check "redirect" xdp "$DEV" "$mode" "redirect=$other"
	xdp_frames "sent on" 100 100 guest "$nic" "$nic1" 100 28 1514
	check "off" xdp "$DEV" off
	check "echo" frames echo "$DEV"
	xdp_frames "no program again" 100 0 guest "$nic" "$nic" 100 28 1514
	check "detach" vif_detach "$GUEST" 0
	check "detach" vif_detach "$GUEST" 1
}

# An interface is detached while programs run at both ends.
xdp_detach() {
	net_pair "$GUEST" 0
	check "program in the guest" guest_run "$GUEST" 20 "xdp \$(nic_name 0) native pass"
	check "program in dom0" xdp "$DEV" native pass
	check "traffic" net_load_into "$V4"
	check "detach" vif_detach "$GUEST" 0
	net_pair "$GUEST" 0
	check "echo" guest_run "$GUEST" 15 "frames echo \$(nic_name 0)"
	xdp_frames "no program in the next one" 100 0 dom0 "$DEV" "$DEV" 100 28 1514
	check "detach" vif_detach "$GUEST" 0
}

scenario net-xdp-front 150 net xdp_front 1514
scenario net-xdp-back 150 net only:back xdp_back native
scenario net-xdp-detach 90 net only:back only:front xdp_detach
