// SPDX-License-Identifier: GPL-2.0
/*
 * Hostile ends of a device in user space, which violate the protocol on purpose.
 *
 * A frontend, in a guest; the device is bound to no driver of this guest's kernel:
 *	hostile vbd DEVICE GROUP...
 *	hostile vif DEVICE IP PEER-IP GROUP...
 *
 * A backend, in domain 0; it makes the device, which the guest's own driver takes:
 *	hostile back-vbd GUEST DEVICE GROUP...
 *	hostile back-vif GUEST DEVICE IP GUEST-IP GROUP...
 *
 * A program of that guest, which uses the disk and checks what it gets:
 *	hostile load DISK
 *
 * Prints one line for each case; the exit status is 0 if all passed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "back_vbd.h"
#include "back_vif.h"
#include "load.h"
#include "report.h"
#include "store.h"
#include "vbd.h"
#include "vif.h"
#include "xen.h"

/* Return: the index of a group in a table whose entries begin with their names. */
static unsigned int find_group(const void *table, unsigned int nr, size_t bytes, const char *name)
{
	const char *entry = table;
	unsigned int i;

	for (i = 0; i < nr; i++, entry += bytes)
		if (!strcmp(*(const char *const *)entry, name))
			return i;
	die("no group %s", name);
}

#define GROUP(table, name) \
	(&(table)[find_group(table, ARRAY_SIZE(table), sizeof((table)[0]), name)])

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
	report_context("%s", "");
	if (run_ring(vbd, name))
		return;
	GROUP(vbd_groups, name)->run(vbd);
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

/* "wild=60,7" */
static bool run_vif_wild(struct vif *vif, const char *name)
{
	unsigned int seconds, seed;

	if (sscanf(name, "wild=%u,%u", &seconds, &seed) != 2)
		return false;
	vif_wild(vif, seconds, seed);
	return true;
}

static void run_vif(struct vif *vif, const char *name)
{
	report_context("%s", "");
	if (run_vif_ring(vif, name) || run_vif_wild(vif, name))
		return;
	GROUP(vif_groups, name)->run(vif);
}

static void vif_main(const char *id, char **args)
{
	static struct vif vif;

	vif_open(&vif, id, args[0], args[1]);
	for (args += 2; *args; args++)
		run_vif(&vif, *args);
	printf("frames taken %u echoes %u\n", vif.taken, vif.echoes);
}

/* --- backends ------------------------------------------------------------- */

struct back_vbd_group {
	const char *name;
	void (*run)(struct back_vbd *vbd);
};

static const struct back_vbd_group back_vbd_groups[] = {
	{ "lent", back_vbd_lent },
	{ "persistent", back_vbd_persistent },
	{ "wiped", back_vbd_wiped },
	{ "queues", back_vbd_queues },
	{ "one-queue", back_vbd_one_queue },
	{ "honest", back_vbd_honest },
	{ "responses", back_vbd_responses },
	{ "pages", back_vbd_pages },
	{ "hoard", back_vbd_hoard },
	{ "data", back_vbd_data },
	{ "keys", back_vbd_keys },
	{ "stands", back_vbd_stands },
	{ "vanishes", back_vbd_vanishes },
	{ "flap", back_vbd_flap },
	{ "storm", back_vbd_storm },
	{ "log", back_vbd_log },
};

static void back_vbd_main(char **args)
{
	static struct back_vbd vbd;

	back_vbd_open(&vbd, args[0], args[1]);
	for (args += 2; *args; args++)
		GROUP(back_vbd_groups, *args)->run(&vbd);
	back_vbd_end(&vbd);
}

struct back_vif_group {
	const char *name;
	void (*run)(struct back_vif *vif);
};

static const struct back_vif_group back_vif_groups[] = {
	{ "trusted", back_vif_trusted },
	{ "untrusted", back_vif_untrusted },
	{ "queues", back_vif_queues },
	{ "one-queue", back_vif_one_queue },
	{ "honest", back_vif_honest },
	{ "tx", back_vif_tx },
	{ "rx", back_vif_rx },
	{ "xdp", back_vif_xdp },
	{ "random", back_vif_random },
	{ "pages", back_vif_pages },
	{ "hoard", back_vif_hoard },
	{ "keys", back_vif_keys },
	{ "stands", back_vif_stands },
	{ "vanishes", back_vif_vanishes },
	{ "flap", back_vif_flap },
	{ "storm", back_vif_storm },
	{ "log", back_vif_log },
	{ "ctrl", back_vif_ctrl },
};

static void back_vif_main(char **args)
{
	static struct back_vif vif;

	back_vif_open(&vif, args[0], args[1], args[2], args[3]);
	for (args += 4; *args; args++)
		GROUP(back_vif_groups, *args)->run(&vif);
	back_vif_end(&vif);
}

/* --- which end ------------------------------------------------------------ */

static void front_main(char **args)
{
	xen_open_front();
	if (!strcmp(args[0], "vbd"))
		vbd_main(args[1], args + 2);
	else
		vif_main(args[1], args + 2);
}

static void back_main(char **args)
{
	xen_open_back();
	if (!strcmp(args[0], "back-vbd"))
		back_vbd_main(args + 1);
	else
		back_vif_main(args + 1);
}

static const struct end {
	const char *name;
	int least;	/* arguments */
	void (*run)(char **args);
} ends[] = {
	{ "vbd", 3, front_main },
	{ "vif", 5, front_main },
	{ "back-vbd", 4, back_main },
	{ "back-vif", 6, back_main },
};

int main(int argc, char **argv)
{
	unsigned int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && !strcmp(argv[1], "load"))
		return load_main(argv[2]);
	for (i = 0; i < ARRAY_SIZE(ends); i++)
		if (argc > ends[i].least && !strcmp(argv[1], ends[i].name)) {
			store_open();
			ends[i].run(argv + 1);
			return report_summary();
		}
	die("usage: hostile END [GUEST] DEVICE [IP PEER-IP] GROUP..., or hostile load DISK");
}
