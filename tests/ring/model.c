// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "model.h"

#define HASH_BITS 22
#define HASH_SIZE (1U << HASH_BITS)

/* A world is entered, its successors are walked, and it is left. */
enum visit { NEW, ENTERED, LEFT };

struct visited {
	struct model_world world;
	u8 visit;
};

static struct visited *table;
static size_t nr_worlds;
/* The way to where the walk stands, for the first complaint. */
#define MAX_TRAIL 100000
static const struct model_world *trail[MAX_TRAIL];
static size_t trail_len;
static bool trail_shown;
/* In the hostile walk the peer has no table: nothing is asked of the outcome. */
static bool hostile;

/* Steps that lead on from where one path stands; of a walk of all, NULL. */
#define MAX_STEPS 64
/* Two ends that are left alone need far fewer to settle. */
#define SETTLE_STEPS 1000
static struct model_world *steps;
static u32 nr_steps;

static u32 hash(const struct model_world *w)
{
	const u8 *bytes = (const u8 *)w;
	u64 h = 0xcbf29ce484222325ULL;
	size_t i;

	for (i = 0; i < sizeof(*w); i++)
		h = (h ^ bytes[i]) * 0x100000001b3ULL;
	return h >> (64 - HASH_BITS);
}

static struct visited *find(const struct model_world *w)
{
	u32 i = hash(w);

	while (table[i].visit != NEW && memcmp(&table[i].world, w, sizeof(*w)))
		i = (i + 1) % HASH_SIZE;
	return &table[i];
}

static void describe(const struct model_world *w)
{
	const struct model_end *f = &w->end[XSPLIT_FRONT];
	const struct model_end *b = &w->end[XSPLIT_BACK];

	test_context("front %u/%u%s%s%s life %u, back %u/%u%s%s life %u%s%s",
		     f->state, f->wire, f->fresh ? " fresh" : "",
		     f->connected ? " connected" : "", f->ready ? " ready" : "",
		     f->life, b->state, b->wire, b->fresh ? " fresh" : "",
		     b->connected ? " connected" : "", b->life,
		     w->gone ? " gone" : "", w->failed ? ", failed" : "");
}

static void print_world(const struct model_world *w)
{
	const struct model_end *f = &w->end[XSPLIT_FRONT];
	const struct model_end *b = &w->end[XSPLIT_BACK];

	printf("  # front %u on wire %u, saw %d%s%s%s%s | back %u on wire %u, saw %d%s%s%s\n",
	       f->state, f->wire, f->looked ? f->seen : -1,
	       f->loaded ? "" : " unloaded", f->fresh ? " fresh" : "",
	       f->connected ? " connected" : "", f->ready ? " ready" : "",
	       b->state, b->wire, b->looked ? b->seen : -1,
	       b->loaded ? "" : " unloaded", b->fresh ? " fresh" : "",
	       b->connected ? " connected" : "");
}

static void show_trail(void)
{
	size_t i;

	if (trail_shown || !test_complaints())
		return;
	trail_shown = true;
	for (i = 0; i < trail_len; i++)
		print_world(trail[i]);
}

/* --- what an end does, as in xenbus/handshake.c -------------------------------- */

static struct model_end *peer_of(struct model_world *w, enum xsplit_side side)
{
	return &w->end[side == XSPLIT_FRONT ? XSPLIT_BACK : XSPLIT_FRONT];
}

static void write_wire(struct model_world *w, enum xsplit_side side, u8 state)
{
	w->end[side].wire = state;
	if (peer_of(w, side)->loaded)
		peer_of(w, side)->pending = true;
}

static void switch_state(struct model_world *w, enum xsplit_side side, u8 state)
{
	if (w->end[side].state == state)
		return;
	w->end[side].state = state;
	write_wire(w, side, state);
}

static void drop(struct model_end *e)
{
	e->connected = false;
	e->ready = false;
	e->life = 0;
}

static void give_up(struct model_world *w, enum xsplit_side side)
{
	drop(&w->end[side]);
	w->end[side].fresh = false;
	w->failed = true;
	switch_state(w, side, CLOSING);
}

static bool spend(struct model_world *w, enum event event)
{
	if (!w->budget[event])
		return false;
	if (w->budget[event] != ALWAYS)
		w->budget[event]--;
	return true;
}

static void unregister(struct model_world *w)
{
	struct model_end *back = &w->end[XSPLIT_BACK];

	drop(back);
	w->gone = true;
	back->loaded = false;
	back->pending = false;
	back->waiting = false;
}

static void act_stay(struct model_world *w, enum xsplit_side side, bool bad)
{
	(void)w;
	(void)side;
	(void)bad;
}

