// SPDX-License-Identifier: GPL-2.0
/*
 * A page that the peer still holds is neither freed nor lent again, and its reference is
 * not used (XSA-396).
 */
#include <errno.h>
#include <string.h>
#include <linux/jiffies.h>
#include <linux/mm.h>

#include "grant/lend.h"
#include "hypervisor.h"
#include "suites.h"

enum { REFS = 600, RESERVE = 8, TO_OTHERS = 256 };

/* Devices whose lost pages are counted, as in grant/lend.c, and some more. */
enum { LOST_SLOTS = 64, LOST_DEVICES = 70 };

static const struct xsplit_borrower peer = { .domain = 7, .device = 1 };

static struct xsplit_reserve res;
static struct xsplit_grant_count count;
static bool held[REFS + 1];

static bool holds(grant_ref_t ref)
{
	return held[ref];
}

static void prepare(void)
{
	hypervisor_reset(REFS);
	hypervisor.holds = holds;
	EXPECT_EQ(xsplit_reserve_init(&res, peer, RESERVE), 0);
}

/* A page with one more user, so that it can be seen after it has been given up. */
static struct page *watched_page(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	page->users++;
	return page;
}

static void unwatch(struct page *page)
{
	page->users = 0;
	__free_page(page);
}

static void a_loan_that_ends(void)
{
	struct page *page = watched_page();
	grant_ref_t ref = xsplit_lend(&res, page, true);

	EXPECT_EQ(hypervisor.lent, 1);
	EXPECT_EQ(res.free, RESERVE - 1);
	EXPECT(xsplit_lend_end(&res, ref));
	EXPECT_EQ(hypervisor.lent, 0);
	EXPECT_EQ(res.free, RESERVE);
	EXPECT_EQ(page->users, 2);
	xsplit_reserve_free(&res);
	EXPECT_EQ(hypervisor.free_refs, REFS);
	unwatch(page);
}

/* The peer holds it: the loan has not ended, and nothing has changed. */
static void a_loan_that_is_held_does_not_end(void)
{
	struct page *page = watched_page();
	grant_ref_t ref = xsplit_lend(&res, page, false);

	held[ref] = true;
	EXPECT(!xsplit_lend_end(&res, ref));
	EXPECT(!xsplit_loan_end(ref));
	EXPECT_EQ(hypervisor.lent, 1);
	EXPECT_EQ(res.free, RESERVE - 1);
	EXPECT_EQ(res.size, RESERVE);
	EXPECT_EQ(hypervisor.free_refs, REFS - RESERVE);
	EXPECT_EQ(page->users, 2);
	held[ref] = false;
	EXPECT(xsplit_loan_end(ref));
	unwatch(page);
}

/* A peer that was caught is not tried again: its pages are freed, or kept, without a line. */
static void the_kernel_logs_one_line_of_many(void)
{
	struct page *page[RESERVE];
	grant_ref_t ref[RESERVE];
	unsigned int i;

	for (i = 0; i < RESERVE; i++) {
		page[i] = watched_page();
		ref[i] = xsplit_lend(&res, page[i], false);
		held[ref[i]] = i % 2;
	}
	EXPECT(xsplit_lend_end(&res, ref[0]));
	for (i = 1; i < RESERVE; i++)
		EXPECT(!xsplit_lend_end(&res, ref[i]));
	EXPECT_EQ(hypervisor.lines, 1);
	for (i = 1; i < RESERVE; i++) {
		xsplit_quarantine(&res, ref[i], page[i], &count);
		EXPECT_EQ(page[i]->users, i % 2 ? 2 : 1);
	}
	EXPECT_EQ(count.quarantined, RESERVE / 2);
	EXPECT_EQ(hypervisor.lent, RESERVE / 2);
	EXPECT_EQ(res.size, 1);
	memset(held, 0, sizeof(held));
	hypervisor_work();
	EXPECT_EQ(hypervisor.lent, 0);
	for (i = 0; i < RESERVE; i++)
		unwatch(page[i]);
	/* The next connection has nothing of it. */
	EXPECT_EQ(xsplit_reserve_init(&res, peer, RESERVE), 0);
	page[0] = watched_page();
	EXPECT(xsplit_lend_end(&res, xsplit_lend(&res, page[0], false)));
	unwatch(page[0]);
}

