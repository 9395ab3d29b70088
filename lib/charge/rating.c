/* rating.c - tariff x usage x discounts -> bill lines; the only place that multiplies energy by a
 * price (law 4).
 * Owns nothing; pure: no database, no clock. Serves rating.h. */
#include "charge/rating_bike.h"
#include "charge/rating_special.h"

#include "base/clock.h"

#include <stdlib.h>

#define HALF_HOUR 1800
#define FULL_PRICE 10000
#define EXTRA_LINES 4                        /* step, discount, rounding, agreement stand behind the energy lines */

/* A bill that outgrows BILL_LINES is made again with fewer, longer lines: same energy, same
 * prices. */
enum join { JOIN_HALF_HOUR, JOIN_NEIGHBOURS, JOIN_TYPE };

struct rating {
	const struct tariff *tariff;
	struct bill *bill;
	enum join join;
	bool full;
	int64_t origin, charged;             /* of the whole charge: its start, the energy so far */
};

int64_t rating_half_hour_end(int64_t t)
{
	int64_t local = t + clock_offset();

	return t + HALF_HOUR - local % HALF_HOUR;
}

static bool same_half_hour(int64_t a, int64_t b)
{
	return rating_half_hour_end(a) == rating_half_hour_end(b);
}

static NEOERR *check_tariff(const struct tariff *t)
{
	int minute = 0;

	if (t->n <= 0 || t->n > TARIFF_SLOTS)
		return nerr_raise(ERR_INVALID, "a tariff of %d slots", t->n);
	for (int i = 0; i < t->n; i++) {
		const struct tariff_slot *s = &t->slot[i];

		if (s->start_minute != minute || s->end_minute <= minute || s->end_minute % 30)
			return nerr_raise(ERR_INVALID, "tariff slot %d does not follow the one before", i);
		if (s->energy_price < 0 || s->service_price < 0 || (unsigned)s->type >= PRICE_TYPES)
			return nerr_raise(ERR_INVALID, "tariff slot %d has an impossible price", i);
		minute = s->end_minute;
	}
	if (minute != DAY_MINUTES)
		return nerr_raise(ERR_INVALID, "the tariff ends before 24:00");
	return STATUS_OK;
}

static NEOERR *check_usage(const struct usage *u)
{
	int64_t at = u->started, sum = 0;

	if (u->n < 0 || u->ended < u->started || u->energy < 0 || u->started < 0)
		return nerr_raise(ERR_INVALID, "usage runs backwards");
	for (int i = 0; i < u->n; i++) {
		const struct usage_segment *s = &u->segment[i];

		if (s->from < at || s->to < s->from || s->to > u->ended || s->energy < 0)
			return nerr_raise(ERR_INVALID, "usage segment %d is out of order", i);
		if (!fixed_add(sum, s->energy, &sum))
			return nerr_raise(ERR_INVALID, "usage overflows");
		at = s->to;
	}
	if (sum != u->energy)
		return nerr_raise(ERR_INVALID, "usage segments do not add up to the energy");
	return STATUS_OK;
}

static bool continues(const struct rating *r, const struct bill_line *l, int64_t from,
	enum price_type type, int special)
{
	if (l->type != type || l->special != special)
		return false;
	return r->join != JOIN_HALF_HOUR || same_half_hour(l->from, from);
}

/* The line that energy of this moment belongs to, a new one if there is none. NULL: the bill is
 * full. */
static struct bill_line *line_for(struct rating *r, int64_t from, const struct tariff_slot *slot)
{
	int special = special_at(r->tariff, from, from - r->origin, r->charged);
	const struct tariff_special *s = special ? &r->tariff->special[special - 1] : NULL;
	struct bill *b = r->bill;
	int oldest = r->join == JOIN_TYPE ? 0 : b->n - 1;

	for (int i = b->n - 1; i >= 0 && i >= oldest; i--)
		if (continues(r, &b->line[i], from, slot->type, special))
			return &b->line[i];
	if (b->n >= BILL_LINES - EXTRA_LINES)
		return NULL;
	b->line[b->n] = (struct bill_line){ .kind = BILL_ENERGY,
		.type = slot->type,
		.from = from,
		.to = from,
		.energy_price = s ? s->energy_price : slot->energy_price,
		.service_price = s ? s->service_price : slot->service_price,
		.special = special };
	return &b->line[b->n++];
}

static void add_piece(struct rating *r, int64_t from, int64_t to, int64_t energy)
{
	struct bill_line *line;

	if (energy == 0 || r->full)
		return;
	line = line_for(r, from, tariff_slot_at(r->tariff, from));
	if (!line) {
		r->full = true;
		return;
	}
	line->energy += energy;
	line->to = to;
	r->charged += energy;
}

