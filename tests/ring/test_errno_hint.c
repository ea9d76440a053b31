// SPDX-License-Identifier: GPL-2.0
/* What a refusal of xenstore means, the folders above a node, hotplug scripts. */
#include <errno.h>
#include <string.h>

#include "suites.h"
#include "xenbus/errno_hint.h"
#include "xenbus/script.h"

/* --- hints ---------------------------------------------------------------- */

struct hint_row {
	int err;
	const char *says;
};

/* Whatever is said names the thing to look at. */
static void hint_names(void)
{
	const struct hint_row *row;

	for (row = test_row; row->says; row++) {
		test_context("error %d", row->err);
		EXPECT(strstr(xsplit_errno_hint(row->err), row->says) != NULL);
	}
}

static const struct hint_row quotas[] = {
	{ -ENOSPC, "quota" }, { -E2BIG, "quota" }, { -EDQUOT, "quota" }, {},
};

static const struct hint_row permissions[] = {
	{ -EACCES, "permissions" }, { -EPERM, "permissions" }, {},
};

static const struct hint_row others[] = {
	{ -ENOENT, "attach it again" }, { -ENOMEM, "memory" }, { -EIO, "log" },
	{ -EAGAIN, "log" }, { 0, "log" }, { ENOSPC, "log" }, { -1000000, "log" }, {},
};

/* One line of a log, and no format. */
static void every_hint_is_one_line(void)
{
	const char *text;
	int err;

	for (err = -200; err <= 200; err++) {
		test_context("error %d", err);
		text = xsplit_errno_hint(err);
		EXPECT(strlen(text) > 20 && strlen(text) < 200);
		EXPECT(!strpbrk(text, "\n%"));
	}
}

/* --- folders above ------------------------------------------------------------ */

struct up_row {
	const char *path;
	const char *above;
};

static void up(void)
{
	const struct up_row *row;
	char path[64];

	for (row = test_row; row->path; row++) {
		test_context("'%s'", row->path);
		strcpy(path, row->path);
		EXPECT_EQ(xsplit_path_up(path), row->above != NULL);
		EXPECT(!strcmp(path, row->above ? row->above : row->path));
	}
}

static const struct up_row paths[] = {
	{ "error/device/vbd/51728", "error/device/vbd" },
	{ "error/device", "error" },
	{ "error", NULL }, { "", NULL }, { "/", NULL }, { "/error", NULL },
	{ "/error/a", "/error" }, { "a/", "a" }, { "a//b", "a/" }, {},
};

/* Whatever the path, the walk ends. */
static void the_walk_ends(void)
{
	char path[] = "a/b//c/d/e///f/";
	unsigned int steps = 0;

	while (xsplit_path_up(path))
		steps++;
	EXPECT_EQ(steps, 9);
	EXPECT(!strcmp(path, "a"));
}

/* --- the hotplug script --------------------------------------------------------- */

struct script_row {
	const char *status;
	enum xsplit_script awaited;
	enum xsplit_script not_awaited;
};

#define WAIT XSPLIT_SCRIPT_WAIT
#define DONE XSPLIT_SCRIPT_DONE
#define FAILED XSPLIT_SCRIPT_FAILED

static const struct script_row scripts[] = {
	{ NULL, WAIT, DONE },
	{ "connected", DONE, DONE },
	{ "error", FAILED, FAILED },
	{ "busy", FAILED, FAILED },
	{ "", WAIT, WAIT },
	{ "disconnected", WAIT, WAIT },
	{ "connected ", WAIT, WAIT },
	{ "connectedd", WAIT, WAIT },
	{ "Connected", WAIT, WAIT },
	{ "error: no bridge", WAIT, WAIT },
};

static void script(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(scripts); i++) {
		test_context("'%s'", scripts[i].status ? scripts[i].status : "(absent)");
		EXPECT_EQ(xsplit_script_judge(scripts[i].status, true), scripts[i].awaited);
		EXPECT_EQ(xsplit_script_judge(scripts[i].status, false), scripts[i].not_awaited);
	}
}

static const struct test_case cases[] = {
	{ "a quota that is full", hint_names, quotas },
	{ "no permission", hint_names, permissions },
	{ "other errors", hint_names, others },
	CASE(every_hint_is_one_line),
	{ "folders above", up, paths },
	CASE(the_walk_ends),
	CASE(script),
};

TEST_SUITE(errno_hint_suite, "hints", cases, NULL);
