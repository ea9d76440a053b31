// SPDX-License-Identifier: GPL-2.0
/*
 * Sees every access to some pages: they are not accessible, so each access
 * faults; it is noted, let through alone (the trap flag), and the door closes.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "harness.h"

#define MAX_WATCHED (32 * 4096)
#define PAGE_FAULT_WRITE 2
#define TRAP_FLAG 0x100

static u8 *watched;
static size_t watched_len;
static u8 reads[MAX_WATCHED], writes[MAX_WATCHED];

static void on_fault(int sig, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
	size_t at = (u8 *)info->si_addr - watched;

	if (!watched || at >= watched_len) {
		/* A real one: the same instruction dies of it. */
		signal(sig, SIG_DFL);
		return;
	}
	if (regs[REG_ERR] & PAGE_FAULT_WRITE)
		writes[at]++;
	else
		reads[at]++;
	mprotect(watched, watched_len, PROT_READ | PROT_WRITE);
	regs[REG_EFL] |= TRAP_FLAG;
}

static void on_step(int sig, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)sig;
	(void)info;
	regs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
	mprotect(watched, watched_len, PROT_NONE);
}

void test_watch(void *mem, size_t len)
{
	struct sigaction fault = { .sa_flags = SA_SIGINFO };
	struct sigaction step = { .sa_flags = SA_SIGINFO };

	if (len > MAX_WATCHED)
		abort();
	fault.sa_sigaction = on_fault;
	step.sa_sigaction = on_step;
	sigaction(SIGSEGV, &fault, NULL);
	sigaction(SIGTRAP, &step, NULL);
	watched = mem;
	watched_len = len;
	memset(reads, 0, sizeof(reads));
	memset(writes, 0, sizeof(writes));
	mprotect(mem, len, PROT_NONE);
}

void test_unwatch(void)
{
	mprotect(watched, watched_len, PROT_READ | PROT_WRITE);
	watched = NULL;
	signal(SIGSEGV, SIG_DFL);
}

unsigned int test_reads(const void *addr)
{
	return reads[(const u8 *)addr - watched];
}

unsigned int test_writes(const void *addr)
{
	return writes[(const u8 *)addr - watched];
}

void *test_pages(size_t len)
{
	u8 *mem = mmap(NULL, len + 4096, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		abort();
	mprotect(mem + len, 4096, PROT_NONE);
	return mem;
}
