// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <xen/events.h>
#include <asm/xen/hypercall.h>

#include "hypervisor.h"
#include "xenbus/link.h"

enum { MOST_HANDLES = 8192, MOST_REFS = 4096, NOTHING = 0 };

struct hypervisor hypervisor;
unsigned long jiffies = INITIAL_JIFFIES;

/* --- the kernel ----------------------------------------------------------------- */

static struct delayed_work *delayed;
static unsigned long due;

bool schedule_delayed_work(struct delayed_work *work, unsigned long delay)
{
	if (delayed)
		return false;
	delayed = work;
	due = jiffies + delay;
	return true;
}

bool cancel_delayed_work_sync(struct delayed_work *work)
{
	bool pending = delayed == work;

	delayed = NULL;
	return pending;
}

unsigned long hypervisor_work_due(void)
{
	return delayed ? due - jiffies : 0;
}

void hypervisor_work(void)
{
	struct delayed_work *work = delayed;

	delayed = NULL;
	jiffies = due;
	work->work.func(&work->work);
}

void usleep_range(unsigned long from, unsigned long to)
{
	EXPECT(from <= to);
	hypervisor.slept++;
}

void shim_log(const char *fmt, ...)
{
	(void)fmt;
	hypervisor.lines++;
}

u32 get_random_u32(void)
{
	return test_random();
}

void *kmalloc(size_t size, gfp_t gfp)
{
	(void)gfp;
	return hypervisor.no_memory ? NULL : malloc(size);
}

int xsplit_link_error(struct xsplit_link *link, int err, const char *fmt, ...)
{
	EXPECT(link);
	(void)fmt;
	hypervisor.errors++;
	hypervisor.last_error = err;
	return err;
}

void xsplit_link_kick(struct xsplit_link *link)
{
	EXPECT(link);
	hypervisor.kicks++;
}

void xen_irq_lateeoi(unsigned int irq, unsigned int flags)
{
	(void)irq;
	EXPECT(flags == 0 || flags == XEN_EOI_FLAG_SPURIOUS);
	hypervisor.eois++;
	hypervisor.spurious_eois += flags == XEN_EOI_FLAG_SPURIOUS;
}

void *alloc_pages_exact(size_t bytes, gfp_t gfp)
{
	u8 *addr = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t at;

	EXPECT(gfp & __GFP_ZERO);
	EXPECT(addr != MAP_FAILED);
	for (at = 0; at < bytes; at += PAGE_SIZE)
		*virt_to_page(addr + at) = (struct page){ .users = 1, .exact = true };
	return addr;
}

void free_pages_exact(void *addr, size_t bytes)
{
	munmap(addr, bytes);
}

/* --- copies and mappings -------------------------------------------------------- */

struct mapping {
	grant_ref_t ref;
	u64 addr;
	bool there;
};

/* By handle. */
static struct mapping mappings[MOST_HANDLES];
static unsigned int nr_handles;

/* Return: how many operations of a call are carried out. */
static unsigned int begin_call(unsigned int nr, int *err)
{
	*err = 0;
	EXPECT(nr > 0);
	if (++hypervisor.calls != hypervisor.broken_call)
		return nr;
	*err = -ENOMEM;
	return hypervisor.reached;
}

static s16 next_answer(void)
{
	unsigned int nth = hypervisor.ops++ % ARRAY_SIZE(hypervisor.answer);
	s16 answer = hypervisor.answer[nth];

	hypervisor.answer[nth] = 0;
	return answer;
}

int HYPERVISOR_grant_table_op(unsigned int cmd, void *ops, unsigned int nr)
{
	struct gnttab_copy *op = ops;
	int err;

	if (cmd == GNTTABOP_get_version) {
		((struct gnttab_get_version *)ops)->version = hypervisor.v2 ? 2 : 1;
		return 0;
	}
	EXPECT_EQ(cmd, GNTTABOP_copy);
	nr = begin_call(nr, &err);
	for (; nr; nr--, op++)
		op->status = next_answer();
	return err;
}

static struct page *page_at(u64 addr)
{
	return (struct page *)(unsigned long)addr;
}

static void map(struct gnttab_map_grant_ref *op, struct page *page)
{
	EXPECT(page_at(op->host_addr) == page);
	op->status = next_answer();
	/* What is not done leaves a handle that means nothing. */
	op->handle = 0xdead0000;
	if (op->status)
		return;
	EXPECT(!page->foreign);
	while (mappings[nr_handles % MOST_HANDLES].there)
		nr_handles++;
	op->handle = nr_handles++ % MOST_HANDLES;
	mappings[op->handle] = (struct mapping){ op->ref, op->host_addr, true };
	page->foreign = true;
	hypervisor.mappings++;
}

int gnttab_map_refs(struct gnttab_map_grant_ref *op, void *kmap, struct page **page,
		    unsigned int nr)
{
	unsigned int i;
	int err;

	EXPECT(!kmap);
	nr = begin_call(nr, &err);
	for (i = 0; i < nr; i++)
		map(&op[i], page[i]);
	return err;
}

