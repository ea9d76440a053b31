/* SPDX-License-Identifier: GPL-2.0 */
/* 6.6: the page pool's header became two. */
#ifndef XSPLIT_COMPAT_PAGE_POOL_H
#define XSPLIT_COMPAT_PAGE_POOL_H

#ifdef HAVE_PAGE_POOL_HELPERS
#include <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif

#endif /* XSPLIT_COMPAT_PAGE_POOL_H */
