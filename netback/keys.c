// SPDX-License-Identifier: GPL-2.0
/* Keys of the toolstack and the frontend; see keys.h. */

#include <linux/limits.h>
#include <linux/string.h>

#include "netback/keys.h"
#include "netback/rx_layout.h"

/* Most queues that any driver of a device can have offered. */
#define QUEUES_MAX 256

static const struct xsplit_key front_keys[XNB_NR_FRONT_KEYS] = {
	[XNB_FRONT_QUEUES] = { "multi-queue-num-queues", XSPLIT_KEY_REFUSE, 1, 1, 1 },
	[XNB_FRONT_RX_COPY] = { "request-rx-copy", XSPLIT_KEY_REQUIRE, 0, 1, 1 },
	[XNB_FRONT_RX_NOTIFY] = { "feature-rx-notify", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNB_FRONT_SG] = { "feature-sg", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNB_FRONT_GSO_V4] = { "feature-gso-tcpv4", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNB_FRONT_GSO_V6] = { "feature-gso-tcpv6", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNB_FRONT_NO_CSUM_V4] = { "feature-no-csum-offload", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNB_FRONT_CSUM_V6] = { "feature-ipv6-csum-offload", XSPLIT_KEY_CLAMP, 0, 0, 1 },
};

const struct xsplit_key xnb_headroom_key = {
	"xdp-headroom", XSPLIT_KEY_CLAMP, 0, 0, XNB_HEADROOM_MAX,
};

const struct xsplit_key xnb_multicast_key = {
	"request-multicast-control", XSPLIT_KEY_CLAMP, 0, 0, 1,
};

const struct xsplit_key xnb_offer_key = {
	"multi-queue-max-queues", XSPLIT_KEY_CLAMP, 0, 0, QUEUES_MAX,
};

const struct xsplit_key xnb_handle_key = { "handle", XSPLIT_KEY_REQUIRE, 0, 0, INT_MAX };

void xnb_front_keys(unsigned int queues, struct xsplit_key keys[XNB_NR_FRONT_KEYS])
{
	memcpy(keys, front_keys, sizeof(front_keys));
	keys[XNB_FRONT_QUEUES].max = queues;
}

void xnb_front_judge(const u64 *vals, struct xnb_front *front)
{
	front->queues = vals[XNB_FRONT_QUEUES];
	front->notifies = vals[XNB_FRONT_RX_NOTIFY];
	front->sg = vals[XNB_FRONT_SG];
	front->gso_v4 = vals[XNB_FRONT_GSO_V4];
	front->gso_v6 = vals[XNB_FRONT_GSO_V6];
	front->no_csum_v4 = vals[XNB_FRONT_NO_CSUM_V4];
	front->csum_v6 = vals[XNB_FRONT_CSUM_V6];
}
