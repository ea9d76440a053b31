// SPDX-License-Identifier: GPL-2.0
/*
 * Detect a request that two backends execute: late read|write DISK GO
 *
 * The first page of the disk is read or written. When that has ended, its memory is used
 * for something else. When the file GO exists, which means that late requests have been
 * executed, memory and disk must be as this program has left them.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BYTES 4096

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int other_than(const char *mem, char byte)
{
	int i;

	for (i = 0; i < BYTES; i++)
		if (mem[i] != byte)
			return 1;
	return 0;
}

static void wait_for_file(const char *name)
{
	while (access(name, F_OK))
		usleep(100000);
}

static int late_read(int fd, char *mem, const char *go)
{
	if (pread(fd, mem, BYTES, 0) != BYTES)
		return fail("read");
	memset(mem, 'x', BYTES);
	puts("done");
	fflush(stdout);
	wait_for_file(go);
	if (!other_than(mem, 'x'))
		return 0;
	fprintf(stderr, "memory has changed after the read had ended\n");
	return 1;
}

static int late_write(int fd, char *mem, const char *go)
{
	memset(mem, 'a', BYTES);
	if (pwrite(fd, mem, BYTES, BYTES) != BYTES)
		return fail("first write");
	memset(mem, 'b', BYTES);
	if (pwrite(fd, mem, BYTES, BYTES) != BYTES)
		return fail("second write");
	puts("done");
	fflush(stdout);
	wait_for_file(go);
	if (pread(fd, mem, BYTES, BYTES) != BYTES)
		return fail("read");
	if (!other_than(mem, 'b'))
		return 0;
	fprintf(stderr, "the second write is gone: the first came late\n");
	return 1;
}

int main(int argc, char **argv)
{
	char *mem = aligned_alloc(BYTES, BYTES);
	int fd;

	if (argc != 4 || !mem)
		return 2;
	fd = open(argv[2], O_RDWR | O_DIRECT);
	if (fd < 0)
		return fail(argv[2]);
	return argv[1][0] == 'r' ? late_read(fd, mem, argv[3]) : late_write(fd, mem, argv[3]);
}
