// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* The headers below do not define them. */
typedef uint16_t domid_t;
typedef uint32_t grant_ref_t;
#include <xen/evtchn.h>
#include <xen/gntalloc.h>
#include <xen/gntdev.h>

#include "report.h"
#include "xen.h"

#define ELSEWHERE 0x7000

/* Flags of a copy: which end is a reference. */
enum { GNTCOPY_source_gref = 1, GNTCOPY_dest_gref = 2 };

static int gntalloc, gntdev, evtchn;
static uint16_t back_domain;

static int device(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

void xen_set_back(uint16_t domain)
{
	back_domain = domain;
}

void xen_open_front(void)
{
	gntalloc = device("/dev/xen/gntalloc");
	evtchn = device("/dev/xen/evtchn");
}

void xen_open_back(void)
{
	gntdev = device("/dev/xen/gntdev");
	evtchn = device("/dev/xen/evtchn");
}

/* --- pages of ours ------------------------------------------------------- */

static void lend_to(struct lent *page, uint16_t domain, uint16_t flags)
{
	struct ioctl_gntalloc_alloc_gref op = { .domid = domain, .flags = flags, .count = 1 };

	if (ioctl(gntalloc, IOCTL_GNTALLOC_ALLOC_GREF, &op))
		die("gntalloc: %s", strerror(errno));
	page->ref = op.gref_ids[0];
	page->addr = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, gntalloc, op.index);
	if (page->addr == MAP_FAILED)
		die("gntalloc mmap: %s", strerror(errno));
}

void lend(struct lent *page)
{
	lend_to(page, back_domain, GNTALLOC_FLAG_WRITABLE);
}

void lend_readonly(struct lent *page)
{
	lend_to(page, back_domain, 0);
}

void lend_elsewhere(struct lent *page)
{
	lend_to(page, ELSEWHERE, GNTALLOC_FLAG_WRITABLE);
}

/* --- pages of the guest's ------------------------------------------------ */

static void forget_pages(const struct mapped *pages)
{
	struct ioctl_gntdev_unmap_grant_ref op = { .index = pages->index, .count = pages->nr };

	ioctl(gntdev, IOCTL_GNTDEV_UNMAP_GRANT_REF, &op);
}

bool map_pages(struct mapped *pages, uint16_t guest, const uint32_t *refs, unsigned int nr,
	       bool writable)
{
	union {
		struct ioctl_gntdev_map_grant_ref op;
		uint8_t room[sizeof(struct ioctl_gntdev_map_grant_ref) +
			     MAP_MAX * sizeof(struct ioctl_gntdev_grant_ref)];
	} map = { .op.count = nr };
	unsigned int i;

	pages->addr = NULL;
	for (i = 0; i < nr; i++)
		map.op.refs[i] = (struct ioctl_gntdev_grant_ref){ .domid = guest, .ref = refs[i] };
	if (ioctl(gntdev, IOCTL_GNTDEV_MAP_GRANT_REF, &map.op))
		return false;
	pages->index = map.op.index;
	pages->nr = nr;
	pages->addr = mmap(NULL, nr * PAGE, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED,
			   gntdev, map.op.index);
	if (pages->addr != MAP_FAILED)
		return true;
	pages->addr = NULL;
	forget_pages(pages);
	return false;
}

bool map_page(struct mapped *page, uint16_t guest, uint32_t ref, bool writable)
{
	return map_pages(page, guest, &ref, 1, writable);
}

void unmap_pages(struct mapped *pages)
{
	if (!pages->addr)
		return;
	munmap(pages->addr, pages->nr * PAGE);
	pages->addr = NULL;
	forget_pages(pages);
}

/* Pages that one call of the kernel copies. */
#define COPY_MAX 32

static bool copy_some(uint16_t guest, const struct copy *copy, unsigned int nr, bool in)
{
	struct gntdev_grant_copy_segment seg[COPY_MAX] = { };
	struct ioctl_gntdev_grant_copy op = { .count = nr, .segments = seg };
	bool ok;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (in) {
			seg[i].flags = GNTCOPY_source_gref;
			seg[i].source.foreign.ref = copy[i].ref;
			seg[i].source.foreign.offset = copy[i].offset;
			seg[i].source.foreign.domid = guest;
			seg[i].dest.virt = copy[i].addr;
		} else {
			seg[i].flags = GNTCOPY_dest_gref;
			seg[i].dest.foreign.ref = copy[i].ref;
			seg[i].dest.foreign.offset = copy[i].offset;
			seg[i].dest.foreign.domid = guest;
			seg[i].source.virt = copy[i].addr;
		}
		seg[i].len = copy[i].len;
	}
	ok = !ioctl(gntdev, IOCTL_GNTDEV_GRANT_COPY, &op);
	for (i = 0; i < nr; i++)
		ok &= !seg[i].status;
	return ok;
}

static bool copy_all(uint16_t guest, const struct copy *copy, unsigned int nr, bool in)
{
	bool ok = true;
	unsigned int now;

	for (; nr; nr -= now, copy += now) {
		now = nr < COPY_MAX ? nr : COPY_MAX;
		ok &= copy_some(guest, copy, now, in);
	}
	return ok;
}

bool copy_from_guest(uint16_t guest, const struct copy *copy, unsigned int nr)
{
	return copy_all(guest, copy, nr, true);
}

bool copy_to_guest(uint16_t guest, const struct copy *copy, unsigned int nr)
{
	return copy_all(guest, copy, nr, false);
}

/* --- event channels ------------------------------------------------------ */

uint32_t channel_open(void)
{
	struct ioctl_evtchn_bind_unbound_port op = { .remote_domain = back_domain };
	int port = ioctl(evtchn, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &op);

	if (port < 0)
		die("evtchn: %s", strerror(errno));
	return port;
}

uint32_t channel_bind(uint16_t guest, uint32_t port)
{
	struct ioctl_evtchn_bind_interdomain op = { .remote_domain = guest, .remote_port = port };
	int own = ioctl(evtchn, IOCTL_EVTCHN_BIND_INTERDOMAIN, &op);

	return own < 0 ? 0 : own;
}

void channel_wait(unsigned int ms)
{
	struct pollfd pollfd = { .fd = evtchn, .events = POLLIN };
	uint32_t ports[64];
	ssize_t got;

	if (poll(&pollfd, 1, ms) <= 0)
		return;
	got = read(evtchn, ports, sizeof(ports));
	/* The kernel has masked them until they are written back. */
	if (got > 0 && write(evtchn, ports, got) != got)
		die("evtchn: %s", strerror(errno));
}

void channel_close(uint32_t port)
{
	struct ioctl_evtchn_unbind op = { .port = port };

	if (port)
		ioctl(evtchn, IOCTL_EVTCHN_UNBIND, &op);
}

void channel_send(uint32_t port)
{
	struct ioctl_evtchn_notify op = { .port = port };

	ioctl(evtchn, IOCTL_EVTCHN_NOTIFY, &op);
}
