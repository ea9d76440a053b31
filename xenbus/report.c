// SPDX-License-Identifier: GPL-2.0
/* Errors of a link, in the log and in the error node. */

#include <linux/ratelimit.h>
#include <linux/slab.h>

#include "compat/module.h"
#include "grant/retry.h"
#include "xenbus/link.h"
#include "xenbus/private.h"
#include "xenbus/errno_hint.h"
#include "xenbus/text.h"

/* A peer can cause errors again and again: each device may log this much. */
#define LOG_LINES 10
#define LOG_TIME (60 * HZ)

/* After this time a link that waits reports what it waits for. */
#define LATE (5 * HZ)

/* --- the error node ------------------------------------------------------ */

static char *error_dir(const struct xenbus_device *xdev)
{
	return kasprintf(GFP_NOIO, "error/%s", xdev->nodename);
}

/*
 * A domain that has used up its quota cannot create a node, but it can write to nodes that
 * exist: at the latest to the folder that the toolstack made.
 */
static void write_above(const struct xenbus_device *xdev, char *dir, const char *text)
{
	char *named = kasprintf(GFP_NOIO, "%s: %s", dev_name(&xdev->dev), text);

	while (named && xenbus_write(XBT_NIL, dir, "", named) && xsplit_path_up(dir))
		;
	kfree(named);
}

static void write_error_node(const struct xenbus_device *xdev, const char *text)
{
	char *dir = error_dir(xdev);

	if (dir && xenbus_write(XBT_NIL, dir, "error", text))
		write_above(xdev, dir, text);
	kfree(dir);
}

static void remove_error_node(const struct xenbus_device *xdev)
{
	char *dir = error_dir(xdev);

	if (dir)
		xenbus_rm(XBT_NIL, dir, "error");
	kfree(dir);
}

/* --- reporting ------------------------------------------------------------ */

/* Several contexts may report at the same time: the last error stays. */
static void set_error_text(struct xsplit_link *link, char *text)
{
	kfree(xchg(&link->error_text, text));
}

/* A shortage is logged at the first attempt only; the error node shows that it goes on. */
static bool may_log_error(struct xsplit_link *link, int err)
{
	return !(READ_ONCE(link->tries) && xsplit_is_transient(err)) && xsplit_link_may_log(link);
}

bool xsplit_link_may_log(struct xsplit_link *link)
{
	return __ratelimit(&link->log_limit);
}
XSPLIT_EXPORT(xsplit_link_may_log);

void xsplit_log_limit_init(struct ratelimit_state *limit)
{
	ratelimit_state_init(limit, LOG_TIME, LOG_LINES);
}
XSPLIT_EXPORT(xsplit_log_limit_init);

int xsplit_link_error(struct xsplit_link *link, int err, const char *fmt, ...)
{
	char *text, *node;
	va_list args;

	va_start(args, fmt);
	text = kvasprintf(GFP_NOIO, fmt, args);
	va_end(args);
	if (text)
		xsplit_text_clean(text);
	if (may_log_error(link, err))
		dev_err(&link->xdev->dev, "%s (error %d)\n", text ?: fmt, err);
	/* Toolstacks expect the error's number first, as in the bus's own texts. */
	node = kasprintf(GFP_NOIO, "%d %s", -err, text ?: fmt);
	write_error_node(link->xdev, node ?: fmt);
	set_error_text(link, node);
	kfree(text);
	return err;
}
XSPLIT_EXPORT(xsplit_link_error);

void xsplit_link_forget(struct xsplit_link *link)
{
	cancel_delayed_work(&link->late_work);
	link->late = false;
	set_error_text(link, NULL);
}

void xsplit_link_clear_error(struct xsplit_link *link)
{
	if (link->error_text)
		remove_error_node(link->xdev);
	xsplit_link_forget(link);
}

/* --- after a failed probe --------------------------------------------------- */

struct last_word {
	struct work_struct work;
	struct xenbus_device *xdev;
	char *text;
};

static void write_last_word(struct work_struct *work)
{
	struct last_word *word = container_of(work, struct last_word, work);
	struct device *dev = &word->xdev->dev;

	/* The bus holds this while it probes. An unregistered device may have a successor. */
	device_lock(dev);
	if (!dev->driver && device_is_registered(dev))
		write_error_node(word->xdev, word->text);
	device_unlock(dev);
	put_device(dev);
	kfree(word->text);
	kfree(word);
}

void xsplit_link_last_word(struct xsplit_link *link)
{
	char *text = xchg(&link->error_text, NULL);
	struct last_word *word = NULL;

	if (text)
		word = kzalloc(sizeof(*word), GFP_KERNEL);
	if (!word) {
		kfree(text);
		return;
	}
	INIT_WORK(&word->work, write_last_word);
	word->xdev = link->xdev;
	word->text = text;
	get_device(&link->xdev->dev);
	queue_work(xsplit_workqueue(), &word->work);
}

/* --- waiting ---------------------------------------------------------------- */

static void late_work(struct work_struct *work)
{
	struct xsplit_link *link = container_of(to_delayed_work(work), struct xsplit_link,
						late_work);

	WRITE_ONCE(link->late, true);
	xsplit_link_kick(link);
}

void xsplit_link_report_init(struct xsplit_link *link)
{
	xsplit_log_limit_init(&link->log_limit);
	INIT_DELAYED_WORK(&link->late_work, late_work);
}

void xsplit_link_report_exit(struct xsplit_link *link)
{
	cancel_delayed_work_sync(&link->late_work);
	set_error_text(link, NULL);
}

int xsplit_link_waits(struct xsplit_link *link, const char *what)
{
	if (!READ_ONCE(link->late))
		queue_delayed_work(xsplit_workqueue(), &link->late_work, LATE);
	else if (!link->error_text)
		xsplit_link_error(link, -EAGAIN, "still waiting after %u s: %s", LATE / HZ, what);
	return -EAGAIN;
}
XSPLIT_EXPORT(xsplit_link_waits);
