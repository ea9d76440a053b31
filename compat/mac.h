/* SPDX-License-Identifier: GPL-2.0 */
/* Where mac_pton() is: since 6.6 in a header of its own. */
#ifndef XSPLIT_COMPAT_MAC_H
#define XSPLIT_COMPAT_MAC_H

#ifdef HAVE_HEX_H
#include <linux/hex.h>
#else
#include <linux/kernel.h>
#endif

#endif /* XSPLIT_COMPAT_MAC_H */
