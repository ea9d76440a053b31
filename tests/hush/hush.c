// SPDX-License-Identifier: GPL-2.0
/*
 * Loses events: of the notifications that drivers send to other domains, each n-th
 * is swallowed, as if the hypervisor had lost it. For tests on the rig only.
 *
 *	insmod hush.ko; echo 10 >/sys/module/hush/parameters/every
 *
 * A probe at the start of the kernel's function returns in its stead. Who calls does not
 * count, for a compiler may have made a jump of the call: interrupts between processors
 * of this domain are told by their interrupt, and pass.
 *
 * Another probe has whoever binds a channel learn of it late: events come before that.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/irq.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>

static unsigned int every;
module_param(every, uint, 0644);
MODULE_PARM_DESC(every, "Each n-th notification is swallowed; 0: none");

static unsigned int irq;
module_param(irq, uint, 0644);
MODULE_PARM_DESC(irq, "Only those of this interrupt; 0: of all");

static int most = INT_MAX;
module_param(most, int, 0644);
MODULE_PARM_DESC(most, "How many more are swallowed at most");

static unsigned int late;
module_param(late, uint, 0644);
MODULE_PARM_DESC(late, "Milliseconds that binding to another domain's channel takes longer");

static atomic_t seen = ATOMIC_INIT(0);
static atomic_t swallowed = ATOMIC_INIT(0);

static int get_swallowed(char *buf, const struct kernel_param *param)
{
	return sysfs_emit(buf, "%d\n", atomic_read(&swallowed));
}

static const struct kernel_param_ops swallowed_ops = { .get = get_swallowed };
module_param_cb(swallowed, &swallowed_ops, NULL, 0444);
MODULE_PARM_DESC(swallowed, "How many were");

static notrace void nothing(void)
{
}

/* What processors of this domain send to each other. */
static bool is_internal(unsigned int nr)
{
	const struct irq_chip *chip = irq_get_chip(nr);

	return !chip || !strcmp(chip->name, "xen-percpu");
}

/* Never more than were asked for, whoever else takes one now. */
static bool take_one(void)
{
	int left = READ_ONCE(most);

	return left > 0 && cmpxchg(&most, left, left - 1) == left;
}

static bool unlucky(const struct pt_regs *regs)
{
	unsigned int n = READ_ONCE(every), only = READ_ONCE(irq);
	/* The upper half of the register is nobody's. */
	unsigned int nr = regs->di;

	if (!n || (only && nr != only) || is_internal(nr))
		return false;
	if ((unsigned int)atomic_inc_return(&seen) % n || !take_one())
		return false;
	atomic_inc(&swallowed);
	return true;
}

static int at_notification(struct kprobe *probe, struct pt_regs *regs)
{
	if (!unlucky(regs))
		return 0;
	regs->ip = (unsigned long)nothing;
	return 1;
}

/* Having one says that the other may change where to go on. */
static void after_notification(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe probe = {
	.symbol_name = "notify_remote_via_irq",
	.pre_handler = at_notification,
	.post_handler = after_notification,
};

static int after_binding(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	mdelay(READ_ONCE(late));
	return 0;
}

static struct kretprobe binding = {
	.kp.symbol_name = "bind_interdomain_evtchn_to_irqhandler_lateeoi",
	.handler = after_binding,
};

static int __init hush_init(void)
{
	int err = register_kprobe(&probe);

	if (err)
		return err;
	err = register_kretprobe(&binding);
	if (err)
		unregister_kprobe(&probe);
	return err;
}
module_init(hush_init);

static void __exit hush_exit(void)
{
	unregister_kretprobe(&binding);
	unregister_kprobe(&probe);
}
module_exit(hush_exit);

MODULE_DESCRIPTION("Loses events between domains, for tests");
MODULE_LICENSE("GPL");
