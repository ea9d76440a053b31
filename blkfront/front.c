// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of the link: keys are read and published, rings and the disk come and go.
 */
#include <linux/cpumask.h>
#include <linux/kdev_t.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <xen/interface/io/protocols.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "blkfront/disk.h"
#include "blkfront/front.h"
#include "blkfront/keys.h"
#include "blkfront/params.h"
#include "grant/retry.h"
#include "xenbus/store.h"

/* I/O that a healthy backend still carries out when the device is taken away. */
#define REMOVE_GRACE (5 * HZ)

static_assert(XBF_MAX_RING_ORDER == XSPLIT_MAX_RING_ORDER);

/* --- negotiation --------------------------------------------------------- */

static int read_features(struct xsplit_link *link)
{
	struct xbf_front *front = link->priv;
	u64 key[XBF_NR_PROBE_KEYS];
	int err;

	err = xsplit_keys_read(link, link->peer_dir, xbf_probe_keys, XBF_NR_PROBE_KEYS, key);
	if (!err)
		err = xsplit_front_keys_read(link, &front->trusted, &front->stale_queues);
	if (err)
		return err;
	front->trusted &= xbf_params.trusted;
	front->persistent = xbf_params.persistent;
	front->order = min_t(u64, key[XBF_PROBE_MAX_ORDER], xbf_params.max_order);
	front->max_segs = xbf_max_segs(key[XBF_PROBE_MAX_SEGS], xbf_params.max_segs,
				       front->disk ? front->disk->room : 0);
	front->nr_rings = xbf_choose_rings(min_t(u64, key[XBF_PROBE_MAX_QUEUES], front->max_rings),
					   clamp(xbf_params.max_queues, 1U, num_online_cpus()),
					   xbf_params.poll_queues, &front->nr_polled);
	return 0;
}

static void publish_ring(struct xsplit_link *link, struct xsplit_txn *txn, unsigned int i)
{
	struct xbf_front *front = link->priv;
	char dir[XSPLIT_QUEUE_DIR_LEN];

	xsplit_queue_dir(dir, link->own_dir, i, front->nr_rings);
	xsplit_pages_write(txn, dir, "ring-ref", &front->ring[i].shared);
	xsplit_write(txn, dir, "event-channel", "%u", front->ring[i].event.port);
}

/* Some keys mean something by being there: old ones must go. */
static void remove_stale_keys(struct xsplit_link *link, struct xsplit_txn *txn)
{
	const struct xbf_front *front = link->priv;

	xsplit_remove_queues(txn, link->own_dir, front->nr_rings, front->stale_queues);
	if (!front->order)
		xsplit_remove(txn, link->own_dir, "ring-page-order");
	if (front->nr_rings == 1)
		xsplit_remove(txn, link->own_dir, "multi-queue-num-queues");
}

static void publish_keys(struct xsplit_link *link, struct xsplit_txn *txn)
{
	struct xbf_front *front = link->priv;
	const char *dir = link->own_dir;
	unsigned int i;

	remove_stale_keys(link, txn);
	for (i = 0; i < front->nr_rings; i++)
		publish_ring(link, txn, i);
	if (front->order)
		xsplit_write(txn, dir, "ring-page-order", "%u", front->order);
	if (front->nr_rings > 1)
		xsplit_write(txn, dir, "multi-queue-num-queues", "%u", front->nr_rings);
	xsplit_write(txn, dir, "protocol", "%s", XEN_IO_PROTO_ABI_NATIVE);
	xsplit_write(txn, dir, "feature-persistent", "%u", front->persistent);
}

/* The next driver may not know these keys, and would leave them. */
static void withdraw_keys(struct xsplit_link *link, struct xsplit_txn *txn)
{
	const struct xbf_front *front = link->priv;
	const char *dir = link->own_dir;

	xsplit_remove_queues(txn, dir, 0, max(front->nr_rings, front->stale_queues));
	xsplit_remove(txn, dir, "multi-queue-num-queues");
	xsplit_remove(txn, dir, "ring-page-order");
	xsplit_remove(txn, dir, "feature-persistent");
}

