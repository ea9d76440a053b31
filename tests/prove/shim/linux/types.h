/* SPDX-License-Identifier: GPL-2.0 */
/* CBMC pads a packed structure that is aligned as well; none of ours needs padding. */
#ifndef PROVE_LINUX_TYPES_H
#define PROVE_LINUX_TYPES_H

#include_next <linux/types.h>

#undef __aligned
#define __aligned(n)

#endif
