// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded library: slows a program's clock down as much as the machine. libxl has fixed
 * limits in seconds for devices, hotplug scripts and QEMU, and measures them with
 * gettimeofday().
 *
 *	SLOW=250 LD_PRELOAD=patient.so xl ...	ten seconds of xl's take 25
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#define US_PER_S 1000000

/* The file system's timestamps and the kernel's have a clock of their own. */
int gettimeofday(struct timeval *tv, void *zone)
{
	static int64_t start;
	static int slow;
	struct timespec ts;
	int64_t us;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &ts);
	us = ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
	if (!start) {
		const char *percent = getenv("SLOW");

		start = us;
		slow = percent ? atoi(percent) : 100;
		if (slow < 100)
			slow = 100;
	}
	us = start + (us - start) * 100 / slow;
	tv->tv_sec = us / US_PER_S;
	tv->tv_usec = us % US_PER_S;
	return 0;
}
