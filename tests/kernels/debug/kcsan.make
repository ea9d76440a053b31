# SPDX-License-Identifier: GPL-2.0
# Only the modules under test are looked into: the races of the kernel itself are not theirs.
KCSAN_SANITIZE=n
