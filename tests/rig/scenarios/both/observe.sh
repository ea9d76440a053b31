# SPDX-License-Identifier: GPL-2.0
# What shows an administrator what the drivers do: xen-split-top, xen-split-report and
# tracepoints, with a guest at work.
# shellcheck shell=bash

OBSERVE_TRACING=/sys/kernel/debug/tracing
OBSERVE_LATENCY=/sys/kernel/debug/xen-split/latency

# Put standard input into one line of dom0's log, for tests/tools/record. $1: name
observe_keep() {
	echo "kept $1: $(gzip -9 | base64 -w 0)"
}

# Prints what a Python expression finds in the JSON of xen-split-top: devices by name.
observe_json() {
	python3 -c 'import json, sys
data = json.load(open(sys.argv[1]))
devices = {device["device"]: device for device in data["devices"]}
print(eval(f"({sys.argv[2]})"))' "$RUN/top.json" "$1"
}

observe_end() {
	local event
	for event in "$OBSERVE_TRACING"/events/xen_*/enable; do
		echo 0 >"$event"
	done
	echo >"$OBSERVE_TRACING/trace"
	echo 0 >"$OBSERVE_LATENCY"
	tmux -L rig kill-server
	pkill -x ping
	guest_run "$GUEST" 20 'pkill -f "^sh -c whil[e]"; pkill -f "[d]d if=/dev/xvdb"; true'
} >/dev/null 2>&1

# A disk and an interface of the guest.
observe_begin() {
	at_end observe_end
	OBSERVE_ID=$(guest_id "$GUEST")
	OBSERVE_DISK=vbd-$OBSERVE_ID-$(vbd_id xvdb)
	OBSERVE_NIC=vif-$OBSERVE_ID-0
	OBSERVE_BACKING=$(disk_new data 16)
	check "attach a disk" vbd_attach "$GUEST" "$OBSERVE_BACKING" xvdb
	net_pair "$GUEST" 0
}

# A load on both until the scenario ends. It leaves most of the emulated processors to the tools.
observe_load() {
	check "a load in the guest" guest_run "$GUEST" 15 "(setsid sh -c \
		'while :; do dd if=/dev/xvdb of=/dev/null bs=64k count=16 iflag=direct; sleep 0.2; done' \
		>/dev/null 2>&1 &)"
	setsid ping -q -i 0.1 "$V4" >/dev/null 2>&1 </dev/null 3>&- &
}

# --- xen-split-top ------------------------------------------------------------------

observe_once() {
	local table name
	check "one table" eval "xen-split-top --once -i 1 -l >$RUN/top.txt"
	table=$(cat "$RUN/top.txt")
	echo "$table"
	for name in "$OBSERVE_DISK" "$OBSERVE_NIC"; do
		check "the table has $name" grep -qE "^$name +$GUEST .* Connected " "$RUN/top.txt"
	done
	check_is "latencies are measured no more" 0 "$(cat $OBSERVE_LATENCY)"
	check "JSON" eval "xen-split-top --json -i 2 -l >$RUN/top.json"
	check_is "disk" "xen-blkback $OBSERVE_ID $GUEST Connected None" "$(observe_json \
		"' '.join(str(devices['$OBSERVE_DISK'][k]) for k in ('driver', 'peer', 'guest', 'state', 'error'))")"
	check_is "interface" "xen-netback vif$OBSERVE_ID.0" "$(observe_json \
		"' '.join(devices['$OBSERVE_NIC'][k] for k in ('driver', 'label'))")"
	# Counters are read one after the other while they count.
	check_is "reads, packets, latencies, batches" "True True True True" "$(observe_json "' '.join(map(str, (
		devices['$OBSERVE_DISK']['operations_per_second']['in'] > 1,
		devices['$OBSERVE_NIC']['operations_per_second']['out'] > 1,
		devices['$OBSERVE_DISK']['latency']['disk']['count'] > 1,
		devices['$OBSERVE_DISK']['batches']['request']['mean'] > 0.5)))")"
	check_is "a read is of 64 KiB" True "$(observe_json "60000 <
		devices['$OBSERVE_DISK']['bytes_per_second']['in'] /
		devices['$OBSERVE_DISK']['operations_per_second']['in'] < 71000")"
	check "metrics" xen-split-top --metrics -o "$RUN/top.prom"
	check_is "the metrics' counter is the drivers'" "same" "$(awk -v device="$OBSERVE_DISK" '
		index($0, "xen_split_blkback_writes_total{device=\"" device "\"") { print $2 == want ? "same" : $2 }' \
		want="$(awk '$1 == "writes" { print $2 }' "/sys/kernel/debug/xen-split/$OBSERVE_DISK/queue0")" "$RUN/top.prom")"
	check_is "end of the metrics" "# EOF" "$(tail -n 1 "$RUN/top.prom")"
}

