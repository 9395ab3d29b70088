/* price.c - what a charge costs here, as the connector's page says it: slots of a car's tariff, the
 * terms of an e-bike's, what else is charged, and the amounts and times offered (P2, P6, P9, P10).
 * Owns nothing. Serves the connector's page. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"

#include "base/clock.h"
#include "cgi/tariff_words.h"
#include "charge/tariff.h"
#include "db/setting.h"

SQL(price_provider,
	"SELECT s.provider_id FROM pile p JOIN station s ON s.id = p.station_id WHERE p.id = ?");

#define PRESETS_TEXT 200
#define SPECIAL_TEXT 200

static NEOERR *put_slots(struct request *req, const struct tariff *t)
{
	int now = clock_minute_of_day(clock_now());
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < t->n; i++) {
		const struct tariff_slot *s = &t->slot[i];
		const char *path = arena_printf(&req->arena, "Price.%d", i);

		TRY(hdf_put(req->hdf, say_price(req, s->energy_price + s->service_price), "%s", path));
		TRY(hdf_put(req->hdf, say_price(req, s->energy_price), "%s.energy", path));
		TRY(hdf_put(req->hdf, say_price(req, s->service_price), "%s.service", path));
		TRY(hdf_put(req->hdf, say_minute(req, s->start_minute), "%s.from", path));
		TRY(hdf_put(req->hdf, say_minute(req, s->end_minute), "%s.to", path));
		TRY(put_choice(req, &price_type_choices, s->type,
			arena_printf(&req->arena, "%s.type", path)));
		if (s->start_minute <= now && now < s->end_minute)
			TRY(hdf_put(req->hdf, "1", "%s.now", path));
	}
out:
	return nerr_pass(err);
}

struct terms { struct request *req; int n; };

static NEOERR *term(struct terms *l, const char *label, const char *value)
{
	struct request *req = l->req;
	NEOERR *err;

	TRY(hdf_put(req->hdf, label, "Bike.term.%d", l->n));
	TRY(hdf_put(req->hdf, value, "Bike.term.%d.value", l->n));
	l->n++;
out:
	return nerr_pass(err);
}

static const char *per(struct request *req, int64_t price, const char *unit)
{
	return arena_printf(&req->arena, "¥%s%s", say_exact(req, price), text_get(req, unit));
}

static const char *minutes(struct request *req, int n)
{
	if (n % 60 == 0)
		return arena_printf(&req->arena, "%d %s", n / 60, text_get(req, "driver.hours_word"));
	return arena_printf(&req->arena, "%d %s", n, text_get(req, "driver.minutes_word"));
}

static NEOERR *put_bike(struct request *req, const struct tariff *t)
{
	const struct bike_terms *bike = &t->bike;
	struct terms l = { req, 0 };
	NEOERR *err = STATUS_OK;

	if (t->method >= METHOD_ENERGY)
		TRY(term(&l, text_get(req, "driver.price_energy"),
			per(req, t->slot[0].energy_price, "driver.a_kwh")));
	if (t->method == METHOD_ENERGY)
		TRY(term(&l, text_get(req, "driver.price_service"),
			per(req, t->slot[0].service_price, "driver.a_kwh")));
	if (t->method == METHOD_DURATION || t->method == METHOD_ENERGY_HOUR)
		TRY(term(&l, text_get(req, "driver.price_hour"),
			per(req, bike->hour_price, "driver.an_hour")));
	for (int i = 0; i < bike->n; i++)
		TRY(term(&l,
			arena_printf(&req->arena, "%d-%d W", bike->band[i].from_watt, bike->band[i].to_watt),
			per(req, bike->band[i].hour_price, "driver.an_hour")));
	TRY(term(&l, text_get(req, "driver.price_longest"), minutes(req, bike->stop_minutes)));
	if (bike->free_minutes)
		TRY(term(&l, text_get(req, "driver.price_first_free"), minutes(req, bike->free_minutes)));
out:
	return nerr_pass(err);
}

/* W6: the first that holds counts instead of the slot's price. */
static NEOERR *put_specials(struct request *req, const struct tariff *t)
{
	char text[SPECIAL_TEXT], step[FIXED_TEXT];
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < t->specials; i++) {
		tariff_special_text(&t->special[i], text, sizeof text);
		TRY(hdf_put(req->hdf, tariff_words(req, text), "Price.special.%d", i));
	}
	if (t->step_energy)
		TRY(hdf_put(req->hdf,
			text_format(req, "driver.price_step",
				arena_printf(&req->arena, "%s kWh",
					fixed_plain(t->step_energy, ENERGY_SCALE, step)), NULL),
			"Price.step_energy"));
	if (t->step_minutes)
		TRY(hdf_put(req->hdf,
			text_format(req, "driver.price_step", minutes(req, t->step_minutes), NULL),
			"Price.step_minutes"));
