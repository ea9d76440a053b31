/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ids of tx slots. An id may be used once there are grant references for it: it is free
 * then, or in flight. The others are spare.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_NETFRONT_TX_IDS_H
#define XSPLIT_NETFRONT_TX_IDS_H

#include <linux/types.h>

#include "xenbus/netif.h"

struct xnf_tx_ids {
	u16 id[XNET_RING_SLOTS];	/* a stack of the free ones; at the end the spare ones */
	u16 free;			/* how many are free */
	u16 spare;			/* how many are spare */
	u16 idle;			/* the fewest that were free since the last trim */
};

/* All ids are spare. */
void xnf_tx_ids_init(struct xnf_tx_ids *ids);

/* How many ids may be used, free or in flight. */
static inline u32 xnf_tx_ids_usable(const struct xnf_tx_ids *ids)
{
	return XNET_RING_SLOTS - ids->spare;
}

/* Note how many are free, before some are freed. */
static inline void xnf_tx_ids_note(struct xnf_tx_ids *ids)
{
	if (ids->free < ids->idle)
		ids->idle = ids->free;
}

/* Let @nr ids be used in all, unless so many may be already. */
void xnf_tx_ids_allow(struct xnf_tx_ids *ids, u32 nr);

/*
 * Make ids spare that have not been needed since the last trim, at most @max; @slack more than
 * were needed stay, and @least may be used in any case. Return: how many are in @id; fewer than
 * @max: these were all.
 */
u32 xnf_tx_ids_trim(struct xnf_tx_ids *ids, u32 slack, u32 least, u16 *id, u32 max);

#endif /* XSPLIT_NETFRONT_TX_IDS_H */
