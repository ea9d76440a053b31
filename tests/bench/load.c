// SPDX-License-Identifier: GPL-2.0
/*
 * A load so light that the drivers under it dominate: one thread, io_uring with
 * a registered file and registered buffers, requests submitted and reaped in
 * batches. Prints "<requests> <nanoseconds> <requests with those to warm up>".
 *
 *	load DEVICE randread|randwrite|read|write BLOCK_BYTES DEPTH BATCH COUNT
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/fs.h>
#include <time.h>
#include <unistd.h>

/* Requests before the clock starts: every page a front may lend has been lent once. */
#define WARM_UP 1024

struct load {
	struct io_uring ring;
	unsigned char *buffers;
	uint64_t blocks;
	uint64_t next;
	uint64_t random;
	unsigned int bytes;
	unsigned int depth;
	unsigned int batch;
	bool write;
	bool sequential;
};

static void die(const char *what, int err)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(err));
	exit(1);
}

/* xorshift: a number in a few instructions */
static uint64_t random_next(struct load *load)
{
	load->random ^= load->random << 13;
	load->random ^= load->random >> 7;
	load->random ^= load->random << 17;
	return load->random;
}

static uint64_t next_offset(struct load *load)
{
	uint64_t block = load->sequential ? load->next++ : random_next(load);

	return block % load->blocks * load->bytes;
}

static void queue_one(struct load *load, unsigned int slot)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&load->ring);
	void *buffer = load->buffers + (size_t)slot * load->bytes;
	uint64_t offset = next_offset(load);

	if (load->write)
		io_uring_prep_write_fixed(sqe, 0, buffer, load->bytes, offset, slot);
	else
		io_uring_prep_read_fixed(sqe, 0, buffer, load->bytes, offset, slot);
	sqe->flags |= IOSQE_FIXED_FILE;
	sqe->user_data = slot;
}

/* Reap a batch; queue as many again while there is work left. */
static unsigned int turn(struct load *load, uint64_t *left)
{
	struct io_uring_cqe *cqe;
	unsigned int head, nr = 0;

	io_uring_for_each_cqe(&load->ring, head, cqe) {
		if (cqe->res != (int)load->bytes)
			die("request", cqe->res < 0 ? -cqe->res : EIO);
		if (*left) {
			queue_one(load, cqe->user_data);
			--*left;
		}
		nr++;
	}
	io_uring_cq_advance(&load->ring, nr);
	return nr;
}

static void run(struct load *load, uint64_t count)
{
	uint64_t left = count, done = 0;
	unsigned int i;

	for (i = 0; i < load->depth && left; i++, left--)
		queue_one(load, i);
	while (done < count) {
		uint64_t flying = count - left - done;
		unsigned int want = flying < load->batch ? flying : load->batch;
		int err = io_uring_submit_and_wait(&load->ring, want);

		if (err < 0)
			die("submit", -err);
		done += turn(load, &left);
	}
}

static void prepare(struct load *load, const char *path)
{
	int fd = open(path, O_DIRECT | (load->write ? O_RDWR : O_RDONLY));
	struct iovec iov[load->depth];
	uint64_t size;
	unsigned int i;
	int err;

	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &size))
		die(path, errno);
	load->blocks = size / load->bytes;
	load->random = 88172645463325252ull;
	err = posix_memalign((void **)&load->buffers, 4096, (size_t)load->depth * load->bytes);
	if (err)
		die("memory", err);
	memset(load->buffers, 0x5a, (size_t)load->depth * load->bytes);
	for (i = 0; i < load->depth; i++)
		iov[i] = (struct iovec){ load->buffers + (size_t)i * load->bytes, load->bytes };
	err = io_uring_queue_init(load->depth, &load->ring, 0);
	if (!err)
		err = io_uring_register_files(&load->ring, &fd, 1);
	if (!err)
		err = io_uring_register_buffers(&load->ring, iov, load->depth);
	if (err)
		die("io_uring", -err);
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

int main(int argc, char **argv)
{
	struct load load = { 0 };
	uint64_t count, start;

	if (argc != 7) {
		fprintf(stderr, "load DEVICE randread|randwrite|read|write BYTES DEPTH BATCH COUNT\n");
		return 2;
	}
	load.write = strstr(argv[2], "write");
	load.sequential = strncmp(argv[2], "rand", 4);
	load.bytes = strtoul(argv[3], NULL, 0);
	load.depth = strtoul(argv[4], NULL, 0);
	load.batch = strtoul(argv[5], NULL, 0);
	count = strtoull(argv[6], NULL, 0);
	prepare(&load, argv[1]);
	run(&load, WARM_UP);
	start = now();
	run(&load, count);
	printf("%llu %llu %llu\n", (unsigned long long)count, (unsigned long long)(now() - start),
	       (unsigned long long)(count + WARM_UP));
	return 0;
}
