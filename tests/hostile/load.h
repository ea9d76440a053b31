/* SPDX-License-Identifier: GPL-2.0 */
/* A program of the guest that uses a disk whose backend lies. */
#ifndef HOSTILE_LOAD_H
#define HOSTILE_LOAD_H

/*
 * Use a disk until SIGTERM, from several threads, through errors, and while it comes and goes.
 * Then print what was seen. Return: the exit status, 0 if every byte read was one that had
 * been written there, or one that a backend puts in place of data, and stayed as it was.
 */
int load_main(const char *disk);

#endif
