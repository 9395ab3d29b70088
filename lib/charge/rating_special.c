/* rating_special.c - the rows of a tariff that hold on weekdays, after so much energy or time, and
 * the steps that are billed whole (W6).
 * Owns nothing; pure: no database, no clock. Serves rating_special.h. */
#include "charge/rating_special.h"

#include "base/clock.h"

#define HOUR 3600
#define WEEK 0x7f
#define ENERGY_MOST (10000 * ENERGY_KWH)
#define MINUTES_MOST (7 * DAY_MINUTES)
#define PRICE_MOST (100 * MONEY_YUAN)

static bool whole_half_hour(int minute)
{
	return minute >= 0 && minute <= DAY_MINUTES && minute % 30 == 0;
}

/* [from, to) with 0 for an open end. */
static bool span_good(int64_t from, int64_t to, int64_t most)
{
	return from >= 0 && from <= most && (to == 0 || (to > from && to <= most));
}

static bool says_something(const struct tariff_special *s)
{
	return (s->days != 0 && s->days != WEEK) || s->start_minute > 0 ||
		s->end_minute < DAY_MINUTES || s->from_energy || s->to_energy || s->from_minutes ||
		s->to_minutes;
}

static enum tariff_fault check_one(const struct tariff_special *s)
{
	if (s->days < 0 || s->days > WEEK)
		return TARIFF_SPECIAL_RANGE;
	if (!whole_half_hour(s->start_minute) || !whole_half_hour(s->end_minute) ||
		s->end_minute <= s->start_minute)
		return TARIFF_SPECIAL_HALF_HOUR;
	if (!span_good(s->from_energy, s->to_energy, ENERGY_MOST) ||
		!span_good(s->from_minutes, s->to_minutes, MINUTES_MOST))
		return TARIFF_SPECIAL_RANGE;
	if (!says_something(s))
		return TARIFF_SPECIAL_ALWAYS;
	if (s->energy_price < 0 || s->energy_price > PRICE_MOST || s->service_price < 0 ||
		s->service_price > PRICE_MOST)
		return TARIFF_SPECIAL_PRICE;
	return TARIFF_OK;
}

enum tariff_fault special_check(const struct tariff *t, int *at)
{
	enum tariff_fault fault;

	*at = 0;
	if (t->specials < 0 || t->specials > TARIFF_SPECIALS)
		return TARIFF_TOO_MANY;
	for (int i = 0; i < t->specials; i++) {
		*at = i;
		if ((fault = check_one(&t->special[i])) != TARIFF_OK)
			return fault;
	}
	*at = 0;
	return t->step_energy < 0 || t->step_energy > 100 * ENERGY_KWH || t->step_minutes < 0 ||
			t->step_minutes > DAY_MINUTES ? TARIFF_STEP_RANGE : TARIFF_OK;
}

static bool within(int64_t v, int64_t from, int64_t to)
{
	return v >= from && (to == 0 || v < to);
}

int special_at(const struct tariff *t, int64_t when, int64_t seconds, int64_t energy)
{
	struct civil c;
	int minute;

	if (t->specials == 0)
		return 0;
	clock_civil(when, &c);
	minute = c.hour * 60 + c.minute;
	for (int i = 0; i < t->specials; i++) {
		const struct tariff_special *s = &t->special[i];

		if ((s->days == 0 || s->days >> c.weekday & 1) && minute >= s->start_minute &&
			minute < s->end_minute && within(energy, s->from_energy, s->to_energy) &&
			within(seconds, (int64_t)s->from_minutes * 60, (int64_t)s->to_minutes * 60))
			return i + 1;
	}
	return 0;
}

static void nearer(int64_t v, int64_t above, int64_t *least)
{
	if (v > above && v < *least)
		*least = v;
}

int64_t special_time(const struct tariff *t, int64_t origin, int64_t from, int64_t to)
{
	for (int i = 0; i < t->specials; i++) {
		nearer(origin + (int64_t)t->special[i].from_minutes * 60, from, &to);
		nearer(origin + (int64_t)t->special[i].to_minutes * 60, from, &to);
	}
	return to;
}

int64_t special_energy(const struct tariff *t, int64_t energy)
{
	int64_t least = INT64_MAX;

	for (int i = 0; i < t->specials; i++) {
		nearer(t->special[i].from_energy, energy, &least);
		nearer(t->special[i].to_energy, energy, &least);
	}
	return least;
}

/* What is missing to whole steps. */
static int64_t missing(int64_t v, int64_t step)
{
	return step > 0 && v > 0 && v % step ? step - v % step : 0;
}

static const struct bill_line *last_of_energy(const struct bill *b)
{
	for (int i = b->n - 1; i >= 0; i--)
		if (b->line[i].kind == BILL_ENERGY)
			return &b->line[i];
	return NULL;
}

static struct bill_line *step_line(struct bill *b, const struct bill_line *like)
{
	struct bill_line *l = &b->line[b->n++];

	*l = (struct bill_line){ .kind = BILL_STEP, .type = like->type, .from = like->to,
		.to = like->to, .special = like->special };
	return l;
}

NEOERR *step_energy_line(const struct tariff *t, int64_t energy, struct bill *b)
{
	const struct bill_line *last = last_of_energy(b);
	int64_t more = missing(energy, t->step_energy);
	struct bill_line *l;
	NEOERR *err = STATUS_OK;

	if (!last || !more)
		return STATUS_OK;
	l = step_line(b, last);
	l->energy = more;
	l->energy_price = last->energy_price;
	l->service_price = last->service_price;
	TRY(money_fee(more, l->energy_price, &l->energy_fee));
	TRY(money_fee(more, l->service_price, &l->service_fee));
out:
	return nerr_pass(err);
}

NEOERR *step_time_line(const struct tariff *t, int64_t seconds, const struct bill_line *last,
	struct bill *b)
{
	int64_t most = (int64_t)t->bike.stop_minutes * 60, more;
	struct bill_line *l;

	more = missing(seconds, (int64_t)t->step_minutes * 60);
	if (seconds + more > most)
		more = most - seconds;
	if (!last || more <= 0)
		return STATUS_OK;
	l = step_line(b, last);
	l->seconds = more;
	l->hour_price = last->hour_price;
	l->from_watt = last->from_watt;
	l->to_watt = last->to_watt;
	if (!fixed_muldiv(more, l->hour_price, HOUR, ROUND_HALF_UP, &l->service_fee))
		return nerr_raise(ERR_INVALID, "the bill overflows");
	return STATUS_OK;
}
