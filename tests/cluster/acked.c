// SPDX-License-Identifier: GPL-2.0
/*
 * Is everything there that fsync() has promised?
 *
 *	acked listen PORT FOLDER	note the last number of each writer in FOLDER/NAME
 *	acked write FILE ADDRESS PORT NAME
 *	acked check FILE NUMBER		was write NUMBER noted? then it is in the file
 *
 * Write number n goes to block n % BLOCKS of the file, whose bytes are a function of n.
 * After fsync() the writer reports n to a listener on another machine, and waits until the
 * listener has noted it. When the machine dies, number + 1 may have been written or not, and
 * all up to the number must be in the file.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../rig/tool/pattern.h"

#define BLOCK 4096
#define BLOCKS 512
#define NAME_MAX_LEN 32

_Noreturn static void die(const char *what)
{
	printf("acked: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void whole(ssize_t done, size_t want, const char *what)
{
	if (done == (ssize_t)want)
		return;
	if (done >= 0)
		errno = ECONNRESET;
	die(what);
}

static void make_block(uint64_t n, unsigned char *block)
{
	memcpy(block, &n, sizeof(n));
	pattern_fill(n, sizeof(n), block + sizeof(n), BLOCK - sizeof(n));
}

static void note(const char *folder, const char *name, uint64_t n)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%.*s", folder, NAME_MAX_LEN, name);
	f = fopen(path, "w");
	if (!f || fprintf(f, "%" PRIu64 "\n", n) < 0 || fclose(f))
		die(path);
}

static void listen_to(int fd, const char *folder)
{
	char name[NAME_MAX_LEN];
	uint64_t n;

	whole(recv(fd, name, sizeof(name), MSG_WAITALL), sizeof(name), "name");
	name[sizeof(name) - 1] = '\0';
	while (recv(fd, &n, sizeof(n), MSG_WAITALL) == sizeof(n)) {
		note(folder, name, n);
		whole(send(fd, &n, sizeof(n), 0), sizeof(n), "answer");
	}
}

static void listener(uint16_t port, const char *folder)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1, client;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 16))
		die("listen");
	if (daemon(1, 0))
		die("daemon");
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		client = accept(fd, NULL, NULL);
		if (client < 0)
			continue;
		if (!fork()) {
			close(fd);
			listen_to(client, folder);
			_exit(0);
		}
		close(client);
	}
}

static int call(const char *address, uint16_t port, const char *name)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(port) };
	char padded[NAME_MAX_LEN] = "";
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	snprintf(padded, sizeof(padded), "%s", name);
	if (inet_pton(AF_INET, address, &addr.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die(address);
	whole(send(fd, padded, sizeof(padded), 0), sizeof(padded), "name");
	return fd;
}

static void writer(const char *path, int listener)
{
	unsigned char block[BLOCK];
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	uint64_t n, answer;

	if (fd < 0)
		die(path);
	for (n = 1;; n++) {
		make_block(n, block);
		whole(pwrite(fd, block, BLOCK, n % BLOCKS * BLOCK), BLOCK, "write");
		if (fsync(fd))
			die("fsync");
		whole(send(listener, &n, sizeof(n), MSG_NOSIGNAL), sizeof(n), "report");
		whole(recv(listener, &answer, sizeof(answer), MSG_WAITALL), sizeof(answer), "answer");
	}
}

/* Is write @n, whole, in its block? */
static bool there(int fd, uint64_t n)
{
	unsigned char want[BLOCK], found[BLOCK];

	make_block(n, want);
	return pread(fd, found, BLOCK, n % BLOCKS * BLOCK) == BLOCK && !memcmp(want, found, BLOCK);
}

static int check(const char *path, uint64_t last)
{
	int fd = open(path, O_RDONLY);
	uint64_t n, missing = 0, first = last > BLOCKS ? last - BLOCKS + 1 : 1;

	if (fd < 0)
		die(path);
	for (n = first; n <= last; n++) {
		/* The next write may have replaced the oldest one, wholly or in part. */
		if (there(fd, n) || (n == first && last >= BLOCKS))
			continue;
		if (!missing++)
			printf("write %" PRIu64 " is not there\n", n);
	}
	printf("%" PRIu64 " writes acknowledged, the last %" PRIu64 " checked, %" PRIu64
	       " missing, the next one %s\n", last, last - first + 1, missing,
	       there(fd, last + 1) ? "is there" : "is not");
	return missing || !last ? 1 : 0;
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc == 4 && !strcmp(argv[1], "listen"))
		listener(atoi(argv[2]), argv[3]);
	if (argc == 6 && !strcmp(argv[1], "write"))
		writer(argv[2], call(argv[3], atoi(argv[4]), argv[5]));
	if (argc == 4 && !strcmp(argv[1], "check"))
		return check(argv[2], strtoull(argv[3], NULL, 0));
	fprintf(stderr, "acked listen|write|check ...\n");
	return 2;
}
