// SPDX-License-Identifier: GPL-2.0
/* The handshake's table: every pair, then two ends that follow it. */
#include <string.h>

#include "model.h"
#include "suites.h"

#define FOR_EACH_PAIR(ours, peers) \
	for ((ours) = 0; (ours) < XSPLIT_NR_STATES; (ours)++) \
		for ((peers) = 0; (peers) < XSPLIT_NR_STATES; (peers)++)

static enum xsplit_action front_does(unsigned int ours, unsigned int peers)
{
	test_context("front %u, back %u", ours, peers);
	return xsplit_next_action(XSPLIT_FRONT, ours, peers);
}

static enum xsplit_action back_does(unsigned int ours, unsigned int peers)
{
	test_context("back %u, front %u", ours, peers);
	return xsplit_next_action(XSPLIT_BACK, ours, peers);
}

static void every_pair_has_an_action(void)
{
	unsigned int ours, peers;

	FOR_EACH_PAIR(ours, peers) {
		EXPECT(front_does(ours, peers) < XSPLIT_NR_ACTIONS);
		EXPECT(back_does(ours, peers) < XSPLIT_NR_ACTIONS);
	}
}

static void outside_states_change_nothing(void)
{
	static const unsigned int outside[] = {
		9, 10, 255, 256, 0x7fffffff, 0x80000000, 0xffffffff,
	};
	unsigned int other;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(outside); i++)
		for (other = 0; other < XSPLIT_NR_STATES; other++) {
			EXPECT_EQ(front_does(outside[i], other), XSPLIT_STAY);
			EXPECT_EQ(front_does(other, outside[i]), XSPLIT_STAY);
			EXPECT_EQ(back_does(outside[i], other), XSPLIT_STAY);
			EXPECT_EQ(back_does(other, outside[i]), XSPLIT_STAY);
		}
}

/* Keys change while connected; some backends say Reconfigured ever after. */
static void keys_may_change_while_connected(void)
{
	EXPECT_EQ(back_does(CONNECTED, RECONFIGURING), XSPLIT_RECONFIGURE);
	EXPECT_EQ(back_does(RECONFIGURED, RECONFIGURING), XSPLIT_STAY);
	EXPECT_EQ(back_does(RECONFIGURED, CONNECTED), XSPLIT_RECONFIGURED);
	EXPECT_EQ(front_does(RECONFIGURING, CONNECTED), XSPLIT_STAY);
	EXPECT_EQ(front_does(RECONFIGURING, RECONFIGURED), XSPLIT_RECONFIGURED);
	EXPECT_EQ(front_does(CONNECTED, RECONFIGURED), XSPLIT_STAY);
}

static void reconfiguring_ends_as_connected(void)
{
	EXPECT_EQ(front_does(RECONFIGURING, CLOSING), XSPLIT_CLOSING);
	EXPECT_EQ(front_does(RECONFIGURING, CLOSED), XSPLIT_CLOSE);
	EXPECT_EQ(front_does(RECONFIGURING, UNKNOWN), XSPLIT_LOSE);
	EXPECT_EQ(front_does(UNKNOWN, RECONFIGURED), XSPLIT_CLOSE);
	EXPECT_EQ(back_does(RECONFIGURED, CLOSING), XSPLIT_CLOSING);
	EXPECT_EQ(back_does(RECONFIGURED, CLOSED), XSPLIT_CLOSE);
	EXPECT_EQ(back_does(RECONFIGURED, INITIALISING), XSPLIT_RESTART);
	EXPECT_EQ(back_does(RECONFIGURED, UNKNOWN), XSPLIT_GONE);
}

static void actions_stay_on_their_side(void)
{
	unsigned int ours, peers;

	FOR_EACH_PAIR(ours, peers) {
		EXPECT(front_does(ours, peers) != XSPLIT_GONE);
		EXPECT(back_does(ours, peers) != XSPLIT_READY);
		EXPECT(back_does(ours, peers) != XSPLIT_LOSE);
	}
}

static void back_goes_with_its_front(void)
{
	unsigned int ours, peers;

	FOR_EACH_PAIR(ours, peers)
		if (ours <= CLOSED)
			EXPECT_EQ(back_does(ours, peers) == XSPLIT_GONE,
				  peers == UNKNOWN);
}

