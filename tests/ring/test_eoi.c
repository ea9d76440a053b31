// SPDX-License-Identifier: GPL-2.0
/* An interrupt is ended once, by the run that claimed it, and counted as what it was. */
#include "hypervisor.h"
#include "suites.h"
#include "xenbus/event.h"

#define ended hypervisor.eois
#define empty hypervisor.spurious_eois

static void finish(struct xsplit_event *event)
{
	xsplit_event_finish(event, xsplit_event_claim(event));
}

static void nothing_is_ended_without_an_interrupt(void)
{
	struct xsplit_event event = { .worked = true };

	finish(&event);
	EXPECT_EQ(ended, 0);
	EXPECT(event.worked);
	EXPECT_EQ(event.spurious, 0);
}

static void each_interrupt_is_ended_once(void)
{
	struct xsplit_event event = { };
	unsigned int i;

	for (i = 1; i <= 3; i++) {
		xsplit_event_raise(&event);
		EXPECT(xsplit_event_raised(&event));
		event.worked = true;
		finish(&event);
		finish(&event);
		EXPECT(!xsplit_event_raised(&event));
		EXPECT_EQ(ended, i);
	}
	EXPECT_EQ(event.interrupts, 3);
	EXPECT_EQ(event.spurious, 0);
	EXPECT_EQ(empty, 0);
}

/* What a poll did before the interrupt counts, what one did for the last does not. */
static void work_counts_for_one_interrupt(void)
{
	struct xsplit_event event = { .worked = true };

	xsplit_event_raise(&event);
	finish(&event);
	EXPECT_EQ(empty, 0);
	xsplit_event_raise(&event);
	finish(&event);
	EXPECT_EQ(empty, 1);
	EXPECT_EQ(event.spurious, 1);
	EXPECT_EQ(event.interrupts, 2);
}

/* Between the completion of a poll and the end of its interrupt another one runs. */
static void an_overlapping_run_does_not_end_it(void)
{
	struct xsplit_event event = { .worked = true };
	struct xsplit_eoi eoi;

	xsplit_event_raise(&event);
	eoi = xsplit_event_claim(&event);
	event.worked = true;
	finish(&event);
	EXPECT_EQ(ended, 0);
	xsplit_event_finish(&event, eoi);
	EXPECT_EQ(ended, 1);
	EXPECT(event.worked);
}

static void an_undone_claim_is_claimed_again(void)
{
	struct xsplit_event event = { .worked = true };

	xsplit_event_raise(&event);
	xsplit_event_unclaim(&event, xsplit_event_claim(&event));
	EXPECT(xsplit_event_raised(&event));
	EXPECT(event.worked);
	EXPECT_EQ(ended, 0);
	finish(&event);
	EXPECT_EQ(ended, 1);
	EXPECT_EQ(empty, 0);
}

/* A poll that is to run again ends its interrupt at the end of that run. */
static void only_a_poll_that_is_over_ends_it(void)
{
	struct xsplit_event event = { .worked = true };

	xsplit_event_raise(&event);
	xsplit_event_end(&event, xsplit_event_claim(&event), false);
	EXPECT_EQ(ended, 0);
	EXPECT(xsplit_event_raised(&event));
	xsplit_event_end(&event, xsplit_event_claim(&event), true);
	EXPECT_EQ(ended, 1);
	EXPECT_EQ(empty, 0);
	EXPECT(!xsplit_event_raised(&event));
}

/* What was done while the interrupt was claimed counts for it. */
static void work_during_a_claim_is_kept(void)
{
	struct xsplit_event event = { };
	struct xsplit_eoi eoi;

	xsplit_event_raise(&event);
	eoi = xsplit_event_claim(&event);
	event.worked = true;
	xsplit_event_unclaim(&event, eoi);
	finish(&event);
	EXPECT_EQ(ended, 1);
	EXPECT_EQ(empty, 0);
}

static void an_undone_claim_raises_nothing(void)
{
	struct xsplit_event event = { };

	xsplit_event_unclaim(&event, xsplit_event_claim(&event));
	EXPECT(!xsplit_event_raised(&event));
	EXPECT(!event.worked);
}

static const struct test_case cases[] = {
	CASE(nothing_is_ended_without_an_interrupt),
	CASE(each_interrupt_is_ended_once),
	CASE(work_counts_for_one_interrupt),
	CASE(an_overlapping_run_does_not_end_it),
	CASE(an_undone_claim_is_claimed_again),
	CASE(only_a_poll_that_is_over_ends_it),
	CASE(work_during_a_claim_is_kept),
	CASE(an_undone_claim_raises_nothing),
};

TEST_SUITE(eoi_suite, "end of interrupt", cases, NULL);