/* Each of these takes the page over, and keeps it until the peer lets go. */
static void put_away(grant_ref_t ref, struct page *page)
{
	xsplit_quarantine(&res, ref, page, &count);
}

static void abandon(grant_ref_t ref, struct page *page)
{
	xsplit_lend_abandon(&res, ref, page);
}

static void kept_until_let_go(void (*give_up)(grant_ref_t ref, struct page *page))
{
	struct page *page = watched_page();
	grant_ref_t ref = xsplit_lend(&res, page, false);
	unsigned int i;

	held[ref] = true;
	give_up(ref, page);
	EXPECT_EQ(res.size, RESERVE - 1);
	/* The reserve can be freed, and everything be lent to others, meanwhile. */
	xsplit_reserve_free(&res);
	EXPECT_EQ(hypervisor.free_refs, REFS - 1);
	EXPECT_EQ(xsplit_reserve_init(&res, peer, REFS), -ENOSPC);
	for (i = 0; i < 20; i++) {
		EXPECT_EQ(page->users, 2);
		EXPECT_EQ(hypervisor.lent, 1);
		EXPECT(hypervisor_work_due());
		hypervisor_work();
	}
	held[ref] = false;
	hypervisor_work();
	EXPECT_EQ(page->users, 1);
	EXPECT_EQ(hypervisor.lent, 0);
	EXPECT_EQ(hypervisor.free_refs, REFS);
	EXPECT_EQ(hypervisor_work_due(), 0);
	unwatch(page);
}

static void quarantine_lasts_until_the_peer_lets_go(void)
{
	kept_until_let_go(put_away);
	EXPECT_EQ(count.quarantined, 1);
	EXPECT_EQ(hypervisor.lines, 1);
}

/* The peer does no wrong by holding what was to stay lent: nothing is logged or counted. */
static void an_abandoned_page_is_kept_as_long(void)
{
	kept_until_let_go(abandon);
	EXPECT_EQ(hypervisor.lines, 0);
}

static void an_abandoned_page_that_nobody_holds_is_freed(void)
{
	struct page *page = watched_page();

	xsplit_lend_abandon(&res, xsplit_lend(&res, page, false), page);
	EXPECT_EQ(page->users, 1);
	EXPECT_EQ(hypervisor_work_due(), 0);
	xsplit_reserve_free(&res);
	EXPECT_EQ(hypervisor.free_refs, REFS);
	unwatch(page);
}

/* Tried after a tenth of a second, then less and less often, but at least every 10 s. */
static void it_is_tried_less_and_less_often(void)
{
	struct page *page = watched_page();
	grant_ref_t ref = xsplit_lend(&res, page, false);
	unsigned long before = 0, delay;
	unsigned int i;

	held[ref] = true;
	put_away(ref, page);
	EXPECT_EQ(hypervisor_work_due(), HZ / 10);
	for (i = 0; i < 20; i++) {
		hypervisor_work();
		delay = hypervisor_work_due();
		EXPECT(delay >= before);
		EXPECT(delay <= 10 * HZ);
		before = delay;
	}
	EXPECT_EQ(before, 10 * HZ);
}

/* One that lets go frees its own page only. */
static void many_are_told_apart(void)
{
	struct page *page[RESERVE];
	grant_ref_t ref[RESERVE];
	unsigned int i, j;

	for (i = 0; i < RESERVE; i++) {
		page[i] = watched_page();
		ref[i] = xsplit_lend(&res, page[i], false);
		held[ref[i]] = true;
		put_away(ref[i], page[i]);
	}
	for (i = 0; i < RESERVE; i++) {
		held[ref[i]] = false;
		hypervisor_work();
		for (j = 0; j < RESERVE; j++)
			EXPECT_EQ(page[j]->users, j <= i ? 1 : 2);
	}
	for (i = 0; i < RESERVE; i++)
		unwatch(page[i]);
	EXPECT_EQ(hypervisor_work_due(), 0);
	EXPECT_EQ(hypervisor.free_refs, REFS);
}

