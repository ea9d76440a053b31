// SPDX-License-Identifier: GPL-2.0
/*
 *	speed [COUNT]	how long work takes now, in percent of the usual; the maximum of
 *			COUNT measurements
 */
#include <stdio.h>
#include <stdlib.h>

#include "speed.h"

int main(int argc, char **argv)
{
	printf("%d\n", speed_percent(argc > 1 ? atoi(argv[1]) : 1));
	return 0;
}
