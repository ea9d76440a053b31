// SPDX-License-Identifier: GPL-2.0
/*
 * Rings and event channels of a link, with what the kernel's bus does for them: mapped pages,
 * pages that the peer holds, and how an interrupt is ended (XSA-316, 332, 396).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <xen/events.h>
#include <asm/xen/hypercall.h>

#include "hypervisor.h"
#include "suites.h"
#include "xenbus/event.h"
#include "xenbus/link.h"
#include "xenbus/ring_pages.h"
#include "xenbus/store.h"

enum { PEER = 7, PORT = 33, PEERS_PORT = 44, IRQ = 55, REF = 1000, REFS = 40 };

static struct xenbus_device xdev = { .otherend_id = PEER, .state = XenbusStateConnected };
static struct xsplit_link link = { .xdev = &xdev, .peer_id = PEER };

/* What the bus was asked for, and what it answers. */
static struct {
	unsigned int map_calls;
	unsigned int unmap_calls;
	int map_error;
	u64 key;
	char key_name[32];
	int key_error;
	unsigned int bound;
	int bind_error;
	bool enabled;
	unsigned int closed_ports;
	struct xsplit_event *at_interrupt;
} bus;

static struct xsplit_event event;

static void prepare(void)
{
	hypervisor_reset(REFS);
	bus.key = PEERS_PORT;
}

/* --- the bus ---------------------------------------------------------------------- */

int xenbus_map_ring_valloc(struct xenbus_device *dev, grant_ref_t *ref, unsigned int nr,
			   void **addr)
{
	bus.map_calls++;
	/* If it fails it sets our state to Closing, unless that is Closing already. */
	EXPECT_EQ(dev->state, XenbusStateClosing);
	EXPECT_EQ(ref[nr - 1], REF + nr - 1);
	*addr = bus.map_error ? NULL : &bus;
	return bus.map_error;
}

void xenbus_unmap_ring_vfree(struct xenbus_device *dev, void *addr)
{
	EXPECT(dev == &xdev);
	EXPECT(addr == &bus);
	bus.unmap_calls++;
}

int xsplit_key_read_one(struct xsplit_link *l, const char *dir, const struct xsplit_key *key,
			u64 *val)
{
	EXPECT(l == &link);
	EXPECT(!strcmp(dir, "peer"));
	EXPECT_EQ(key->rule, XSPLIT_KEY_REQUIRE);
	strncpy(bus.key_name, key->name, sizeof(bus.key_name) - 1);
	*val = bus.key++;
	return bus.key_error;
}

void xsplit_write(struct xsplit_txn *txn, const char *dir, const char *key, const char *fmt, ...)
{
	(void)txn;
	(void)dir;
	(void)key;
	(void)fmt;
}

/* --- rings of a backend ------------------------------------------------------------ */

static void a_ring_is_mapped(void)
{
	struct xsplit_pages pages;

	bus.key = REF;
	EXPECT_EQ(xsplit_pages_map(&link, "peer", "ring-ref", true, 16, &pages), 0);
	EXPECT(!strcmp(bus.key_name, "ring-ref15"));
	EXPECT_EQ(bus.map_calls, 1);
	EXPECT_EQ(xdev.state, XenbusStateConnected);
	EXPECT_EQ(hypervisor.mappings, 0);
	xsplit_pages_unmap(&link, &pages);
	xsplit_pages_unmap(&link, &pages);
	EXPECT_EQ(bus.unmap_calls, 1);
}

/*
 * Whatever status a page has that is not mapped, and at whatever place it is: an error that is
 * reported, and nothing mapped. The bus, which has a line of its own in the log for each
 * such page, is not asked (XSA-43, XSA-316).
 */
static void a_bad_page_of_a_ring(void)
{
	static const s16 statuses[] = { -1, -2, -3, -10, -12, 1, 7, 32767, -32768 };
	unsigned int i, bad;

	for (i = 0; i < ARRAY_SIZE(statuses); i++)
		for (bad = 0; bad < 4; bad++) {
			struct xsplit_pages pages;

			test_context("status %d of page %u", statuses[i], bad);
			bus.key = REF;
			hypervisor.errors = 0;
			hypervisor_answers(bad, statuses[i]);
			EXPECT(xsplit_pages_map(&link, "peer", "ring-ref", true, 4, &pages) < 0);
			EXPECT_EQ(hypervisor.last_error, statuses[i] == -10 || statuses[i] == -12 ?
						  -EBUSY : -EIO);
			EXPECT_EQ(hypervisor.errors, 1);
			EXPECT_EQ(bus.map_calls, 0);
			EXPECT(!pages.addr);
			EXPECT_EQ(hypervisor.mappings, 0);
			EXPECT_EQ(hypervisor.foreign_pages, 0);
		}
	EXPECT_EQ(hypervisor.lines, 0);
}

