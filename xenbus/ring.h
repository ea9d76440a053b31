/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared rings: index arithmetic for both ends.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too.
 * Every index the peer writes is read once and judged before it is used, and
 * nothing written to the shared page is ever read back: both ends keep their
 * own indices here.
 */
#ifndef XSPLIT_XENBUS_RING_H
#define XSPLIT_XENBUS_RING_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/barrier.h>

/* The wire header; slots follow it at byte 64. */
struct xsplit_sring {
	u32 req_prod;
	u32 req_event;
	u32 rsp_prod;
	u32 rsp_event;
	u8 reserved[48];
	u8 slot[];
};

/**
 * struct xsplit_ring - one end's private view of a shared ring
 * @shared: the pages shared with the peer
 * @size: number of slots, a power of two
 * @slot_bytes: size of a slot in bytes
 * @cons: next slot to take (backend: a request, frontend: a response)
 * @prod: next slot to fill (backend: a response, frontend: a request)
 * @pushed: value of @prod that the peer was last shown
 */
struct xsplit_ring {
	struct xsplit_sring *shared;
	u32 size;
	u32 slot_bytes;
	u32 cons;
	u32 prod;
	u32 pushed;
};

/**
 * xsplit_ring_slots - number of slots in a ring
 * @bytes: size of the shared area, a multiple of 4096
 * @slot_bytes: size of one slot, larger than 0
 *
 * Return: the largest power of two of slots that fits behind the header.
 */
static inline u32 xsplit_ring_slots(u32 bytes, u32 slot_bytes)
{
	return rounddown_pow_of_two((bytes - (u32)sizeof(struct xsplit_sring)) /
				    slot_bytes);
}

/**
 * xsplit_ring_slot - address of a slot in the shared area
 * @ring: the ring
 * @index: free-running index
 *
 * The memory belongs to the peer as much as to us: write to it field by field,
 * read from it only through xsplit_ring_take().
 */
static inline void *xsplit_ring_slot(const struct xsplit_ring *ring, u32 index)
{
	return ring->shared->slot +
	       (size_t)(index & (ring->size - 1)) * ring->slot_bytes;
}

/**
 * xsplit_ring_take - copy one slot into private memory, once
 * @ring: the ring
 * @index: free-running index of the slot
 * @dst: private memory
 * @len: bytes to copy, at most the slot's size
 */
static inline void xsplit_ring_take(const struct xsplit_ring *ring, u32 index,
				    void *dst, size_t len)
{
	memcpy(dst, xsplit_ring_slot(ring, index), len);
	/* Later reads must use the copy, not the peer's memory again. */
	barrier();
}

/**
 * xsplit_front_init - lay out a fresh ring as its frontend
 * @ring: the private view to set up
 * @shared: zeroed pages about to be lent to the backend
 * @bytes: size of @shared
 * @slot_bytes: size of one slot
 */
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

/**
 * xsplit_back_attach - take up a frontend's ring where it was left
 * @ring: the private view to set up
 * @shared: the mapped ring
 * @bytes: size of @shared
 * @slot_bytes: size of one slot
 *
 * A ring may hold unanswered requests of an earlier backend; work goes on
 * behind the last response.
 *
 * Return: 0, or -EPROTO if the frontend's indices make no sense.
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

/**
 * xsplit_back_visible - how many requests wait to be taken
 * @ring: the backend's view
 * @nr: number of requests from @ring->cons on
 *
 * A producer beyond the free slots, or one that went backwards, is a broken
 * peer.
 *
 * Return: 0, or -EPROTO with @nr set to 0.
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

/**
 * xsplit_front_visible - how many responses wait to be taken
 * @ring: the frontend's view
 * @nr: number of responses from @ring->cons on
 *
 * Return: 0, or -EPROTO with @nr set to 0 if the backend answers more than it
 * was asked.
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

/**
 * xsplit_front_free - slots a frontend may still fill
 * @ring: the frontend's view
 */
static inline u32 xsplit_front_free(const struct xsplit_ring *ring)
{
	return ring->size - (ring->prod - ring->cons);
}

