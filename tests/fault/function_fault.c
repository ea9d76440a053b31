// SPDX-License-Identifier: GPL-2.0
/*
 * Fault injection at functions: a caller is delayed there, spinning, which widens the
 * windows of races. For tests on the rig only.
 *
 *	insmod function_fault.ko of=xen_split at=queue_work_on,xen_split:link_work \
 *		delay_ms=400,2000
 *
 * With enomem=2 the first two calls return -ENOMEM instead.
 *
 * Only calls count in which the function belongs to module @of, or its caller does.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>

#define MAX_FUNCTIONS 4

static char *of;
module_param(of, charp, 0444);
MODULE_PARM_DESC(of, "The module that has the functions or calls them, as in /proc/modules");

static char *at[MAX_FUNCTIONS];
static unsigned int nr;
module_param_array(at, charp, &nr, 0444);
MODULE_PARM_DESC(at, "Functions");

static unsigned int delay_ms[MAX_FUNCTIONS];
module_param_array(delay_ms, uint, NULL, 0644);
MODULE_PARM_DESC(delay_ms, "Milliseconds of delay at each of them");

static int enomem;
module_param(enomem, int, 0644);
MODULE_PARM_DESC(enomem, "How many more calls return -ENOMEM; for functions that return an error");

static atomic_t hits = ATOMIC_INIT(0);

static int get_hits(char *buf, const struct kernel_param *param)
{
	return sysfs_emit(buf, "%d\n", atomic_read(&hits));
}

static const struct kernel_param_ops hits_ops = { .get = get_hits };
module_param_cb(hits, &hits_ops, NULL, 0444);
MODULE_PARM_DESC(hits, "Calls delayed or failed so far");

static struct kprobe probe[MAX_FUNCTIONS];

/* sprint_symbol() writes "name+0x10/0x20 [module]". */
static bool is_in_module(unsigned long addr)
{
	char text[KSYM_SYMBOL_LEN];
	char *name;

	sprint_symbol(text, addr);
	name = strrchr(text, '[');
	return name && !strncmp(name + 1, of, strlen(of));
}

static notrace int return_enomem(void)
{
	return -ENOMEM;
}

/* Processors that compete for the last one must not fail more calls than were asked for. */
static bool must_fail(void)
{
	int left = READ_ONCE(enomem);

	return left > 0 && cmpxchg(&enomem, left, left - 1) == left;
}

static int function_entered(struct kprobe *p, struct pt_regs *regs)
{
	unsigned long caller = *(unsigned long *)kernel_stack_pointer(regs);

	if (of && !is_in_module((unsigned long)p->addr) && !is_in_module(caller))
		return 0;
	atomic_inc(&hits);
	mdelay(READ_ONCE(delay_ms[p - probe]));
	if (!must_fail())
		return 0;
	regs->ip = (unsigned long)return_enomem;
	return 1;
}

/* A probe with a post handler is not optimised to a jump, so the other may change regs->ip. */
static void function_left(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

static int __init function_fault_init(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < nr; i++) {
		probe[i].symbol_name = at[i];
		probe[i].pre_handler = function_entered;
		probe[i].post_handler = function_left;
		err = register_kprobe(&probe[i]);
	}
	if (!err)
		return 0;
	for (i--; i--;)
		unregister_kprobe(&probe[i]);
	return err;
}
module_init(function_fault_init);

static void __exit function_fault_exit(void)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		unregister_kprobe(&probe[i]);
}
module_exit(function_fault_exit);

MODULE_DESCRIPTION("Delays or fails calls of functions, for tests");
MODULE_LICENSE("GPL");
