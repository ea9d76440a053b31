// SPDX-License-Identifier: GPL-2.0
/*
 * Event-loss fault injection: of the notifications that drivers send to other domains,
 * each n-th is dropped, as if the hypervisor had lost it. For tests on the rig only.
 *
 *	insmod event_loss.ko; echo 10 >/sys/module/event_loss/parameters/every
 *
 * A kprobe at the start of notify_remote_via_irq() returns in its stead. The caller cannot
 * be relied upon, because the compiler may have turned the call into a jump. Interrupts
 * between processors of this domain are recognised by their chip, and pass.
 *
 * A kretprobe delays the return from binding an interdomain channel, so that events come
 * before the driver knows the interrupt's number.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/irq.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>

static unsigned int every;
module_param(every, uint, 0644);
MODULE_PARM_DESC(every, "Drop each n-th notification; 0: none");

static unsigned int irq;
module_param(irq, uint, 0644);
MODULE_PARM_DESC(irq, "Drop notifications of this interrupt only; 0: of all");

static int limit = INT_MAX;
module_param(limit, int, 0644);
MODULE_PARM_DESC(limit, "How many more to drop at most");

static unsigned int bind_delay_ms;
module_param(bind_delay_ms, uint, 0644);
MODULE_PARM_DESC(bind_delay_ms, "Milliseconds by which binding another domain's channel is delayed");

static atomic_t seen = ATOMIC_INIT(0);
static atomic_t dropped = ATOMIC_INIT(0);

static int get_dropped(char *buf, const struct kernel_param *param)
{
	return sysfs_emit(buf, "%d\n", atomic_read(&dropped));
}

static const struct kernel_param_ops dropped_ops = { .get = get_dropped };
module_param_cb(dropped, &dropped_ops, NULL, 0444);
MODULE_PARM_DESC(dropped, "Notifications dropped so far");

static notrace void return_at_once(void)
{
}

/* What the processors of this domain send to each other is not a driver's event. */
static bool is_internal(unsigned int nr)
{
	const struct irq_chip *chip = irq_get_chip(nr);

	return !chip || !strcmp(chip->name, "xen-percpu");
}

/* Processors that compete for the last one must not drop more than the limit. */
static bool take_one(void)
{
	int left = READ_ONCE(limit);

	return left > 0 && cmpxchg(&limit, left, left - 1) == left;
}

static bool must_drop(const struct pt_regs *regs)
{
	unsigned int n = READ_ONCE(every), only = READ_ONCE(irq);
	/* An int argument leaves the upper half of the register undefined. */
	unsigned int nr = regs->di;

	if (!n || (only && nr != only) || is_internal(nr))
		return false;
	if ((unsigned int)atomic_inc_return(&seen) % n || !take_one())
		return false;
	atomic_inc(&dropped);
	return true;
}

static int notify_entered(struct kprobe *probe, struct pt_regs *regs)
{
	if (!must_drop(regs))
		return 0;
	regs->ip = (unsigned long)return_at_once;
	return 1;
}

/* A probe with a post handler is not optimised to a jump, so the other may change regs->ip. */
static void notify_left(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe notify_probe = {
	.symbol_name = "notify_remote_via_irq",
	.pre_handler = notify_entered,
	.post_handler = notify_left,
};

static int bind_returned(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	mdelay(READ_ONCE(bind_delay_ms));
	return 0;
}

static struct kretprobe bind_probe = {
	.kp.symbol_name = "bind_interdomain_evtchn_to_irqhandler_lateeoi",
	.handler = bind_returned,
};

static int __init event_loss_init(void)
{
	int err = register_kprobe(&notify_probe);

	if (err)
		return err;
	err = register_kretprobe(&bind_probe);
	if (err)
		unregister_kprobe(&notify_probe);
	return err;
}
module_init(event_loss_init);

static void __exit event_loss_exit(void)
{
	unregister_kretprobe(&bind_probe);
	unregister_kprobe(&notify_probe);
}
module_exit(event_loss_exit);

MODULE_DESCRIPTION("Drops events between domains, for tests");
MODULE_LICENSE("GPL");
