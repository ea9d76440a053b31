# SPDX-License-Identifier: GPL-2.0
# Files whose code runs before the memory is there that KASAN looks into.
KASAN_SANITIZE_enlighten.o=n
KASAN_SANITIZE_enlighten_hvm.o=n
KASAN_SANITIZE_enlighten_pvh.o=n
KASAN_SANITIZE_features.o=n
KASAN_SANITIZE_string.o=n
