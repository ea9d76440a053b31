/* SPDX-License-Identifier: GPL-2.0 */
/*
 * debugfs xen-netback/<interface>/: the state of its rings, and a way to have
 * them looked at again. What queues have counted is elsewhere, in xen-split/.
 */
#ifndef XSPLIT_NETBACK_DEBUG_H
#define XSPLIT_NETBACK_DEBUG_H

struct xnb_queue;
struct xnb_vif;

/* The folder of the module. Context: module init, exit. */
void xnb_debug_init(void);
void xnb_debug_exit(void);

/* An interface's folder with its file "ctrl". Context: may sleep. */
void xnb_debug_add_vif(struct xnb_vif *vif);
void xnb_debug_remove_vif(struct xnb_vif *vif);

/* A queue's file "io_ring_q<n>"; no reader is left after its removal. Context: may sleep. */
void xnb_debug_add_queue(struct xnb_queue *queue);
void xnb_debug_remove_queue(struct xnb_queue *queue);

#endif /* XSPLIT_NETBACK_DEBUG_H */
