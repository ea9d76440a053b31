// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

/* <xen/evtchn.h> does not define it. */
typedef uint16_t domid_t;
#include <xen/evtchn.h>
#include <xen/gntalloc.h>

#include "report.h"
#include "xen.h"

#define ELSEWHERE 0x7000

static int gntalloc, evtchn;

void xen_open(void)
{
	gntalloc = open("/dev/xen/gntalloc", O_RDWR);
	evtchn = open("/dev/xen/evtchn", O_RDWR);
	if (gntalloc < 0 || evtchn < 0)
		die("/dev/xen: %s", strerror(errno));
}

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
	lend_to(page, 0, GNTALLOC_FLAG_WRITABLE);
}

void lend_readonly(struct lent *page)
{
	lend_to(page, 0, 0);
}

void lend_elsewhere(struct lent *page)
{
	lend_to(page, ELSEWHERE, GNTALLOC_FLAG_WRITABLE);
}

uint32_t channel_open(void)
{
	struct ioctl_evtchn_bind_unbound_port op = { .remote_domain = 0 };
	int port = ioctl(evtchn, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &op);

	if (port < 0)
		die("evtchn: %s", strerror(errno));
	return port;
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
