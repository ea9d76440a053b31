// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that does not empty its queue.
 *
 * A timer runs while a packet waits for room. Every tenth of a second it measures how much
 * the guest has taken. If the packets that wait in the queue discipline would be sent too
 * late at that pace, they are moved into the driver's own queue, where they do not hold
 * another guest's pages and the age of each packet is known, until the guest has caught up.
 * Packets that have waited for the drain timeout are dropped, and those that need more slots
 * than the guest ever lends after a tenth of a second. If the guest has taken nothing during
 * all of the drain timeout, the packets that follow are dropped, too, and after the stall
 * timeout the carrier goes off until the guest has lent pages again. The thread runs only to
 * drop packets and to turn the carrier off; no packet ever wakes it.
 */

#include <linux/jiffies.h>
#include <linux/kthread.h>

#include "netback/tx_zerocopy.h"
#include "netback/params.h"
#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/rx_stall_judge.h"

/* How often to poll the ring of a guest that does not say when it has lent pages. */
#define POLL_MSECS 30

/* How often the pace of a queue with waiting packets is measured. */
#define TICK (HZ / 10)

static struct xnb_rx_wait get_wait(const struct xnb_queue *queue)
{
	bool notifies = queue->vif->front.notifies;
	const struct xnb_rx *rx = &queue->rx;

	return (struct xnb_rx_wait){
		.now = jiffies,
		.blocked = rx->blocked,
		.held_since = rx->held ? xnb_rx_held_since(rx) : 0,
		.tick = rx->tick,
		.tick_length = TICK,
		.drain = msecs_to_jiffies(notifies ? xnb_params.rx_drain_timeout_msecs :
						     POLL_MSECS),
		.stall = notifies ? msecs_to_jiffies(xnb_params.rx_stall_timeout_msecs) : 0,
		.need = rx->need,
		.lent_most = rx->lent_most,
		.held = rx->held,
		.absorbing = rx->absorbing,
		.dropping = rx->dropping,
		.stalled = rx->stalled,
	};
}

/*
 * Does too much wait in the queue discipline, or would it wait there for too long? If
 * not, the operator's discipline decides best which packets go first and which are dropped.
 */
static void judge_pace(struct xnb_queue *queue, const struct xnb_rx_wait *wait)
{
	struct xnb_rx *rx = &queue->rx;
	u64 taken = queue->counts.rx.packets - rx->tick_packets;
	u32 here = skb_queue_len(&rx->waiting), packets;
	bool foreign = xnb_zerocopy_any_in_flight(), too_much;

	if (rx->absorbing) {
		if (xnb_rx_wait_caught_up(wait, taken, here, foreign))
			xnb_rx_absorb_no_more(rx);
		return;
	}
	packets = xnb_rx_in_qdisc(rx, &too_much) + here - 1;
	if (too_much || xnb_rx_wait_too_slow(wait, taken, packets, foreign))
		xnb_rx_absorb(queue);
}

/* When the timer is due if the guest takes no packets. Return: false if never. */
static bool next_time(const struct xnb_queue *queue, unsigned long *at)
{
	struct xnb_rx_wait wait;

	if (!queue->rx.up)
		return false;
	wait = get_wait(queue);
	return xnb_rx_wait_next(&wait, at);
}

/* The timer may be pending already for a later time. */
static void set_timer(struct xnb_queue *queue)
{
	unsigned long at;

	if (next_time(queue, &at))
		timer_reduce(&queue->rx.timer, at);
}

static void begin_tick(struct xnb_queue *queue)
{
	queue->rx.tick = jiffies;
	queue->rx.tick_packets = queue->counts.rx.packets;
}

/* --- what the sender calls ---------------------------------------------- */

void xnb_rx_stall_watch(struct xnb_queue *queue)
{
	lockdep_assert_held(&queue->rx.txq->_xmit_lock);
	queue->rx.blocked = jiffies;
	if (time_after(jiffies, queue->rx.tick + TICK))
		begin_tick(queue);
	set_timer(queue);
}