/* The peer may take its page back between the trial and the mapping. */
static void a_ring_that_the_bus_cannot_map(void)
{
	struct xsplit_pages pages;

	bus.key = REF;
	bus.map_error = 1;
	EXPECT(xsplit_pages_map(&link, "peer", "ring-ref", false, 1, &pages) < 0);
	EXPECT(!strcmp(bus.key_name, "ring-ref"));
	EXPECT_EQ(bus.map_calls, 1);
	EXPECT_EQ(hypervisor.errors, 1);
	EXPECT(!pages.addr);
	EXPECT_EQ(xdev.state, XenbusStateConnected);
	xsplit_pages_unmap(&link, &pages);
	EXPECT_EQ(bus.unmap_calls, 0);
}

static void a_ring_without_a_reference(void)
{
	struct xsplit_pages pages;

	bus.key_error = -EINVAL;
	EXPECT_EQ(xsplit_pages_map(&link, "peer", "ring-ref", true, 2, &pages), -EINVAL);
	EXPECT_EQ(bus.map_calls, 0);
	EXPECT_EQ(hypervisor.calls, 0);
	EXPECT(!pages.addr);
}

/* --- rings of a frontend ------------------------------------------------------------ */

static bool held[REFS + 1];

static bool holds(grant_ref_t ref)
{
	return held[ref];
}

static void a_ring_is_lent(void)
{
	struct xsplit_pages pages;

	EXPECT_EQ(xsplit_pages_lend(&link, &pages, 16), 0);
	EXPECT_EQ(hypervisor.lent, 16);
	EXPECT(xsplit_pages_end(&pages));
	EXPECT(!pages.addr);
	EXPECT_EQ(hypervisor.lent, 0);
	EXPECT_EQ(hypervisor.free_refs, REFS);
	xsplit_pages_take_back(&pages);
}

static void a_ring_without_references(void)
{
	struct xsplit_pages pages;

	hypervisor_reset(3);
	EXPECT_EQ(xsplit_pages_lend(&link, &pages, 4), -ENOSPC);
	EXPECT_EQ(hypervisor.errors, 1);
	EXPECT(!pages.addr);
	EXPECT_EQ(hypervisor.free_refs, 3);
	xsplit_pages_take_back(&pages);
}

/* Each page that the peer holds stays, whichever it is, until it lets go of that one. */
static void a_ring_that_is_held(void)
{
	const struct xsplit_borrower to = xsplit_link_borrower(&link);
	const struct xsplit_borrower other_device = { .domain = PEER, .device = link.number + 1 };
	const struct xsplit_borrower other_domain = { .domain = PEER + 1, .device = link.number };
	struct xsplit_pages pages;
	unsigned int i, bits;

	hypervisor.holds = holds;
	for (bits = 1; bits < 16; bits++) {
		unsigned int kept = 0;

		test_context("pages %x", bits);
		EXPECT_EQ(xsplit_pages_lend(&link, &pages, 4), 0);
		for (i = 0; i < 4; i++) {
			held[pages.ref[i]] = bits >> i & 1;
			kept += bits >> i & 1;
		}
		EXPECT(!xsplit_pages_end(&pages));
		EXPECT(!xsplit_pages_end(&pages));
		EXPECT_EQ(hypervisor.lent, kept);
		EXPECT_EQ(xsplit_pages_lent(&pages, to), kept);
		EXPECT_EQ(xsplit_pages_lent(&pages, other_device), 0);
		EXPECT_EQ(xsplit_pages_lent(&pages, other_domain), 0);
		for (i = 0; i < 4; i++)
			if (bits >> i & 1)
				EXPECT_EQ(virt_to_page(pages.addr + i * PAGE_SIZE)->users, 1);
		xsplit_pages_take_back(&pages);
		EXPECT(!pages.addr);
		EXPECT_EQ(hypervisor.lent, kept);
		EXPECT_EQ(xsplit_pages_lent(&pages, to), 0);
		hypervisor_work();
		EXPECT_EQ(hypervisor.lent, kept);
		memset(held, 0, sizeof(held));
		hypervisor_work();
		EXPECT_EQ(hypervisor.lent, 0);
		EXPECT_EQ(hypervisor.free_refs, REFS);
	}
}

/* --- event channels ------------------------------------------------------------------ */

int HYPERVISOR_event_channel_op(int cmd, void *arg)
{
	struct evtchn_alloc_unbound *op = arg;

	EXPECT_EQ(cmd, EVTCHNOP_alloc_unbound);
	EXPECT_EQ(op->remote_dom, PEER);
	op->port = PORT;
	return 0;
}

