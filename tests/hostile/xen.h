/* SPDX-License-Identifier: GPL-2.0 */
/* Pages lent to the back or by the front, and event channels between them. */
#ifndef HOSTILE_XEN_H
#define HOSTILE_XEN_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE 4096
/* A grant reference that is not in use. */
#define NO_REF 0x7ffffu

/* A page lent to another domain. */
struct lent {
	uint8_t *addr;
	uint32_t ref;
};

void xen_open_front(void);
void xen_open_back(void);

/* --- the front's side ---------------------------------------------------- */

/* Whom pages are lent to and channels are for, from now on; domain 0 at first. */
void xen_set_back(uint16_t domain);

/* Lend a page; it stays lent until the program ends. */
void lend(struct lent *page);
void lend_readonly(struct lent *page);
/* Lend a page to a domain that is not the back's. */
void lend_elsewhere(struct lent *page);

/* An unbound event channel for the back. */
uint32_t channel_open(void);

/* --- the back's side ------------------------------------------------------ */

/* Most pages that are mapped side by side. */
#define MAP_MAX 16

/* Pages of the guest, mapped side by side; addr is NULL if they are not. */
struct mapped {
	uint8_t *addr;
	uint64_t index;
	unsigned int nr;
};

/* Return: false if the guest has not lent one of them, or not for that. */
bool map_pages(struct mapped *pages, uint16_t guest, const uint32_t *refs, unsigned int nr,
	       bool writable);
bool map_page(struct mapped *page, uint16_t guest, uint32_t ref, bool writable);
void unmap_pages(struct mapped *pages);

/* Bytes of one page of the guest, and where they go to or come from. */
struct copy {
	uint32_t ref;
	uint16_t offset, len;
	void *addr;
};

/* Copy without mapping. Return: false if any of the pages is not lent for that. */
bool copy_from_guest(uint16_t guest, const struct copy *copy, unsigned int nr);
bool copy_to_guest(uint16_t guest, const struct copy *copy, unsigned int nr);

/* Bind the front's event channel. Return: our port, 0 if that fails. */
uint32_t channel_bind(uint16_t guest, uint32_t port);
/* Wait for an event of any channel. */
void channel_wait(unsigned int ms);

/* --- both ------------------------------------------------------------------ */

void channel_close(uint32_t port);
void channel_send(uint32_t port);

#endif
