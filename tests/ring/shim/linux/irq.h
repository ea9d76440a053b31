/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_IRQ_H
#define SHIM_LINUX_IRQ_H

struct cpumask;

int irq_set_affinity(unsigned int irq, const struct cpumask *mask);
const struct cpumask *irq_get_affinity_mask(unsigned int irq);

#endif
