/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long a fixed piece of work takes on all of this domain's processors at once: the
 * emulated machine's speed at this moment, which depends on the load of the real one.
 */
#ifndef RIG_SPEED_H
#define RIG_SPEED_H

#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Two processors are emulated, regardless of the number that a domain sees. */
#define SPEED_PROCESSES 2
/* Milliseconds on two idle cores of the machine that the limits were tried on. */
#define SPEED_USUAL 150
/* A limit that is multiplied by more would find no hang. */
#define SPEED_MOST 2000
#define SPEED_PAUSE_MS 300

/* What emulated programs do: they count, move memory, and go through Xen to the kernel. */
static inline uint32_t speed_work(void)
{
	static char page[2][4096];
	uint32_t sum = 1;
	int i, k;

	for (i = 0; i < 4000; i++) {
		for (k = 0; k < 1000; k++)
			sum = sum * 1664525 + 1013904223;
		page[0][sum % sizeof(page[0])] = i;
		memcpy(page[1], page[0], sizeof(page[0]));
		sum += page[1][i % sizeof(page[1])];
		syscall(SYS_getppid);
	}
	return sum;
}

static inline int speed_once(void)
{
	struct timespec from, to;
	long ms;
	int i;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 0; i < SPEED_PROCESSES; i++)
		if (fork() == 0)
			_exit(speed_work() & 1);
	while (wait(NULL) > 0)
		;
	clock_gettime(CLOCK_MONOTONIC, &to);
	ms = (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
	ms = ms * 100 / SPEED_USUAL;
	return ms < 100 ? 100 : ms > SPEED_MOST ? SPEED_MOST : ms;
}

/*
 * The slowest of some measurements, because other load may pause.
 * Return: percent of the usual time, never less than 100.
 */
static inline int speed_percent(int looks)
{
	int now, worst = 100;

	while (looks--) {
		now = speed_once();
		worst = now > worst ? now : worst;
		if (looks)
			usleep(SPEED_PAUSE_MS * 1000);
	}
	return worst;
}

#endif
