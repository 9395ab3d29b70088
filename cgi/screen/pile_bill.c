/* pile_bill.c - 计费详情 of a pile: which rule counts there now, since when, and its prices (D9).
 * Owns nothing.
 * Serves the detail pages of piles and e-bike devices. */
#include "charge/tariff.h"
#include "cgi/screen/pile.h"
#include "cgi/screen/tariff_slots.h"
#include "cgi/tariff_words.h"

SQL(pile_bill_place,
	"SELECT r.id, r.name, v.method, v.effective_at, v.summary, s.name, a.name,"
	" IF(p.tariff_id = r.id, 'pile', IF(a.tariff_id = r.id, 'area', 'station'))"
	" FROM tariff_version v JOIN tariff r ON r.id = v.tariff_id JOIN pile p ON p.id = ?"
	" JOIN station s ON s.id = p.station_id JOIN area a ON a.id = p.area_id WHERE v.id = ?");

static NEOERR *put_rule(const struct row *r, void *ctx)
{
	static const char *const name[] = { "rule_id", "rule", NULL, "effective_at", NULL, "station",
		"area", NULL };
	struct request *req = ctx;
	struct arena *a = &req->arena;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < r->n; i++)
		if (name[i])
			TRY(hdf_put(req->hdf, row_str(r, i), "More.bill.%s", name[i]));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(a, "choice.tariff_method.%s", row_str(r, 2))),
		"More.bill.method"));
	TRY(hdf_put(req->hdf, tariff_words(req, row_str(r, 4)), "More.bill.summary"));
	TRY(hdf_put(req->hdf, text_get(req, row_str(r, 7)), "More.bill.set_at"));
out:
	return nerr_pass(err);
}

static NEOERR *put_slots(struct request *req, const struct tariff *t)
{
	struct arena *a = &req->arena;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < t->n && !tariff_is_bike(t); i++) {
		const struct tariff_slot *s = &t->slot[i];

		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(a, "choice.price_type.%s",
				choice_name(&price_type_choices, s->type))),
			"More.bill.slot.%d", i));
		TRY(hdf_put(req->hdf,
			arena_printf(a, "%s-%s", slots_clock(req, s->start_minute),
				slots_clock(req, s->end_minute)),
			"More.bill.slot.%d.time", i));
		TRY(hdf_put(req->hdf, screen_fixed(req, s->energy_price, MONEY_SCALE, 5),
			"More.bill.slot.%d.energy", i));
		TRY(hdf_put(req->hdf, screen_fixed(req, s->service_price, MONEY_SCALE, 5),
			"More.bill.slot.%d.service", i));
	}
out:
	return nerr_pass(err);
}

NEOERR *pile_bill_show(struct request *req, int64_t id)
{
	struct tariff *t = arena_alloc(&req->arena, sizeof *t);
	NEOERR *err = tariff_for(req->db, id, 0, clock_now(), t);

	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	TRY(err);
	TRY(db_get(req->db, &pile_bill_place, ARGS(I64(id), I64(t->version_id)), put_rule, req));
	TRY(put_slots(req, t));
out:
	return nerr_pass(err);
}
