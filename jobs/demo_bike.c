/* demo_bike.c - the demo's e-bike shed: three devices of ten sockets, a rule by power, riders with
 * cards, two weeks of charges behind it.
 * Owns the names and numbers. Serves jobs/demo.c.
 *
 * Its devices are 05 and then 13544001 to 13544003; what a virtual fleet must say to be known. */
#include "jobs/demo.h"

#include "base/clock.h"
#include "charge/ledger.h"
#include "charge/live.h"
#include "charge/member.h"
#include "charge/session.h"
#include "charge/tariff.h"

#define DAYS 14
#define DEVICES 3
#define SOCKETS 10
#define RIDERS 8
#define CHARGES_DAY 14
#define PURSE (100 * MONEY_YUAN)
#define FIRST_PHONE INT64_C(13900030001)
#define REPORT_SECONDS 900

SQL(bike_there, "select count(*) from station where code = 'NJ101' and deleted = 0");
SQL(bike_tariff,
	"insert into tariff (provider_id, name, kind, method, note, created_at, updated_at)"
	" values (?, '车棚按功率计费', 'ebike', 'power', '按功率分档', ?, ?)");
SQL(bike_station,
	"insert into station (provider_id, property_id, code, name, short_name, kind, contact, phone,"
	" hotline, intro, province, city, address, longitude, latitude, tariff_id, created_at,"
	" updated_at) values (?, ?, 'NJ101', '仙鹤门公寓电单车棚', '仙鹤门', 'ebike', '陈国栋',"
	" '13851000011', '4008001001', '夜间充电请勿飞线。', '江苏省', '南京市', '栖霞区仙鹤门路66号',"
	" '118.889300', '32.078400', ?, ?, ?)");
SQL(bike_area,
	"insert into area (station_id, code, name, power, is_default, created_at, updated_at) values"
	" (?, 'NJ101-1', '南棚', 24, 1, ?, ?)");
SQL(bike_device,
	"insert into pile (station_id, area_id, code, serial, name, current_type, model,"
	" device_version, connector_count, device_type, location, rated_watt, rated_voltage,"
	" current_max, protocol, communication, created_at, updated_at) values (?, ?, ?, ?, ?, 'ac',"
	" 'DNY-10', 'V8.6', ?, 'box', ?, 800, 220, 4, 'ap3000', '4G', ?, ?)");
SQL(bike_socket,
	"insert into connector (pile_id, station_id, number, code, name, type, created_at, updated_at)"
	" values (?, ?, ?, ?, ?, 'socket', ?, ?)");
SQL(bike_rider,
	"insert into member (no, provider_id, station_id, name, phone, source, created_at, updated_at)"
	" values (?, ?, ?, ?, ?, 'online', ?, ?)");
SQL(bike_card,
	"insert into card (no, kind, member_id, provider_id, station_id, physical_no, logical_no,"
	" created_at, updated_at) values (?, 'physical', ?, ?, ?, ?, ?, ?, ?)");

struct shed {
	struct db *db;
	const struct demo *demo;
	int64_t station, area, now, socket[DEVICES * SOCKETS], socket_free[DEVICES * SOCKETS];
	int64_t rider[RIDERS], card[RIDERS], rider_free[RIDERS];
	struct dice dice;
};

static void physical_of(int i, char out[17])
{
	snprintf(out, 17, "C0DE1%03u", ((unsigned)i + 1) % 1000u);
}

