// SPDX-License-Identifier: GPL-2.0
/*
 * Widens the windows of races: whoever comes by at one of some functions is held up
 * there, spinning. For tests on the rig only.
 *
 *	insmod linger.ko of=xen_split at=queue_work_on,xen_split:link_work ms=400,2000
 *
 * With lack=2 the first two who come by turn back, with an error: there is no memory.
 *
 * A function of module @of itself is meant, or one that is called from there.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>

#define MOST 4

static char *of;
module_param(of, charp, 0444);
MODULE_PARM_DESC(of, "Only what this module does, as in /proc/modules");

static char *at[MOST];
static unsigned int nr;
module_param_array(at, charp, &nr, 0444);
MODULE_PARM_DESC(at, "Functions");

static unsigned int ms[MOST];
module_param_array(ms, uint, NULL, 0644);
MODULE_PARM_DESC(ms, "Milliseconds at each of them");

static int lack;
module_param(lack, int, 0644);
MODULE_PARM_DESC(lack, "How many more find no memory, at functions that return 0 or an error");

static atomic_t held = ATOMIC_INIT(0);

static int get_held(char *buf, const struct kernel_param *param)
{
	return sysfs_emit(buf, "%d\n", atomic_read(&held));
}

static const struct kernel_param_ops held_ops = { .get = get_held };
module_param_cb(held, &held_ops, NULL, 0444);
MODULE_PARM_DESC(held, "How often somebody was");

static struct kprobe probe[MOST];

/* "name+0x10/0x20 [module]" */
static bool is_in_module(unsigned long addr)
{
	char text[KSYM_SYMBOL_LEN];
	char *name;

	sprint_symbol(text, addr);
	name = strrchr(text, '[');
	return name && !strncmp(name + 1, of, strlen(of));
}

static notrace int no_memory(void)
{
	return -ENOMEM;
}

/* Never more than were asked for, whoever else turns back now. */
static bool turns_back(void)
{
	int left = READ_ONCE(lack);

	return left > 0 && cmpxchg(&lack, left, left - 1) == left;
}

static int arrived(struct kprobe *p, struct pt_regs *regs)
{
	unsigned long caller = *(unsigned long *)kernel_stack_pointer(regs);

	if (of && !is_in_module((unsigned long)p->addr) && !is_in_module(caller))
		return 0;
	atomic_inc(&held);
	mdelay(READ_ONCE(ms[p - probe]));
	if (!turns_back())
		return 0;
	regs->ip = (unsigned long)no_memory;
	return 1;
}

/* Having one says that the other may change where to go on. */
static void passed(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

static int __init linger_init(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < nr; i++) {
		probe[i].symbol_name = at[i];
		probe[i].pre_handler = arrived;
		probe[i].post_handler = passed;
		err = register_kprobe(&probe[i]);
	}
	if (!err)
		return 0;
	for (i--; i--;)
		unregister_kprobe(&probe[i]);
	return err;
}
module_init(linger_init);

static void __exit linger_exit(void)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		unregister_kprobe(&probe[i]);
}
module_exit(linger_exit);

MODULE_DESCRIPTION("Widens the windows of races, for tests");
MODULE_LICENSE("GPL");
