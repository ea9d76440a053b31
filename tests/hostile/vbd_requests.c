// SPDX-License-Identifier: GPL-2.0
/*
 * Invalid requests: each must get its error, the request after it must be served, and
 * not a byte of the disk may change.
 */
#include <string.h>

#include "vbd.h"

/* The disks that a case applies to. */
enum { RW = 1, RO = 2, LARGE = 4, ANY = RW | RO | LARGE };

struct test {
	const char *name;
	unsigned int disks;
	uint8_t op, rsp_op;
	int status;
	uint16_t nr_segs;
	uint64_t sector, nr_sectors;
	uint8_t flag, inner_op;
	/* what is wrong with one segment */
	unsigned int bad_seg;
	bool no_ref, readonly, no_descriptor;
	uint8_t first, last;
};

#define END 0xffffffffffffffffull
#define WHOLE .first = 0, .last = PAGE_SECTORS - 1

static const struct test tests[] = {
	{ "operation 4", ANY, RESERVED, RESERVED, NOTSUPP, 1, WHOLE },
	{ "operation 7", ANY, 7, 7, NOTSUPP, 1, WHOLE },
	{ "operation 255", ANY, 255, 255, NOTSUPP, 200, WHOLE },
	{ "read of nothing", ANY, READ, READ, ERROR, 0, WHOLE },
	{ "write of nothing", ANY, WRITE, WRITE, ERROR, 0, WHOLE },
	{ "read of 12 segments", ANY, READ, READ, ERROR, 12, WHOLE },
	{ "write of 255 segments", ANY, WRITE, WRITE, ERROR, 255, WHOLE },
	{ "first after last", ANY, WRITE, WRITE, ERROR, 2, .first = 5, .last = 4 },
	{ "last of 8", ANY, WRITE, WRITE, ERROR, 2, .first = 0, .last = 8 },
	{ "last of 255", ANY, READ, READ, ERROR, 1, .first = 0, .last = 255 },
	{ "past the end", ANY, WRITE, WRITE, ERROR, 2, .sector = 1, .nr_sectors = END, WHOLE },
	{ "far past the end", ANY, WRITE, WRITE, ERROR, 1, .sector = 1ull << 40, WHOLE },
	{ "sector that overflows", ANY, WRITE, WRITE, ERROR, 1, .sector = END - 7, WHOLE },
	{ "sector that overflows bytes", ANY, WRITE, WRITE, ERROR, 1,
	  .sector = 1ull << 55, WHOLE },
	{ "read without a reference", ANY, READ, READ, ERROR, 3, .bad_seg = 1,
	  .no_ref = true, WHOLE },
	{ "write without a reference", ANY, WRITE, WRITE, ERROR, 3, .bad_seg = 2,
	  .no_ref = true, WHOLE },
	{ "read into a read-only page", ANY, READ, READ, ERROR, 2, .bad_seg = 1,
	  .readonly = true, WHOLE },
	{ "indirect flush", ANY, INDIRECT, FLUSH, ERROR, 1, .inner_op = FLUSH, WHOLE },
	{ "indirect discard", ANY, INDIRECT, DISCARD, ERROR, 1, .inner_op = DISCARD, WHOLE },
	{ "indirect inside indirect", ANY, INDIRECT, INDIRECT, ERROR, 1,
	  .inner_op = INDIRECT, WHOLE },
	{ "indirect 255", ANY, INDIRECT, 255, ERROR, 1, .inner_op = 255, WHOLE },
	{ "indirect write of nothing", ANY, INDIRECT, WRITE, ERROR, 0, .inner_op = WRITE, WHOLE },
	{ "indirect write of 257", ANY, INDIRECT, WRITE, ERROR, 257, .inner_op = WRITE, WHOLE },
	{ "indirect read of 65535", ANY, INDIRECT, READ, ERROR, 65535, .inner_op = READ, WHOLE },
	{ "indirect without a descriptor", ANY, INDIRECT, WRITE, ERROR, 20, .inner_op = WRITE,
	  .no_descriptor = true, WHOLE },
	{ "indirect write, bad segment", ANY, INDIRECT, WRITE, ERROR, 40, .inner_op = WRITE,
	  .bad_seg = 39, .first = 7, .last = 6 },
	{ "indirect write, one reference missing of 20", ANY, INDIRECT, WRITE, ERROR, 20,
	  .inner_op = WRITE, .bad_seg = 13, .no_ref = true, WHOLE },
	{ "indirect write, one reference missing of 200", ANY, INDIRECT, WRITE, ERROR, 200,
	  .inner_op = WRITE, .bad_seg = 170, .no_ref = true, WHOLE },
	{ "indirect read, one reference missing of 200", ANY, INDIRECT, READ, ERROR, 200,
	  .inner_op = READ, .bad_seg = 17, .no_ref = true, WHOLE },
	{ "indirect read into a read-only page", ANY, INDIRECT, READ, ERROR, 200,
	  .inner_op = READ, .bad_seg = 199, .readonly = true, WHOLE },
	{ "indirect past the end", ANY, INDIRECT, WRITE, ERROR, 40, .inner_op = WRITE,
	  .sector = 39 * 8, .nr_sectors = END, WHOLE },
	{ "flush with a bad segment", ANY, FLUSH, FLUSH, ERROR, 1, .first = 3, .last = 2 },
	{ "barrier past the end", ANY, BARRIER, BARRIER, ERROR, 2, .sector = 8,
	  .nr_sectors = END, WHOLE },
	{ "discard past the end", RW | LARGE, DISCARD, DISCARD, ERROR,
	  .sector = 8, .nr_sectors = END },
	{ "discard that overflows", RW | LARGE, DISCARD, DISCARD, ERROR,
	  .sector = 8, .nr_sectors = END - 15 },
	{ "secure discard that was not offered", RW | LARGE, DISCARD, DISCARD, NOTSUPP,
	  .sector = 8, .nr_sectors = 8, .flag = 1 },
	{ "sector not aligned", LARGE, WRITE, WRITE, ERROR, 1, .sector = 1, WHOLE },
	{ "segment not aligned", LARGE, WRITE, WRITE, ERROR, 1, .first = 0, .last = 3 },
	{ "discard not aligned", LARGE, DISCARD, DISCARD, ERROR, .sector = 8, .nr_sectors = 4 },
	{ "write to a read-only disk", RO, WRITE, WRITE, ERROR, 1, WHOLE },
	{ "indirect write to a read-only disk", RO, INDIRECT, WRITE, ERROR, 40,
	  .inner_op = WRITE, WHOLE },
	{ "barrier with data to a read-only disk", RO, BARRIER, BARRIER, ERROR, 1, WHOLE },
	{ "flush with data to a read-only disk", RO, FLUSH, FLUSH, ERROR, 1, WHOLE },
	{ "discard of a read-only disk", RO, DISCARD, DISCARD, ERROR, .nr_sectors = 8 },
	/* Strange, but allowed. */
	{ "empty flush with a sector", ANY, FLUSH, FLUSH, OKAY, 0, .sector = END },
	{ "empty barrier", RW | LARGE, BARRIER, BARRIER, OKAY, 0, .sector = END },
	{ "discard of nothing", RW | LARGE, DISCARD, DISCARD, OKAY, .sector = 8 },
	{ "read of one page eleven times", ANY, READ, READ, OKAY, 11, WHOLE },
	{ "indirect read of 256", ANY, INDIRECT, READ, OKAY, 256, .inner_op = READ, WHOLE },
};


