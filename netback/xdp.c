// SPDX-License-Identifier: GPL-2.0
/*
 * XDP on an interface.
 *
 * While there is a program, a frame that fits into a page is copied into one with
 * headroom, and the program sees it there. It sees larger frames as skbs: no frame
 * bypasses it.
 *
 * A program may send a frame where a missing checksum would go unnoticed. So the guest is
 * asked for finished frames while there is a program, and unfinished ones that it sends
 * nevertheless are finished before the program sees them (tx_deliver.c).
 */

#include <linux/etherdevice.h>

#include "compat/net.h"
#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/xdp.h"

/* --- verdicts ------------------------------------------------------------- */

/* A frame that a program sees, and the packet it is in. */
struct seen {
	struct xnb_queue *queue;
	struct bpf_prog *prog;
	struct sk_buff *skb;
	struct xdp_buff xdp;
};

static void count(struct seen *seen, enum xnb_xdp_count what)
{
	xsplit_count(&seen->queue->counts.tx.xdp[what], 1);
}

static bool gone(struct seen *seen, enum xnb_xdp_count what)
{
	count(seen, what);
	kfree_skb(seen->skb);
	return false;
}

static bool failed(struct seen *seen, u32 verdict)
{
	trace_xdp_exception(seen->queue->vif->dev, seen->prog, verdict);
	return gone(seen, XNB_XDP_ABORTED);
}

/* The program may have moved either end of the frame. */
static void adjust(struct seen *seen)
{
	const struct xdp_buff *xdp = &seen->xdp;
	struct sk_buff *skb = seen->skb;

	skb->data = xdp->data;
	skb->len = xdp->data_end - xdp->data;
	skb_set_tail_pointer(skb, skb->len);
}

static bool do_pass(struct seen *seen)
{
	adjust(seen);
	count(seen, XNB_XDP_PASS);
	return true;
}

static bool do_drop(struct seen *seen)
{
	return gone(seen, XNB_XDP_DROP);
}

static bool do_aborted(struct seen *seen)
{
	return failed(seen, XDP_ABORTED);
}

/* As the network stack passes packets to a device. @skb: its data at the Ethernet header. */
static void set_outgoing(struct sk_buff *skb, struct net_device *dev)
{
	skb->dev = dev;
	skb_reset_mac_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;
	skb_set_network_header(skb, ETH_HLEN);
	skb_reset_mac_len(skb);
	skb_reset_transport_header(skb);
	skb->ip_summed = CHECKSUM_NONE;
}

/* Like any packet to the guest from within a poll, it is copied when the poll ends. */
static bool do_tx(struct seen *seen)
{
	struct netdev_queue *txq = seen->queue->rx.txq;

	adjust(seen);
	set_outgoing(seen->skb, seen->queue->vif->dev);
	count(seen, XNB_XDP_TX);
	__netif_tx_lock(txq, smp_processor_id());
	xnb_rx_xmit(seen->queue, seen->skb, true);
	xnb_rx_sent(seen->queue);
	__netif_tx_unlock(txq);
	return false;
}

/* The frame goes on in its page, without its skb. */
static bool do_redirect(struct seen *seen)
{
	struct xnb_queue *queue = seen->queue;

	kfree_skb_partial(seen->skb, true);
	if (unlikely(xdp_do_redirect(queue->vif->dev, &seen->xdp, seen->prog))) {
		page_pool_recycle_direct(queue->tx.pool,
					 virt_to_head_page(seen->xdp.data_hard_start));
		trace_xdp_exception(queue->vif->dev, seen->prog, XDP_REDIRECT);
		count(seen, XNB_XDP_ABORTED);
		return false;
	}
	count(seen, XNB_XDP_REDIRECT);
	queue->tx.redirected = true;
	return false;
}

