# SPDX-License-Identifier: GPL-2.0
# A device that reads and writes memory by itself, behind a disk of the guest.
# shellcheck shell=bash

# dom0's fourth drive is mounted nowhere. Its driver merges segments whose pages are
# neighbours, which a guest's are in domain 0's addresses and not in the machine's.
DMA_DRIVE=/dev/vdd

# The guest's pages are moved in the machine first: its memory is taken from it and given back.
disk_dma() {
	local bytes=$((32 << 20))
	check "attach" vbd_attach "$GUEST" $DMA_DRIVE xvdb r
	for _ in 1 2 3; do
		check "less memory" xl mem-set "$GUEST" 160
		nap 1
		check "more memory" xl mem-set "$GUEST" 256
		nap 1
		check_is "bytes" "$(head -c $bytes $DMA_DRIVE | sum_of)" \
			"$(guest_run "$GUEST" 60 'disk_sum xvdb 32')"
	done
	[ "$(vbd_counter xvdb map_ops)" -gt 1000 ] || fail "nothing is mapped"
	passed "$(vbd_counter xvdb map_ops) pages were mapped"
	check "detach" vbd_detach "$GUEST" xvdb
}

# Requests of more than 32 pages are mapped, smaller ones copied by the hypervisor.
scenario disk-dma 90 all only:back front:feature_persistent=0 front:max_indirect_segments=256 disk_dma
