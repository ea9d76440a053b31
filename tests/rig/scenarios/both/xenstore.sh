# SPDX-License-Identifier: GPL-2.0
# xenstored is stopped, its quota is used up, keys are missing; hotplug scripts fail or are
# slow: data must go on, a reason must be left, and a later attempt must succeed.
# shellcheck shell=bash

# --- one device, of either kind ----------------------------------------------

# Sets TYPE, NR, BACK and FRONT. $1: vbd or vif
store_device() {
	TYPE=$1
	case $TYPE in
	vbd) NR=$(vbd_id xvdb) BACK=$(vbd_back "$GUEST" xvdb) FRONT=$(vbd_front "$GUEST" xvdb) ;;
	vif) NR=0 BACK=$(vif_back "$GUEST" 0) FRONT=$(vif_front "$GUEST" 0) ;;
	esac
	[ "$TYPE" = vif ] || LOOP=$(disk_new data 4)
	[ "$TYPE" = vif ] || head -c 4M /dev/urandom >"$DISK_DIR/data"
}

# Attach as the toolstack does, without waiting for the guest. $1: its hotplug script
store_attach() {
	case $TYPE in
	vbd) VBD_SCRIPT=${1:-$VBD_SCRIPT} vbd_offer "$GUEST" "$LOOP" xvdb ;;
	vif) VIF_SCRIPT=${1:-$VIF_SCRIPT} vif_offer "$GUEST" 0 ;;
	esac
}

store_detach() {
	case $TYPE in
	vbd) vbd_detach "$GUEST" xvdb ;;
	vif) vif_detach "$GUEST" 0 ;;
	esac
}

# States of back and front, - for none.
store_states() {
	echo "$(xenstore-read "$BACK/state" 2>/dev/null || echo -)" \
		"$(xenstore-read "$FRONT/state" 2>/dev/null || echo -)"
}

store_states_are() {
	[ "$(store_states)" = "$1" ]
}

# $1: text, $2: states
store_reach() {
	wait_for 20 store_states_are "$2" || fail "$1: want states $2, are $(store_states)"
	passed "$1: states $2"
}

# The device carries data, to the byte.
store_works() {
	store_reach "connected" "4 4"
	if [ "$TYPE" = vbd ]; then
		check_is "bytes" "$(disk_backing_sum data)" \
			"$(guest_device 30 'device_disk xvdb && disk_sum xvdb 4')"
	else
		DEV=$(vif_dev "$GUEST" 0)
		ip link set "$DEV" up
		ip address replace "$(vif_v4 "$GUEST" 0).1/24" dev "$DEV"
		check "interface" guest_run "$GUEST" 20 "nic_wait 0 && nic_up 0 $(vif_v4 "$GUEST" 0).2/24"
		check "stream" stream tcp "$(vif_v4 "$GUEST" 0).2" 200000
	fi
}

# A command about the device in the guest. $1: function of device.sh
store_guest() {
	guest_device 20 "$1 $TYPE $NR"
}

# A command about the device's back. $1: bind or unbind
store_back() {
	limited 20 tee "/sys/bus/xen-backend/drivers/$TYPE/$1" <<<"$TYPE-$(cat "$RUN/$GUEST.id")-$NR"
}

# --- reasons ------------------------------------------------------------------

# The error folder of an end. $1: back or front
store_error_dir() {
	case $1 in
	back) echo "/local/domain/0/error/${BACK#/local/domain/0/}" ;;
	front) echo "${FRONT/device/error\/device}" ;;
	esac
}

store_error() {
	xenstore-read "$(store_error_dir "$1")/error" 2>/dev/null
}

store_error_has() {
	store_error "$1" | grep -qF -- "$2"
}

# The reason is in the error node. $1: back or front, $2: what it contains
store_reason() {
	wait_for 20 store_error_has "$1" "$2" || fail "reason of the $1: want '$2', is '$(store_error "$1")'"
	[[ $(store_error "$1") =~ ^[1-9][0-9]*\  ]] ||
		fail "the reason of the $1 begins without a number: '$(store_error "$1")'"
	passed "reason of the $1: $(store_error "$1")"
}

store_forget() {
	xenstore-rm "$(store_error_dir back)" 2>/dev/null || :
	xenstore-rm "$(store_error_dir front)" 2>/dev/null || :
}

# The same text is in the log of that end's kernel. $1: text
store_logged() {
	grep -qF -- "$1" "$RUN/dmesg.log" "/var/log/xen/console/guest-$GUEST.log"
}

# --- xenstored is stopped --------------------------------------------------------

