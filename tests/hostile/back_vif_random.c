// SPDX-License-Identifier: GPL-2.0
/*
 * Slots for the guest of all kinds, in any order, and frames with headers that do not fit what
 * is said of them: the guest must drop what makes no sense, and its stack bear the rest.
 */
#include "back_vif.h"
#include "bytes.h"
#include "random.h"

#define RANDOM_SLOTS 4000
#define SHOW_EACH 16
#define DRAIN_MS 2000

/* Mostly what the frontend looks at more closely. */
static struct give random_give(struct back_vif *vif)
{
	static uint8_t frame[2 * PAGE];
	struct give give = { .data = frame };

	if (!random_below(4)) {
		give.is_extra = true;
		give.extra.type = random_below(7);
		give.extra.flags = !random_below(3);
		put32(give.extra.bytes, random_below(0xffffffff));
		/* Size and type of segmentation, low byte first. */
		give.extra.bytes[1] &= random_below(2) ? 0 : 0xff;
		give.extra.bytes[2] = random_below(4);
		return give;
	}
	frame_tcp(&vif->ends, frame, 3000, random_below(0xffffffff));
	/* Lengths in headers, options, fragments and protocols that do not fit. */
	while (random_below(3))
		frame[12 + random_below(40)] = random_below(256);
	give.len = random_below(3) ? random_below(PAGE) : random_below(80);
	give.status = random_below(8) ? give.len : random_below(0x10000) - 0x8000;
	give.offset = random_below(4) ? random_below(PAGE - give.len) : random_below(0x10000);
	if (give.offset % PAGE + give.len > PAGE)
		give.len = PAGE - give.offset % PAGE;
	give.flags = random_below(32);
	give.id_bits = random_below(30) ? 0 : random_below(0x10000);
	return give;
}

static const char *send_random(struct back_vif *vif)
{
	const char *why = back_vif_connect(vif);
	unsigned int i;

	for (i = 0; !why && i < RANDOM_SLOTS; i++) {
		struct give give = random_give(vif);

		if (!back_vif_give(vif, &give))
			return "the guest posts no pages";
		if (i % SHOW_EACH && random_below(4))
			continue;
		ring_show(&vif->rx);
		back_vif_serve_for(vif, 1);
	}
	ring_show(&vif->rx);
	/* What the guest has sent meanwhile is before its answer. */
	back_vif_serve_for(vif, DRAIN_MS);
	return why ? why : back_vif_ping(vif);
}

void back_vif_random(struct back_vif *vif)
{
	back_vif_context(vif, RANDOM_SLOTS);
	report_case("slots of all kinds", send_random(vif));
	report_case("close", back_vif_close(vif));
}
