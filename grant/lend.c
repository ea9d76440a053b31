// SPDX-License-Identifier: GPL-2.0
/* Lending our own pages, and getting them back; see Documentation/grant.rst. */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/page.h>
#include <asm/xen/hypercall.h>

#include "compat/module.h"
#include "grant/lend.h"
#include "grant/retry.h"

/* --- the reserve -------------------------------------------------------- */

int xsplit_reserve_init(struct xsplit_reserve *res, struct xsplit_borrower to, unsigned int nr)
{
	*res = (struct xsplit_reserve){ .to = to, .least = nr, .most = nr };
	if (gnttab_alloc_grant_references(nr, &res->head))
		return -ENOSPC;
	res->free = nr;
	res->size = nr;
	res->idle = nr;
	return 0;
}

/* Enough for a further device to work at all. */
#define LEAVE_TO_OTHERS 256

/* Could @nr be taken, and as many left to others as they need? */
static bool some_left(struct xsplit_borrower to, unsigned int nr)
{
	struct xsplit_reserve others;

	if (xsplit_reserve_init(&others, to, nr + LEAVE_TO_OTHERS))
		return false;
	xsplit_reserve_free(&others);
	return true;
}

void xsplit_reserve_free(struct xsplit_reserve *res)
{
	/* Whoever gives one back later would write to memory that has another owner. */
	if (res->free != res->size)
		pr_err("%u grant references are in use when their reserve is freed\n",
		       res->size - res->free);
	if (res->free)
		gnttab_free_grant_references(res->head);
	*res = (struct xsplit_reserve){ };
}
XSPLIT_EXPORT(xsplit_reserve_free);

/* Get more references, up to @nr in all. */
static bool refill(struct xsplit_reserve *res, unsigned int nr)
{
	grant_ref_t head, ref;

	if (res->size >= nr)
		return true;
	nr -= res->size;
	if (gnttab_alloc_grant_references(nr, &head))
		return false;
	for (; nr; nr--) {
		ref = gnttab_claim_grant_reference(&head);
		gnttab_release_grant_reference(&res->head, ref);
		res->free++;
		res->size++;
	}
	return true;
}

/* How long a reserve that could not grow waits before it tries again. */
#define GROW_RETRY max(HZ / 10, 1)

int xsplit_reserve_open(struct xsplit_reserve *res, struct xsplit_borrower to,
			unsigned int most, unsigned int least)
{
	int err = xsplit_reserve_init(res, to, least);

	res->most = max(most, least);
	res->retry = jiffies;
	return err;
}
XSPLIT_EXPORT(xsplit_reserve_open);

bool xsplit_reserve_grow(struct xsplit_reserve *res, unsigned int nr)
{
	unsigned int more = xsplit_larger_request(nr - res->free, res->size, res->most);

	if (!more || time_before(jiffies, res->retry))
		return false;
	/* Only what is its own for good may be taken from devices that connect later. */
	if ((res->size < res->least || some_left(res->to, more)) && refill(res, res->size + more))
		return true;
	/* Other queues give back their idle references at their next trim. */
	res->retry = jiffies + GROW_RETRY;
	return false;
}
XSPLIT_EXPORT(xsplit_reserve_grow);

unsigned int xsplit_reserve_trim(struct xsplit_reserve *res, grant_ref_t *ref, unsigned int max)
{
	unsigned int i, idle = res->idle;
	unsigned int nr = min(xsplit_spare(idle, res->size, res->least), max);

	for (i = 0; i < nr; i++)
		ref[i] = xsplit_ref_take(res);
	res->size -= nr;
	/* The rest goes at the next call; when all are out, @idle is measured anew. */
	res->idle = nr == max ? idle - nr : res->free;
	return nr;
}
XSPLIT_EXPORT(xsplit_reserve_trim);

void xsplit_refs_free(const grant_ref_t *ref, unsigned int nr)
{
	while (nr--)
		gnttab_free_grant_reference(ref[nr]);
}
XSPLIT_EXPORT(xsplit_refs_free);

grant_ref_t xsplit_ref_take(struct xsplit_reserve *res)
{
	res->free--;
	if (res->free < res->idle)
		res->idle = res->free;
	return gnttab_claim_grant_reference(&res->head);
}
XSPLIT_EXPORT(xsplit_ref_take);