observe_shows() {
	tmux -L rig capture-pane -p >"$RUN/screen" && grep -qE "$1" "$RUN/screen"
}

# $1: keys, $2: pattern of what the screen must show then
observe_press() {
	# shellcheck disable=SC2086 # several keys
	check "press $1" tmux -L rig send-keys $1
	wait_for 20 observe_shows "$2" || {
		cat "$RUN/screen"
		fail "the screen does not show $2"
	}
	passed "the screen shows $2"
}

observe_live() {
	check "a terminal" env TERM=xterm-256color tmux -L rig -f /dev/null new-session -d -x 132 -y 24 \
		"xen-split-top -i 1 -l 2>$RUN/top.err"
	check "the table" wait_for 30 observe_shows "$OBSERVE_NIC +$GUEST"
	check "rates" wait_for 30 observe_shows "^$OBSERVE_DISK .* [0-9.]+[kM]? +0 +[0-9.]+[kM]"
	check "latencies" wait_for 30 observe_shows "^$OBSERVE_DISK .* [0-9]+[mu]?s +[0-9]+[mu]?s +[0-9]+$"
	tmux -L rig capture-pane -p -e | observe_keep top.ansi
	observe_press s "sorted by bytes"
	observe_press "/ v i f - Enter" "1 device "
	check_fails "the disk is not shown" observe_shows "^$OBSERVE_DISK"
	observe_press "/ BSpace BSpace BSpace BSpace Enter" "^$OBSERVE_DISK"
	observe_press "/ v b d Enter" "1 device "
	observe_press Enter "^Batches"
	tmux -L rig capture-pane -p -e | observe_keep device.ansi
	observe_press Escape "filter vbd"
	observe_press Space PAUSED
	check_is "latencies are measured" 1 "$(cat $OBSERVE_LATENCY)"
	check "press q" tmux -L rig send-keys q
	check "the end" wait_for 20 eval "! tmux -L rig has-session 2>/dev/null"
	check_is "what it complained of" "" "$(cat "$RUN/top.err")"
	check_is "latencies are measured no more" 0 "$(cat $OBSERVE_LATENCY)"
}

observe_top() {
	observe_begin
	observe_load
	observe_once
	observe_live
	observe_recorded
	check "detach the NIC" vif_detach "$GUEST" 0
	check "no load" observe_end
	check "detach the disk" vbd_detach "$GUEST" xvdb
}

# --- xen-split-report ---------------------------------------------------------------

# The guest has no Python: dom0 reads its report, which comes by its disk.
observe_guest_report() {
	local size
	check "report of the guest" guest_run "$GUEST" 60 "rm -rf /run/report &&
		sh /rig/xen-split-report -d -o /run/report && tar -C /run -czf /run/report.tgz report &&
		dd if=/run/report.tgz of=/dev/xvdb bs=4k conv=notrunc,sync oflag=direct status=none"
	size=$(guest_run "$GUEST" 15 "stat -c %s /run/report.tgz")
	dd if="$OBSERVE_BACKING" of="$RUN/report.tgz" bs=4k count=$((size / 4096 + 1)) iflag=direct status=none
	truncate -s "$size" "$RUN/report.tgz"
	check "unpack it" tar -C "$RUN" -xzf "$RUN/report.tgz"
	xen-split-top --root "$RUN/report" --json >"$RUN/top.json"
	check_is "the disk in it" "xen-blkfront xvdb Connected" "$(observe_json "' '.join(
		devices['vbd-$(vbd_id xvdb)'][k] for k in ('driver', 'label', 'state'))")"
	check_is "reads in it" True "$(observe_json \
		"devices['vbd-$(vbd_id xvdb)']['queues'][0]['counters']['reads'] > 1")"
	tar -C "$RUN" -cf - report | observe_keep front.tar
}

