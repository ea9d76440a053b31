// SPDX-License-Identifier: GPL-2.0
/*
 * What went wrong with a link, where people look for it: the log and the error
 * node.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ratelimit.h>
#include <linux/slab.h>

#include "compat/module.h"
#include "grant/retry.h"
#include "xenbus/link.h"
#include "xenbus/private.h"
#include "xenbus/errno_hint.h"
#include "xenbus/text.h"

/* A peer may give cause for a line again and again: of one device, so many in so long. */
#define LOG_LINES 10
#define LOG_TIME (60 * HZ)

/* What a link waits for may take this long before that is worth a word. */
#define LATE (5 * HZ)

/* --- the error node ------------------------------------------------------ */

static char *error_dir(const struct xenbus_device *xdev)
{
	return kasprintf(GFP_NOIO, "error/%s", xdev->nodename);
}

/*
 * A domain that has used up its quota can make no node, but write to those that
 * are there: up to the folder that the toolstack made.
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

/* --- saying it ------------------------------------------------------------ */

/* Errors may be met by several at a time: the last one stays. */
static void remember(struct xsplit_link *link, char *text)
{
	kfree(xchg(&link->said, text));
}

/* A lack that goes on is in the error node; the log has had it at the first attempt. */
static bool for_log(struct xsplit_link *link, int err)
{
	return !(READ_ONCE(link->tries) && xsplit_is_transient(err)) && xsplit_link_may_log(link);
}

bool xsplit_link_may_log(struct xsplit_link *link)
{
	return __ratelimit(&link->log_limit);
}
XSPLIT_EXPORT(xsplit_link_may_log);

/* As the bus's own texts begin, and toolstacks look for: the error's number. */
static char *node_text(int err, const char *text)
{
	return kasprintf(GFP_NOIO, "%d %s", -err, text);
}

int xsplit_link_error(struct xsplit_link *link, int err, const char *fmt, ...)
{
	char *text, *node;
	va_list args;

	va_start(args, fmt);
	text = kvasprintf(GFP_NOIO, fmt, args);
	va_end(args);
	if (text)
		xsplit_text_clean(text);
	if (for_log(link, err))
		dev_err(&link->xdev->dev, "%s (error %d)\n", text ?: fmt, err);
	node = node_text(err, text ?: fmt);
	write_error_node(link->xdev, node ?: fmt);
	remember(link, node);
	kfree(text);
	return err;
}
XSPLIT_EXPORT(xsplit_link_error);

void xsplit_link_forget(struct xsplit_link *link)
{
	cancel_delayed_work(&link->late_work);
	link->late = false;
	remember(link, NULL);
}

void xsplit_link_overcome(struct xsplit_link *link)
{
	if (link->said)
		remove_error_node(link->xdev);
	xsplit_link_forget(link);
}

/* --- after a probe that failed ---------------------------------------------- */

struct last_word {
	struct work_struct work;
	struct xenbus_device *xdev;
	char *text;
};

static void have_last_word(struct work_struct *work)
{
	struct last_word *word = container_of(work, struct last_word, work);
	struct device *dev = &word->xdev->dev;

	/* Held while the bus probes; unregistered, the device may have a successor. */
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
	char *text = xchg(&link->said, NULL);
	struct last_word *word = NULL;

	if (text)
		word = kzalloc(sizeof(*word), GFP_KERNEL);
	if (!word) {
		kfree(text);
		return;
	}
	INIT_WORK(&word->work, have_last_word);
	word->xdev = link->xdev;
	word->text = text;
	get_device(&link->xdev->dev);
	queue_work(xsplit_workqueue(), &word->work);
}

/* --- waiting ---------------------------------------------------------------- */

static void look_late(struct work_struct *work)
{
	struct xsplit_link *link = container_of(to_delayed_work(work), struct xsplit_link,
						late_work);

	WRITE_ONCE(link->late, true);
	xsplit_link_kick(link);
}

void xsplit_link_report_init(struct xsplit_link *link)
{
	ratelimit_state_init(&link->log_limit, LOG_TIME, LOG_LINES);
	INIT_DELAYED_WORK(&link->late_work, look_late);
}

void xsplit_link_report_exit(struct xsplit_link *link)
{
	cancel_delayed_work_sync(&link->late_work);
	remember(link, NULL);
}

int xsplit_link_waits(struct xsplit_link *link, const char *what)
{
	if (!READ_ONCE(link->late))
		queue_delayed_work(xsplit_workqueue(), &link->late_work, LATE);
	else if (!link->said)
		xsplit_link_error(link, -EAGAIN, "still waiting after %u s: %s", LATE / HZ, what);
	return -EAGAIN;
}
XSPLIT_EXPORT(xsplit_link_waits);
