/* usage.c - device readings -> half-hour segments that add up to the meter's energy.
 * Owns nothing; pure. Serves usage.h. */
#include "charge/usage.h"

#include <limits.h>

/* The measured curve between two accepted readings. */
struct span { int64_t from, to, energy_from, energy_to; };

struct curve {
	struct usage *usage;
	int at;                              /* the segment that is being filled */
	int64_t last_at, last_energy;        /* last accepted reading */
};

static NEOERR *make_segments(struct usage *u, int room)
{
	int64_t to;

	u->n = 0;
	for (int64_t from = u->started; from < u->ended || u->n == 0; from = to) {
		if (u->n >= room)
			return nerr_raise(ERR_INVALID, "usage over more than %d half hours", room);
		to = rating_half_hour_end(from);
		if (to > u->ended)
			to = u->ended;
		u->segment[u->n++] = (struct usage_segment){ .from = from, .to = to };
	}
	return STATUS_OK;
}

/* Lays a span over the segments it touches, in proportion to time. Cut down each time on the
 * cumulative curve, so nothing is lost. */
static NEOERR *lay_span(struct curve *c, const struct span *s)
{
	struct usage_segment *seg = c->usage->segment;
	int64_t energy = s->energy_to - s->energy_from, done = 0, upto, end;

	for (int64_t from = s->from; from < s->to; from = end) {
		while (seg[c->at].to <= from)
			c->at++;
		end = seg[c->at].to < s->to ? seg[c->at].to : s->to;
		if (!fixed_muldiv(energy, end - s->from, s->to - s->from, ROUND_CUT, &upto))
			return nerr_raise(ERR_INVALID, "usage overflows");
		seg[c->at].energy += upto - done;
		done = upto;
	}
	return STATUS_OK;
}

static NEOERR *accept_reading(struct curve *c, int64_t at, int64_t energy)
{
	struct span span = { c->last_at, at, c->last_energy, energy };

	c->last_at = at;
	c->last_energy = energy;
	return nerr_pass(lay_span(c, &span));
}

static NEOERR *lay_readings(struct curve *c, const struct reading *reading, int readings)
{
	const struct usage *u = c->usage;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < readings; i++) {
		const struct reading *r = &reading[i];

		if (r->at <= c->last_at || r->at >= u->ended || r->energy < c->last_energy ||
			r->energy > u->energy)
			continue;
		TRY(accept_reading(c, r->at, r->energy));
	}
	if (u->started == u->ended)
		u->segment[0].energy = u->energy;
	else
		TRY(accept_reading(c, u->ended, u->energy));
out:
	return nerr_pass(err);
}

/* What the segments of each price type weigh by the curve and by time. */
struct weights { int64_t energy[PRICE_TYPES], seconds[PRICE_TYPES]; };

static enum price_type type_of(const struct tariff *t, const struct usage_segment *s)
{
	return tariff_slot_at(t, s->from)->type;
}

static void weigh(const struct tariff *t, const struct usage *u, struct weights *w)
{
	memset(w, 0, sizeof(*w));
	for (int i = 0; i < u->n; i++) {
		enum price_type type = type_of(t, &u->segment[i]);

		w->energy[type] += u->segment[i].energy;
		w->seconds[type] += u->segment[i].to - u->segment[i].from;
	}
}

static bool types_fit(const struct usage *u, const int64_t *type_energy, const struct weights *w)
{
	int64_t sum = 0;

	for (int t = 0; t < PRICE_TYPES; t++) {
		if (type_energy[t] < 0 || !fixed_add(sum, type_energy[t], &sum))
			return false;
		if (type_energy[t] > 0 && w->seconds[t] == 0)
			return false;
	}
	return sum == u->energy;
}

/* Each type's metered energy over that type's segments: by the curve, by time where the curve
 * saw none. */
