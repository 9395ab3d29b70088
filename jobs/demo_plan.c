/* demo_plan.c - the demo's fleet: its wallet, drivers, vehicles, a fleet below it, a plan of the
 * night with last night's run, in which one connector failed, and one plan that waits for its
 * confirmation.
 * Owns the names and numbers. Serves jobs/demo.c. */
#include "jobs/demo.h"

#include "base/clock.h"
#include "charge/fleet.h"
#include "charge/ledger.h"
#include "charge/plan.h"
#include "charge/plan_propose.h"
#include "charge/session.h"

#define GUNS 6
#define CARS 8
#define WANTED (30 * ENERGY_KWH)
#define FAILS 1                              /* which of them does, in last night's run */
#define BREAKS 3
#define AFTER_IT 90                          /* seconds: the last one gets its place */

SQL(plan_there, "select count(*) from fleet where phone = '13900030001' and deleted = 0");
SQL(demo_fleet_insert,
	"insert into fleet (parent_id, code, name, provider_id, property_id, contact, phone, credit,"
	" vehicle_check, vehicle_by, created_at, updated_at) values (?, ?, ?, ?, ?, '周师傅', ?, ?,"
	" 'wallet', 'either', ?, ?)");
SQL(demo_brand_insert,
	"insert into vehicle_brand (brand, series, model, battery, created_at, updated_at) values"
	" ('比亚迪', 'K8', 'K8S', 348, ?, ?)");
SQL(demo_vehicle_insert,
	"insert into vehicle (provider_id, fleet_id, member_id, code, plate, vin, vehicle_brand_id,"
	" soc_wanted, soc_state, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(demo_plan_insert,
	"insert into plan (provider_id, fleet_id, station_id, name, execution, start_time, created_at,"
	" updated_at) values (?, ?, ?, ?, ?, ?, ?, ?)");
SQL(demo_plan_line,
	"insert into plan_connector (plan_id, connector_id, vehicle_id, energy, created_at, updated_at)"
	" values (?, ?, ?, ?, ?, ?)");
SQL(demo_plan_start,
	"insert into plan_start (plan_id, due_at, connector_id, vehicle_id, energy, watt, leave_at,"
	" planned_at, start_at, state, session_id, plan_change_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?,"
	" ?, ?, ?)");
SQL(demo_plan_change,
	"insert into plan_change (plan_id, due_at, at, reason, connector_id, moved) values (?, ?, ?, ?,"
	" ?, ?)");
SQL(demo_plan_lines,
	"select connector_id, start_after from plan_connector where plan_id = ? and deleted = 0 order"
	" by id");

struct depot {
	struct db *db;
	const struct demo *demo;
	int64_t fleet, plan, due, car[CARS], brand, now;
	int guns, lines;
	struct { const struct demo_connector *at; int64_t after; } gun[GUNS];
};

static NEOERR *make_fleet(struct depot *d, const char *name, const char *phone, int64_t parent,
	int64_t *id)
{
	const struct demo *m = d->demo;

	return nerr_pass(db_insert(d->db, &demo_fleet_insert,
		ARGS(IDREF(parent), STR(phone + 5), STR(name), I64(m->provider[0]), I64(m->property[0]),
			STR(phone), MONEY(parent ? 0 : 2000 * MONEY_YUAN), TIME(d->now), TIME(d->now)),
		id));
}

static NEOERR *make_people(struct depot *d)
{
	struct journal j = { .kind = JOURNAL_RECHARGE, .dedupe_key = "recharge:demo:fleet",
		.provider_id = d->demo->provider[0], .purse = { OWNER_FLEET, d->fleet },
		.note = "对公转账" };
	int64_t row;
	int n = 0;
	bool fits;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < d->demo->members && n < 4; i++) {
		if (d->demo->member[i].provider != 0)
			continue;
		TRY(fleet_member_add(d->db, d->fleet, d->demo->member[i].id, 0, &row));
		if (n++ == 0)
			TRY(fleet_set_admin(d->db, d->fleet, d->demo->member[i].id, 0, &fits));
	}
	TRY(purse_recharge(d->db, &j, 20000 * MONEY_YUAN, 0, &fits));
out:
	return nerr_pass(err);
}

