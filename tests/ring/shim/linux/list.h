/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_LIST_H
#define SHIM_LINUX_LIST_H

#include <linux/types.h>

#include <linux/atomic.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD_INIT(head) { &(head), &(head) }
#define LIST_HEAD(head) struct list_head head = LIST_HEAD_INIT(head)

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

static inline void shim_link(struct list_head *left, struct list_head *right)
{
	left->next = right;
	right->prev = left;
}

static inline void list_add(struct list_head *node, struct list_head *head)
{
	shim_link(node, head->next);
	shim_link(head, node);
}

static inline void list_add_tail(struct list_head *node, struct list_head *head)
{
	shim_link(head->prev, node);
	shim_link(node, head);
}

static inline void list_del(struct list_head *node)
{
	shim_link(node->prev, node->next);
	node->next = NULL;
	node->prev = NULL;
}

static inline void list_del_init(struct list_head *node)
{
	shim_link(node->prev, node->next);
	INIT_LIST_HEAD(node);
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline void list_move(struct list_head *node, struct list_head *head)
{
	list_del(node);
	list_add(node, head);
}

static inline void list_splice(struct list_head *list, struct list_head *head)
{
	if (list_empty(list))
		return;
	shim_link(list->prev, head->next);
	shim_link(head, list->next);
}

static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

#define list_entry(at, type, member) ((type *)((char *)(at) - offsetof(type, member)))
#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)

#define list_for_each_entry(at, head, member)					\
	for (at = list_entry((head)->next, __typeof__(*at), member);		\
	     &at->member != (head);						\
	     at = list_entry(at->member.next, __typeof__(*at), member))

#define list_for_each_entry_safe(at, after, head, member)			\
	for (at = list_entry((head)->next, __typeof__(*at), member),		\
	     after = list_entry(at->member.next, __typeof__(*at), member);	\
	     &at->member != (head);						\
	     at = after, after = list_entry(after->member.next, __typeof__(*at), member))

#endif
