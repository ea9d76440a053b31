# SPDX-License-Identifier: GPL-2.0
# Many small guests, s1, s2 and so on, each with a disk and with a port of one bridge. They are
# idle until they are asked, and each knows its number as nr.
# shellcheck shell=bash

MANY_BRIDGE=rigmany
MANY_DOM0=10.100.1.1
MANY_NET=10.100.0
MANY_DISK_MIB=1
# What was measured as each guest started: its number, the milliseconds of xl create, of the disk's
# and of the interface's handshake.
MANY_STARTED=$RUN/many.started
# Numbers of the guests that are there.
MANY=()

# Tell the host how long a phase took. $1: text, rest: command
phase() {
	local start=$SECONDS what=$1
	shift
	"$@"
	passed "phase: $what: $((SECONDS - start)) s"
	verdict "note $MANY_NAME $what: $((SECONDS - start)) s"
}

# $1: name of the scenario, $2: kind of the fronts
many_begin() {
	MANY_NAME=$1
	small_prepare "$2"
	: >"$MANY_STARTED"
	at_end many_end
	# Solicitations of dom0's on a port of the bridge would wake up its guest's threads.
	echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
	check "bridge" net_bridge $MANY_BRIDGE $MANY_DOM0/16
	# It must not hold our stdout, because the reader would wait for it.
	stream serve >/dev/null 2>&1
}

# Also of a scenario that has failed.
many_end() {
	local f
	for f in "$RUN"/s[0-9]*.id; do
		[ -e "$f" ] || continue
		f=${f##*/}
		guest_destroy "${f%.id}"
		rm -f "$RUN/$f"
	done
	wait_for 20 many_no_devices
	echo 0 >/proc/sys/net/ipv6/conf/default/disable_ipv6
	net_reset
}

many_no_devices() {
	! compgen -G '/sys/bus/xen-backend/devices/v??-*' >/dev/null
}

# $1: number
many_config() {
	guest_config "s$1" "\"$(vbd_spec "$(<"$RUN/s$1.disk")" xvda w)\"" \
		"rdinit=/idle rig.nr=$1 rig.vbd=51712 rig.vif=0 rig.address=$MANY_NET.$1 rig.peer=$MANY_DOM0"
	cat <<-END
		kernel = "$SMALL_KERNEL"
		ramdisk = "$SMALL_RAMDISK"
		memory = $SMALL_MIB
		vcpus = 1
		vif = [ "mac=$(vif_mac "s$1" 0),script=$VIF_SCRIPT,bridge=$MANY_BRIDGE" ]
	END
}

# Wait until it has said so, and not for one that has died. $1: guest
many_ready() {
	local node home begin=$SECONDS
	home=$(guest_home "$1") node=$(guest_node "$1")/ready
	until SLOW=0 ask until 10 1 "$node"; do
		((SECONDS - begin < 60 * PATIENCE * SLOW / 100)) && xenstore-exists "$home" || return
	done
}

# Start one, and wait until both devices are connected. $1: number
many_start() {
	local begin=${EPOCHREALTIME/[.,]/} state create
	disk_new "s$1" $MANY_DISK_MIB >"$RUN/s$1.disk" || return
	many_config "$1" >"$RUN/s$1.cfg"
	# Nobody waits for its end: that would be a process for each.
	xl create -q -e "$RUN/s$1.cfg" || return
	guest_id "s$1" >"$RUN/s$1.id"
	create=$(((${EPOCHREALTIME/[.,]/} - begin) / 1000))
	many_ready "s$1" || {
		tail -n 5 "/var/log/xen/console/guest-s$1.log"
		echo "guest s$1 does not come up"
		return 1
	}
	read -r _ _ _ state < <(xenstore-read "$(guest_node "s$1")/state")
	echo "$1 $create ${state//[^0-9 ]/}" >>"$MANY_STARTED"
	MANY+=("$1")
}

# $1: first, $2: last
many_start_all() {
	local nr
	for ((nr = $1; nr <= $2; nr++)); do
		many_start "$nr" || fail "start of guest s$nr"
		((nr % 10)) || verdict "note $MANY_NAME $nr guests after $SECONDS s"
	done
}

# Have all of them do something at once; fails if one fails. What they print is in
# $RUN/many.said, after their names. $1: seconds, $2: shell text, rest: numbers
many_ask() {
	local nr out rc=0
	local -A seq=()
	: >"$RUN/many.said"
	for nr in "${@:3}"; do
		seq[$nr]=$(guest_start "s$nr" "$2")
	done
	for nr in "${@:3}"; do
		out=$(guest_wait "s$nr" "${seq[$nr]}" "$1" 2>&1) || {
			echo "s$nr: $out"
			rc=1
		}
		printf '%s\n' "${out//$'\n'/ }" | sed "s/^/s$nr /" >>"$RUN/many.said"
	done
	return $rc
}

# The backing files have each its guest's blocks. $1: numbers
many_disks_right() {
	local nr
	for nr in $1; do
		mark verify "$DISK_DIR/s$nr" $((1000 + nr)) || {
			echo "the disk of s$nr is not as it wrote it"
			return 1
		}
	done
}

# Destroy one. $1: number
many_destroy() {
	local said
	said=$(patient limited 60 xl destroy "s$1" 2>&1) || said+=" failed"
	[ -z "$said" ] || {
		echo "xl destroy s$1: $said"
		return 1
	}
	rm -f "$RUN/s$1.id"
}

# Forget some of those that are there. $1: numbers
many_forget() {
	local nr rest=()
	for nr in "${MANY[@]}"; do
		[[ " $1 " == *" $nr "* ]] || rest+=("$nr")
	done
	MANY=("${rest[@]}")
}

# What dom0 still has of any of them. $1: free memory before the first, in MiB
many_left() {
	compgen -G '/sys/bus/xen-backend/devices/v??-*' || :
	compgen -G '/sys/class/net/vif*' || :
	compgen -G '/sys/kernel/debug/xen-split/v??-*' || :
	# As in destroy_left.
	# shellcheck disable=SC2009
	ps -e -o comm= | grep -E "$COST_THREADS" || :
	grep -E "$COST_CHANNELS" /proc/interrupts || :
	xl list | awk '$1 ~ /^(s[0-9]+|\(null\))$/ { print "domain", $0 }'
	[ "$(destroy_memory)" -ge "$1" ] || echo "$(destroy_memory) MiB free, not $1"
}

many_nothing_left() {
	[ -z "$(many_left "$1")" ]
}

# Destroy all; 5 s later at most nothing may be left. $1: free memory before the first
many_all_go() {
	local nr
	for nr in "${MANY[@]}"; do
		check "destroy s$nr" many_destroy "$nr"
	done
	MANY=()
	wait_for 5 many_nothing_left $(($1 - 2)) || fail "left of all guests: $(many_left $(($1 - 2)) | head -n 5 | tr '\n' ' ')"
	passed "nothing is left of any"
}
