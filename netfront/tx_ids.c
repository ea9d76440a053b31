// SPDX-License-Identifier: GPL-2.0
/*
 * The ids of tx slots: which of them may be used.
 */
#include <linux/minmax.h>
#include <linux/string.h>

#include "grant/retry.h"
#include "netfront/tx_ids.h"

void xnf_tx_ids_init(struct xnf_tx_ids *ids)
{
	u32 i;

	for (i = 0; i < XNET_RING_SLOTS; i++)
		ids->id[i] = i;
	ids->free = 0;
	ids->spare = XNET_RING_SLOTS;
	ids->idle = 0;
}

void xnf_tx_ids_allow(struct xnf_tx_ids *ids, u32 nr)
{
	xnf_tx_ids_note(ids);
	while (ids->spare && xnf_tx_ids_usable(ids) < nr) {
		ids->id[ids->free++] = ids->id[XNET_RING_SLOTS - ids->spare];
		ids->spare--;
	}
}

u32 xnf_tx_ids_trim(struct xnf_tx_ids *ids, u32 slack, u32 least, u16 *id, u32 max)
{
	u32 idle, nr, i;

	xnf_tx_ids_note(ids);
	idle = ids->idle - min_t(u32, ids->idle, slack);
	nr = min(xsplit_spare(idle, xnf_tx_ids_usable(ids), least), max);
	/* The lowest ones have not been used for longest. */
	memcpy(id, ids->id, nr * sizeof(*id));
	ids->free -= nr;
	memmove(ids->id, ids->id + nr, ids->free * sizeof(*id));
	for (i = 0; i < nr; i++) {
		ids->spare++;
		ids->id[XNET_RING_SLOTS - ids->spare] = id[i];
	}
	/* With @id full, the next call takes the others; else the next trim counts from here. */
	ids->idle = nr == max ? ids->idle - nr : ids->free;
	return nr;
}
