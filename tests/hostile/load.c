// SPDX-License-Identifier: GPL-2.0
/*
 * Each thread has a part of the disk of its own, and knows what it must hold. After a write
 * that failed either the old or the new contents are right. Each sector says where it belongs
 * and from which write it is, so that what else is read can be told apart: data of the disk
 * that is in the wrong place or old, what a lying backend writes, and what must never be
 * seen, because it is neither.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "back_vbd.h"
#include "load.h"
#include "random.h"
#include "shared.h"

#define THREADS 4
/* Of each thread: so many pieces, short or long ones. */
#define PIECES 16
#define LONG_PAGES 16
#define PART_PAGES (PIECES * LONG_PAGES)
/* A buffer before it is read into. */
#define FILL 0x5a
#define RETRY_US 20000
/* A buffer is looked at again after so long. */
#define STABLE_US 500

struct thread {
	pthread_t thread;
	unsigned int index, bytes;
	uint8_t *buf, *want;
	/* the oldest and the newest write that a piece may be from; 0: none */
	uint32_t oldest[PIECES], newest[PIECES], last;
	unsigned long reads, writes, errors, lies, foreign, unstable;
	bool failed;
};

static struct thread threads[THREADS];
static char path[64];
static bool stop;

/* --- contents ------------------------------------------------------------ */

struct stamp {
	char magic[8];
	uint32_t sector, write;
};

static void fill_sector(uint8_t *at, uint32_t sector, uint32_t write)
{
	struct stamp stamp = { .magic = "evilback", .sector = sector, .write = write };
	uint64_t x = ((uint64_t)sector << 32 | write) * 0x9e3779b97f4a7c15ull + 1;
	unsigned int i;

	memset(at, 0, SECTOR);
	if (!write)
		return;
	memcpy(at, &stamp, sizeof(stamp));
	for (i = sizeof(stamp); i < SECTOR; i += sizeof(x)) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(at + i, &x, sizeof(x));
	}
}

/* A sector of some place and write, and whole. */
static bool is_of_disk(const uint8_t *at)
{
	uint8_t same[SECTOR];
	struct stamp stamp;

	memcpy(&stamp, at, sizeof(stamp));
	fill_sector(same, stamp.sector, stamp.write);
	return !memcmp(at, same, SECTOR);
}

static uint32_t piece_sector(const struct thread *t, unsigned int piece)
{
	return (t->index * PART_PAGES + piece * LONG_PAGES) * PAGE_SECTORS;
}

static void fill_piece(const struct thread *t, uint8_t *to, unsigned int piece, uint32_t write)
{
	unsigned int i;

	for (i = 0; i < t->bytes / SECTOR; i++)
		fill_sector(to + i * SECTOR, piece_sector(t, piece) + i, write);
}

/* --- judging ------------------------------------------------------------- */

/* Is each byte either what should be there, or of a backend's or a buffer's fill? */
static bool is_lie(const uint8_t *at, const uint8_t *want)
{
	unsigned int i;

	for (i = 0; i < SECTOR; i++)
		if (at[i] != want[i] && at[i] != LIE && at[i] != FILL && at[i])
			return false;
	return true;
}

static void show(const struct thread *t, unsigned int piece, unsigned int sector,
		 const uint8_t *at)
{
	unsigned int i;

	printf("thread %u piece %u sector %u:", t->index, piece, sector);
	for (i = 0; i < 24; i++)
		printf(" %02x", at[i]);
	printf("\n");
}

static void judge_sector(struct thread *t, unsigned int piece, unsigned int sector)
{
	const uint8_t *at = t->buf + sector * SECTOR, *want = t->want + sector * SECTOR;
	bool lie = is_of_disk(at);
	uint32_t write;

	for (write = t->oldest[piece]; write <= t->newest[piece]; write++) {
		fill_sector(t->want + sector * SECTOR, piece_sector(t, piece) + sector, write);
		if (!memcmp(at, want, SECTOR))
			return;
		lie |= is_lie(at, want);
	}
	if (lie) {
		t->lies++;
		return;
	}
	if (t->foreign++ < 4)
		show(t, piece, sector, at);
}

