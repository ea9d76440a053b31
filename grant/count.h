/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of the grant layer, for each queue. */
#ifndef XSPLIT_GRANT_COUNT_H
#define XSPLIT_GRANT_COUNT_H

#include <linux/types.h>

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
#define XSPLIT_GRANT_COUNTERS(type, member)					\
	{ "map_hypercalls", offsetof(type, member.map_calls) },			\
	{ "map_ops", offsetof(type, member.map_ops) },				\
	{ "unmap_hypercalls", offsetof(type, member.unmap_calls) },		\
	{ "unmap_ops", offsetof(type, member.unmap_ops) },			\
	{ "copy_hypercalls", offsetof(type, member.copy_calls) },		\
	{ "copy_ops", offsetof(type, member.copy_ops) },			\
	{ "copy_bytes", offsetof(type, member.copy_bytes) },			\
	{ "grant_errors", offsetof(type, member.errors) },			\
	{ "quarantined", offsetof(type, member.quarantined) }

#endif /* XSPLIT_GRANT_COUNT_H */
