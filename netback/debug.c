// SPDX-License-Identifier: GPL-2.0
/* debugfs xen-netback/: the present state of rings and hashes. */

#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/tx.h"

static struct dentry *debug_root;

/* --- io_ring_qN ----------------------------------------------------------- */

/* The frontend's indices may be anything; they are only shown. */
static void show_ring(struct seq_file *seq, const char *name, const struct xsplit_ring *ring)
{
	seq_printf(seq, "%s: slots %u\n", name, ring->size);
	seq_printf(seq, "  requests: produced %u, event at %u, taken %u\n",
		   xsplit_ring_req_prod(ring), xsplit_ring_req_event(ring),
		   READ_ONCE(ring->cons));
	seq_printf(seq, "  responses: produced %u, event at %u, filled %u\n",
		   xsplit_ring_rsp_prod(ring), xsplit_ring_rsp_event(ring),
		   READ_ONCE(ring->prod));
}

static void show_poll(struct seq_file *seq, const char *name, const struct napi_struct *napi)
{
	seq_printf(seq, "%s poll: state %lx, weight %d\n", name, READ_ONCE(napi->state),
		   napi->weight);
}

static int xnb_io_ring_show(struct seq_file *seq, void *unused)
{
	const struct xnb_queue *queue = seq->private;

	seq_printf(seq, "queue %u\n", queue->index);
	show_ring(seq, "tx", &queue->tx.ring);
	show_poll(seq, "tx", &queue->tx.napi);
	show_ring(seq, "rx", &queue->rx.ring);
	show_poll(seq, "rx", &queue->rx.napi);
	seq_printf(seq, "rx: %u packets of %zu bytes wait here\n",
		   skb_queue_len_lockless(&queue->rx.waiting), READ_ONCE(queue->rx.waiting_bytes));
	seq_printf(seq, "rx: %s, %s\n", netif_tx_queue_stopped(queue->rx.txq) ? "stopped" : "running",
		   READ_ONCE(queue->rx.stalled) ? "stalled" : "not stalled");
	return 0;
}

static int xnb_io_ring_open(struct inode *inode, struct file *file)
{
	return single_open(file, xnb_io_ring_show, inode->i_private);
}

static ssize_t xnb_io_ring_write(struct file *file, const char __user *text, size_t len, loff_t *pos)
{
	struct xnb_queue *queue = ((struct seq_file *)file->private_data)->private;
	char buf[8] = "";

	if (len >= sizeof(buf))
		return -EINVAL;
	if (copy_from_user(buf, text, len))
		return -EFAULT;
	if (!sysfs_streq(buf, "kick"))
		return -EINVAL;
	xnb_kick(&queue->tx.napi);
	xnb_kick(&queue->rx.napi);
	return len;
}

static const struct file_operations xnb_io_ring_fops = {
	.owner = THIS_MODULE,
	.open = xnb_io_ring_open,
	.read = seq_read,
	.write = xnb_io_ring_write,
	.llseek = seq_lseek,
	.release = single_release,
};

void xnb_debug_add_queue(struct xnb_queue *queue)
{
	char name[16];

	snprintf(name, sizeof(name), "io_ring_q%u", queue->index);
	queue->debug_file = debugfs_create_file(name, 0600, queue->vif->debug_dir, queue,
						&xnb_io_ring_fops);
}

void xnb_debug_remove_queue(struct xnb_queue *queue)
{
	debugfs_remove(queue->debug_file);
}

/* --- ctrl ----------------------------------------------------------------- */

static void show_mapping(struct seq_file *seq, const struct xnb_hash *hash)
{
	u32 size = min(READ_ONCE(hash->size), XNET_HASH_MAPPING_MAX), i;

	seq_printf(seq, "mapping: %u entries\n", size);
	for (i = 0; i < size; i++)
		seq_printf(seq, "%5u%s", READ_ONCE(hash->mapping[i]),
			   i % 16 == 15 || i + 1 == size ? "\n" : "");
}

static int xnb_ctrl_state_show(struct seq_file *seq, void *unused)
{
	const struct xnb_vif *vif = seq->private;
	const struct xnb_hash *hash = &vif->ctrl.hash;

	seq_printf(seq, "algorithm: %s\n", READ_ONCE(hash->algorithm) == XNET_HASH_TOEPLITZ ?
		   "toeplitz" : "none");
	seq_printf(seq, "flags: %x\n", READ_ONCE(hash->flags));
	seq_printf(seq, "key: %*phN\n", (int)XNET_HASH_KEY_BYTES, hash->key);
	show_mapping(seq, hash);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(xnb_ctrl_state);

void xnb_debug_add_vif(struct xnb_vif *vif)
{
	vif->debug_dir = debugfs_create_dir(netdev_name(vif->dev), debug_root);
	debugfs_create_file("ctrl", 0400, vif->debug_dir, vif, &xnb_ctrl_state_fops);
}

void xnb_debug_remove_vif(struct xnb_vif *vif)
{
	debugfs_remove(vif->debug_dir);
}

/* --- the module ----------------------------------------------------------- */

void xnb_debug_init(void)
{
	debug_root = debugfs_create_dir("xen-netback", NULL);
}

void xnb_debug_exit(void)
{
	debugfs_remove(debug_root);
}