/* Show @ring->prod to the peer; true if it asked to be told of this stretch. */
static inline bool xsplit_ring_show(struct xsplit_ring *ring, u32 *prod,
				    const u32 *event)
{
	u32 old = ring->pushed;

	if (ring->prod == old)
		return false;
	/* The slots must be visible before the index. */
	virt_wmb();
	WRITE_ONCE(*prod, ring->prod);
	ring->pushed = ring->prod;
	/* The index must be visible before the peer's wish is read. */
	virt_mb();
	return ring->prod - READ_ONCE(*event) < ring->prod - old;
}

/**
 * xsplit_front_push - show all requests written so far
 * @ring: the frontend's view
 *
 * Return: true if the backend wants an event.
 */
static inline bool xsplit_front_push(struct xsplit_ring *ring)
{
	return xsplit_ring_show(ring, &ring->shared->req_prod,
				&ring->shared->req_event);
}

/**
 * xsplit_back_push - show all responses written so far
 * @ring: the backend's view
 *
 * Return: true if the frontend wants an event.
 */
static inline bool xsplit_back_push(struct xsplit_ring *ring)
{
	return xsplit_ring_show(ring, &ring->shared->rsp_prod,
				&ring->shared->rsp_event);
}

/**
 * xsplit_back_arm - ask for an event at the next request
 * @ring: the backend's view, drained
 *
 * Return: true if there is something to look at already (a request, or a
 * broken producer that xsplit_back_visible() will refuse).
 */
static inline bool xsplit_back_arm(struct xsplit_ring *ring)
{
	WRITE_ONCE(ring->shared->req_event, ring->cons + 1);
	/* The wish must be visible before the last look, or both ends sleep. */
	virt_mb();
	return READ_ONCE(ring->shared->req_prod) != ring->cons;
}

/**
 * xsplit_back_arm_for - ask for an event when a number of requests wait
 * @ring: the backend's view
 * @nr: how many, from @ring->cons on; 1 to @ring->size
 *
 * Return: true if there are as many already, or a broken producer that
 * xsplit_back_visible() will refuse.
 */
static inline bool xsplit_back_arm_for(struct xsplit_ring *ring, u32 nr)
{
	WRITE_ONCE(ring->shared->req_event, ring->cons + nr);
	/* As in xsplit_back_arm(). */
	virt_mb();
	return READ_ONCE(ring->shared->req_prod) - ring->cons >= nr;
}

/**
 * xsplit_front_arm - ask for an event at the next response
 * @ring: the frontend's view, drained
 *
 * Return: true if there is something to look at already.
 */
static inline bool xsplit_front_arm(struct xsplit_ring *ring)
{
	WRITE_ONCE(ring->shared->rsp_event, ring->cons + 1);
	/* The wish must be visible before the last look, or both ends sleep. */
	virt_mb();
	return READ_ONCE(ring->shared->rsp_prod) != ring->cons;
}

/*
 * The four words of the shared header, for comparing and showing: they are not judged, and
 * no slot may be read because of them.
 */
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

/**
 * xsplit_front_ask - ask for an event when so many responses have been given
 * @ring: the frontend's view
 * @at: how many in all, as free-running as the indices
 *
 * Enough where the last of these requests has not been pushed yet. Elsewhere use
 * xsplit_front_arm_at().
 */
static inline void xsplit_front_ask(struct xsplit_ring *ring, u32 at)
{
	WRITE_ONCE(ring->shared->rsp_event, at);
}

/**
 * xsplit_front_arm_at - ask for an event when so many responses have been given
 * @ring: the frontend's view
 * @at: how many in all, as free-running as the indices
 *
 * Return: true if they have been given already: there may be no event.
 */
static inline bool xsplit_front_arm_at(struct xsplit_ring *ring, u32 at)
{
	xsplit_front_ask(ring, at);
	/* As in xsplit_front_arm(). */
	virt_mb();
	return (s32)(xsplit_ring_rsp_prod(ring) - at) >= 0;
}

#endif /* XSPLIT_XENBUS_RING_H */
