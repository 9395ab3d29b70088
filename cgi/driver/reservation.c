/* reservation.c - /d/reservation: a connector booked from its page, seen, its bay's lock moved at
 * arrival, given up (U8, R1).
 * Owns nothing; lib/charge/reservation.h decides; a driver sees the own bookings alone.
 * Serves driver.c, and place.c by booking_put(). */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/bay_booking.h"
#include "charge/reservation.h"
#include "charge/tariff.h"
#include "db/setting.h"

#define LIST_MAX 20

SQL(booking_member, "SELECT certified, plate FROM member WHERE id = ?");
SQL(booking_allowed,
	"SELECT s.bookable AND p.bookable AND NOT EXISTS (SELECT 1 FROM bay b WHERE b.connector_id = ?"
	" AND b.deleted = 0 AND (b.status <> 'enabled' OR b.state NOT IN ('empty', 'booked'))) FROM"
	" pile p JOIN station s ON s.id = p.station_id WHERE p.id = ?");
SQL(booking_select,
	"SELECT r.id, r.no, s.name, s.address, p.name, c.name, c.code, r.state, r.fee, r.fee_state,"
	" r.booked_at, r.expires_at, r.occupancy_minutes, r.occupancy_fee, r.plate, r.bay,"
	" " DRIVER_HOTLINE("s") " FROM reservation r JOIN station s ON s.id = r.station_id"
	" JOIN provider pr ON pr.id = s.provider_id JOIN pile p ON p.id = r.pile_id"
	" JOIN connector c ON c.id = r.connector_id WHERE r.id = ? AND r.member_id = ?");
SQL(booking_list,
	"SELECT r.id, s.name, p.name, c.name, r.booked_at, r.state, r.fee FROM reservation r"
	" JOIN station s ON s.id = r.station_id JOIN pile p ON p.id = r.pile_id"
	" JOIN connector c ON c.id = r.connector_id WHERE r.member_id = ? ORDER BY r.id DESC LIMIT ?");
SQL(booking_session,
	"SELECT id FROM session WHERE reservation_id = ? ORDER BY id DESC LIMIT 1");

static const char *path_of(struct request *req, int64_t id)
{
	return arena_printf(&req->arena, "/d/reservation/%lld", (long long)id);
}

/* "14:30" today, else with the day. */
static const char *say_until(struct request *req, int64_t t)
{
	char text[CLOCK_TEXT];
	bool today = clock_day_start(t) == clock_day_start(clock_now());

	clock_format(t, text);
	return arena_printf(&req->arena, "%.*s", today ? 5 : 11, text + (today ? 11 : 5));
}

/* ---- on the page of the connector */

struct booker { bool certified; const char *plate; struct request *req; };

static NEOERR *on_booker(const struct row *r, void *ctx)
{
	struct booker *b = ctx;

	b->certified = row_i64(r, 0) != 0;
	b->plate = arena_strdup(&b->req->arena, row_str(r, 1));
	return STATUS_OK;
}

static NEOERR *put_offer(struct request *req, const struct tariff *t)
{
	struct booker b = { .req = req, .plate = "" };
	int64_t free_minutes = 0;
	char once[33];
	NEOERR *err;

	TRY(db_get(req->db, &booking_member, ARGS(I64(req->who.member_id)), on_booker, &b));
	TRY(setting_i64(req->db, RESERVATION_FREE, &free_minutes));
	TRY(random_hex(once, 16));
	TRY(hdf_put(req->hdf, once, "Book.once"));
	TRY(hdf_put(req->hdf,
		text_format(req, "driver.book_terms", say_money(req, t->booking.price),
			arena_printf(&req->arena, "%d", t->booking.minutes)),
		"Book.terms"));
	TRY(hdf_put(req->hdf,
		text_format(req, "driver.book_rule",
			arena_printf(&req->arena, "%lld", (long long)free_minutes), NULL),
		"Book.rule"));
	TRY(hdf_put(req->hdf, request_param_or(req, "book_plate", b.plate), "Book.plate"));
	if (!b.certified)
		TRY(hdf_put(req->hdf, text_get(req, "refusal.not_certified"), "Book.barred"));
out:
	return nerr_pass(err);
}

static NEOERR *may_book(struct request *req, const struct place *p, struct tariff *t, bool *may)
{
	int64_t allowed = 0;
	NEOERR *err;

	*may = false;
	if (!p->online || p->state != CONNECTOR_IDLE)
		return STATUS_OK;
	TRY(db_i64(req->db, &booking_allowed, ARGS(I64(p->connector_id), I64(p->pile_id)), &allowed));
	if (!allowed)
		return STATUS_OK;
	err = tariff_for(req->db, p->pile_id, req->who.member_id, clock_now(), t);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	*may = err == STATUS_OK && tariff_books(t);
out:
	return nerr_pass(err);
}