/* --- connection ---------------------------------------------------------- */

static void destroy_rings(struct xbf_front *front)
{
	unsigned int i;

	for (i = 0; i < front->nr_rings; i++)
		xbf_ring_quiesce(&front->ring[i]);
	/* For the last runs of all of their softirqs. */
	synchronize_rcu();
	for (i = 0; i < front->nr_rings; i++)
		xbf_ring_destroy(&front->ring[i]);
}

static int create_rings(struct xbf_front *front)
{
	unsigned int events = front->nr_rings - front->nr_polled;
	unsigned int i;
	int err;

	for (i = 0; i < front->nr_rings; i++) {
		err = xbf_ring_create(&front->ring[i], front->order, i >= events,
					 front->max_segs);
		if (!err)
			continue;
		/* The error has been reported; the backend does not know of these rings yet. */
		if (!i)
			return err;
		front->nr_rings = i;
		front->nr_polled = i - min(i, events);
		if (xsplit_link_may_log(front->link))
			dev_warn(&front->link->xdev->dev, "getting on with %u queues\n", i);
	}
	return 0;
}

/* With the smallest rings, where there is not enough for larger ones. */
static int create_rings_or_smaller(struct xbf_front *front)
{
	int err = create_rings(front);

	if (!xsplit_is_transient(err) || !xbf_shrink_ring(&front->order, &front->max_segs))
		return err;
	return create_rings(front);
}

static bool xbf_check_events(struct xsplit_watchdog *watchdog, bool ran)
{
	struct xbf_front *front = container_of(watchdog, struct xbf_front, watchdog);
	bool soon = false;
	unsigned int i;

	for (i = 0; i < front->nr_rings; i++)
		soon |= xbf_ring_check_events(&front->ring[i], ran);
	return soon;
}

static void xbf_trim_work(struct work_struct *work)
{
	struct xbf_front *front = container_of(to_delayed_work(work), struct xbf_front, trim_work);
	bool again = false;
	unsigned int i;

	for (i = 0; i < front->nr_rings; i++)
		again |= xbf_ring_trim(&front->ring[i]);
	if (again)
		queue_delayed_work(xsplit_workqueue(), &front->trim_work, XBF_TRIM_DELAY);
}

static int start_rings(struct xbf_front *front, const struct xbf_data_mode *mode)
{
	struct xbf_backend *backend = &front->disk->backend;
	unsigned int i;
	int err;

	for (i = 0; i < front->nr_rings; i++) {
		err = xbf_ring_start(&front->ring[i], backend->gd->queue, backend, mode);
		if (err)
			goto unstart_rings;
	}
	xsplit_watchdog_start(&front->watchdog);
	return 0;

unstart_rings:
	while (i--)
		xbf_ring_unstart(&front->ring[i]);
	return err;
}

static void remove_disk(struct xbf_front *front, unsigned long grace)
{
	if (front->disk)
		xbf_disk_remove(front->disk, grace);
	front->disk = NULL;
}

/* The minor numbers that disks have taken, from being connected on. */
static struct resource all_minors = { .name = "xvd", .end = MINORMASK };

/* A disk that orphans keep alive has its name and numbers until it is gone. */
static int claim_name(struct xbf_front *front)
{
	int err = 0;

	if (front->disk)
		return 0;
	if (refcount_read(&front->refs) > 1)
		err = -EBUSY;
	else if (!front->minors.parent)
		err = request_resource(&all_minors, &front->minors);
	if (!err)
		return 0;
	return xsplit_link_error(front->link, err, "another disk has the name or numbers of %s",
				 front->name.text);
}

static int xbf_connect(struct xsplit_link *link)
{
	struct xbf_front *front = link->priv;
	int err;

	err = claim_name(front) ?: read_features(link) ?: create_rings_or_smaller(front);
	if (err)
		return err;
	err = xsplit_link_publish(link, publish_keys);
	if (err)
		destroy_rings(front);
	return err;
}

