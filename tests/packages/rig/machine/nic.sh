# SPDX-License-Identifier: GPL-2.0
# What dom0 asks of the guest: its network.
# shellcheck shell=bash

# By the name that systemd gives an interface of Xen.
nic_works() {
	ping -q -c 2 -i 0.2 -W 5 -I enX0 10.0.0.1
}
