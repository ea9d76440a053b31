/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The disk of a device over its life: named by the toolstack, opened, told of, closed.
 * What may take long is left to the work items of the device.
 */
#ifndef XSPLIT_BLKBACK_DISK_H
#define XSPLIT_BLKBACK_DISK_H

#include <linux/types.h>

struct xbb_back;
struct xbb_work_items;

/* The work items that concern the disk. */
void xbb_disk_open(struct xbb_work_items *items);
void xbb_disk_open_rw(struct xbb_work_items *items);
void xbb_disk_close(struct xbb_work_items *items);
void xbb_disk_sync(struct xbb_work_items *items);

/**
 * xbb_disk_chosen - physical-device was written
 * @back: the device
 *
 * Context: an operation of the link.
 */
void xbb_disk_chosen(struct xbb_back *back);

/* The work items of the device have been done. Context: an operation of the link. */
void xbb_disk_work_done(struct xbb_back *back);

/**
 * xbb_disk_ready - for the link's @connect: is the disk open and clean?
 * @back: the device
 *
 * Context: @connect. Return: 0, -EAGAIN if it will be, or another -errno, reported.
 */
int xbb_disk_ready(struct xbb_back *back);

/**
 * xbb_disk_release - close the disk
 * @back: the device, without queues
 *
 * Context: the link's @finish. Return: true if it is closed; else it is being closed.
 */
bool xbb_disk_release(struct xbb_back *back);

/* The device is gone, but perhaps not what its queues have under way. */
void xbb_disk_removed(struct xbb_back *back);

/* Tell the guest what has changed of it. Context: housekeeping. */
void xbb_disk_check(struct xbb_back *back);

/* Add a device to the list of all, and take it off. Context: may sleep. */
void xbb_disk_add(struct xbb_back *back);
void xbb_disk_remove(struct xbb_back *back);

#endif /* XSPLIT_BLKBACK_DISK_H */
