/* SPDX-License-Identifier: GPL-2.0 */
/* 6.5: segmentation in software got a header of its own. */
#ifndef XSPLIT_COMPAT_GSO_H
#define XSPLIT_COMPAT_GSO_H

#ifdef HAVE_GSO_H
#include <net/gso.h>
#else
#include <linux/netdevice.h>
#endif

#endif /* XSPLIT_COMPAT_GSO_H */
