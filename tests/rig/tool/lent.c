// SPDX-License-Identifier: GPL-2.0
/*
 * Read, in domain 0, the pages that a guest has lent to it.
 *
 *	lent DOMAIN posted REF		pages posted in the receive ring that REF lends
 *	lent DOMAIN all FIRST LAST	the pages of these references
 *
 * Prints how many pages there are, how many of them are all zeros, and of the others how
 * many hold the text with which the guest had filled its memory. The guest must be idle,
 * because it cannot end access to a page while we have it mapped.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define RING_SLOTS 256
#define RING_HEADER 64
#define RX_SLOT 8
#define SECRET "this is a secret"

struct map_request {
	uint32_t count;
	uint32_t pad;
	uint64_t index;
	uint32_t domid;
	uint32_t ref;
};

#define MAP_GRANT_REF _IOC(_IOC_NONE, 'G', 0, 24)

static unsigned int domid, nr_pages, nr_zero, nr_secret;

/* Each page in a file of its own. Return: NULL if it cannot be mapped. */
static const uint8_t *map(uint32_t ref, int *fd)
{
	struct map_request req = { .count = 1, .domid = domid, .ref = ref };
	void *at = MAP_FAILED;

	*fd = open("/dev/xen/gntdev", O_RDWR | O_CLOEXEC);
	if (*fd >= 0 && !ioctl(*fd, MAP_GRANT_REF, &req))
		at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, *fd, req.index);
	if (at != MAP_FAILED)
		return at;
	close(*fd);
	return NULL;
}

static void unmap(const uint8_t *page, int fd)
{
	munmap((void *)page, PAGE);
	close(fd);
}

static void look_at(uint32_t ref)
{
	static const uint8_t zeros[PAGE];
	const uint8_t *page;
	int fd;

	page = map(ref, &fd);
	if (!page)
		return;
	nr_pages++;
	if (!memcmp(page, zeros, PAGE))
		nr_zero++;
	else if (memmem(page, PAGE, SECRET, strlen(SECRET)))
		nr_secret++;
	unmap(page, fd);
}

/*
 * The producer index of requests comes first. A slot that has been answered holds a
 * response, which has no reference.
 */
static void look_at_posted(uint32_t ref)
{
	uint8_t copy[PAGE];
	const uint8_t *ring;
	uint32_t i, prod, gref;
	int fd;

	ring = map(ref, &fd);
	if (!ring) {
		printf("no ring at %u\n", ref);
		exit(1);
	}
	memcpy(copy, ring, PAGE);
	unmap(ring, fd);
	memcpy(&prod, copy, sizeof(prod));
	for (i = 0; i < RING_SLOTS && i < prod; i++) {
		memcpy(&gref, copy + RING_HEADER + i * RX_SLOT + 4, sizeof(gref));
		look_at(gref);
	}
}

int main(int argc, char **argv)
{
	uint32_t ref;

	if (argc == 4 && !strcmp(argv[2], "posted")) {
		domid = atoi(argv[1]);
		look_at_posted(atoi(argv[3]));
	} else if (argc == 5 && !strcmp(argv[2], "all")) {
		domid = atoi(argv[1]);
		for (ref = atoi(argv[3]); ref <= (uint32_t)atoi(argv[4]); ref++)
			look_at(ref);
	} else {
		return 2;
	}
	printf("%u pages, %u of zeros, %u with a secret\n", nr_pages, nr_zero, nr_secret);
	return 0;
}
