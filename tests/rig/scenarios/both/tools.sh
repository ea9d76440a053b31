# SPDX-License-Identifier: GPL-2.0
# Tools that are used in domain 0 and in a guest: xl, xentop, Xen's hotplug scripts,
# modprobe, initramfs-tools.
# shellcheck shell=bash

# A column of xentop about $GUEST. $1: its name
xentop_says() {
	xentop -b -i 1 | awk -v g="$GUEST" -v name="$1" '
		$1 == "NAME" { for (i = 1; i <= NF; i++) column[$i] = i }
		$1 == g { print $column[name] }'
}

# $1: column, $2: it must have grown by this much, $3: since it was that
xentop_grew() {
	local now
	now=$(xentop_says "$1")
	[ "$now" -ge $(($3 + $2)) ] || fail "xentop's $1 went from $3 to $now"
	passed "xentop's $1 went from $3 to $now"
}

# A field of a list of xl. $1: list, $2: its first field, $3: number of the field
xl_says() {
	xl "$1" "$GUEST" | awk -v id="$2" -v f="$3" '$1 == id { print $f }'
}

# The module that udev asks for is ours. $1: alias, $2: module
tools_alias() {
	check "modprobe $1" eval "module_unload $2 && modprobe $1 && module_verify ours $2"
}

# The same in the guest.
tools_guest_alias() {
	check "modprobe $1 in the guest" guest_run "$GUEST" 30 \
		"module_unload $2 && modprobe $1 && module_verify ours $2"
	driver_forget "$GUEST"
}

disk_by_alias() {
	rm -f "$RUN/xen-blkback.loaded"
	tools_alias xen-backend:vbd xen-blkback
	tools_guest_alias xen:vbd xen-blkfront
}

net_by_alias() {
	rm -f "$RUN/xen-netback.loaded"
	tools_alias xen-backend:vif xen-netback
	tools_guest_alias xen:vif xen-netfront
}

disk_tools() {
	local back dev file=$DISK_DIR/file reads writes sectors
	dev=$(disk_new data 4)
	truncate -s 4M "$file"
	check "attach a device" xl block-attach "$GUEST" "phy:$dev,xvdb,w"
	check "attach a file" xl block-attach "$GUEST" "file:$file,xvdc,w"
	for back in xvdb xvdc; do
		check "$back connected" wait_for 30 vbd_connected "$GUEST" $back
	done
	check_is "devices of the file" 1 "$(losetup -j "$file" | wc -l)"
	for back in xvdb xvdc; do
		check_is "xl block-list: $back" "0 4 $(vbd_front_key "$GUEST" $back event-channel) \
$(vbd_front_key "$GUEST" $back ring-ref) $(vbd_back "$GUEST" $back)" \
			"$(xl block-list "$GUEST" | awk -v id="$(vbd_id $back)" '$1 == id { print $2, $4, $5, $6, $7 }')"
	done
	check_is "xentop's disks" 2 "$(xentop_says VBDS)"
	reads=$(xentop_says VBD_RD) writes=$(xentop_says VBD_WR) sectors=$(xentop_says VBD_WSECT)
	for back in xvdb xvdc; do
		check "fio on $back" guest_run "$GUEST" 60 \
			"fio_verify $back data --size=4m --rw=write --bs=64k --iodepth=8"
	done
	xentop_grew VBD_RD 128 "$reads"
	xentop_grew VBD_WR 128 "$writes"
	xentop_grew VBD_WSECT 16384 "$sectors"
	same_bytes xvdc file 4
	check "detach the device" vbd_detach "$GUEST" xvdb
	check "detach the file" vbd_detach "$GUEST" xvdc
	check_is "devices of the file" 0 "$(losetup -j "$file" | wc -l)"
	disk_by_alias
}

net_tools() {
	local sent got
	net_pair "$GUEST" 0
	check_is "xl network-list" "0 $(vif_mac "$GUEST" 0) 4 $(vif_back "$GUEST" 0)" \
		"$(xl network-list "$GUEST" | awk '$1 == 0 { print $2, $3, $5, $NF }')"
	# Without a bridge, which every Xen host has, xentop takes each interface for one.
	check "a bridge" net_bridge rigtop
	check_is "xentop's interfaces" 1 "$(xentop_says NETS)"
	sent=$(xentop_says "NETTX(k)") got=$(xentop_says "NETRX(k)")
	check "data" net_stream "$V4" 4000000 100 1400
	xentop_grew "NETTX(k)" 3900 "$sent"
	xentop_grew "NETRX(k)" 3900 "$got"
	check "detach" vif_detach "$GUEST" 0
	net_by_alias
}

# Somewhere behind dom0: 192.0.2.2 in a network of its own, dom0 is 192.0.2.1 there.
outside_make() {
	ip netns add rigout
	ip link add rigwan type veth peer name rigwan1 netns rigout
	net_address rigwan 192.0.2.1/24
	ip link set rigwan up
	ip netns exec rigout ip address add 192.0.2.2/24 dev rigwan1
	ip netns exec rigout ip link set rigwan1 up
	ip netns exec rigout stream serve >/dev/null
	sysctl -q net.ipv4.ip_forward=1
}