static void unmap(struct gnttab_unmap_grant_ref *op, struct page *page)
{
	struct mapping *mapping = &mappings[op->handle % MOST_HANDLES];

	EXPECT(op->handle < MOST_HANDLES && mapping->there && mapping->addr == op->host_addr);
	EXPECT(page_at(op->host_addr) == page);
	op->status = next_answer();
	if (op->status)
		return;
	mapping->there = false;
	page->foreign = false;
	hypervisor.mappings--;
}

int gnttab_unmap_refs(struct gnttab_unmap_grant_ref *op, void *kunmap, struct page **page,
		      unsigned int nr)
{
	unsigned int i;
	int err;

	EXPECT(!kunmap);
	nr = begin_call(nr, &err);
	for (i = 0; i < nr; i++)
		unmap(&op[i], page[i]);
	return err;
}

bool hypervisor_maps(grant_ref_t ref)
{
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, nr_handles, MOST_HANDLES); i++)
		if (mappings[i].there && mappings[i].ref == ref)
			return true;
	return false;
}

int gnttab_alloc_pages(int nr, struct page **page)
{
	hypervisor.foreign_pages += nr;
	while (nr--)
		page[nr] = alloc_page(GFP_KERNEL);
	return 0;
}

void gnttab_free_pages(int nr, struct page **page)
{
	hypervisor.foreign_pages -= nr;
	while (nr--) {
		EXPECT(!page[nr]->foreign);
		__free_page(page[nr]);
	}
}

const struct xen_page_foreign *xen_page_foreign(struct page *page)
{
	static struct xen_page_foreign foreign = { .domid = 7 };
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, nr_handles, MOST_HANDLES); i++)
		if (mappings[i].there && page_at(mappings[i].addr) == page)
			foreign.gref = mappings[i].ref;
	return &foreign;
}

/* --- loans ---------------------------------------------------------------------- */

/* The frame lent under a reference, and the next reference of a list; from 1 on. */
static unsigned long lent[MOST_REFS];
static grant_ref_t next_ref[MOST_REFS];
static grant_ref_t free_refs;

static void give_ref(grant_ref_t *head, grant_ref_t ref)
{
	EXPECT_EQ(lent[ref], NOTHING);
	next_ref[ref] = *head;
	*head = ref;
}

static grant_ref_t take_ref(grant_ref_t *head)
{
	grant_ref_t ref = *head;

	EXPECT(ref != NOTHING);
	*head = next_ref[ref];
	return ref;
}

int gnttab_alloc_grant_references(u16 nr, grant_ref_t *head)
{
	if (nr > hypervisor.free_refs)
		return -ENOSPC;
	*head = NOTHING;
	hypervisor.free_refs -= nr;
	while (nr--)
		give_ref(head, take_ref(&free_refs));
	return 0;
}

void gnttab_free_grant_reference(grant_ref_t ref)
{
	give_ref(&free_refs, ref);
	hypervisor.free_refs++;
}

void gnttab_free_grant_references(grant_ref_t head)
{
	while (head != NOTHING)
		gnttab_free_grant_reference(take_ref(&head));
}

int gnttab_claim_grant_reference(grant_ref_t *head)
{
	return *head == NOTHING ? -ENOSPC : (int)take_ref(head);
}

void gnttab_release_grant_reference(grant_ref_t *head, grant_ref_t ref)
{
	give_ref(head, ref);
}

void gnttab_grant_foreign_access_ref(grant_ref_t ref, domid_t peer, unsigned long gfn,
				     int readonly)
{
	(void)peer;
	EXPECT_EQ(lent[ref], NOTHING);
	lent[ref] = gfn;
	hypervisor.readonly += readonly;
	hypervisor.lent++;
}

static int end_access(grant_ref_t ref)
{
	bool held;

	EXPECT(lent[ref] != NOTHING);
	/* Its owner has kept the page until now, whether the peer holds it or not. */
	EXPECT(page_count(page_at(lent[ref])) > 0);
	held = hypervisor.holds && hypervisor.holds(ref);
	if (!held || hypervisor.v2) {
		lent[ref] = NOTHING;
		hypervisor.lent--;
	}
	return !held;
}

int gnttab_end_foreign_access_ref(grant_ref_t ref)
{
	int ended = end_access(ref);

	hypervisor.lines += !ended;
	return ended;
}

int gnttab_try_end_foreign_access(grant_ref_t ref)
{
	if (!end_access(ref))
		return 0;
	gnttab_free_grant_reference(ref);
	return 1;
}

void gnttab_end_foreign_access(grant_ref_t ref, struct page *page)
{
	EXPECT(page_at(lent[ref]) == page);
	hypervisor.left_to_kernel++;
}

/* -------------------------------------------------------------------------------- */

void hypervisor_answers(unsigned int nth, s16 status)
{
	hypervisor.answer[(hypervisor.ops + nth) % ARRAY_SIZE(hypervisor.answer)] = status;
}

void hypervisor_reset(unsigned int refs)
{
	hypervisor = (struct hypervisor){ };
	memset(lent, 0, sizeof(lent));
	memset(mappings, 0, min_t(size_t, nr_handles, MOST_HANDLES) * sizeof(mappings[0]));
	nr_handles = 0;
	free_refs = NOTHING;
	while (refs)
		gnttab_free_grant_reference(refs--);
}