/* Without memory for an entry, the page stays lost: the kernel's own list would log each. */
static void without_memory_it_is_not_left_to_the_kernel(void)
{
	struct page *page = watched_page();
	grant_ref_t ref = xsplit_lend(&res, page, false);

	held[ref] = true;
	hypervisor.no_memory = true;
	put_away(ref, page);
	EXPECT_EQ(hypervisor.left_to_kernel, 0);
	EXPECT_EQ(page->users, 2);
	EXPECT_EQ(hypervisor.lent, 1);
}

/* A page is lost for good: the peer holds it, and there is no memory to remember it. */
static void lose(struct xsplit_borrower to)
{
	struct page *page = watched_page();
	struct xsplit_reserve one;
	grant_ref_t ref;

	EXPECT_EQ(xsplit_reserve_init(&one, to, 1), 0);
	ref = xsplit_lend(&one, page, false);
	held[ref] = true;
	hypervisor.no_memory = true;
	xsplit_lend_abandon(&one, ref, page);
	xsplit_reserve_free(&one);
}

/* How many pages count for a borrower? */
static unsigned int counted(struct xsplit_borrower to)
{
	return xsplit_quarantine_full(to, XSPLIT_QUARANTINE_MAX + 1, 0) - XSPLIT_QUARANTINE_MAX - 1;
}

/*
 * It counts all the same, for this device with this backend, and for no other, whatever their
 * numbers.
 */
static void what_is_lost_counts(void)
{
	struct xsplit_borrower other = { .domain = peer.domain + 1, .device = peer.device };

	EXPECT_EQ(counted(peer), 0);
	lose(peer);
	EXPECT_EQ(counted(peer), 1);
	lose(peer);
	EXPECT_EQ(counted(peer), 2);
	EXPECT_EQ(counted(other), 0);
	for (other = peer; other.device < 1000; ) {
		other.device++;
		EXPECT_EQ(counted(other), 0);
	}
	lose(other);
	EXPECT_EQ(counted(other), 1);
	EXPECT_EQ(counted(peer), 2);
}

/* Whoever was the backend; and a device that is still there is not forgiven. */
static void what_is_lost_goes_with_the_device(void)
{
	const struct xsplit_borrower before = { .domain = peer.domain + 1, .device = peer.device };
	const struct xsplit_borrower other = { .domain = peer.domain, .device = peer.device + 1 };

	lose(peer);
	lose(before);
	lose(other);
	xsplit_quarantine_forget(peer.device);
	EXPECT_EQ(counted(peer), 0);
	EXPECT_EQ(counted(before), 0);
	EXPECT_EQ(counted(other), 1);
	xsplit_quarantine_forget(other.device);
	EXPECT_EQ(counted(other), 0);
}

/* A borrower that finds no slot is not charged, and nobody else is charged for it. */
static void what_is_lost_has_an_end(void)
{
	struct xsplit_borrower to = peer;
	unsigned int i, all = 0;

	for (i = 0; i < LOST_DEVICES; i++, to.device++)
		lose(to);
	for (i = 0, to = peer; i < LOST_DEVICES; i++, to.device++) {
		EXPECT(counted(to) <= 1);
		all += counted(to);
	}
	EXPECT_EQ(all, LOST_SLOTS);
	lose(peer);
	EXPECT_EQ(counted(peer), 2);
	/* There is room again when a device is gone. */
	to.device = peer.device;
	xsplit_quarantine_forget(to.device);
	to.device += LOST_DEVICES;
	lose(to);
	EXPECT_EQ(counted(to), 1);
}

/* However far a reserve grows, a device that comes later finds what it needs to work. */
static void growing_leaves_enough_to_others(void)
{
	xsplit_reserve_free(&res);
	EXPECT_EQ(xsplit_reserve_open(&res, peer, REFS, RESERVE), 0);
	while (xsplit_reserve_grow(&res, res.free + 1))
		EXPECT(hypervisor.free_refs >= TO_OTHERS);
	/* It has asked for 32 at a time. */
	EXPECT_EQ(hypervisor.free_refs, REFS - RESERVE - 10 * 32);
	EXPECT_EQ(res.size + hypervisor.free_refs, REFS);
	xsplit_reserve_free(&res);
	EXPECT_EQ(hypervisor.free_refs, REFS);
}

/* --- what one device may keep ------------------------------------------------------ */

