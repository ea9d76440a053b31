// SPDX-License-Identifier: GPL-2.0
/* xenstore: reading keys by table, writing many keys in one transaction. */

#include <linux/slab.h>

#include "compat/module.h"
#include "compat/xenbus.h"
#include "grant/retry.h"
#include "xenbus/link.h"
#include "xenbus/errno_hint.h"
#include "xenbus/script.h"
#include "xenbus/store.h"

static void txn_failed(struct xsplit_txn *txn, const char *key, int err)
{
	if (!err)
		return;
	txn->err = err;
	strscpy(txn->key, key, sizeof(txn->key));
}

void xsplit_write(struct xsplit_txn *txn, const char *dir, const char *key,
		const char *fmt, ...)
{
	va_list args;
	char *text;

	if (txn->err)
		return;
	va_start(args, fmt);
	text = kvasprintf(GFP_NOIO, fmt, args);
	va_end(args);
	if (!text) {
		txn_failed(txn, key, -ENOMEM);
		return;
	}
	txn_failed(txn, key, xenbus_write(txn->xbt, dir, key, text));
	kfree(text);
}
XSPLIT_EXPORT(xsplit_write);

void xsplit_remove(struct xsplit_txn *txn, const char *dir, const char *key)
{
	int err;

	if (txn->err)
		return;
	err = xenbus_rm(txn->xbt, dir, key);
	txn_failed(txn, key, err == -ENOENT ? 0 : err);
}
XSPLIT_EXPORT(xsplit_remove);

void xsplit_remove_queues(struct xsplit_txn *txn, const char *dir, unsigned int nr_queues,
			  unsigned int end)
{
	unsigned int i;
	char name[24];

	for (i = nr_queues > 1 ? nr_queues : 0; i < end; i++) {
		snprintf(name, sizeof(name), "queue-%u", i);
		xsplit_remove(txn, dir, name);
	}
}
XSPLIT_EXPORT(xsplit_remove_queues);

/* Return: 0, -errno; -EAGAIN if another writer came in between. */
static int publish_once(struct xsplit_link *link, struct xsplit_txn *txn,
			void (*fill)(struct xsplit_link *link, struct xsplit_txn *txn))
{
	int err;

	*txn = (struct xsplit_txn){ };
	err = xenbus_transaction_start(&txn->xbt);
	if (err) {
		txn_failed(txn, "the keys", err);
		return err;
	}
	fill(link, txn);
	err = xenbus_transaction_end(txn->xbt, txn->err != 0);
	if (txn->err)
		return txn->err;
	if (err != -EAGAIN)
		txn_failed(txn, "the keys", err);
	return err;
}

int xsplit_link_publish(struct xsplit_link *link,
			void (*fill)(struct xsplit_link *link, struct xsplit_txn *txn))
{
	unsigned int tries = READ_ONCE(link->key_tries);
	struct xsplit_txn txn;
	int err;

	do {
		err = publish_once(link, &txn, fill);
	} while (err == -EAGAIN);
	WRITE_ONCE(link->key_tries, err == -ENOMEM ? tries + 1 : 0);
	if (!err)
		return 0;
	err = xsplit_retry_keys(err, tries);
	xsplit_link_error(link, err, "cannot write %s to xenstore: %s", txn.key,
			  xsplit_errno_hint(err));
	return err == -ENOMEM ? err : -EIO;
}
XSPLIT_EXPORT(xsplit_link_publish);

void xsplit_link_touch(struct xsplit_link *link, struct xsplit_txn *txn)
{
	xsplit_write(txn, link->own_dir, "state", "%d", link->xdev->state);
}
XSPLIT_EXPORT(xsplit_link_touch);

/* Return: NULL if absent or empty; *err is set for a key that cannot be read only. */
static char *read_text(const char *dir, const char *key, int *err)
{
	char *text = xenbus_read(XBT_NIL, dir, key, NULL);

	*err = PTR_ERR_OR_ZERO(text);
	if (*err == -ENOENT)
		*err = 0;
	if (IS_ERR(text))
		return NULL;
	if (*text)
		return text;
	kfree(text);
	return NULL;
}

char *xsplit_text_peek(const char *dir, const char *key)
{
	int err;

	return read_text(dir, key, &err);
}
XSPLIT_EXPORT(xsplit_text_peek);

int xsplit_link_unread(struct xsplit_link *link, const char *dir, const char *key, int err)
{
	return xsplit_link_error(link, err, "cannot read %s/%s: %s", dir, key,
				 xsplit_errno_hint(err));
}

int xsplit_text_read(struct xsplit_link *link, const char *dir, const char *key, char **text)
{
	int err;

	*text = read_text(dir, key, &err);
	return err ? xsplit_link_unread(link, dir, key, err) : 0;
}
XSPLIT_EXPORT(xsplit_text_read);

