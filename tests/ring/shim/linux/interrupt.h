/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_INTERRUPT_H
#define SHIM_LINUX_INTERRUPT_H

typedef int irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int irq, void *arg);

#define IRQF_NO_AUTOEN 0x80000u

void enable_irq(int irq);

#endif
