// SPDX-License-Identifier: GPL-2.0
/*
 * The disk's queues: requests of the block layer are planned and passed to the rings. A
 * request that the backend does not take whole comes again in smaller pieces.
 */
#include "blkfront/disk.h"
#include "blkfront/keys.h"
#include "blkfront/ring.h"
#include "blkfront/trace.h"
#include "compat/block.h"
#include "xenbus/link.h"

static void xbf_split_work(struct work_struct *work)
{
	struct xbf_disk *disk = container_of(work, struct xbf_disk, split_work);
	struct bio_list bios;
	struct bio *bio;

	spin_lock_irq(&disk->split_lock);
	bios = disk->split_bios;
	bio_list_init(&disk->split_bios);
	spin_unlock_irq(&disk->split_lock);

	while ((bio = bio_list_pop(&bios)))
		submit_bio_noacct(bio);
}

void xbf_split_init(struct xbf_disk *disk)
{
	bio_list_init(&disk->split_bios);
	spin_lock_init(&disk->split_lock);
	INIT_WORK(&disk->split_work, xbf_split_work);
}

static void split(struct xbf_disk *disk, struct request *rq)
{
	unsigned long flags;
	struct bio *bio;

	/*
	 * A task that polls for a bio would not find it again, and one that did not want to
	 * wait has handed it over already.
	 */
	for (bio = rq->bio; bio; bio = bio->bi_next) {
		bio->bi_opf &= ~(REQ_POLLED | REQ_NOWAIT);
		bio->bi_cookie = BLK_QC_T_NONE;
	}
	spin_lock_irqsave(&disk->split_lock, flags);
	blk_steal_bios(&disk->split_bios, rq);
	spin_unlock_irqrestore(&disk->split_lock, flags);

	/* The request has no bios any more: nobody is told that it ends. */
	blk_mq_start_request(rq);
	blk_mq_end_request(rq, BLK_STS_OK);
	queue_work(xsplit_workqueue(), &disk->split_work);
}

static const u8 req_types[] = {
	[REQ_OP_READ] = XBF_REQ_READ,
	[REQ_OP_WRITE] = XBF_REQ_WRITE,
	[REQ_OP_FLUSH] = XBF_REQ_FLUSH,
	[REQ_OP_DISCARD] = XBF_REQ_DISCARD,
	[REQ_OP_SECURE_ERASE] = XBF_REQ_SECURE_ERASE,
};

static enum xbf_req_type type_of(const struct request *rq)
{
	unsigned int op = (__force unsigned int)req_op(rq);

	if (op >= ARRAY_SIZE(req_types))
		return XBF_REQ_UNKNOWN;
	if (req_types[op] == XBF_REQ_WRITE && rq->cmd_flags & REQ_FUA)
		return XBF_REQ_FUA;
	return req_types[op];
}

/* Deal with a request that did not go to the ring. */
static blk_status_t not_sent(struct xbf_disk *disk, struct request *rq, int why)
{
	switch (why) {
	case XBF_OP_NONE:
		blk_mq_start_request(rq);
		blk_mq_end_request(rq, BLK_STS_OK);
		return BLK_STS_OK;
	case -E2BIG:
		split(disk, rq);
		return BLK_STS_OK;
	case -ENOSPC:
		return BLK_STS_RESOURCE;
	case -EOPNOTSUPP:
		return BLK_STS_NOTSUPP;
	default:
		return BLK_STS_IOERR;
	}
}

static bool has_data(enum xbf_req_type type)
{
	return type == XBF_REQ_READ || type == XBF_REQ_WRITE ||
	       type == XBF_REQ_FUA;
}

/* Choose how the data goes. */
static int plan_data(struct xbf_ring *ring, struct request *rq, struct xbf_io *io)
{
	unsigned int mask = (queue_logical_block_size(rq->q) >> SECTOR_SHIFT) - 1;
	int err;

	/* After a resume the disk may have larger sectors than when it was made. */
	if ((blk_rq_pos(rq) | blk_rq_sectors(rq)) & mask || !blk_rq_bytes(rq))
		return -EIO;
	io->data_ops = ring->data_ops;
	err = io->data_ops->plan(ring, rq, io);
	if (err != -EINVAL)
		return err;
	io->data_ops = ring->bounce_ops;
	return io->data_ops->plan(ring, rq, io);
}

/* Return: the operation on the wire, XBF_OP_NONE, or -errno as for not_sent(). */
static int plan(struct xbf_disk *disk, struct xbf_ring *ring, struct request *rq)
{
	struct xbf_io *io = xbf_io(rq);
	int err = 0;

	if (unlikely(READ_ONCE(disk->dead)))
		return -EIO;
	xbf_io_init(io, disk->room, type_of(rq));
	if (xbf_req_flushes(io->type))
		err = xbf_backend_may_flush(&disk->backend);
	if (!err && has_data(io->type))
		err = plan_data(ring, rq, io);
	return err ?: xbf_wire_op(io->type, &disk->backend.features, io->nr);
}

