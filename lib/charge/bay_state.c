/* bay_state.c - one function an event; whatever is not said changes nothing.
 * Owns nothing. Serves bay_state.h. */
#include "charge/bay_state.h"

#include "base/text.h"

#define ENERGY_CHARS 8

bool bay_is_held(enum bay_state state)
{
	return state == BAY_OCCUPIED || state == BAY_CHARGING || state == BAY_EXEMPT;
}

enum bay_plate bay_plate_of(const char *plate, enum plate_colour colour)
{
	if (!plate || !*plate)
		return BAY_PLATE_UNREAD;
	if (colour == PLATE_GREEN || text_chars(plate) == ENERGY_CHARS)
		return BAY_PLATE_ENERGY;
	return BAY_PLATE_BLUE;
}

bool bay_admits(const struct bay_machine *m, const struct bay_news *n)
{
	if (n->plate == BAY_PLATE_UNREAD)
		return false;
	if (n->plate == BAY_PLATE_BLUE && n->listed == BAY_LISTED_DISABLED)
		return false;
	if (m->booked)
		return n->for_booking;
	return n->listed == BAY_LISTED_ENABLED || n->plate == BAY_PLATE_ENERGY;
}

static enum bay_state rest(const struct bay_machine *m)
{
	return m->booked ? BAY_BOOKED : BAY_EMPTY;
}

static bool may_move(const struct bay_news *n)
{
	return n->has_lock && n->enabled && n->fresh;
}

/* The car that stands there is known to be the booking's. */
static unsigned use(struct bay_machine *m, const struct bay_news *n)
{
	if (!m->booked || m->own || !n->for_booking)
		return 0;
	m->own = true;
	return BAY_DO_USE;
}

static unsigned enter(struct bay_machine *m, const struct bay_news *n)
{
	m->state = m->exempt ? BAY_EXEMPT : m->charging ? BAY_CHARGING : BAY_OCCUPIED;
	return BAY_DO_ENTER | (m->state == BAY_OCCUPIED ? BAY_DO_COUNT : 0) | use(m, n);
}

/* With its own car a booking is over; another's leaving leaves it as it is. */
static unsigned leave(struct bay_machine *m)
{
	unsigned todo = BAY_DO_LEAVE | (m->state == BAY_OCCUPIED ? BAY_DO_UNCOUNT : 0) |
		(m->own ? BAY_DO_USED : 0);

	m->booked = m->booked && !m->own;
	m->own = false;
	m->exempt = false;
	m->state = rest(m);
	return todo;
}

/* Up again only when nobody is inside any more: an opening may still be on its way. */
static unsigned give_up(struct bay_machine *m, const struct bay_news *n)
{
	m->exempt = false;
	m->state = rest(m);
	return may_move(n) ? BAY_DO_CLOSE : 0;
}

/* A car at a lock that is up: once opened for, it is not opened for again. */
static unsigned knock(struct bay_machine *m, const struct bay_news *n)
{
	unsigned todo = 0;

	if (m->state == BAY_WAITING && !n->other)
		return 0;
	if (bay_admits(m, n) && may_move(n)) {
		todo = m->state == BAY_WAITING ? 0 : BAY_DO_OPEN;
		m->exempt = n->listed == BAY_LISTED_ENABLED;
		m->state = BAY_WAITING;
		return todo;
	}
	if (m->state == BAY_WAITING)
		todo = give_up(m, n);
	return todo | BAY_DO_REFUSE;
}

static unsigned seen(struct bay_machine *m, const struct bay_news *n)
{
	unsigned todo = 0;

	if (bay_is_held(m->state)) {
		if (!n->other)
			return use(m, n);
		todo = leave(m);
	}
	if (!m->down)
		return todo | knock(m, n);
	if (!bay_admits(m, n))
		todo |= BAY_DO_REFUSE;
	m->exempt = n->listed == BAY_LISTED_ENABLED;
	return todo | enter(m, n);
}

static unsigned left(struct bay_machine *m, const struct bay_news *n)
{
	unsigned todo;

	if (m->state == BAY_WAITING)
		return give_up(m, n);
	if (!bay_is_held(m->state))
		return 0;
	todo = leave(m);
	return todo | (m->down && may_move(n) ? BAY_DO_CLOSE : 0);
}

static unsigned lock_moved(struct bay_machine *m, const struct bay_news *n, bool down)
{
	m->down = down;
	return down && m->state == BAY_WAITING ? enter(m, n) : 0;
}

static unsigned kept(struct bay_machine *m, const struct bay_news *n)
{
	m->booked = true;
	if (m->state != BAY_EMPTY)
		return bay_is_held(m->state) ? use(m, n) : 0;
	m->state = BAY_BOOKED;
	return m->down && may_move(n) ? BAY_DO_CLOSE : 0;
}

static unsigned freed(struct bay_machine *m)
{
	m->booked = m->own = false;
	if (m->state == BAY_BOOKED)
		m->state = BAY_EMPTY;
	return 0;
}

/* Charging at a bay where nobody saw a car says nothing of the bay: a cable is long. */
static unsigned charge(struct bay_machine *m, const struct bay_news *n)
{
	m->charging = true;
	if (m->state == BAY_WAITING)
		return enter(m, n);
	if (m->state != BAY_OCCUPIED)
		return 0;
	m->state = BAY_CHARGING;
	return BAY_DO_UNCOUNT;
}

static unsigned charged(struct bay_machine *m)
{
	m->charging = false;
	if (m->state != BAY_CHARGING)
		return 0;
	m->state = BAY_OCCUPIED;
	return BAY_DO_COUNT;
}

/* Whitelisted is whitelisted for the whole of its stay (K7). */
static unsigned listed(struct bay_machine *m, const struct bay_news *n)
{
	unsigned todo = m->state == BAY_OCCUPIED ? BAY_DO_UNCOUNT : 0;

	if (n->listed != BAY_LISTED_ENABLED || (!bay_is_held(m->state) && m->state != BAY_WAITING))
		return 0;
	m->exempt = true;
	if (m->state != BAY_WAITING)
		m->state = BAY_EXEMPT;
	return todo;
}

unsigned bay_step(struct bay_machine *m, const struct bay_news *n)
{
	if (!n->has_lock)
		m->down = true;
	if (!n->camera && (n->event == BAY_SEEN || n->event == BAY_LEFT))
		return 0;
	switch (n->event) {
	case BAY_SEEN:
		return seen(m, n);
	case BAY_LEFT:
		return left(m, n);
	case BAY_LOCK_UP:
	case BAY_LOCK_DOWN:
		return n->has_lock ? lock_moved(m, n, n->event == BAY_LOCK_DOWN) : 0;
	case BAY_KEPT:
		return kept(m, n);
	case BAY_FREED:
		return freed(m);
	case BAY_CHARGE:
		return charge(m, n);
	case BAY_CHARGED:
		return charged(m);
	case BAY_LISTED:
		return listed(m, n);
	default:
		return 0;
	}
}
