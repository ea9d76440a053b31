/* SPDX-License-Identifier: GPL-2.0 */
/* Module parameters; defined in main.c. Those of mode 0644 may change any time. */
#ifndef XSPLIT_BLKBACK_PARAMS_H
#define XSPLIT_BLKBACK_PARAMS_H

#include <linux/types.h>

extern unsigned int xbb_max_buffer_pages;
extern unsigned int xbb_max_persistent_grants;
extern unsigned int xbb_unused_seconds;
extern unsigned int xbb_max_guest_maps;
extern unsigned int xbb_max_guest_pages;
extern unsigned int xbb_max_queues;
extern unsigned int xbb_max_ring_page_order;
extern unsigned int xbb_log_stats;
extern bool xbb_feature_persistent;

#endif /* XSPLIT_BLKBACK_PARAMS_H */
