# SPDX-License-Identifier: GPL-2.0
# Disks that both machines have: DRBD, a block device that is kept equal on both, and NBD,
# one that machine a serves to both.
# shellcheck shell=bash

DRBD_PORT=7800
# Devices behind the resources r0, r1 and r2, and behind what the NBD server exports.
DRBD_DISKS=(/dev/vde /dev/vdf /dev/vdg)
NBD_DISK=/dev/vdh

# A peer that does not answer is given up after 25 s: on a busy machine an answer takes seconds.
drbd_config() {
	local n
	cat <<-END
		global { usage-count no; }
		common {
			net {
				protocol C;
				allow-two-primaries yes;
				verify-alg crc32c;
				timeout 90; ping-int 10; connect-int 10; ping-timeout 150;
				after-sb-0pri discard-zero-changes;
				after-sb-1pri discard-secondary;
				after-sb-2pri disconnect;
			}
			disk { c-plan-ahead 0; resync-rate 40M; }
		}
	END
	for n in "${!DRBD_DISKS[@]}"; do
		cat <<-END
			resource r$n {
				device /dev/drbd$n minor $n;
				disk ${DRBD_DISKS[n]};
				meta-disk internal;
				on a { address ${ADDRESS[a]}:$((DRBD_PORT + n)); }
				on b { address ${ADDRESS[b]}:$((DRBD_PORT + n)); }
			}
		END
	done
}

# $1: new for disks that were never used
drbd_up() {
	modprobe drbd && drbd_config >/etc/drbd.conf || return
	[ "${1:-}" != new ] || drbdadm create-md --force all || return
	drbdadm up all
}

# Both disks hold zeros: there is nothing to copy. On one machine.
drbd_declare_equal() {
	local n
	for n in "${!DRBD_DISKS[@]}"; do
		drbdadm -- --clear-bitmap new-current-uuid "r$n" || return
	done
}

# $1: resource, $2: state of the connection, of the disks
drbd_is() {
	[ "$(drbdadm cstate "$1")" = "$2" ] && [ "$(drbdadm dstate "$1")" = "$3" ]
}

# The same, waiting. rest: as for drbd_is
drbd_becomes() {
	local seconds=$1
	shift
	wait_for "$seconds" drbd_is "$@" || {
		cat /proc/drbd
		return 1
	}
}

# Is it primary nowhere but on the other machine? $1: resource
drbd_is_secondary() {
	[[ $(drbdadm role "$1") == Secondary/* ]]
}

# KiB that are known to differ. $1: resource
drbd_out_of_sync() {
	grep -A 1 "^ *${1#r}: cs:" /proc/drbd | sed -n 's/.* oos://p'
}

# Compare both halves block by block. $1: resource
drbd_verify() {
	drbdadm verify "$1" && nap 1 && drbd_becomes 120 "$1" Connected UpToDate/UpToDate || return
	[ "$(drbd_out_of_sync "$1")" = 0 ] || {
		cat /proc/drbd
		return 1
	}
}

nbd_serve() {
	mkdir -p /run/nbd
	cat >/run/nbd/config <<-END
		[generic]
		[shared]
		exportname = $NBD_DISK
		flush = true
		fua = true
	END
	nbd-server -C /run/nbd/config
}

nbd_connect() {
	modprobe nbd && nbd-client "${ADDRESS[a]}" /dev/nbd0 -name shared -persist
}

# What xl is told of a shared disk: a resource by its name, which the script of drbd-utils
# makes primary, or a device by its path. Sets SHARED and VBD_SCRIPT. $1: drbd or nbd, $2: resource
# shellcheck disable=SC2034 # read by others
shared_disk() {
	case $1 in
	drbd)
		VBD_SCRIPT=block-drbd
		SHARED=${2:-r0}
		;;
	nbd) SHARED=/dev/nbd0 ;;
	esac
}
