// SPDX-License-Identifier: GPL-2.0
/*
 * Fault injection at a disk: it declines every flush, and every write through its cache, as
 * not supported, although it claims to have a cache. For tests on the rig only.
 *
 *	insmod flush_fault.ko disk=loop0
 *
 * A kprobe at bio_endio() changes the status; what was written stays.
 */
#include <linux/atomic.h>
#include <linux/blkdev.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>

static char *disk;
module_param(disk, charp, 0444);
MODULE_PARM_DESC(disk, "Name of the disk, as in /sys/block");

static atomic_t declined = ATOMIC_INIT(0);

static int get_declined(char *buf, const struct kernel_param *param)
{
	return sysfs_emit(buf, "%d\n", atomic_read(&declined));
}

static const struct kernel_param_ops declined_ops = { .get = get_declined };
module_param_cb(declined, &declined_ops, NULL, 0444);
MODULE_PARM_DESC(declined, "Flushes declined so far");

static int bio_ends(struct kprobe *p, struct pt_regs *regs)
{
	struct bio *bio = (struct bio *)regs_get_kernel_argument(regs, 0);

	if (!(bio->bi_opf & (REQ_PREFLUSH | REQ_FUA)) || !bio->bi_bdev ||
	    strcmp(bio->bi_bdev->bd_disk->disk_name, disk))
		return 0;
	bio->bi_status = BLK_STS_NOTSUPP;
	atomic_inc(&declined);
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "bio_endio",
	.pre_handler = bio_ends,
};

static int __init flush_fault_init(void)
{
	return disk ? register_kprobe(&probe) : -EINVAL;
}
module_init(flush_fault_init);

static void __exit flush_fault_exit(void)
{
	unregister_kprobe(&probe);
}
module_exit(flush_fault_exit);

MODULE_DESCRIPTION("Has a disk decline flushes, for tests");
MODULE_LICENSE("GPL");
