/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages to receive into, and where they go when their connection has ended.
 */
#ifndef XSPLIT_NETFRONT_POOL_H
#define XSPLIT_NETFRONT_POOL_H

#include "compat/net.h"

/* Create a page pool for a queue and a connection. May sleep. Return: it or ERR_PTR(). */
struct page_pool *xnf_pool_create(void);

/*
 * Destroy a pool once its pages are back; nobody takes pages from it any more, and XDP does
 * not know it. Applications may leave packets unread as long as they like, and the kernel
 * would report the pages of these as a leak every minute. May sleep; does not wait.
 */
void xnf_pool_retire(struct page_pool *pool);

/* At the end of the module: leave pools that still wait to the kernel. */
void xnf_pools_exit(void);

#endif /* XSPLIT_NETFRONT_POOL_H */
