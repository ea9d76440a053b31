/* SPDX-License-Identifier: GPL-2.0 */
/* Module parameters; see main.c. */
#ifndef XSPLIT_BLKFRONT_PARAMS_H
#define XSPLIT_BLKFRONT_PARAMS_H

#include <linux/types.h>

struct xbf_params {
	unsigned int max_segs;
	unsigned int max_queues;
	unsigned int poll_queues;
	unsigned int max_order;
	bool trusted;
	bool persistent;
	unsigned int backend_timeout;
};

extern struct xbf_params xbf_params;

#endif /* XSPLIT_BLKFRONT_PARAMS_H */
