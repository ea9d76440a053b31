/* SPDX-License-Identifier: GPL-2.0 */
/* The report: one line for each case, and how many passed. */
#ifndef HOSTILE_REPORT_H
#define HOSTILE_REPORT_H

#include <stdbool.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* The kernel's names for these attributes. */
#ifndef __printf
#define __printf(text, first)	__attribute((format(printf, text, first)))
#endif
#ifndef __noreturn
#define __noreturn		__attribute((noreturn))
#endif

/* End the program with one line, because nothing more can be tried. */
__printf(1, 2) __noreturn void die(const char *fmt, ...);

/* Format why a case failed; the text is valid until the next call. */
__printf(1, 2) const char *reason(const char *fmt, ...);

/* Set what the following cases have in common; it is shown after their names. */
__printf(1, 2) void report_context(const char *fmt, ...);

/* @why: NULL if the case passed. */
void report_case(const char *name, const char *why);

/* Report cases that do not apply here. */
void report_skipped(const char *names, const char *why);

/* Print the last line. Return: the exit status. */
int report_summary(void);

#endif
