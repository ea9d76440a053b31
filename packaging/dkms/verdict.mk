# SPDX-License-Identifier: GPL-2.0
# What compat/Kbuild.refuse says of an installed kernel: prints the drivers that it can
# be served by, or fails with the reason. make -f packaging/dkms/verdict.mk KVER=...

KDIR ?= /lib/modules/$(KVER)/build
KERNELRELEASE := $(KVER)
# Debian splits headers: what is common to all flavours is in "source".
srctree := $(firstword $(wildcard $(patsubst %/build,%/source,$(KDIR))) $(KDIR))

include $(KDIR)/include/config/auto.conf
include $(dir $(lastword $(filter %verdict.mk,$(MAKEFILE_LIST))))../../compat/Kbuild.refuse

.PHONY: verdict
verdict: ; @echo $(xen-drivers-built)
