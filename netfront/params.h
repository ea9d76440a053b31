/* SPDX-License-Identifier: GPL-2.0 */
/* Module parameters, defined in main.c; root may change them at any time. */
#ifndef XSPLIT_NETFRONT_PARAMS_H
#define XSPLIT_NETFRONT_PARAMS_H

#include <linux/types.h>

struct xnf_params {
	unsigned int max_queues;	/* of an interface */
	bool trusted;	/* backends may see memory beside the data of a packet */
};

extern struct xnf_params xnf_params;

#endif /* XSPLIT_NETFRONT_PARAMS_H */
