/* bay_booking.c - a bay and the booking of its connector.
 * Owns bay_stay.reservation_id. Serves bay_booking.h. */
#include "charge/bay_booking.h"

#include "base/text.h"
#include "charge/reservation.h"
#include "charge/session_occupancy.h"

#define GATE_LATE 600                        /* seconds after leaving: a lock that moves later moves for another */

SQL(bay_name, "select name from bay where id = ?");
SQL(stay_booking, "update bay_stay set reservation_id = ? where id = ?");
SQL(bay_last_used,
	"select coalesce(reservation_id, 0) from bay_stay where bay_id = ? and left_at is not null and"
	" left_at >= ? order by id desc limit 1");

struct word { char *to; size_t room; };

static NEOERR *take_word(const struct row *r, void *ctx)
{
	const struct word *w = ctx;

	text_copy(w->to, w->room, row_str(r, 0));
	return STATUS_OK;
}

NEOERR *bay_booking_of(struct db *db, int64_t connector_id, const char *plate,
	struct bay_booking *out)
{
	struct reservation_hold h = { .id = 0 };
	NEOERR *err = STATUS_OK;

	*out = (struct bay_booking){ .booked = false };
	if (connector_id)
		TRY(reservation_hold_of(db, connector_id, &h));
	if (!h.id)
		goto out;
	out->booked = true;
	out->any = !*h.plate;
	out->own = *h.plate && text_eq(h.plate, plate);
out:
	return nerr_pass(err);
}

NEOERR *bay_booking_use(struct db *db, const struct bay_visit *v)
{
	char name[121] = "";
	struct word w = { name, sizeof(name) };
	struct bay_entry e = { .connector_id = v->connector_id, .at = v->at, .plate = v->plate,
		.bay = name, .whitelisted = v->exempt };
	int64_t id = 0;
	NEOERR *err;

	TRY(db_get(db, &bay_name, ARGS(I64(v->bay_id)), take_word, &w));
	TRY(reservation_entered(db, &e, &id));
	if (id)
		TRY(db_exec(db, &stay_booking, ARGS(I64(id), I64(v->stay_id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *bay_booking_left(struct db *db, const struct bay_visit *v, bool used)
{
	struct occupancy cost;
	int64_t id;
	NEOERR *err;

	TRY(session_occupancy_left(db, v->stay_id, v->at));
	if (used)
		TRY(reservation_left(db, v->connector_id, v->at, &id, &cost));
out:
	return nerr_pass(err);
}

NEOERR *bay_booking_gate(struct db *db, const struct bay_visit *v, bool opened)
{
	struct reservation_hold h = { .id = 0 };
	NEOERR *err;

	if (opened)
		TRY(reservation_hold_of(db, v->connector_id, &h));
	else
		TRY(db_i64(db, &bay_last_used, ARGS(I64(v->bay_id), TIME(v->at - GATE_LATE)), &h.id));
	if (h.id)
		TRY(reservation_gate(db, h.id, opened, v->at));
out:
	return nerr_pass(err);
}
