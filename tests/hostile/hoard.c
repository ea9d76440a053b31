// SPDX-License-Identifier: GPL-2.0
#include "hoard.h"
#include "report.h"

static bool has(const struct hoard *hoard, uint32_t ref)
{
	unsigned int i;

	for (i = 0; i < hoard->nr; i++)
		if (hoard->ref[i] == ref)
			return true;
	return false;
}

/* The frontend lends nothing under the reference of a page that we hold. */
void hoard_add(struct hoard *hoard, const struct back *back, uint32_t ref)
{
	if (has(hoard, ref))
		return;
	if (hoard->nr == HOARD_MAX || !map_page(&hoard->page[hoard->nr], back->guest, ref, true))
		die("cannot map more than %u pages", hoard->nr);
	hoard->ref[hoard->nr++] = ref;
}

void hoard_end(struct hoard *hoard)
{
	while (hoard->nr)
		unmap_pages(&hoard->page[--hoard->nr]);
}

const char *hoard_judge(const struct hoard *hoard, struct back *back, const char *failed)
{
	if (hoard->nr <= HOARD_BOUND)
		return reason("with %u pages held: %s", hoard->nr, failed);
	return back_refused(back) ? NULL : back_reason(back, "it does not connect");
}
