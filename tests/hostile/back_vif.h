/* SPDX-License-Identifier: GPL-2.0 */
/* A NIC's backend that may violate the protocol. There is no network behind it. */
#ifndef HOSTILE_BACK_VIF_H
#define HOSTILE_BACK_VIF_H

#include "back.h"
#include "frame.h"
#include "ring.h"
#include "vif.h"

#define MAX_SLOTS 18

#define BACK_VIF_QUEUES 4

struct back_vif_queue {
	struct ring tx, rx;
	struct mapped tx_page, rx_page;
};

struct back_vif {
	struct back back;
	/* by the frontend, in the next connection and in this one */
	bool trusted, active_trusted;
	/* the next connection has several queues, each with two event channels */
	bool many_queues;
	/* The queue that lies; the others wait in @other, and are served when it is idle. */
	struct ring tx, rx;
	struct mapped tx_page, rx_page;
	struct back_vif_queue other[BACK_VIF_QUEUES - 1];
	unsigned int nr_others;
	struct ring ctrl;
	struct mapped ctrl_page;
	bool connected;
	/* keys with other values for the next connection; they end with one without a name */
	const struct pair *offer;
	/* ours and the guest's */
	struct ends ends;
	uint16_t next_seq;
	/* the frame that the guest sent last */
	uint8_t frame[FRAME_MAX];
	size_t len;
};

/* A frame of the guest's, as it is in the ring. */
struct back_packet {
	unsigned int nr;	/* slots with data */
	unsigned int extras;
	struct tx_request slot[MAX_SLOTS];
};

/* @ip, @guest_ip: ours and the guest's, as text */
void back_vif_open(struct back_vif *vif, const char *guest, const char *id, const char *ip,
		   const char *guest_ip);
/* Close, and remove the device. */
void back_vif_end(struct back_vif *vif);
/* What the cases that follow are about: whether we are trusted, and a number unless it is 0. */
void back_vif_context(const struct back_vif *vif, int number);

/* These return NULL, or what went wrong. */
const char *back_vif_connect(struct back_vif *vif);
const char *back_vif_close(struct back_vif *vif);
/* Up to where the frontend has lent its rings, and are mapped. */
const char *back_vif_attach(struct back_vif *vif);
void back_vif_detach(struct back_vif *vif);

/* Have another queue lie, if there is one. */
void back_vif_next_queue(struct back_vif *vif);

/* Close the connection of a case, and report it: @why it failed, or NULL. */
void back_vif_case_end(struct back_vif *vif, const char *name, const char *why);
/* Show indices that are impossible: each ends the connection with @error. */
void back_vif_indices_beyond(struct back_vif *vif, struct ring *ring, const char *name,
			     const char *error);

/* --- what the guest sends ------------------------------------------------- */

/* Wait for a frame; false if none comes within @ms. */
bool back_vif_take(struct back_vif *vif, struct back_packet *packet, unsigned int ms);
/* Read its bytes into @vif->frame. */
void back_vif_read(struct back_vif *vif, const struct back_packet *packet);
/* Write a response, which ring_show() publishes. */
void back_vif_put(struct back_vif *vif, uint16_t id, int16_t status);
/* Answer as one should. */
void back_vif_answer(struct back_vif *vif, const struct back_packet *packet);
/* Take and answer what comes within @ms. */
void back_vif_serve_for(struct back_vif *vif, unsigned int ms);

/* --- what the guest receives ----------------------------------------------- */

/* A slot of a frame that we give to the guest. */
struct give {
	bool is_extra;
	struct extra extra;
	/* of a slot with data; @len bytes are written, whatever @status says */
	const uint8_t *data;
	uint16_t len, offset, flags;
	int status;
	uint16_t id_bits;	/* that are wrong in the id */
};

/* Take the next page that the guest has posted. Return: false if it posts none. */
bool back_vif_posted(struct back_vif *vif, struct rx_request *req);
/* Write the response for the next page, without publishing it. */
bool back_vif_give(struct back_vif *vif, const struct give *give);
/* Give a good frame. */
const char *back_vif_send(struct back_vif *vif, const uint8_t *frame, size_t len);
/* Does the guest answer an echo request with this number within @ms? */
bool back_vif_echoed(struct back_vif *vif, size_t payload, uint16_t seq, unsigned int ms);
/* It must answer a good one. */
const char *back_vif_ping(struct back_vif *vif);

/* These choose whether the frontend trusts us in the groups that follow. */
void back_vif_trusted(struct back_vif *vif);
void back_vif_untrusted(struct back_vif *vif);
/* And these, how many queues there are. */
void back_vif_queues(struct back_vif *vif);
void back_vif_one_queue(struct back_vif *vif);

/* The groups of cases. */
void back_vif_honest(struct back_vif *vif);
void back_vif_tx(struct back_vif *vif);
void back_vif_rx(struct back_vif *vif);
void back_vif_xdp(struct back_vif *vif);
void back_vif_random(struct back_vif *vif);
void back_vif_pages(struct back_vif *vif);
void back_vif_hoard(struct back_vif *vif);
void back_vif_keys(struct back_vif *vif);
void back_vif_stands(struct back_vif *vif);
void back_vif_vanishes(struct back_vif *vif);
void back_vif_flap(struct back_vif *vif);
void back_vif_storm(struct back_vif *vif);
void back_vif_log(struct back_vif *vif);
void back_vif_ctrl(struct back_vif *vif);

#endif