static NEOERR *make_rule(struct shed *s, int64_t *id)
{
	struct tariff t = { .effective_at = clock_day_start(s->now), .method = METHOD_POWER, .n = 1,
		.slot = { { 0, DAY_MINUTES, PRICE_FLAT, 0, 0 } },
		.bike = { .free_minutes = 5, .stop_minutes = 720, .n = 3,
			.band = { { 0, 150, 16 * MONEY_FEN }, { 150, 250, 22 * MONEY_FEN },
				{ 250, 800, 35 * MONEY_FEN } } },
		.occupancy = { .cap = -1 }, .presets = 3,
		.preset = { MONEY_YUAN, 2 * MONEY_YUAN, 5 * MONEY_YUAN } };
	NEOERR *err;

	TRY(db_insert(s->db, &bike_tariff,
		ARGS(I64(s->demo->provider[0]), TIME(s->now), TIME(s->now)), id));
	TRY(tariff_version_add(s->db, *id, &t, 0, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *make_device(struct shed *s, int i)
{
	static const char *const places[DEVICES] = { "南墙东段", "南墙西段", "岗亭旁" };
	char code[24], serial[24], name[40];
	int64_t id;
	NEOERR *err;

	snprintf(code, sizeof(code), "NJ101%02d", i + 1);
	snprintf(serial, sizeof(serial), "%s%d", DEMO_BIKES, i + 1);
	snprintf(name, sizeof(name), "仙鹤门%02d号充电箱", i + 1);
	TRY(db_insert(s->db, &bike_device,
		ARGS(I64(s->station), I64(s->area), STR(code), STR(serial), STR(name), I64(SOCKETS),
			STR(places[i]), TIME(s->now), TIME(s->now)),
		&id));
	for (int n = 0; n < SOCKETS; n++) {
		snprintf(code, sizeof(code), "NJ101%02d%02d", i + 1, n + 1);
		snprintf(name, sizeof(name), "%d号插座", n + 1);
		TRY(db_insert(s->db, &bike_socket,
			ARGS(I64(id), I64(s->station), I64(n + 1), STR(code), STR(name), TIME(s->now),
				TIME(s->now)),
			&s->socket[i * SOCKETS + n]));
	}
out:
	return nerr_pass(err);
}

static NEOERR *make_place(struct shed *s)
{
	const struct demo *d = s->demo;
	int64_t tariff;
	NEOERR *err;

	TRY(make_rule(s, &tariff));
	TRY(db_insert(s->db, &bike_station,
		ARGS(I64(d->provider[0]), I64(d->property[0]), I64(tariff), TIME(s->now), TIME(s->now)),
		&s->station));
	TRY(db_insert(s->db, &bike_area, ARGS(I64(s->station), TIME(s->now), TIME(s->now)), &s->area));
	for (int i = 0; i < DEVICES; i++)
		TRY(make_device(s, i));
out:
	return nerr_pass(err);
}

static NEOERR *make_rider(struct shed *s, int i)
{
	static const char *const names[RIDERS] = { "许文静", "马建平", "何小满", "高立群", "罗佳",
		"梁启航", "宋玉兰", "唐国庆" };
	char no[10], phone[16], physical[17], key[40];
	struct journal j = { .kind = JOURNAL_RECHARGE, .dedupe_key = key,
		.provider_id = s->demo->provider[0], .station_id = s->station, .note = "演示车棚" };
	bool fresh;
	NEOERR *err;

	snprintf(phone, sizeof(phone), "%lld", (long long)(FIRST_PHONE + i));
	physical_of(i, physical);
	TRY(member_new_no(s->db, no));
	TRY(db_insert(s->db, &bike_rider,
		ARGS(STR(no), I64(j.provider_id), I64(s->station), STR(names[i]), STR(phone), TIME(s->now),
			TIME(s->now)),
		&s->rider[i]));
	TRY(card_new_no(s->db, no));
	TRY(db_insert(s->db, &bike_card,
		ARGS(STR(no), I64(s->rider[i]), I64(j.provider_id), I64(s->station), STR(physical),
			STR(no), TIME(s->now), TIME(s->now)),
		&s->card[i]));
	j.member_id = s->rider[i];
	j.card_id = s->card[i];
	j.purse = (struct purse){ OWNER_CARD, s->card[i] };
	snprintf(key, sizeof(key), "demo-bike:%lld", (long long)s->card[i]);
	TRY(purse_recharge(s->db, &j, PURSE, 0, &fresh));
out:
	return nerr_pass(err);
}

struct ride { int socket, rider; int64_t start, seconds, watt; };

static NEOERR *reports(struct shed *s, const char *no, const struct ride *r)
{
	NEOERR *err = STATUS_OK;

	for (int64_t at = 0; at <= r->seconds; at += REPORT_SECONDS) {
		struct session_progress p = { .no = no, .at = r->start + at,
			.energy = r->watt * at / 360, .device_amount = -1, .power_w = r->watt,
			.voltage_dv = 2200, .current_da = r->watt * 100 / 2200, .soc = -1,
			.connector_temperature = 31, .battery_temperature = TEMPERATURE_NONE };

		demo_travel(p.at);
		TRY(session_progress(s->db, &p));
	}
out:
	return nerr_pass(err);
}

static NEOERR *ride(struct shed *s, const struct ride *r)
{
	struct start_request q = { .connector_id = s->socket[r->socket],
		.member_id = s->rider[r->rider], .card_id = s->card[r->rider], .mode = START_CARD,
		.by_command = true, .limit_kind = LIMIT_FULL };
	char serial[24];
	struct start_result started;
	struct session_record rec = { .protocol = "ap3000", .pile_serial = serial,
		.started = r->start, .ended = r->start + r->seconds, .energy = r->watt * r->seconds / 360,
		.meter_start = -1, .meter_end = -1, .amount = -1, .mode = START_CARD,
		.connector_number = r->socket % SOCKETS + 1,
		.device_reason = r->rider % 3 == 0 ? 0x05 : 0x01,
		.reason = r->rider % 3 == 0 ? STOP_PLUG : STOP_FULL };
	enum record_outcome outcome;
	NEOERR *err;

	snprintf(serial, sizeof(serial), "%s%d", DEMO_BIKES, r->socket / SOCKETS + 1);
	demo_travel(r->start - 4);
	TRY(session_request(s->db, &q, &started));
	if (started.refusal != START_ACCEPTED)
		return STATUS_OK;
	demo_travel(r->start);
	TRY(session_start_answer(s->db, started.no, true, 0));
	TRY(reports(s, started.no, r));
	rec.no = rec.raw = started.no;
	rec.raw_len = strlen(started.no);
	demo_travel(rec.ended + 2);
	TRY(session_settle(s->db, &rec, &outcome));
out:
	return nerr_pass(err);
}

/* Most plug in after work and leave it overnight. */
static NEOERR *live_day(struct shed *s, int64_t day)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < CHARGES_DAY; i++) {
		struct ride r = { .socket = (int)dice(&s->dice, DEVICES * SOCKETS),
			.rider = i % RIDERS,
			.start = day + (i < 4 ? 7 : 14) * 3600 + i * 1800 + dice(&s->dice, 1500),
			.seconds = 2400 + dice(&s->dice, 12000), .watt = 90 + dice(&s->dice, 260) };

		if (s->socket_free[r.socket] > r.start - 60 || s->rider_free[r.rider] > r.start - 60 ||
			r.start + r.seconds > s->now - 300)
			continue;
		s->socket_free[r.socket] = s->rider_free[r.rider] = r.start + r.seconds;
		TRY(ride(s, &r));
	}
out:
	return nerr_pass(err);
}

NEOERR *demo_bike(struct db *db, const struct demo *d)
{
	struct shed s = { .db = db, .demo = d, .dice = dice_of(3000) };
	int64_t there = 0, today = clock_day_start(clock_now()), now = clock_now();
	NEOERR *err;

	TRY(db_i64(db, &bike_there, NOARGS, &there));
	if (there)
		goto out;
	demo_travel(today - (DAYS + 1) * DAY_SECONDS);
	s.now = clock_now();
	TRY(make_place(&s));
	for (int i = 0; i < RIDERS; i++)
		TRY(make_rider(&s, i));
	s.now = now;
	for (int day = DAYS; day >= 0; day--)
		TRY(live_day(&s, today - day * (int64_t)DAY_SECONDS));
out:
	demo_come_back();
	return nerr_pass(err);
}

void demo_bike_cards(FILE *f)
{
	char physical[17];

	for (int i = 0; i < RIDERS; i++) {
		physical_of(i, physical);
		fprintf(f, "%s %s\n", physical, DEMO_BIKES);
	}
}
