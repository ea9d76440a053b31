// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "back_io.h"

const struct xbb_layout *layout;

void use_wire64(void)
{
	wire = &wire64;
	layout = xbb_layout_find("x86_64-abi");
}

void use_wire32(void)
{
	wire = &wire32;
	layout = xbb_layout_find("x86_32-abi");
}

void back_io_init(struct back_io *io)
{
	memset(io, 0, sizeof(*io));
	io->slot = malloc(wire->slot_bytes);
	io->descriptor = malloc(4096);
	memset(io->slot, 0xa5, wire->slot_bytes);
	memset(io->descriptor, 0xa5, 4096);
	io->limits = (struct xbb_limits){
		.sectors = 1000, .sector_size = 512, .discard = true,
		.secure = true,
	};
}

void back_io_free(struct back_io *io)
{
	free(io->slot);
	free(io->descriptor);
}

void back_io_run(struct back_io *io)
{
	xbb_decode(layout, io->slot, &io->req, io->segs);
	io->status = xbb_judge(&io->limits, &io->req);
	if (io->status || io->req.kind == XBB_DISCARD)
		return;
	if (xbb_is_indirect(&io->req))
		xbb_decode_segs(io->descriptor, io->req.nr_segs, io->segs);
	io->status = xbb_judge_segs(&io->limits, &io->req, io->segs);
}

void back_io_answer(struct back_io *io, u8 op)
{
	u8 want[128];
	u32 i;

	memset(want, 0xa5, sizeof(want));
	memset(want, 0, wire->rsp_bytes);
	put64(want, 0, REQUEST_ID);
	put8(want, 8, op);
	put16(want, 10, io->status);
	memset(io->slot, 0xa5, wire->slot_bytes);
	xbb_encode_response(layout, io->slot, &io->req, io->status);
	for (i = 0; i < wire->slot_bytes; i++) {
		test_context("byte %u of the response", i);
		EXPECT_EQ(io->slot[i], want[i]);
	}
}
