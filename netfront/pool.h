/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages to receive into, and where they go when their connection has ended.
 */
#ifndef XSPLIT_NETFRONT_POOL_H
#define XSPLIT_NETFRONT_POOL_H

#include "compat/net.h"

/**
 * xnf_pool_create - a page pool for a queue and a connection
 *
 * Context: may sleep. Return: the pool, or an error pointer.
 */
struct page_pool *xnf_pool_create(void);

/**
 * xnf_pool_retire - the connection has ended: destroy the pool
 * @pool: the pool; nobody takes pages from it any more, XDP does not know it any more
 *
 * Packets may have pages of it for as long as an application leaves them unread. The pool
 * waits for them here: the kernel takes a pool whose pages stay away for a leak, and says
 * so every minute.
 *
 * Context: may sleep; does not wait.
 */
void xnf_pool_retire(struct page_pool *pool);

/* Of the module, at its end: leave to the kernel what still waits. */
void xnf_pools_exit(void);

#endif /* XSPLIT_NETFRONT_POOL_H */
