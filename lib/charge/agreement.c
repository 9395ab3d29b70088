/* agreement.c - what is paid between partners: pure, on the one formula of a bill (I2 to I4).
 * Owns nothing. Serves agreement.h. */
#include "charge/agreement.h"

static int64_t priced(int64_t own, int64_t agreed, int percent)
{
	int64_t v = own;

	if (agreed >= 0)
		return agreed;
	return fixed_muldiv(own, percent, AGREEMENT_WHOLE, ROUND_HALF_UP, &v) ? v : own;
}

void agreement_tariff(const struct tariff *station, const struct agreement_terms *t,
	struct tariff *out)
{
	*out = *station;
	for (int i = 0; i < out->n; i++) {
		struct tariff_slot *s = &out->slot[i];

		s->energy_price = priced(s->energy_price, t->energy_price, t->percent[s->type]);
		s->service_price = priced(s->service_price, t->service_price, t->percent[s->type]);
	}
	for (int i = 0; i < out->specials; i++) {
		struct tariff_special *s = &out->special[i];

		s->energy_price = priced(s->energy_price, t->energy_price, t->percent[PRICE_FLAT]);
		s->service_price = priced(s->service_price, t->service_price, t->percent[PRICE_FLAT]);
	}
	/* e-bikes' time has no price per kWh: the percent alone speaks of it */
	out->bike.hour_price = priced(out->bike.hour_price, -1, t->percent[PRICE_FLAT]);
	for (int i = 0; i < out->bike.n; i++)
		out->bike.band[i].hour_price =
			priced(out->bike.band[i].hour_price, -1, t->percent[PRICE_FLAT]);
}

NEOERR *agreement_charge(const struct tariff *station, const struct agreement_terms *t,
	const struct usage *usage, int64_t paid, struct bill *owner, int64_t *kept)
{
	struct tariff tariff;
	NEOERR *err;

	agreement_tariff(station, t, &tariff);
	err = rating_rate(&tariff, usage, NULL, owner);
	*kept = err == STATUS_OK ? paid - owner->amount : 0;
	return nerr_pass(err);
}

static NEOERR *times(int64_t n, int64_t rate, int64_t *total)
{
	int64_t v;

	if (n < 0 || !fixed_muldiv(n, rate, 1, ROUND_HALF_UP, &v) || !fixed_add(*total, v, total))
		return nerr_raise(ERR_INVALID, "a share is beyond what can be counted");
	return STATUS_OK;
}

NEOERR *agreement_split(const struct agreement_terms *t, int64_t energy, int64_t bookings,
	int64_t *amount)
{
	int64_t by_energy, by_service, total;
	NEOERR *err;

	TRY(money_fee(energy, t->energy_rate, &by_energy));
	TRY(money_fee(energy, t->service_rate, &by_service));
	total = by_energy + by_service;
	TRY(times(bookings, t->booking_rate, &total));
	*amount = fixed_round(total, MONEY_FEN, ROUND_HALF_UP);
out:
	return nerr_pass(err);
}

NEOERR *agreement_parking(const struct agreement_terms *t, int64_t parks, int64_t *amount)
{
	int64_t total = 0;
	NEOERR *err;

	TRY(times(parks, t->parking_rate, &total));
	*amount = fixed_round(total, MONEY_FEN, ROUND_HALF_UP);
out:
	return nerr_pass(err);
}
