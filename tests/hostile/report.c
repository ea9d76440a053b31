// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static char common[64];
static unsigned int passed, failed;

void die(const char *fmt, ...)
{
	va_list args;

	printf("FAIL: ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("; giving up after %u cases\n", passed + failed);
	exit(1);
}

const char *reason(const char *fmt, ...)
{
	static char why[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	return why;
}

void report_context(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(common, sizeof(common), fmt, args);
	va_end(args);
}

/* Cases behind a failed one may take long: each waits for what does not come any more. */
static bool stops_at_first(void)
{
	const char *stop = getenv("HOSTILE_STOP");

	return stop && !strcmp(stop, "1");
}

void report_case(const char *name, const char *why)
{
	const char *sep = common[0] ? ", " : "";

	if (why) {
		printf("FAIL: %s%s%s: %s\n", name, sep, common, why);
		failed++;
		if (stops_at_first())
			exit(report_summary());
	} else {
		printf("ok: %s%s%s\n", name, sep, common);
		passed++;
	}
}

void report_skipped(const char *names, const char *why)
{
	printf("skipped: %s: %s\n", names, why);
}

int report_summary(void)
{
	printf("%u of %u passed\n", passed, passed + failed);
	return failed ? 1 : 0;
}
