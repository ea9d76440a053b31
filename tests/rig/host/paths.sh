# SPDX-License-Identifier: GPL-2.0
# Paths, and how progress and failure are reported. Sourced by every host-side script.
# shellcheck shell=bash

RIG_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TREE_DIR=$(cd "$RIG_DIR/../.." && pwd)
CACHE_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/xen-split/rig
LOG_DIR=${RIG_LOG_DIR:-$CACHE_DIR/log}
# Which drivers are under test: "ours" (updates/) or "intree" (the kernel's own,
# to check the rig itself and to know what in-tree does).
RIG_DRIVERS=${RIG_DRIVERS:-ours}

# Every time limit is multiplied by this. The limits suit an idle machine of two
# cores; a busy one is several times slower and must not look broken.
RIG_PATIENCE=${RIG_PATIENCE:-2}

# 1: scenarios take their full counts, see rounds() in common/scenario.sh.
RIG_LONG=${RIG_LONG:-0}

# 1: all scenarios, not those of "make check" only. A long run is one of all.
RIG_ALL=${RIG_ALL:-$RIG_LONG}

export RIG_PATIENCE RIG_LONG RIG_ALL TREE_DIR CACHE_DIR LOG_DIR RIG_DRIVERS

# errexit alone exits without a message: name the place.
set -E
trap 'printf "# rig: %s:%s: %s\n" "${BASH_SOURCE[0]}" "$LINENO" "$BASH_COMMAND" >&2' ERR

# Progress goes to stderr: stdout carries KTAP only.
say() {
	printf '# %s\n' "$*" >&2
}

die() {
	printf '# rig: FAILED: %s\n' "$*" >&2
	exit 1
}

# Run a long command quietly; its output is shown only if it fails.
# $1: log name, rest: command
quietly() {
	local log="$LOG_DIR/$1.log"
	shift
	mkdir -p "$LOG_DIR"
	"$@" >"$log" 2>&1 && return
	tail -n 20 "$log" >&2
	die "'$*' failed, log in $log"
}
