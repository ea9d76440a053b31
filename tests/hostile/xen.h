/* SPDX-License-Identifier: GPL-2.0 */
/* Pages lent to the back, and event channels to it. */
#ifndef HOSTILE_XEN_H
#define HOSTILE_XEN_H

#include <stdint.h>

#define PAGE 4096
/* A grant reference that is not in use. */
#define NO_REF 0x7ffffu

/* A page lent to another domain. */
struct lent {
	uint8_t *addr;
	uint32_t ref;
};

void xen_open(void);

/* Lend a page; it stays lent until the program ends. */
void lend(struct lent *page);
void lend_readonly(struct lent *page);
/* Lend a page to a domain that is not the back's. */
void lend_elsewhere(struct lent *page);

/* An unbound event channel for the back. */
uint32_t channel_open(void);
void channel_close(uint32_t port);
void channel_send(uint32_t port);

#endif
