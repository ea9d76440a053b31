/* SPDX-License-Identifier: GPL-2.0 */
/* The affinity of a frontend's interrupt, which outlives the interrupt. */
#ifndef XSPLIT_XENBUS_AFFINITY_H
#define XSPLIT_XENBUS_AFFINITY_H

#include <linux/types.h>

struct cpumask;
struct xsplit_event;

/* Zeroed before its first use. */
struct xsplit_affinity {
	struct cpumask *mask;	/* of the last interrupt; NULL: unknown */
	bool chosen;		/* an administrator has set @mask */
	bool left;		/* @mask is what this connection's interrupt was left with */
};

/*
 * Give the interrupt of an event that has been opened the affinity that an administrator chose
 * in an earlier connection, or since the last call, or else @initial, or else, if that is NULL,
 * leave it as it is. Context: may sleep.
 */
void xsplit_affinity_restore(struct xsplit_affinity *aff, const struct xsplit_event *event,
			     const struct cpumask *initial);

/*
 * Before an event is closed: if its affinity is no longer as xsplit_affinity_restore() left it,
 * an administrator has chosen it. The event may never have been opened. Context: may sleep.
 */
void xsplit_affinity_save(struct xsplit_affinity *aff, const struct xsplit_event *event);

void xsplit_affinity_free(struct xsplit_affinity *aff);

#endif /* XSPLIT_XENBUS_AFFINITY_H */