/*
 * A disk that waited for this backend ends. Not where the backend has gone again: that
 * is why its keys could not be read, and the disk waits on for the next one.
 */
static void xbf_connect_failed(struct xsplit_link *link)
{
	remove_disk(link->priv, 0);
}

static void make_config(struct xbf_front *front, const u64 *key, struct xbf_config *config,
			struct xbf_data_mode *mode)
{
	*mode = (struct xbf_data_mode){
		.persistent = front->persistent && key[XBF_READY_PERSISTENT],
		.trusted = front->trusted,
	};
	xbf_features_judge(key, &config->features);
	config->max_segs = front->max_segs;
	config->nr_rings = front->nr_rings;
	config->nr_polled = front->nr_polled;
	config->slots = front->ring[0].ring.size;
	config->bounced = mode->persistent || !mode->trusted;
}

static void log_config(struct xbf_front *front, const struct xbf_config *config,
		       const struct xbf_data_mode *mode)
{
	if (!xsplit_link_may_log(front->link))
		return;
	dev_info(&front->link->xdev->dev,
		 "%s: %llu MiB, sectors of %u bytes%s; %s, %s%s; %u queues of %u, %u KiB at once\n",
		 front->name.text, config->geometry.sectors >> 11,
		 config->geometry.logical_block,
		 config->geometry.readonly ? ", read-only" : "",
		 mode->persistent ? "persistent grants" :
		 mode->trusted ? "direct grants" : "copied",
		 config->features.flush ? "flush" : config->features.barrier ? "barrier" :
		 "no write cache",
		 config->features.discard ? ", discard" : "",
		 config->nr_rings, config->slots, config->max_segs * 4);
}

/* The backend knows the rings: put a disk on top of them. */
static int bring_up(struct xbf_front *front, const struct xbf_config *config,
		    const struct xbf_data_mode *mode)
{
	bool renewed = front->disk;
	int err;

	if (!renewed) {
		struct xbf_disk *disk = xbf_disk_create(front, config);

		if (IS_ERR(disk))
			return xsplit_link_error(front->link, PTR_ERR(disk),
						 "no memory for the disk");
		front->disk = disk;
	} else {
		xbf_disk_reconnecting(front->disk);
	}
	err = start_rings(front, mode);
	if (err) {
		/* A new disk, which no one has seen, is made again; an old one waits on. */
		if (renewed)
			xbf_disk_reconnect_failed(front->disk);
		else
			remove_disk(front, 0);
		return err;
	}
	if (renewed)
		xbf_disk_reconnected(front->disk, config);
	else
		xbf_disk_add(front->disk);
	return 0;
}

static int xbf_ready(struct xsplit_link *link)
{
	struct xbf_front *front = link->priv;
	struct xbf_config config = { };
	struct xbf_data_mode mode;
	u64 key[XBF_NR_READY_KEYS];
	int err;

	err = xsplit_keys_read(link, link->peer_dir, xbf_ready_keys, XBF_NR_READY_KEYS, key);
	if (err)
		return err;
	err = xbf_geometry_judge(key, &config.geometry);
	if (err)
		return xsplit_link_error(link, err,
					 "backend's sector-size %llu is not a power of two",
					 key[XBF_READY_SECTOR_SIZE]);
	make_config(front, key, &config, &mode);
	err = bring_up(front, &config, &mode);
	if (!err)
		log_config(front, &config, &mode);
	return err;
}

static int xbf_refresh(struct xsplit_link *link)
{
	struct xbf_front *front = link->priv;
	bool readonly;
	u64 sectors, info;
	int err;

	if (!front->disk)
		return 0;
	err = xsplit_key_read_one(link, link->peer_dir, &xbf_ready_keys[XBF_READY_SECTORS],
				  &sectors) ?:
	      xsplit_key_read_one(link, link->peer_dir, &xbf_ready_keys[XBF_READY_INFO], &info);
	if (err)
		return err;
	readonly = info & XBLK_INFO_READONLY;
	if (xbf_disk_differs(front->disk, sectors, readonly) &&
	    xsplit_link_may_act(link, &front->resizes))
		xbf_disk_resize(front->disk, sectors, readonly);
	return 0;
}