/* Rings are set up only by an end that announced itself, after the other did. */
static void connect_only_when_invited(void)
{
	unsigned int ours, peers;

	FOR_EACH_PAIR(ours, peers) {
		EXPECT_EQ(front_does(ours, peers) == XSPLIT_CONNECT,
			  ours == INITIALISING && peers == INITWAIT);
		EXPECT_EQ(back_does(ours, peers) == XSPLIT_CONNECT,
			  ours == INITWAIT && (peers == INITIALISED ||
					       peers == CONNECTED ||
					       peers == RECONFIGURING));
	}
}

static void ready_and_refresh_need_connected(void)
{
	unsigned int ours, peers;

	FOR_EACH_PAIR(ours, peers) {
		EXPECT_EQ(front_does(ours, peers) == XSPLIT_READY,
			  ours == INITIALISED && peers == CONNECTED);
		EXPECT_EQ(front_does(ours, peers) == XSPLIT_REFRESH,
			  ours == CONNECTED && peers == CONNECTED);
		if (back_does(ours, peers) == XSPLIT_REFRESH)
			EXPECT(ours == CONNECTED && peers == CONNECTED);
	}
}

/* A peer that lets go is followed, whatever we are doing with it. */
static void peers_closing_is_followed(void)
{
	unsigned int ours;

	for (ours = INITIALISED; ours <= CLOSING; ours++) {
		EXPECT_EQ(front_does(ours, CLOSED), XSPLIT_CLOSE);
		EXPECT_EQ(back_does(ours, CLOSED), XSPLIT_CLOSE);
	}
	EXPECT_EQ(front_does(CLOSING, UNKNOWN), XSPLIT_CLOSE);
	EXPECT_EQ(front_does(INITIALISING, CLOSING), XSPLIT_CLOSE);
	EXPECT_EQ(front_does(CONNECTED, CLOSING), XSPLIT_CLOSING);
	EXPECT_EQ(back_does(CONNECTED, CLOSING), XSPLIT_CLOSING);
}

/* Firmware hands the device over: Connected, Closing, Closed, Initialising. */
static void back_takes_a_new_front(void)
{
	EXPECT_EQ(back_does(CLOSED, INITIALISING), XSPLIT_OPEN);
	EXPECT_EQ(back_does(CONNECTED, INITIALISING), XSPLIT_RESTART);
	EXPECT_EQ(back_does(CLOSING, INITIALISING), XSPLIT_RESTART);
}

/* OpenBSD shows its rings without waiting for InitWait. */
static void hasty_front_is_served(void)
{
	EXPECT_EQ(back_does(UNKNOWN, INITIALISED), XSPLIT_OPEN);
	EXPECT_EQ(back_does(INITWAIT, INITIALISED), XSPLIT_CONNECT);
	EXPECT_EQ(back_does(CLOSED, INITIALISED), XSPLIT_OPEN);
	EXPECT_EQ(back_does(CLOSED, CONNECTED), XSPLIT_OPEN);
}

/* A probed frontend must not join what an earlier one left open. */
static void fresh_front_ends_the_old_life(void)
{
	EXPECT_EQ(front_does(UNKNOWN, CONNECTED), XSPLIT_CLOSE);
	EXPECT_EQ(front_does(UNKNOWN, CLOSING), XSPLIT_CLOSE);
	EXPECT_EQ(front_does(UNKNOWN, INITIALISING), XSPLIT_OPEN);
	EXPECT_EQ(front_does(UNKNOWN, INITIALISED), XSPLIT_OPEN);
	EXPECT_EQ(front_does(UNKNOWN, CLOSED), XSPLIT_OPEN);
	EXPECT_EQ(front_does(UNKNOWN, INITWAIT), XSPLIT_OPEN);
	EXPECT_EQ(front_does(UNKNOWN, UNKNOWN), XSPLIT_STAY);
}

/* A probed backend opens whatever it finds, and says so to the front. */
static void fresh_back_opens(void)
{
	unsigned int ours, peers;

	for (ours = UNKNOWN; ours <= INITIALISING; ours++)
		for (peers = INITIALISING; peers <= RECONFIGURED; peers++)
			EXPECT_EQ(back_does(ours, peers), XSPLIT_OPEN);
}

static void rings_are_known_by_the_state(void)
{
	unsigned int state;

	for (state = 0; state <= 255; state++)
		EXPECT_EQ(xsplit_has_rings(state), state == INITIALISED || state == CONNECTED ||
			  state == RECONFIGURING);
}

/* No backend of ours says Initialised; one that did would be nearly there. */
static void initialised_back_ends_as_connected(void)
{
	EXPECT_EQ(back_does(INITIALISED, INITIALISING), XSPLIT_RESTART);
	EXPECT_EQ(back_does(INITIALISED, CLOSING), XSPLIT_CLOSING);
}

