// SPDX-License-Identifier: GPL-2.0
/* Untrusted text in messages. Pure. */

#include "xenbus/text.h"

void xsplit_text_clean(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}
