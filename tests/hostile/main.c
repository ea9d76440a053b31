// SPDX-License-Identifier: GPL-2.0
/*
 * A hostile frontend in user space. It drives a device that is bound to no driver of
 * this guest's kernel, and violates the protocol on purpose.
 *
 *	hostile vbd DEVICE GROUP...
 *	hostile vif DEVICE IP PEER-IP GROUP...
 *
 * Prints one line for each case; the exit status is 0 if all passed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "report.h"
#include "vbd.h"
#include "vif.h"
#include "xen.h"

/* --- disks -------------------------------------------------------------- */

struct vbd_group {
	const char *name;
	void (*run)(struct vbd *vbd);
};

static const struct vbd_group vbd_groups[] = {
	{ "requests", vbd_requests },
	{ "pages", vbd_pages },
	{ "keys", vbd_keys },
	{ "flap", vbd_flap },
	{ "storm", vbd_storm },
	{ "race", vbd_race },
	{ "discard", vbd_discard },
	{ "firmware", vbd_firmware },
};

/* "ring+33": a producer index that is 33 beyond the requests in the ring. */
static bool run_ring(struct vbd *vbd, const char *name)
{
	if (strncmp(name, "ring", 4) || !name[4])
		return false;
	vbd_ring_broken(vbd, strtol(name + 4, NULL, 10));
	return true;
}

static void run_vbd(struct vbd *vbd, const char *name)
{
	unsigned int i;

	report_context("%s", "");
	if (run_ring(vbd, name))
		return;
	for (i = 0; i < ARRAY_SIZE(vbd_groups); i++)
		if (!strcmp(name, vbd_groups[i].name)) {
			vbd_groups[i].run(vbd);
			return;
		}
	die("no group %s", name);
}

static void vbd_main(const char *id, char **groups)
{
	static struct vbd vbd;

	vbd_open(&vbd, id);
	while (*groups)
		run_vbd(&vbd, *groups++);
}

/* --- NICs --------------------------------------------------------------- */

struct vif_group {
	const char *name;
	void (*run)(struct vif *vif);
};

static const struct vif_group vif_groups[] = {
	{ "tx", vif_tx },
	{ "mapped", vif_tx_mapped },
	{ "odd", vif_odd },
	{ "mcast", vif_mcast },
	{ "stack", vif_stack },
	{ "orders", vif_orders },
	{ "echo", vif_echo },
	{ "headroom", vif_headroom },
	{ "few", vif_few },
	{ "rx", vif_rx },
	{ "drip", vif_drip },
	{ "ctrl", vif_ctrl },
	{ "pages", vif_pages },
	{ "keys", vif_keys },
	{ "flap", vif_flap },
	{ "storm", vif_storm },
	{ "race", vif_race },
	{ "firmware", vif_firmware },
};

/* "txring+257", "rxring-1", "ctrlring+129" */
static bool run_vif_ring(struct vif *vif, const char *name)
{
	const char *at = strstr(name, "ring");
	char which[8] = "";

	if (!at || !at[4])
		return false;
	snprintf(which, sizeof(which), "%.*s", (int)(at - name), name);
	vif_ring_broken(vif, which, strtol(at + 4, NULL, 10));
	return true;
}

static void run_vif(struct vif *vif, const char *name)
{
	unsigned int i;

	report_context("%s", "");
	if (run_vif_ring(vif, name))
		return;
	for (i = 0; i < ARRAY_SIZE(vif_groups); i++)
		if (!strcmp(name, vif_groups[i].name)) {
			vif_groups[i].run(vif);
			return;
		}
	die("no group %s", name);
}

static void vif_main(const char *id, char **args)
{
	static struct vif vif;

	vif_open(&vif, id, args[0], args[1]);
	for (args += 2; *args; args++)
		run_vif(&vif, *args);
	printf("frames taken %u echoes %u\n", vif.taken, vif.echoes);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		die("usage: hostile vbd|vif DEVICE [IP PEER-IP] GROUP...");
	setvbuf(stdout, NULL, _IOLBF, 0);
	store_open();
	xen_open();
	if (!strcmp(argv[1], "vbd"))
		vbd_main(argv[2], argv + 3);
	else if (!strcmp(argv[1], "vif") && argc > 5)
		vif_main(argv[2], argv + 3);
	else
		die("no devices of type %s", argv[1]);
	return report_summary();
}
