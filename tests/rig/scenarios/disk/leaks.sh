# SPDX-License-Identifier: GPL-2.0
# After everything: both drivers unload and nothing is left of them.
# shellcheck shell=bash

back_threads() {
	pgrep -l "^$(cat "$RUN"/"$GUEST".id)\.xvd"
}

leaks() {
	local dev id
	id=$(cat "$RUN"/"$GUEST".id)
	dev=$(disk_new data 16)
	check "attach" vbd_attach "$GUEST" "$dev" xvdb
	check "fio" guest_run "$GUEST" 60 'fio_verify xvdb data --size=16m --rw=randwrite --bs=32k --iodepth=32'
	check "detach" vbd_detach "$GUEST" xvdb
	check_is "pages mapped from the guest" "$(cat "$RUN"/"$GUEST".grants)" "$(grants_mapped "$GUEST")"
	check_fails "threads left in dom0" back_threads
	check_is "interrupts left in dom0" 0 "$(grep -c 'blkif-backend' /proc/interrupts || :)"
	check_is "interrupts left in the guest" 0 "$(guest_run "$GUEST" 15 "grep -c 'blkif$' /proc/interrupts || :")"
	check_is "use count in dom0" 0 "$(cat /sys/module/xen_blkback/refcnt)"
	check "no network driver in dom0" module_unload xen-netback
	check "no network driver in the guest" guest_run "$GUEST" 30 'module_unload xen-netfront'
	check "unload in dom0" module_unload xen-blkback
	check "unload in the guest" guest_run "$GUEST" 30 'module_unload xen-blkfront'
	check_is "modules left in dom0" "" "$(lsmod | awk '$1 ~ /^xen_(blkback|split)$/ { print $1 }')"
	check_is "modules left in the guest" "" \
		"$(guest_run "$GUEST" 15 "awk '\$1 ~ /^xen_(blkfront|split)\$/ { print \$1 }' /proc/modules")"
	check_is "xenstore of the back" "" "$(xenstore-list /local/domain/0/backend/vbd/"$id" 2>/dev/null || :)"
	# The runner checks next that both are loaded.
	# shellcheck disable=SC2086
	check "load in dom0" driver_back ${SCENARIO_BACK[leaks]}
	# shellcheck disable=SC2086
	check "load in the guest" driver_front $GUEST ${SCENARIO_FRONT[leaks]}
}

scenario leaks 120 leaks
