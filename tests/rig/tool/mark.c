// SPDX-License-Identifier: GPL-2.0
/*
 * Fill a disk with blocks that say whose they are, and check them.
 *
 *	mark write DISK SEED
 *	mark verify DISK SEED
 *	mark load DISK SEED DEPTH PAUSE_MS STOP
 *
 * A block begins with its generation; the other bytes are a function of the seed, the
 * generation and the position, so that a block of another disk, of another place or of two
 * writes differs. verify accepts each block of the seed, whatever its generation. load
 * has DEPTH requests in flight, each in a part of the disk of its own: it writes a block with its
 * next generation or reads one, which must have the last. It ends when the file STOP exists, and
 * then reads all blocks. PAUSE_MS is how long a request waits for the next. The last line says
 * how many requests there were, and how many milliseconds the longest took.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pattern.h"

#define BLOCK 4096
#define HEAD sizeof(uint64_t)
#define MOST_DEPTH 64

struct disk {
	int fd;
	uint64_t seed;
	uint64_t blocks;
};

/* One request at a time, in its part of the disk. */
struct worker {
	struct disk *disk;
	uint64_t first;
	uint64_t blocks;
	uint64_t *generation;
	unsigned char *mem;
};

/* Of all workers, each with its own. */
static struct result {
	uint64_t requests;
	uint64_t longest_ms;
} *results;

static void die(const char *what)
{
	fprintf(stderr, "mark: %s: %s\n", what, strerror(errno));
	exit(2);
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ull + ts.tv_nsec / 1000000;
}

static void disk_open(struct disk *d, const char *path, const char *seed)
{
	d->fd = open(path, O_RDWR | O_DIRECT);
	/* A file in memory. */
	if (d->fd < 0 && errno == EINVAL)
		d->fd = open(path, O_RDWR);
	if (d->fd < 0)
		die(path);
	d->seed = strtoull(seed, NULL, 0);
	d->blocks = lseek(d->fd, 0, SEEK_END) / BLOCK;
}

static uint64_t block_seed(const struct disk *d, uint64_t generation)
{
	return pattern_word(d->seed, generation);
}

static void block_write(const struct disk *d, uint64_t block, uint64_t generation,
			unsigned char *mem)
{
	memcpy(mem, &generation, HEAD);
	pattern_fill(block_seed(d, generation), block * BLOCK + HEAD, mem + HEAD, BLOCK - HEAD);
	if (pwrite(d->fd, mem, BLOCK, block * BLOCK) != BLOCK)
		die("write");
}

/* Return: the generation of a block, which must be the seed's. */
static uint64_t block_read(const struct disk *d, uint64_t block, unsigned char *mem)
{
	uint64_t generation;
	size_t wrong;

	if (pread(d->fd, mem, BLOCK, block * BLOCK) != BLOCK)
		die("read");
	memcpy(&generation, mem, HEAD);
	wrong = pattern_wrong(block_seed(d, generation), block * BLOCK + HEAD, mem + HEAD,
			      BLOCK - HEAD);
	if (wrong) {
		fprintf(stderr, "mark: block %llu: %zu bytes are wrong\n",
			(unsigned long long)block, wrong);
		exit(1);
	}
	return generation;
}

/* --- load ------------------------------------------------------------------ */

static void worker_check(struct worker *w, uint64_t block)
{
	uint64_t found = block_read(w->disk, w->first + block, w->mem);

	if (found == w->generation[block])
		return;
	fprintf(stderr, "mark: block %llu is of generation %llu, not %llu\n",
		(unsigned long long)(w->first + block), (unsigned long long)found,
		(unsigned long long)w->generation[block]);
	exit(1);
}

static void worker_step(struct worker *w, uint64_t step)
{
	uint64_t word = pattern_word(w->first, step), block = word / 2 % w->blocks;

	if (word & 1)
		block_write(w->disk, w->first + block, ++w->generation[block], w->mem);
	else
		worker_check(w, block);
}

static void worker_run(struct worker *w, struct result *r, unsigned int pause_ms, const char *stop)
{
	uint64_t block, begin, took;

	for (block = 0; block < w->blocks; block++)
		w->generation[block] = block_read(w->disk, w->first + block, w->mem);
	while (access(stop, F_OK)) {
		begin = now_ms();
		worker_step(w, r->requests);
		took = now_ms() - begin;
		r->requests++;
		if (took > r->longest_ms)
			r->longest_ms = took;
		usleep(pause_ms * 1000);
	}
	for (block = 0; block < w->blocks; block++)
		worker_check(w, block);
}

static void worker_start(struct disk *d, int nr, int depth, unsigned int pause_ms, const char *stop)
{
	struct worker w = {
		.disk = d,
		.first = d->blocks / depth * nr,
		.blocks = d->blocks / depth,
	};

	if (fork())
		return;
	w.generation = calloc(w.blocks, sizeof(*w.generation));
	w.mem = aligned_alloc(BLOCK, BLOCK);
	if (!w.blocks || !w.generation || !w.mem)
		die("worker");
	worker_run(&w, &results[nr], pause_ms, stop);
	exit(0);
}

static int load(struct disk *d, int depth, unsigned int pause_ms, const char *stop)
{
	uint64_t requests = 0, longest = 0;
	int nr, status, rc = 0;

	if (depth < 1 || depth > MOST_DEPTH) {
		errno = EINVAL;
		die("depth");
	}
	results = mmap(NULL, MOST_DEPTH * sizeof(*results), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (results == MAP_FAILED)
		die("mmap");
	for (nr = 0; nr < depth; nr++)
		worker_start(d, nr, depth, pause_ms, stop);
	while (wait(&status) > 0)
		rc |= status != 0;
	for (nr = 0; nr < depth; nr++) {
		requests += results[nr].requests;
		if (results[nr].longest_ms > longest)
			longest = results[nr].longest_ms;
	}
	printf("requests %llu longest %llu ms\n", (unsigned long long)requests,
	       (unsigned long long)longest);
	return rc;
}

int main(int argc, char **argv)
{
	unsigned char *mem = aligned_alloc(BLOCK, BLOCK);
	struct disk d;
	uint64_t block;

	if (argc < 4) {
		fprintf(stderr, "mark write|verify|load DISK SEED ...\n");
		return 2;
	}
	disk_open(&d, argv[2], argv[3]);
	if (!mem)
		die("memory");
	if (argc == 7 && !strcmp(argv[1], "load"))
		return load(&d, atoi(argv[4]), atoi(argv[5]), argv[6]);
	for (block = 0; block < d.blocks; block++) {
		if (!strcmp(argv[1], "write"))
			block_write(&d, block, 0, mem);
		else
			block_read(&d, block, mem);
	}
	return 0;
}
