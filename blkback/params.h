/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Module parameters; defined in main.c. Those of mode 0644 may change to any value at any
 * time, so they are read with READ_ONCE() and bounded where they are used.
 */
#ifndef XSPLIT_BLKBACK_PARAMS_H
#define XSPLIT_BLKBACK_PARAMS_H

#include <linux/types.h>

struct xbb_params {
	unsigned int max_buffer_pages;
	unsigned int max_persistent_grants;
	unsigned int unused_seconds;
	unsigned int max_guest_maps;
	unsigned int max_guest_pages;
	unsigned int max_queues;
	unsigned int max_ring_page_order;
	unsigned int log_stats;
	unsigned int squeeze_duration_ms;
	bool feature_persistent;
};

extern struct xbb_params xbb_params;

#endif /* XSPLIT_BLKBACK_PARAMS_H */
