/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which of our queues a frame comes in on: key and table as ethtool sets them,
 * and the messages that tell the backend.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_NETFRONT_RSS_H
#define XSPLIT_NETFRONT_RSS_H

#include <linux/types.h>

#include "xenbus/netif.h"

/* Key or table travel in a page of ours, at its start. */
#define XNF_RSS_PAGE_BYTES (4 * XNET_HASH_MAPPING_MAX)

/**
 * struct xnf_rss - how frames are spread
 * @on: by a hash; otherwise as the backend likes
 * @nr: entries of @table in use, 1 to XNET_HASH_MAPPING_MAX
 * @key: of the Toeplitz hash
 * @table: entry (hash modulo @nr) is the number of the queue
 */
struct xnf_rss {
	bool on;
	u32 nr;
	u8 key[XNET_HASH_KEY_BYTES];
	u32 table[XNET_HASH_MAPPING_MAX];
};

/**
 * xnf_rss_init - the state of a new device: off, all queues alike
 * @rss: set up
 * @key: XNET_HASH_KEY_BYTES random bytes
 * @nr_queues: how many queues there are, from 1 on
 */
void xnf_rss_init(struct xnf_rss *rss, const u8 *key, u32 nr_queues);

/**
 * xnf_rss_spread - fill the table anew, all queues alike
 * @rss: the state
 * @nr_queues: how many queues there are, from 1 on
 */
void xnf_rss_spread(struct xnf_rss *rss, u32 nr_queues);

/**
 * xnf_rss_fit - is the table good for so many queues?
 * @rss: the state
 * @nr_queues: how many queues there are
 *
 * Return: false if it names a queue that is not there.
 */
bool xnf_rss_fit(const struct xnf_rss *rss, u32 nr_queues);

/**
 * xnf_rss_change - what a user wants changed
 * @rss: the state; unchanged if the wish is refused, else @rss->on
 * @table: @rss->nr entries, or NULL to keep the table
 * @key: XNET_HASH_KEY_BYTES bytes, or NULL to keep the key
 * @nr_queues: how many queues there are
 *
 * Return: 0, or -EINVAL if an entry names a queue that is not there.
 */
int xnf_rss_change(struct xnf_rss *rss, const u32 *table, const u8 *key, u32 nr_queues);

/**
 * struct xnf_rss_talk - a conversation with the backend, message by message
 * @want: what it shall do; not changed while the conversation lasts
 * @gref: reference of the page that key and table travel in
 * @id: id of the last message; goes on over conversations, so that an answer
 *	that comes late is no other message's
 * @step: private
 * @types: private: kinds of hash the backend knows, XNET_HASHF()
 * @err: private: why the conversation failed; it is being undone
 */
struct xnf_rss_talk {
	const struct xnf_rss *want;
	u32 gref;
	u16 id;
	u8 step;
	u32 types;
	int err;
};

/**
 * xnf_rss_begin - begin a conversation
 * @talk: set up; zeroed before the first time
 * @want: what the backend shall do
 * @gref: reference of the page that key and table travel in, readable for the
 *	backend
 */
void xnf_rss_begin(struct xnf_rss_talk *talk, const struct xnf_rss *want, u32 gref);

/**
 * xnf_rss_next - the next message
 * @talk: the conversation
 * @msg: filled in, private memory
 * @page: XNF_RSS_PAGE_BYTES bytes of the page behind @gref; filled in where the
 *	message needs it
 *
 * Return: false at the end: nothing more is to be said.
 */
bool xnf_rss_next(struct xnf_rss_talk *talk, struct xnet_ctrl_request *msg, void *page);

/**
 * xnf_rss_answer - take the answer to the last message
 * @talk: the conversation
 * @rsp: a private copy of it
 *
 * If the backend refuses a message, the next one switches its hash off, so that
 * it does not go on half configured.
 *
 * Return: 0 to go on with xnf_rss_next(); -EPROTO if this is not the answer to
 * the message: the backend is broken, the conversation is over.
 */
int xnf_rss_answer(struct xnf_rss_talk *talk, const struct xnet_ctrl_response *rsp);

/**
 * xnf_rss_result - how a conversation went, after xnf_rss_next() returned false
 * @talk: the conversation
 *
 * Return: 0: the backend does as it was told; -EOPNOTSUPP: it cannot; -EINVAL or
 * -ENOSPC: it refused; -EPROTO: it made no sense.
 */
static inline int xnf_rss_result(const struct xnf_rss_talk *talk)
{
	return talk->err;
}

#endif /* XSPLIT_NETFRONT_RSS_H */