int xsplit_exists(const char *dir, const char *key)
{
	char *text = xenbus_read(XBT_NIL, dir, key, NULL);
	int err = PTR_ERR_OR_ZERO(text);

	if (err)
		return xsplit_key_missing(err) ? 0 : err;
	kfree(text);
	return 1;
}

int xsplit_state_read(const struct xsplit_link *link, const char *dir, unsigned int *state)
{
	u64 val = XenbusStateUnknown;
	char *text;
	int err;

	*state = XenbusStateUnknown;
	if (xsplit_vanished(link->xdev))
		return 0;
	text = read_text(dir, "state", &err);
	if (text && !xsplit_key_parse(text, &val))
		*state = min_t(u64, val, UINT_MAX);
	kfree(text);
	return xsplit_key_missing(err) ? 0 : err;
}

static int key_refused(struct xsplit_link *link, int err, const char *dir,
		       const struct xsplit_key *key, const char *text)
{
	if (!text)
		return xsplit_link_error(link, err,
					 "%s/%s is missing, want a number from %llu to %llu",
					 dir, key->name, key->min, key->max);
	return xsplit_link_error(link, err, "%s/%s is '%.32s', want a number from %llu to %llu",
				 dir, key->name, text, key->min, key->max);
}

int xsplit_key_read_one(struct xsplit_link *link, const char *dir,
			const struct xsplit_key *key, u64 *val)
{
	char *text;
	int err;

	*val = key->def;
	err = xsplit_text_read(link, dir, key->name, &text);
	if (err)
		return err;
	err = xsplit_key_judge(key, text, val);
	if (err)
		key_refused(link, err, dir, key, text);
	kfree(text);
	return err;
}
XSPLIT_EXPORT(xsplit_key_read_one);

/* Pure code has no exports of its own. */
XSPLIT_EXPORT(xsplit_key_parse);

int xsplit_keys_read(struct xsplit_link *link, const char *dir,
		     const struct xsplit_key *keys, unsigned int nr, u64 *vals)
{
	unsigned int i;
	int err;

	for (i = 0; i < nr; i++) {
		err = xsplit_key_read_one(link, dir, &keys[i], &vals[i]);
		if (err)
			return err;
	}
	return 0;
}
XSPLIT_EXPORT(xsplit_keys_read);

int xsplit_front_keys_read(struct xsplit_link *link, bool *trusted, unsigned int *stale_queues)
{
	static const struct xsplit_key keys[] = {
		{ "trusted", XSPLIT_KEY_CLAMP, 1, 0, 1 },
		/* Left by an earlier driver, which had so many queues. */
		{ "multi-queue-num-queues", XSPLIT_KEY_CLAMP, 0, 0, 64 },
	};
	u64 vals[ARRAY_SIZE(keys)];
	int err = xsplit_keys_read(link, link->own_dir, keys, ARRAY_SIZE(keys), vals);

	if (err)
		return err;
	*trusted = vals[0];
	*stale_queues = vals[1];
	return 0;
}
XSPLIT_EXPORT(xsplit_front_keys_read);

const char *xsplit_queue_dir(char *buf, const char *dir, unsigned int queue,
			     unsigned int nr_queues)
{
	if (nr_queues == 1)
		strscpy(buf, dir, XSPLIT_QUEUE_DIR_LEN);
	else
		snprintf(buf, XSPLIT_QUEUE_DIR_LEN, "%s/queue-%u", dir, queue);
	return buf;
}
XSPLIT_EXPORT(xsplit_queue_dir);

/* --- the hotplug script --------------------------------------------------- */

static int script_of(struct xsplit_link *link, bool awaited, enum xsplit_script *script)
{
	char *status;
	int err = xsplit_text_read(link, link->own_dir, "hotplug-status", &status);

	if (err)
		return err;
	*script = xsplit_script_judge(status, awaited);
	kfree(status);
	return 0;
}

int xsplit_link_script(struct xsplit_link *link, bool awaited)
{
	enum xsplit_script script;
	int err = script_of(link, awaited, &script);

	if (!err && script != XSPLIT_SCRIPT_DONE)
		err = -EAGAIN;
	return err;
}
XSPLIT_EXPORT(xsplit_link_script);

int xsplit_link_script_check(struct xsplit_link *link)
{
	enum xsplit_script script;
	int err = script_of(link, true, &script);
	char *why;

	if (err || script != XSPLIT_SCRIPT_FAILED)
		return err;
	why = xsplit_text_peek(link->own_dir, "hotplug-error");
	xsplit_link_error(link, -EIO,
			  "the hotplug script failed: %.128s; detach the device and attach it again",
			  why ?: "it does not say why, look at /var/log/xen/xen-hotplug.log");
	kfree(why);
	return 0;
}
XSPLIT_EXPORT(xsplit_link_script_check);
