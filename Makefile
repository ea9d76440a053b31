# SPDX-License-Identifier: GPL-2.0
#
# Xen split drivers. "make help" lists what there is.

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
INSTALL_MOD_DIR ?= updates
KREL = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' '$(KDIR)/include/generated/utsrelease.h' 2>/dev/null)

# Distributions' headers ask for signatures but come without a key.
no_signing = $(if $(wildcard $(KDIR)/certs/signing_key.pem),,CONFIG_MODULE_SIG_ALL=)

# A leading blank line would start a kbuild trace; one line says it all.
define need_headers
	@test -e '$(KDIR)/Makefile' || { \
	  echo 'No kernel headers in $(KDIR): install the package linux-headers-$(KVER),' \
	       'or name others with KVER= or KDIR=.' >&2; exit 1; }
endef

.PHONY: all dist deb srpm docs modules modules_install clean help quick check check-all check-long check-matrix check-install check-mutants check-debug ring fuzz prove rig cluster scale demo shell bench lint
all: modules

modules:
	$(need_headers)
	+@$(MAKE) --no-print-directory -C '$(KDIR)' M='$(CURDIR)' modules

modules_install:
	$(need_headers)
	+@$(MAKE) --no-print-directory -C '$(KDIR)' M='$(CURDIR)' \
		INSTALL_MOD_DIR='$(INSTALL_MOD_DIR)' $(no_signing) cmd_depmod=: modules_install
	@# The kernel's own rule leaves depmod out where headers come without System.map.
	depmod -b '$(INSTALL_MOD_PATH)/' '$(KREL)'
	@echo "Installed in $(INSTALL_MOD_PATH)/lib/modules/$(KREL)/$(INSTALL_MOD_DIR), where" \
	      "they win over the kernel's own. To undo: remove xen-split.ko* and the folders" \
	      "blkback/, blkfront/, netback/ and netfront/ there and run depmod."

clean:
	@if [ -e '$(KDIR)/Makefile' ]; then \
	  $(MAKE) --no-print-directory -C '$(KDIR)' M='$(CURDIR)' clean; fi
	@$(MAKE) --no-print-directory -C tests/ring clean
	@$(MAKE) --no-print-directory -C tests/fuzz clean

quick: ; @tests/check --quick

check: ; @tests/check

check-all: ; @RIG_ALL=1 tests/check

check-long: ; @RIG_LONG=1 tests/check

check-matrix: ; @tests/check --matrix

check-install: ; @tests/packages/rig/run

check-mutants: ; @tests/mutants/run $(MUTANT)

check-debug: ; @tests/check --debug

ring: ; @$(MAKE) --no-print-directory -C tests/ring check

fuzz: ; @tests/fuzz/run $(TARGET)

prove: ; @tests/prove/run $(PROOF)

rig: ; @tests/rig/run $(SCENARIO)

cluster: ; @tests/cluster/run $(SCENARIO)

demo: ; @tests/rig/demo

shell: ; @tests/rig/shell

bench: ; @tests/bench/run

scale: ; @tests/scale/run $(SCENARIO)

lint: ; @tests/lint

dist: ; @packaging/dist

deb: ; @SIGN_KEY='$(SIGN_KEY)' SIGN_CERT='$(SIGN_CERT)' packaging/deb $(KERNELS)

srpm: ; @packaging/srpm

docs: ; @tests/docs/build

help:
	@echo 'Xen split drivers'
	@echo
	@echo '  make                  all modules, for the running kernel'
	@echo '                        (KVER=6.1.0-56-amd64 or KDIR=/path for another)'
	@echo '  make modules_install  into updates/, then depmod (as root; INSTALL_MOD_PATH=)'
	@echo '  make C=2, make W=1    with sparse, with more warnings'
	@echo '  make clean            what was built'
	@echo
	@echo '  make deb              Debian packages, for DKMS and of the documents'
	@echo '                        (KERNELS="6.1.0-57-amd64 ...": and the modules for these,'
	@echo '                        signed if SIGN_KEY=/path/key.pem SIGN_CERT=/path/key.der are given)'
	@echo '  make srpm             source RPMs for SUSE and for the family of Red Hat'
	@echo '  make dist             the tarball that packages are made from'
	@echo '  make docs             the manual and man pages, by Sphinx, into build/docs/'
	@echo
	@echo '  make quick            what needs neither root nor Xen: ring, a build, rules; minutes'
	@echo '  make demo             boot Xen, serve a guest its root disk, show it (as root)'
	@echo '  make shell            the same, and leave you at the prompt of domain 0'
	@echo '  make check            ring, rig and lint (as root); of the rig one scenario of each kind'
	@echo '  make check-all        the same with every scenario of the rig, before work is called done'
	@echo '  make check-long       that with the full counts: every lifecycle event again and again, two hours'
	@echo '  make check-matrix     builds for every kernel in reach, the rig on all kernels and Xens'
	@echo '                        (KERNEL=6.12, XEN=4.20: of those only)'
	@echo '  make check-debug      scenarios on a kernel that is built with lockdep, kmemleak and the like; each'
	@echo '                        allocation that is reached failing once; and guests with KASAN and KCSAN'
	@echo '                        (PART=hostile: one part of these)'
	@echo '  make check-install    the package in two whole Debian machines on Xen: installed, a newer'
	@echo '                        kernel, upgraded under a guest, removed (as root)'
	@echo '  make ring             the tests that need no Xen, seconds'
	@echo '  make fuzz             libFuzzer on what judges the peers, FUZZ_S=60 seconds a target (TARGET=keys)'
	@echo '  make prove            CBMC on the arithmetic and the bounds of that, minutes, as root (PROOF=ring)'
	@echo '  make check-mutants    takes out one guard after the other: a named test must fail'
	@echo '                        (SET=rig: those that need a boot each, hours; MUTANT=name)'
	@echo '  make rig SCENARIO=... the tests on real Xen, or some of them (KERNEL=6.12 XEN=4.20'
	@echo '                        GUEST_KERNEL=kasan)'
	@echo '  make cluster          two machines: guests move, the network or a machine dies (ROUNDS=2, as root)'
	@echo '  make scale            many guests at once: what each costs, and how they share (GUESTS=20, as root)'
	@echo '  make bench            ours against the in-tree drivers, in one boot'
	@echo '  make lint             warnings, sparse, checkpatch, shellcheck, the tests of tools/'
	@echo
	@echo '  tools/xen-split-top   what the drivers of this domain do, live (as root)'
	@echo '  tools/xen-split-report  collects what a report of a fault needs (as root)'
	@echo
	@tests/check --last