NEOERR *booking_put(struct request *req, const struct place *p)
{
	struct reservation_hold h;
	struct tariff t;
	bool may;
	NEOERR *err;

	TRY(reservation_hold_of(req->db, p->connector_id, &h));
	if (h.id && h.member_id == req->who.member_id) {
		TRY(hdf_put(req->hdf, path_of(req, h.id), "Book.mine"));
		TRY(hdf_put(req->hdf, say_until(req, h.expires_at), "Book.until"));
	}
	if (h.id)
		return STATUS_OK;
	TRY(may_book(req, p, &t, &may));
	if (may)
		TRY(put_offer(req, &t));
out:
	return nerr_pass(err);
}

static NEOERR *book_post(struct request *req)
{
	struct booking_request b = { .member_id = req->who.member_id,
		.once = request_param_or(req, "once", "") };
	struct booking_result done;
	struct place p;
	NEOERR *err;

	TRY(place_get(req, route_part(req, "code"), &p));
	if (strlen(b.once) != 32)
		return nerr_raise(ERR_INVALID, "the form carries no token");
	b.connector_id = p.connector_id;
	b.plate = plate_given(req, "book_plate");
	TRY(reservation_book(req->db, &b, &req->actor, &done));
	if (done.refusal != START_ACCEPTED)
		return nerr_pass(place_page(req, &p, done.refusal));
	response_redirect(req, path_of(req, done.id));
out:
	return nerr_pass(err);
}

/* ---- its own page */

static NEOERR *put_cancel(struct request *req, int64_t booked_at, int64_t fee)
{
	int64_t free_minutes = 0;
	bool free;
	NEOERR *err;

	TRY(setting_i64(req->db, RESERVATION_FREE, &free_minutes));
	free = clock_now() <= booked_at + free_minutes * 60;
	TRY(hdf_put(req->hdf,
		text_format(req, free ? "driver.booking_cancel_free" : "driver.booking_cancel_paid",
			say_money(req, fee), NULL),
		"Booking.cancel"));
out:
	return nerr_pass(err);
}

static NEOERR *put_times(struct request *req, const struct row *r)
{
	char when[CLOCK_TEXT];
	NEOERR *err;

	TRY(hdf_put(req->hdf, clock_format(row_time(r, 10), when), "Booking.at"));
	TRY(hdf_put(req->hdf, clock_format(row_time(r, 11), when), "Booking.until"));
	if (row_i64(r, 12)) {
		TRY(hdf_put(req->hdf, text_format(req, "driver.booking_minutes_of", row_str(r, 12), NULL),
			"Booking.minutes"));
		TRY(hdf_put(req->hdf, say_money(req, row_money(r, 13)), "Booking.occupancy"));
	}
out:
	return nerr_pass(err);
}

static NEOERR *on_booking(const struct row *r, void *ctx)
{
	static const struct { int column; const char *name;
	} texts[] = { { 1, "no" }, { 2, "station" }, { 3, "address" }, { 4, "pile" },
		{ 5, "connector" }, { 6, "code" }, { 14, "plate" }, { 15, "bay" }, { 16, "hotline" } };
	struct request *req = ctx;
	const char *state = row_str(r, 7);
	NEOERR *err;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		TRY(hdf_put(req->hdf, row_str(r, texts[i].column), "Booking.%s", texts[i].name));
	TRY(hdf_put(req->hdf, path_of(req, row_i64(r, 0)), "Booking.path"));
	TRY(put_choice(req, &reservation_state_choices,
		choice_value(&reservation_state_choices, state), "Booking.state"));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "driver.booking_%s", state)),
		"Booking.sentence"));
	TRY(hdf_put(req->hdf, say_money(req, row_money(r, 8)), "Booking.fee"));
	TRY(put_choice(req, &booking_fee_choices, choice_value(&booking_fee_choices, row_str(r, 9)),
		"Booking.fee.state"));
	TRY(put_times(req, r));
	if (text_eq(state, "booked"))
		TRY(put_cancel(req, row_time(r, 10), row_money(r, 8)));
	if (text_eq(state, "booked") || text_eq(state, "occupying"))
		TRY(hdf_put(req->hdf, "1", "Booking.open"));
out:
	return nerr_pass(err);
}

static NEOERR *put_lock(struct request *req, int64_t id)
{
	struct bay_booking_lock l;
	NEOERR *err;

	TRY(bay_booking_lock_of(req->db, id, req->who.member_id, &l));
	if (!l.bay_id)
		goto out;
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "driver.lock_is_%s",
		choice_name(&lock_state_choices, (int)l.state))), "Lock"));
	TRY(hdf_put(req->hdf, l.down ? "down" : l.up ? "up" : "", "Lock.go"));
	if (l.state == LOCK_MOVING) {
		TRY(hdf_put(req->hdf, "1", "Lock.moving"));
		TRY(hdf_put(req->hdf, "3", "Page.refresh"));
	}