grant_ref_t xsplit_lend(struct xsplit_reserve *res, struct page *page, bool readonly)
{
	grant_ref_t ref = xsplit_ref_take(res);

	res->peak = max(res->peak, res->size - res->free);
	gnttab_grant_foreign_access_ref(ref, res->to.domain, xen_page_to_gfn(page), readonly);
	return ref;
}
XSPLIT_EXPORT(xsplit_lend);

bool xsplit_lend_end(struct xsplit_reserve *res, grant_ref_t ref)
{
	/* The kernel's function logs a line, without limit, if the peer holds the page. */
	if (unlikely(res->caught || !gnttab_end_foreign_access_ref(ref))) {
		res->caught = true;
		return false;
	}
	gnttab_release_grant_reference(&res->head, ref);
	res->free++;
	return true;
}
XSPLIT_EXPORT(xsplit_lend_end);

/* --- quarantine --------------------------------------------------------- */

struct quarantined {
	struct list_head node;
	struct page *page;
	grant_ref_t ref;
	struct xsplit_borrower to;
};

#define RETRY_FIRST (HZ / 10)
#define RETRY_LAST (10UL * HZ)

/* How many pages a borrower holds of which neither page nor reference is known any more. */
struct lost {
	struct xsplit_borrower to;
	unsigned int pages;	/* 0: the slot is free */
};

/*
 * One for each device and backend domain, and more than a guest usually has. What others lose is
 * not counted.
 */
#define LOST_SLOTS 64

static void xsplit_quarantine_work(struct work_struct *work);

static struct {
	struct mutex trying;	/* held by whoever tries pages, which are not in @pages then */
	spinlock_t lock;	/* protects @pages and @lost */
	struct list_head pages;
	unsigned long delay;	/* until the next try, in jiffies; only the work uses it */
	struct delayed_work work;
	struct lost lost[LOST_SLOTS]; /* pages that cannot be tried */
} quarantine = {
	.trying = __MUTEX_INITIALIZER(quarantine.trying),
	.lock = __SPIN_LOCK_UNLOCKED(quarantine.lock),
	.pages = LIST_HEAD_INIT(quarantine.pages),
	.delay = RETRY_FIRST,
	.work = __DELAYED_WORK_INITIALIZER(quarantine.work, xsplit_quarantine_work, 0),
};

/* The slot of a borrower, or else a free one, or NULL. */
static struct lost *lost_slot(struct xsplit_borrower to)
{
	struct lost *slot, *free = NULL;

	lockdep_assert_held(&quarantine.lock);
	for (slot = quarantine.lost; slot < quarantine.lost + LOST_SLOTS; slot++) {
		if (!slot->pages)
			free = slot;
		else if (xsplit_same_borrower(slot->to, to))
			return slot;
	}
	return free;
}

static void count_lost(struct xsplit_borrower to)
{
	unsigned long flags;
	struct lost *slot;

	spin_lock_irqsave(&quarantine.lock, flags);
	slot = lost_slot(to);
	if (slot) {
		slot->to = to;
		slot->pages++;
	}
	spin_unlock_irqrestore(&quarantine.lock, flags);
}

static unsigned int pages_lost(struct xsplit_borrower to)
{
	unsigned int pages;
	struct lost *slot;

	spin_lock_irq(&quarantine.lock);
	slot = lost_slot(to);
	pages = slot ? slot->pages : 0;
	spin_unlock_irq(&quarantine.lock);
	return pages;
}

void xsplit_quarantine_forget(u32 device)
{
	struct lost *slot;

	spin_lock_irq(&quarantine.lock);
	for (slot = quarantine.lost; slot < quarantine.lost + LOST_SLOTS; slot++)
		if (slot->to.device == device)
			slot->pages = 0;
	spin_unlock_irq(&quarantine.lock);
}

/* Return: true if the peer has let go of the page, and the entry is gone. */
static bool release_one(struct quarantined *entry)
{
	if (!gnttab_try_end_foreign_access(entry->ref))
		return false;
	put_page(entry->page);
	list_del(&entry->node);
	kfree(entry);
	return true;
}

static void take_out(struct list_head *pages)
{
	mutex_lock(&quarantine.trying);
	spin_lock_irq(&quarantine.lock);
	list_splice_init(&quarantine.pages, pages);
	spin_unlock_irq(&quarantine.lock);
}

/* Return: true if there are any pages. */
static bool put_back(struct list_head *pages)
{
	bool left;

	spin_lock_irq(&quarantine.lock);
	list_splice(pages, &quarantine.pages);
	left = !list_empty(&quarantine.pages);
	spin_unlock_irq(&quarantine.lock);
	mutex_unlock(&quarantine.trying);
	return left;
}

