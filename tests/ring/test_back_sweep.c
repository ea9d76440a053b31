// SPDX-License-Identifier: GPL-2.0
/*
 * Random chains of slots against a second judge (tx_io.c), written from the
 * protocol's description.
 */
#include "suites.h"
#include "tx_io.h"

#define SWEEP 150000

static void random_extras(struct tx_io *io)
{
	u8 body[6];
	u32 i, more;

	do {
		more = !test_random_below(3);
		for (i = 0; i < 6; i++)
			body[i] = test_random_below(3) ? test_random_below(4) : test_random();
		tx_io_extra(io, test_random_below(8) ? 1 + test_random_below(4) : test_random(),
			    more, body);
	} while (more);
}

/* Mostly sensible, so that all of the rules are reached. */
static void random_chain(struct tx_io *io)
{
	u32 nr = test_random_below(3) ? 1 + test_random_below(19) : 1, i, size, left;
	bool tidy = test_random_below(4), extra = !test_random_below(3);

	left = test_random_below(nr * 3000) + test_random_below(40);
	left = test_random_below(30) ? min_t(u32, left, 65535) : test_random_below(20);
	tx_io_data(io, test_random_below(1000), left,
		   (nr > 1 ? TX_MORE : 0) | (extra ? TX_EXTRA : 0) | test_random_below(4));
	if (extra)
		random_extras(io);
	for (i = 1; i < nr; i++) {
		size = test_random_below(8) ? min_t(u32, left / (nr - i + 1), 4096) : 0;
		left -= size;
		if (!tidy && !test_random_below(nr))
			size = test_random_below(5000);
		tx_io_data(io, tidy ? 4096 - size : test_random_below(5000), size,
			   (i + 1 < nr ? TX_MORE : 0) |
			   (!tidy && !test_random_below(50) ? TX_EXTRA : 0));
	}
	if (!test_random_below(10))
		io->nr -= test_random_below(io->nr);
}

static void sweep(void)
{
	u32 seen[XNB_TX_VERDICTS] = { 0 }, i;
	struct tx_io io;

	tx_io_init(&io, 0);
	for (i = 0; i < SWEEP; i++) {
		io.at = test_random();
		io.nr = 0;
		random_chain(&io);
		test_context("chain %u, %u visible", i, io.nr);
		tx_io_check(&io, test_random_below(8) ? TX_EXTRAS : test_random_below(32));
		seen[io.verdict]++;
	}
	for (i = 0; i < XNB_TX_VERDICTS; i++) {
		test_context("verdict %u", i);
		EXPECT(seen[i] > 100 || i == XNB_TX_BAD_CHAIN);
	}
	test_context("all");
	EXPECT(seen[XNB_TX_FRAME] > SWEEP / 5);
	tx_io_free(&io);
}

/* Noise: the ring as it would be walked, to its last slot. */
static void noise(void)
{
	struct tx_io io;
	u32 round, left;

	for (round = 0; round < 300; round++) {
		tx_io_init(&io, test_random());
		for (left = 256; left; left -= io.pkt->nr_slots, io.at += io.pkt->nr_slots) {
			io.nr = left;
			test_context("round %u, %u left", round, left);
			tx_io_check(&io, TX_EXTRAS);
			if (io.verdict == XNB_TX_MORE)
				break;
			if (!EXPECT(io.pkt->nr_slots >= 1 && io.pkt->nr_slots <= left))
				break;
		}
		tx_io_free(&io);
	}
}

static const struct test_case cases[] = {
	CASE(sweep),
	CASE(noise),
};

TEST_SUITE(back_sweep_suite, "random packets from a guest", cases, NULL);
