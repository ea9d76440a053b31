// SPDX-License-Identifier: GPL-2.0
/* What the log says of a backend that vanishes with writes, whatever else it has caused. */
#include <errno.h>
#include <string.h>

#include "blkfront/backend.h"
#include "hypervisor.h"
#include "suites.h"
#include "xenbus/link.h"

enum { LINES = 10 };

static struct device dev;
static struct gendisk gd;
static struct ratelimit_state log_limit, loss_limit;
static struct xbf_backend backend;
static unsigned int limits_told;

struct workqueue_struct *xsplit_workqueue(void)
{
	return NULL;
}

static void tell_limits(struct work_struct *work)
{
	EXPECT(work == &backend.limits_work);
	limits_told++;
}

static void prepare(void)
{
	hypervisor_reset(1);
	limits_told = 0;
	log_limit.left = LINES;
	loss_limit.left = LINES;
	backend = (struct xbf_backend){
		.dev = &dev, .gd = &gd, .log_limit = &log_limit, .loss_limit = &loss_limit,
		.features = { .flush = true },
	};
	INIT_WORK(&backend.limits_work, tell_limits);
}

/* A write is answered, and the backend goes before it is flushed. */
static void lose_a_write(void)
{
	xbf_backend_disconnect(&backend, xbf_cache_wrote(&backend.cache));
	xbf_backend_lose(&backend);
}

/* Return: how many lines were logged since the last call. */
static unsigned int lines(void)
{
	unsigned int nr = hypervisor.lines;

	hypervisor.lines = 0;
	return nr;
}

/* A backend that has used up the log, by resizing the disk for example, does not hide a loss. */
static void a_loss_is_logged_when_the_log_is_full(void)
{
	while (xbf_may_log(&backend))
		;
	lose_a_write();
	EXPECT_EQ(lines(), 1);
	EXPECT_EQ(xbf_backend_may_flush(&backend), -EIO);
	EXPECT_EQ(lines(), 1);
	EXPECT_EQ(xbf_backend_may_flush(&backend), 0);
	EXPECT_EQ(lines(), 0);
	flush_work(&backend.limits_work);
	EXPECT_EQ(limits_told, 1);
}

/* Nor does it by vanishing again and again before the flush comes. */
static void a_loss_is_logged_once(void)
{
	unsigned int i;

	for (i = 0; i < 3 * LINES; i++)
		lose_a_write();
	EXPECT_EQ(lines(), 1);
	EXPECT_EQ(xbf_backend_may_flush(&backend), -EIO);
	EXPECT_EQ(lines(), 1);
	lose_a_write();
	EXPECT_EQ(lines(), 1);
	flush_work(&backend.limits_work);
}

static void losses_do_not_fill_the_log(void)
{
	unsigned int i;

	for (i = 0; i < 3 * LINES; i++) {
		lose_a_write();
		EXPECT_EQ(xbf_backend_may_flush(&backend), -EIO);
	}
	EXPECT_EQ(lines(), LINES);
	flush_work(&backend.limits_work);
}

/* Lines about anything else leave those alone. */
static void what_is_declined_is_logged_in_its_own_limit(void)
{
	xbf_backend_refused(&backend, XBLK_OP_FLUSH);
	xbf_backend_refused(&backend, XBLK_OP_FLUSH);
	EXPECT_EQ(lines(), 1);
	EXPECT_EQ(loss_limit.left, LINES);
	EXPECT_EQ(log_limit.left, LINES - 1);
	flush_work(&backend.limits_work);
}

static const struct test_case cases[] = {
	CASE(a_loss_is_logged_when_the_log_is_full),
	CASE(a_loss_is_logged_once),
	CASE(losses_do_not_fill_the_log),
	CASE(what_is_declined_is_logged_in_its_own_limit),
};

TEST_SUITE(backend_suite, "a disk's backend", cases, prepare);
