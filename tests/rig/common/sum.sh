# SPDX-License-Identifier: GPL-2.0
# Whether bytes are the same on both sides. Runs in dom0 and in the guest.
# shellcheck shell=bash

# Nobody forges them: MD5 takes a third of what SHA-256 takes under emulation.
# stdin: the bytes
sum_of() {
	local sum
	sum=$(md5sum) && echo "${sum%% *}"
}
