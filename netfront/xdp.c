// SPDX-License-Identifier: GPL-2.0
/*
 * XDP in a guest.
 *
 * A frame that lies in one page is seen there; one of several pages, or one that
 * came before the backend left headroom, as an skb: no frame gets past a program.
 *
 * Programs see finished frames: the backend is asked for them, and what it leaves to be
 * finished is finished here, before the program runs.
 *
 * What a program sends back is copied to pages that stay lent, like any short
 * packet. What it redirects goes on in its page; the program and the kernel leave
 * notes at both ends of it, which are wiped before the backend gets the page again.
 */
#include <linux/netdevice.h>
#include <net/checksum.h>

#include "netfront/front.h"
#include "netfront/header.h"
#include "netfront/queue.h"
#include "netfront/xdp.h"
#include "xenbus/store.h"

/* What an xdp_frame's fragments would need at the end of the page. */
#define TAILROOM SKB_DATA_ALIGN(sizeof(struct skb_shared_info))

/* --- the program --------------------------------------------------------- */

/* What a program is to see as it is on a wire: in one segment, its checksum finished. */
static const char * const offloads[] = {
	"feature-gso-tcpv4",
	"feature-gso-tcpv6",
	"feature-ipv6-csum-offload",
};

void xnf_xdp_write_keys(struct xsplit_link *link, struct xsplit_txn *txn)
{
	const struct xnf *front = link->priv;
	const char *dir = link->own_dir;
	bool prog = rcu_access_pointer(front->prog);
	unsigned int i;

	xsplit_write(txn, dir, "xdp-headroom", "%u", prog ? XNF_XDP_HEADROOM : 0);
	for (i = 0; i < ARRAY_SIZE(offloads); i++)
		xsplit_write(txn, dir, offloads[i], "%u", !prog);
	if (prog)
		xsplit_write(txn, dir, "feature-no-csum-offload", "%u", 1);
	else
		xsplit_remove(txn, dir, "feature-no-csum-offload");
}

/* The backend may leave headroom from any frame on, and does so for a while after. */
static void expect_headroom(struct xnf *front)
{
	unsigned int i;

	for (i = 0; i < front->max_queues; i++) {
		WRITE_ONCE(front->queue[i].rx.expect.headroom, XNF_XDP_HEADROOM);
		WRITE_ONCE(front->queue[i].rx.xdp_used, true);
	}
}

static int set_prog(struct xnf *front, struct bpf_prog *prog)
{
	struct bpf_prog *old = rtnl_dereference(front->prog);

	if (prog)
		expect_headroom(front);
	rcu_assign_pointer(front->prog, prog);
	if (!prog != !old && front->features.xdp)
		xsplit_link_reconfigure(front->link, xnf_xdp_write_keys);
	if (old)
		bpf_prog_put(old);
	return 0;
}

int xnf_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return set_prog(netdev_priv(dev), bpf->prog);
	default:
		return -EINVAL;
	}
}

/* --- pages --------------------------------------------------------------- */

/*
 * In front of the frame there may be an xdp_frame, which has pointers of the kernel's,
 * and whatever a program put there; behind it is what makes a packet of the page.
 */
void xnf_xdp_wipe(struct page *page)
{
	void *start = page_address(page);

	memset(start, 0, XNF_XDP_HEADROOM);
	memset(start + PAGE_SIZE - TAILROOM, 0, TAILROOM);
}

/* --- sending ------------------------------------------------------------- */

/* Return: true if the frame is on its way. */
static bool send_back(struct xnf_queue *q, const struct xdp_buff *xdp)
{
	struct netdev_queue *txq = q->tx.txq;
	bool sent;

	__netif_tx_lock(txq, smp_processor_id());
	sent = xnf_tx_copy(q, xdp->data, xdp->data_end - xdp->data);
	__netif_tx_unlock(txq);
	return sent;
}

int xnf_xdp_xmit(struct net_device *dev, int nr, struct xdp_frame **frames, u32 flags)
{
	struct xnf *front = netdev_priv(dev);
	unsigned int queues = dev->real_num_tx_queues;
	struct xnf_queue *q = &front->queue[smp_processor_id() % queues];
	int i;

	if (flags & ~XDP_XMIT_FLAGS_MASK)
		return -EINVAL;
	if (!netif_carrier_ok(dev))
		return -ENETDOWN;
	__netif_tx_lock(q->tx.txq, smp_processor_id());
	for (i = 0; i < nr; i++) {
		if (!xnf_tx_copy(q, frames[i]->data, frames[i]->len))
			break;
		xdp_return_frame_rx_napi(frames[i]);
	}
	if (flags & XDP_XMIT_FLUSH)
		xnf_tx_push(q);
	__netif_tx_unlock(q->tx.txq);
	/* The others are still their sender's. */
	return i;
}

