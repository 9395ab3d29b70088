/* demo_bay.c - the demo's bays: at two stations, cameras that watch them, locks, plates that are
 * let in, some days of stays, a few bookings; and the files by which pilesim plays the cameras.
 * Owns the names and numbers, data_dir/demo/cameras and plates. Serves jobs/demo.c. */
#include <errno.h>
#include <sys/stat.h>

#include "jobs/demo.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/sample_picture.h"
#include "base/text.h"
#include "charge/bay.h"
#include "charge/camera.h"
#include "charge/live.h"
#include "charge/reservation.h"

#define DAYS 4
#define CARS_DAY 2                           /* of each bay */
#define CAMERAS 5
#define BAYS 8
#define REGULARS 3
#define BOOKINGS 4
#define GATEWAY "demo"
#define PLATE "苏AD60606"                    /* of whoever books */
#define MINUTE 60
#define HOUR 3600

/* In the order of demo/cameras: a lane camera sees the cars of the bays after it. */
static const struct {
	const char *serial, *name;
	int station, bays;
	bool lane;
} cameras[CAMERAS] = {
	{ "2a6e1040-85e01f01", "一区 1-2 号车位相机", 0, 2, false },
	{ "2a6e1040-85e01f02", "一区 3-4 号车位相机", 0, 2, false },
	{ "2a6e1040-85e01f10", "地面区入口相机", 1, 0, true },
	{ "2a6e1040-85e01f11", "地面区 1-2 号车位相机", 1, 2, false },
	{ "2a6e1040-85e01f12", "地面区 3-4 号车位相机", 1, 2, false },
};
/* pile: whose gun A stands there, 0 none */
static const struct { const char *lock; int pile; } kinds[BAYS] = { { "relay", 1 }, { "relay", 2 },
	{ "relay", 3 }, { "none", 4 }, { "none", 1 }, { "none", 2 }, { "rs485", 0 }, { "rs485", 0 } };
static const char *const regulars[REGULARS] = { "苏AE0018", "苏A61B07", "苏AD88066" };

SQL(bay_demo_there,
	"select count(*) from camera where serial = '2a6e1040-85e01f01' and deleted = 0");
SQL(bay_demo_lock,
	"update bay set lock_type = ?, lock_state = ?, lock_at = ?, lock_address = ? where id = ?");
SQL(bay_demo_gun, "update bay set connector_id = ? where id = ?");
SQL(bay_demo_camera,
	"insert into camera (station_id, area_id, serial, name, vendor, left_bay_id, right_bay_id,"
	" rs485_open, rs485_close, rs485_query, rs485_is_down, rs485_is_up, created_at, updated_at)"
	" values (?, ?, ?, ?, ?, ?, ?, 'A5LL01', 'A5LL02', 'A5LL03', '5ALLFF', '5ALL55', ?, ?)");
SQL(bay_demo_code, "update camera set code = concat('CAM', lpad(id, 5, '0')) where id = ?");
SQL(bay_demo_listed,
	"insert into whitelist (station_id, plate, status, note, created_at, updated_at) values (?, ?,"
	" ?, ?, ?, ?)");
SQL(bay_demo_book_stations, "update station set bookable = 1 where id in (?, ?)");
SQL(bay_demo_book_piles,
	"update pile set bookable = 1, occupancy_charged = 1 where station_id in (?, ?)");
SQL(bay_demo_certified, "update member set certified = 1 where id = ?");

struct yard {
	struct db *db;
	const struct demo *demo;
	struct dice dice;
	int64_t now, camera[CAMERAS], bay[BAYS];
	int told;
	char secret[CAMERA_SECRET];
	FILE *f;
};

/* Gun A of the station's pile. */
static const struct demo_connector *gun_of(const struct yard *y, int station, int pile)
{
	for (int i = 0; i < y->demo->connectors; i++) {
		const struct demo_connector *c = &y->demo->connector[i];

		if (c->station == station && c->number == 1 && c->serial[13] == '0' + pile)
			return c;
	}
	return NULL;
}

/* ---- the place ---- */

static NEOERR *make_bays(struct yard *y, int from, int n, int station)
{
	struct bay_plan plan = { .station_id = y->demo->station[station],
		.area_id = y->demo->area[station][0], .count = n, .prefix = "P", .lock_type = "none" };
	int64_t first = 0;
	NEOERR *err;

	TRY(bay_make(y->db, &plan, &first));
	for (int i = 0; i < n; i++) {
		const struct demo_connector *c = gun_of(y, station, kinds[from + i].pile);

		y->bay[from + i] = first + i;
		if (c)
			TRY(db_exec(y->db, &bay_demo_gun, ARGS(I64(c->id), I64(first + i)), NULL));
	}
out:
	return nerr_pass(err);
}

