/* SPDX-License-Identifier: GPL-2.0 */
/* Words of a page that the other end reads and writes at the same time. */
#ifndef HOSTILE_SHARED_H
#define HOSTILE_SHARED_H

#define READ_SHARED(word)	__atomic_load_n(&(word), __ATOMIC_RELAXED)
#define WRITE_SHARED(word, val)	__atomic_store_n(&(word), val, __ATOMIC_RELAXED)

/* Order all accesses before the barrier against all accesses after it. */
static inline void shared_barrier(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

#endif
