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

# Said by a healthy kernel on an emulated processor, and by the kernel's own netfront of
# Linux 7.3 whenever its interface is detached.
LOGSCAN_BENIGN='Speculative Return Stack Overflow|WARNING: .* at xennet_disconnect_backend'

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
	logscan >/dev/null || :
}

# Without the reports, from the first line to the last, that are benign.
logscan_reports() {
	awk -v benign="$LOGSCAN_BENIGN" '
		/\[ cut here \]/ { inside = 1; report = "" }
		!inside { print; next }
		{ report = report $0 "\n" }
		/\[ end trace/ { inside = 0; if (report !~ benign) printf "%s", report }
		END { if (inside) printf "%s", report }'
}

# Prints the bad lines of a log. $1: log, $2: first byte to look at, $3: bytes
logscan_one() {
	tail -c +"$2" "$1" | head -c "$3" | logscan_reports | grep -aE "$LOGSCAN_BAD" |
		grep -avE "$LOGSCAN_BENIGN" | head -n 5 | sed "s/^/${1##*/}: /" | grep .
}

# Prints the bad lines since the last time; fails if there are any.
logscan() {
	local f from size bad=0
	logscan_pull
	mkdir -p "$RUN"/scanned
	# shellcheck disable=SC2046 # names without spaces
	while read -r size f; do
		from=0
		[ ! -e "$RUN/scanned/${f##*/}" ] || read -r from <"$RUN/scanned/${f##*/}"
		((size != from)) || continue
		! logscan_one "$f" $((from + 1)) $((size - from)) || bad=1
		echo "$size" >"$RUN/scanned/${f##*/}"
	done < <(stat -c '%s %n' $(logscan_logs))
	return $bad
}
