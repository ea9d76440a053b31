# SPDX-License-Identifier: GPL-2.0
# Unbind and bind devices of this guest. $1: vbd or vif, $2: number
# shellcheck shell=bash
# shellcheck source=tests/rig/common/wait.sh
. /rig/wait.sh

device_unbind() {
	[ ! -e "/sys/bus/xen/drivers/$1/$1-$2" ] ||
		echo "$1-$2" >"/sys/bus/xen/drivers/$1/unbind"
}

device_bind() {
	echo "$1-$2" >"/sys/bus/xen/drivers/$1/bind"
}

device_rebind() {
	device_unbind "$@" && device_bind "$@"
}

# Whether drivers take devices that appear. $1: 1 or 0
device_autoprobe() {
	echo "$1" >/sys/bus/xen/drivers_autoprobe
}

# Let drivers bind a device, and all that appear later.
device_hand_over() {
	device_autoprobe 1
	device_bind "$@"
}

# $1: number of the vif, $2: 1 or 0
device_carrier_is() {
	[ "$(cat "/sys/class/net/$(nic_name "$1")/carrier")" = "$2" ]
}

# Wait until an interface has no carrier. $1: number of the vif
device_loses_carrier() {
	wait_for 10 device_carrier_is "$1" 0 || {
		echo "vif $1 keeps its carrier"
		return 1
	}
}

# Wait for a disk. $1: its name
device_disk() {
	wait_for 10 test -b "/dev/$1" || {
		echo "no disk $1"
		return 1
	}
}