out:
	return nerr_pass(err);
}

/* P9, P10: said before anybody is charged for it. */
static NEOERR *put_more(struct request *req, const struct tariff *t)
{
	NEOERR *err = STATUS_OK;

	if (tariff_books(t))
		TRY(hdf_put(req->hdf,
			text_format(req, "driver.price_booking", say_money(req, t->booking.price),
				arena_printf(&req->arena, "%d", t->booking.minutes)),
			"Price.booking"));
	if (t->occupancy.price > 0)
		TRY(hdf_put(req->hdf,
			text_format(req, "driver.price_occupancy",
				arena_printf(&req->arena, "%d", t->occupancy.free_minutes),
				arena_printf(&req->arena, "¥%s/%d", say_money(req, t->occupancy.price),
					t->occupancy.unit_minutes)),
			"Price.occupancy"));
out:
	return nerr_pass(err);
}

/* P6: the tariff's own amounts, else the usual ones. */
static NEOERR *put_presets(struct request *req, struct tariff *t)
{
	char usual[PRESETS_TEXT], money[FIXED_TEXT];
	NEOERR *err = STATUS_OK;

	if (!t->presets) {
		TRY(setting_text(req->db, tariff_is_bike(t) ? "prepay_amounts_bike" : "prepay_amounts",
			usual, sizeof usual));
		for (char *p = usual; *p; p++)
			*p = *p == ' ' ? ',' : *p;
		if (!tariff_presets_read(usual, t))
			t->presets = 0;
	}
	for (int i = 0; i < t->presets; i++) {
		int64_t v = t->preset[i];

		fixed_format(v, MONEY_SCALE, v % MONEY_YUAN ? 2 : 0, money);
		TRY(hdf_put(req->hdf, arena_strdup(&req->arena, money), "Preset.%d", i));
	}
out:
	return nerr_pass(err);
}

/* Whole hours up to the longest charge. */
static NEOERR *put_hours(struct request *req, const struct tariff *t)
{
	static const int hours[] = { 1, 2, 4, 6, 8, 12 };
	NEOERR *err = STATUS_OK;

	for (size_t i = 0, n = 0; i < sizeof hours / sizeof *hours; i++) {
		if (!tariff_is_bike(t) || hours[i] * 60 > t->bike.stop_minutes)
			continue;
		TRY(hdf_put(req->hdf, minutes(req, hours[i] * 60), "Hours.%d", (int)n));
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "time:%d", hours[i] * 60),
			"Hours.%d.value", (int)n++));
	}
out:
	return nerr_pass(err);
}

struct offered { struct request *req; int n; };

static NEOERR *put_offer(const struct fleet_offer *o, void *ctx)
{
	struct offered *l = ctx;

	return nerr_pass(hdf_put(l->req->hdf, fleet_offer_words(l->req, o), "Price.fleet.%d", l->n++));
}

/* V3: the prices of the driver's fleets at this pile's provider. */
static NEOERR *put_offers(struct request *req, int64_t pile_id)
{
	struct offered l = { req, 0 };
	int64_t provider = 0;
	NEOERR *err = STATUS_OK;

	if (!req->who.member_id)
		return STATUS_OK;
	TRY(db_i64(req->db, &price_provider, ARGS(I64(pile_id)), &provider));
	TRY(fleet_each_offer(req->db, req->who.member_id, provider, put_offer, &l));
out:
	return nerr_pass(err);
}

NEOERR *price_put(struct request *req, int64_t pile_id)
{
	struct tariff *t = arena_alloc(&req->arena, sizeof *t);
	NEOERR *err = tariff_for(req->db, pile_id, req->who.member_id, clock_now(), t);

	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	TRY(err);
	TRY(tariff_is_bike(t) ? put_bike(req, t) : put_slots(req, t));
	if (tariff_is_free(t))
		TRY(hdf_put(req->hdf, "1", "Price.free"));
	TRY(put_specials(req, t));
	TRY(put_more(req, t));
	TRY(put_offers(req, pile_id));
	TRY(put_presets(req, t));
	TRY(put_hours(req, t));
out:
	return nerr_pass(err);
}