static void act_open(struct model_world *w, enum xsplit_side side, bool bad)
{
	(void)bad;
	/* Opening must not leak a connection. */
	EXPECT(!w->end[side].connected);
	w->end[side].fresh = false;
	switch_state(w, side, side == XSPLIT_FRONT ? INITIALISING : INITWAIT);
}

/* What a front has taken back cannot be mapped. */
static bool rings_gone(const struct model_world *w, enum xsplit_side side)
{
	return !hostile && side == XSPLIT_BACK && !w->end[XSPLIT_FRONT].connected;
}

static void act_connect(struct model_world *w, enum xsplit_side side, bool bad)
{
	struct model_end *e = &w->end[side];
	enum event fails = side == XSPLIT_FRONT ? FRONT_FAILS : BACK_FAILS;

	EXPECT(!e->connected);
	EXPECT(!e->fresh);
	/* It fails, but nobody waits for it any more. */
	if (rings_gone(w, side))
		return;
	if (bad && spend(w, fails)) {
		give_up(w, side);
		return;
	}
	if (bad && spend(w, side == XSPLIT_FRONT ? FRONT_LACKS : BACK_WAITS)) {
		e->waiting = true;
		return;
	}
	e->connected = true;
	/* Numbers repeat long after the last trace of an old one. */
	if (side == XSPLIT_FRONT)
		w->lives = w->lives % 7 + 1;
	e->life = w->lives;
	switch_state(w, side, side == XSPLIT_FRONT ? w->offered : CONNECTED);
}

static void act_ready(struct model_world *w, enum xsplit_side side, bool bad)
{
	struct model_end *e = &w->end[side];

	EXPECT_EQ(side, XSPLIT_FRONT);
	EXPECT(e->connected);
	EXPECT(!e->ready);
	if (bad && spend(w, FRONT_FAILS)) {
		give_up(w, side);
		return;
	}
	/* As in xenbus/handshake.c: it keeps its rings and tries again. */
	if (bad && spend(w, FRONT_LACKS)) {
		e->waiting = true;
		return;
	}
	e->ready = true;
	switch_state(w, side, CONNECTED);
}

static void act_refresh(struct model_world *w, enum xsplit_side side, bool bad)
{
	(void)bad;
	EXPECT(w->end[side].connected);
	EXPECT_EQ(w->end[side].ready, side == XSPLIT_FRONT);
}

static void act_reconfigure(struct model_world *w, enum xsplit_side side, bool bad)
{
	(void)bad;
	EXPECT_EQ(side, XSPLIT_BACK);
	EXPECT(w->end[side].connected);
	if (w->end[side].wire != CLOSING)
		switch_state(w, side, RECONFIGURED);
}

static void act_reconfigured(struct model_world *w, enum xsplit_side side, bool bad)
{
	(void)bad;
	EXPECT(w->end[side].connected);
	if (w->end[side].wire != CLOSING)
		switch_state(w, side, CONNECTED);
}

static void act_restart(struct model_world *w, enum xsplit_side side, bool bad)
{
	drop(&w->end[side]);
	act_open(w, side, bad);
}

static void act_close(struct model_world *w, enum xsplit_side side, bool bad)
{
	(void)bad;
	drop(&w->end[side]);
	switch_state(w, side, CLOSED);
	if (side == XSPLIT_BACK && !w->online)
		unregister(w);
}

static void act_closing(struct model_world *w, enum xsplit_side side, bool bad)
{
	if (side == XSPLIT_BACK) {
		switch_state(w, side, CLOSING);
		return;
	}
	if (bad && spend(w, FRONT_IN_USE)) {
		w->end[side].waiting = true;
		return;
	}
	act_close(w, side, false);
}

static void act_lose(struct model_world *w, enum xsplit_side side, bool bad)
{
	(void)bad;
	EXPECT_EQ(side, XSPLIT_FRONT);
	EXPECT(w->end[side].connected);
	drop(&w->end[side]);
	switch_state(w, side, INITIALISING);
}

static void act_gone(struct model_world *w, enum xsplit_side side, bool bad)
{
	(void)bad;
	EXPECT_EQ(side, XSPLIT_BACK);
	drop(&w->end[side]);
	switch_state(w, side, CLOSED);
	unregister(w);
}

