# SPDX-License-Identifier: GPL-2.0
# Commands as Documentation/packages.rst prints them, so that what is tested is what is read.
# shellcheck shell=bash

# The first block of commands behind a label. $1: label
manual_steps() {
	awk -v label=".. _$1:" '$0 == label { found = 1 }
		found && /^    / { print substr($0, 5); taken = 1; next }
		taken && !/^$/ { exit }' "$TREE_DIR/Documentation/packages.rst"
}
