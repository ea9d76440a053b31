# SPDX-License-Identifier: GPL-2.0
# The network that both machines, and guests of both, are on.
# shellcheck shell=bash

bridged_network() {
	check "a reaches b" on a 30 "net_answers 10.9.0.2"
	check "b reaches a" on b 30 "net_answers 10.9.0.1"
	drivers_are "$RIG_DRIVERS"
	guest_is_on g3 a pv
	guest_is_on g2 b pv
	check "serve streams on b" on b 30 'stream serve >/dev/null'
	check "guest of a to b" in_guest a g3 120 'net_stream 10.9.0.2 500000 100 8000'
	check "guest of a to a guest of b" in_guest a g3 120 'net_stream 10.9.0.12 500000 100 8000'
	check "guest of b to a" in_guest b g2 30 'net_answers 10.9.0.1'
}

two_machines bridged-network bridged_network