/* The disk as it was found, as it must be now, and as it is. */
static uint8_t found[DISK_PAGES * PAGE], model[DISK_PAGES * PAGE], now[DISK_PAGES * PAGE];

/* --- requests ----------------------------------------------------------- */

static struct seg good_seg(struct vbd *vbd, unsigned int i)
{
	return (struct seg){ vbd->data[i % GOOD_PAGE].ref, 0, PAGE_SECTORS - 1 };
}

static struct seg test_seg(struct vbd *vbd, const struct test *t, unsigned int i)
{
	struct seg seg = good_seg(vbd, i);

	if (i != t->bad_seg)
		return seg;
	seg.first = t->first;
	seg.last = t->last;
	if (t->no_ref)
		seg.ref = NO_REF;
	if (t->readonly)
		seg.ref = vbd->readonly.ref;
	return seg;
}

static void put_test(struct vbd *vbd, const struct test *t, uint64_t id)
{
	struct request req = {
		.id = id, .op = t->op, .inner_op = t->inner_op, .flag = t->flag,
		.nr_segs = t->nr_segs,
		.sector = t->nr_sectors == END ? DISK_SECTORS - t->sector : t->sector,
		.nr_sectors = t->nr_sectors == END ? t->sector + 8 : t->nr_sectors,
		.descriptor = t->no_descriptor ? NO_REF : vbd->descriptor.ref,
	};
	unsigned int i;

	for (i = 0; i < SLOT_SEGS; i++)
		req.seg[i] = test_seg(vbd, t, i);
	for (i = 0; i < PAGE_SEGS; i++) {
		struct seg seg = test_seg(vbd, t, i);

		vbd_set_segment(&vbd->descriptor, i, &seg);
	}
	vbd_add_request(vbd, &req);
}

