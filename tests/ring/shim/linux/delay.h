/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_DELAY_H
#define SHIM_LINUX_DELAY_H

/* Sleeping takes no time; see hypervisor.h. */
void usleep_range(unsigned long from, unsigned long to);

static inline void msleep(unsigned int msecs)
{
	usleep_range(1000 * msecs, 1000 * msecs);
}

#endif
