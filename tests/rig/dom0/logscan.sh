# SPDX-License-Identifier: GPL-2.0
# Look through the logs of dom0's kernel, the guests' kernels and Xen for what
# must never be there.
# shellcheck shell=bash

LOGSCAN_BAD='BUG:|kernel BUG at|WARNING:|Oops|general protection|protection fault'
LOGSCAN_BAD+='|unable to handle|Call Trace|Kernel panic|blocked for more than'
LOGSCAN_BAD+='|soft lockup|hard LOCKUP|rcu.*(stall|detected)|scheduling while atomic'
LOGSCAN_BAD+='|sleeping function called|KASAN|KCSAN|KFENCE|UBSAN|circular locking'
LOGSCAN_BAD+='|recursive locking|inconsistent lock|list_(add|del) corruption'
LOGSCAN_BAD+='|refcount_t:|Bad page|bad pte|page allocation failure|leaking g\.e|deferring g\.e'
LOGSCAN_BAD+='|stalled pool shutdown|unregister_netdevice: waiting|NETDEV WATCHDOG'
LOGSCAN_BAD+='|\(XEN\).*(Assertion|Xen BUG|FATAL|Panic|panic|domain_crash|Domain .* crashed)'
LOGSCAN_BAD+='|\(XEN\).*grant_table\.c'

# Said by a healthy kernel on an emulated processor.
LOGSCAN_BENIGN='Speculative Return Stack Overflow'

# Logs that only grow; a scan looks at what came since the last one.
logscan_logs() {
	ls "$RUN"/dmesg.log "$RUN"/xen.log /var/log/xen/console/guest-*.log 2>/dev/null
}

# Keep copies that grow: the rings themselves wrap.
logscan_start() {
	dmesg --follow --notime >"$RUN"/dmesg.log 2>&1 3>&- &
	: >"$RUN"/xen.log
	logscan_mark
}

logscan_pull() {
	xl dmesg -c >>"$RUN"/xen.log
}

# Everything up to here has been judged.
logscan_mark() {
	local f
	logscan_pull
	mkdir -p "$RUN"/scanned
	for f in $(logscan_logs); do
		stat -c %s "$f" >"$RUN/scanned/${f##*/}"
	done
}

# Prints the bad lines since the last mark; fails if there are any.
logscan() {
	local f from bad=0
	logscan_pull
	for f in $(logscan_logs); do
		from=$(cat "$RUN/scanned/${f##*/}" 2>/dev/null || echo 0)
		! tail -c +$((from + 1)) "$f" | grep -aE "$LOGSCAN_BAD" |
			grep -avE "$LOGSCAN_BENIGN" | head -n 5 | sed "s/^/${f##*/}: /" | grep . || bad=1
	done
	logscan_mark
	return $bad
}
