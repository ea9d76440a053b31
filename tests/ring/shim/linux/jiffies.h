/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_JIFFIES_H
#define SHIM_LINUX_JIFFIES_H

#define HZ 250UL
#define INITIAL_JIFFIES ((unsigned long)(unsigned int)(-300 * (int)HZ))

extern unsigned long jiffies;

#define msecs_to_jiffies(ms) ((ms) * HZ / 1000)
#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)

#endif