/* The piece up to where another special price may begin, by time or by energy; the rest follows. */
static NEOERR *add_special(struct rating *r, int64_t from, int64_t to, int64_t energy)
{
	int64_t cut, part = energy, step;

	while (energy > 0) {
		cut = special_time(r->tariff, r->origin, from, to);
		if (to > from && !fixed_muldiv(energy, cut - from, to - from, ROUND_CUT, &part))
			return nerr_raise(ERR_INVALID, "usage overflows");
		part = cut == to ? energy : part;
		step = special_energy(r->tariff, r->charged) - r->charged;
		if (step < part) {
			if (!fixed_muldiv(cut - from, step, part, ROUND_CUT, &cut))
				return nerr_raise(ERR_INVALID, "usage overflows");
			cut += from;
			part = step;
		}
		add_piece(r, from, cut, part);
		energy -= part;
		from = cut;
		if (r->full)
			break;
	}
	return STATUS_OK;
}

/* Cuts a segment at half hours by its cumulative curve, cut down: what is cut off here comes
 * with the next piece, nothing is lost. */
static NEOERR *add_segment(struct rating *r, const struct usage_segment *s)
{
	int64_t done = 0, upto, from = s->from, to;
	NEOERR *err = STATUS_OK;

	if (s->from == s->to)
		return nerr_pass(add_special(r, s->from, s->to, s->energy));
	for (; from < s->to; from = to) {
		to = rating_half_hour_end(from);
		if (to > s->to)
			to = s->to;
		if (!fixed_muldiv(s->energy, to - s->from, s->to - s->from, ROUND_CUT, &upto))
			return nerr_raise(ERR_INVALID, "usage overflows");
		TRY(add_special(r, from, to, upto - done));
		done = upto;
	}
out:
	return nerr_pass(err);
}

static NEOERR *energy_lines(struct rating *r, const struct usage *u)
{
	NEOERR *err = STATUS_OK;

	r->bill->n = 0;
	r->full = false;
	r->origin = u->origin ? u->origin : u->started;
	r->charged = u->before;
	for (int i = 0; i < u->n; i++)
		TRY(add_segment(r, &u->segment[i]));
out:
	return nerr_pass(err);
}

static NEOERR *total_add(struct bill *b, const struct bill_line *l)
{
	if ((l->kind != BILL_STEP && !fixed_add(b->energy, l->energy, &b->energy)) ||
		!fixed_add(b->energy_fee, l->energy_fee, &b->energy_fee) ||
		!fixed_add(b->service_fee, l->service_fee, &b->service_fee) ||
		!fixed_add(b->amount, l->amount, &b->amount))
		return nerr_raise(ERR_INVALID, "the bill overflows");
	return STATUS_OK;
}

static NEOERR *price_lines(struct bill *b)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < b->n; i++) {
		struct bill_line *l = &b->line[i];

		TRY(money_fee(l->energy, l->energy_price, &l->energy_fee));
		TRY(money_fee(l->energy, l->service_price, &l->service_fee));
	}
out:
	return nerr_pass(err);
}

static NEOERR *sum_lines(struct bill *b)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < b->n; i++) {
		struct bill_line *l = &b->line[i];

		if (!fixed_add(l->energy_fee, l->service_fee, &l->amount))
			return nerr_raise(ERR_INVALID, "the bill overflows");
		TRY(total_add(b, l));
	}
out:
	return nerr_pass(err);
}

static NEOERR *add_line(struct bill *b, enum bill_kind kind, int64_t energy_fee,
	int64_t service_fee)
{
	struct bill_line *l = &b->line[b->n++];

	*l = (struct bill_line){ .kind = kind, .energy_fee = energy_fee, .service_fee = service_fee,
		.amount = energy_fee + service_fee };
	return nerr_pass(total_add(b, l));
}

static bool discounts(const struct discount *d)
{
	return d && (d->percent_energy_fee || d->percent_service_fee);
}

NEOERR *rating_take_off(const struct discount *d, int64_t *energy_fee, int64_t *service_fee)
{
	if (!discounts(d))
		return STATUS_OK;
	if (d->percent_energy_fee < 0 || d->percent_energy_fee > FULL_PRICE ||
	    d->percent_service_fee < 0 || d->percent_service_fee > FULL_PRICE)
		return nerr_raise(ERR_INVALID, "a discount gives between 0 and 100 percent");
	if (!fixed_muldiv(*energy_fee, d->percent_energy_fee, FULL_PRICE, ROUND_HALF_UP,
			energy_fee) ||
		!fixed_muldiv(*service_fee, d->percent_service_fee, FULL_PRICE, ROUND_HALF_UP,
			service_fee))
		return nerr_raise(ERR_INVALID, "the discount overflows");
	return STATUS_OK;
}