static void closed_front_takes_a_new_back(void)
{
	EXPECT_EQ(front_does(CLOSED, INITWAIT), XSPLIT_OPEN);
	EXPECT_EQ(front_does(CLOSED, CLOSED), XSPLIT_STAY);
	EXPECT_EQ(front_does(CLOSED, CONNECTED), XSPLIT_STAY);
}

/* Whatever a front says or does not say: the way ends with Closed. */
static void retired_back_lets_nobody_in(void)
{
	unsigned int ours, peers;
	enum xsplit_action next;

	FOR_EACH_PAIR(ours, peers) {
		test_context("retired back %u, front %u", ours, peers);
		next = xsplit_retire_action(ours, peers);
		EXPECT(next == XSPLIT_STAY || next == XSPLIT_CLOSING ||
		       next == XSPLIT_CLOSE || next == XSPLIT_GONE);
		if (ours <= INITWAIT)
			EXPECT_EQ(next, XSPLIT_CLOSE);
		if (ours == CONNECTED)
			EXPECT(next != XSPLIT_STAY);
	}
	EXPECT_EQ(xsplit_retire_action(XSPLIT_NR_STATES, CLOSED), XSPLIT_STAY);
	EXPECT_EQ(xsplit_retire_action(INITWAIT, XSPLIT_NR_STATES), XSPLIT_STAY);
}

/* What has rings loses them with its backend; what has none waits anyway. */
static void vanished_back_is_waited_for(void)
{
	unsigned int ours, peers;

	FOR_EACH_PAIR(ours, peers)
		EXPECT_EQ(front_does(ours, peers) == XSPLIT_LOSE,
			  peers == UNKNOWN && (ours == INITIALISED || ours == CONNECTED ||
					       ours == RECONFIGURING));
	EXPECT_EQ(front_does(INITIALISING, UNKNOWN), XSPLIT_STAY);
	EXPECT_EQ(front_does(CLOSED, UNKNOWN), XSPLIT_STAY);
	/* However far the next one has come. */
	EXPECT_EQ(front_does(INITIALISING, INITWAIT), XSPLIT_CONNECT);
}

/* All that is read from our own folder, against all that we may have written. */
static void own_folder_is_judged(void)
{
	unsigned int ours, written;

	FOR_EACH_PAIR(ours, written) {
		test_context("wrote %u, found %u", ours, written);
		EXPECT_EQ(xsplit_judge_node(ours, written, false),
			  written == INITIALISING && ours > INITIALISING ?
			  XSPLIT_NODE_ANEW : XSPLIT_NODE_SAME);
		EXPECT_EQ(xsplit_judge_node(ours, written, true),
			  written == UNKNOWN ? XSPLIT_NODE_SAME : XSPLIT_NODE_MOVED);
	}
	for (ours = 0; ours < XSPLIT_NR_STATES; ours++) {
		EXPECT_EQ(xsplit_judge_node(ours, XSPLIT_NR_STATES, true), XSPLIT_NODE_SAME);
		EXPECT_EQ(xsplit_judge_node(ours, 0xffffffff, true), XSPLIT_NODE_SAME);
	}
}

static void back_driver_may_be_replaced(void)
{
	EXPECT_EQ(front_does(CONNECTED, INITWAIT), XSPLIT_STAY);
	EXPECT_EQ(front_does(INITIALISED, INITWAIT), XSPLIT_STAY);
}

/* Rows: how often what may happen. */
static void explore(void)
{
	EXPECT(model_explore(test_row, INITIALISED) > 20);
}

static void explore_network(void)
{
	EXPECT(model_explore(test_row, CONNECTED) > 20);
}

static void hostile_front(void)
{
	EXPECT(model_explore_hostile(XSPLIT_BACK, INITIALISED) > 100);
}

static void hostile_back(void)
{
	EXPECT(model_explore_hostile(XSPLIT_FRONT, INITIALISED) > 100);
}

static void hostile_network_back(void)
{
	EXPECT(model_explore_hostile(XSPLIT_FRONT, CONNECTED) > 100);
}

static const u8 nothing[NR_EVENTS];
static const u8 late_disk[NR_EVENTS] = { [BACK_WAITS] = 2 };
static const u8 scarce[NR_EVENTS] = { [FRONT_LACKS] = 3 };
static const u8 scarce_back_dies[NR_EVENTS] = { [FRONT_LACKS] = 2, [BACK_DIES] = 1 };
static const u8 scarce_resumes[NR_EVENTS] = { [FRONT_LACKS] = 2, [RESUME] = 1 };
static const u8 scarce_detach[NR_EVENTS] = { [FRONT_LACKS] = 2, [DETACH] = 1 };
static const u8 scarce_reload[NR_EVENTS] = { [FRONT_LACKS] = 1, [BACK_RELOAD] = 1,
				 [FRONT_RELOAD] = 1 };