static void put_good_read(struct vbd *vbd, uint64_t id, uint64_t sector)
{
	struct request req = {
		.id = id, .op = READ, .nr_segs = 1, .sector = sector,
		.seg[0] = { vbd->data[GOOD_PAGE].ref, 0, PAGE_SECTORS - 1 },
	};

	memset(vbd->data[GOOD_PAGE].addr, 0xee, PAGE);
	vbd_add_request(vbd, &req);
}

/* --- what comes back ---------------------------------------------------- */

static const char *judge(const struct test *t, const struct response *rsp, uint64_t id)
{
	if (!rsp->clean)
		return "bytes around the response were written";
	if (rsp->id == id + 1)
		return rsp->status == OKAY && rsp->op == READ ? NULL :
			"the good read behind it failed";
	if (rsp->id != id)
		return "a response with another id";
	if (rsp->op == t->rsp_op && rsp->status == t->status)
		return NULL;
	return reason("operation %u status %d, not %u and %d", rsp->op, rsp->status,
		      t->rsp_op, t->status);
}

static const char *same_disk(struct vbd *vbd)
{
	const char *why = vbd_read_disk(vbd, now);

	if (!why && memcmp(now, model, sizeof(now)))
		why = "the disk has changed";
	return why;
}

/* Publish a bad request together with a good one after it. */
static const char *run_test(struct vbd *vbd, const struct test *t)
{
	uint64_t id = vbd->next_id, sector = PAGE_SECTORS * (id % DISK_PAGES);
	const char *why = NULL;
	struct response rsp;
	int i;

	vbd->next_id += 2;
	for (i = 0; i < DATA_PAGES; i++)
		memset(vbd->data[i].addr, 0xc3, PAGE);
	put_test(vbd, t, id);
	put_good_read(vbd, id + 1, sector);
	ring_push(&vbd->ring);
	for (i = 0; i < 2; i++) {
		if (!vbd_wait_response(vbd, &rsp))
			return "no answer";
		if (!why)
			why = judge(t, &rsp, id);
	}
	if (why)
		return why;
	if (memcmp(vbd->data[GOOD_PAGE].addr, model + sector * SECTOR, PAGE))
		return "the good read behind it brought other bytes";
	return same_disk(vbd);
}

/* --- good requests, which the checks above must accept ------------------ */

