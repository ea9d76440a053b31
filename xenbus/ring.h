/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared rings: index arithmetic for both ends. Pure: builds in user space too.
 *
 * Every index that the peer writes is read once and judged before it is used. Nothing
 * that we wrote to the shared page is ever read back: struct xsplit_ring keeps our indices.
 */
#ifndef XSPLIT_XENBUS_RING_H
#define XSPLIT_XENBUS_RING_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/barrier.h>

/* The shared header; slots follow it at byte 64. */
struct xsplit_sring {
	u32 req_prod;
	u32 req_event;
	u32 rsp_prod;
	u32 rsp_event;
	u8 reserved[48];
	u8 slot[];
};

/* One end's private view of a shared ring. */
struct xsplit_ring {
	struct xsplit_sring *shared;
	u32 size;	/* in slots, a power of two */
	u32 slot_bytes;
	u32 cons;	/* next slot to take (backend: a request, frontend: a response) */
	u32 prod;	/* next slot to fill (backend: a response, frontend: a request) */
	u32 pushed;	/* value of @prod that the peer was last shown */
};

/* Return: the largest power of two of slots that fits in @bytes behind the header. */
static inline u32 xsplit_ring_slots(u32 bytes, u32 slot_bytes)
{
	return rounddown_pow_of_two((bytes - (u32)sizeof(struct xsplit_sring)) /
				    slot_bytes);
}

/*
 * Address of the slot at a free-running index. The peer can write to this memory too, so it
 * is read with xsplit_ring_take() only.
 */
static inline void *xsplit_ring_slot(const struct xsplit_ring *ring, u32 index)
{
	return ring->shared->slot +
	       (size_t)(index & (ring->size - 1)) * ring->slot_bytes;
}

/* Copy @len bytes of a slot, at most its size, into private memory, once. */
static inline void xsplit_ring_take(const struct xsplit_ring *ring, u32 index,
				    void *dst, size_t len)
{
	memcpy(dst, xsplit_ring_slot(ring, index), len);
	/* Later reads must use the copy, not the peer's memory again. */
	barrier();
}

/* Set up a frontend's view of zeroed pages that are about to be lent to the backend. */
static inline void xsplit_front_init(struct xsplit_ring *ring, void *shared,
				     u32 bytes, u32 slot_bytes)
{
	*ring = (struct xsplit_ring){
		.shared = shared,
		.size = xsplit_ring_slots(bytes, slot_bytes),
		.slot_bytes = slot_bytes,
	};
	ring->shared->req_event = 1;
	ring->shared->rsp_event = 1;
}

/*
 * Set up a backend's view of a mapped ring. It may hold requests that an earlier backend left
 * unanswered, so work begins behind the last response. Return: 0, or -EPROTO if the frontend's
 * indices make no sense.
 */
static inline int xsplit_back_attach(struct xsplit_ring *ring, void *shared,
				     u32 bytes, u32 slot_bytes)
{
	u32 req_prod, rsp_prod;

	*ring = (struct xsplit_ring){
		.shared = shared,
		.size = xsplit_ring_slots(bytes, slot_bytes),
		.slot_bytes = slot_bytes,
	};
	req_prod = READ_ONCE(ring->shared->req_prod);
	rsp_prod = READ_ONCE(ring->shared->rsp_prod);
	if (req_prod - rsp_prod > ring->size)
		return -EPROTO;
	ring->cons = rsp_prod;
	ring->prod = rsp_prod;
	ring->pushed = rsp_prod;
	return 0;
}

/*
 * How many requests wait to be taken, from @ring->cons on. Return: 0, or -EPROTO with @nr
 * set to 0 if the producer is beyond the free slots or went backwards.
 */
static inline int xsplit_back_visible(const struct xsplit_ring *ring, u32 *nr)
{
	u32 waiting = READ_ONCE(ring->shared->req_prod) - ring->cons;
	u32 unanswered = ring->cons - ring->prod;

	*nr = 0;
	if (waiting > ring->size - unanswered)
		return -EPROTO;
	/* The slots must be read after the index that announced them. */
	virt_rmb();
	*nr = waiting;
	return 0;
}

/*
 * How many responses wait to be taken, from @ring->cons on. Return: 0, or -EPROTO with @nr
 * set to 0 if the backend gives more responses than there were requests.
 */
