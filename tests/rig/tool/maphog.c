// SPDX-License-Identifier: GPL-2.0
/*
 * Use up a domain's maptrack entries, by mapping a few pages of a guest again and again.
 *
 *	maphog lend PAGES            in the guest: lends pages to domain 0
 *	maphog map DOMAIN REF...     there: maps them until there is no room
 *	maphog ring DOMAIN REF       there: maps the receive ring of an interface, and the
 *	                             page that was lent last for what is received
 *
 * The first prints its references, the others how many pages they have mapped. All leave
 * a background process that keeps the pages until it is killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define MOST_LENT 512

/* The hypervisor maps a page 127 times at most, the kernel needs two for each of ours. */
#define MOST_MAPPED 63

/* A ring of an interface: the producer of requests comes first. In words of 32 bits. */
#define RING_SLOTS 256
#define RING_HEADER 16

struct ref {
	uint32_t domid;
	uint32_t ref;
};

struct map_request {
	uint32_t count;
	uint32_t pad;
	uint64_t index;
	struct ref refs[MOST_MAPPED];
};

struct lend_request {
	uint16_t domid;
	uint16_t flags;
	uint32_t count;
	uint64_t index;
	uint32_t refs[MOST_LENT];
};

/* The kernel's interfaces, which have one reference in their types. */
#define MAP_GRANT_REF _IOC(_IOC_NONE, 'G', 0, 24)
#define ALLOC_GREF _IOC(_IOC_NONE, 'G', 5, 24)

static int open_device(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	fprintf(stderr, "maphog: %s: %s\n", path, strerror(errno));
	exit(1);
}

static void lend(unsigned int nr)
{
	struct lend_request req = { .count = nr };
	unsigned int i;

	if (nr > MOST_LENT || ioctl(open_device("/dev/xen/gntalloc"), ALLOC_GREF, &req)) {
		fprintf(stderr, "maphog: %u pages could not be lent: %s\n", nr, strerror(errno));
		exit(1);
	}
	for (i = 0; i < nr; i++)
		printf("%u ", req.refs[i]);
	puts("");
}

/* Each piece in a file of its own: one that fails leaves nothing behind. */
static const uint32_t *map(unsigned int domid, unsigned int ref, unsigned int nr)
{
	int fd = open_device("/dev/xen/gntdev");
	struct map_request req = { .count = nr };
	unsigned int i;
	void *at;

	for (i = 0; i < nr; i++)
		req.refs[i] = (struct ref){ .domid = domid, .ref = ref };
	if (!ioctl(fd, MAP_GRANT_REF, &req)) {
		at = mmap(NULL, nr * PAGE, PROT_READ, MAP_SHARED, fd, req.index);
		if (at != MAP_FAILED)
			return at;
	}
	close(fd);
	return NULL;
}

static void map_all(unsigned int domid, char **ref)
{
	unsigned int held = 0, nr = MOST_MAPPED;

	for (; *ref && nr; ref++) {
		/* The last ones in ever smaller pieces. */
		while (nr && !map(domid, strtoul(*ref, NULL, 0), nr))
			nr /= 2;
		held += nr;
	}
	if (nr) {
		fprintf(stderr, "maphog: there is room for more than %u pages: lend more\n", held);
		exit(1);
	}
	printf("%u\n", held);
}

static void map_ring(unsigned int domid, unsigned int ref)
{
	const uint32_t *ring = map(domid, ref, 1);
	uint32_t newest;

	if (!ring)
		exit(1);
	newest = (ring[0] - 1) % RING_SLOTS;
	if (!map(domid, ring[RING_HEADER + 2 * newest + 1], 1))
		exit(1);
	puts("2");
}

/* The process that stays: mappings do not survive a fork, so it makes them itself. */
static void keep(char **argv)
{
	if (!strcmp(argv[1], "lend"))
		lend(strtoul(argv[2], NULL, 0));
	else if (!strcmp(argv[1], "ring"))
		map_ring(strtoul(argv[2], NULL, 0), strtoul(argv[3], NULL, 0));
	else
		map_all(strtoul(argv[2], NULL, 0), argv + 3);
	/* The reader of our stdout waits until it is closed. */
	fflush(stdout);
	if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
		exit(1);
	for (;;)
		pause();
}

/* Print what comes through the pipe. Return: the number of bytes. */
static size_t pass_on(int fd)
{
	char text[4096];
	size_t sum = 0;
	ssize_t len;

	while ((len = read(fd, text, sizeof(text))) > 0)
		sum += fwrite(text, 1, len, stdout);
	return sum;
}

int main(int argc, char **argv)
{
	int line[2];

	if (argc < 3 || (strcmp(argv[1], "lend") &&
			 (argc < 4 || (strcmp(argv[1], "map") && strcmp(argv[1], "ring")))))
		return 2;
	if (pipe(line))
		return 1;
	switch (fork()) {
	case -1:
		return 1;
	case 0:
		setsid();
		close(line[0]);
		if (!freopen("/dev/null", "r", stdin) || dup2(line[1], STDOUT_FILENO) < 0)
			exit(1);
		close(line[1]);
		keep(argv);
	}
	close(line[1]);
	return !pass_on(line[0]);
}
