# SPDX-License-Identifier: GPL-2.0
# A guest must not be able to flood domain 0's log.
# shellcheck shell=bash

log_lines() {
	grep -c "$1" "$RUN/dmesg.log" || :
}

# Some twenty attempts to connect that are refused, one after the other.
log_ratelimit() {
	local device said bus
	drivers_off
	hostile_disk xvdc w 512
	device="vbd vbd-$(cat "$RUN/$GUEST.id")-$(vbd_id xvdc)"
	said=$(log_lines "^$device") bus=$(log_lines "mapping in shared page")
	hostile_disk_run xvdc 90 keys
	sleep 0.5
	check_is "lines of the bus" "$bus" "$(log_lines "mapping in shared page")"
	said=$(($(log_lines "^$device") - said))
	if [ $said -lt 5 ] || [ $said -gt 11 ]; then
		fail "$said lines about the device"
	fi
	passed "$said lines about the device"
	check "a value of the guest's, made harmless" \
		grep -qF "'x?hostile: a line of its own?[2J'" "$RUN/dmesg.log"
	hostile_disk_good xvdc
}

scenario log-ratelimit 120 only:back log_ratelimit
