// SPDX-License-Identifier: GPL-2.0
/* A guest's multicast filter: whatever it adds and removes, it matches what a set would. */
#include <string.h>

#include "fuzz.h"
#include "netback/mcast.h"

enum { MOST = 64, ADDR = 6, ADD = 2, DEL = 3, KNOWN = 256 };

/* A second list: addresses in no order. */
static u8 set[MOST][ADDR];
static u32 nr_set;

static u32 find(const u8 *addr)
{
	u32 i;

	for (i = 0; i < nr_set; i++)
		if (!memcmp(set[i], addr, ADDR))
			return i;
	return MOST;
}

static bool set_add(const u8 *addr)
{
	if (!(addr[0] & 1))
		return false;
	if (find(addr) < MOST)
		return true;
	if (nr_set == MOST)
		return false;
	memcpy(set[nr_set++], addr, ADDR);
	return true;
}

static void set_del(const u8 *addr)
{
	u32 at = find(addr);

	if (at < MOST)
		memcpy(set[at], set[--nr_set], ADDR);
}

static void change(struct xnb_mcast *list, u8 op, const u8 *addr)
{
	int status = xnb_mcast_change(list, op == ADD ? ADD : DEL, addr);

	if (op == ADD) {
		EXPECT_EQ(status, set_add(addr) ? 0 : -1);
	} else {
		set_del(addr);
		EXPECT_EQ(status, 0);
	}
	EXPECT(list->end <= MOST);
	EXPECT_EQ(xnb_mcast_match(list, addr), find(addr) < MOST);
}

void fuzz(struct input *input)
{
	struct xnb_mcast list = { };
	u8 addr[ADDR] = { 1 };
	u32 i;

	nr_set = 0;
	while (input->left) {
		u8 op = input_u8(input);

		/* Few different ones, so that they meet again; some are anything. */
		if (op & 0x80)
			input_bytes(input, addr, ADDR);
		else
			addr[ADDR - 1] = input_u8(input);
		if (op == 0x7f) {
			xnb_mcast_clear(&list);
			nr_set = 0;
		}
		change(&list, op & 1 ? ADD : DEL, addr);
	}
	for (i = 0; i < nr_set; i++)
		EXPECT(xnb_mcast_match(&list, set[i]));
}
