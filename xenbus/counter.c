// SPDX-License-Identifier: GPL-2.0
/* Counters of a queue, shown in debugfs as "name value" lines. */

#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "compat/module.h"
#include "xenbus/counter.h"

struct counter_file {
	const struct xsplit_counter *table;
	void *base;
};

static int counters_show(struct seq_file *seq, void *unused)
{
	const struct counter_file *file = seq->private;
	const struct xsplit_counter *line;

	for (line = file->table; line->name; line++)
		seq_printf(seq, "%s %llu\n", line->name, xsplit_counter_value(line, file->base));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

struct dentry *xsplit_counters_add(struct dentry *parent, const char *name,
				   const struct xsplit_counter *table, void *base)
{
	struct counter_file *file = kmalloc(sizeof(*file), GFP_KERNEL);
	struct dentry *dentry;

	if (!file)
		return NULL;
	*file = (struct counter_file){ .table = table, .base = base };
	dentry = debugfs_create_file(name, 0444, parent, file, &counters_fops);
	if (!IS_ERR(dentry))
		return dentry;
	kfree(file);
	return NULL;
}
XSPLIT_EXPORT(xsplit_counters_add);

struct dentry *xsplit_queue_counters_add(struct dentry *parent, unsigned int index,
					 const struct xsplit_counter *table, void *base)
{
	char name[16];

	snprintf(name, sizeof(name), "queue%u", index);
	return xsplit_counters_add(parent, name, table, base);
}
XSPLIT_EXPORT(xsplit_queue_counters_add);

void xsplit_counters_remove(struct dentry *dentry)
{
	void *file;

	if (!dentry)
		return;
	file = d_inode(dentry)->i_private;
	debugfs_remove(dentry);
	kfree(file);
}
XSPLIT_EXPORT(xsplit_counters_remove);