/* A connection lends so much; the peer keeps all of it. */
enum { LENT = 68, MANY_REFS = 4000 };

static bool hoarded[MANY_REFS + 1];
static struct page *hoard[MANY_REFS];

static bool hoards(grant_ref_t ref)
{
	return hoarded[ref];
}

static void prepare_hoard(void)
{
	hypervisor_reset(MANY_REFS);
	hypervisor.holds = hoards;
	memset(hoarded, 0, sizeof(hoarded));
}

/* Return: how many pages of a connection of @nr are in quarantine when it has ended. */
static unsigned int hoard_connection(struct xsplit_borrower to, unsigned int nr)
{
	struct xsplit_reserve connection;
	struct page *page;
	grant_ref_t ref;
	unsigned int i;

	EXPECT_EQ(xsplit_reserve_init(&connection, to, nr), 0);
	for (i = 0; i < nr; i++) {
		page = watched_page();
		ref = xsplit_lend(&connection, page, false);
		hoard[ref] = page;
		hoarded[ref] = true;
		xsplit_lend_abandon(&connection, ref, page);
	}
	xsplit_reserve_free(&connection);
	return nr;
}

/* The peer lets go of the first @nr that it has. Return: how many these are. */
static unsigned int let_go(unsigned int nr)
{
	unsigned int i, done = 0;

	for (i = 0; i < MANY_REFS && done < nr; i++) {
		done += hoarded[i];
		hoarded[i] = false;
	}
	return done;
}

static void end_hoard(void)
{
	unsigned int i;

	let_go(MANY_REFS);
	while (hypervisor_work_due())
		hypervisor_work();
	EXPECT_EQ(hypervisor.lent, 0);
	EXPECT_EQ(hypervisor.free_refs, MANY_REFS);
	for (i = 0; i < MANY_REFS; i++) {
		if (!hoard[i])
			continue;
		EXPECT_EQ(hoard[i]->users, 1);
		unwatch(hoard[i]);
		hoard[i] = NULL;
	}
}

/* Connecting as often as it likes, the peer gets at the bound and one connection more. */
static void one_device_keeps_no_more_than_its_bound(void)
{
	unsigned int rounds, held = 0;

	prepare_hoard();
	for (rounds = 0; rounds < MANY_REFS / LENT && !xsplit_quarantine_full(peer, 0, 0); rounds++)
		held += hoard_connection(peer, LENT);
	EXPECT(held > XSPLIT_QUARANTINE_MAX);
	EXPECT(held <= XSPLIT_QUARANTINE_MAX + LENT);
	EXPECT_EQ(xsplit_quarantine_full(peer, 0, 0), held);
	/* It is looked at now, not when the work is due. */
	held -= let_go(held - XSPLIT_QUARANTINE_MAX - 1);
	EXPECT_EQ(xsplit_quarantine_full(peer, 0, 0), held);
	EXPECT_EQ(hypervisor.lent, held);
	held -= let_go(1);
	EXPECT_EQ(xsplit_quarantine_full(peer, 0, 0), 0);
	EXPECT_EQ(hypervisor.lent, held);
	end_hoard();
}

/* Neither another device of the same backend's nor another backend of the device pays for it. */
static void other_devices_do_not_pay_for_it(void)
{
	const struct xsplit_borrower device = { .domain = peer.domain, .device = 2 };
	const struct xsplit_borrower domain = { .domain = 8, .device = peer.device };

	prepare_hoard();
	hoard_connection(peer, XSPLIT_QUARANTINE_MAX + 1);
	EXPECT(xsplit_quarantine_full(peer, 0, 0));
	EXPECT_EQ(xsplit_quarantine_full(device, 0, 0), 0);
	EXPECT_EQ(xsplit_quarantine_full(domain, 0, 0), 0);
	hoard_connection(device, XSPLIT_QUARANTINE_MAX + 2);
	EXPECT_EQ(xsplit_quarantine_full(device, 0, 0), XSPLIT_QUARANTINE_MAX + 2);
	EXPECT_EQ(xsplit_quarantine_full(peer, 0, 0), XSPLIT_QUARANTINE_MAX + 1);
	end_hoard();
}