static NEOERR *make_cars(struct depot *d)
{
	char code[8], plate[20], vin[18];
	int64_t own;
	NEOERR *err;

	TRY(db_insert(d->db, &demo_brand_insert, ARGS(TIME(d->now), TIME(d->now)), &d->brand));
	for (int i = 0; i < CARS; i++) {
		snprintf(code, sizeof(code), "B%02d", i + 1);
		snprintf(plate, sizeof(plate), "苏AD%05d", 60001 + i);
		snprintf(vin, sizeof(vin), "LGXCE6CB1N06%05d", 60001 + i);
		TRY(db_insert(d->db, &demo_vehicle_insert,
			ARGS(I64(d->demo->provider[0]), I64(d->fleet), NULLARG, STR(code), STR(plate),
				STR(vin), I64(d->brand), NULLARG, STR("none"), TIME(d->now), TIME(d->now)),
			&d->car[i]));
	}
	TRY(db_insert(d->db, &demo_vehicle_insert,
		ARGS(I64(d->demo->provider[0]), NULLARG, I64(d->demo->member[0].id), STR(""),
			STR("苏AD61001"), NULLARG, I64(d->brand), I64(90), STR("pending"), TIME(d->now),
			TIME(d->now)),
		&own));
out:
	return nerr_pass(err);
}

static NEOERR *make_plan(struct depot *d, const char *name, const char *execution,
	const char *start_time, int from, int n, int64_t *id)
{
	int64_t line;
	NEOERR *err;

	TRY(db_insert(d->db, &demo_plan_insert,
		ARGS(I64(d->demo->provider[0]), I64(d->fleet), I64(d->demo->station[0]), STR(name),
			STR(execution), STR(start_time), TIME(d->now), TIME(d->now)),
		id));
	for (int i = from; i < from + n && i < d->guns; i++)
		TRY(db_insert(d->db, &demo_plan_line,
			ARGS(I64(*id), I64(d->gun[i].at->id), I64(d->car[i]), ENERGY(WANTED), TIME(d->now),
				TIME(d->now)),
			&line));
out:
	return nerr_pass(err);
}

/* ---- last night */

static NEOERR *report(struct depot *d, const char *no, int64_t at, int64_t energy, int64_t power_w)
{
	struct session_progress p = { .no = no, .at = at, .energy = energy, .device_amount = -1,
		.power_w = power_w, .voltage_dv = 3800, .current_da = 1500, .soc = 60,
		.connector_temperature = 35, .battery_temperature = 28 };

	demo_travel(at);
	return nerr_pass(session_progress(d->db, &p));
}

static NEOERR *settle(struct depot *d, const struct start_result *s, int i, int64_t start,
	int64_t energy)
{
	const struct demo_connector *at = d->gun[i].at;
	int64_t end = start + energy * 360 / at->power_w;
	struct session_record r = { .protocol = "ykc", .pile_serial = at->serial, .no = s->no,
		.started = start, .ended = end, .energy = energy, .meter_start = 700000000,
		.meter_end = 700000000 + energy, .mode = START_APP, .connector_number = at->number,
		.device_reason = 0x40, .reason = energy < WANTED ? STOP_DEVICE : STOP_LIMIT, .raw = s->no,
		.raw_len = strlen(s->no) };
	enum record_outcome outcome;
	struct session_view v;
	NEOERR *err;

	TRY(report(d, s->no, start, 0, 0));
	TRY(report(d, s->no, end, energy, at->power_w));
	TRY(session_get(d->db, s->session_id, &v));
	r.amount = v.amount / MONEY_FEN * MONEY_FEN;
	demo_travel(end + 4);
	TRY(session_settle(d->db, &r, &outcome));
out:
	return nerr_pass(err);
}

