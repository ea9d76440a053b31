// SPDX-License-Identifier: GPL-2.0
/*
 * Allocation fault injection: each call site of an allocator in a module fails once, as if
 * there were no memory. For tests on the rig only.
 *
 *	insmod alloc_fault.ko
 *	echo "xen_blkback:xbb_create+0x1d null" >/sys/kernel/debug/alloc_fault/sites
 *	echo 1 >/sys/module/alloc_fault/parameters/budget
 *
 * A site is the call or jump to an allocator, and has what a failed call returns: "null",
 * "errptr" or "errno". At a site that has not failed yet the allocator is not called, and the
 * budget is one less; without a budget all calls pass. Sites may be named before their
 * module is loaded: they are in force before the module's own initialisation.
 *
 * failslab and fail_page_alloc cannot do this: on x86-64 they do not know the caller.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kprobes.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define MAX_SITES	512
#define MAX_TEXT	100

#define OPCODE_CALL	0xe8
#define OPCODE_JMP	0xe9
/* An opcode and a distance of 32 bits. */
#define CALL_BYTES	5

struct fault_site {
	struct list_head entry;
	struct kprobe probe;
	/* What a failed call returns. */
	unsigned long value;
	/* The module's name, and in @function the function's; @symbol is both. */
	char module[MODULE_NAME_LEN];
	char symbol[MAX_TEXT];
	unsigned int offset;
	bool jumps;
	/* Why the probe is not there: an error, or 0 if it is. */
	int absent;
	atomic_t hits;
	atomic_t failed;
};

static atomic_t budget = ATOMIC_INIT(0);

static int set_budget(const char *text, const struct kernel_param *param)
{
	int value, err = kstrtoint(text, 0, &value);

	if (!err)
		atomic_set(&budget, value);
	return err;
}

static int get_budget(char *buf, const struct kernel_param *param)
{
	return sysfs_emit(buf, "%d\n", atomic_read(&budget));
}

static const struct kernel_param_ops budget_ops = { .set = set_budget, .get = get_budget };
module_param_cb(budget, &budget_ops, NULL, 0644);
MODULE_PARM_DESC(budget, "How many more sites may fail");

/* Protects the list, its sites' probes and @leaving. */
static DEFINE_MUTEX(sites_lock);
static LIST_HEAD(sites);
static unsigned int nr_sites;
static struct kprobe *leaving[MAX_SITES];
static struct dentry *folder;

static const struct {
	const char *name;
	unsigned long value;
} kinds[] = {
	{ "null", 0 },
	{ "errptr", (unsigned long)-ENOMEM },
	/* The callers of these read an int. */
	{ "errno", (unsigned long)-ENOMEM },
};

/* Behind a jump the stack is that of a function that has just been called. */
static notrace unsigned long return_null(void)
{
	return 0;
}

static notrace unsigned long return_enomem(void)
{
	return (unsigned long)-ENOMEM;
}

static bool site_must_fail(struct fault_site *site)
{
	atomic_inc(&site->hits);
	if (atomic_read(&site->failed) || atomic_dec_if_positive(&budget) < 0)
		return false;
	if (!atomic_cmpxchg(&site->failed, 0, 1))
		return true;
	atomic_inc(&budget);
	return false;
}

static int site_entered(struct kprobe *probe, struct pt_regs *regs)
{
	struct fault_site *site = container_of(probe, struct fault_site, probe);

	if (!site_must_fail(site))
		return 0;
	if (site->jumps) {
		regs->ip = (unsigned long)(site->value ? return_enomem : return_null);
		return 1;
	}
	regs->ax = site->value;
	regs->ip = (unsigned long)probe->addr + CALL_BYTES;
	return 1;
}