int bind_evtchn_to_irqhandler_lateeoi(evtchn_port_t port, irq_handler_t handler,
				      unsigned long flags, const char *name, void *arg)
{
	(void)handler;
	(void)flags;
	(void)name;
	(void)arg;
	EXPECT_EQ(port, PORT);
	bus.bound++;
	return bus.bind_error ?: IRQ;
}

int bind_interdomain_evtchn_to_irqhandler_lateeoi(struct xenbus_device *dev, evtchn_port_t port,
						  irq_handler_t handler, unsigned long flags,
						  const char *name, void *arg)
{
	(void)handler;
	(void)name;
	EXPECT(dev == &xdev);
	EXPECT_EQ(port, PEERS_PORT);
	EXPECT(flags & IRQF_NO_AUTOEN);
	bus.bound++;
	bus.at_interrupt = arg;
	return bus.bind_error ?: IRQ;
}

/* An interrupt comes at once, and may be ended before the caller of bind goes on. */
void enable_irq(int irq)
{
	EXPECT_EQ(irq, IRQ);
	bus.enabled = true;
	/* It is ended by the number of it. */
	EXPECT_EQ(bus.at_interrupt->irq, IRQ);
	xsplit_event_raise(bus.at_interrupt);
	xsplit_event_finish(bus.at_interrupt, xsplit_event_claim(bus.at_interrupt));
}

/* A handler runs once more while its interrupt is taken away. */
static bool at_close;

void unbind_from_irqhandler(int irq, void *arg)
{
	EXPECT_EQ(irq, IRQ);
	if (at_close) {
		xsplit_event_raise(&event);
		xsplit_event_finish(&event, xsplit_event_claim(&event));
	}
	at_close = false;
	EXPECT(arg == &event);
	bus.bound--;
}

void xenbus_free_evtchn(struct xenbus_device *dev, evtchn_port_t port)
{
	EXPECT(dev == &xdev);
	EXPECT_EQ(port, PORT);
	bus.closed_ports++;
}

unsigned int irq_from_evtchn(evtchn_port_t port)
{
	return port == PORT ? IRQ : 0;
}

void notify_remote_via_irq(int irq)
{
	EXPECT_EQ(irq, IRQ);
}

/* Until an interrupt that was put off is ended. Return: the jiffies that took. */
static unsigned long let_time_pass(void)
{
	unsigned long before = jiffies;

	if (!event.timer.pending)
		return 0;
	event.timer.pending = false;
	jiffies = event.timer.expires;
	event.timer.function(&event.timer);
	return jiffies - before;
}

static void raise_for(bool worked)
{
	xsplit_event_raise(&event);
	event.worked = worked;
	xsplit_event_finish(&event, xsplit_event_claim(&event));
}

/* The interrupt counts as spurious exactly if nothing was done for it. */
static void an_interrupt_is_ended_as_what_it_was(void)
{
	unsigned int i, spurious = 0;

	EXPECT_EQ(xsplit_event_open(&link, &event, NULL, "test", &event), 0);
	for (i = 0; i < 100; i++) {
		bool worked = test_random_below(2);

		xsplit_event_raise(&event);
		EXPECT_EQ(hypervisor.eois, i);
		event.worked = worked;
		xsplit_event_finish(&event, xsplit_event_claim(&event));
		let_time_pass();
		spurious += !worked;
		EXPECT_EQ(hypervisor.eois, i + 1);
		EXPECT_EQ(hypervisor.spurious_eois, spurious);
	}
	xsplit_event_close(&event, &event);
	xsplit_event_close(&event, &event);
	EXPECT_EQ(bus.bound, 0);
}

/* In a storm the interrupt is ended late, but once; one that brings something ends at once. */
static void an_empty_interrupt_is_put_off(void)
{
	unsigned int i;

	EXPECT_EQ(xsplit_event_open(&link, &event, NULL, "test", &event), 0);
	for (i = 1; i <= 8; i++) {
		raise_for(false);
		EXPECT_EQ(hypervisor.eois, i);
	}
	for (; i <= 20; i++) {
		raise_for(false);
		EXPECT_EQ(hypervisor.eois, i - 1);
		EXPECT(let_time_pass() <= HZ / 8);
		EXPECT_EQ(hypervisor.eois, i);
	}
	EXPECT_EQ(hypervisor.spurious_eois, 20);
	raise_for(true);
	EXPECT_EQ(hypervisor.eois, 21);
	raise_for(false);
	EXPECT_EQ(hypervisor.eois, 22);
	EXPECT_EQ(hypervisor.spurious_eois, 21);
	xsplit_event_close(&event, &event);
}

