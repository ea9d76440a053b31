/* SPDX-License-Identifier: GPL-2.0 */
/* What is said: one line for each case, and how many were as they should be. */
#ifndef HOSTILE_TELL_H
#define HOSTILE_TELL_H

#include <stdbool.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Shorter than where the kernel has them from. */
#ifndef __printf
#define __printf(text, first)	__attribute((format(printf, text, first)))
#endif
#ifndef __noreturn
#define __noreturn		__attribute((noreturn))
#endif

/* Ends the program with one line: nothing more can be tried. */
__printf(1, 2) __noreturn void die(const char *fmt, ...);

/* Why a case failed; valid until the next call. */
__printf(1, 2) const char *because(const char *fmt, ...);

/* What the following cases have in common, shown behind their names. */
__printf(1, 2) void setting(const char *fmt, ...);

/* @why: NULL if all was as it should be. */
void verdict(const char *name, const char *why);

/* Cases that make no sense here. */
void skip(const char *names, const char *why);

/* The last line. Return: the exit status. */
int tell_sum(void);

#endif
