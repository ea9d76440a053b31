# SPDX-License-Identifier: GPL-2.0
# What a guest with an interface can have domain 0 log.
# shellcheck shell=bash

# Lines of the kernel's log that a guest may cause; a bridge tells of its ports whatever they do.
net_log_lines() {
	grep -cvE '^rig|righostile|promiscuous mode|^$' "$RUN/dmesg.log" || :
}

# Bad frames and messages, connections that are refused or broken, states in no order.
net_log_ratelimit() {
	local before said most start=$SECONDS
	hostile_nic
	before=$(net_log_lines)
	for _ in 1 2; do
		hostile_nic_run 90 tx ctrl rx
		hostile_nic_run 90 pages keys flap
	done
	sleep 0.5
	said=$(($(net_log_lines) - before))
	most=$((11 + 10 * (SECONDS - start) / 60))
	if [ $said -lt 3 ] || [ $said -gt $most ]; then
		fail "$said lines instead of at most $most: $(tail -n 5 "$RUN/dmesg.log" | tr '\n' ';')"
	fi
	passed "$said lines of at most $most"
	hostile_nic_good
}

scenario net-log-ratelimit 180 all net only:back net_log_ratelimit
