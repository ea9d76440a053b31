// SPDX-License-Identifier: GPL-2.0
/* The driver's tracepoints. */

/* Before CREATE_TRACE_POINTS, for the kernel's headers have tracepoints of their own. */
#include "netback/queue.h"

#define CREATE_TRACE_POINTS
#include "netback/trace.h"
