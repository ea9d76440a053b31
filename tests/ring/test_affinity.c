// SPDX-License-Identifier: GPL-2.0
/* What an administrator has chosen for an interrupt outlives the interrupt, and our own choices. */
#include <errno.h>

#include <linux/cpumask.h>
#include <linux/irq.h>
#include <linux/slab.h>

#include "hypervisor.h"
#include "suites.h"
#include "xenbus/affinity.h"
#include "xenbus/event.h"

enum { FIRST_IRQ = 40, SECOND_IRQ, NR_IRQS, ALL = 0xff };

static struct cpumask mask_of[NR_IRQS];
static unsigned long offline;

int irq_set_affinity(unsigned int irq, const struct cpumask *mask)
{
	if (!(mask->bits & ~offline))
		return -EINVAL;
	mask_of[irq] = *mask;
	return 0;
}

const struct cpumask *irq_get_affinity_mask(unsigned int irq)
{
	return irq ? &mask_of[irq] : NULL;
}

static struct xsplit_affinity aff;
static struct xsplit_event event;

static void prepare(void)
{
	hypervisor_reset(0);
	offline = 0;
	aff = (struct xsplit_affinity){ };
}

static void connect(int irq)
{
	event.irq = irq;
	mask_of[irq].bits = ALL;
}

/* Our own choice of the processor. */
static void steer(unsigned long bits)
{
	const struct cpumask mask = { bits };

	xsplit_affinity_restore(&aff, &event, &mask);
}

static unsigned long now(void)
{
	return mask_of[event.irq].bits;
}

static void disconnect(void)
{
	xsplit_affinity_save(&aff, &event);
	event.irq = 0;
}

static void we_choose_if_nobody_else_does(void)
{
	connect(FIRST_IRQ);
	steer(1);
	EXPECT_EQ(now(), 1);
	/* The queues are others now. */
	steer(2);
	EXPECT_EQ(now(), 2);
	disconnect();
	connect(SECOND_IRQ);
	steer(4);
	EXPECT_EQ(now(), 4);
	disconnect();
	xsplit_affinity_free(&aff);
}

static void a_choice_outlives_the_interrupt(void)
{
	connect(FIRST_IRQ);
	steer(1);
	mask_of[FIRST_IRQ].bits = 8;
	disconnect();
	connect(SECOND_IRQ);
	steer(1);
	EXPECT_EQ(now(), 8);
	mask_of[SECOND_IRQ].bits = 16;
	disconnect();
	connect(FIRST_IRQ);
	xsplit_affinity_restore(&aff, &event, NULL);
	EXPECT_EQ(now(), 16);
	disconnect();
	xsplit_affinity_free(&aff);
}

/* The queues of a disk are rebuilt after it was connected: somebody may have been faster. */
static void a_choice_is_not_overwritten(void)
{
	connect(FIRST_IRQ);
	steer(1);
	mask_of[FIRST_IRQ].bits = 8;
	steer(2);
	EXPECT_EQ(now(), 8);
	steer(4);
	EXPECT_EQ(now(), 8);
	mask_of[FIRST_IRQ].bits = 16;
	steer(2);
	EXPECT_EQ(now(), 16);
	disconnect();
	connect(SECOND_IRQ);
	steer(1);
	EXPECT_EQ(now(), 16);
	disconnect();
	xsplit_affinity_free(&aff);
}

/* What a new interrupt has from the kernel is nobody's choice, even if it is never steered. */
static void the_kernels_default_is_no_choice(void)
{
	connect(FIRST_IRQ);
	steer(1);
	disconnect();
	connect(SECOND_IRQ);
	disconnect();
	connect(FIRST_IRQ);
	steer(2);
	EXPECT_EQ(now(), 2);
	disconnect();
	xsplit_affinity_free(&aff);
}

static void a_choice_of_processors_that_are_gone(void)
{
	connect(FIRST_IRQ);
	steer(1);
	mask_of[FIRST_IRQ].bits = 8;
	disconnect();
	offline = 8;
	connect(SECOND_IRQ);
	steer(1);
	EXPECT_EQ(now(), 1);
	disconnect();
	xsplit_affinity_free(&aff);
}

static void without_memory_nothing_is_remembered(void)
{
	hypervisor.no_memory = true;
	connect(FIRST_IRQ);
	steer(1);
	EXPECT_EQ(now(), 1);
	mask_of[FIRST_IRQ].bits = 8;
	steer(2);
	disconnect();
	connect(SECOND_IRQ);
	steer(2);
	EXPECT_EQ(now(), 2);
	disconnect();
	xsplit_affinity_free(&aff);
}

static const struct test_case cases[] = {
	CASE(we_choose_if_nobody_else_does),
	CASE(a_choice_outlives_the_interrupt),
	CASE(a_choice_is_not_overwritten),
	CASE(the_kernels_default_is_no_choice),
	CASE(a_choice_of_processors_that_are_gone),
	CASE(without_memory_nothing_is_remembered),
};

TEST_SUITE(affinity_suite, "affinity of interrupts", cases, prepare);
