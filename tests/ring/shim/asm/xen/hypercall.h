/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_ASM_XEN_HYPERCALL_H
#define SHIM_ASM_XEN_HYPERCALL_H

enum { GNTTABOP_copy = 5, GNTTABOP_get_version = 10 };

int HYPERVISOR_grant_table_op(unsigned int cmd, void *op, unsigned int nr);
int HYPERVISOR_event_channel_op(int cmd, void *op);

#endif
