// SPDX-License-Identifier: GPL-2.0
/*
 * The keys, and what their values mean together.
 */
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "netfront/keys.h"
#include "xenbus/netif.h"

const struct xsplit_key xnf_back_keys[XNF_NR_BACK_KEYS] = {
	[XNF_BACK_RX_COPY] = { "feature-rx-copy", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNF_BACK_SG] = { "feature-sg", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNF_BACK_GSO_TCPV4] = { "feature-gso-tcpv4", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNF_BACK_GSO_TCPV6] = { "feature-gso-tcpv6", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNF_BACK_NO_CSUM] = { "feature-no-csum-offload", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNF_BACK_CSUM_IPV6] = { "feature-ipv6-csum-offload", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNF_BACK_SPLIT] = { "feature-split-event-channels", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	/* 0 if absent, which differs from 1: see multi_queue. */
	[XNF_BACK_QUEUES] = { "multi-queue-max-queues", XSPLIT_KEY_CLAMP, 0, 0, U16_MAX },
	[XNF_BACK_CTRL_RING] = { "feature-ctrl-ring", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XNF_BACK_XDP] = { "feature-xdp-headroom", XSPLIT_KEY_CLAMP, 0, 0, 1 },
};

const struct xsplit_key xnf_carrier_key = { "carrier", XSPLIT_KEY_CLAMP, 1, 0, 1 };
const struct xsplit_key xnf_online_key = { "online", XSPLIT_KEY_CLAMP, 0, 0, 1 };
const struct xsplit_key xnf_mtu_key = { "mtu", XSPLIT_KEY_CLAMP, 0, 0, U32_MAX };

int xnf_features_judge(const u64 *key, struct xnf_features *features)
{
	*features = (struct xnf_features){
		.sg = key[XNF_BACK_SG],
		.csum = !key[XNF_BACK_NO_CSUM],
		.csum_ipv6 = key[XNF_BACK_CSUM_IPV6],
		.split = key[XNF_BACK_SPLIT],
		.ctrl_ring = key[XNF_BACK_CTRL_RING],
		.xdp = key[XNF_BACK_XDP],
		.multi_queue = key[XNF_BACK_QUEUES],
		.max_queues = max_t(u64, key[XNF_BACK_QUEUES], 1),
	};
	if (features->sg && features->csum && key[XNF_BACK_GSO_TCPV4])
		features->gso |= 1 << XNET_GSO_TCPV4;
	if (features->sg && features->csum_ipv6 && key[XNF_BACK_GSO_TCPV6])
		features->gso |= 1 << XNET_GSO_TCPV6;
	return key[XNF_BACK_RX_COPY] ? 0 : -EOPNOTSUPP;
}

u32 xnf_mtu(u64 key, u32 now, const struct xnf_features *features)
{
	u64 mtu = key < XNF_MIN_MTU ? now : key;

	return min_t(u64, mtu, xnf_max_mtu(features));
}

/* Return: the value of a hexadecimal digit, or -1. */
static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Parse one or two digits. Return: the text behind them; NULL if there is no digit. */
static const char *read_byte(const char *at, u8 *byte)
{
	int high = hex_digit(at[0]), low;

	if (high < 0)
		return NULL;
	low = hex_digit(at[1]);
	*byte = low < 0 ? high : high << 4 | low;
	return at + (low < 0 ? 1 : 2);
}

bool xnf_mac_read(const char *text, u8 *mac)
{
	u8 read[XNF_MAC_BYTES];
	unsigned int i;

	for (i = 0; i < XNF_MAC_BYTES; i++) {
		if (i && *text++ != ':')
			return false;
		text = read_byte(text, &read[i]);
		if (!text)
			return false;
	}
	while (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r')
		text++;
	if (*text)
		return false;
	memcpy(mac, read, sizeof(read));
	return true;
}