/* --- verdicts ------------------------------------------------------------ */

bool xnf_xdp_fits(const struct xnf_frame *frame)
{
	const struct xnf_frame_piece *piece = &frame->piece[0];

	return frame->nr_pieces == 1 && !frame->gso_size && piece->offset >= XNF_XDP_HEADROOM &&
	       piece->offset + piece->len <= PAGE_SIZE - TAILROOM;
}

/* Do what the program says with a frame that the stack does not get. */
static enum xnf_xdp_count carry_out(struct xnf_queue *q, struct bpf_prog *prog,
				    struct xdp_buff *xdp, u32 verdict)
{
	switch (verdict) {
	case XDP_DROP:
		return XNF_XDP_DROP;
	case XDP_TX:
		if (send_back(q, xdp))
			return XNF_XDP_TX;
		break;
	case XDP_REDIRECT:
		if (!xdp_do_redirect(q->front->dev, xdp, prog))
			return XNF_XDP_REDIRECT;
		break;
	case XDP_ABORTED:
		break;
	default:
		bpf_warn_invalid_xdp_action(q->front->dev, prog, verdict);
	}
	trace_xdp_exception(q->front->dev, prog, verdict);
	return XNF_XDP_ABORTED;
}

bool xnf_xdp_run(struct xnf_queue *q, struct bpf_prog *prog, struct xnf_xdp_frame *xf)
{
	enum xnf_xdp_count became = XNF_XDP_PASS;
	struct xdp_buff xdp;
	u32 verdict;

	xdp_init_buff(&xdp, PAGE_SIZE, &q->rx.rxq);
	xdp_prepare_buff(&xdp, page_address(xf->page), xf->offset, xf->len, false);
	verdict = bpf_prog_run_xdp(prog, &xdp);
	if (verdict != XDP_PASS)
		became = carry_out(q, prog, &xdp, verdict);
	xsplit_count(&q->count.rx.xdp[became], 1);
	q->rx.sent_back |= became == XNF_XDP_TX;
	q->rx.redirected |= became == XNF_XDP_REDIRECT;
	if (became == XNF_XDP_PASS) {
		xf->offset = xdp.data - xdp.data_hard_start;
		xf->len = xdp.data_end - xdp.data;
	} else if (became != XNF_XDP_REDIRECT) {
		page_pool_recycle_direct(q->rx.pool, xf->page);
	}
	return became == XNF_XDP_PASS;
}

/*
 * Backends that are not asked, or have not heard of it yet, leave a checksum to be
 * finished by whoever sends the packet on; a program that sends it back does not know.
 * In the field there is the sum of the pseudo header.
 */
bool xnf_xdp_finish(const struct xnf_xdp_frame *xf)
{
	u8 *data = page_address(xf->page) + xf->offset;
	struct xnf_header header;
	__sum16 sum;

	if (!xnf_header_find(data, xf->len, &header))
		return false;
	sum = csum_fold(csum_partial(data + header.l4, xf->len - header.l4, 0)) ?: CSUM_MANGLED_0;
	memcpy(data + header.l4 + header.csum, &sum, sizeof(sum));
	return true;
}

/* The same for a packet. One to be segmented stays as it is: it is finished with that. */
static bool finish_skb(struct sk_buff *skb)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL || skb_is_gso(skb))
		return true;
	if (skb_checksum_help(skb))
		return false;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	return true;
}

bool xnf_xdp_run_skb(struct xnf_queue *q, struct bpf_prog *prog, struct sk_buff **skb)
{
	xsplit_count(&q->count.rx.xdp[XNF_XDP_SKB], 1);
	if (unlikely(!finish_skb(*skb))) {
		xsplit_count(&q->count.rx.no_memory, 1);
		kfree_skb(*skb);
		return false;
	}
	return do_xdp_generic(prog, skb) == XDP_PASS;
}

void xnf_xdp_flush(struct xnf_queue *q)
{
	if (q->rx.redirected)
		xdp_do_flush();
	if (q->rx.sent_back) {
		__netif_tx_lock(q->tx.txq, smp_processor_id());
		xnf_tx_push(q);
		__netif_tx_unlock(q->tx.txq);
	}
	q->rx.redirected = false;
	q->rx.sent_back = false;
}
