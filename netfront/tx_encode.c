// SPDX-License-Identifier: GPL-2.0
/*
 * The packets that are not plain.
 */
#include "netfront/tx_encode.h"

static_assert(XNET_MAX_SLOTS * XNET_PAGE_BYTES >= XNET_MAX_BYTES);

/* A packet that no backend takes as it is, however it lies in memory. */
static enum xnf_send too_big(const struct xnf_packet *pkt)
{
	return pkt->gso_size ? XNF_SEND_SEGMENTS : XNF_SEND_NEVER;
}

/* The rest of xnf_packet_judge(). */
enum xnf_send xnf_packet_judge_hard(const struct xnf_packet *pkt,
				    const struct xnf_features *peer)
{
	bool one_page = pkt->len <= XNET_PAGE_BYTES;

	if (pkt->len < XNET_MIN_BYTES)
		return XNF_SEND_NEVER;
	if (pkt->len > XNET_MAX_BYTES)
		return too_big(pkt);
	if (pkt->gso_size && !(peer->gso & (1 << pkt->gso_type)))
		return XNF_SEND_SEGMENTS;
	if (pkt->nr_pieces > 1 && !peer->sg)
		return one_page ? XNF_SEND_DENSE : too_big(pkt);
	/* Backends look for the Ethernet header in the first slot. */
	if (pkt->nr_pieces > XNET_MAX_SLOTS || pkt->first_len < XNET_MIN_BYTES)
		return XNF_SEND_DENSE;
	return XNF_SEND_NOW;
}

/* Write the slot that says how to segment a packet. */
void xnf_encode_extra(struct xsplit_ring *ring, const struct xnf_packet *pkt)
{
	void *slot = xsplit_ring_slot(ring, ring->prod++);
	const struct xnet_extra extra = {
		.type = XNET_EXTRA_GSO,
		.u.gso = { .size = pkt->gso_size, .type = pkt->gso_type },
	};
	/* An extra is shorter than a slot: nothing old may show behind it. */
	memset(slot, 0, sizeof(struct xnet_tx_request));
	memcpy(slot, &extra, sizeof(extra));
}
