# SPDX-License-Identifier: GPL-2.0
# Look through the logs of dom0's kernel, the guests' kernels and Xen for what
# must never be there.
# shellcheck shell=bash

# One pattern for each kind of report; tests/rig/reports has an example of each.
LOGSCAN_PATTERNS=(
	# crashes and warnings
	'BUG:' 'kernel BUG at' 'WARNING:' 'Oops' 'general protection' 'protection fault'
	'unable to handle' 'Call Trace' 'Kernel panic'
	# tasks and processors that stand still
	'blocked for more than' 'soft lockup' 'hard LOCKUP' 'rcu.*(stall|detected)' 'workqueue lockup'
	# locks, sleeping, RCU
	'scheduling while atomic' 'sleeping function called' 'circular locking'
	'recursive locking' 'inconsistent lock' 'irq lock inversion' 'lock order detected'
	'suspicious RCU usage' 'bad unlock balance' 'held lock freed'
	'lock held when returning' 'register non-static key' 'locking correctness validator'
	# memory and objects
	'KASAN' 'KCSAN' 'KFENCE' 'UBSAN' 'list_(add|del) corruption' 'refcount_t:'
	'BUG [^ ]+ \((Not t|T)ainted' 'Object already free' 'Objects remaining in' 'pagealloc: '
	'kmemleak: .*(isabled|annot|ailed)' 'ref_tracker: ' 'Bad page' 'bad pte'
	'page allocation failure'
	# grants, and what the drivers say of themselves
	'leaking g\.e' 'deferring g\.e' 'which is our mistake'
	# network
	'stalled pool shutdown' 'unregister_netdevice: waiting' 'NETDEV WATCHDOG'
	# Xen
	'\(XEN\).*(Assertion|Xen BUG|FATAL|Panic|panic|domain_crash|Domain .* crashed)'
	'\(XEN\).*grant_table\.c'
)
printf -v LOGSCAN_BAD '|%s' "${LOGSCAN_PATTERNS[@]}"
LOGSCAN_BAD=${LOGSCAN_BAD:1}

# Logged by a healthy kernel on an emulated processor, and by the kernel's own netfront of
# Linux 7.3 whenever its interface is detached.
LOGSCAN_BENIGN='Speculative Return Stack Overflow|WARNING: .* at xennet_disconnect_backend'

# Size and name of logs that only grow; a scan looks at what came since the last one.
logscan_logs() {
	stat -c '%s %n' "$RUN"/{dmesg,xen}.log /var/log/xen/console/guest-*.log 2>/dev/null
}

# Keep copies that grow: the rings themselves wrap.
logscan_start() {
	dmesg --follow --notime >"$RUN"/dmesg.log 2>&1 3>&- &
	: >"$RUN"/xen.log
	mkdir -p "$RUN"/scanned
	logscan_mark
}

logscan_pull() {
	xl dmesg -c >>"$RUN"/xen.log
}

# Everything up to here has been judged.
logscan_mark() {
	logscan >/dev/null || :
}

# Lines of logs that are bad, five of each log at most: not those of a report that is
# benign as a whole. A line "\001NAME" begins a log. Fails if there is one.
logscan_judge() {
	BAD=$LOGSCAN_BAD BENIGN=$LOGSCAN_BENIGN awk '
		function judge(line) {
			if (line !~ ENVIRON["BAD"] || line ~ ENVIRON["BENIGN"])
				return
			bad = 1
			if (found++ < 5)
				print name ": " line
		}
		function report_end(  i) {
			for (i = 1; i < lines && !benign; i++)
				judge(report[i])
			lines = benign = 0
		}
		/^\001/ { report_end(); name = substr($0, 2); found = 0; next }
		/\[ cut here \]/ { report_end(); lines = 1 }
		!lines { judge($0); next }
		{ report[lines++] = $0; benign = benign || $0 ~ ENVIRON["BENIGN"] }
		/\[ end trace/ { report_end() }
		END { report_end(); exit bad }'
}

# The new lines of each log.
logscan_news() {
	local f from size
	while read -r size f; do
		from=0
		[ ! -e "$RUN/scanned/${f##*/}" ] || read -r from <"$RUN/scanned/${f##*/}"
		((size != from)) || continue
		printf '\n\001%s\n' "${f##*/}"
		dd if="$f" bs=64k iflag=skip_bytes,count_bytes skip="$from" count=$((size - from)) status=none
		echo "$size" >"$RUN/scanned/${f##*/}"
	done < <(logscan_logs)
}

# Prints the bad lines since the last time; fails if there are any. All lines are in
# $RUN/news then.
logscan() {
	logscan_pull
	logscan_news >"$RUN/news"
	logscan_judge <"$RUN/news"
}

# The emulator loses a guest now and then, far from the drivers (see
# Documentation/rig.rst): a PVH or HVM guest by a triple fault, any by a trap of its
# kernel in early boot, when not one module is loaded.
guest_lost() {
	grep -aqE 'Triple fault|Modules linked in:[[:space:]]*$' "$RUN/news"
}

# A processor that slept in Xen got its timer event 20 s late, and no task but the idle one is
# in the report, which is RCU's or of the idle task's watchdog.
wakeup_lost() {
	awk "/timer wakeup didn't happen|soft lockup - CPU#[0-9]+ stuck for [0-9]+s! .swapper/ { late = 1 }
		/ xen_safe_halt\+/ { asleep = 1 }
		/ Comm: / && !/ Comm: swapper\// { busy = 1 }
		END { exit !(late && asleep && !busy) }" "$RUN/news"
}