static void write_bay(struct yard *y, int station, int i)
{
	const struct demo_connector *c = gun_of(y, station, kinds[i].pile);

	if (text_eq(kinds[i].lock, "rs485"))
		fprintf(y->f, " bus%02X", (unsigned)i);
	else
		fprintf(y->f, " %s", text_eq(kinds[i].lock, "none") ? "open" : kinds[i].lock);
	if (c)
		fprintf(y->f, ":%s:%d", c->serial, c->number);
}

static NEOERR *make_camera(struct yard *y, int i, int bay)
{
	int station = cameras[i].station;
	bool two = cameras[i].bays == 2;
	NEOERR *err;

	TRY(db_insert(y->db, &bay_demo_camera,
		ARGS(I64(y->demo->station[station]), I64(y->demo->area[station][0]),
			STR(cameras[i].serial), STR(cameras[i].name),
			STR(cameras[i].lane ? "vz_lane" : "vz_bay"), IDREF(two ? y->bay[bay] : 0),
			IDREF(two ? y->bay[bay + 1] : 0), TIME(y->now), TIME(y->now)),
		&y->camera[i]));
	TRY(db_exec(y->db, &bay_demo_code, ARGS(I64(y->camera[i])), NULL));
	TRY(camera_set_secret(y->db, y->camera[i], y->secret));
	fprintf(y->f, "%s %s %s", cameras[i].serial, y->secret, cameras[i].lane ? "lane" : "bay");
	for (int k = 0; k < cameras[i].bays; k++)
		write_bay(y, station, bay + k);
	fputc('\n', y->f);
out:
	return nerr_pass(err);
}

static NEOERR *make_list(struct yard *y)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < REGULARS; i++)
		TRY(db_exec(y->db, &bay_demo_listed,
			ARGS(I64(y->demo->station[i % 2]), STR(regulars[i]),
				STR(i == REGULARS - 1 ? "disabled" : "enabled"), STR("物业车辆"), TIME(y->now),
				TIME(y->now)),
			NULL));
out:
	return nerr_pass(err);
}

static NEOERR *make_yard(struct db *db, void *ctx)
{
	struct yard *y = ctx;
	int64_t a = y->demo->station[0], b = y->demo->station[1];
	int bay = 0;
	NEOERR *err;

	(void)db;
	TRY(make_bays(y, 0, 4, 0));
	TRY(make_bays(y, 4, 4, 1));
	for (int i = 0; i < CAMERAS; bay += cameras[i++].bays)
		TRY(make_camera(y, i, bay));
	TRY(make_list(y));
	TRY(db_exec(y->db, &bay_demo_book_stations, ARGS(I64(a), I64(b)), NULL));
	TRY(db_exec(y->db, &bay_demo_book_piles, ARGS(I64(a), I64(b)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *open_file(const char *name, FILE **f)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/demo", conf.data_dir);
	if (mkdir(path, 0750) != 0 && errno != EEXIST)
		return nerr_raise_errno(NERR_IO, "cannot make %s", path);
	snprintf(path, sizeof(path), "%s/demo/%s", conf.data_dir, name);
	*f = fopen(path, "we");
	return *f ? STATUS_OK : nerr_raise_errno(NERR_IO, "cannot write %s", path);
}

/* ---- some days ---- */

static NEOERR *tell(struct yard *y, int camera, int side, const char *plate, int64_t at)
{
	struct camera_told t = { .camera_id = y->camera[camera],
		.kind = *plate ? TOLD_SEEN : TOLD_LEFT,
		.colour = text_chars(plate) > 7 ? PLATE_GREEN : PLATE_BLUE,
		.confidence = 99 - (int)dice(&y->dice, 12),
		.raw_state = *plate ? 1 : 4,
		.at = at };
	bool repeated;
	NEOERR *err = STATUS_OK;

	snprintf(t.their_id, sizeof(t.their_id), "demo-%d", ++y->told);
	snprintf(t.bay, sizeof(t.bay), "%d", side + 1);
	text_copy(t.plate, sizeof(t.plate), plate);
	if (y->told % (DAYS * CARS_DAY) == 0) {
		TRY(snapshot_write(sample_picture, sizeof(sample_picture), t.file));
		t.bytes = (int)sizeof(sample_picture);
	}
	TRY(camera_take(y->db, &t, &repeated));
out:
	return nerr_pass(err);
}

static NEOERR *one_car(struct yard *y, int camera, int side, int64_t at)
{
	int64_t left = at + (20 + dice(&y->dice, 150)) * MINUTE;
	char plate[13];
	NEOERR *err;

	snprintf(plate, sizeof(plate), "苏AD%05lld", (long long)dice(&y->dice, 100000));
	if (dice(&y->dice, 5) == 0)
		text_copy(plate, sizeof(plate), regulars[cameras[camera].station]);
	demo_travel(at + 2 * BAY_FRESH);         /* no lock moves for it */
	TRY(tell(y, camera, side, plate, at));
	demo_travel(left + 2 * BAY_FRESH);
	TRY(tell(y, camera, side, "", left));
out:
	demo_come_back();
	return nerr_pass(err);
}

static NEOERR *one_day(struct yard *y, int64_t day)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < CAMERAS; i++)
		for (int k = 0; k < cameras[i].bays * CARS_DAY; k++)
			TRY(one_car(y, i, k / CARS_DAY,
				day + (7 + 6 * (k % CARS_DAY)) * HOUR + dice(&y->dice, 3 * HOUR)));
out:
	return nerr_pass(err);
}

/* The locks came last. */
static NEOERR *fit_locks(struct yard *y)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < BAYS; i++)
		if (!text_eq(kinds[i].lock, "none"))
			TRY(db_exec(y->db, &bay_demo_lock,
				ARGS(STR(kinds[i].lock), STR("up"), TIME(y->now), I64(i), I64(y->bay[i])), NULL));
