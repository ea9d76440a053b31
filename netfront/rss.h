/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Receive side scaling: the hash key and the table of queues that ethtool sets, and the
 * session of control messages that configures the backend.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_NETFRONT_RSS_H
#define XSPLIT_NETFRONT_RSS_H

#include <linux/types.h>

#include "xenbus/netif.h"

/* The key or the table is passed at the start of a page of ours. */
#define XNF_RSS_PAGE_BYTES (4 * XNET_HASH_MAPPING_MAX)

struct xnf_rss {
	bool on;	/* otherwise the backend chooses queues as it likes */
	u32 nr;		/* entries of @table in use, 1 to XNET_HASH_MAPPING_MAX */
	u8 key[XNET_HASH_KEY_BYTES];		/* of the Toeplitz hash */
	u32 table[XNET_HASH_MAPPING_MAX];	/* queue number by hash modulo @nr */
};

/* Initialise: off, all queues alike. @key has XNET_HASH_KEY_BYTES bytes. */
void xnf_rss_init(struct xnf_rss *rss, const u8 *key, u32 nr_queues);

/* Fill the table with @nr_queues queues, from 1 on, all alike. */
void xnf_rss_reset_table(struct xnf_rss *rss, u32 nr_queues);

/* Return: false if the table names a queue beyond @nr_queues. */
bool xnf_rss_table_fits(const struct xnf_rss *rss, u32 nr_queues);

/*
 * Apply a user's change, which turns the hash on: a table of @rss->nr entries and a key of
 * XNET_HASH_KEY_BYTES bytes, or NULL to leave either as it is. Return: 0; -EINVAL, with nothing
 * changed, if an entry names a queue beyond the @nr_queues of the connection.
 */
int xnf_rss_change(struct xnf_rss *rss, const u32 *table, const u8 *key, u32 nr_queues);

/* A session of messages that configures the backend; zeroed before the first one. */
struct xnf_rss_session {
	const struct xnf_rss *want;	/* constant during the session */
	u32 gref;	/* of the page for key and table */
	u16 id;		/* continues over sessions, so that a late response matches none */
	u8 step;
	u32 types;	/* hash types that the backend knows, XNET_HASHF() */
	int err;	/* why the session failed, while it is being undone */
};

/* Start a session. @gref: of a page that the backend may read. */
void xnf_rss_session_start(struct xnf_rss_session *session, const struct xnf_rss *want, u32 gref);

/*
 * Fill in the next message, in private memory, and the first XNF_RSS_PAGE_BYTES bytes of the page
 * if the message needs them. Return: false once the session is over.
 */
bool xnf_rss_session_next(struct xnf_rss_session *session, struct xnet_ctrl_request *msg,
			  void *page);

/*
 * Take a private copy of the response to the last message. Return: 0 to go on; -EPROTO if it does
 * not respond to the message: the backend is broken, and the session is over.
 */
int xnf_rss_session_response(struct xnf_rss_session *session,
			     const struct xnet_ctrl_response *rsp);

/*
 * Return, once the session is over: 0 if the backend is configured; -EOPNOTSUPP if it
 * cannot be; -EINVAL or -ENOSPC if it refused; -EPROTO if its response made no sense.
 */
static inline int xnf_rss_session_result(const struct xnf_rss_session *session)
{
	return session->err;
}

#endif /* XSPLIT_NETFRONT_RSS_H */
