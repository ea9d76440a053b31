// SPDX-License-Identifier: GPL-2.0
/*
 * Minor numbers.
 */
#include <linux/errno.h>
#include <linux/mutex.h>

#include "blkfront/minor.h"

static DEFINE_MUTEX(minors_lock);	/* protects minors_taken */
static LIST_HEAD(minors_taken);

static bool is_taken(u32 first, u32 nr)
{
	struct xbf_minors *other;

	lockdep_assert_held(&minors_lock);
	list_for_each_entry(other, &minors_taken, node)
		if (first < other->first + other->nr && other->first < first + nr)
			return true;
	return false;
}

int xbf_minors_take(struct xbf_minors *minors, u32 first, u32 nr)
{
	int err = -EBUSY;

	mutex_lock(&minors_lock);
	if (!is_taken(first, nr)) {
		minors->first = first;
		minors->nr = nr;
		list_add(&minors->node, &minors_taken);
		err = 0;
	}
	mutex_unlock(&minors_lock);
	return err;
}

void xbf_minors_give(struct xbf_minors *minors)
{
	if (!minors->nr)
		return;
	mutex_lock(&minors_lock);
	list_del(&minors->node);
	mutex_unlock(&minors_lock);
	minors->nr = 0;
}
