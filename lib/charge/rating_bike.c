/* rating_bike.c - e-bike charges by time, power band and energy (P14-P21).
 * Owns nothing; pure: no database, no clock.
 * Serves rating_bike.h. */
#include "charge/rating_bike.h"

#include <string.h>

#define HOUR 3600

static bool has_bands(enum bike_method m)
{
	return m == BIKE_POWER || m == BIKE_ENERGY_POWER;
}

static bool has_hours(enum bike_method m)
{
	return m == BIKE_DURATION || m == BIKE_ENERGY_HOUR;
}

static enum bike_fault check_band(const struct bike_tariff *t, int i)
{
	const struct bike_band *b = &t->band[i];
	int before = i ? t->band[i - 1].to_watt : 0;

	if (b->to_watt <= b->from_watt)
		return BIKE_BAND_EMPTY;
	if (i == 0 && b->from_watt != 0)
		return BIKE_BAND_FIRST_NOT_ZERO;
	if (b->from_watt != before)
		return b->from_watt > before ? BIKE_BAND_GAP : BIKE_BAND_OVERLAP;
	return b->hour_price < 0 ? BIKE_PRICE_RANGE : BIKE_OK;
}

enum bike_fault bike_tariff_check(const struct bike_tariff *t, int *at)
{
	enum bike_fault fault = BIKE_OK;

	*at = 0;
	if (t->stop_minutes < 1 || t->stop_minutes > BIKE_STOP_MINUTES)
		return BIKE_STOP_RANGE;
	if (t->free_minutes < 0 || t->free_minutes >= t->stop_minutes)
		return BIKE_FREE_RANGE;
	if (t->energy_price < 0 || t->service_price < 0 || t->hour_price < 0)
		return BIKE_PRICE_RANGE;
	if (!has_bands(t->method))
		return BIKE_OK;
	if (t->n <= 0)
		return BIKE_NO_BANDS;
	if (t->n > BIKE_BANDS)
		return BIKE_TOO_MANY_BANDS;
	for (int i = 0; i < t->n && fault == BIKE_OK; i++) {
		fault = check_band(t, i);
		*at = i;
	}
	return fault;
}

static int band_of(const struct bike_tariff *t, int watt)
{
	int i = 0;

	while (i < t->n - 1 && watt >= t->band[i].to_watt)
		i++;
	return i;
}

/* Time after the longest charge costs nothing, however the device was stopped. */
static NEOERR *count_time(const struct bike_tariff *t, const struct bike_usage *u,
	struct bike_bill *b)
{
	int64_t left = (int64_t)t->stop_minutes * 60, whole = 0;

	if (u->energy < 0 || u->n < 0)
		return nerr_raise(ERR_INVALID, "usage runs backwards");
	for (int i = 0; i < u->n; i++) {
		const struct bike_piece *p = &u->piece[i];
		int64_t seconds = p->seconds < left ? p->seconds : left;

		if (p->seconds < 0 || p->watt < 0 || !fixed_add(whole, p->seconds, &whole))
			return nerr_raise(ERR_INVALID, "usage piece %d is impossible", i);
		left -= seconds;
		b->seconds += seconds;
		if (has_bands(t->method))
			b->band_seconds[band_of(t, p->watt)] += seconds;
	}
	b->free = t->free_minutes > 0 && whole <= (int64_t)t->free_minutes * 60;
	return STATUS_OK;
}

static NEOERR *time_fee(int64_t seconds, int64_t hour_price, int64_t *sum, int64_t *fee)
{
	if (!fixed_muldiv(seconds, hour_price, HOUR, ROUND_HALF_UP, fee) ||
		!fixed_add(*sum, *fee, sum))
		return nerr_raise(ERR_INVALID, "the bill overflows");
	return STATUS_OK;
}

static NEOERR *service_of_time(const struct bike_tariff *t, struct bike_bill *b)
{
	NEOERR *err = STATUS_OK;
	int64_t fee;

	if (has_hours(t->method))
		TRY(time_fee(b->seconds, t->hour_price, &b->service_fee, &fee));
	for (int i = 0; has_bands(t->method) && i < t->n; i++)
		TRY(time_fee(b->band_seconds[i], t->band[i].hour_price, &b->service_fee,
			&b->band_fee[i]));
out:
	return nerr_pass(err);
}

static NEOERR *fees_of_energy(const struct bike_tariff *t, int64_t energy, struct bike_bill *b)
{
	NEOERR *err = STATUS_OK;

	if (t->method >= BIKE_ENERGY)
		TRY(money_fee(energy, t->energy_price, &b->energy_fee));
	if (t->method == BIKE_ENERGY)
		TRY(money_fee(energy, t->service_price, &b->service_fee));
out:
	return nerr_pass(err);
}

static NEOERR *round_total(const struct bike_tariff *t, struct bike_bill *b)
{
	int64_t sum, diff, service;

	if (!fixed_add(b->energy_fee, b->service_fee, &sum))
		return nerr_raise(ERR_INVALID, "the bill overflows");
	b->amount = fixed_round(sum, MONEY_FEN, t->rounding);
	diff = b->rounding_fee = b->amount - sum;
	service = b->service_fee == 0 ? 0 : diff;
	if (b->service_fee + service < 0)
		service = -b->service_fee;
	b->service_fee += service;
	b->energy_fee += diff - service;
	return STATUS_OK;
}

NEOERR *rating_bike(const struct bike_tariff *tariff, const struct bike_usage *usage,
	struct bike_bill *bill)
{
	NEOERR *err = STATUS_OK;
	int at;

	memset(bill, 0, sizeof *bill);
	if (bike_tariff_check(tariff, &at) != BIKE_OK)
		return nerr_raise(ERR_INVALID, "the e-bike tariff is broken");
	TRY(count_time(tariff, usage, bill));
	if (bill->free)
		goto out;
	TRY(fees_of_energy(tariff, usage->energy, bill));
	TRY(service_of_time(tariff, bill));
	TRY(round_total(tariff, bill));
out:
	return nerr_pass(err);
}

NEOERR *rating_bike_stop_amount(const struct bike_tariff *tariff, int64_t *amount)
{
	struct bike_piece piece = { .seconds = (int64_t)tariff->stop_minutes * 60 };
	struct bike_usage usage = { .n = 1, .piece = &piece };
	struct bike_bill bill;
	int64_t dearest = -1;

	for (int i = 0; has_bands(tariff->method) && i < tariff->n && i < BIKE_BANDS; i++)
		if (tariff->band[i].hour_price > dearest) {
			dearest = tariff->band[i].hour_price;
			piece.watt = tariff->band[i].from_watt;
		}
	NEOERR *err = rating_bike(tariff, &usage, &bill);

	*amount = err ? 0 : bill.amount;
	return nerr_pass(err);
}
