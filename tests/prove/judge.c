// SPDX-License-Identifier: GPL-2.0
/* Small judges: answers of a backend, lost events, states, addresses, hashes. */
#include <stdlib.h>

#include "blkfront/request.h"
#include "blkfront/response.h"
#include "netback/hash.h"
#include "netback/mcast.h"
#include "netfront/tx_encode.h"
#include "prove.h"
#include "xenbus/lost_event.h"
#include "xenbus/pace.h"
#include "xenbus/state.h"

#define IDS 32

/* A response is believed only if a request waits for it, by an id in the table. */
void prove_block_response(void)
{
	struct xbf_response rsp = {
		.id = nondet_u64(), .op = nondet_u8(), .status = nondet_u16(),
	};
	enum xbf_verdict verdict;
	u32 size = nondet_u8();
	u8 *expect;

	GIVEN(size >= 1 && size <= IDS);
	expect = malloc(size);
	verdict = xbf_judge(&rsp, expect, size);
	if (verdict == XBF_RSP_BAD_ID)
		return;
	CLAIM(rsp.id < size);
	if (!xbf_verdict_broken(verdict))
		CLAIM(expect[rsp.id] == rsp.op && rsp.op != XBF_ID_FREE);
	CLAIM(verdict != XBF_RSP_OK || !rsp.status);
}

void prove_packet_response(void)
{
	struct xnet_tx_response rsp = { .id = nondet_u16(), .status = nondet_u16() };
	u32 nr = nondet_u32();
	enum xnf_response response;

	response = xnf_response_judge(&rsp, nr);
	if (response == XNF_RESPONSE_SENT || response == XNF_RESPONSE_REFUSED)
		CLAIM(rsp.id < nr);
	if (response == XNF_RESPONSE_SENT)
		CLAIM(!rsp.status);
}

/* Three checks in a row, and never more than are counted. */
void prove_lost_event(void)
{
	struct xsplit_lost_event past;
	struct xsplit_ring_snapshot now;
	unsigned int verdict;
	bool ran = nondet_bool();
	u32 before;

	past.cons = nondet_u32();
	past.peer_prod = nondet_u32();
	past.event_threshold = nondet_u32();
	past.lost = nondet_u8();
	past.missed = nondet_u8();
	now.cons = nondet_u32();
	now.peer_prod = nondet_u32();
	now.event_threshold = nondet_u32();
	now.pending = nondet_bool();
	now.event_pending = nondet_bool();
	now.in_flight = nondet_bool();
	now.missed_event = nondet_bool();
	GIVEN(past.lost < XSPLIT_EVENT_CHECKS && past.missed < XSPLIT_EVENT_CHECKS);
	before = past.lost;
	verdict = xsplit_lost_event_judge(&past, &now, ran);
	CLAIM(past.lost < XSPLIT_EVENT_CHECKS && past.missed < XSPLIT_EVENT_CHECKS);
	if (verdict & XSPLIT_EVENT_LOST)
		CLAIM(ran && before == XSPLIT_EVENT_CHECKS - 1 && now.pending &&
		      !now.event_pending);
	if (verdict & XSPLIT_EVENT_MISSED)
		CLAIM(ran && now.in_flight && now.missed_event);
}

/* Any two numbers are states, or nothing is done. */
void prove_states(void)
{
	u32 ours = nondet_u32(), peers = nondet_u32(), side = nondet_bool();
	enum xsplit_action action = xsplit_next_action(side, ours, peers);

	CLAIM(action < XSPLIT_NR_ACTIONS);
	if (ours >= XSPLIT_NR_STATES || peers >= XSPLIT_NR_STATES)
		CLAIM(action == XSPLIT_STAY);
	CLAIM(xsplit_retire_action(ours, peers) < XSPLIT_NR_ACTIONS);
	action = xsplit_retire_action(ours, peers);
	CLAIM(action != XSPLIT_OPEN && action != XSPLIT_CONNECT && action != XSPLIT_RESTART);
	CLAIM(xsplit_judge_node(ours, peers, nondet_bool()) <= XSPLIT_NODE_MOVED);
}

/* A peer never does it so often that its debt grows. */
void prove_pace(void)
{
	struct xsplit_pace pace = XSPLIT_PACE_CONNECTS;
	u64 now = nondet_u64(), debt = (u64)pace.burst * pace.ms;

	pace.paid = nondet_u64();
	GIVEN(now <= 1ULL << 62 && pace.paid <= now + debt);
	if (xsplit_pace_wait(&pace, now))
		return;
	xsplit_pace_charge(&pace, now);
	CLAIM(pace.paid <= now + debt);
	CLAIM(xsplit_pace_wait(&pace, now) <= pace.ms);
}

/* The queue is one that there is, whatever the mapping says. */
void prove_queue(void)
{
	static struct xnb_hash hash;
	u32 queues = nondet_u32();

	ANYTHING(&hash);
	GIVEN(hash.size <= XNET_HASH_MAPPING_MAX);
	GIVEN(queues >= 1 && queues <= 64);
	CLAIM(xnb_hash_queue(&hash, nondet_u32(), queues) < queues);
}

/* Any change of any list leaves a list. */
void prove_mcast(void)
{
	static struct xnb_mcast list;
	u8 addr[6];

	ANYTHING(&list);
	ANYTHING(addr);
	GIVEN(list.end <= XNB_MCAST_MAX);
	xnb_mcast_change(&list, nondet_u8(), addr);
	CLAIM(list.end <= XNB_MCAST_MAX);
	if (xnb_mcast_match(&list, addr))
		CLAIM(list.end);
}