outside_remove() {
	pkill -x stream
	nft delete table ip rignat
	ip link del rigwan
	ip netns del rigout
} 2>/dev/null

# One of Xen's scripts gives the vif its address and the guest a route.
# $1: script, $2: gateway
outside_vif() {
	check "attach, $1" vif_attach "$GUEST" 0 "script=$1" ip=10.0.0.2 gatewaydev=rigwan
	check "interface up" guest_run "$GUEST" 20 "nic_up 0 10.0.0.2/32 &&
		ip route add $2 dev \$(nic_name 0) && ip route add default via $2"
	check "dom0" ping -q -c 2 -i 0.1 10.0.0.2
}

# Routed, the outside has a route back. Behind NAT it has none, and needs none.
net_scripts() {
	at_end outside_remove
	outside_make
	outside_vif vif-route 192.0.2.1
	check_fails "the outside does not know the guest" guest_run "$GUEST" 15 "ping -q -c 1 -W 1 192.0.2.2"
	ip netns exec rigout ip route add 10.0.0.2 via 192.0.2.1
	check "TCP and UDP from the guest" guest_run "$GUEST" 60 "net_stream 192.0.2.2 1000000 200 8000"
	check "TCP and UDP to it" ip netns exec rigout bash -c ". /rig/common/net.sh; net_stream 10.0.0.2 1000000 200 8000"
	check "detach" vif_detach "$GUEST" 0
	ip netns exec rigout ip route del 10.0.0.2
	outside_vif vif-nat 10.0.0.129
	check_fails "the outside does not know the guest" guest_run "$GUEST" 15 "ping -q -c 1 -W 1 192.0.2.2"
	nft "table ip rignat { chain out { type nat hook postrouting priority 100; oifname rigwan masquerade; }; }"
	check "ping of 8000 bytes" guest_run "$GUEST" 15 "ping -q -c 3 -i 0.1 -s 8000 192.0.2.2"
	check "TCP" guest_run "$GUEST" 60 "stream tcp 192.0.2.2 2000000"
	check "detach" vif_detach "$GUEST" 0
}

# The disk that holds the guest's root file system, as dom0 sees it. $1: options
root_mount() {
	mkdir -p "$RUN/mnt"
	# shellcheck disable=SC2153 # from the guest with its root on a disk
	mount -o "$1" "$ROOT_DRIVE" "$RUN/mnt"
}

# A guest makes its initramfs with initramfs-tools and comes up with it: udev in there
# finds drivers by alias, and takes those in updates/ though the kernel's are there too.
initramfs() {
	local image=$RUN/initrd.img kver
	kver=$(uname -r)
	trap_guest root
	root_mount rw
	# The modules and the agent that the rig's own initramfs brings.
	(cd "$RUN/mnt" && busybox cpio -i -d -u </rig/guest.cpio)
	# Under emulation the number of processes determines the time: 900 at least.
	printf '%s\n' COMPRESS=gzip COMPRESSLEVEL=1 "MODULES=$(rounds dep most)" \
		"BUSYBOX=$(rounds n auto)" \
		>"$RUN/mnt/etc/initramfs-tools/conf.d/rig"
	umount "$RUN/mnt"
	root_create ours
	check "update-initramfs" guest_run root 120 "update-initramfs -c -k $kver"
	check "drivers in it" guest_run root 30 "lsinitramfs /boot/initrd.img-$kver |
		grep -E 'xen-(split|blkfront|netfront)' && mount -o remount,ro /"
	guest_destroy root
	root_mount ro
	cp "$RUN/mnt/boot/initrd.img-$kver" "$image"
	umount "$RUN/mnt"
	check "netback" driver_netback ours
	check "boot with it" guest_create root "'phy:$ROOT_DRIVE,xvda,w'" "root=/dev/xvda rw init=/rig/agent" \
		"ramdisk = \"$image\"
		vif = [ \"mac=$(vif_mac g5 0),script=$VIF_SCRIPT\" ]"
	check_is "root file system" "/dev/xvda ext4" \
		"$(guest_run root 15 "findmnt -n -o SOURCE,FSTYPE / | tr -s ' '")"
	check "disk driver" guest_run root 15 "module_verify ours xen-blkfront"
	check "network driver" guest_run root 15 "modprobe xen:vif && module_verify ours xen-netfront"
	check "name of the interface" guest_run root 15 "nic_wait 0 && nic_name 0 | grep -xE 'eth0|enX0'"
	check_is "the disk by its file system" "/dev/xvda" \
		"$(guest_run root 15 "readlink -f /dev/disk/by-uuid/\$(blkid -s UUID -o value /dev/xvda)")"
	check "data" guest_run root 60 "fio --name=file --directory=/root --size=8m --rw=randwrite --bs=4k-64k \
		--direct=1 --verify=crc32c --verify_fatal=1 --minimal >/dev/null && mount -o remount,ro /"
	guest_destroy root
	check "file system is sound" e2fsck -fn "$ROOT_DRIVE"
}

scenario disk-tools 90 only:back only:front front:max_queues=1 front:max_ring_page_order=0 disk_tools
scenario net-tools 90 net only:back only:front net_tools
scenario net-scripts 90 all net net_scripts
scenario initramfs 240 all long:300 only:back only:front initramfs
