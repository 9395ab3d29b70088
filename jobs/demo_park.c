/* demo_park.c - the demo's parking lot: two weeks of stays, payments, charges told by the station
 * beside it, and what they earned.
 * Owns the names and numbers. Serves jobs/demo.c. */
#include "jobs/demo.h"

#include "base/clock.h"
#include "base/money.h"
#include "charge/parking.h"

#define DAYS      15
#define CARS_DAY  9
#define LOT       "NANJING01"
#define MINUTE    60

SQL(park_there, "select count(*) from parking_lot where code = '" LOT "' and deleted = 0");
SQL(park_lot,
	"insert into parking_lot (provider_id, property_id, code, name, spaces, address,"
	" occupancy_free, occupancy_minutes, occupancy_price, created_at, updated_at) values (?, ?, '"
	LOT "', '紫金山东麓停车场', 405, '玄武区环陵路7号', 15, 30, 2, ?, ?)");
SQL(park_plan,
	"insert into relief_plan (parking_lot_id, name, minutes, min_energy, created_at, updated_at)"
	" values (?, '充电满5度免2小时', 120, 5, ?, ?)");
SQL(park_peer,
	"insert into parking_peer (provider_id, kind, name, created_at, updated_at) values (?, ?, ?, ?,"
	" ?)");

struct park { struct db *db; struct parking_peer charger, gate; };

static NEOERR *one_car(struct park *p, int64_t day, int i, struct dice *d)
{
	char no[40], plate[13], text[CLOCK_TEXT];
	int64_t in = day + (7 * 60 + dice(d, 720)) * MINUTE, out = in + (30 + dice(d, 200)) * MINUTE;
	struct parking_message m = { LOT, no, no, plate, "东门入口", no, "", in, 0, 0, 0 };
	json_t *data = NULL;
	NEOERR *err;

	if (out >= clock_now())
		return STATUS_OK;
	clock_format_day(day, text);
	snprintf(no, sizeof no, "%.4s%.2s%.2s%04d", text, text + 5, text + 8, i + 1);
	snprintf(plate, sizeof plate, "苏A%s%04lld", dice(d, 2) ? "D" : "", (long long)dice(d, 10000));
	TRY(parking_enter(p->db, &p->gate, &m, &data));
	m.to = out;
	if (dice(d, 3) == 0) {
		m.from = in + 5 * MINUTE;
		m.to = out - 5 * MINUTE;
		m.energy = (2 + dice(d, 40)) * ENERGY_KWH;
		m.amount = m.energy / ENERGY_KWH * 120 * MONEY_FEN;
		TRY(parking_charge_end(p->db, &p->charger, &m, &data));
		json_decref(data);
		data = NULL;
	}
	m.gate = "西门出口";
	m.to = out;
	TRY(parking_leave(p->db, &p->gate, &m, &data));
	m.from = out;
	m.amount = (5 + dice(d, 4) * 5) * MONEY_YUAN;
	TRY(parking_paid(p->db, &p->gate, &m, &data));
out:
	json_decref(data);
	return nerr_pass(err);
}

static NEOERR *peer(struct db *db, int64_t provider_id, bool gate, struct parking_peer *out)
{
	int64_t now = clock_now();
	char secret[FIELD_SECRET];
	NEOERR *err;

	*out = (struct parking_peer){ .provider_id = provider_id, .gate = gate };
	TRY(db_insert(db, &park_peer,
		ARGS(I64(provider_id), STR(gate ? "gate" : "charger"),
			STR(gate ? "东麓道闸" : "城光充电"), TIME(now), TIME(now)),
		&out->id));
	TRY(parking_peer_set_secret(db, out->id, secret));
out:
	return nerr_pass(err);
}

NEOERR *demo_park(struct db *db, const struct demo *d)
{
	int64_t there = 0, lot = 0, now = clock_now(), today = clock_day_start(now);
	struct park p = { .db = db };
	struct dice random = dice_of(405);
	NEOERR *err;

	TRY(db_i64(db, &park_there, NOARGS, &there));
	if (there)
		goto out;
	TRY(db_insert(db, &park_lot,
		ARGS(I64(d->provider[0]), I64(d->property[0]), TIME(now), TIME(now)), &lot));
	TRY(db_exec(db, &park_plan, ARGS(I64(lot), TIME(now), TIME(now)), NULL));
	TRY(peer(db, d->provider[0], false, &p.charger));
	TRY(peer(db, d->provider[0], true, &p.gate));
	for (int day = 1 - DAYS; day <= 0; day++)
		for (int i = 0; i < CARS_DAY; i++)
			TRY(one_car(&p, today + day * (int64_t)DAY_SECONDS, i, &random));
out:
	return nerr_pass(err);
}
