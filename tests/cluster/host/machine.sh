# SPDX-License-Identifier: GPL-2.0
# Two emulated machines, a and b, joined by a network, and commands to their domains 0.
# shellcheck shell=bash disable=SC2154 # work, image and slow belong to tests/cluster/run

MACHINES=(a b)
# Disks of a machine, in MiB: three halves of DRBD resources and what a's NBD server exports.
# They are files of the host, which outlive a machine that is killed.
MACHINE_DISKS=(r0 r1 r2 export)
MACHINE_DISK_MIB=64
# What QEMU may need besides the memory of its machine, for translated code.
MACHINE_OVERHEAD_MIB=1024
# The kernel's limit for the path of a socket.
SOCKET_PATH_MAX=107

declare -A CONTROL
ANSWERERS=()

# Fail early, with a line that says what is missing.
machines_possible() {
	local want have link=$work/link
	want=$((2 * ($(platform_memory 1) + MACHINE_OVERHEAD_MIB)))
	have=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)
	((have >= want)) ||
		die "two machines need $want MiB of memory, and $have MiB are available"
	((${#link} <= SOCKET_PATH_MAX)) ||
		die "$link is too long for the path of a socket: set XDG_CACHE_HOME to a shorter one"
}

# Pipes to the domains 0 of both machines and to QEMU's monitors.
machines_prepare() {
	local m dir fd
	for m in "${MACHINES[@]}"; do
		dir=$work/$m
		mkdir -p "$dir/answers"
		mkfifo "$dir"/{control,monitor}.{in,out}
		# Opened for both, so that neither QEMU nor the shell meets the end of a pipe
		# when the other one goes.
		exec {fd}<>"$dir/control.in"
		CONTROL[$m]=$fd
		machine_answers "$dir" &
		ANSWERERS+=($!)
	done
}

# Keep what a machine answers. $1: its folder
machine_answers() {
	local seq rc text out
	while read -r seq rc text; do
		eval "out=$text"
		printf '%s\n' "$out" >"$1/answers/$seq.out"
		echo "$rc" >"$1/answers/$seq.rc"
	done <>"$1/control.out"
}

# Both, with new disks: files that say what is set up are gone, too.
machines_boot() {
	local m d
	rm -f "$work"/{link,drbd,nbd,kind} "$work"/*/*.img
	for m in "${MACHINES[@]}"; do
		for d in "${MACHINE_DISKS[@]}"; do
			truncate -s "${MACHINE_DISK_MIB}M" "$work/$m/$d.img"
		done
		say "booting machine $m"
		machine_start "$m"
	done
	for m in "${MACHINES[@]}"; do
		machine_ready "$m" || return
	done
	say "both machines are up"
}

# Xen on the stack of a domain, which no driver can cause: see Documentation/rig.rst.
# $1: machine
xen_was_lost() {
	grep -qa 'Current stack base .* differs from expected' "$work/$1/console.log"
}

# $1: machine
machine_start() {
	local m=$1 dir=$work/$1 d server=off extra=()
	[ "$m" != a ] || server=on
	for d in "${MACHINE_DISKS[@]}"; do
		extra+=(-drive "if=virtio,format=raw,file=$dir/$d.img")
	done
	extra+=(
		-netdev "stream,id=link,server=$server,addr.type=unix,addr.path=$work/link"
		-device "virtio-net-pci,netdev=link,romfile=,status=off,mac=52:54:00:00:00:0$m"
		-chardev "pipe,id=control,path=$dir/control"
		-device "virtserialport,chardev=control,name=rig.control"
		-chardev "pipe,id=monitor,path=$dir/monitor"
		-mon "chardev=monitor,mode=readline"
	)
	: >"$dir/verdict"
	DOM0_OPTIONS="$DOM0_OPTIONS rig.machine=$m" \
		boot_qemu "$image" "$work/payload.tar" "$dir" -serial "file:$dir/console.log" \
		"${extra[@]}" </dev/null >"$dir/qemu.log" 2>&1 &
	echo $! >"$dir/pid"
	# The shell need not say that it was killed.
	disown
	# b connects to what a listens on.
	[ "$m" != a ] || host_wait 20 test -S "$work/link"
}

# host_wait SECONDS COMMAND...: until the command succeeds. These seconds are multiplied as
# all limits are.
host_wait() {
	local end=$((SECONDS + $1 * RIG_PATIENCE * slow / 100))
	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.2
	done
}

# One that has ended may not have been waited for. $1: machine
machine_runs() {
	local pid state
	read -r pid <"$work/$1/pid" && read -r _ _ state _ <"/proc/$pid/stat" && [ "$state" != Z ]
} 2>/dev/null

machine_up_or_dead() {
	! machine_runs "$1" || grep -q '^up$' "$work/$1/verdict"
}

# Wait for the agent in domain 0. $1: machine
machine_ready() {
	if ! host_wait 180 machine_up_or_dead "$1" || ! machine_runs "$1" ||
		grep -q '^no ' "$work/$1/verdict"; then
		echo "machine $1 does not come up: $(tail -n 2 "$work/$1/qemu.log" "$work/$1/console.log")"
		return 1
	fi
}

# As a power failure: nothing is written any more. $1: machine
machine_kill() {
	kill -KILL "$(cat "$work/$1/pid")" || return
	host_wait 20 machine_is_dead "$1"
}

machine_is_dead() {
	! machine_runs "$1"
}

machines_stop() {
	local m
	for m in "${MACHINES[@]}"; do
		! machine_runs "$m" || machine_kill "$m" || :
	done
}

# Logs are kept under the machine's name. $1: what is before it
machines_keep_logs() {
	local m f
	for m in "${MACHINES[@]}"; do
		for f in console qemu dom0 guest; do
			[ ! -e "$work/$m/$f.log" ] || cp "$work/$m/$f.log" "$LOG_DIR/${1:-}$m-$f.log"
		done
	done
}

# The network between the machines loses everything, or is whole again. The interfaces do not
# report it (status=off), as if it were cut beyond the switch. $1: off or on
link() {
	local m
	for m in "${MACHINES[@]}"; do
		# Opened for both, or it would wait for a machine that is dead.
		echo "set_link link $1" 1<>"$work/$m/monitor.in"
	done
}

# Start a command in domain 0. Sets SENT to its number. $1: machine, $2: shell text
on_start() {
	SENT=${EPOCHREALTIME/./}$BASHPID
	printf '%s %q\n' "$SENT" "SLOW=$slow; $2" >&"${CONTROL[$1]}"
}

# Wait for it, print what it said, return its exit status; 124 if it has not ended in time,
# 125 if the machine died. $1: machine, $2: its SENT, $3: seconds
on_wait() {
	local answer=$work/$1/answers/$2 end=$((SECONDS + $3 * RIG_PATIENCE * slow / 100))
	until [ -s "$answer.rc" ]; do
		machine_runs "$1" || {
			echo "machine $1 is dead"
			return 125
		}
		((SECONDS < end)) || {
			echo "no answer from machine $1 in $3 s times $RIG_PATIENCE, and $slow %"
			return 124
		}
		sleep 0.05
	done
	cat "$answer.out"
	return "$(cat "$answer.rc")"
}

# on MACHINE SECONDS TEXT: run a command in domain 0.
on() {
	on_start "$1" "$3"
	on_wait "$1" "$SENT" "$2"
}
