/* SPDX-License-Identifier: GPL-2.0 */
/* Counting, and the counters of the grant layer for each queue. */
#ifndef XSPLIT_GRANT_COUNT_H
#define XSPLIT_GRANT_COUNT_H

#include <linux/compiler.h>
#include <linux/types.h>

/* Add to a counter with a single writer. */
static inline void xsplit_count(u64 *counter, u64 n)
{
	WRITE_ONCE(*counter, *counter + n);
}

/* Hypercalls of a queue, and the operations in them. */
struct xsplit_grant_count {
	u64 map_calls;
	u64 map_ops;
	u64 unmap_calls;
	u64 unmap_ops;
	u64 copy_calls;
	u64 copy_ops;
	u64 copy_bytes;
	u64 errors;		/* single operations that failed */
	u64 quarantined;	/* lent pages that the peer still held at their end */
};

/* Lines for a struct xsplit_counter table whose object has a member @member. */
#define XSPLIT_NAMED_GRANT_COUNTERS(prefix, type, member)				\
	{ prefix "map_hypercalls", offsetof(type, member.map_calls) },			\
	{ prefix "map_ops", offsetof(type, member.map_ops) },				\
	{ prefix "unmap_hypercalls", offsetof(type, member.unmap_calls) },		\
	{ prefix "unmap_ops", offsetof(type, member.unmap_ops) },			\
	{ prefix "copy_hypercalls", offsetof(type, member.copy_calls) },		\
	{ prefix "copy_ops", offsetof(type, member.copy_ops) },				\
	{ prefix "copy_bytes", offsetof(type, member.copy_bytes) },			\
	{ prefix "grant_errors", offsetof(type, member.errors) },			\
	{ prefix "quarantined", offsetof(type, member.quarantined) }

#define XSPLIT_GRANT_COUNTERS(type, member) XSPLIT_NAMED_GRANT_COUNTERS("", type, member)

#endif /* XSPLIT_GRANT_COUNT_H */
