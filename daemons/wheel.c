/* wheel.c - a hashed timer wheel.
 * Owns nothing.
 * Serves the gateway and the virtual piles. */
#include "daemons/wheel.h"

void wheel_init(struct wheel *w, int64_t now_ms)
{
	for (int i = 0; i < WHEEL_SLOTS; i++)
		w->slot[i].prev = w->slot[i].next = &w->slot[i];
	w->tick = now_ms / WHEEL_MS;
}

void wheel_unset(struct wheel_entry *e)
{
	if (e->next == NULL)
		return;
	e->prev->next = e->next;
	e->next->prev = e->prev;
	e->prev = e->next = NULL;
}

/* What is due in this tick or before goes into the next one: its slot may have been served
 * already. */
void wheel_set(struct wheel *w, struct wheel_entry *e, int64_t due_ms)
{
	int64_t tick = (due_ms + WHEEL_MS - 1) / WHEEL_MS;
	struct wheel_entry *slot;

	wheel_unset(e);
	if (tick <= w->tick)
		tick = w->tick + 1;
	slot = &w->slot[tick % WHEEL_SLOTS];
	e->due_ms = due_ms;
	e->next = slot;
	e->prev = slot->prev;
	slot->prev->next = e;
	slot->prev = e;
}

static void serve(struct wheel *w, struct wheel_entry *slot, int64_t now_ms, wheel_fn fn, void *ctx)
{
	struct wheel_entry due, *e;

	if (slot->next == slot)
		return;
	/* the whole slot moves to a list of its own: fn may add to the slot */
	due.next = slot->next;
	due.prev = slot->prev;
	due.next->prev = due.prev->next = &due;
	slot->prev = slot->next = slot;
	while ((e = due.next) != &due) {
		wheel_unset(e);
		if (e->due_ms > now_ms)          /* a later round of the wheel */
			wheel_set(w, e, e->due_ms);
		else
			fn(e, ctx);
	}
}

void wheel_turn(struct wheel *w, int64_t now_ms, wheel_fn fn, void *ctx)
{
	int64_t tick = now_ms / WHEEL_MS;

	if (tick - w->tick > WHEEL_SLOTS)        /* the program slept: one round serves all */
		w->tick = tick - WHEEL_SLOTS;
	while (w->tick < tick)
		serve(w, &w->slot[++w->tick % WHEEL_SLOTS], now_ms, fn, ctx);
}