static void (*const acts[XSPLIT_NR_ACTIONS])(struct model_world *w,
					     enum xsplit_side side, bool bad) = {
	[XSPLIT_STAY] = act_stay,
	[XSPLIT_OPEN] = act_open,
	[XSPLIT_CONNECT] = act_connect,
	[XSPLIT_READY] = act_ready,
	[XSPLIT_REFRESH] = act_refresh,
	[XSPLIT_RECONFIGURE] = act_reconfigure,
	[XSPLIT_RECONFIGURED] = act_reconfigured,
	[XSPLIT_RESTART] = act_restart,
	[XSPLIT_CLOSING] = act_closing,
	[XSPLIT_CLOSE] = act_close,
	[XSPLIT_LOSE] = act_lose,
	[XSPLIT_GONE] = act_gone,
};

static u8 row_of(const struct model_world *w, enum xsplit_side side)
{
	const struct model_end *e = &w->end[side];

	if (e->fresh)
		return UNKNOWN;
	if (side == XSPLIT_FRONT && e->connected && !e->ready)
		return INITIALISED;
	return e->state;
}

static void check_node(struct model_world *w)
{
	struct model_end *front = &w->end[XSPLIT_FRONT];

	if (!front->home)
		return;
	front->home = false;
	if (xsplit_judge_node(front->state, front->wire, w->moved) == XSPLIT_NODE_SAME)
		return;
	drop(front);
	front->fresh = true;
	front->state = UNKNOWN;
	w->moved = false;
}

static void look(struct model_world *w, enum xsplit_side side)
{
	if (side == XSPLIT_FRONT)
		check_node(w);
	w->end[side].pending = false;
	w->end[side].looked = true;
	w->end[side].seen = side == XSPLIT_FRONT && w->moved ? UNKNOWN : peer_of(w, side)->wire;
	w->end[side].retired = side == XSPLIT_BACK && !w->online;
}

static enum xsplit_action next_action(const struct model_end *e, enum xsplit_side side, u8 row)
{
	return e->retired ? xsplit_retire_action(row, e->seen) :
	       xsplit_next_action(side, row, e->seen);
}

static void act(struct model_world *w, enum xsplit_side side, bool bad)
{
	struct model_end *e = &w->end[side];
	u8 before = row_of(w, side);

	e->looked = false;
	acts[next_action(e, side, before)](w, side, bad);
	e->seen = 0;
	if (row_of(w, side) != before && e->loaded)
		e->pending = true;
}

/* --- what the world does --------------------------------------------------- */

static void load(struct model_end *e)
{
	e->loaded = true;
	e->fresh = true;
	e->pending = true;
}

static void unload(struct model_world *w, enum xsplit_side side)
{
	struct model_end *e = &w->end[side];

	drop(e);
	e->loaded = false;
	e->pending = false;
	e->waiting = false;
	e->fresh = false;
	e->home = false;
	e->home_late = false;
	w->moved &= side == XSPLIT_BACK;
	/* A backend may be bound again: it leaves its state behind. */
	if (side == XSPLIT_FRONT || e->wire == CLOSING)
		switch_state(w, side, CLOSED);
}

static void device_anew(struct model_world *w, enum xsplit_side side)
{
	struct model_end *e = &w->end[side];

	drop(e);
	e->state = INITIALISING;
	e->waiting = false;
	write_wire(w, side, INITIALISING);
	if (e->loaded)
		load(e);
}

static void event_front_reload(struct model_world *w)
{
	unload(w, XSPLIT_FRONT);
	w->failed = false;
}

static void event_back_reload(struct model_world *w)
{
	unload(w, XSPLIT_BACK);
}

static void event_front_reboot(struct model_world *w)
{
	device_anew(w, XSPLIT_FRONT);
	w->failed = false;
}

static void event_resume(struct model_world *w)
{
	device_anew(w, XSPLIT_FRONT);
	device_anew(w, XSPLIT_BACK);
	w->failed = false;
}

static void event_detach(struct model_world *w)
{
	struct model_end *back = &w->end[XSPLIT_BACK];

	w->online = false;
	if (back->wire != CLOSED)
		write_wire(w, XSPLIT_BACK, CLOSING);
	if (back->loaded)
		back->pending = true;
}

static void event_destroy(struct model_world *w)
{
	struct model_end *front = &w->end[XSPLIT_FRONT];

	memset(front, 0, sizeof(*front));
	w->destroyed = true;
	write_wire(w, XSPLIT_FRONT, UNKNOWN);
}

/*
 * A front that gave up, and is not closed yet, need not see that its backend has died before
 * there is another one: it may stay closed.
 */
static void event_back_dies(struct model_world *w)
{
	w->failed &= w->end[XSPLIT_FRONT].state == CLOSING;
	memset(&w->end[XSPLIT_BACK], 0, sizeof(w->end[XSPLIT_BACK]));
	w->dead = true;
	write_wire(w, XSPLIT_BACK, UNKNOWN);
}