static inline int xsplit_front_visible(const struct xsplit_ring *ring, u32 *nr)
{
	u32 waiting = READ_ONCE(ring->shared->rsp_prod) - ring->cons;

	*nr = 0;
	if (waiting > ring->pushed - ring->cons)
		return -EPROTO;
	/* The slots must be read after the index that announced them. */
	virt_rmb();
	*nr = waiting;
	return 0;
}

/* How many slots a frontend may still fill. */
static inline u32 xsplit_front_free(const struct xsplit_ring *ring)
{
	return ring->size - (ring->prod - ring->cons);
}

/* Publish @ring->prod. Return: true if the peer wants an event for one of the new slots. */
static inline bool xsplit_ring_push(struct xsplit_ring *ring, u32 *prod,
				    const u32 *event)
{
	u32 old = ring->pushed;

	if (ring->prod == old)
		return false;
	/* The slots must be visible before the index. */
	virt_wmb();
	WRITE_ONCE(*prod, ring->prod);
	ring->pushed = ring->prod;
	/* The index must be visible before the peer's event index is read. */
	virt_mb();
	return ring->prod - READ_ONCE(*event) < ring->prod - old;
}

/* Publish all requests written so far. Return: true if the backend wants an event. */
static inline bool xsplit_front_push(struct xsplit_ring *ring)
{
	return xsplit_ring_push(ring, &ring->shared->req_prod,
				&ring->shared->req_event);
}

/* Publish all responses written so far. Return: true if the frontend wants an event. */
static inline bool xsplit_back_push(struct xsplit_ring *ring)
{
	return xsplit_ring_push(ring, &ring->shared->rsp_prod,
				&ring->shared->rsp_event);
}

/*
 * Ask for an event when @nr requests wait from @ring->cons on, 1 to @ring->size. Return: true if
 * the ring must be polled again, because they wait already, or because the producer is broken
 * and xsplit_back_visible() will refuse it.
 */
static inline bool xsplit_back_arm_for(struct xsplit_ring *ring, u32 nr)
{
	WRITE_ONCE(ring->shared->req_event, ring->cons + nr);
	/* The event index must be visible before this last check, or both ends sleep. */
	virt_mb();
	return READ_ONCE(ring->shared->req_prod) - ring->cons >= nr;
}

/* The same for the next request. */
static inline bool xsplit_back_arm(struct xsplit_ring *ring)
{
	return xsplit_back_arm_for(ring, 1);
}

/* Ask for an event at the next response. Return: true if the ring must be polled again. */
static inline bool xsplit_front_arm(struct xsplit_ring *ring)
{
	WRITE_ONCE(ring->shared->rsp_event, ring->cons + 1);
	/* The event index must be visible before this last check, or both ends sleep. */
	virt_mb();
	return READ_ONCE(ring->shared->rsp_prod) != ring->cons;
}

/* The words of the shared header, unjudged: no slot may be read on their account. */
static inline u32 xsplit_ring_req_prod(const struct xsplit_ring *ring)
{
	return READ_ONCE(ring->shared->req_prod);
}

static inline u32 xsplit_ring_req_event(const struct xsplit_ring *ring)
{
	return READ_ONCE(ring->shared->req_event);
}

static inline u32 xsplit_ring_rsp_prod(const struct xsplit_ring *ring)
{
	return READ_ONCE(ring->shared->rsp_prod);
}

static inline u32 xsplit_ring_rsp_event(const struct xsplit_ring *ring)
{
	return READ_ONCE(ring->shared->rsp_event);
}

/*
 * Ask for an event when the responses up to the free-running index @at have been given. This
 * is sufficient if the last of their requests has not been pushed yet.
 */
static inline void xsplit_front_ask(struct xsplit_ring *ring, u32 at)
{
	WRITE_ONCE(ring->shared->rsp_event, at);
}

/* The same elsewhere. Return: true if they have been given already: no event may come. */
static inline bool xsplit_front_arm_at(struct xsplit_ring *ring, u32 at)
{
	xsplit_front_ask(ring, at);
	/* As in xsplit_front_arm(). */
	virt_mb();
	return (s32)(xsplit_ring_rsp_prod(ring) - at) >= 0;
}

#endif /* XSPLIT_XENBUS_RING_H */
