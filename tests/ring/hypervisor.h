/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hypervisor for grant/: grant operations that a case has fail, mappings that exist or
 * not, loans that the peer holds; and the kernel's clock, work and memory.
 *
 * A mistake that the real one would not forgive is a failed check: a mapping ended twice
 * or not by its address, a page used or freed while it is mapped or lent.
 */
#ifndef TEST_HYPERVISOR_H
#define TEST_HYPERVISOR_H

#include <xen/grant_table.h>

#include "harness.h"

/**
 * struct hypervisor - what it does, and what it has seen
 * @answer: the status of each operation to come, of any kind, by its number modulo the
 *	length: what is not 0 is not done. See hypervisor_answers().
 * @broken_call: this call, from 1 on, fails as a whole; 0: none does
 * @reached: operations of that call that are done before
 * @holds: does the peer hold the page of a loan? NULL: it holds none
 * @v2: the grant table has version 2: an attempt to end a loan revokes it in any case
 * @no_memory: kmalloc() fails
 * @calls: hypercalls
 * @ops: operations
 * @mappings: mappings that exist now
 * @foreign_pages: pages to map at that are not back
 * @lent: loans that have not ended
 * @readonly: loans so far that the peer might only read
 * @free_refs: references that nobody has
 * @errors: that links have reported
 * @last_error: the number of the last one
 * @kicks: of links
 * @eois: interrupts that were ended
 * @spurious_eois: of them, said to have brought nothing
 * @slept: calls that slept
 * @lines: lines in the log
 * @left_to_kernel: loans whose end was left to the kernel
 */
struct hypervisor {
	s16 answer[8192];
	unsigned int broken_call;
	unsigned int reached;
	bool (*holds)(grant_ref_t ref);
	bool v2;
	bool no_memory;
	unsigned int calls;
	unsigned int ops;
	unsigned int mappings;
	unsigned int foreign_pages;
	unsigned int lent;
	unsigned int readonly;
	unsigned int free_refs;
	unsigned int errors;
	int last_error;
	unsigned int kicks;
	unsigned int eois;
	unsigned int spurious_eois;
	unsigned int slept;
	unsigned int lines;
	unsigned int left_to_kernel;
};

extern struct hypervisor hypervisor;

/* Begin anew, with @refs references in the table of grants. */
void hypervisor_reset(unsigned int refs);

/* The status of the @nth operation from now on; the first one is 0. */
void hypervisor_answers(unsigned int nth, s16 status);

/* Is there a mapping of this reference? */
bool hypervisor_maps(grant_ref_t ref);

/* When delayed work is due, in jiffies from now; 0: there is none. */
unsigned long hypervisor_work_due(void);

/* Let that time pass, and run the work. */
void hypervisor_work(void);

#endif
