// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that does not empty its queue.
 *
 * While a packet waits for room a timer looks after it. Packets that have waited
 * for the drain timeout are dropped, and so is all that follows, so that nobody
 * else's memory is held for longer. After the stall timeout the carrier goes off
 * until the guest has lent pages again. Only then does the thread run: no packet
 * ever wakes it.
 */

#include <linux/jiffies.h>
#include <linux/kthread.h>

#include "netback/params.h"
#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/slow.h"

/* How often to look at a guest that does not say when it has lent pages. */
#define LOOK_MSECS 30

static bool notifies(const struct xnb_queue *queue)
{
	return queue->vif->front.notifies;
}

static unsigned long drain_timeout(const struct xnb_queue *queue)
{
	return msecs_to_jiffies(notifies(queue) ? xnb_rx_drain_timeout_msecs : LOOK_MSECS);
}

/* 0: never */
static unsigned long stall_timeout(const struct xnb_queue *queue)
{
	return notifies(queue) ? msecs_to_jiffies(xnb_rx_stall_timeout_msecs) : 0;
}

static bool waited(const struct xnb_rx *rx, unsigned long timeout)
{
	return time_after_eq(jiffies, READ_ONCE(rx->blocked) + timeout);
}

/* What the queue waits for next, as a timeout from @blocked on; 0: nothing. */
static unsigned long next_timeout(const struct xnb_queue *queue)
{
	const struct xnb_rx *rx = &queue->rx;

	if (!rx->up)
		return 0;
	if (rx->held)
		return drain_timeout(queue);
	return rx->dropping && !rx->stalled ? stall_timeout(queue) : 0;
}

static void set_timer(struct xnb_queue *queue)
{
	unsigned long timeout = next_timeout(queue);

	if (timeout && !timer_pending(&queue->rx.timer))
		mod_timer(&queue->rx.timer, queue->rx.blocked + timeout);
}

/* --- what the sender calls ---------------------------------------------- */

void xnb_slow_watch(struct xnb_queue *queue)
{
	queue->rx.blocked = jiffies;
	set_timer(queue);
}

void xnb_slow_over(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	rx->dropping = false;
	if (likely(!rx->stalled))
		return;
	rx->stalled = false;
	xnb_vif_stalled(queue->vif, false);
}

void xnb_slow_reset(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	rx->dropping = false;
	if (rx->stalled)
		atomic_dec(&queue->vif->stalled);
	rx->stalled = false;
}

/* --- the thread --------------------------------------------------------- */

static void look(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;
	unsigned long stall = stall_timeout(queue);

	xsplit_count(&queue->counts.rx.wakeups, 1);
	if (!rx->up)
		return;
	xnb_rx_service(queue);
	if (rx->held && waited(rx, drain_timeout(queue))) {
		rx->dropping = true;
		xnb_rx_drop_held(queue);
		netif_tx_wake_queue(rx->txq);
	}
	if (rx->dropping && !rx->stalled && stall && waited(rx, stall)) {
		rx->stalled = true;
		xsplit_count(&queue->counts.rx.stalls, 1);
		xnb_vif_stalled(queue->vif, true);
	}
	set_timer(queue);
}

static int slow_thread(void *arg)
{
	struct xnb_queue *queue = arg;
	struct xnb_rx *rx = &queue->rx;

	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		if (!READ_ONCE(rx->wake)) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		WRITE_ONCE(rx->wake, false);
		local_bh_disable();
		xnb_rx_lock(rx->txq);
		look(queue);
		xnb_rx_unlock(rx->txq);
		local_bh_enable();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* Most of the time the guest has long gone on, and a new wait began since. */
static void look_later(struct timer_list *timer)
{
	struct xnb_queue *queue = container_of(timer, struct xnb_queue, rx.timer);
	struct xnb_rx *rx = &queue->rx;

	xnb_rx_lock(rx->txq);
	if (next_timeout(queue) && waited(rx, next_timeout(queue))) {
		WRITE_ONCE(rx->wake, true);
		wake_up_process(rx->thread);
	} else {
		set_timer(queue);
	}
	xnb_rx_unlock(rx->txq);
}

int xnb_slow_start(struct xnb_queue *queue)
{
	struct task_struct *thread;

	timer_setup(&queue->rx.timer, look_later, 0);
	thread = kthread_run(slow_thread, queue, "%s-guest-rx", queue->name);
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	queue->rx.thread = thread;
	return 0;
}

void xnb_slow_stop(struct xnb_queue *queue)
{
	if (!queue->rx.thread)
		return;
	timer_shutdown_sync(&queue->rx.timer);
	kthread_stop(queue->rx.thread);
}
