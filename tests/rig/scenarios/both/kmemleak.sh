# SPDX-License-Identifier: GPL-2.0
# Behind everything: memory that nobody points to, on either side, and whether the kernels
# have gone on looking.
# shellcheck shell=bash

kmemleak() {
	check "dom0" kmemleak_scan
	check "the guest" guest_run "$GUEST" 120 kmemleak_scan
	check "locks are still looked at in dom0" lockdep_runs
	check "and in the guest" guest_run "$GUEST" 15 lockdep_runs
}

scenario kmemleak 200 debug disk net kmemleak