static NEOERR *scale_to_types(const struct tariff *t, struct usage *u, const int64_t *type_energy,
	const struct weights *w)
{
	int64_t weight[PRICE_TYPES] = { 0 }, done[PRICE_TYPES] = { 0 }, upto;

	for (int i = 0; i < u->n; i++) {
		struct usage_segment *s = &u->segment[i];
		enum price_type type = type_of(t, s);
		int64_t whole = w->energy[type] ? w->energy[type] : w->seconds[type];

		if (whole == 0)
			continue;                /* a session without a second and without energy */
		weight[type] += w->energy[type] ? s->energy : s->to - s->from;
		if (!fixed_muldiv(type_energy[type], weight[type], whole, ROUND_CUT, &upto))
			return nerr_raise(ERR_INVALID, "usage overflows");
		s->energy = upto - done[type];
		done[type] = upto;
	}
	return STATUS_OK;
}

NEOERR *usage_build(const struct tariff *tariff, int64_t started, int64_t ended, int64_t energy,
	const struct reading *reading, int readings, const int64_t *type_energy,
	struct usage_segment *segments, int room, struct usage *usage, bool *used_types)
{
	struct curve curve = { .usage = usage, .last_at = started };
	struct weights weights;
	NEOERR *err;

	*used_types = false;
	*usage =
		(struct usage){ .started = started, .ended = ended, .energy = energy, .segment = segments };
	if (ended < started || energy < 0 || started < 0)
		return nerr_raise(ERR_INVALID, "usage runs backwards");
	TRY(make_segments(usage, room));
	TRY(lay_readings(&curve, reading, readings));
	if (!type_energy)
		return STATUS_OK;
	weigh(tariff, usage, &weights);
	if (types_fit(usage, type_energy, &weights)) {
		TRY(scale_to_types(tariff, usage, type_energy, &weights));
		*used_types = true;
	}
out:
	return nerr_pass(err);
}

/* kWh over seconds -> W: 1e-4 kWh are 0.1 Wh. */
static int mean_watt(int64_t energy, int64_t seconds)
{
	int64_t watt = 0;

	if (seconds <= 0 || !fixed_muldiv(energy, 360, seconds, ROUND_CUT, &watt) || watt > INT_MAX)
		return 0;
	return (int)watt;
}

static NEOERR *add_span(struct usage *u, int room, const struct span *s, int watt)
{
	struct usage_segment *last = u->n ? &u->segment[u->n - 1] : NULL;
	int64_t energy = s->energy_to - s->energy_from;

	if (last && last->watt == watt) {
		last->to = s->to;
		last->energy += energy;
		return STATUS_OK;
	}
	if (u->n >= room)
		return nerr_raise(ERR_INVALID, "usage of more than %d pieces", room);
	u->segment[u->n++] =
		(struct usage_segment){ .from = s->from, .to = s->to, .energy = energy, .watt = watt };
	return STATUS_OK;
}

NEOERR *usage_by_power(int64_t started, int64_t ended, int64_t energy,
	const struct reading *reading, int readings, struct usage_segment *segments, int room,
	struct usage *usage)
{
	struct span span = { started, started, 0, 0 };
	int watt = mean_watt(energy, ended - started);
	NEOERR *err = STATUS_OK;

	*usage =
		(struct usage){ .started = started, .ended = ended, .energy = energy, .segment = segments };
	if (ended < started || energy < 0 || started < 0)
		return nerr_raise(ERR_INVALID, "usage runs backwards");
	for (int i = 0; i < readings; i++) {
		const struct reading *r = &reading[i];

		if (r->at <= span.from || r->at >= ended || r->energy < span.energy_from ||
			r->energy > energy)
			continue;
		watt = r->watt > 0 ? r->watt : 0;
		span.to = r->at;
		span.energy_to = r->energy;
		TRY(add_span(usage, room, &span, watt));
		span.from = span.to;
		span.energy_from = span.energy_to;
	}
	span.to = ended;
	span.energy_to = energy;
	TRY(add_span(usage, room, &span, watt));
out:
	return nerr_pass(err);
}
