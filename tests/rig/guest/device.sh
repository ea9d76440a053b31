# SPDX-License-Identifier: GPL-2.0
# Devices of this guest lose their driver and get it. $1: vbd or vif, $2: number
# shellcheck shell=bash

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

# Wait until an interface has no carrier. $1: number of the vif
device_loses_carrier() {
	local i
	for i in $(seq 100); do
		[ "$(cat "/sys/class/net/$(nic_name "$1")/carrier")" != 0 ] || return 0
		sleep 0.1
	done
	echo "carrier after $i looks"
	return 1
}

# Wait for a disk. $1: its name
device_disk() {
	local i
	for i in $(seq 100); do
		[ ! -b "/dev/$1" ] || return 0
		sleep 0.1
	done
	echo "no disk $1 after $i looks"
	return 1
}