/* Programs that have the disk open are not waited for: they get errors. */
static void warn_in_use(struct xbf_front *front)
{
	if (front->disk && disk_openers(front->disk->backend.gd) &&
	    xsplit_link_may_log(front->link))
		dev_warn(&front->link->xdev->dev,
			 "%s is detached while in use: what is under way ends, the rest gets errors\n",
			 front->name.text);
}

/* What becomes of the disk: it waits for another backend, or goes after a grace for I/O. */
static const struct teardown {
	bool waits;
	unsigned long grace;
} teardowns[] = {
	[XSPLIT_WHY_CLOSE] = { .grace = REMOVE_GRACE },
	[XSPLIT_WHY_REMOVE] = { .grace = REMOVE_GRACE },
	[XSPLIT_WHY_GONE] = { },
	[XSPLIT_WHY_BROKEN] = { },
	[XSPLIT_WHY_LOST] = { .waits = true },
	[XSPLIT_WHY_RESUME] = { .waits = true },
};

/* The most pages that the connection has lent at a time. Its rings are stopped. */
static unsigned int most_lent(const struct xbf_front *front)
{
	unsigned int i, lent = 0;

	for (i = 0; i < front->nr_rings; i++)
		lent += xbf_ring_lent(&front->ring[i]);
	return lent;
}

static void xbf_disconnect(struct xsplit_link *link, enum xsplit_why why)
{
	struct xbf_front *front = link->priv;

	if (why == XSPLIT_WHY_CLOSE)
		warn_in_use(front);
	if (teardowns[why].waits && front->disk)
		xbf_disk_disconnect(front->disk, why == XSPLIT_WHY_LOST);
	else
		remove_disk(front, teardowns[why].grace);
	xsplit_watchdog_stop(&front->watchdog);
	cancel_delayed_work_sync(&front->trim_work);
	xsplit_link_lent(link, most_lent(front));
	destroy_rings(front);
}

/* --- device -------------------------------------------------------------- */

/* Some toolstacks use the second for numbers that old guests do not understand. */
static const char * const vdev_keys[] = { "virtual-device", "virtual-device-ext" };

static int read_vdev(struct xsplit_link *link, u32 *vdev)
{
	const char *dir = link->own_dir;
	char *text = NULL;
	unsigned int i;
	int err;

	for (i = 0; !text && i < ARRAY_SIZE(vdev_keys); i++)
		text = xsplit_text_peek(dir, vdev_keys[i]);
	if (!text)
		return xsplit_link_error(link, -ENOENT, "%s/%s is missing", dir, vdev_keys[0]);
	err = xbf_name_number(text, vdev);
	if (err)
		xsplit_link_error(link, err, "%s/%s is no number", dir, vdev_keys[i - 1]);
	kfree(text);
	return err;
}

/* A fully virtualised guest may have the same disk emulated, and boots from it. */
static int check_hvm(struct xsplit_link *link, const struct xbf_name *name)
{
	char *type;
	bool cdrom;

	if (!xen_hvm_domain())
		return 0;
	if (name->emulated && xen_has_pv_and_legacy_disk_devices()) {
		dev_info(&link->xdev->dev, "left to its emulated twin\n");
		return -ENODEV;
	}
	type = xsplit_text_peek(link->own_dir, "device-type");
	cdrom = type && !strcmp(type, "cdrom");
	kfree(type);
	if (cdrom)
		dev_info(&link->xdev->dev, "a CD drive: left to its emulated twin\n");
	return cdrom ? -ENODEV : 0;
}

