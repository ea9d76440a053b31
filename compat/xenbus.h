/* SPDX-License-Identifier: GPL-2.0 */
/* What changed in the kernel's xenbus. */
#ifndef XSPLIT_COMPAT_XENBUS_H
#define XSPLIT_COMPAT_XENBUS_H

#include <xen/xenbus.h>

/* The device that xenbus_driver.uevent is given. */
#ifdef HAVE_CONST_UEVENT
typedef const struct xenbus_device xsplit_const_device;
#else
typedef struct xenbus_device xsplit_const_device;
#endif

#endif /* XSPLIT_COMPAT_XENBUS_H */
