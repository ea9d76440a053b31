// SPDX-License-Identifier: GPL-2.0
/*
 * Flush a disk's cache: flush DISK
 *
 * Unlike sync(1), the kernel's worker waits for the disk, and this program waits for the
 * kernel, so that it can be frozen meanwhile, and its guest saved.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

int main(int argc, char **argv)
{
	struct iocb cb = { .aio_lio_opcode = IOCB_CMD_FSYNC }, *list = &cb;
	struct io_event event;
	aio_context_t ctx = 0;

	if (argc != 2)
		return 2;
	cb.aio_fildes = open(argv[1], O_RDWR);
	if ((int)cb.aio_fildes < 0)
		return fail(argv[1]);
	if (syscall(SYS_io_setup, 1, &ctx))
		return fail("io_setup");
	if (syscall(SYS_io_submit, ctx, 1, &list) != 1)
		return fail("io_submit");
	while (syscall(SYS_io_getevents, ctx, 1, 1, &event, NULL) != 1)
		if (errno != EINTR)
			return fail("io_getevents");
	if (event.res) {
		fprintf(stderr, "flush: %s\n", strerror(-event.res));
		return 1;
	}
	return 0;
}
