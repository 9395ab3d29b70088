/* rating_bike.c - e-bike charges by time, power band and energy (P14-P21).
 * Owns nothing; pure: no database, no clock.
 * Serves rating.c. */
#include "charge/rating_bike.h"

#include "charge/rating_special.h"

#define HOUR 3600

static enum tariff_fault check_band(const struct bike_terms *t, int i)
{
	const struct bike_band *b = &t->band[i];
	int before = i ? t->band[i - 1].to_watt : 0;

	if (b->to_watt <= b->from_watt)
		return TARIFF_BAND_EMPTY;
	if (i == 0 && b->from_watt != 0)
		return TARIFF_BAND_FIRST_NOT_ZERO;
	if (b->from_watt != before)
		return b->from_watt > before ? TARIFF_BAND_GAP : TARIFF_BAND_OVERLAP;
	return b->hour_price < 0 ? TARIFF_PRICE_RANGE : TARIFF_OK;
}

enum tariff_fault bike_terms_check(const struct tariff *tariff, int *at)
{
	const struct bike_terms *t = &tariff->bike;
	enum tariff_fault fault = TARIFF_OK;

	*at = 0;
	if (t->stop_minutes < 1 || t->stop_minutes > BIKE_STOP_MINUTES)
		return TARIFF_STOP_RANGE;
	if (t->free_minutes < 0 || t->free_minutes >= t->stop_minutes)
		return TARIFF_FREE_RANGE;
	if (t->hour_price < 0)
		return TARIFF_PRICE_RANGE;
	if (!tariff_has_bands(tariff))
		return TARIFF_OK;
	if (t->n <= 0)
		return TARIFF_NO_BANDS;
	if (t->n > BIKE_BANDS)
		return TARIFF_TOO_MANY;
	for (int i = 0; i < t->n && fault == TARIFF_OK; i++) {
		fault = check_band(t, i);
		*at = i;
	}
	return fault;
}

static int band_of(const struct bike_terms *t, int watt)
{
	int i = 0;

	while (i < t->n - 1 && watt >= t->band[i].to_watt)
		i++;
	return i;
}

/* Time after the longest charge costs nothing, however the device was stopped. */
struct spans { int64_t seconds, band_seconds[BIKE_BANDS], band_energy[BIKE_BANDS]; };

static void count_spans(const struct tariff *t, const struct usage *u, struct spans *out)
{
	int64_t left = (int64_t)t->bike.stop_minutes * 60;

	*out = (struct spans){ 0 };
	for (int i = 0; i < u->n; i++) {
		const struct usage_segment *s = &u->segment[i];
		int64_t whole = s->to - s->from, seconds = whole < left ? whole : left;
		int band = tariff_has_bands(t) ? band_of(&t->bike, s->watt) : 0;

		left -= seconds;
		out->seconds += seconds;
		out->band_seconds[band] += seconds;
		out->band_energy[band] += s->energy;
	}
}

static struct bill_line *line_add(struct bill *b, enum bill_kind kind, const struct usage *u)
{
	struct bill_line *l = &b->line[b->n++];

	*l = (struct bill_line){ .kind = kind, .type = PRICE_FLAT, .from = u->started, .to = u->ended };
	return l;
}

static NEOERR *energy_line(const struct tariff *t, const struct usage *u, struct bill *b)
{
	const struct tariff_slot *s = &t->slot[0];
	struct bill_line *l = line_add(b, BILL_ENERGY, u);
	NEOERR *err = STATUS_OK;

	l->type = s->type;
	l->energy = u->energy;
	l->energy_price = s->energy_price;
	l->service_price = t->method == METHOD_ENERGY ? s->service_price : 0;
	TRY(money_fee(l->energy, l->energy_price, &l->energy_fee));
	TRY(money_fee(l->energy, l->service_price, &l->service_fee));
out:
	return nerr_pass(err);
}

/* kWh stand in the lines of time only where no line of energy has them. */
static NEOERR *time_line(const struct tariff *t, const struct usage *u, const struct spans *spans,
	int band, struct bill *b)
{
	const struct bike_band *at = tariff_has_bands(t) ? &t->bike.band[band] : NULL;
	struct bill_line *l = line_add(b, BILL_TIME, u);

	l->seconds = at ? spans->band_seconds[band] : spans->seconds;
	l->hour_price = at ? at->hour_price : t->bike.hour_price;
	l->from_watt = at ? at->from_watt : 0;
	l->to_watt = at ? at->to_watt : 0;
	l->energy = t->method >= METHOD_ENERGY ? 0 : spans->band_energy[band];
	if (!fixed_muldiv(l->seconds, l->hour_price, HOUR, ROUND_HALF_UP, &l->service_fee))
		return nerr_raise(ERR_INVALID, "the bill overflows");
	return STATUS_OK;
}

/* The line of time that the charge was in when it ended. */
static const struct bill_line *line_at_end(const struct tariff *t, const struct usage *u,
	const struct bill *b)
{
	int band = u->n && tariff_has_bands(t) ? band_of(&t->bike, u->segment[u->n - 1].watt) : -1;

	for (int i = b->n - 1; i >= 0; i--)
		if (b->line[i].kind == BILL_TIME &&
			(band < 0 || b->line[i].from_watt == t->bike.band[band].from_watt))
			return &b->line[i];
	return NULL;
}

static bool is_free(const struct tariff *t, const struct usage *u)
{
	return t->bike.free_minutes > 0 &&
		u->ended - u->started <= (int64_t)t->bike.free_minutes * 60;
}

NEOERR *rating_bike(const struct tariff *tariff, const struct usage *usage, struct bill *bill)
{
	NEOERR *err = STATUS_OK;
	struct spans spans;
	int at;

	if (bike_terms_check(tariff, &at) != TARIFF_OK || tariff->n != 1)
		return nerr_raise(ERR_INVALID, "the e-bike tariff is broken");
	count_spans(tariff, usage, &spans);
	if (is_free(tariff, usage)) {
		struct bill_line *l = line_add(bill, BILL_FREE, usage);

		l->seconds = spans.seconds;
		l->energy = usage->energy;
		return STATUS_OK;
	}
	if (tariff->method >= METHOD_ENERGY)
		TRY(energy_line(tariff, usage, bill));
	if (tariff_has_hours(tariff))
		TRY(time_line(tariff, usage, &spans, 0, bill));
	for (int i = 0; tariff_has_bands(tariff) && i < tariff->bike.n; i++)
		if (spans.band_seconds[i] || spans.band_energy[i])
			TRY(time_line(tariff, usage, &spans, i, bill));
	TRY(step_energy_line(tariff, usage->before + usage->energy, bill));
	TRY(step_time_line(tariff, usage->origin ? usage->ended - usage->origin : spans.seconds,
		line_at_end(tariff, usage, bill), bill));
out:
	return nerr_pass(err);
}