/* The front's driver knows nothing yet: only its keys are others. */
static void event_made_anew(struct model_world *w)
{
	struct model_end *front = &w->end[XSPLIT_FRONT];

	w->dead = false;
	w->failed = false;
	w->online = true;
	device_anew(w, XSPLIT_BACK);
	write_wire(w, XSPLIT_FRONT, INITIALISING);
	front->home_late = front->loaded;
	/* A driver that is loaded later reads everything. */
	if (!front->loaded)
		front->state = INITIALISING;
}

static void event_moved_away(struct model_world *w)
{
	event_made_anew(w);
	w->moved = w->end[XSPLIT_FRONT].loaded;
}

static void event_peer_breaks(struct model_world *w)
{
	if (!w->end[XSPLIT_BACK].connected)
		return;
	give_up(w, XSPLIT_BACK);
	w->end[XSPLIT_BACK].pending = true;
}

static void event_reconfigure(struct model_world *w)
{
	struct model_end *front = &w->end[XSPLIT_FRONT];

	if (!front->ready || front->state != CONNECTED)
		return;
	switch_state(w, XSPLIT_FRONT, RECONFIGURING);
	front->pending = true;
}

static void (*const events[NR_EVENTS])(struct model_world *w) = {
	[FRONT_RELOAD] = event_front_reload,
	[BACK_RELOAD] = event_back_reload,
	[FRONT_REBOOT] = event_front_reboot,
	[RESUME] = event_resume,
	[DETACH] = event_detach,
	[DESTROY] = event_destroy,
	[RECONFIGURE] = event_reconfigure,
	[PEER_BREAKS] = event_peer_breaks,
	[BACK_DIES] = event_back_dies,
	[MADE_ANEW] = event_made_anew,
	[MOVED_AWAY] = event_moved_away,
};

/* Its driver will be loaded some time. */
static bool is_missing(const struct model_world *w, enum xsplit_side side)
{
	return !hostile && !w->end[side].loaded && !w->gone &&
	       !(side == XSPLIT_FRONT && w->destroyed);
}

static bool is_settled(const struct model_world *w)
{
	const struct model_end *e;
	unsigned int side;

	for (side = 0; side < XSPLIT_NR_SIDES; side++) {
		e = &w->end[side];
		if (e->pending || e->looked || e->waiting || e->home_late || e->home)
			return false;
		if (is_missing(w, side))
			return false;
	}
	return true;
}

/* Between looking and acting a link's work cannot be taken away. */
static bool event_possible(const struct model_world *w, enum event event)
{
	bool busy = w->end[XSPLIT_FRONT].looked || w->end[XSPLIT_BACK].looked;

	if (!events[event] || !w->budget[event] || w->gone || w->destroyed)
		return false;
	if (event == BACK_RELOAD && w->dead)
		return false;
	/* The toolstack waits for nobody. */
	return event == DETACH ? w->online && !w->dead : !busy;
}

/* --- the walk --------------------------------------------------------------- */

static void visit(const struct model_world *w);

static void visit_steps(const struct model_world *w, enum xsplit_side side)
{
	const struct model_end *e = &w->end[side];
	struct model_world next = *w;

	if (e->looked) {
		act(&next, side, false);
		visit(&next);
		next = *w;
		act(&next, side, true);
		visit(&next);
	} else if (e->pending) {
		look(&next, side);
		visit(&next);
	}
	next = *w;
	if (is_missing(w, side)) {
		/* In another domain nothing is left of what there was. */
		if (side == XSPLIT_BACK && w->dead)
			device_anew(&next, side);
		next.dead &= side == XSPLIT_FRONT;
		load(&next.end[side]);
		visit(&next);
	}
	if (e->home_late) {
		next = *w;
		next.end[side].home_late = false;
		next.end[side].home = true;
		next.end[side].pending = true;
		visit(&next);
	}
	next = *w;
	if (e->waiting) {
		next.end[side].waiting = false;
		next.end[side].pending = true;
		visit(&next);
	}
}

static void visit_events(const struct model_world *w)
{
	struct model_world next;
	unsigned int event;

	for (event = 0; event < NR_EVENTS; event++) {
		if (!event_possible(w, event))
			continue;
		next = *w;
		next.budget[event]--;
		events[event](&next);
		visit(&next);
	}
}

static void visit_any_state(const struct model_world *w, enum xsplit_side side)
{
	struct model_world next;
	u8 state;

	for (state = 0; state <= XSPLIT_NR_STATES; state++) {
		next = *w;
		write_wire(&next, side, state);
		visit(&next);
	}
}