static const u8 front_reloads[NR_EVENTS] = { [FRONT_RELOAD] = 3 };
static const u8 back_reloads[NR_EVENTS] = { [BACK_RELOAD] = 3 };
static const u8 both_reload[NR_EVENTS] = { [FRONT_RELOAD] = 2, [BACK_RELOAD] = 2 };
static const u8 reboots[NR_EVENTS] = { [FRONT_REBOOT] = 3 };
static const u8 resumes[NR_EVENTS] = { [RESUME] = 3 };
static const u8 reboot_reload[NR_EVENTS] = { [FRONT_REBOOT] = 1, [FRONT_RELOAD] = 1,
				 [RESUME] = 1 };
static const u8 reconfigures[NR_EVENTS] = { [RECONFIGURE] = 3, [FRONT_RELOAD] = 1 };
static const u8 reconfigure_reload[NR_EVENTS] = { [RECONFIGURE] = 2, [BACK_RELOAD] = 2 };
static const u8 reconfigure_detach[NR_EVENTS] = { [RECONFIGURE] = 1, [DETACH] = 1,
				      [PEER_BREAKS] = 1 };
static const u8 detach[NR_EVENTS] = { [DETACH] = 1 };
static const u8 detach_in_use[NR_EVENTS] = { [DETACH] = 1, [FRONT_IN_USE] = 2 };
static const u8 detach_reload[NR_EVENTS] = { [DETACH] = 1, [FRONT_RELOAD] = 1 };
static const u8 detach_late_disk[NR_EVENTS] = { [DETACH] = 1, [BACK_WAITS] = 2 };
static const u8 detach_failures[NR_EVENTS] = { [DETACH] = 1, [FRONT_FAILS] = 1,
				   [BACK_FAILS] = 1 };
static const u8 detach_reboot[NR_EVENTS] = { [DETACH] = 1, [FRONT_REBOOT] = 1 };
static const u8 detach_back_reload[NR_EVENTS] = { [DETACH] = 1, [BACK_RELOAD] = 1 };
static const u8 destroy[NR_EVENTS] = { [DESTROY] = 1, [FRONT_RELOAD] = 1 };
static const u8 destroy_reload[NR_EVENTS] = { [DESTROY] = 1, [BACK_RELOAD] = 1 };
static const u8 failures[NR_EVENTS] = { [FRONT_FAILS] = 2, [BACK_FAILS] = 2 };
static const u8 front_always_fails[NR_EVENTS] = { [FRONT_FAILS] = ALWAYS };
static const u8 back_always_fails[NR_EVENTS] = { [BACK_FAILS] = ALWAYS };
static const u8 front_fails_reload[NR_EVENTS] = { [FRONT_FAILS] = ALWAYS,
				      [FRONT_RELOAD] = 1 };
static const u8 fail_then_reload[NR_EVENTS] = { [FRONT_FAILS] = 1, [BACK_FAILS] = 1,
				    [FRONT_RELOAD] = 1 };
static const u8 broken_then_reload[NR_EVENTS] = { [PEER_BREAKS] = 1, [FRONT_RELOAD] = 2 };
static const u8 broken_then_reboot[NR_EVENTS] = { [PEER_BREAKS] = 1, [FRONT_REBOOT] = 1 };
static const u8 broken_then_detach[NR_EVENTS] = { [PEER_BREAKS] = 1, [DETACH] = 1 };

static const u8 back_dies[NR_EVENTS] = { [BACK_DIES] = 2 };
static const u8 back_dies_reload[NR_EVENTS] = { [BACK_DIES] = 1, [FRONT_RELOAD] = 1,
				    [BACK_RELOAD] = 1 };
static const u8 dies_and_moves[NR_EVENTS] = { [BACK_DIES] = 1, [MOVED_AWAY] = 1 };
static const u8 made_anew[NR_EVENTS] = { [MADE_ANEW] = 2 };
static const u8 moved_away[NR_EVENTS] = { [MOVED_AWAY] = 2 };
static const u8 moved_and_anew[NR_EVENTS] = { [MOVED_AWAY] = 1, [MADE_ANEW] = 1,
				  [FRONT_RELOAD] = 1 };
