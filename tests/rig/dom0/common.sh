# SPDX-License-Identifier: GPL-2.0
# Sourced by everything that runs in dom0.
# shellcheck shell=bash

RUN=/run/rig
# KVER, DRIVERS, MODE, SCENARIOS, CASES, STOP, PATIENCE, LONG of this run.
# shellcheck source=/dev/null
. /rig/conf
# shellcheck source=tests/rig/common/wait.sh
. /rig/common/wait.sh
# shellcheck source=tests/rig/dom0/speed.sh
. /rig/dom0/speed.sh
# shellcheck source=tests/rig/common/module.sh
. /rig/common/module.sh
# shellcheck source=tests/rig/common/net.sh
. /rig/common/net.sh
# shellcheck source=tests/rig/common/fault.sh
. /rig/common/fault.sh
# shellcheck source=tests/rig/common/memory.sh
. /rig/common/memory.sh
# shellcheck source=tests/rig/common/sum.sh
. /rig/common/sum.sh
# shellcheck source=tests/rig/common/scenario.sh
. /rig/common/scenario.sh
# shellcheck source=tests/rig/dom0/logscan.sh
. /rig/dom0/logscan.sh
# shellcheck source=tests/rig/dom0/guest.sh
. /rig/dom0/guest.sh
# shellcheck source=tests/rig/dom0/save.sh
. /rig/dom0/save.sh
# shellcheck source=tests/rig/dom0/disk.sh
. /rig/dom0/disk.sh
# shellcheck source=tests/rig/dom0/vif.sh
. /rig/dom0/vif.sh
# shellcheck source=tests/rig/dom0/survive.sh
. /rig/dom0/survive.sh
# shellcheck source=tests/rig/dom0/small.sh
. /rig/dom0/small.sh
# shellcheck source=tests/rig/dom0/many.sh
. /rig/dom0/many.sh
# shellcheck source=tests/rig/dom0/cost.sh
. /rig/dom0/cost.sh
# shellcheck source=tests/rig/dom0/driver.sh
. /rig/dom0/driver.sh
# shellcheck source=tests/rig/dom0/check.sh
. /rig/dom0/check.sh
# shellcheck source=tests/rig/dom0/device.sh
. /rig/dom0/device.sh
# shellcheck source=tests/rig/dom0/evidence.sh
. /rig/dom0/evidence.sh
# shellcheck source=tests/rig/dom0/maps.sh
. /rig/dom0/maps.sh
# shellcheck source=tests/rig/dom0/hostile.sh
. /rig/dom0/hostile.sh

# One line to the host; the only thing the host judges by.
verdict() {
	printf '%s\n' "$*" >"$RUN/verdict"
}
