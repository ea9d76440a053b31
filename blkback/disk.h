/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The disk of a device: chosen by the toolstack, opened, checked for changes, closed. What
 * may take long is left to the work items of the device.
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

/*
 * The toolstack has written physical-device, or removed it. Return: 0; -errno, already reported.
 * Context: an operation of the link.
 */
int xbb_disk_chosen(struct xbb_back *back);

/* The work items of the device are done. Return: as xbb_disk_chosen(). Context: as above. */
int xbb_disk_work_done(struct xbb_back *back);

/*
 * Is the disk open and clean? If not, see to it. Context: the link's @connect.
 * Return: 0, -EAGAIN if it will be, or another -errno, reported.
 */
int xbb_disk_ready(struct xbb_back *back);

/*
 * Close the disk of a device without queues. Context: the link's @finish.
 * Return: true if it is closed, false if it is being closed.
 */
bool xbb_disk_release(struct xbb_back *back);

/* The device is gone, but perhaps not the requests of its queues. */
void xbb_disk_removed(struct xbb_back *back);

/* Have the guest told if something has changed of the disk. Context: housekeeping. */
void xbb_disk_check(struct xbb_back *back);

/*
 * Tell it. Return: 0; -errno, already reported: with -ENOMEM it is to be called again.
 * Context: an operation of the link.
 */
int xbb_disk_tell(struct xbb_back *back);

/* Add a device to the list of all devices, or remove it. Context: may sleep. */
void xbb_disk_add(struct xbb_back *back);
void xbb_disk_remove(struct xbb_back *back);

#endif /* XSPLIT_BLKBACK_DISK_H */