static blk_status_t issue(struct blk_mq_hw_ctx *hctx, struct request *rq, bool last)
{
	struct xbf_disk *disk = hctx->queue->queuedata;
	struct xbf_ring *ring = hctx->driver_data;
	int op = plan(disk, ring, rq);
	int err;

	if (unlikely(op < 0 || op == XBF_OP_NONE)) {
		if (last)
			xbf_ring_commit(ring);
		return not_sent(disk, rq, op);
	}
	xbf_io(rq)->op = op;
	trace_xbf_fetched(ring, rq);
	blk_mq_start_request(rq);
	err = xbf_ring_submit(ring, rq, last);
	return likely(!err) ? BLK_STS_OK : not_sent(disk, rq, err);
}

static blk_status_t xbf_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	return issue(hctx, bd->rq, bd->last);
}

/* Issue one request of a plug, and deal with the status as the caller of xbf_queue_rq() does. */
static void queue_plugged(struct request *rq, bool last)
{
	blk_status_t status;

	/*
	 * Lets the tag be resolved to the request. Since 6.6 blk_mq_start_request() does that
	 * as well, which no header tells.
	 */
	rq->mq_hctx->tags->rqs[rq->tag] = rq;
	status = issue(rq->mq_hctx, rq, last);
	if (unlikely(status == BLK_STS_RESOURCE))
		blk_mq_requeue_request(rq, true);
	else if (unlikely(status != BLK_STS_OK))
		blk_mq_end_request(rq, status);
}

static void xbf_queue_rqs(struct rq_list *plug)
{
	struct request *rq, *next;

	for (rq = rq_list_pop(plug); rq; rq = next) {
		next = rq_list_pop(plug);
		queue_plugged(rq, !next || next->mq_hctx != rq->mq_hctx);
	}
}

XSPLIT_QUEUE_RQS(xbf_queue_rqs)

static void xbf_commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	xbf_ring_commit(hctx->driver_data);
}

static int xbf_poll(struct blk_mq_hw_ctx *hctx, struct io_comp_batch *iob)
{
	return xbf_ring_reap(hctx->driver_data, INT_MAX, iob, XBF_BY_POLL);
}

/*
 * A slow backend is only slow: it may be anything down to a tape robot. But the
 * event of the response may have got lost.
 */
static enum blk_eh_timer_return xbf_timeout(struct request *rq)
{
	struct xbf_ring *ring = rq->mq_hctx->driver_data;

	if (READ_ONCE(xbf_io(rq)->orphan))
		return BLK_EH_RESET_TIMER;
	xbf_ring_reap(ring, UINT_MAX, NULL, XBF_BY_TIMEOUT);
	return xbf_ring_has(ring, rq) ? BLK_EH_RESET_TIMER : BLK_EH_DONE;
}

static void map_queues(struct blk_mq_queue_map *map, unsigned int first, unsigned int nr)
{
	map->queue_offset = first;
	map->nr_queues = nr;
	if (nr)
		blk_mq_map_queues(map);
}

/* Where the block layer could not have as many queues as we wanted, one is not polled. */
static unsigned int hw_polled(const struct xbf_disk *disk)
{
	return min(disk->hw_polled, disk->set.nr_hw_queues - 1);
}

static void xbf_map_queues(struct blk_mq_tag_set *set)
{
	struct xbf_disk *disk = set->driver_data;
	unsigned int polled = hw_polled(disk);
	unsigned int events = set->nr_hw_queues - polled;

	map_queues(&set->map[HCTX_TYPE_DEFAULT], 0, events);
	if (set->nr_maps == 1)
		return;
	map_queues(&set->map[HCTX_TYPE_READ], 0, 0);
	map_queues(&set->map[HCTX_TYPE_POLL], events, polled);
}

struct xbf_ring *xbf_disk_ring(struct xbf_disk *disk, unsigned int queue)
{
	const struct xbf_queue_map map = {
		.queues = disk->set.nr_hw_queues,
		.polled_queues = hw_polled(disk),
		.rings = disk->nr_rings,
		.polled_rings = disk->nr_polled,
	};

	return &disk->ring[xbf_map_queue(&map, queue)];
}

static int xbf_init_hctx(struct blk_mq_hw_ctx *hctx, void *data, unsigned int queue)
{
	hctx->driver_data = xbf_disk_ring(data, queue);
	return 0;
}

const struct blk_mq_ops xbf_mq_ops = {
	.queue_rq = xbf_queue_rq,
	.queue_rqs = XSPLIT_QUEUE_RQS_OP(xbf_queue_rqs),
	.commit_rqs = xbf_commit_rqs,
	.poll = xbf_poll,
	.timeout = xbf_timeout,
	.map_queues = xbf_map_queues,
	.init_hctx = xbf_init_hctx,
};