out:
	return nerr_pass(err);
}

/* ERR_NOT_FOUND for another's: nobody learns that it exists. */
static NEOERR *booking_show(struct request *req)
{
	int64_t id = route_id(req, "id"), session = 0;
	NEOERR *err;

	TRY(db_get(req->db, &booking_select, ARGS(I64(id), I64(req->who.member_id)), on_booking, req));
	TRY(db_i64(req->db, &booking_session, ARGS(I64(id)), &session));
	if (session)
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/d/session/%lld", (long long)session),
			"Booking.session"));
	TRY(put_lock(req, id));
	TRY(hdf_put(req->hdf, text_get(req, "driver.booking_title"), "Page.title"));
	TRY(render_page(req, "driver/reservation.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *cancel_post(struct request *req)
{
	int64_t id = route_id(req, "id");
	bool done;
	NEOERR *err;

	TRY(reservation_cancel(req->db, id, req->who.member_id, &req->actor, &done));
	response_redirect(req, path_of(req, id));
out:
	return nerr_pass(err);
}

SQL(booking_mine, "SELECT id FROM reservation WHERE id = ? AND member_id = ?");

/* Its answer stands on the page, which follows the lock while it moves. */
static NEOERR *lock_post(struct request *req)
{
	struct bay_booking_move m = { .reservation_id = route_id(req, "id"),
		.member_id = req->who.member_id,
		.open = text_eq(request_param_or(req, "to", ""), "down") };
	const char *problem = NULL;
	int64_t mine = 0;
	NEOERR *err;

	TRY(db_i64(req->db, &booking_mine, ARGS(I64(m.reservation_id), I64(m.member_id)), &mine));
	if (!mine)
		return nerr_raise(ERR_NOT_FOUND, "no such booking");
	if (!m.open && !text_eq(request_param_or(req, "to", ""), "up"))
		return nerr_raise(ERR_INVALID, "a lock goes down or up");
	TRY(bay_booking_lock_move(req->db, &m, &req->actor, &problem));
	if (!problem) {
		response_redirect(req, path_of(req, m.reservation_id));
		goto out;
	}
	req->status = 422;
	TRY(hdf_put(req->hdf, text_get(req, problem), "Problem"));
	TRY(booking_show(req));
out:
	return nerr_pass(err);
}

struct listing { struct request *req; int n; };

static NEOERR *on_listed(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	struct request *req = l->req;
	char when[CLOCK_TEXT];
	int i = l->n++;
	NEOERR *err;

	TRY(hdf_put(req->hdf, path_of(req, row_i64(r, 0)), "Bookings.%d", i));
	TRY(hdf_put(req->hdf, row_str(r, 1), "Bookings.%d.station", i));
	TRY(hdf_put(req->hdf, row_str(r, 2), "Bookings.%d.pile", i));
	TRY(hdf_put(req->hdf, row_str(r, 3), "Bookings.%d.connector", i));
	TRY(hdf_put(req->hdf, clock_format(row_time(r, 4), when), "Bookings.%d.at", i));
	TRY(put_choice(req, &reservation_state_choices,
		choice_value(&reservation_state_choices, row_str(r, 5)),
		arena_printf(&req->arena, "Bookings.%d.state", i)));
	TRY(hdf_put(req->hdf, say_money(req, row_money(r, 6)), "Bookings.%d.fee", i));
out:
	return nerr_pass(err);
}

static NEOERR *booking_list_page(struct request *req)
{
	struct listing l = { .req = req };
	NEOERR *err;

	TRY(db_query(req->db, &booking_list, ARGS(I64(req->who.member_id), I64(LIST_MAX)), on_listed,
		&l));
	TRY(hdf_put(req->hdf, text_get(req, "driver.my_bookings"), "Page.title"));
	TRY(render_page(req, "driver/reservations.cs"));
out:
	return nerr_pass(err);
}

const struct route reservation_routes[] = {
	{ METHOD_POST, "/c/:code/book", book_post, NULL, 0 },
	{ METHOD_GET, "/d/reservation", booking_list_page, NULL, 0 },
	{ METHOD_GET, "/d/reservation/:id", booking_show, NULL, 0 },
	{ METHOD_POST, "/d/reservation/:id/cancel", cancel_post, NULL, 0 },
	{ METHOD_POST, "/d/reservation/:id/lock", lock_post, NULL, 0 },
	{ .pattern = NULL },
};
