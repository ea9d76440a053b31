/* SPDX-License-Identifier: GPL-2.0 */
/* Untrusted text in messages. Pure: builds in user space too. */
#ifndef XSPLIT_XENBUS_TEXT_H
#define XSPLIT_XENBUS_TEXT_H

/*
 * Replace each byte that is not printable ASCII by a question mark. A message quotes values
 * that a guest chose, which must not look like further lines of the log or control the
 * reader's terminal.
 */
void xsplit_text_clean(char *text);

#endif /* XSPLIT_XENBUS_TEXT_H */
