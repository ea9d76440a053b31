// SPDX-License-Identifier: GPL-2.0
/* Texts of any bytes that stand for numbers. */
#include <linux/errno.h>

#include "netback/tx_rate.h"
#include "netfront/keys.h"
#include "prove.h"
#include "xenbus/key.h"

/* One digit more than the largest number has, and white space. */
#define TEXT 24

static char text[TEXT];

static void any_text(u32 len)
{
	ANYTHING(text);
	text[len - 1] = '\0';
}

void prove_number(void)
{
	u64 val = 0;
	int err;

	any_text(TEXT);
	err = xsplit_key_parse(text, &val);
	CLAIM(err == 0 || err == -EINVAL || err == -ERANGE);
	CLAIM(err != -ERANGE || val == ~0ULL);
}

/* Whatever the text, the value is in bounds if the key is accepted. */
void prove_bounds(void)
{
	struct xsplit_key key = {
		.rule = nondet_u8(), .def = nondet_u64(), .min = nondet_u64(), .max = nondet_u64(),
	};
	u64 val;

	GIVEN(key.rule <= XSPLIT_KEY_REQUIRE && key.min <= key.max);
	GIVEN(key.def >= key.min && key.def <= key.max);
	any_text(6);
	if (!xsplit_key_judge(&key, nondet_bool() ? text : NULL, &val))
		CLAIM(val >= key.min && val <= key.max);
}

void prove_rate(void)
{
	struct xnb_rate rate;
	int err;

	any_text(12);
	err = xnb_rate_parse(text, &rate);
	CLAIM(!rate.bytes == !rate.usec);
	CLAIM(rate.bytes <= 1ULL << 40 && rate.usec <= 1ULL << 32);
	CLAIM(!err || !rate.usec);
}

void prove_mac(void)
{
	u8 mac[XNF_MAC_BYTES] = { 1, 2, 3, 4, 5, 6 };

	any_text(20);
	if (!xnf_mac_read(text, mac))
		CLAIM(mac[0] == 1 && mac[5] == 6);
}
