/* SPDX-License-Identifier: GPL-2.0 */
/* Module parameters; defined in main.c. Those of mode 0644 may change any time. */
#ifndef XSPLIT_NETBACK_PARAMS_H
#define XSPLIT_NETBACK_PARAMS_H

#include <linux/types.h>

extern bool xnb_separate_tx_rx_irq;
extern bool xnb_provides_xdp_headroom;
extern unsigned int xnb_rx_drain_timeout_msecs;
extern unsigned int xnb_rx_stall_timeout_msecs;
extern unsigned int xnb_rx_wait_kbytes;
extern unsigned int xnb_tx_zerocopy_pages;
extern unsigned int xnb_max_queues;
extern unsigned int xnb_fatal_skb_slots;
extern unsigned int xnb_hash_cache_size;

#endif /* XSPLIT_NETBACK_PARAMS_H */
