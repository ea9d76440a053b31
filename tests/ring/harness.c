// SPDX-License-Identifier: GPL-2.0
/* Runs every case in a process of its own and prints KTAP. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "suites.h"

/* A case that computes longer than this hangs, so does one that waits ten times as long. */
#define CASE_SECONDS 20
/* A loop that fails everywhere need not say so everywhere. */
#define MAX_COMPLAINTS 8
#define FAILED 1

const void *test_row;

static char context[200];
static unsigned int complaints;
static u64 seed = 0x9e3779b97f4a7c15ULL;
static unsigned int passed, failed;
static unsigned int case_seconds = CASE_SECONDS;

void test_context(const char *fmt, ...)
{
	va_list args;
	char *at;

	va_start(args, fmt);
	vsnprintf(context, sizeof(context), fmt, args);
	va_end(args);
	/* A line of KTAP must stay one. */
	for (at = context; *at; at++)
		if (*at < ' ' || *at > '~' || *at == '#')
			*at = '?';
}

__printf(3, 4)
static void complain(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	if (complaints++ >= MAX_COMPLAINTS)
		return;
	printf("  # %s:%d: ", file, line);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("%s%s\n", context[0] ? ", at " : "", context);
}

unsigned int test_complaints(void)
{
	return complaints;
}

bool test_expect(const char *file, int line, const char *what, bool ok)
{
	if (!ok)
		complain(file, line, "not true: %s", what);
	return ok;
}

bool test_expect_eq(const char *file, int line, const char *what, u64 got,
		    u64 want)
{
	if (got != want)
		complain(file, line, "%s is %lld (0x%llx), not %lld (0x%llx)",
			 what, (s64)got, got, (s64)want, want);
	return got == want;
}

u64 test_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed * 0x2545f4914f6cdd1dULL;
}

u32 test_random_below(u32 n)
{
	return (test_random() >> 32) % n;
}

/* A busy machine must not look like a case that hangs. */
static void limit_time(void)
{
	const struct rlimit limit = { case_seconds, case_seconds + 1 };

	setrlimit(RLIMIT_CPU, &limit);
	alarm(10 * case_seconds);
}

static bool timed_out(int status)
{
	return WIFSIGNALED(status) &&
	       (WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGXCPU);
}

static void child(const struct test_suite *suite, const struct test_case *test)
{
	limit_time();
	test_row = test->row;
	if (suite->setup)
		suite->setup();
	test->fn();
	if (complaints > MAX_COMPLAINTS)
		printf("  # and %u more\n", complaints - MAX_COMPLAINTS);
	exit(complaints ? FAILED : 0);
}

static int run_apart(const struct test_suite *suite,
		     const struct test_case *test)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		child(suite, test);
	if (pid > 0)
		waitpid(pid, &status, 0);
	return status;
}

static void print_result(const char *name, size_t nr, int status)
{
	const char *verdict = status ? "not ok" : "ok";

	printf("  %s %zu %s", verdict, nr, name);
	if (timed_out(status))
		printf(" # TIMEOUT %u seconds", case_seconds);
	else if (WIFSIGNALED(status))
		printf(" # ERROR signal %d", WTERMSIG(status));
	else if (status && WEXITSTATUS(status) != FAILED)
		printf(" # ERROR exit status %d", WEXITSTATUS(status));
	printf("\n");
}

static bool run_suite(const struct test_suite *suite, size_t nr)
{
	unsigned int failed_before = failed;
	bool ok;
	size_t i;
	int status;

	printf("  KTAP version 1\n  1..%zu\n  # %s\n", suite->nr, suite->name);
	for (i = 0; i < suite->nr; i++) {
		status = run_apart(suite, &suite->cases[i]);
		print_result(suite->cases[i].name, i + 1, status);
		if (status)
			failed++;
		else
			passed++;
	}
	ok = failed == failed_before;
	printf("%s %zu %s\n", ok ? "ok" : "not ok", nr, suite->name);
	return ok;
}

/* Without names every suite is wanted. */
static bool is_wanted(const struct test_suite *suite, char *const *names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(suite->name, *names))
			return true;
	return false;
}

static size_t count_wanted(char *const *names)
{
	size_t nr = 0, i;

	for (i = 0; i < nr_test_suites; i++)
		nr += is_wanted(test_suites[i], names);
	return nr;
}

/* The arguments are names of suites. */
int main(int argc, char **argv)
{
	const char *wanted = getenv("TEST_SEED"), *limit = getenv("TEST_SECONDS");
	size_t nr = 0, i;

	(void)argc;
	if (wanted)
		seed = strtoull(wanted, NULL, 0) | 1;
	if (limit)
		case_seconds = strtoul(limit, NULL, 0);
	printf("KTAP version 1\n1..%zu\n# random numbers from TEST_SEED=0x%llx\n",
	       count_wanted(argv + 1), seed);
	for (i = 0; i < nr_test_suites; i++)
		if (is_wanted(test_suites[i], argv + 1))
			run_suite(test_suites[i], ++nr);
	printf("# Totals: pass:%u fail:%u xfail:0 xpass:0 skip:0 error:0\n",
	       passed, failed);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