/* Nothing more will happen by itself: is this where they should be? */
static void check_settled(const struct model_world *w)
{
	const struct model_end *front = &w->end[XSPLIT_FRONT];
	const struct model_end *back = &w->end[XSPLIT_BACK];

	if (w->destroyed) {
		EXPECT(w->gone);
		return;
	}
	/* Detached: what is closed the toolstack removes, if it is not gone already. */
	if (!w->online) {
		EXPECT(w->gone || back->wire == CLOSED);
		EXPECT(!front->connected);
		return;
	}
	if (w->failed && !back->connected) {
		EXPECT(!front->connected);
		EXPECT_EQ(front->wire, CLOSED);
		EXPECT_EQ(back->wire, CLOSED);
		return;
	}
	EXPECT_EQ(front->wire, CONNECTED);
	EXPECT_EQ(back->wire, CONNECTED);
	EXPECT(front->connected && front->ready);
	EXPECT(back->connected);
	EXPECT_EQ(back->life, front->life);
}

static void visit_next(const struct model_world *w)
{
	unsigned int side;

	for (side = 0; side < XSPLIT_NR_SIDES; side++)
		visit_steps(w, side);
	visit_events(w);
	if (hostile)
		for (side = 0; side < XSPLIT_NR_SIDES; side++)
			if (!w->end[side].loaded)
				visit_any_state(w, side);
}

/* A settled world is checked; one that is entered again goes round for ever. */
static void check_world(const struct visited *v)
{
	if (hostile)
		return;
	EXPECT(v->visit != ENTERED);
	if (v->visit == NEW && is_settled(trail[trail_len - 1]))
		check_settled(trail[trail_len - 1]);
}

static void visit(const struct model_world *w)
{
	struct visited *v;

	if (steps) {
		steps[nr_steps++] = *w;
		return;
	}
	v = find(w);
	if (trail_len == MAX_TRAIL || nr_worlds > HASH_SIZE / 2)
		abort();
	trail[trail_len++] = w;
	describe(w);
	check_world(v);
	show_trail();
	if (v->visit == NEW) {
		nr_worlds++;
		v->world = *w;
		v->visit = ENTERED;
		visit_next(w);
		v->visit = LEFT;
	}
	trail_len--;
}

static size_t walk(const struct model_world *start)
{
	table = calloc(HASH_SIZE, sizeof(*table));
	if (!table)
		abort();
	nr_worlds = 0;
	visit(start);
	free(table);
	return nr_worlds;
}

size_t model_explore_hostile(enum xsplit_side side, u8 offered)
{
	struct model_world start;

	memset(&start, 0, sizeof(start));
	start.offered = offered;
	start.online = true;
	start.end[side].state = INITIALISING;
	start.end[side].wire = INITIALISING;
	start.budget[FRONT_FAILS] = 1;
	start.budget[BACK_FAILS] = 1;
	start.budget[BACK_WAITS] = 1;
	load(&start.end[side]);
	hostile = true;
	return walk(&start);
}

static void begin(struct model_world *start, const u8 budget[NR_EVENTS], u8 offered)
{
	unsigned int side;

	memset(start, 0, sizeof(*start));
	start->offered = offered;
	start->online = true;
	memcpy(start->budget, budget, NR_EVENTS);
	for (side = 0; side < XSPLIT_NR_SIDES; side++) {
		start->end[side].state = INITIALISING;
		start->end[side].wire = INITIALISING;
	}
}

/* Go one step on. Return: false if there is none. */
static bool step(struct model_world *w, u32 (*choose)(u32 nr))
{
	nr_steps = 0;
	visit_next(w);
	if (!nr_steps)
		return false;
	*w = steps[choose(nr_steps) % nr_steps];
	describe(w);
	return true;
}

static u32 in_turn(u32 nr)
{
	static u32 turn;

	return turn++ % nr;
}

u32 model_follow(const u8 budget[NR_EVENTS], u8 offered, u32 length, u32 (*choose)(u32 nr))
{
	struct model_world path[MAX_STEPS], w;
	u32 nr;

	begin(&w, budget, offered);
	steps = path;
	for (nr = 0; nr < length && step(&w, choose); nr++)
		if (is_settled(&w))
			check_settled(&w);
	/* Nothing happens from outside any more: they come to an end. */
	memset(w.budget, 0, sizeof(w.budget));
	for (nr = 0; !is_settled(&w) && nr < SETTLE_STEPS; nr++)
		step(&w, in_turn);
	EXPECT(is_settled(&w));
	check_settled(&w);
	steps = NULL;
	return nr;
}

size_t model_explore(const u8 budget[NR_EVENTS], u8 offered)
{
	struct model_world start;

	begin(&start, budget, offered);
	return walk(&start);
}
