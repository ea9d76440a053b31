// SPDX-License-Identifier: GPL-2.0
/* Keys of xenstore that a disk depends on. Pure. */

#include <linux/limits.h>

#include "blkback/keys.h"

/* A frontend that names an order numbers its references, even at order 0. */
#define NO_ORDER U64_MAX

const struct xsplit_key xbb_offer_keys[XBB_NR_OFFERS] = {
	[XBB_OFFER_QUEUES] = { "multi-queue-max-queues", XSPLIT_KEY_CLAMP, 0, 0, 256 },
	[XBB_OFFER_ORDER] = { "max-ring-page-order", XSPLIT_KEY_CLAMP,
			      0, 0, XBB_MAX_RING_ORDER },
};

const struct xsplit_key xbb_disk_keys[XBB_NR_DISK_KEYS] = {
	[XBB_DISK_DISCARD] = { "discard-enable", XSPLIT_KEY_CLAMP, 1, 0, 1 },
	[XBB_DISK_REMOVABLE] = { "removable", XSPLIT_KEY_CLAMP, 0, 0, 1 },
};

void xbb_front_keys(const u64 offer[XBB_NR_OFFERS], struct xsplit_key keys[XBB_NR_FRONT_KEYS])
{
	keys[XBB_FRONT_QUEUES] = (struct xsplit_key){
		"multi-queue-num-queues", XSPLIT_KEY_REFUSE, 1, 1, offer[XBB_OFFER_QUEUES]
	};
	keys[XBB_FRONT_ORDER] = (struct xsplit_key){
		"ring-page-order", XSPLIT_KEY_REFUSE, NO_ORDER, 0, offer[XBB_OFFER_ORDER]
	};
	keys[XBB_FRONT_PERSISTENT] = (struct xsplit_key){
		"feature-persistent", XSPLIT_KEY_CLAMP, 0, 0, 1
	};
}

void xbb_front_judge(const u64 vals[XBB_NR_FRONT_KEYS], bool offer_persistent,
		     struct xbb_front *front)
{
	u64 order = vals[XBB_FRONT_ORDER];

	front->queues = vals[XBB_FRONT_QUEUES];
	front->numbered = order != NO_ORDER;
	front->pages = front->numbered ? 1u << order : 1;
	front->persistent = offer_persistent && vals[XBB_FRONT_PERSISTENT];
}
