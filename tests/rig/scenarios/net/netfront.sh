# SPDX-License-Identifier: GPL-2.0
# The guest's end of a network interface: keys, pages that are lent, XDP programs, and state
# that outlives a connection.
# shellcheck shell=bash

NF_TRACING=/sys/kernel/debug/tracing

# A frame of 65531 bytes takes 18 slots of 3840 bytes, because there is a program, while a
# packet of the kernel has one fragment less.
net_front_18_slots() {
	net_pair "$GUEST" 0
	check "MTU" net_mtu 65517
	check "program" guest_run "$GUEST" 20 "xdp \$(nic_name 0) native pass"
	check "probe" guest_run "$GUEST" 20 "cd $NF_TRACING &&
		grep -o 'skb_add_rx_frag[a-z_]*$' available_filter_functions | head -n 1 >/run/rig/probed &&
		echo \"p:rig_frag \$(cat /run/rig/probed) nr=%si:s32\" >kprobe_events &&
		echo 'nr >= 17' >events/kprobes/rig_frag/filter && echo 1 >events/kprobes/rig_frag/enable"
	check "answers" net_answers -s 65489 "$V4"
	check_is "fragments beyond the last" 0 \
		"$(guest_run "$GUEST" 20 "cd $NF_TRACING && grep -c rig_frag: trace; echo 0 >events/kprobes/rig_frag/enable; echo >kprobe_events")"
	check "off" guest_run "$GUEST" 20 "xdp \$(nic_name 0) off"
	check "detach" vif_detach "$GUEST" 0
}

# The guest's free memory holds old data, because its kernel does not clear it.
NF_DIRTY="mkdir -p /run/rig/dirty && mount -t tmpfs -o size=100% dirty /run/rig/dirty &&
	yes 'this is a secret' | dd of=/run/rig/dirty/all bs=1M iflag=fullblock \\
		count=\$((\$(memory_available) - 24)) 2>/dev/null && umount /run/rig/dirty"

net_front_info_leak() {
	local GUEST=nf id out
	trap_guest $GUEST
	check "a guest that does not clear memory" guest_create $GUEST "" init_on_alloc=0 "vcpus = 1"
	check "memory that was somebody else's" guest_run $GUEST 60 "$NF_DIRTY"
	check "driver" driver_load_front $GUEST "${FRONT_MODULE[net]}" "$(scenario_kind_front)"
	check "attach" vif_attach $GUEST 0
	id=$(cat "$RUN/$GUEST.id")
	out=$(lent "$id" posted "$(vif_front_key $GUEST 0 rx-ring-ref)")
	echo "to receive into: $out"
	# dom0 may have sent something already: these slots hold responses.
	[[ $out =~ ^[0-9]+\ pages,\ ([0-9]+)\ of\ zeros,\ 0\ with ]] || fail "pages to receive into: $out"
	[ "${BASH_REMATCH[1]}" -ge 20 ] || fail "pages to receive into: $out"
	DEV=$(vif_dev $GUEST 0)
	net_address "$DEV" 10.0.9.1/24
	check "interface up" guest_run $GUEST 20 "nic_up 0 10.0.9.2/24"
	# Answers to single packets would go out from one page again and again.
	check "traffic" net_stream 10.0.9.2 4000000 300 1400
	# Rings, pages to receive into and to send from; the console and xenstore have the first.
	out=$(lent "$id" all 8 1400)
	echo "lent: $out"
	[[ $out =~ ^([0-9]+)\ pages,\ [0-9]+\ of\ zeros,\ 0\ with ]] || fail "what is lent: $out"
	[ "${BASH_REMATCH[1]}" -ge 100 ] || fail "what is lent: $out"
	check "still at work" net_answers 10.0.9.2
	check "detach" vif_detach $GUEST 0
}

# How many pages the guest has lent to dom0, by any of its references: scenarios before may have
# used many. A page of its table has 512. $1: domain
nf_lent() {
	lent "$1" all 8 $(($(grant_frames "$GUEST") * 512 - 1)) | awk '{ print $1 }'
}

