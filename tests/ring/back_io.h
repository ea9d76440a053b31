/* SPDX-License-Identifier: GPL-2.0 */
/* A slot on its whole way through the backend's judgement. */
#ifndef TEST_BACK_IO_H
#define TEST_BACK_IO_H

#include "blkback/request.h"
#include "wire.h"

/**
 * struct back_io - what a slot says, and what was made of it
 * @slot: exactly as long as a slot, so that one byte more is noticed
 * @descriptor: a page of segments
 * @limits: of the disk
 * @req: as decoded and judged
 * @segs: as taken
 * @status: the verdict
 */
struct back_io {
	u8 *slot;
	u8 *descriptor;
	struct xbb_limits limits;
	struct xbb_request req;
	struct xbb_seg segs[XBB_MAX_SEGS];
	int status;
};

extern const struct xbb_layout *layout;

void use_wire64(void);
void use_wire32(void);

/* A slot full of 0xA5, and a disk of 1000 sectors of 512 bytes. */
void back_io_init(struct back_io *io);
void back_io_free(struct back_io *io);

/* decode, judge, take the descriptor's segments, judge them. */
void back_io_run(struct back_io *io);

/* Answer into a slot of 0xA5 and check every byte of it. */
void back_io_answer(struct back_io *io, u8 op);

#endif
