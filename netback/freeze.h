/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interfaces stand still while the host is suspended.
 */
#ifndef XSPLIT_NETBACK_FREEZE_H
#define XSPLIT_NETBACK_FREEZE_H

#include <linux/types.h>

struct xnb_vif;

/* Is the host about to be suspended, or is it? Context: RTNL. */
bool xnb_frozen(void);

/* An interface that stands still with the others from now on, or no longer. Context: RTNL. */
void xnb_freeze_add(struct xnb_vif *vif);
void xnb_freeze_remove(struct xnb_vif *vif);

/* Be told of the host's suspend, or no longer. Context: may sleep. Return: 0 or -errno. */
int xnb_freeze_init(void);
void xnb_freeze_exit(void);

#endif /* XSPLIT_NETBACK_FREEZE_H */
