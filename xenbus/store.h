/* SPDX-License-Identifier: GPL-2.0 */
/* xenstore: reading keys by table, writing many keys in one transaction. */
#ifndef XSPLIT_XENBUS_STORE_H
#define XSPLIT_XENBUS_STORE_H

#include <xen/xenbus.h>

#include "xenbus/key.h"

struct xsplit_link;

/* A transaction being filled. After the first error, at @key, later writes are skipped. */
struct xsplit_txn {
	struct xenbus_transaction xbt;
	int err;
	char key[64];
};

/* Write one key, unless the transaction has failed already. */
__printf(4, 5)
void xsplit_write(struct xsplit_txn *txn, const char *dir, const char *key,
		  const char *fmt, ...);

/* Remove one key, unless the transaction has failed already. The key need not exist. */
void xsplit_remove(struct xsplit_txn *txn, const char *dir, const char *key);

/*
 * Remove the folders in @dir of queues that are not used, those below number @end. @nr_queues
 * are used; a single queue has no folder.
 */
void xsplit_remove_queues(struct xsplit_txn *txn, const char *dir, unsigned int nr_queues,
			  unsigned int end);

/*
 * Read a table of @nr keys in @dir, e.g. @link->peer_dir. @vals has the same index as the table.
 * Context: may sleep. Return: 0, or -errno after reporting the refused key.
 */
int xsplit_keys_read(struct xsplit_link *link, const char *dir,
		     const struct xsplit_key *keys, unsigned int nr, u64 *vals);

/* Read one key outside a table. Return: as xsplit_keys_read(). Context: may sleep. */
int xsplit_key_read_one(struct xsplit_link *link, const char *dir,
			const struct xsplit_key *key, u64 *val);

/*
 * Read a string. Return: the string, to be freed with kfree(), or NULL if it is absent or
 * empty, or cannot be read. Context: may sleep.
 */
char *xsplit_text_peek(const char *dir, const char *key);

/*
 * The same, but a string that cannot be read is an error. Return: 0, with *text NULL if it
 * is absent or empty; -errno, already reported.
 */
int xsplit_text_read(struct xsplit_link *link, const char *dir, const char *key, char **text);

/*
 * Is there such a key in a folder, or, with "", the folder itself? Return: 1, 0; -errno: that
 * cannot be said now, and may be asked again. Context: may sleep.
 */
int xsplit_exists(const char *dir, const char *key);

/*
 * Read a state: XenbusStateUnknown if there is none, or if the device has vanished. The bus says
 * the same of a state that it cannot read. Return: 0; -errno: it cannot be read now.
 * Context: may sleep.
 */
int xsplit_state_read(const struct xsplit_link *link, const char *dir, unsigned int *state);

/* Report that a key cannot be read, and what to do about it. Return: @err. Context: may sleep. */
int xsplit_link_unread(struct xsplit_link *link, const char *dir, const char *key, int err);

/*
 * Frontend: read the keys in our own folder that all drivers know: whether the toolstack trusts the
 * backend, and how many folders of queues an earlier driver may have left there.
 * Context: may sleep. Return: as xsplit_keys_read().
 */
int xsplit_front_keys_read(struct xsplit_link *link, bool *trusted, unsigned int *stale_queues);

/* Longest "<dir>/queue-<n>", with its NUL. */
#define XSPLIT_QUEUE_DIR_LEN 96

/*
 * The folder of a queue's keys, put into @buf of XSPLIT_QUEUE_DIR_LEN bytes. The keys of a
 * single queue are in the device's folder @dir itself.
 */
const char *xsplit_queue_dir(char *buf, const char *dir, unsigned int queue,
			     unsigned int nr_queues);

#endif /* XSPLIT_XENBUS_STORE_H */
