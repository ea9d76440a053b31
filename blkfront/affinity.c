// SPDX-License-Identifier: GPL-2.0
/*
 * Which processors take a ring's interrupt: each connection has a new one.
 */
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/slab.h>

#include "blkfront/ring.h"

void xbf_ring_steer(struct xbf_ring *ring, const struct cpumask *cpus)
{
	unsigned int irq = ring->event.irq;

	if (!ring->affinity)
		ring->affinity = kmalloc(cpumask_size(), GFP_KERNEL);
	/* Of processors that are gone nothing can be asked. */
	if (ring->affinity && ring->chosen && !irq_set_affinity(irq, ring->affinity))
		return;
	ring->chosen = false;
	irq_set_affinity(irq, cpus);
	if (ring->affinity)
		cpumask_copy(ring->affinity, irq_get_affinity_mask(irq));
}

void xbf_ring_note_affinity(struct xbf_ring *ring)
{
	const struct cpumask *now = irq_get_affinity_mask(ring->event.irq);

	if (!ring->affinity || !now || ring->polled || cpumask_equal(now, ring->affinity))
		return;
	cpumask_copy(ring->affinity, now);
	ring->chosen = true;
}
