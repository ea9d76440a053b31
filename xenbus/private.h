/* SPDX-License-Identifier: GPL-2.0 */
/* Between xenbus/main.c and the files it brings up. */
#ifndef XSPLIT_XENBUS_PRIVATE_H
#define XSPLIT_XENBUS_PRIVATE_H

/**
 * xsplit_links_init - the workqueue and the debugfs folder of all links
 *
 * Context: module init. Return: 0 or -ENOMEM.
 */
int xsplit_links_init(void);

/* Undo it; waits for devices being unregistered. */
void xsplit_links_exit(void);

#endif /* XSPLIT_XENBUS_PRIVATE_H */
