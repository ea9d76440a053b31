/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network protocol as a backend would speak it to our frontend, by numbers
 * from the protocol's description: nothing here comes from the code under test.
 */
#ifndef TEST_FRONT_WIRE_H
#define TEST_FRONT_WIRE_H

#include "netfront/rx_parse.h"
#include "wire.h"

enum { NET_SLOTS = 256, NET_PAGE = 4096, NET_MAX_SLOTS = 18, ETH = 14 };

/* Fragments that a packet of the kernel has room for, at least. */
enum { MAX_FRAGS = 17 };

/* Where the first slot is in a ring's page. */
enum { RING_HEADER = 64 };

enum { TXF_BLANK = 1, TXF_VALID = 2, TXF_MORE = 4, TXF_EXTRA = 8 };
enum { RXF_VALID = 1, RXF_BLANK = 2, RXF_MORE = 4, RXF_EXTRA = 8, RXF_PREFIX = 16 };
enum { EXTRA_GSO = 1, EXTRA_ADD, EXTRA_DEL, EXTRA_HASH, EXTRA_XDP, EXTRA_UNKNOWN };
enum { EXTRA_MORE = 1 };
enum { GSO_V4 = 1, GSO_V6 = 2 };

/**
 * struct rx - a backend that answers on a ring of its own
 * @page: the ring's
 * @ring: the frontend's view of it
 * @nr: responses written since rx_start()
 * @expect: what the frontend asked for
 * @frame: what rx_read() made of the responses
 */
struct rx {
	u8 *page;
	struct xsplit_ring ring;
	u32 nr;
	struct xnf_frame_expect expect;
	struct xnf_frame frame;
};

extern struct rx rx;

/* A ring that has never been used; nothing asked for. Once a case. */
void rx_init(void);

/* Old bytes everywhere; the next response goes to slot @cons modulo 256. */
void rx_start(u32 cons);

/* The bytes of response @nth since rx_start(). */
u8 *rx_slot(u32 nth);

/* One more response, with the id it must have; @status bytes, or an error. */
void rx_data(u16 offset, int status, u16 flags);

/* One more extra; the six bytes behind its flags are a5. */
u8 *rx_extra(u8 type, u8 flags);
void rx_gso(u16 size, u8 type, u8 flags);
void rx_xdp(u16 headroom, u8 flags);

/* @nr slots of @len bytes at offset 0: a frame, but for the flags in @first. */
void rx_slots(u32 nr, u32 len, u16 first);

/* What the code under test says; all that was written is visible. */
enum xnf_frame_verdict rx_read(void);

/* The same, and check verdict and slots used. */
void rx_expect(enum xnf_frame_verdict verdict, u32 used);

/* Check one piece of the frame; @nth is the response it must come from. */
void rx_expect_piece(u32 piece, u32 nth, u32 offset, u32 len);

#endif