static int alloc_rings(struct xbf_front *front, u16 handle)
{
	unsigned int i;

	front->max_rings = clamp(xbf_params.max_queues, 1U, nr_cpu_ids) +
			   min(xbf_params.poll_queues, nr_cpu_ids);
	front->ring = kvcalloc(front->max_rings, sizeof(*front->ring), GFP_KERNEL);
	if (!front->ring)
		return -ENOMEM;
	for (i = 0; i < front->max_rings; i++)
		xbf_ring_init(&front->ring[i], front->link, &front->watchdog, &front->trim_work,
			      i, handle);
	return 0;
}

static int set_up(struct xbf_front *front, u32 vdev)
{
	struct xsplit_link *link = front->link;
	int err;

	err = xbf_name_make(vdev, &front->name);
	if (err)
		return xsplit_link_error(link, err,
					 "virtual-device %u is no disk's number", vdev);
	front->minors = (struct resource){
		.name = front->name.text,
		.start = front->name.first_minor,
		.end = front->name.first_minor + front->name.minors - 1,
	};
	err = check_hvm(link, &front->name);
	if (err)
		return err;
	return alloc_rings(front, vdev);
}

void xbf_front_put(struct xbf_front *front)
{
	unsigned int i;

	if (!refcount_dec_and_test(&front->refs))
		return;
	if (front->minors.parent)
		release_resource(&front->minors);
	for (i = 0; i < front->max_rings; i++)
		xsplit_affinity_free(&front->ring[i].affinity);
	kvfree(front->ring);
	kfree(front);
}

static int xbf_create(struct xsplit_link *link)
{
	struct xbf_front *front;
	u32 vdev;
	int err;

	err = read_vdev(link, &vdev);
	if (err)
		return err;
	front = kzalloc(sizeof(*front), GFP_KERNEL);
	if (!front)
		return -ENOMEM;
	refcount_set(&front->refs, 1);
	front->link = link;
	front->resizes = (struct xsplit_pace)XSPLIT_PACE_RESIZES;
	xsplit_log_limit_init(&front->log_limit);
	xsplit_log_limit_init(&front->loss_limit);
	INIT_DELAYED_WORK(&front->trim_work, xbf_trim_work);
	xsplit_watchdog_init(&front->watchdog, xbf_check_events);
	err = set_up(front, vdev);
	if (err) {
		kfree(front);
		return err;
	}
	link->priv = front;
	return 0;
}

static void xbf_destroy(struct xsplit_link *link)
{
	struct xbf_front *front = link->priv;

	remove_disk(front, 0);
	xbf_front_put(front);
	link->priv = NULL;
}

static unsigned int xbf_held(struct xsplit_link *link)
{
	struct xbf_front *front = link->priv;

	if (!front->disk)
		return 0;
	return xbf_orphans_held(&front->disk->orphans, xsplit_link_borrower(link));
}

static int xbf_move(struct xsplit_link *link, struct device *parent)
{
	struct xbf_front *front = link->priv;

	return front->disk ? xbf_disk_move(front->disk, parent) : 0;
}

static bool xbf_is_ready(struct xsplit_link *link)
{
	struct xbf_front *front = link->priv;
	struct xbf_disk *disk = READ_ONCE(front->disk);

	return disk && (READ_ONCE(disk->added) || READ_ONCE(disk->failed));
}

static const struct xsplit_link_ops front_ops = {
	.create = xbf_create,
	.connect = xbf_connect,
	.connect_failed = xbf_connect_failed,
	.ready = xbf_ready,
	.refresh = xbf_refresh,
	.disconnect = xbf_disconnect,
	.withdraw = withdraw_keys,
	.destroy = xbf_destroy,
	.held = xbf_held,
	.move = xbf_move,
	.is_ready = xbf_is_ready,
};

struct xsplit_driver xbf_driver = {
	.name = "vbd",
	.side = XSPLIT_FRONT,
	.offered = XenbusStateInitialised,
	.ops = &front_ops,
};
