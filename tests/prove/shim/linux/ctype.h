/* SPDX-License-Identifier: GPL-2.0 */
/* CBMC has no table of characters. */
#ifndef PROVE_LINUX_CTYPE_H
#define PROVE_LINUX_CTYPE_H

#define isdigit(c) ((c) >= '0' && (c) <= '9')
#define isxdigit(c) (isdigit(c) || (((c) | 0x20) >= 'a' && ((c) | 0x20) <= 'f'))

#endif
