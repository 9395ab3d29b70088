/* fleet_price.c - what charges cost the members of a fleet: percents of the station's prices, by
 * the purses and for the cars that the fleet agreed on (V3, X3).
 * Owns nothing. Serves starts and the driver's pages. */
#include "charge/fleet.h"

#include "base/text.h"
#include "charge/vehicle.h"

#define FLEETS 20                            /* of one member at one provider's */

SQL(fleet_offers,
	"select f.id, cast(f.price_energy * 100 as signed), cast(f.price_service * 100 as signed),"
	" f.price_pay, f.vehicle_check = 'plan', f.name from fleet_member m join fleet f on f.id ="
	" m.fleet_id and f.deleted = 0 where m.member_id = ? and m.deleted = 0 and f.status = 'enabled'"
	" and f.provider_id = ? and (f.price_energy <> 100 or f.price_service <> 100)"
	" order by f.price_energy + f.price_service, f.id limit 20");

SQL(fleet_price_promised,
	"select s.price_fleet_id, cast(s.price_energy * 100 as signed), cast(s.price_service * 100 as"
	" signed), f.price_pay, f.vehicle_check = 'plan', f.name from session s join fleet f on f.id ="
	" s.price_fleet_id where s.id = ?");

static NEOERR *take_offer(const struct row *r, void *ctx)
{
	struct fleet_offer *o = ctx;

	memset(o, 0, sizeof(*o));
	o->price.fleet_id = row_i64(r, 0);
	o->price.energy = (int)row_i64(r, 1);
	o->price.service = (int)row_i64(r, 2);
	o->pay = (enum price_pay)choice_value(&price_pay_choices, row_str(r, 3));
	o->checked = row_i64(r, 4) != 0;
	text_copy(o->name, sizeof(o->name), row_str(r, 5));
	return STATUS_OK;
}

struct listing { fleet_offer_fn fn; void *ctx; };

static NEOERR *give_offer(const struct row *r, void *ctx)
{
	const struct listing *l = ctx;
	struct fleet_offer o;
	NEOERR *err;

	TRY(take_offer(r, &o));
	TRY(l->fn(&o, l->ctx));
out:
	return nerr_pass(err);
}

NEOERR *fleet_each_offer(struct db *db, int64_t member_id, int64_t provider_id, fleet_offer_fn fn,
	void *ctx)
{
	struct listing l = { fn, ctx };

	return nerr_pass(
		db_query(db, &fleet_offers, ARGS(I64(member_id), I64(provider_id)), give_offer, &l));
}

NEOERR *fleet_price_of(struct db *db, int64_t session_id, struct fleet_offer *out, bool *found)
{
	return nerr_pass(
		db_find(db, &fleet_price_promised, ARGS(I64(session_id)), take_offer, out, found));
}

struct offers { int64_t pays; int n; struct fleet_offer offer[FLEETS]; };

static NEOERR *keep_offer(const struct fleet_offer *o, void *ctx)
{
	struct offers *all = ctx;
	bool by_it = all->pays ? all->pays == o->price.fleet_id && o->pay != PRICE_PAY_OWN
						   : o->pay != PRICE_PAY_FLEET;

	if (by_it && all->n < FLEETS)
		all->offer[all->n++] = *o;
	return STATUS_OK;
}

NEOERR *fleet_price_for(struct db *db, const struct fleet_price_wish *w, struct fleet_price *out)
{
	struct offers all = { .pays = w->pays };
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	TRY(fleet_each_offer(db, w->member_id, w->provider_id, keep_offer, &all));
	for (int i = 0; i < all.n && !out->fleet_id; i++) {
		const struct fleet_offer *o = &all.offer[i];
		struct vehicle_verdict v = { 0 };

		if (o->checked)
			TRY(vehicle_judge(db, o->price.fleet_id, w->plate, w->vin, &v));
		if (!o->checked || w->plan || vehicle_may_start(&v, w->vin && *w->vin))
			*out = o->price;
		if (out->fleet_id)
			out->vehicle_id = v.vehicle_id;
	}
out:
	return nerr_pass(err);
}
