# SPDX-License-Identifier: GPL-2.0
# KTAP on stdout. Every planned test gets exactly one result line.
# shellcheck shell=bash

KTAP_NUMBER=0
KTAP_PASSED=0
KTAP_FAILED=0

ktap_plan() {
	printf 'KTAP version 1\n1..%d\n' "$1"
}

ktap_note() {
	printf '# %s\n' "$*"
}

# $1: name, $2: seconds
ktap_ok() {
	printf 'ok %d %s\n# %s took %s s\n' $((++KTAP_NUMBER)) "$1" "$1" "$2"
	KTAP_PASSED=$((KTAP_PASSED + 1))
}

# $1: name, $2: reason
ktap_skip() {
	printf 'ok %d %s # SKIP %s\n' $((++KTAP_NUMBER)) "$1" "$2"
}

# $1: name, $2: reason, starting with TIMEOUT or ERROR
ktap_not_ok() {
	printf 'not ok %d %s # %s\n' $((++KTAP_NUMBER)) "$1" "${2//#/}"
	KTAP_FAILED=$((KTAP_FAILED + 1))
}