unsigned int xsplit_quarantine_full(struct xsplit_borrower to, unsigned int more,
				    unsigned int lent)
{
	struct quarantined *entry, *next;
	unsigned int held = more + pages_lost(to);
	LIST_HEAD(pages);

	take_out(&pages);
	list_for_each_entry_safe(entry, next, &pages, node)
		if (xsplit_same_borrower(entry->to, to))
			held += !release_one(entry);
	put_back(&pages);
	return held > max(XSPLIT_QUARANTINE_MAX, lent) ? held : 0;
}

static void xsplit_quarantine_work(struct work_struct *work)
{
	struct quarantined *entry, *next;
	bool released = false;
	LIST_HEAD(pages);

	take_out(&pages);
	list_for_each_entry_safe(entry, next, &pages, node)
		released |= release_one(entry);
	if (!put_back(&pages))
		return;
	quarantine.delay = released ? RETRY_FIRST : min(2 * quarantine.delay, RETRY_LAST);
	schedule_delayed_work(&quarantine.work, quarantine.delay);
}

static void quarantine_add(struct quarantined *entry)
{
	unsigned long flags;

	spin_lock_irqsave(&quarantine.lock, flags);
	list_add(&entry->node, &quarantine.pages);
	spin_unlock_irqrestore(&quarantine.lock, flags);
	schedule_delayed_work(&quarantine.work, RETRY_FIRST);
}

bool xsplit_loan_end(grant_ref_t ref)
{
	return gnttab_try_end_foreign_access(ref);
}
XSPLIT_EXPORT(xsplit_loan_end);

bool xsplit_grants_v2(void)
{
	struct gnttab_get_version version = { .dom = DOMID_SELF };

	return !HYPERVISOR_grant_table_op(GNTTABOP_get_version, &version, 1) &&
	       version.version == 2;
}
XSPLIT_EXPORT(xsplit_grants_v2);

bool xsplit_loan_try_end(struct xsplit_reserve *res, grant_ref_t ref, struct page *page, bool v2)
{
	if (xsplit_loan_end(ref)) {
		xsplit_lend_disown(res, 1);
		return true;
	}
	/*
	 * In version 2, where the hypervisor notes mappings elsewhere, the attempt has revoked
	 * the loan all the same: the peer could not map the page again. In version 1 nothing
	 * has changed, and writing the entry would hide that the page is mapped.
	 */
	if (v2)
		gnttab_grant_foreign_access_ref(ref, res->to.domain, xen_page_to_gfn(page), false);
	return false;
}
XSPLIT_EXPORT(xsplit_loan_try_end);

bool xsplit_loan_abandon(struct xsplit_borrower to, grant_ref_t ref, struct page *page)
{
	struct quarantined *entry;

	if (gnttab_try_end_foreign_access(ref)) {
		put_page(page);
		return true;
	}
	entry = kmalloc(sizeof(*entry), GFP_ATOMIC | __GFP_NOWARN);
	if (entry) {
		*entry = (struct quarantined){ .page = page, .ref = ref, .to = to };
		quarantine_add(entry);
	} else {
		/* The kernel's own list would need memory as well, and has a line for each page. */
		count_lost(to);
		pr_err_ratelimited("no memory to remember a page that another domain holds: it stays lost\n");
	}
	return false;
}

bool xsplit_quarantine(struct xsplit_reserve *res, grant_ref_t ref, struct page *page,
		       struct xsplit_grant_count *count)
{
	res->size--;
	if (xsplit_loan_abandon(res->to, ref, page))
		return false;
	if (count)
		xsplit_count(&count->quarantined, 1);
	pr_warn_ratelimited("domain %u still holds a page it should have let go: put away until it does\n",
			    res->to.domain);
	return true;
}
XSPLIT_EXPORT(xsplit_quarantine);

void xsplit_lend_abandon(struct xsplit_reserve *res, grant_ref_t ref, struct page *page)
{
	res->size--;
	xsplit_loan_abandon(res->to, ref, page);
}
XSPLIT_EXPORT(xsplit_lend_abandon);

void xsplit_quarantine_exit(void)
{
	struct quarantined *entry, *next;

	cancel_delayed_work_sync(&quarantine.work);
	/* The kernel logs one line for each page, and goes on trying. */
	list_for_each_entry_safe(entry, next, &quarantine.pages, node) {
		gnttab_end_foreign_access(entry->ref, entry->page);
		kfree(entry);
	}
}
