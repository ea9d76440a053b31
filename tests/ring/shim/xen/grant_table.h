/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_XEN_GRANT_TABLE_H
#define SHIM_XEN_GRANT_TABLE_H

#include <linux/compiler.h>
#include <linux/types.h>

typedef u32 grant_ref_t;
typedef u16 domid_t;

#define INVALID_GRANT_REF ((grant_ref_t)-1)

void gnttab_grant_foreign_access_ref(grant_ref_t ref, domid_t peer, unsigned long gfn,
				     int readonly);
int gnttab_end_foreign_access_ref(grant_ref_t ref);

#endif
