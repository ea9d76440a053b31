// SPDX-License-Identifier: GPL-2.0
/* The multicast addresses whose frames a guest wants to receive; see mcast.h. */

#include <linux/compiler.h>
#include <linux/errno.h>

#include "netback/mcast.h"
#include "xenbus/netif.h"

#define ADDR_BYTES 6

/* An address as one word; that of a multicast address is never 0. */
static u64 addr_word(const u8 *addr)
{
	u64 word = 0;
	u32 i;

	for (i = 0; i < ADDR_BYTES; i++)
		word = word << 8 | addr[i];
	return word;
}

/* Index of an entry, or XNB_MCAST_MAX. */
static u32 find(const struct xnb_mcast *list, u64 word)
{
	u32 i;

	for (i = 0; i < XNB_MCAST_MAX; i++)
		if (list->entry[i] == word)
			return i;
	return XNB_MCAST_MAX;
}

int xnb_mcast_add(struct xnb_mcast *list, const u8 *addr)
{
	u64 word = addr_word(addr);
	u32 at;

	if (!(addr[0] & 1))
		return -EINVAL;
	if (find(list, word) < XNB_MCAST_MAX)
		return 0;
	at = find(list, 0);
	if (at == XNB_MCAST_MAX)
		return -ENOSPC;
	WRITE_ONCE(list->entry[at], word);
	if (at >= list->end)
		WRITE_ONCE(list->end, at + 1);
	return 0;
}

void xnb_mcast_del(struct xnb_mcast *list, const u8 *addr)
{
	u32 at = find(list, addr_word(addr)), end = list->end;

	if (at == XNB_MCAST_MAX)
		return;
	WRITE_ONCE(list->entry[at], 0);
	while (end && !list->entry[end - 1])
		end--;
	WRITE_ONCE(list->end, end);
}

void xnb_mcast_clear(struct xnb_mcast *list)
{
	u32 i;

	WRITE_ONCE(list->end, 0);
	for (i = 0; i < XNB_MCAST_MAX; i++)
		WRITE_ONCE(list->entry[i], 0);
}

bool xnb_mcast_match(const struct xnb_mcast *list, const u8 *addr)
{
	u32 end = READ_ONCE(list->end), i;
	u64 word = addr_word(addr);

	/* The word of a free entry, 0, is no multicast address. */
	for (i = 0; i < end; i++)
		if (READ_ONCE(list->entry[i]) == word)
			return word != 0;
	return false;
}

int xnb_mcast_change(struct xnb_mcast *list, u8 op, const u8 *addr)
{
	if (op == XNET_EXTRA_MCAST_ADD)
		return xnb_mcast_add(list, addr) ? XNET_RSP_ERROR : XNET_RSP_OKAY;
	xnb_mcast_del(list, addr);
	return XNET_RSP_OKAY;
}