# Stop xenstored. Tasks that access xenstore wait, and the kernel may warn of them; data must
# not wait. xenstored continues by itself if store_go is not reached.
store_stop() {
	local pid
	pid=$(cat /run/xenstored.pid)
	sysctl -q kernel.hung_task_timeout_secs=300
	setsid sh -c "sleep 300; kill -CONT $pid" >/dev/null 2>&1 </dev/null 3>&- &
	STORE_GUARD=$!
	kill -STOP "$pid"
}

store_go() {
	kill -CONT "$(cat /run/xenstored.pid)"
	kill "$STORE_GUARD"
	kernel_patience
}

# The counter moves in each second, or in what that is on a slow machine, and xenstored does
# not answer. $1: seconds, $2: file
store_moves() {
	local i before=-1 now
	for i in $(seq "$1"); do
		now=$(cat "$2")
		[ "$now" -gt "$before" ] || fail "nothing moves in second $i: ${2##*/} stays $now"
		before=$now
		sleep $((SLOW / 100))
	done
	! timeout 1 xenstore-exists / || fail "xenstored answers"
	[ ! -s "$RUN/late.rc" ] || fail "what needs xenstore has ended: $(cat "$RUN/late.log")"
	passed "data moved in each of $1 seconds"
}

# Start a command that ends when xenstored continues. Rest: command
store_late() {
	rm -f "$RUN/late.rc"
	(
		"$@" && echo 0 >"$RUN/late.rc" || echo 1 >"$RUN/late.rc"
	) >"$RUN/late.log" 2>&1 &
}

store_late_ended() {
	wait_for 60 test -s "$RUN/late.rc" || fail "$1 never ends"
	check_is "$1 $(tail -n 1 "$RUN/late.log")" 0 "$(cat "$RUN/late.rc")"
}

# A disk in use; another one is attached and the first one grows meanwhile.
store_stopped_disk() {
	local stay late
	stay=$(disk_new stay 16)
	late=$(disk_new late 8)
	check "attach" vbd_attach "$GUEST" "$stay" xvdb
	check "start a load" guest_run "$GUEST" 15 "load_start xvdb stay --rw=randwrite --bs=4k --iodepth=4 \
		--size=8m --rate_iops=200 --verify=crc32c --verify_backlog=128 --verify_fatal=1; load_busy xvdb"
	store_stop
	store_late vbd_attach "$GUEST" "$late" xvdc
	truncate -s 24M "$DISK_DIR/stay"
	losetup -c "$stay"
	store_moves "$(rounds 3 60)" \
		"/sys/bus/xen-backend/devices/vbd-$(cat "$RUN/$GUEST.id")-$(vbd_id xvdb)/statistics/wr_req"
	store_go
	store_late_ended "attaching"
	check "the guest sees the new size" wait_for 20 guest_size_is $((24 << 20))
	check "the load ran on" guest_run "$GUEST" 15 'load_running stay'
	check "and had no error" guest_run "$GUEST" 40 'load_stop stay'
	check "detach" vbd_detach "$GUEST" xvdc
	check "detach" vbd_detach "$GUEST" xvdb
}

# An interface in use; another one is attached, and a third one loses its carrier:
# the driver that handles this holds the RTNL, which all changes of the network need.
store_stopped_nic() {
	local v4
	net_pair "$GUEST" 1
	net_pair "$GUEST" 0
	v4=${V4%2}1
	stream serve >/dev/null
	check "start a load" guest_run "$GUEST" 15 "nic_load stay $v4 100000 0.1"
	check "it runs" wait_for 20 net_carries 20
	store_stop
	store_late vif_attach "$GUEST" 2
	check "switch a carrier off" limited 2 ip link set "$(vif_dev "$GUEST" 1)" carrier off
	store_moves "$(rounds 3 60)" "/sys/class/net/$DEV/statistics/rx_packets"
	store_go
	store_late_ended "attaching"
	check "the guest sees no carrier" guest_device 20 "device_loses_carrier 1"
	check "the load had no error" guest_run "$GUEST" 40 "load_last stay"
	vif_detach_all "$GUEST"
}

# --- no room in xenstore ----------------------------------------------------------

# $1: name; how much of it the guest has. Newer ones say how much it was at most, too.
store_quota_used() {
	xenstore-control quota "$(cat "$RUN/$GUEST.id")" | awk -v n="$1" '$1 == n { sub(/^[^:]*:/, ""); print $1 }'
}

store_quota_free() {
	xenstore-control quota set nodes 1000
	xenstore-control quota set watches 128
}

