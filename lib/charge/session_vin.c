/* session_vin.c - the VIN that a pile reads from the car while it charges: kept with the charge,
 * and a car that is not the paying fleet's is stopped (V3, Z2).
 * Owns the columns vin and vehicle_id of session. Serves session.h. */
#include "charge/session_internal.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/vehicle.h"

SQL(session_vin_write,
	"update session set vin = ?, vehicle_id = coalesce(?, vehicle_id), updated_at = ? where id = ?"
	" and vin <> ?");
SQL(session_vin_known, "select vin, coalesce(vehicle_id, 0) from session where id = ?");
SQL(vehicle_seen, "update vehicle set seen_at = ? where id = ?");

struct vin_reading { const char *no, *vin; };
struct known { char vin[VIN_CHARS + 1]; int64_t vehicle_id; };

static NEOERR *take_known(const struct row *r, void *ctx)
{
	struct known *k = ctx;

	text_copy(k->vin, sizeof(k->vin), row_str(r, 0));
	k->vehicle_id = row_i64(r, 1);
	return STATUS_OK;
}

static NEOERR *read_vin(struct db *db, void *ctx)
{
	const struct vin_reading *in = ctx;
	struct vehicle_verdict v;
	struct session_row s;
	struct known known;
	int64_t now = clock_now();
	bool found;
	NEOERR *err;

	TRY(session_lock_no(db, in->no, &s, &found));
	if (!found || session_is_over(s.state))
		return STATUS_OK;
	TRY(db_get(db, &session_vin_known, ARGS(I64(s.id)), take_known, &known));
	if (text_eq(known.vin, in->vin))
		return STATUS_OK;
	memset(&v, 0, sizeof(v));
	if (s.fleet_id)
		TRY(vehicle_judge(db, s.fleet_id, NULL, in->vin, &v));
	TRY(db_exec(db, &session_vin_write,
		ARGS(STR(in->vin), IDREF(v.vehicle_id), TIME(now), I64(s.id), STR(in->vin)), NULL));
	if (v.vehicle_id)
		TRY(db_exec(db, &vehicle_seen, ARGS(TIME(now), I64(v.vehicle_id)), NULL));
	if (s.pay == PAY_FLEET &&
		!(s.plan_id ? v.by_vin : vehicle_may_go_on(&v, known.vehicle_id != 0)) &&
		session_may(s.state, SESSION_STOPPING)) {
		TRY(session_event(db, s.id, "stranger", in->vin, ""));
		TRY(session_ask_stop(db, &s, STOP_STRANGER, ""));
	}
out:
	return nerr_pass(err);
}

NEOERR *session_vin(struct db *db, const char *no, const char *vin)
{
	struct vin_reading in = { no, vin };

	if (!vin_is(vin))
		return STATUS_OK;
	return nerr_pass(db_tx(db, read_vin, &in));
}
