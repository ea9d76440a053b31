// SPDX-License-Identifier: GPL-2.0
/* The switch of the latency histograms, and what debugfs shows of them. */

#include <linux/debugfs.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>

#include "compat/module.h"
#include "xenbus/counter.h"
#include "xenbus/debug.h"
#include "xenbus/latency.h"
#include "xenbus/private.h"

DEFINE_STATIC_KEY_FALSE(xsplit_latency_key);
XSPLIT_EXPORT(xsplit_latency_key);

u64 xsplit_latency_since;
XSPLIT_EXPORT(xsplit_latency_since);

/* Protects the switch: a time to begin with belongs to each switching on. */
static DEFINE_MUTEX(switch_lock);

static int switch_get(void *unused, u64 *on)
{
	*on = xsplit_latency_on();
	return 0;
}

static int switch_set(void *unused, u64 on)
{
	if (on > 1)
		return -EINVAL;
	mutex_lock(&switch_lock);
	if (!on) {
		static_branch_disable(&xsplit_latency_key);
	} else if (!xsplit_latency_on()) {
		WRITE_ONCE(xsplit_latency_since, ktime_get_ns());
		static_branch_enable(&xsplit_latency_key);
	}
	mutex_unlock(&switch_lock);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(switch_fops, switch_get, switch_set, "%llu\n");

void xsplit_latency_init(void)
{
	debugfs_create_file_unsafe("latency", 0644, xsplit_debugfs, NULL, &switch_fops);
}

/* Counters that are 0 are left out: most times of a stage are of few lengths. */
static void show(struct seq_file *seq, const char *name, const struct xsplit_histogram *histogram)
{
	unsigned int class;
	u64 nr, bound;

	for (class = 0; class < XSPLIT_NR_TIMES; class++) {
		nr = xsplit_counted(&histogram->times[class]);
		bound = xsplit_time_bound(class);
		if (!nr)
			continue;
		if (bound)
			seq_printf(seq, "%s_below_%llu_us %llu\n", name, bound, nr);
		else
			seq_printf(seq, "%s_longer %llu\n", name, nr);
	}
	seq_printf(seq, "%s_sum_us %llu\n", name, xsplit_counted(&histogram->sum_us));
}

static int xsplit_latency_show(struct seq_file *seq, void *unused)
{
	const struct xsplit_debug_file *file = seq->private;
	const struct xsplit_counter *line;

	for (line = file->table; line->name; line++)
		show(seq, line->name, file->base + line->offset);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(xsplit_latency);

struct dentry *xsplit_latency_add(struct dentry *parent, const char *name,
				  const struct xsplit_counter *table, void *base)
{
	return xsplit_debug_file_add(parent, name, &xsplit_latency_fops, table, base);
}
