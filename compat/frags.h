/* SPDX-License-Identifier: GPL-2.0 */
/* 6.9: who empties a cache of page fragments need not know what is in it. */
#ifndef XSPLIT_COMPAT_FRAGS_H
#define XSPLIT_COMPAT_FRAGS_H

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/skbuff.h>

static inline void xsplit_frags_drain(struct page_frag_cache *frags)
{
#ifdef HAVE_FRAGS_DRAIN
	page_frag_cache_drain(frags);
#else
	if (frags->va)
		__page_frag_cache_drain(virt_to_page(frags->va), frags->pagecnt_bias);
	frags->va = NULL;
#endif
}

#endif /* XSPLIT_COMPAT_FRAGS_H */