# What was lent for a load is taken back when the load is gone: pages to send from after some
# seconds, and each page to receive into with a frame.
net_front_gives_back() {
	local id few many after
	guest_number "$GUEST" id
	net_pair "$GUEST" 0
	few=$(nf_lent "$id")
	check "data" net_stream "$V4" 4000000 2000 8000
	many=$(nf_lent "$id")
	[ "$many" -ge $((few + 60)) ] || fail "$few pages are lent at first, $many after a load"
	check "a trickle" limited 90 ping -q -i 0.04 -c 500 "$V4"
	after=$(nf_lent "$id")
	# The 38 slots that are always there keep their pages to send from, once they have them.
	[ "$after" -le $((few + 45)) ] || fail "$few pages are lent at first, $many, then $after"
	passed "$few pages are lent at first, $many after a load, then $after"
	check "data again" net_stream "$V4" 1000000 300 8000
	check "detach" vif_detach "$GUEST" 0
}

# A datagram that is answered by a program. $1: address, $2: text
nf_ask() {
	local answer
	exec {NF_FD}<>"/dev/udp/$1/7"
	echo "$2" >&"$NF_FD"
	# Not "read", which takes single bytes: the rest of the datagram would be lost.
	answer=$(timeout 10 head -n 1 <&"$NF_FD") || answer="no answer"
	exec {NF_FD}>&-
	[ "$answer" = "$2" ] || {
		echo "asked '$2': $answer"
		return 1
	}
}

# A checksum stays right when addresses and ports are swapped, if it was complete: the
# sender's kernel has left that to the driver.
net_front_xdp_checksums() {
	local mode
	net_pair "$GUEST" 0
	for mode in generic native; do
		check "$mode program" guest_run "$GUEST" 20 "xdp \$(nic_name 0) $mode echo"
		check "datagram" nf_ask "$V4" "a question"
		check "a long datagram" nf_ask "$V4" "$(printf '%01200d' 7)"
		check "data passes it" net_stream "$V4" 300000 100 8000
		check "off" guest_run "$GUEST" 20 "xdp \$(nic_name 0) off"
	done
	check "data" net_stream "$V4" 300000 100 8000
	check "detach" vif_detach "$GUEST" 0
}

# Runs of NAPI so far.
nf_polls() {
	guest_run "$GUEST" 15 "awk '\$1 == \"polls\" { n += \$2 } END { print n }' \
		/sys/kernel/debug/xen-split/vif-0/queue*"
}

# Packets for an interface that is down cost the guest nothing, and are not delivered when it
# is up again.
net_front_down() {
	local before after
	net_pair "$GUEST" 0
	check "data" net_stream "$V4" 300000 50 8000
	check "down" guest_run "$GUEST" 15 "ip link set \$(nic_name 0) down"
	ip neigh replace "$V4" lladdr "$(vif_mac "$GUEST" 0)" dev "$DEV" nud permanent
	before=$(nf_polls)
	ping -q -c 200 -i 0.01 -W 1 "$V4" >/dev/null || :
	after=$(nf_polls)
	[ $((after - before)) -lt 20 ] || fail "$((after - before)) runs of NAPI while down"
	passed "$((after - before)) runs of NAPI while down"
	check "up" guest_run "$GUEST" 15 "ip link set \$(nic_name 0) up && nic_up 0 $V4/24 $V6/64"
	ip neigh del "$V4" dev "$DEV"
	check "answers" net_answers "$V4"
	check "data" net_stream "$V4" 500000 100 8000
	check "detach" vif_detach "$GUEST" 0
}

nf_front_closed() {
	[ "$(vif_front_key "$GUEST" 0 state)" = 6 ]
}

# The backend closes and opens a new connection. Ours would continue with the present rings,
# so the rig writes Closed in its stead. $*: done in between
nf_reconnect() {
	local dev
	dev=vif-$(cat "$RUN/$GUEST.id")-0
	check "unbind" timeout 60 tee /sys/bus/xen-backend/drivers/vif/unbind <<<"$dev"
	xenstore-write "$(vif_back "$GUEST" 0)/state" 6
	check "the guest closes" wait_for 20 nf_front_closed
	"$@"
	check "bind" timeout 60 tee /sys/bus/xen-backend/drivers/vif/bind <<<"$dev"
	check "hotplug" net_hotplug "$GUEST" 0
	check "connected again" wait_for 30 vif_connected "$GUEST" 0
	net_address "$DEV" "${V4%2}1/24"
}