static bool (*const verdicts[])(struct seen *seen) = {
	[XDP_ABORTED] = do_aborted,
	[XDP_DROP] = do_drop,
	[XDP_PASS] = do_pass,
	[XDP_TX] = do_tx,
	[XDP_REDIRECT] = do_redirect,
};

/* --- running it ----------------------------------------------------------- */

bool xnb_xdp_fits(const struct sk_buff *skb)
{
	return skb->pp_recycle && !skb_is_nonlinear(skb) &&
	       skb_headroom(skb) >= XDP_PACKET_HEADROOM;
}

bool xnb_xdp_run(struct xnb_queue *queue, struct bpf_prog *prog, struct sk_buff *skb)
{
	struct seen seen = { .queue = queue, .prog = prog, .skb = skb };
	u32 verdict;

	xdp_init_buff(&seen.xdp, PAGE_SIZE, &queue->tx.rxq);
	xdp_prepare_buff(&seen.xdp, skb->head, skb_headroom(skb), skb->len, false);
	verdict = bpf_prog_run_xdp(prog, &seen.xdp);
	if (likely(verdict < ARRAY_SIZE(verdicts)))
		return verdicts[verdict](&seen);
	bpf_warn_invalid_xdp_action(queue->vif->dev, prog, verdict);
	return failed(&seen, verdict);
}

bool xnb_xdp_run_skb(struct xnb_queue *queue, struct bpf_prog *prog, struct sk_buff **skb)
{
	xsplit_count(&queue->counts.tx.xdp[XNB_XDP_SKB], 1);
	return do_xdp_generic(prog, skb) == XDP_PASS;
}

void xnb_xdp_flush(struct xnb_queue *queue)
{
	queue->tx.redirected = false;
	xdp_do_flush();
}

/* --- frames for the guest ------------------------------------------------- */

/* Return: false if there is no memory; the frame is still its sender's then. */
static bool send_frame(struct xnb_queue *queue, struct xdp_frame *frame)
{
	struct sk_buff *skb = xdp_build_skb_from_frame(frame, queue->vif->dev);

	if (unlikely(!skb))
		return false;
	/* It was made for the way in: its header is behind it. */
	skb_push(skb, ETH_HLEN);
	set_outgoing(skb, queue->vif->dev);
	xnb_rx_xmit(queue, skb, true);
	return true;
}

int xnb_xdp_xmit(struct net_device *dev, int nr, struct xdp_frame **frames, u32 flags)
{
	struct xnb_vif *vif = netdev_priv(dev);
	/* Pairs with the release where queues become usable. */
	unsigned int queues = smp_load_acquire(&vif->nr_queues);
	struct xnb_queue *queue;
	int i;

	if (unlikely(flags & ~XDP_XMIT_FLAGS_MASK))
		return -EINVAL;
	if (unlikely(!queues || !netif_carrier_ok(dev)))
		return -ENETDOWN;
	queue = vif->queue[smp_processor_id() % queues];
	__netif_tx_lock(queue->rx.txq, smp_processor_id());
	for (i = 0; i < nr; i++)
		if (!send_frame(queue, frames[i]))
			break;
	xnb_rx_sent(queue);
	__netif_tx_unlock(queue->rx.txq);
	return i;
}

/* --- registration --------------------------------------------------------- */

int xnb_xdp_register(struct xnb_queue *queue)
{
	struct xdp_rxq_info *rxq = &queue->tx.rxq;
	int err;

	err = xdp_rxq_info_reg(rxq, queue->vif->dev, queue->index, queue->tx.napi.napi_id);
	if (err)
		return err;
	err = xdp_rxq_info_reg_mem_model(rxq, MEM_TYPE_PAGE_POOL, queue->tx.pool);
	if (err)
		xdp_rxq_info_unreg(rxq);
	return err;
}

void xnb_xdp_unregister(struct xnb_queue *queue)
{
	if (xdp_rxq_info_is_reg(&queue->tx.rxq))
		xdp_rxq_info_unreg(&queue->tx.rxq);
}