/* A probe with a post handler is not optimised to a jump, so the other may change regs->ip. */
static void site_left(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

/* What is at the address must be what the site was taken for. */
static int site_check(struct fault_site *site)
{
	u8 opcode = site->probe.opcode;

	site->jumps = opcode == OPCODE_JMP;
	return opcode == OPCODE_CALL || site->jumps ? 0 : -EILSEQ;
}

static void site_register(struct fault_site *site)
{
	site->probe = (struct kprobe) {
		.symbol_name = site->symbol,
		.offset = site->offset,
		.pre_handler = site_entered,
		.post_handler = site_left,
		/* Until it is known what is there. */
		.flags = KPROBE_FLAG_DISABLED,
	};
	site->absent = register_kprobe(&site->probe);
	if (site->absent)
		return;
	site->absent = site_check(site) ?: enable_kprobe(&site->probe);
	if (site->absent)
		unregister_kprobe(&site->probe);
}

/* All sites of a module, or all. One wait for those who are in a probe is enough. */
static void sites_unregister(const char *module)
{
	struct fault_site *site;
	int nr = 0;

	list_for_each_entry(site, &sites, entry) {
		if (site->absent || (module && strcmp(site->module, module)))
			continue;
		leaving[nr++] = &site->probe;
		site->absent = -ENOENT;
	}
	unregister_kprobes(leaving, nr);
}

/* All sites of a module whose probes are not there yet. */
static void sites_register(const char *module)
{
	struct fault_site *site;

	list_for_each_entry(site, &sites, entry)
		if (site->absent && !strcmp(site->module, module))
			site_register(site);
}

/* A module comes before its own initialisation runs, and goes behind its exit. */
static int module_changed(struct notifier_block *block, unsigned long what, void *data)
{
	struct module *module = data;

	mutex_lock(&sites_lock);
	if (what == MODULE_STATE_COMING)
		sites_register(module->name);
	else if (what == MODULE_STATE_GOING)
		sites_unregister(module->name);
	mutex_unlock(&sites_lock);
	return NOTIFY_OK;
}

static struct notifier_block notifier = { .notifier_call = module_changed };

/* "MODULE:FUNCTION+0xOFFSET KIND" */
static int site_parse(struct fault_site *site, char *text)
{
	char *kind = strchr(text, ' '), *offset = strchr(text, '+'), *colon = strchr(text, ':');
	unsigned int i;

	if (!kind || !offset || !colon || colon > offset || offset > kind)
		return -EINVAL;
	*kind++ = *offset++ = '\0';
	if (strscpy(site->symbol, text, sizeof(site->symbol)) < 0)
		return -EINVAL;
	*colon = '\0';
	if (strscpy(site->module, text, sizeof(site->module)) < 0)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kind, kinds[i].name))
			break;
	if (i == ARRAY_SIZE(kinds))
		return -EINVAL;
	site->value = kinds[i].value;
	return kstrtouint(offset, 0, &site->offset);
}

static int site_add(char *text)
{
	struct fault_site *site = kzalloc(sizeof(*site), GFP_KERNEL);
	int err;

	if (!site)
		return -ENOMEM;
	site->absent = -ENOENT;
	err = site_parse(site, text);
	if (err)
		goto free_site;
	mutex_lock(&sites_lock);
	if (nr_sites == MAX_SITES) {
		mutex_unlock(&sites_lock);
		err = -ENOSPC;
		goto free_site;
	}
	nr_sites++;
	list_add_tail(&site->entry, &sites);
	/* Fails if its module is not loaded. */
	site_register(site);
	mutex_unlock(&sites_lock);
	return 0;

free_site:
	kfree(site);
	return err;
}

static ssize_t sites_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	char text[MAX_TEXT];
	int err;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	text[len] = '\0';
	err = site_add(strim(text));
	return err ?: len;
}

static int sites_show(struct seq_file *seq, void *data)
{
	struct fault_site *site;

	mutex_lock(&sites_lock);
	list_for_each_entry(site, &sites, entry)
		seq_printf(seq, "%s+0x%x hits %d failed %d absent %d\n", site->symbol, site->offset,
			   atomic_read(&site->hits), atomic_read(&site->failed), site->absent);
	mutex_unlock(&sites_lock);
	return 0;
}

static int sites_open(struct inode *inode, struct file *file)
{
	return single_open(file, sites_show, NULL);
}

static const struct file_operations sites_ops = {
	.owner = THIS_MODULE,
	.open = sites_open,
	.read = seq_read,
	.write = sites_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int __init alloc_fault_init(void)
{
	int err = register_module_notifier(&notifier);

	if (err)
		return err;
	folder = debugfs_create_dir("alloc_fault", NULL);
	debugfs_create_file("sites", 0600, folder, NULL, &sites_ops);
	return 0;
}
module_init(alloc_fault_init);

static void __exit alloc_fault_exit(void)
{
	struct fault_site *site, *next;

	debugfs_remove(folder);
	unregister_module_notifier(&notifier);
	sites_unregister(NULL);
	list_for_each_entry_safe(site, next, &sites, entry)
		kfree(site);
}
module_exit(alloc_fault_exit);

MODULE_DESCRIPTION("Fails each call of an allocator once, for tests");
MODULE_LICENSE("GPL");
