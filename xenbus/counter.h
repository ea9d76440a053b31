/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a queue, shown in debugfs as "name value" lines.
 */
#ifndef XSPLIT_XENBUS_COUNTER_H
#define XSPLIT_XENBUS_COUNTER_H

#include <linux/types.h>

struct dentry;

/**
 * struct xsplit_counter - one line
 * @name: shown name
 * @offset: of a u64 in the object given to xsplit_counters_add(); written by
 *	one context at a time with xsplit_count()
 */
struct xsplit_counter {
	const char *name;
	size_t offset;
};

/* Add to a counter with a single writer; readers may be anywhere. */
static inline void xsplit_count(u64 *counter, u64 n)
{
	WRITE_ONCE(*counter, *counter + n);
}

/**
 * xsplit_counters_add - show a table of counters
 * @parent: e.g. link->debugfs
 * @file: file name, e.g. "queue0"
 * @table: lines, ended by an entry without a name; static data
 * @base: the object the offsets are relative to
 *
 * Context: may sleep. Return: to be given to xsplit_counters_remove() before
 * @base is freed.
 */
struct dentry *xsplit_counters_add(struct dentry *parent, const char *file,
				   const struct xsplit_counter *table, void *base);

/**
 * xsplit_counters_remove - take it away again; no reader is left on return
 * @file: as returned by xsplit_counters_add(), or NULL
 *
 * Context: may sleep.
 */
void xsplit_counters_remove(struct dentry *file);

#endif /* XSPLIT_XENBUS_COUNTER_H */
