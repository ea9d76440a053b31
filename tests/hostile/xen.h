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

/* Lend a page; it stays lent until the program ends. */
void lend(struct lent *page);
void lend_readonly(struct lent *page);
/* Lend a page to a domain that is not the back's. */
void lend_elsewhere(struct lent *page);

/* An unbound event channel for the back. */
uint32_t channel_open(void);

/* --- the back's side ------------------------------------------------------ */

/* A page of the guest, mapped; addr is NULL if it is not. */
struct mapped {
	uint8_t *addr;
	uint64_t index;
};

/* Return: false if the guest has not lent it, or not for that. */
bool map_page(struct mapped *page, uint16_t guest, uint32_t ref, bool writable);
void unmap_page(struct mapped *page);

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
