# SPDX-License-Identifier: GPL-2.0
# A guest that boots in a few seconds: it has no more than a disk and a NIC, which it uses as
# soon as it can, or when it is asked (many.sh).
# shellcheck shell=bash

SMALL_RAMDISK=/dev/shm/small.cpio
# Its own kernel, which the host has built for many guests, or the others' kernel.
SMALL_KERNEL=$GUEST_KERNEL
SMALL_MIB=192
[ ! -e /rig/small/vmlinux ] || SMALL_KERNEL=/rig/small/vmlinux SMALL_MIB=40

# Files of the fronts in the order of loading. dom0 has no use for the kernel's own
# ones: they are in the other guests' initramfs. $1: kind
small_modules() {
	local m file dir=/dev/shm/modules
	for m in xen-split xen-blkfront xen-netfront; do
		if [ "$SMALL_KERNEL" != "$GUEST_KERNEL" ]; then
			compgen -G "/rig/small/modules/$1/$m.ko" || :
			continue
		fi
		file=$(module_file "$1" $m)
		[ -n "$file" ] || continue
		if [ ! -e "$file" ]; then
			mkdir -p $dir
			(cd $dir && busybox cpio -i -d -u -F /boot/guest.cpio "usr$file") 2>/dev/null
			file=$dir/usr$file
		fi
		echo "$file"
	done
}

# $1: kind of the fronts
small_prepare() {
	local dir=/dev/shm/small m
	rm -rf $dir
	mkdir -p $dir/{bin,dev,lib,proc,sys}
	cp "$(command -v busybox)" /rig/tool/{stream,ask,mark} $dir/bin/
	cp /rig/small/{init,idle} $dir/
	for m in $(small_modules "$1"); do
		cp "$m" $dir/lib/
		echo "${m##*/}"
	done >$dir/modules
	(cd $dir && find . | busybox cpio -o -H newc) >$SMALL_RAMDISK 2>/dev/null
	rm -rf $dir
}

# $1: name, $2: backing device
small_config() {
	guest_config "$1" "\"$(vbd_spec "$2" xvda w)\"" \
		"rig.address=$(vif_v4 "$1" 0).2 rig.peer=$(vif_v4 "$1" 0).1"
	cat <<-END
		kernel = "$SMALL_KERNEL"
		ramdisk = "$SMALL_RAMDISK"
		memory = $SMALL_MIB
		vcpus = 2
		vif = [ "mac=$(vif_mac "$1" 0),script=$VIF_SCRIPT" ]
	END
}

# It has begun to boot when this returns. $1: name, $2: backing device
small_create() {
	small_config "$1" "$2" >"$RUN/$1.cfg"
	xl create -q "$RUN/$1.cfg" || return
	guest_id "$1" >"$RUN/$1.id"
	guest_keep_console "$1"
	# It must not hold our stdout, because the reader would wait for it.
	stream serve >/dev/null 2>&1
	net_address "$(vif_dev "$1" 0)" "$(vif_v4 "$1" 0).1/24"
}