static const u8 moved_detach[NR_EVENTS] = { [MOVED_AWAY] = 1, [DETACH] = 1 };
static const u8 moved_fails[NR_EVENTS] = { [MOVED_AWAY] = 1, [FRONT_FAILS] = 1, [BACK_FAILS] = 1 };
static const u8 moved_reconfigures[NR_EVENTS] = { [MOVED_AWAY] = 1, [RECONFIGURE] = 1,
				      [BACK_DIES] = 1 };

static const struct test_case cases[] = {
	CASE(every_pair_has_an_action),
	CASE(outside_states_change_nothing),
	CASE(keys_may_change_while_connected),
	CASE(reconfiguring_ends_as_connected),
	CASE(actions_stay_on_their_side),
	CASE(back_goes_with_its_front),
	CASE(connect_only_when_invited),
	CASE(ready_and_refresh_need_connected),
	CASE(peers_closing_is_followed),
	CASE(back_takes_a_new_front),
	CASE(hasty_front_is_served),
	CASE(fresh_front_ends_the_old_life),
	CASE(fresh_back_opens),
	CASE(initialised_back_ends_as_connected),
	CASE(closed_front_takes_a_new_back),
	CASE(retired_back_lets_nobody_in),
	CASE(back_driver_may_be_replaced),
	CASE(vanished_back_is_waited_for),
	CASE(own_folder_is_judged),
	CASE(rings_are_known_by_the_state),
	{ "two ends meet", explore, nothing },
	{ "two ends meet, network", explore_network, nothing },
	{ "the disk comes later", explore, late_disk },
	{ "the front is short of something", explore, scarce },
	{ "short of something, network", explore_network, scarce },
	{ "short of something, back's domain dies", explore, scarce_back_dies },
	{ "short of something, resume", explore, scarce_resumes },
	{ "short of something, detach", explore_network, scarce_detach },
	{ "short of something, both reloaded", explore, scarce_reload },
	{ "front reloaded", explore, front_reloads },
	{ "front reloaded, network", explore_network, front_reloads },
	{ "back reloaded", explore, back_reloads },
	{ "back reloaded, network", explore_network, back_reloads },
	{ "both reloaded", explore, both_reload },
	{ "front begins anew", explore, reboots },
	{ "front begins anew, network", explore_network, reboots },
	{ "keys change", explore_network, reconfigures },
	{ "keys change, back reloaded", explore_network, reconfigure_reload },
	{ "keys change, detach", explore_network, reconfigure_detach },
	{ "resume", explore, resumes },
	{ "anew, reloaded and resumed", explore, reboot_reload },
	{ "detach", explore, detach },
	{ "detach, network", explore_network, detach },
	{ "detach while in use", explore, detach_in_use },
	{ "detach and front reloaded", explore, detach_reload },
	{ "detach before the disk is there", explore, detach_late_disk },
	{ "detach, hotplug not done", explore_network, detach_late_disk },
	{ "detach what can not connect", explore, detach_failures },
	{ "detach, front begins anew", explore, detach_reboot },
	{ "detach, back reloaded", explore, detach_back_reload },
	{ "front's domain destroyed", explore, destroy },
	{ "domain destroyed, back reloaded", explore, destroy_reload },
	{ "connecting fails", explore, failures },
	{ "front can not connect", explore, front_always_fails },
	{ "back can not connect", explore, back_always_fails },
	{ "front can not connect, reloaded", explore, front_fails_reload },
	{ "connecting fails, front reloaded", explore, fail_then_reload },
	{ "broken peer, front reloaded", explore, broken_then_reload },
	{ "broken peer begins anew", explore, broken_then_reboot },
	{ "broken peer detached", explore, broken_then_detach },
	{ "back's domain dies", explore, back_dies },
	{ "back's domain dies, network", explore_network, back_dies },
	{ "domain dies, both reloaded", explore, back_dies_reload },
	{ "domain dies, another takes over", explore, dies_and_moves },
	{ "domain dies, another, network", explore_network, dies_and_moves },
	{ "made anew unseen", explore, made_anew },
	{ "made anew unseen, network", explore_network, made_anew },
	{ "moved unseen", explore, moved_away },
	{ "moved unseen, network", explore_network, moved_away },
	{ "moved, made anew, reloaded", explore, moved_and_anew },
	{ "moved unseen, detach", explore, moved_detach },
	{ "moved unseen, connecting fails", explore, moved_fails },
	{ "moved while keys change", explore_network, moved_reconfigures },
	CASE(hostile_front),
	CASE(hostile_back),
	CASE(hostile_network_back),
};

TEST_SUITE(state_suite, "states", cases, NULL);
