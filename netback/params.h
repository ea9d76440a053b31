/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XSPLIT_NETBACK_PARAMS_H
#define XSPLIT_NETBACK_PARAMS_H

#include <linux/types.h>

/* Module parameters; main.c says what each means. Those of mode 0644 may change any time. */
struct xnb_params {
	bool separate_tx_rx_irq;
	bool provides_xdp_headroom;
	unsigned int rx_drain_timeout_msecs;
	unsigned int rx_stall_timeout_msecs;
	unsigned int rx_wait_kbytes;
	unsigned int tx_zerocopy_pages;
	unsigned int max_queues;
	unsigned int fatal_skb_slots;
	unsigned int hash_cache_size;
};

extern struct xnb_params xnb_params;

#endif /* XSPLIT_NETBACK_PARAMS_H */
