// SPDX-License-Identifier: GPL-2.0
/* The extras of a frame for the guest; see rx_answer.h. */

#include <linux/string.h>

#include "netback/rx_answer.h"

static struct xnet_extra *add_extra(struct xnet_extra *extra, u32 *nr, u8 type)
{
	if (*nr)
		extra[*nr - 1].flags = XNET_EXTRAF_MORE;
	extra += (*nr)++;
	memset(extra, 0, sizeof(*extra));
	extra->type = type;
	return extra;
}

static void put_hash(struct xnet_extra *extra, const struct xnb_rx_meta *meta)
{
	u32 i;

	extra->u.hash.type = meta->hash_type;
	extra->u.hash.algorithm = XNET_HASH_TOEPLITZ;
	for (i = 0; i < 4; i++)
		extra->u.hash.value[i] = meta->hash >> 8 * i;
}

u32 xnb_rx_extras(const struct xnb_rx_meta *meta, struct xnet_extra *extra)
{
	struct xnet_extra *one;
	u32 nr = 0;

	if (meta->gso_type != XNET_GSO_NONE) {
		one = add_extra(extra, &nr, XNET_EXTRA_GSO);
		one->u.gso.type = meta->gso_type;
		one->u.gso.size = meta->gso_size;
	}
	if (meta->headroom) {
		one = add_extra(extra, &nr, XNET_EXTRA_XDP);
		one->u.xdp.headroom = meta->headroom;
	}
	if (meta->has_hash)
		put_hash(add_extra(extra, &nr, XNET_EXTRA_HASH), meta);
	return nr;
}
