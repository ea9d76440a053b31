/* SPDX-License-Identifier: GPL-2.0 */
/* A NIC's frontend that may violate the protocol. */
#ifndef HOSTILE_VIF_H
#define HOSTILE_VIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device.h"
#include "frame.h"
#include "ring.h"

#define VIF_SLOTS 256
#define CTRL_SLOTS 128
#define MAX_QUEUES 2
#define RX_PAGES 64
#define TX_PAGES 32

/* --- the wire ----------------------------------------------------------- */

struct tx_request {
	uint32_t ref;
	uint16_t offset, flags, id, size;
};

struct tx_response {
	uint16_t id;
	int16_t status;
};

struct rx_request {
	uint16_t id, pad;
	uint32_t ref;
};

struct rx_response {
	uint16_t id, offset, flags;
	int16_t status;
};

struct extra {
	uint8_t type, flags, bytes[6];
};

struct ctrl_request {
	uint16_t id, type;
	uint32_t data[3];
};

struct ctrl_response {
	uint16_t id, type;
	uint32_t status, data;
};

/* flags of a slot, and of an extra */
enum { BLANK = 1, VALID = 2, MORE = 4, EXTRA = 8 };
enum { EXTRA_MORE = 1 };
/* of a slot that was received */
enum { RX_VALID = 1, RX_BLANK = 2, PREFIX = 16 };
enum { GSO = 1, MCAST_ADD, MCAST_DEL, HASH, XDP };
enum { GSO_TCPV4 = 1, GSO_TCPV6 };

/* A slot's status; TX_EITHER: the protocol leaves it open. */
enum { TX_DROPPED = -2, TX_ERROR = -1, TX_OKAY = 0, TX_NULL = 1, TX_EITHER = 99 };

/* --- the NIC ------------------------------------------------------------ */

struct vif_queue {
	struct ring tx, rx;
	struct lent rx_page[RX_PAGES];
	/* the page posted in each slot of rx */
	uint8_t posted[VIF_SLOTS];
};

struct vif {
	struct device dev;
	struct vif_queue queue[MAX_QUEUES];
	unsigned int nr_queues;
	/* pages posted for each queue */
	unsigned int posts;
	bool headroom;
	/* of the frame received last */
	uint16_t flags;
	struct ring ctrl;
	struct lent tx_page[TX_PAGES], readonly, elsewhere;
	struct ends ends;
	uint16_t next_id, next_seq;
	/* the first rule that a response of the back violated */
	const char *trouble;
	/* frames that the back has accepted; echo requests among them that must be answered */
	unsigned int taken, echoes;
};

/* How to connect. */
struct vif_setup {
	unsigned int queues;	/* 0: one, and no key for it */
	bool split;		/* an event channel for each direction */
	bool ctrl;		/* with a control ring */
	bool mcast;		/* with a filter for multicast */
	bool no_rx;		/* without pages for what is received */
	unsigned int posts;	/* so many pages for what is received; 0: RX_PAGES */
	bool headroom;		/* 256 bytes before what is received */
	const struct pair *over;	/* keys with other values */
};

/* Does the back offer an optional feature? */
bool vif_back_has(struct vif *vif, const char *feature);

/* @ip, @peer_ip: ours and dom0's, as text */
void vif_open(struct vif *vif, const char *id, const char *ip, const char *peer_ip);
/* Set up new rings and write their keys. */
void vif_prepare(struct vif *vif, const struct vif_setup *setup);
/* The same, and write Connected, without waiting. */
void vif_offer(struct vif *vif, const struct vif_setup *setup);
/* The same, and wait until the back is connected and dom0 answers. */
void vif_connect(struct vif *vif, const struct vif_setup *setup);
void vif_close(struct vif *vif);

/* --- what goes out ------------------------------------------------------ */

/* Slots to be published together, and the status expected for each. */
struct script {
	unsigned int nr;
	struct {
		union {
			struct tx_request req;
			struct extra extra;
		};
		bool any_id;
		int16_t expect;
	} slot[VIF_SLOTS];
};

struct tx_request *script_data(struct vif *vif, struct script *script, const struct lent *page,
			       unsigned int offset, unsigned int size, unsigned int flags);
void script_extra(struct script *script, const struct extra *extra);
/* Set the status expected for all slots with data, from @from on. */
void script_expect(struct script *script, unsigned int from, int16_t expect);

void vif_push(struct vif_queue *queue, const struct script *script);
/* Wait for the responses to a script. Return: NULL, or what is wrong with them. */
const char *vif_check_responses(struct vif *vif, struct vif_queue *queue, struct script *script);

/* --- what comes in ------------------------------------------------------ */

void vif_post(struct vif_queue *queue, unsigned int page, uint32_t ref);
/* Post the first @nr pages, or all. */
void vif_post_some(struct vif_queue *queue, unsigned int nr);
void vif_post_all(struct vif_queue *queue);
/* Wait up to @ms for a frame. Return: its length, 0 if there was none. */
size_t vif_receive(struct vif *vif, uint8_t *frame, unsigned int ms);

/* --- proof that it works ------------------------------------------------ */

/* Append an echo request to a script. */
void vif_add_echo(struct vif *vif, struct script *script, size_t payload);
/* Wait for the reply to the last one. */
const char *vif_wait_echo(struct vif *vif, size_t payload);
/* Send an echo request and wait for its reply. */
const char *vif_ping(struct vif *vif, struct vif_queue *queue);
/* Connect, ping, close. */
const char *vif_works_again(struct vif *vif);

/* The groups of cases. */
void vif_tx(struct vif *vif);
void vif_tx_mapped(struct vif *vif);
void vif_odd(struct vif *vif);
void vif_mcast(struct vif *vif);
void vif_stack(struct vif *vif);
void vif_orders(struct vif *vif);
/* @seed: of what is sent, for @seconds */
void vif_wild(struct vif *vif, unsigned int seconds, unsigned int seed);
void vif_echo(struct vif *vif);
void vif_headroom(struct vif *vif);
void vif_few(struct vif *vif);
void vif_rx(struct vif *vif);
void vif_drip(struct vif *vif);
void vif_ctrl(struct vif *vif);
void vif_pages(struct vif *vif);
void vif_keys(struct vif *vif);
void vif_flap(struct vif *vif);
void vif_storm(struct vif *vif);
void vif_race(struct vif *vif);
void vif_ring_broken(struct vif *vif, const char *which, int beyond);
/* A group that is not hostile. */
void vif_firmware(struct vif *vif);

#endif
