# SPDX-License-Identifier: GPL-2.0
# QEMU's command line. Each odd-looking part is there because Xen under TCG
# breaks without it: see Documentation/rig.rst before touching one. Guards against
# speculation are off: an emulator does not speculate, and they take a sixth of the time.
# shellcheck shell=bash

XEN_OPTIONS="console=com1 com1=115200 loglvl=warning guest_loglvl=warning conring_size=2M \
spec-ctrl=no,eager-fpu dom0_max_vcpus=2 \
gnttab_max_maptrack_frames=64"
# A benchmark counts instructions instead, and has one for each domain: see
# tests/bench/run.
QEMU_ACCEL=(-accel 'tcg,thread=multi')
QEMU_CPUS=2
DOM0_OPTIONS="console=hvc0 loglevel=5 panic=5 hung_task_panic=0 mitigations=off norandmaps"

# Start QEMU in the background; sets QEMU_PID.
# $1: image folder, $2: payload, $3: folder of this run's logs
boot_start() {
	local image=$1 payload=$2 logs=$3
	: >"$logs/verdict"
	boot_qemu "$image" "$payload" "$logs" -serial "file:$logs/console.log" \
		</dev/null >"$logs/qemu.log" 2>&1 &
	QEMU_PID=$!
}

# The same on this terminal, for a person.
boot_interactive() {
	boot_qemu "$@" -chardev stdio,id=con,signal=off,mux=off -serial chardev:con
}

boot_qemu() {
	local image=$1 payload=$2 logs=$3 dom0 options=$DOM0_OPTIONS
	shift 3
	dom0=$(platform_memory 2)M
	[ -z "$(platform_debug)" ] || options+=" $(GUEST_KERNEL='' platform_guest_options)"
	exec qemu-system-x86_64 -machine q35 "${QEMU_ACCEL[@]}" \
		-cpu EPYC,-smap,-rdtscp,-monitor -smp "$QEMU_CPUS" -m "$(platform_memory 1)" \
		-nodefaults -no-reboot -display none \
		-kernel "$image/xen" -append "$XEN_OPTIONS dom0_mem=$dom0,max:$dom0" \
		-initrd "$image/vmlinux $options,$image/dom0.cpio.gz" \
		-drive "if=virtio,format=raw,file=$image/dom0.img,snapshot=on" \
		-drive "if=virtio,format=raw,file=$payload,snapshot=on" \
		-drive "if=virtio,format=raw,file=$image/root.img,snapshot=on" \
		-drive "if=virtio,format=raw,file=$image/dom0.img,snapshot=on" \
		-device virtio-serial-pci \
		-chardev "file,id=verdict,path=$logs/verdict" \
		-device virtserialport,chardev=verdict,name=rig.verdict \
		-chardev "file,id=log,path=$logs/dom0.log" \
		-device virtserialport,chardev=log,name=rig.log \
		-chardev "file,id=guest,path=$logs/guest.log" \
		-device virtserialport,chardev=guest,name=rig.guest \
		"$@"
}

# Seconds that QEMU's threads could have run and had no processor, most of one thread.
boot_waited() {
	local f ns most=0
	for f in /proc/"$QEMU_PID"/task/*/schedstat; do
		read -r _ ns _ <"$f" || continue
		((ns <= most)) || most=$ns
	done 2>/dev/null
	echo $((most / 1000000000))
}

boot_stop() {
	kill "$QEMU_PID" 2>/dev/null || :
	wait "$QEMU_PID" 2>/dev/null || :
}
