// SPDX-License-Identifier: GPL-2.0
/* The affinity of a frontend's interrupts. Each connection has new interrupts. */

#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/slab.h>

#include "compat/module.h"
#include "xenbus/affinity.h"
#include "xenbus/event.h"

/* If the affinity is no longer as it was left, an administrator has chosen it. */
static void note_choice(struct xsplit_affinity *aff, const struct xsplit_event *event)
{
	const struct cpumask *now = irq_get_affinity_mask(event->irq);

	if (!now || cpumask_equal(now, aff->mask))
		return;
	cpumask_copy(aff->mask, now);
	aff->chosen = true;
}

void xsplit_affinity_restore(struct xsplit_affinity *aff, const struct xsplit_event *event,
			     const struct cpumask *initial)
{
	if (!aff->mask)
		aff->mask = kmalloc(cpumask_size(), GFP_KERNEL);
	if (aff->left)
		note_choice(aff, event);
	aff->left = aff->mask;
	/* This fails if the chosen processors are offline. */
	if (aff->chosen && !irq_set_affinity(event->irq, aff->mask))
		return;
	aff->chosen = false;
	if (initial)
		irq_set_affinity(event->irq, initial);
	if (aff->mask)
		cpumask_copy(aff->mask, irq_get_affinity_mask(event->irq));
}
XSPLIT_EXPORT(xsplit_affinity_restore);

void xsplit_affinity_save(struct xsplit_affinity *aff, const struct xsplit_event *event)
{
	if (aff->left)
		note_choice(aff, event);
	aff->left = false;
}
XSPLIT_EXPORT(xsplit_affinity_save);

void xsplit_affinity_free(struct xsplit_affinity *aff)
{
	kfree(aff->mask);
}
XSPLIT_EXPORT(xsplit_affinity_free);
