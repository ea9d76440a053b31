/* SPDX-License-Identifier: GPL-2.0 */
/* Files of debugfs; shared by the files of xenbus/ only. */
#ifndef XSPLIT_XENBUS_DEBUG_H
#define XSPLIT_XENBUS_DEBUG_H

#include <linux/fs.h>

struct xsplit_counter;

/* What a file of debugfs shows. */
struct xsplit_debug_file {
	const struct xsplit_counter *table;
	void *base;
};

/*
 * Make a file whose private data is a struct xsplit_debug_file. Return: for
 * xsplit_counters_remove(), or NULL. May sleep.
 */
struct dentry *xsplit_debug_file_add(struct dentry *parent, const char *name,
				     const struct file_operations *fops,
				     const struct xsplit_counter *table, void *base);

/* The same for the histograms of a table. */
struct dentry *xsplit_latency_add(struct dentry *parent, const char *name,
				  const struct xsplit_counter *table, void *base);

/* Make the file that switches them on. Context: the module's init. */
void xsplit_latency_init(void);

#endif /* XSPLIT_XENBUS_DEBUG_H */
