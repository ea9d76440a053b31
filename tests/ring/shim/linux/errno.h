/* SPDX-License-Identifier: GPL-2.0 */
/* glibc's <errno.h> comes here as well, so give it what it looks for. */
#ifndef SHIM_LINUX_ERRNO_H
#define SHIM_LINUX_ERRNO_H

#include <asm/errno.h>

#endif