static const char *run_write(struct vbd *vbd, uint8_t op, uint8_t inner_op, unsigned int segs)
{
	const struct test t = {
		.op = op, .rsp_op = op == INDIRECT ? inner_op : op, .inner_op = inner_op,
		.nr_segs = segs, WHOLE,
	};
	struct response rsp;
	unsigned int i;

	for (i = 0; i < DATA_PAGES; i++)
		memset(vbd->data[i].addr, op * 16 + inner_op + i + segs, PAGE);
	put_test(vbd, &t, vbd->next_id++);
	ring_push(&vbd->ring);
	if (!vbd_wait_response(vbd, &rsp))
		return "no answer";
	if (rsp.status != OKAY || rsp.op != t.rsp_op || !rsp.clean)
		return reason("operation %u status %d", rsp.op, rsp.status);
	for (i = 0; i < segs; i++)
		memcpy(model + i * PAGE, vbd->data[i % GOOD_PAGE].addr, PAGE);
	return same_disk(vbd);
}

static void run_writes(struct vbd *vbd)
{
	report_case("write", run_write(vbd, WRITE, 0, 11));
	report_case("barrier", run_write(vbd, BARRIER, 0, 3));
	report_case("flush with data", run_write(vbd, FLUSH, 0, 2));
	report_case("indirect write of 20", run_write(vbd, INDIRECT, WRITE, 20));
	report_case("indirect write of 256", run_write(vbd, INDIRECT, WRITE, 256));
}

/* A ring full of writes, some of them barriers: each must get one response. */
static const char *run_full_ring(struct vbd *vbd, unsigned int barriers)
{
	struct test t = { WHOLE, .nr_segs = 1 };
	struct response rsp;
	uint64_t seen = 0;
	unsigned int i;

	memset(vbd->data[0].addr, 0x77, PAGE);
	memset(model, 0x77, PAGE);
	for (i = 0; i < VBD_SLOTS; i++) {
		t.op = (barriers >> (i % 8)) & 1 ? BARRIER : WRITE;
		put_test(vbd, &t, i);
	}
	ring_push(&vbd->ring);
	for (i = 0; i < VBD_SLOTS; i++) {
		if (!vbd_wait_response(vbd, &rsp))
			return "no answer";
		if (rsp.id >= VBD_SLOTS || seen & (1ull << rsp.id) || rsp.status)
			return "a wrong answer";
		seen |= 1ull << rsp.id;
	}
	return same_disk(vbd);
}

/* --- all of it ---------------------------------------------------------- */

static unsigned int kind_of_disk(struct vbd *vbd)
{
	char mode[STORE_VALUE] = "";

	if (store_number(vbd->dev.back, "sectors", 0) != DISK_SECTORS)
		die("the disk must have %u sectors", DISK_SECTORS);
	store_read(vbd->dev.back, "mode", mode);
	if (mode[0] == 'r')
		return RO;
	return store_number(vbd->dev.back, "sector-size", 0) > SECTOR ? LARGE : RW;
}

static const char *restore(struct vbd *vbd)
{
	const char *why = vbd_write_disk(vbd, found);

	memcpy(model, found, sizeof(model));
	return why ? why : same_disk(vbd);
}

static void run_connection(struct vbd *vbd, const struct layout *layout, bool persistent)
{
	unsigned int i, disk;
	const char *why;

	vbd_connect(vbd, layout, persistent);
	disk = kind_of_disk(vbd);
	report_context("%s, %s grants", layout->protocol, persistent ? "persistent" : "plain");
	why = vbd_read_disk(vbd, found);
	if (why)
		die("%s", why);
	memcpy(model, found, sizeof(model));
	for (i = 0; i < ARRAY_SIZE(tests); i++)
		if (tests[i].disks & disk)
			report_case(tests[i].name, run_test(vbd, &tests[i]));
	if (disk != RO) {
		run_writes(vbd);
		report_case("full ring", run_full_ring(vbd, 0));
		report_case("full ring with barriers", run_full_ring(vbd, 0x28));
		report_case("the disk as it was found", restore(vbd));
	}
	vbd_close(vbd);
}

void vbd_requests(struct vbd *vbd)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		run_connection(vbd, &layouts[i & 1], i & 2);
}