# The guest's driver gets the device while there is room for so many nodes more; the
# answer of the guest's own agent needs some as well. $1: nodes, rest: sees the reason
store_no_room() {
	local seq
	store_guest device_unbind
	store_forget
	check "room for $1 nodes" xenstore-control quota set nodes $(($(store_quota_used nodes) + $1))
	seq=$(guest_start "$GUEST" ". /rig/device.sh; device_bind $TYPE $NR")
	check "a reason, with room for $1" wait_for 20 "${@:2}"
	[ "$(store_states)" != "4 4" ] || fail "connected without room for its keys"
	xenstore-rm "$(guest_node "$GUEST")/cmd/$seq" || :
}

# The same in a folder above, behind the device's name. $1: pattern
store_reason_above() {
	local dir
	dir=$(store_error_dir front)
	while [ "${dir##*/}" != error ]; do
		dir=${dir%/*}
		! xenstore-read "$dir" | grep "$1" || return 0
	done
	return 1
}

# $1: vbd or vif
store_quota() {
	store_device "$1"
	at_end store_quota_free
	check "no driver yet" guest_device 15 'device_autoprobe 0'
	check "attach" store_attach
	store_reach "offered" "2 1"
	# None at all: the text goes where there is a node.
	store_no_room 0 store_reason_above "$TYPE-$NR: [1-9][0-9]* cannot write .*quota is used up"
	store_quota_free
	store_no_room 8 store_error_has front "xenstore quota is used up"
	# All the keys or, where a transaction is counted as it goes, one of them.
	store_reason front "cannot write "
	store_reason front " to xenstore: the domain's xenstore quota is used up"
	check "in the log" wait_for 5 store_logged "raise it with \"xenstore-control quota set\""
	store_quota_free
	if [ "$(rounds 1 2)" = 2 ]; then
		store_guest device_unbind
		xenstore-control quota set watches 1
		check_fails "bind without watches" store_guest device_bind
		store_reason front "quota"
		store_quota_free
	fi
	check "with room again" store_guest device_rebind
	store_works
	check "detach" store_detach
	guest_device 15 'device_autoprobe 1'
}

# --- keys that are not there ---------------------------------------------------------

# Which end reads the key and when, what is done to it, the key, and the error that is
# reported. A line with an asterisk is for the long run.
# shellcheck disable=SC2034 # read through its name
STORE_KEYS_vbd='
held back rm queue-1/event-channel
held back rm queue-0/ring-ref
held back rm state *
ready front rm sectors
ready front hide sector-size *
offer front hide multi-queue-max-queues
offer front hide max-ring-page-order *
made front rm virtual-device
'
# shellcheck disable=SC2034 # as above
STORE_KEYS_vif='
held back rm queue-1/tx-ring-ref
held back rm queue-0/rx-ring-ref *
held back rm queue-0/event-channel-rx
held back rm request-rx-copy *
held back rm event-channel-ctrl *
held back rm state *
offer front rm feature-rx-copy
offer front hide feature-sg *
made front rm mac
made back rm handle
'

# The key that the back waits for.
store_gate() {
	case $TYPE in
	vbd) echo physical-device ;;
	vif) echo hotplug-status ;;
	esac
}

# The folder of keys that an end reads, if they are not its own. $1: reader, $2: when
store_keys_of() {
	case $1-$2 in
	back-made) echo "$BACK" ;;
	front-made | back-*) echo "$FRONT" ;;
	*) echo "$BACK" ;;
	esac
}

# $1: rm or hide, $2: node
store_take() {
	KEPT=$(xenstore-read "$2") || fail "there is no $2"
	case $1 in
	rm) xenstore-rm "$2" ;;
	hide) xenstore-chmod "$2" n0 ;;
	esac
}

store_give_back() {
	# The end that had the folder has released it since.
	[ "${2##*/}" != state ] || KEPT=6
	xenstore-write "$2" "$KEPT"
	[ "$1" = rm ] || xenstore-chmod "$2" n0 "r$(cat "$RUN/$GUEST.id")"
}

# The front has written its keys, the back has not read them.
store_hold() {
	store_guest device_unbind
	store_reach "let go" "6 6"
	# The keys of an open disk are not read again.
	[ "$TYPE" = vif ] || store_back unbind >/dev/null
	xenstore-rm "$BACK/$(store_gate)"
	[ "$TYPE" = vif ] || store_back bind >/dev/null
	store_guest device_bind
	store_reach "held" "2 $([ "$TYPE" = vif ] && echo 4 || echo 3)"
}

store_release() {
	xenstore-write "$BACK/$(store_gate)" "$GATE"
}

