/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A pattern of bytes that identifies their position: word number n of a stream is a
 * function of the stream's seed and of n alone, so that a lost, repeated, moved or altered
 * byte differs from the one expected there.
 */
#ifndef RIG_PATTERN_H
#define RIG_PATTERN_H

#include <stdint.h>
#include <string.h>

static inline uint64_t pattern_word(uint64_t seed, uint64_t n)
{
	uint64_t x = seed + n * 0x9e3779b97f4a7c15ull;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	return x ^ (x >> 27);
}

/* Length of the piece of one word that begins at @pos. */
static inline size_t pattern_piece(uint64_t pos, size_t len)
{
	size_t n = 8 - pos % 8;

	return n < len ? n : len;
}

/* Bytes of the stream from @pos on. */
static inline void pattern_fill(uint64_t seed, uint64_t pos, unsigned char *to, size_t len)
{
	size_t n;

	for (; len; to += n, pos += n, len -= n) {
		uint64_t word = pattern_word(seed, pos / 8) >> pos % 8 * 8;

		n = pattern_piece(pos, len);
		if (n == 8)
			memcpy(to, &word, 8);
		else
			memcpy(to, &word, n);
	}
}

/* How many of these bytes are, by words, not those of the stream from @pos on. */
static inline size_t pattern_wrong(uint64_t seed, uint64_t pos, const unsigned char *from,
				   size_t len)
{
	size_t n, wrong = 0;

	for (; len; from += n, pos += n, len -= n) {
		uint64_t word = pattern_word(seed, pos / 8) >> pos % 8 * 8;
		uint64_t found = word;

		n = pattern_piece(pos, len);
		if (n == 8)
			memcpy(&found, from, 8);
		else
			memcpy(&found, from, n);
		if (found != word)
			wrong += n;
	}
	return wrong;
}

#endif