/* As the job would have started it: the device is the demo's own word. */
static NEOERR *charge(struct depot *d, int i, int64_t start, int64_t admin, int64_t *session)
{
	struct start_request q = { .connector_id = d->gun[i].at->id, .member_id = admin,
		.fleet_id = d->fleet, .plan_id = d->plan, .share = GUNS - i, .mode = START_CARD,
		.limit_kind = LIMIT_ENERGY, .limit_value = WANTED };
	struct start_result s;
	NEOERR *err;

	*session = 0;
	demo_travel(start);
	TRY(session_request(d->db, &q, &s));
	if (s.refusal != START_ACCEPTED)
		return STATUS_OK;
	*session = s.session_id;
	demo_travel(start + 4);
	TRY(session_start_answer(d->db, s.no, i != FAILS, i == FAILS ? 3 : 0));
	if (i != FAILS)
		TRY(settle(d, &s, i, start + 5, i == BREAKS ? WANTED / 6 : WANTED));
out:
	return nerr_pass(err);
}

static NEOERR *take_line(const struct row *r, void *ctx)
{
	struct depot *d = ctx;

	if (d->lines < GUNS)
		d->gun[d->lines++].after = row_i64(r, 1);
	return STATUS_OK;
}

static NEOERR *write_start(struct depot *d, int i, int64_t session, int64_t change)
{
	static const char *const states[] = { "charged", "failed", "broken" };
	const struct demo_connector *at = d->gun[i].at;
	int64_t planned = d->due + d->gun[i].after, id;
	int64_t start = change ? d->due + d->gun[FAILS].after + AFTER_IT : planned;

	return nerr_pass(db_insert(d->db, &demo_plan_start,
		ARGS(I64(d->plan), TIME(d->due), I64(at->id), I64(d->car[i]), ENERGY(WANTED),
			I64(at->power_w), TIME(d->due + 7 * 3600), TIME(planned), TIME(start),
			STR(states[i == FAILS ? 1 : i == BREAKS ? 2 : 0]), IDREF(session), IDREF(change)),
		&id));
}

static NEOERR *last_night(struct depot *d)
{
	int64_t admin = d->demo->member[0].id, session, change = 0;
	NEOERR *err;

	TRY(db_query(d->db, &demo_plan_lines, ARGS(I64(d->plan)), take_line, d));
	d->due = clock_day_start(d->now) - 2 * DAY_SECONDS + 23 * 3600;
	TRY(db_insert(d->db, &demo_plan_change,
		ARGS(I64(d->plan), TIME(d->due), TIME(d->due + d->gun[FAILS].after + 60), STR("failed"),
			I64(d->gun[FAILS].at->id), I64(1)),
		&change));
	for (int i = 0; i < d->lines; i++) {
		bool moved = i == d->lines - 1;
		int64_t after = moved ? d->gun[FAILS].after + AFTER_IT : d->gun[i].after;

		TRY(charge(d, i, d->due + after, admin, &session));
		demo_come_back();
		TRY(write_start(d, i, session, moved ? change : 0));
	}
out:
	demo_come_back();
	return nerr_pass(err);
}

static void find_guns(struct depot *d)
{
	for (int i = 0; i < d->demo->connectors && d->guns < GUNS; i++)
		if (d->demo->connector[i].station == 0 && d->demo->connector[i].power_w > 20000)
			d->gun[d->guns++].at = &d->demo->connector[i];
}

NEOERR *demo_plan(struct db *db, const struct demo *m)
{
	struct depot d = { .db = db, .demo = m, .now = clock_now() };
	int64_t there = 0, below, waiting;
	int most = 0;
	bool fine;
	NEOERR *err;

	TRY(db_i64(db, &plan_there, NOARGS, &there));
	if (there)
		goto out;
	find_guns(&d);
	for (int i = 0; i < d.guns; i++)
		most = d.gun[i].at->power_w > most ? d.gun[i].at->power_w : most;
	TRY(make_fleet(&d, "城光公交一公司", "13900030001", 0, &d.fleet));
	TRY(make_fleet(&d, "城光公交二车队", "13900030002", d.fleet, &below));
	TRY(make_people(&d));
	TRY(make_cars(&d));
	TRY(make_plan(&d, "夜间补电", "automatic", "23:00", 0, 4, &d.plan));
	TRY(plan_accept(db, d.plan, most, "06:00", 0, &fine));
	TRY(plan_confirm_own(db, d.plan, m->member[0].id, &fine));
	TRY(make_plan(&d, "午间补电", "manual", "12:30", 4, 2, &waiting));
	if (fine)
		TRY(last_night(&d));
out:
	return nerr_pass(err);
}
