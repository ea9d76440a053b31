// SPDX-License-Identifier: GPL-2.0
/*
 * Requests whose backend was left before it had answered: what of them counts towards the bound on
 * pages that it may hold, and when they wait no longer.
 */
#include <stdlib.h>
#include <string.h>

#include "blkfront/io.h"
#include "blkfront/orphan.h"
#include "hypervisor.h"
#include "suites.h"
#include "xenbus/link.h"

enum { PEER = 7, NUMBER = 3, REFS = 100, RING = 4, REQUESTS = 3, DATA = 5 };

static struct xsplit_link link = { .peer_id = PEER, .number = NUMBER };
static struct xbf_orphan_set set;
static const bool dead;

/* References that the backend has mapped. */
static bool held[REFS + 1];

/* A request with what the driver keeps of it, and its pages. */
static struct pdu {
	struct request rq;
	struct xbf_io *io;
	struct page page[DATA];
} pdus[REQUESTS];

static unsigned int requeued, ended, queued;

static bool holds(grant_ref_t ref)
{
	return held[ref];
}

/* --- the kernel ------------------------------------------------------------------- */

void *blk_mq_rq_to_pdu(struct request *rq)
{
	return container_of(rq, struct pdu, rq)->io;
}

void blk_mq_requeue_request(struct request *rq, bool kick)
{
	EXPECT(list_empty(&rq->queuelist));
	EXPECT(!kick);
	requeued++;
}

void blk_mq_end_request(struct request *rq, int status)
{
	EXPECT(list_empty(&rq->queuelist));
	EXPECT_EQ(status, BLK_STS_IOERR);
	ended++;
}

bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *work, unsigned long delay)
{
	EXPECT(!wq);
	EXPECT(work == &set.work);
	EXPECT(delay > 0);
	queued++;
	return false;
}

static void work(struct work_struct *w)
{
	EXPECT(w == &set.work.work);
}

/* --- what the backend has left ---------------------------------------------------- */

/* A read into pages of its own, which stay lent. */
static struct request *unanswered(struct pdu *pdu)
{
	struct xsplit_reserve res;
	unsigned int i;

	EXPECT_EQ(xsplit_reserve_init(&res, xsplit_link_borrower(&link), DATA), 0);
	pdu->io = calloc(1, xbf_io_bytes(DATA));
	xbf_io_init(pdu->io, DATA, XBF_REQ_READ);
	pdu->io->nr = DATA;
	pdu->io->lent = true;
	for (i = 0; i < DATA; i++) {
		pdu->page[i] = (struct page){ .users = 1 };
		pdu->io->seg[i].ref = xsplit_lend(&res, &pdu->page[i], false);
	}
	return &pdu->rq;
}

static void prepare(void)
{
	struct xbf_orphans *orphans = xbf_orphans_alloc();
	unsigned int i;

	hypervisor_reset(REFS);
	hypervisor.holds = holds;
	memset(held, true, sizeof(held));
	requeued = 0;
	ended = 0;
	queued = 0;
	xbf_orphans_init(&set, work);
	EXPECT_EQ(xsplit_pages_lend(&link, &orphans->shared, RING), 0);
	for (i = 0; i < REQUESTS; i++)
		xbf_orphans_add(orphans, unanswered(&pdus[i]));
	xbf_orphans_adopt(&set, orphans);
}

static unsigned int orphans_held(void)
{
	return xbf_orphans_held(&set, xsplit_link_borrower(&link));
}

/* The backend lets go of all, and nothing is left. */
static void finish(void)
{
	unsigned int i;

	memset(held, false, sizeof(held));
	EXPECT(xbf_orphans_settle(&set, &dead));
	EXPECT(!xbf_orphans_left(&set));
	EXPECT_EQ(orphans_held(), 0);
	EXPECT_EQ(requeued, REQUESTS);
	EXPECT_EQ(ended, 0);
	EXPECT_EQ(hypervisor.lent, 0);
	EXPECT_EQ(hypervisor.free_refs, REFS);
	xbf_orphans_destroy(&set);
	for (i = 0; i < REQUESTS; i++)
		free(pdus[i].io);
}

/* --- what is asked of it ---------------------------------------------------------- */

/* Each page counts until the backend lets go of it. */
static void pages_of_requests_count(void)
{
	EXPECT_EQ(orphans_held(), RING + REQUESTS * DATA);
	held[pdus[0].io->seg[1].ref] = false;
	held[pdus[2].io->seg[0].ref] = false;
	held[pdus[2].io->seg[DATA - 1].ref] = false;
	EXPECT(!xbf_orphans_settle(&set, &dead));
	EXPECT_EQ(orphans_held(), RING + REQUESTS * DATA - 3);
	EXPECT_EQ(hypervisor.lent, RING + REQUESTS * DATA - 3);
	EXPECT_EQ(queued, 1);
	EXPECT_EQ(requeued, 0);
	finish();
}

/* A backend that lets go of the ring alone still has the pages. */
static void they_count_without_the_ring(void)
{
	struct xbf_orphans *orphans = list_entry(set.rings.next, struct xbf_orphans, node);
	unsigned int i;

	for (i = 0; i < RING; i++)
		held[orphans->shared.ref[i]] = false;
	EXPECT(!xbf_orphans_settle(&set, &dead));
	EXPECT(!orphans->shared.addr);
	EXPECT_EQ(orphans_held(), REQUESTS * DATA);
	/* A request of which it has nothing does not wait for the others. */
	for (i = 0; i < DATA; i++)
		held[pdus[1].io->seg[i].ref] = false;
	EXPECT(!xbf_orphans_settle(&set, &dead));
	EXPECT_EQ(orphans_held(), (REQUESTS - 1) * DATA);
	EXPECT_EQ(requeued, 1);
	finish();
}

/* Pages of the ring that a request had count where they are, which is in quarantine. */
static void copied_data_counts_in_quarantine_only(void)
{
	unsigned int i;

	for (i = 0; i < DATA; i++)
		held[pdus[0].io->seg[i].ref] = false;
	xbf_orphan_reclaim(pdus[0].io);
	/* Its references are another's by now. */
	for (i = 0; i < DATA; i++)
		pdus[0].io->seg[i].ref = 1;
	EXPECT_EQ(orphans_held(), RING + (REQUESTS - 1) * DATA);
	finish();
}

/* Neither for another device's backend, nor for the one that takes the place of this one. */
static void the_next_backend_does_not_pay(void)
{
	const struct xsplit_borrower device = { .domain = PEER, .device = NUMBER + 1 };
	const struct xsplit_borrower domain = { .domain = PEER + 1, .device = NUMBER };

	EXPECT_EQ(xbf_orphans_held(&set, device), 0);
	EXPECT_EQ(xbf_orphans_held(&set, domain), 0);
	EXPECT_EQ(orphans_held(), RING + REQUESTS * DATA);
	finish();
}

static const struct test_case cases[] = {
	CASE(pages_of_requests_count),
	CASE(they_count_without_the_ring),
	CASE(copied_data_counts_in_quarantine_only),
	CASE(the_next_backend_does_not_pay),
};

TEST_SUITE(orphan_suite, "requests without an answer", cases, prepare);
