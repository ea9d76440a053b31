// SPDX-License-Identifier: GPL-2.0
/* Counters of a queue and the state of its rings, shown in debugfs as "name value" lines. */

#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "compat/module.h"
#include "xenbus/counter.h"
#include "xenbus/debug.h"
#include "xenbus/ring.h"

/* Room for "latency" and a number. */
#define FILE_NAME_LEN 20

static int counters_show(struct seq_file *seq, void *unused)
{
	const struct xsplit_debug_file *file = seq->private;
	const struct xsplit_counter *line;

	for (line = file->table; line->name; line++)
		seq_printf(seq, "%s %llu\n", line->name, xsplit_counter_value(line, file->base));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

/*
 * What the peer has shown may be anything, so it is bounded. A ring at work changes while it is
 * read, so that the numbers need not fit together.
 */
static void show_ring(struct seq_file *seq, const char *prefix, const struct xsplit_ring *ring,
		      bool back)
{
	u32 cons = READ_ONCE(ring->cons), prod = READ_ONCE(ring->prod);

	seq_printf(seq, "%sslots %u\n", prefix, ring->size);
	if (back)
		seq_printf(seq, "%swaiting %u\n", prefix,
			   min(xsplit_ring_req_prod(ring) - cons, ring->size));
	seq_printf(seq, "%sbusy %u\n", prefix, min(back ? cons - prod : prod - cons, ring->size));
}

static void show_rings(struct seq_file *seq, bool back)
{
	const struct xsplit_debug_file *file = seq->private;
	const struct xsplit_counter *line;

	for (line = file->table; line->name; line++)
		show_ring(seq, line->name, file->base + line->offset, back);
}

static int back_rings_show(struct seq_file *seq, void *unused)
{
	show_rings(seq, true);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(back_rings);

static int front_rings_show(struct seq_file *seq, void *unused)
{
	show_rings(seq, false);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(front_rings);

/* --- files ---------------------------------------------------------------- */

struct dentry *xsplit_debug_file_add(struct dentry *parent, const char *name,
				     const struct file_operations *fops,
				     const struct xsplit_counter *table, void *base)
{
	struct xsplit_debug_file *file = kmalloc(sizeof(*file), GFP_KERNEL);
	struct dentry *dentry;

	if (!file)
		return NULL;
	*file = (struct xsplit_debug_file){ .table = table, .base = base };
	dentry = debugfs_create_file(name, 0444, parent, file, fops);
	if (!IS_ERR(dentry))
		return dentry;
	kfree(file);
	return NULL;
}

struct dentry *xsplit_counters_add(struct dentry *parent, const char *name,
				   const struct xsplit_counter *table, void *base)
{
	return xsplit_debug_file_add(parent, name, &counters_fops, table, base);
}
XSPLIT_EXPORT(xsplit_counters_add);

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

void xsplit_queue_files_add(struct xsplit_queue_files *files, struct dentry *parent,
			    unsigned int index, const struct xsplit_queue_tables *tables,
			    void *base)
{
	char name[FILE_NAME_LEN];

	snprintf(name, sizeof(name), "queue%u", index);
	files->counters = xsplit_counters_add(parent, name, tables->counters, base);
	snprintf(name, sizeof(name), "latency%u", index);
	files->latency = xsplit_latency_add(parent, name, tables->latency, base);
	snprintf(name, sizeof(name), "ring%u", index);
	files->rings = xsplit_debug_file_add(parent, name, tables->back ? &back_rings_fops :
					     &front_rings_fops, tables->rings, base);
}
XSPLIT_EXPORT(xsplit_queue_files_add);

void xsplit_queue_files_remove(struct xsplit_queue_files *files)
{
	xsplit_counters_remove(files->counters);
	xsplit_counters_remove(files->latency);
	xsplit_counters_remove(files->rings);
	*files = (struct xsplit_queue_files){ };
}
XSPLIT_EXPORT(xsplit_queue_files_remove);
