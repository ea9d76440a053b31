/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What somebody else wrote, fit to be shown.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_XENBUS_TEXT_H
#define XSPLIT_XENBUS_TEXT_H

/**
 * xsplit_text_clean - leave nothing in a message but what a terminal prints as it is
 * @text: the message; each byte that is not printable ASCII becomes a question mark
 *
 * A message quotes values that a guest chose. Whoever reads the log must not take a part
 * of one for a line of its own, nor have his terminal obey it.
 */
void xsplit_text_clean(char *text);

#endif /* XSPLIT_XENBUS_TEXT_H */