static void judge_piece(struct thread *t, unsigned int piece)
{
	unsigned int i;

	for (i = 0; i < t->bytes / SECTOR; i++)
		judge_sector(t, piece, i);
}

/* Nobody else has the buffer any more. */
static void judge_stable(struct thread *t)
{
	memcpy(t->want, t->buf, t->bytes);
	usleep(STABLE_US);
	if (memcmp(t->want, t->buf, t->bytes))
		t->unstable++;
}

/* --- reads and writes ---------------------------------------------------- */

/* Until a disk that goes is gone, it can be opened, and each try fails: that is one error. */
static bool done(struct thread *t, ssize_t bytes)
{
	bool ok = bytes == (ssize_t)t->bytes;

	if (!ok && !t->failed)
		t->errors++;
	t->failed = !ok;
	return ok;
}

static bool read_piece(struct thread *t, int fd, unsigned int piece)
{
	memset(t->buf, FILL, t->bytes);
	if (!done(t, pread(fd, t->buf, t->bytes, (off_t)piece_sector(t, piece) * SECTOR)))
		return false;
	t->reads++;
	judge_stable(t);
	judge_piece(t, piece);
	return true;
}

static bool write_piece(struct thread *t, int fd, unsigned int piece)
{
	t->newest[piece] = ++t->last;
	fill_piece(t, t->buf, piece, t->last);
	if (!done(t, pwrite(fd, t->buf, t->bytes, (off_t)piece_sector(t, piece) * SECTOR)))
		return false;
	t->oldest[piece] = t->last;
	t->writes++;
	return true;
}

static void use(struct thread *t, int fd)
{
	bool ok = true;

	while (ok && !READ_SHARED(stop)) {
		unsigned int piece = random_below(PIECES);

		ok = random_below(2) ? read_piece(t, fd, piece) : write_piece(t, fd, piece);
	}
}

/* The disk may not be there, and after an error it may be another one. */
static void *run(void *arg)
{
	struct thread *t = arg;
	int fd;

	while (!READ_SHARED(stop)) {
		fd = open(path, O_RDWR | O_DIRECT);
		if (fd >= 0) {
			use(t, fd);
			close(fd);
		}
		usleep(fd >= 0 ? 1000 : RETRY_US);
	}
	return NULL;
}

/* --- start and end ------------------------------------------------------- */

static void start(unsigned int i)
{
	struct thread *t = &threads[i];

	t->index = i;
	/* Long ones need indirect requests. */
	t->bytes = i & 1 ? LONG_PAGES * PAGE : PAGE;
	t->want = malloc(t->bytes);
	if (!t->want || posix_memalign((void **)&t->buf, PAGE, t->bytes) ||
	    pthread_create(&t->thread, NULL, run, t))
		die("no memory for thread %u", i);
}

static void add(struct thread *sum, const struct thread *t)
{
	sum->reads += t->reads;
	sum->writes += t->writes;
	sum->errors += t->errors;
	sum->lies += t->lies;
	sum->foreign += t->foreign;
	sum->unstable += t->unstable;
}

int load_main(const char *disk)
{
	struct thread sum = { };
	sigset_t signals;
	unsigned int i;
	int sig;

	snprintf(path, sizeof(path), "/dev/%s", disk);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	for (i = 0; i < THREADS; i++)
		start(i);
	sigwait(&signals, &sig);
	WRITE_SHARED(stop, true);
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i].thread, NULL);
		add(&sum, &threads[i]);
	}
	printf("reads %lu writes %lu errors %lu lies %lu foreign %lu unstable %lu\n", sum.reads,
	       sum.writes, sum.errors, sum.lies, sum.foreign, sum.unstable);
	return sum.foreign || sum.unstable || !sum.reads || !sum.writes;
}