/* A poll for another reason finds work: the peer is no storm, and its next event may come in. */
static void work_ends_what_was_put_off(void)
{
	unsigned int i;

	EXPECT_EQ(xsplit_event_open(&link, &event, NULL, "test", &event), 0);
	for (i = 0; i < 9; i++)
		raise_for(false);
	EXPECT_EQ(hypervisor.eois, 8);
	/* A poll that finds nothing changes nothing. */
	EXPECT(!xsplit_event_claim(&event).due);
	EXPECT_EQ(hypervisor.eois, 8);
	event.worked = true;
	EXPECT(!xsplit_event_claim(&event).due);
	EXPECT_EQ(hypervisor.eois, 9);
	EXPECT_EQ(hypervisor.spurious_eois, 8);
	EXPECT(!event.timer.pending);
	/* It is ended once, and the work counts once. */
	EXPECT(!event.worked);
	EXPECT_EQ(let_time_pass(), 0);
	event.worked = true;
	EXPECT(!xsplit_event_claim(&event).due);
	EXPECT_EQ(hypervisor.eois, 9);
	raise_for(false);
	EXPECT_EQ(hypervisor.eois, 10);
	xsplit_event_close(&event, &event);
}

/* Nothing is left to come, neither before the interrupt has gone nor for the next connection. */
static void an_interrupt_that_is_put_off_dies_with_its_event(void)
{
	unsigned int i;

	EXPECT_EQ(xsplit_event_open(&link, &event, NULL, "test", &event), 0);
	for (i = 0; i < 9; i++)
		raise_for(false);
	EXPECT(event.timer.pending);
	xsplit_event_close(&event, &event);
	EXPECT(!event.timer.pending);
	EXPECT_EQ(hypervisor.eois, 8);
	EXPECT_EQ(bus.bound, 0);
	EXPECT_EQ(xsplit_event_open(&link, &event, NULL, "test", &event), 0);
	raise_for(false);
	EXPECT_EQ(hypervisor.eois, 9);
	for (i = 0; i < 8; i++)
		raise_for(false);
	EXPECT(event.timer.pending);
	at_close = true;
	xsplit_event_close(&event, &event);
	EXPECT(!at_close);
	EXPECT(!event.timer.pending);
	EXPECT_EQ(bus.bound, 0);
}

/* Xen raises a channel once when it is bound: the peer has sent no empty event. */
static void the_first_interrupt_is_not_spurious(void)
{
	memset(&event, 0xff, sizeof(event));
	event.spurious = 0;
	EXPECT_EQ(xsplit_event_bind(&link, &event, "peer", "event-channel", NULL, "test", &event), 0);
	EXPECT(bus.enabled);
	EXPECT_EQ(event.irq, IRQ);
	EXPECT_EQ(hypervisor.eois, 1);
	EXPECT_EQ(hypervisor.spurious_eois, 0);
	EXPECT_EQ(event.spurious, 0);
	xsplit_event_raise(&event);
	xsplit_event_finish(&event, xsplit_event_claim(&event));
	EXPECT_EQ(hypervisor.spurious_eois, 1);
	xsplit_event_close(&event, &event);
	EXPECT_EQ(bus.bound, 0);
}

static void a_channel_that_cannot_be_had(void)
{
	bus.bind_error = -ENOSPC;
	EXPECT_EQ(xsplit_event_open(&link, &event, NULL, "test", &event), -ENOSPC);
	EXPECT_EQ(bus.closed_ports, 1);
	EXPECT_EQ(event.irq, 0);
	EXPECT_EQ(xsplit_event_bind(&link, &event, "peer", "event-channel", NULL, "test", &event),
		  -ENOSPC);
	EXPECT(!bus.enabled);
	EXPECT_EQ(event.irq, 0);
	EXPECT_EQ(hypervisor.errors, 2);
	bus.bound = 0;
	xsplit_event_close(&event, &event);
	EXPECT_EQ(bus.bound, 0);
}

static const struct test_case cases[] = {
	CASE(a_ring_is_mapped),
	CASE(a_bad_page_of_a_ring),
	CASE(a_ring_that_the_bus_cannot_map),
	CASE(a_ring_without_a_reference),
	CASE(a_ring_is_lent),
	CASE(a_ring_without_references),
	CASE(a_ring_that_is_held),
	CASE(an_interrupt_is_ended_as_what_it_was),
	CASE(an_empty_interrupt_is_put_off),
	CASE(work_ends_what_was_put_off),
	CASE(an_interrupt_that_is_put_off_dies_with_its_event),
	CASE(the_first_interrupt_is_not_spurious),
	CASE(a_channel_that_cannot_be_had),
};

TEST_SUITE(link_rings_suite, "rings and channels of a link", cases, prepare);