static NEOERR *discount_line(struct bill *b, const struct discount *d)
{
	int64_t energy = b->energy_fee, service = b->service_fee;
	NEOERR *err;

	TRY(rating_take_off(d, &energy, &service));
	energy = b->energy_fee - energy;
	service = b->service_fee - service;
	b->discount = energy + service;
	if (b->discount)
		TRY(add_line(b, BILL_DISCOUNT, -energy, -service));
out:
	return nerr_pass(err);
}

/* The difference to whole fen goes to the service fee; no fee is pushed below zero by it, what
 * it cannot bear the energy fee does. */
static NEOERR *rounding_line(struct bill *b, enum rounding mode)
{
	int64_t diff = fixed_round(b->amount, MONEY_FEN, mode) - b->amount, service = diff;

	b->rounding_fee = diff;
	if (diff == 0)
		return STATUS_OK;
	if (b->service_fee == 0)
		service = 0;
	else if (b->service_fee + diff < 0)
		service = -b->service_fee;
	return nerr_pass(add_line(b, BILL_ROUNDING, diff - service, service));
}

/* O14: the customer and the operator agreed on the total. */
static NEOERR *agreed_line(struct bill *b, const struct discount *d)
{
	int64_t diff, service;

	if (!d || !d->has_agreed || d->agreed == b->amount)
		return STATUS_OK;
	if (d->agreed < 0 || d->agreed % MONEY_FEN)
		return nerr_raise(ERR_INVALID, "what is agreed is whole fen and not below zero");
	diff = d->agreed - b->amount;
	service = b->service_fee + diff < 0 ? -b->service_fee : diff;
	b->discount -= diff;
	return nerr_pass(add_line(b, BILL_DISCOUNT, diff - service, service));
}

static NEOERR *rate_car(const struct tariff *tariff, const struct usage *usage, struct bill *bill)
{
	struct rating r = { .tariff = tariff, .bill = bill };
	NEOERR *err = STATUS_OK;

	for (r.join = JOIN_HALF_HOUR; r.join <= JOIN_TYPE; r.join++) {
		TRY(energy_lines(&r, usage));
		if (!r.full)
			break;
	}
	TRY(price_lines(bill));
	TRY(step_energy_line(tariff, usage->before + usage->energy, bill));
out:
	return nerr_pass(err);
}

NEOERR *rating_rate(const struct tariff *tariff, const struct usage *usage,
	const struct discount *discount, struct bill *bill)
{
	NEOERR *err;

	bill->energy = bill->energy_fee = bill->service_fee = bill->discount = bill->rounding_fee =
		bill->amount = 0;
	bill->n = 0;
	TRY(check_tariff(tariff));
	TRY(check_usage(usage));
	TRY(tariff_is_bike(tariff) ? rating_bike(tariff, usage, bill)
							   : rate_car(tariff, usage, bill));
	TRY(sum_lines(bill));
	TRY(discount_line(bill, discount));
	TRY(rounding_line(bill, tariff->rounding));
	TRY(agreed_line(bill, discount));
out:
	return nerr_pass(err);
}

NEOERR *rating_quote(const struct tariff *tariff, int64_t from, int64_t seconds, int64_t energy,
	int watt, struct bill *bill)
{
	int64_t to = from + (seconds > 0 ? seconds : 1);
	struct usage_segment whole = { .from = from, .to = to, .energy = energy, .watt = watt };
	struct usage usage = { .started = from,
		.ended = to,
		.energy = energy,
		.n = 1,
		.segment = &whole };

	return nerr_pass(rating_rate(tariff, &usage, NULL, bill));
}

NEOERR *rating_stop_amount(const struct tariff *tariff, int64_t *amount)
{
	const struct bike_terms *t = &tariff->bike;
	struct bill *bill = malloc(sizeof *bill);
	int64_t dearest = -1;
	int watt = 0;
	NEOERR *err;

	if (!bill)
		error_die("out of memory");
	for (int i = 0; tariff_has_bands(tariff) && i < t->n && i < BIKE_BANDS; i++)
		if (t->band[i].hour_price > dearest) {
			dearest = t->band[i].hour_price;
			watt = t->band[i].from_watt;
		}
	err = rating_quote(tariff, 0, (int64_t)t->stop_minutes * 60, 0, watt, bill);
	*amount = err ? 0 : bill->amount;
	free(bill);
	return nerr_pass(err);
}