out:
	return nerr_pass(err);
}

/* ---- bookings: given up, run out, used, and one that waits ---- */

static NEOERR *book(struct yard *y, const struct demo_connector *c, int64_t member_id,
	struct booking_result *out)
{
	static const struct actor driver = { .name = "demo" };
	struct pile_hello hello = { .protocol = "ykc", .serial = c->serial, .address = "127.0.0.1",
		.gateway_id = GATEWAY, .firmware = "V2.3.1", .iccid = "", .protocol_version = "1.6",
		.connectors = 2 };
	struct connector_report idle = { .pile_id = c->pile_id, .number = c->number,
		.state = CONNECTOR_IDLE, .temperature = TEMPERATURE_NONE, .at = clock_now() };
	struct booking_request req = { .connector_id = c->id, .member_id = member_id,
		.plate = PLATE };
	struct pile_known known;
	bool is_known;
	NEOERR *err;

	TRY(db_exec(y->db, &bay_demo_certified, ARGS(I64(member_id)), NULL));
	TRY(pile_online(y->db, &hello, &known, &is_known));
	TRY(connector_reports(y->db, &idle, 1));
	TRY(reservation_book(y->db, &req, &driver, out));
	TRY(pile_offline(y->db, c->pile_id, GATEWAY, "timeout", NULL));
out:
	return nerr_pass(err);
}

static NEOERR *one_booking(struct yard *y, int i, int64_t at)
{
	static const int members[BOOKINGS] = { 2, 5, 8, 11 };
	static const struct actor driver = { .name = "demo" };
	const struct demo_connector *c = gun_of(y, 0, i + 1);
	int64_t member_id = y->demo->member[members[i]].id, id, n;
	struct bay_entry entry = { .at = at + 20 * MINUTE, .plate = PLATE, .bay = "P001" };
	struct booking_result made;
	struct occupancy cost;
	bool done;
	NEOERR *err;

	demo_travel(at);
	TRY(book(y, c, member_id, &made));
	if (made.refusal != START_ACCEPTED)      /* whose wallet is empty books nothing */
		goto out;
	demo_travel(at + (i == 1 ? 3 * HOUR : 25 * MINUTE));
	entry.connector_id = c->id;
	if (i == 0)
		TRY(reservation_cancel(y->db, made.id, member_id, &driver, &done));
	else if (i == 1)
		TRY(reservation_expire(y->db, &n));
	else if (i == 2) {
		TRY(reservation_entered(y->db, &entry, &id));
		demo_travel(at + 2 * HOUR);
		TRY(reservation_left(y->db, c->id, at + 2 * HOUR, &id, &cost));
	}
out:
	demo_come_back();
	return nerr_pass(err);
}

static NEOERR *live(struct yard *y)
{
	int64_t today = clock_day_start(y->now);
	NEOERR *err = STATUS_OK;

	for (int day = DAYS; day >= 1; day--)
		TRY(one_day(y, today - day * (int64_t)DAY_SECONDS));
	TRY(fit_locks(y));
	for (int i = 0; i < BOOKINGS; i++)
		TRY(one_booking(y, i, i == BOOKINGS - 1 ? y->now
			: today - (BOOKINGS - i) * (int64_t)DAY_SECONDS + 21 * HOUR));
out:
	return nerr_pass(err);
}

NEOERR *demo_bay(struct db *db, const struct demo *d)
{
	struct yard y = { .db = db, .demo = d, .dice = dice_of(76), .now = clock_now() };
	int64_t there = 0;
	NEOERR *err;

	TRY(db_i64(db, &bay_demo_there, NOARGS, &there));
	if (there)
		goto out;
	TRY(open_file("plates", &y.f));
	for (int i = 0; i < REGULARS; i++)
		fprintf(y.f, "%s\n", regulars[i]);
	fclose(y.f);
	y.f = NULL;
	TRY(open_file("cameras", &y.f));
	TRY(db_tx(db, make_yard, &y));
	TRY(live(&y));
out:
	explicit_bzero(y.secret, sizeof(y.secret));
	if (y.f && fclose(y.f) != 0 && err == STATUS_OK)
		err = nerr_raise_errno(NERR_IO, "cannot write data_dir/demo/cameras");
	return nerr_pass(err);
}
