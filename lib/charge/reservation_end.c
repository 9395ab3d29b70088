/* reservation_end.c - reservations that end without a charge: given up by the driver, ended by the
 * platform, run out (R2-R4).
 * Owns nothing beyond the reservation's row. Serves reservation.h, jobs/expire. */
#include "charge/reservation_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "db/setting.h"

#define BATCH 500

SQL(reservation_due,
	"select id from reservation where state = 'booked' and expires_at < ? order by expires_at, id"
	" limit 500");

struct giving_up { int64_t id, member_id; const struct actor *who; bool done; };

static NEOERR *give_up(struct db *db, void *ctx)
{
	struct giving_up *g = ctx;
	struct reservation_ending e = { .state = RESERVATION_CANCELLED,
		.by = RESERVATION_BY_DRIVER,
		.who = g->who };
	struct reservation_row r;
	int64_t free_minutes = 0;
	NEOERR *err;

	g->done = false;
	TRY(reservation_lock(db, g->id, &r));
	if (r.member_id != g->member_id)
		return nerr_raise(ERR_NOT_FOUND, "reservation %s is another's", r.no);
	if (r.state != RESERVATION_BOOKED)
		return STATUS_OK;
	if (r.expires_at < clock_now())
		return nerr_pass(reservation_run_out(db, r.id));
	TRY(setting_i64(db, RESERVATION_FREE, &free_minutes));
	e.keep = clock_now() > r.booked_at + free_minutes * 60;
	TRY(reservation_close(db, &r, &e));
	if (g->who)
		TRY(audit_add(db, g->who, "reservation", r.id, "cancel", NULL, NULL, r.no));
	g->done = true;
out:
	return nerr_pass(err);
}

NEOERR *reservation_cancel(struct db *db, int64_t id, int64_t member_id, const struct actor *who,
	bool *done)
{
	struct giving_up g = { id, member_id, who, false };
	NEOERR *err = db_tx(db, give_up, &g);

	*done = g.done;
	return nerr_pass(err);
}

struct ending { int64_t id; const struct actor *who; const char *why; };

static NEOERR *end(struct db *db, void *ctx)
{
	const struct ending *w = ctx;
	struct reservation_ending e = { .state = RESERVATION_DONE,
		.by = RESERVATION_BY_PLATFORM,
		.who = w->who,
		.why = w->why };
	struct reservation_row r;
	NEOERR *err;

	TRY(reservation_lock(db, w->id, &r));
	e.keep = r.state == RESERVATION_OCCUPYING;
	if (e.keep)
		e.at = clock_now();
	TRY(reservation_stay(db, &r, clock_now(), &e.occupancy));
	TRY(reservation_close(db, &r, &e));
out:
	return nerr_pass(err);
}

NEOERR *reservation_end(struct db *db, int64_t id, const struct actor *who, const char *why)
{
	struct ending w = { id, who, why };

	return nerr_pass(db_tx(db, end, &w));
}

/* ---- R3 */

static NEOERR *run_out(struct db *db, void *ctx)
{
	struct reservation_ending e = { .state = RESERVATION_TIMEOUT,
		.by = RESERVATION_BY_TIME,
		.keep = true };
	int64_t id = *(int64_t *)ctx;
	struct reservation_row r;
	NEOERR *err;

	TRY(reservation_lock(db, id, &r));
	if (r.state != RESERVATION_BOOKED || r.expires_at >= clock_now())
		return STATUS_OK;
	TRY(reservation_close(db, &r, &e));
out:
	return nerr_pass(err);
}

NEOERR *reservation_run_out(struct db *db, int64_t id)
{
	return nerr_pass(db_tx(db, run_out, &id));
}

struct batch { int n; int64_t id[BATCH]; };

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct batch *b = ctx;

	if (b->n < BATCH)
		b->id[b->n++] = row_i64(r, 0);
	return STATUS_OK;
}

/* One that cannot be ended must not keep the others from it. */
NEOERR *reservation_expire(struct db *db, int64_t *ended)
{
	struct batch b = { .n = 0 };
	NEOERR *err;

	*ended = 0;
	TRY(db_query(db, &reservation_due, ARGS(TIME(clock_now())), take_id, &b));
	for (int i = 0; i < b.n; i++) {
		NEOERR *one = reservation_run_out(db, b.id[i]);

		*ended += one == STATUS_OK;
		error_log("reservation_expire", one);
	}
out:
	return nerr_pass(err);
}
