# SPDX-License-Identifier: GPL-2.0
# Whether bytes are the same on both sides. Runs in dom0 and in the guest.
# shellcheck shell=bash

# Checksums of test data. MD5 will do, and takes a third of the time of SHA-256.
# stdin: the bytes
sum_of() {
	local sum
	sum=$(md5sum) && echo "${sum%% *}"
}