# Packets that an application has not read outlive their connection.
net_front_unread() {
	net_pair "$GUEST" 0
	check "two that do not read" guest_run "$GUEST" 15 "unread 7001 && unread 7002"
	check "answers" net_answers "$V4"
	check "data for one" nf_send 7001 30
	nf_reconnect :
	check "up" guest_run "$GUEST" 15 "nic_up 0 $V4/24"
	check "answers" net_answers "$V4"
	check "data for the other" nf_send 7002 30
	check "detach" vif_detach "$GUEST" 0
	# The kernel warns after a minute.
	nap "$(rounds 1 75)"
	check "read what is left" guest_run "$GUEST" 15 "pkill -USR1 -x unread
		wait_for 5 test -s /run/rig/unread.7001 && wait_for 5 test -s /run/rig/unread.7002"
	check_is "bytes" "30000 30000" "$(guest_run "$GUEST" 15 \
		"cat /run/rig/unread.7001 /run/rig/unread.7002 | xargs; rm /run/rig/unread.*")"
}

# $1: port, $2: datagrams of 1000 bytes
nf_send() {
	local i text
	text=$(printf '%0999d' 0)
	exec {NF_FD}<>"/dev/udp/$V4/$1"
	for ((i = 0; i < $2; i++)); do
		echo "$text" >&"$NF_FD"
	done
	exec {NF_FD}>&-
}

# Number of an interrupt of the interface. $1: its name
nf_irq() {
	guest_run "$GUEST" 15 "awk -v n='$1' '\$NF == n { sub(\":\", \"\", \$1); print \$1 }' /proc/interrupts"
}

nf_address() {
	guest_run "$GUEST" 15 "cat /sys/class/net/\$(nic_name 0)/address"
}

nf_new_mac() {
	xenstore-write "$(vif_front "$GUEST" 0)/mac" 00:16:3e:77:00:01
}

nf_newer_mac() {
	xenstore-write "$(vif_front "$GUEST" 0)/mac" 00:16:3e:77:00:02
}

# The administrator's settings survive a reconnect; the address is the toolstack's until the
# user sets one.
net_front_settings() {
	local irq=vif0-q1-rx
	net_pair "$GUEST" 0
	check "affinity" guest_run "$GUEST" 15 "echo 4 >/proc/irq/$(nf_irq $irq)/smp_affinity"
	check "channels" guest_run "$GUEST" 30 "ethtool -L \$(nic_name 0) tx 2"
	nf_reconnect nf_new_mac
	check_is "address of the toolstack" 00:16:3e:77:00:01 "$(nf_address)"
	check_is "affinity" 4 "$(guest_run "$GUEST" 15 "cat /proc/irq/$(nf_irq $irq)/smp_affinity")"
	check_is "channels to send on" 2 \
		"$(guest_run "$GUEST" 30 "ethtool -l \$(nic_name 0)" | awk '/Current/ { now = 1 } now && $1 == "TX:" { print $2 }')"
	check "address of the user" guest_run "$GUEST" 15 "ip link set \$(nic_name 0) address 00:16:3e:77:00:03"
	nf_reconnect nf_newer_mac
	check_is "it stays" 00:16:3e:77:00:03 "$(nf_address)"
	check "up" guest_run "$GUEST" 15 "nic_up 0 $V4/24 $V6/64"
	check "answers" net_answers "$V4"
	check "data" net_stream "$V4" 300000 50 8000
	check "detach" vif_detach "$GUEST" 0
}

scenario net-front-18-slots 60 net net_front_18_slots
scenario net-front-info-leak 90 net only:front net_front_info_leak
scenario net-front-xdp-checksums 60 net net_front_xdp_checksums
scenario net-front-down 60 net only:front net_front_down
scenario net-front-unread 60 long:150 net net_front_unread
scenario net-front-settings 90 net only:front only:back net_front_settings
scenario net-front-gives-back 90 net only:front netfront:max_queues=1 net_front_gives_back
