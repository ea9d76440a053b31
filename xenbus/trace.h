/* SPDX-License-Identifier: GPL-2.0 */
/* What the tracepoints of all drivers have in common. */
#ifndef XSPLIT_XENBUS_TRACE_H
#define XSPLIT_XENBUS_TRACE_H

#include <linux/kstrtox.h>
#include <linux/string.h>

#include "xenbus/link.h"

/* The device's number, the last part of its name in xenstore. Context: any. */
static inline u32 xsplit_link_number(const struct xsplit_link *link)
{
	const char *name = strrchr(link->own_dir, '/');
	u32 number;

	return name && !kstrtou32(name + 1, 10, &number) ? number : 0;
}

/* Every event names its queue: the other end's domain, the device, the number of the queue. */
#define XSPLIT_TRACE_FIELDS							\
	__field(u16, peer)							\
	__field(u32, dev)							\
	__field(u32, queue)

#define xsplit_trace_queue(entry, link, index)					\
	do {									\
		(entry)->peer = xsplit_link_peer(link);				\
		(entry)->dev = xsplit_link_number(link);			\
		(entry)->queue = (index);					\
	} while (0)

#define XSPLIT_TRACE_FORMAT "peer=%u dev=%u queue=%u"
#define XSPLIT_TRACE_VALUES __entry->peer, __entry->dev, __entry->queue

#endif /* XSPLIT_XENBUS_TRACE_H */