/* So does what it holds elsewhere, as the ring of a request that it has not answered. */
static void what_is_held_elsewhere_counts(void)
{
	prepare_hoard();
	EXPECT_EQ(xsplit_quarantine_full(peer, XSPLIT_QUARANTINE_MAX, 0), 0);
	EXPECT_EQ(xsplit_quarantine_full(peer, XSPLIT_QUARANTINE_MAX + 1, 0),
		  XSPLIT_QUARANTINE_MAX + 1);
	hoard_connection(peer, XSPLIT_QUARANTINE_MAX - 16);
	EXPECT_EQ(xsplit_quarantine_full(peer, 16, 0), 0);
	EXPECT_EQ(xsplit_quarantine_full(peer, 17, 0), XSPLIT_QUARANTINE_MAX + 1);
	end_hoard();
}

/*
 * A connection that lends more than the bound may leave all of it behind, once: its backend may be
 * waiting for a disk that hangs.
 */
static void what_one_connection_lends_is_allowed(void)
{
	const unsigned int lent = XSPLIT_QUARANTINE_MAX + 300;

	prepare_hoard();
	EXPECT_EQ(xsplit_quarantine_full(peer, 0, lent), 0);
	hoard_connection(peer, lent);
	EXPECT_EQ(xsplit_quarantine_full(peer, 0, lent), 0);
	EXPECT_EQ(xsplit_quarantine_full(peer, 1, lent), lent + 1);
	EXPECT_EQ(xsplit_quarantine_full(peer, 0, lent - 1), lent);
	end_hoard();
}

/* Lend @nr pages at a time. */
static void lend_and_end(unsigned int nr)
{
	struct page *page = alloc_page(GFP_KERNEL);
	grant_ref_t ref[REFS];
	unsigned int i;

	for (i = 0; i < nr; i++)
		ref[i] = xsplit_lend(&res, page, false);
	while (nr--)
		EXPECT(xsplit_lend_end(&res, ref[nr]));
	__free_page(page);
}

/* It is what was lent, not what was set aside, and is known when the loans have ended. */
static void the_most_of_a_reserve_is_known(void)
{
	grant_ref_t ref[REFS];
	unsigned int nr;

	EXPECT_EQ(res.peak, 0);
	lend_and_end(RESERVE - 3);
	lend_and_end(2);
	EXPECT_EQ(res.peak, RESERVE - 3);
	xsplit_reserve_free(&res);
	EXPECT_EQ(xsplit_reserve_open(&res, peer, REFS, RESERVE), 0);
	EXPECT_EQ(res.peak, 0);
	lend_and_end(1);
	EXPECT(xsplit_reserve_grow(&res, RESERVE + 1));
	EXPECT_EQ(res.peak, 1);
	lend_and_end(RESERVE + 5);
	EXPECT_EQ(res.peak, RESERVE + 5);
	/* What is given back was not lent. */
	res.idle = res.free;
	nr = xsplit_reserve_trim(&res, ref, REFS);
	EXPECT_EQ(nr, 32);
	xsplit_refs_free(ref, nr);
	EXPECT_EQ(res.size, RESERVE);
	EXPECT_EQ(res.peak, RESERVE + 5);
	xsplit_reserve_free(&res);
}

static const struct test_case cases[] = {
	CASE(a_loan_that_ends),
	CASE(a_loan_that_is_held_does_not_end),
	CASE(the_kernel_logs_one_line_of_many),
	CASE(quarantine_lasts_until_the_peer_lets_go),
	CASE(an_abandoned_page_is_kept_as_long),
	CASE(an_abandoned_page_that_nobody_holds_is_freed),
	CASE(it_is_tried_less_and_less_often),
	CASE(many_are_told_apart),
	CASE(without_memory_it_is_not_left_to_the_kernel),
	CASE(what_is_lost_counts),
	CASE(what_is_lost_goes_with_the_device),
	CASE(what_is_lost_has_an_end),
	CASE(growing_leaves_enough_to_others),
	CASE(one_device_keeps_no_more_than_its_bound),
	CASE(other_devices_do_not_pay_for_it),
	CASE(what_is_held_elsewhere_counts),
	CASE(what_one_connection_lends_is_allowed),
	CASE(the_most_of_a_reserve_is_known),
};

TEST_SUITE(grant_lend_suite, "loans that the peer holds", cases, prepare);
