// SPDX-License-Identifier: GPL-2.0
/* What somebody else wrote, fit to be shown. Pure. */

#include "xenbus/text.h"

void xsplit_text_clean(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}