observe_recorded() {
	local mac
	mac=$(vif_mac "$GUEST" 0)
	rm -rf "$RUN"/report*
	check "latencies" eval "echo 1 >$OBSERVE_LATENCY"
	check "report" xen-split-report -d -o "$RUN/report1"
	nap 2
	check "another one" xen-split-report -d -o "$RUN/report2"
	check "srcversion in it" grep -q "loaded: version .* srcversion $(cat /sys/module/xen_blkback/srcversion)" \
		"$RUN/report1/modules.txt"
	check "keys of the frontend" test -s "$RUN/report1/xenstore/local/domain/$OBSERVE_ID/device/vbd/$(vbd_id xvdb)/state"
	check "lines of the log" grep -q xen "$RUN/report1/kernel-log.txt"
	check_fails "the MAC is not in it" grep -rqiF "$mac" "$RUN/report1"
	check "its maker is" grep -rqiF "${mac%:*:*:*}:xx:xx:xx" "$RUN/report1/xenstore"
	xen-split-top --root "$RUN/report2" --since "$RUN/report1" --json >"$RUN/top.json"
	check_is "rates from two reports" True "$(observe_json "devices['$OBSERVE_DISK']['operations_per_second']['in'] > 1")"
	tar -C "$RUN" -cf - report1 report2 | observe_keep back.tar
	observe_guest_report
}

# --- tracepoints --------------------------------------------------------------------

# Prints how many events match. $1: pattern of event and fields
observe_count() {
	grep -cE "$1" "$RUN/trace" || :
}

# $1: how many
observe_writes() {
	guest_run "$GUEST" 30 "dd if=/dev/zero of=/dev/xvdb bs=4k count=$1 oflag=direct conv=notrunc status=none"
}

# Prints how many requests are in the disk's histograms.
observe_requests() {
	awk '/^request_(below|longer)/ { n += $2 } END { print n }' \
		"/sys/kernel/debug/xen-split/$OBSERVE_DISK"/latency*
}

# Both ends trace sixty-four writes and some packets.
observe_trace() {
	local event dev
	observe_begin
	dev=$(vbd_id xvdb)
	check "a larger buffer" eval "echo 4096 >$OBSERVE_TRACING/buffer_size_kb; echo >$OBSERVE_TRACING/trace"
	check "events on" eval "for e in $OBSERVE_TRACING/events/xen_{blk,net}back/enable; do echo 1 >\$e; done
		echo 1 >$OBSERVE_LATENCY"
	check "events on in the guest" guest_run "$GUEST" 20 "mount -t debugfs d /sys/kernel/debug 2>/dev/null
		for e in $OBSERVE_TRACING/events/xen_{blk,net}front/enable; do echo 1 >\$e || exit; done"
	check "writes" observe_writes 64
	check "packets" net_stream "$V4" 100000 20 1400
	cat "$OBSERVE_TRACING/trace" >"$RUN/trace"
	for event in xbb_fetched xbb_submitted xbb_completed xbb_answered; do
		check_is "$event" 64 "$(observe_count " $event: peer=$OBSERVE_ID dev=$dev queue=[0-9]+ id=[0-9]+ " )"
	done
	check_is "writes fetched" 64 "$(observe_count ' xbb_fetched: .* kind=1 .* segs=1 status=0$')"
	check_is "sectors" 64 "$(observe_count ' xbb_submitted: .* sectors=8 ')"
	check_is "disk errors" 64 "$(observe_count ' xbb_completed: .* error=0$')"
	for event in xbb_granted xbb_pushed xnb_tx_fetched xnb_tx_judged xnb_tx_copied \
		xnb_tx_answered xnb_tx_delivered xnb_rx_queued xnb_rx_copied xnb_rx_answered; do
		check "$event came" test "$(observe_count " $event: peer=$OBSERVE_ID ")" -gt 0
	done
	check_is "requests in the histogram" 64 "$(observe_requests)"
	check "packets in the histograms" grep -q '^tx_pass_below' "/sys/kernel/debug/xen-split/$OBSERVE_NIC"/latency*
	check "events of the guest" guest_run "$GUEST" 30 "cat $OBSERVE_TRACING/trace >/run/trace
		for e in xbf_{fetched,submitted,pushed,completed,answered} xnf_tx_{queued,pushed,answered} \
			xnf_rx_{fetched,judged,delivered,posted}; do
			grep -q \" \$e: peer=0 \" /run/trace || { echo no \$e; exit 1; }
		done
		[ \$(grep -c ' xbf_completed: .* verdict=0' /run/trace) -ge 64 ]"
	check "off" observe_end
	check "writes" observe_writes 8
	cat "$OBSERVE_TRACING/trace" >"$RUN/trace"
	check_is "events" 0 "$(observe_count ' x[bn]b_')"
	check_is "requests in the histogram" 64 "$(observe_requests)"
	check "detach the NIC" vif_detach "$GUEST" 0
	check "detach the disk" vbd_detach "$GUEST" xvdb
}

scenario top-and-report 150 all disk net only:back only:front front:max_queues=1 observe_top
scenario tracepoints 90 disk net only:back only:front front:max_queues=1 observe_trace
