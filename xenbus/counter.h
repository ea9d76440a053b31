/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of a queue, shown in debugfs as "name value" lines. */
#ifndef XSPLIT_XENBUS_COUNTER_H
#define XSPLIT_XENBUS_COUNTER_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include "grant/count.h"

struct dentry;

/* One line. */
struct xsplit_counter {
	const char *name;
	size_t offset;	/* of a u64 in the counted object, written with xsplit_count() */
	size_t second;	/* of another one, to be added to it; 0: none */
};

/*
 * The value of a counter. A 32-bit processor reads and writes it in halves, so it is read
 * until two reads agree. Context: any.
 */
static inline u64 xsplit_counted(const u64 *counter)
{
	u64 n = READ_ONCE(*counter), again;

	if (BITS_PER_LONG == 64)
		return n;
	while ((again = READ_ONCE(*counter)) != n)
		n = again;
	return n;
}

/* Batches are counted by size: 1, 2 to 7, 8 to 31, 32 and more. */
#define XSPLIT_NR_SIZES 4

/* Count a batch of @nr > 0. Context: the counters' writer. */
static inline void xsplit_count_size(u64 sizes[XSPLIT_NR_SIZES], unsigned int nr)
{
	xsplit_count(&sizes[(nr > 1) + (nr > 7) + (nr > 31)], 1);
}

/* Lines of a table whose object has counters @member by size. */
#define XSPLIT_SIZE_COUNTERS(name, type, member)				\
	{ name "_of_1", offsetof(type, member[0]) },				\
	{ name "_of_2_to_7", offsetof(type, member[1]) },			\
	{ name "_of_8_to_31", offsetof(type, member[2]) },			\
	{ name "_of_32_up", offsetof(type, member[3]) }

/* The value of a line of an object. Context: any. */
static inline u64 xsplit_counter_value(const struct xsplit_counter *line, const void *object)
{
	u64 sum = xsplit_counted(object + line->offset);

	return line->second ? sum + xsplit_counted(object + line->second) : sum;
}

/*
 * Show a table of counters of @base as a file in @parent, e.g. link->debugfs. The table is
 * static data and ends with a line without a name. Return: the file, for
 * xsplit_counters_remove() before @base is freed; NULL if there is none. May sleep.
 */
struct dentry *xsplit_counters_add(struct dentry *parent, const char *file,
				   const struct xsplit_counter *table, void *base);

/* Remove @file, unless it is NULL. No reader is left on return. Context: may sleep. */
void xsplit_counters_remove(struct dentry *file);

/* --- what debugfs shows of a queue ---------------------------------------- */

/*
 * Three tables of the same object, each ended by a line without a name: its counters; each struct
 * xsplit_histogram in it, by the name of the stage; and each struct xsplit_ring, by what the
 * names of its lines begin with.
 */
struct xsplit_queue_tables {
	const struct xsplit_counter *counters;
	const struct xsplit_counter *latency;
	const struct xsplit_counter *rings;
	bool back;		/* requests of the rings come from the peer */
};

/* The files "queue<index>", "latency<index>" and "ring<index>"; NULL if there is none. */
struct xsplit_queue_files {
	struct dentry *counters;
	struct dentry *latency;
	struct dentry *rings;
};

/*
 * Show a queue. A file that cannot be made is left out. @tables: static data. @base exists, with
 * the pages of a backend's rings, until xsplit_queue_files_remove(). May sleep.
 */
void xsplit_queue_files_add(struct xsplit_queue_files *files, struct dentry *parent,
			    unsigned int index, const struct xsplit_queue_tables *tables,
			    void *base);

/* Undo it, and do nothing the second time. No reader is left on return. May sleep. */
void xsplit_queue_files_remove(struct xsplit_queue_files *files);

#endif /* XSPLIT_XENBUS_COUNTER_H */