# $1: rm or hide, $2: node
keys_held() {
	store_hold
	store_take "$@"
	store_release
}

# The back has connected, the front has not seen it.
keys_ready() {
	store_hold
	xl pause "$GUEST"
	store_release
	wait_for 10 store_states_are "4 3" || fail "the back does not connect"
	store_take "$@"
	xl unpause "$GUEST"
}

# The back has offered the device, the front has not read that. The guest's bus may take the
# state for that of a new device.
keys_offer() {
	store_guest device_unbind
	store_reach "let go" "6 6"
	guest_device 10 "device_autoprobe 0"
	xenstore-write "$FRONT/state" 1
	store_reach "offered" "2 1"
	store_take "$@"
	store_guest device_bind || :
	guest_device 10 "device_autoprobe 1"
}

# The end is not created yet.
keys_made() {
	store_guest device_unbind
	store_take "$@"
	if [ "$READER" = front ]; then
		check_fails "make it" store_guest device_bind
	else
		store_back unbind >/dev/null
		check_fails "make it" store_back bind
	fi
}

# One line of the table. $1: moment, $2: reader, $3: what, $4: key
keys_row() {
	local node
	READER=$2
	node=$(store_keys_of "$2" "$1")/$4
	store_forget
	"keys_$1" "$3" "$node"
	store_reason "$2" "$4"
	store_reach "refused" "$([ "$4" = state ] && echo "6 -" || echo "6 6")"
	store_give_back "$3" "$node"
	if [ "$1-$2" = made-back ]; then
		store_back bind >/dev/null
		# A back that leaves takes the word of the script with it, and xl does not
		# run the script again.
		[ "$TYPE" != vif ] || xenstore-write "$BACK/hotplug-status" connected
	fi
	check "try again" store_guest device_rebind
	store_reach "connected" "4 4"
}

# $1: vbd or vif
store_keys() {
	local when reader what key long table=STORE_KEYS_$1
	store_device "$1"
	check "attach" store_attach
	store_reach "connected" "4 4"
	GATE=$(xenstore-read "$BACK/$(store_gate)")
	while read -r -u 9 when reader what key long; do
		[ -n "$when" ] || continue
		[ -z "$long" ] || [ "$(rounds 1 2)" = 2 ] || continue
		echo "--- $when $reader $what $key"
		keys_row "$when" "$reader" "$what" "$key"
	done 9<<<"${!table}"
	store_works
	check "detach" store_detach
}

# --- hotplug scripts ---------------------------------------------------------------------

store_script() {
	echo "$@" >"$RUN/hotplug"
}

# Nothing is left of the device, in xenstore or in dom0.
store_nothing_left() {
	! xenstore-exists "$BACK" && ! xenstore-exists "$FRONT" &&
		[ ! -e "/sys/bus/xen-backend/devices/$TYPE-$(cat "$RUN/$GUEST.id")-$NR" ] &&
		[ ! -e "/sys/class/net/$(vif_dev "$GUEST" 0)" ]
}

# A script that fails, with an error or without. $1: how, $2: reason in the error node
store_script_fails() {
	store_script "$1"
	store_forget
	check_fails "attach, the script fails ($1)" store_attach /rig/dom0/hotplug
	store_reason back "$2"
	check "in the log" wait_for 5 store_logged "$2"
	check "detach" store_detach
	check "nothing is left" wait_for 10 store_nothing_left
}

store_no_error() {
	! store_error back
}

# $1: vbd or vif
store_scripts() {
	store_device "$1"
	store_script_fails fail "the hotplug script failed: no such bridge: rig-nowhere"
	[ "$(rounds 1 2)" = 1 ] || store_script_fails mute "still waiting"
	store_script slow 8
	store_forget
	store_late store_attach /rig/dom0/hotplug
	store_reason back "still waiting"
	store_late_ended "attaching slowly"
	store_works
	check "no reason is left" wait_for 5 store_no_error
	check "detach" store_detach
	check "nothing is left" wait_for 10 store_nothing_left
}

scenario xenstore-stopped 90 all long:240 store_stopped_disk
scenario xenstore-full 60 only:front store_quota vbd
scenario xenstore-keys 90 long:240 only:back only:front store_keys vbd
scenario hotplug-script 60 all long:120 only:back store_scripts vbd
scenario net-xenstore-stopped 90 long:240 net only:back store_stopped_nic
scenario net-xenstore-keys 90 all long:300 net only:back only:front store_keys vif
scenario net-xenstore-full 60 all net only:front store_quota vif
scenario net-hotplug-script 60 long:120 net only:back store_scripts vif