void xnb_rx_stall_over(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	WRITE_ONCE(rx->dropping, false);
	if (likely(!rx->stalled))
		return;
	rx->stalled = false;
	xnb_vif_stalled(queue->vif, false);
}

void xnb_rx_stall_reset(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	WRITE_ONCE(rx->dropping, false);
	if (rx->stalled)
		atomic_dec(&queue->vif->stalled);
	rx->stalled = false;
}

/* --- the thread --------------------------------------------------------- */

/* This is reached also if the guest takes a packet now and then. */
static void expire(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;
	struct xnb_rx_wait wait = get_wait(queue);

	lockdep_assert_held(&rx->txq->_xmit_lock);
	if (xnb_rx_wait_drops(&wait)) {
		WRITE_ONCE(rx->dropping, true);
		xnb_rx_drop_held(queue);
	} else {
		if (xnb_rx_wait_hopeless(&wait))
			xnb_rx_give_up(queue);
		xnb_rx_expire(queue, wait.drain);
		/* There may be room for the packet after those that were dropped. */
		xnb_rx_service(queue);
	}
	if (!rx->held)
		netif_tx_wake_queue(rx->txq);
}

static void check_stall(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;
	struct xnb_rx_wait wait;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	xsplit_count(&queue->counts.rx.wakeups, 1);
	if (!rx->up)
		return;
	xnb_rx_service(queue);
	if (rx->held)
		expire(queue);
	wait = get_wait(queue);
	if (xnb_rx_wait_stalls(&wait)) {
		rx->stalled = true;
		xsplit_count(&queue->counts.rx.stalls, 1);
		xnb_vif_stalled(queue->vif, true);
	}
	set_timer(queue);
}

static int xnb_rx_stall_thread(void *arg)
{
	struct xnb_queue *queue = arg;
	struct xnb_rx *rx = &queue->rx;

	while (!kthread_should_stop()) {
		set_current_state(TASK_IDLE);
		if (!READ_ONCE(rx->wake) && !kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
		if (!xchg(&rx->wake, false))
			continue;
		local_bh_disable();
		__netif_tx_lock(rx->txq, smp_processor_id());
		check_stall(queue);
		__netif_tx_unlock(rx->txq);
		local_bh_enable();
	}
	return 0;
}

/* In most cases the guest has gone on long since, and another packet waits now. */
static void end_tick(struct xnb_queue *queue)
{
	struct xnb_rx_wait wait = get_wait(queue);

	lockdep_assert_held(&queue->rx.txq->_xmit_lock);
	if (xnb_rx_wait_ticks(&wait)) {
		judge_pace(queue, &wait);
		begin_tick(queue);
	}
}

static void xnb_rx_stall_timer(struct timer_list *timer)
{
	struct xnb_queue *queue = container_of(timer, struct xnb_queue, rx.timer);
	struct xnb_rx *rx = &queue->rx;
	unsigned long at;

	__netif_tx_lock(rx->txq, smp_processor_id());
	if (rx->up)
		end_tick(queue);
	if (next_time(queue, &at) && time_after_eq(jiffies, at)) {
		WRITE_ONCE(rx->wake, true);
		wake_up_process(rx->thread);
	} else {
		set_timer(queue);
	}
	__netif_tx_unlock(rx->txq);
}

int xnb_rx_stall_start(struct xnb_queue *queue)
{
	struct task_struct *thread;

	timer_setup(&queue->rx.timer, xnb_rx_stall_timer, 0);
	thread = kthread_run(xnb_rx_stall_thread, queue, "%s-guest-rx", queue->name);
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	queue->rx.thread = thread;
	return 0;
}

void xnb_rx_stall_stop(struct xnb_queue *queue)
{
	if (!queue->rx.thread)
		return;
	timer_shutdown_sync(&queue->rx.timer);
	kthread_stop(queue->rx.thread);
}
