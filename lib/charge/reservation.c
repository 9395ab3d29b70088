/* reservation.c - a reservation while it is open and how it closes: its row, its money, the charge
 * it was made for.
 * Owns table reservation. Serves reservation.h. */
#include "charge/reservation_internal.h"

#include "base/clock.h"
#include "base/text.h"

SQL(reservation_lock_select,
	"select id, no, provider_id, station_id, pile_id, connector_id, member_id, tariff_version_id,"
	" fee, held_cash, held_gift, booked_at, expires_at, entered_at, by_bay, whitelisted, on_pile,"
	" state from reservation where id = ? for update");
/* Occupying until somebody ends it, booked until its last second. */
SQL(reservation_hold_select,
	"select id, member_id, expires_at, plate from reservation where open_connector_id = ? and"
	" (state = 'occupying' or expires_at >= ?)");
SQL(reservation_member_select,
	"select id from reservation where open_member_id = ? and (state = 'occupying' or expires_at >="
	" ?)");
SQL(reservation_enter_update,
	"update reservation set state = 'occupying', entered_at = coalesce(entered_at, ?), by_bay ="
	" by_bay or ?, whitelisted = ?, bay = if(? = '', bay, ?), plate = if(plate = '', ?, plate),"
	" on_pile = 0, updated_at = ?, version = version + 1 where id = ?");
SQL(reservation_again,
	"update reservation set state = 'booked', entered_at = null, updated_at = ?, version = version"
	" + 1 where id = ?");
SQL(reservation_closed,
	"update reservation set state = ?, open_connector_id = null, open_member_id = null, fee_state"
	" = ?, left_at = ?, ended_at = ?, ended_by = ?, occupancy_minutes = ?, occupancy_fee = ?, note"
	" = if(? = '', note, ?), updated_at = ?, updated_by = ?, version = version + 1 where id = ?");
SQL(reservation_link, "update session set reservation_id = ? where id = ?");

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct reservation_row *v = ctx;

	*v = (struct reservation_row){ .id = row_i64(r, 0),
		.provider_id = row_i64(r, 2),
		.station_id = row_i64(r, 3),
		.pile_id = row_i64(r, 4),
		.connector_id = row_i64(r, 5),
		.member_id = row_i64(r, 6),
		.version_id = row_i64(r, 7),
		.fee = row_money(r, 8),
		.held_cash = row_money(r, 9),
		.held_gift = row_money(r, 10),
		.booked_at = row_time(r, 11),
		.expires_at = row_time(r, 12),
		.entered_at = row_time(r, 13),
		.by_bay = row_i64(r, 14) != 0,
		.whitelisted = row_i64(r, 15) != 0,
		.on_pile = row_i64(r, 16) != 0,
		.state = (enum reservation_state)choice_value(&reservation_state_choices, row_str(r, 17)) };
	text_copy(v->no, sizeof(v->no), row_str(r, 1));
	return STATUS_OK;
}

NEOERR *reservation_lock(struct db *db, int64_t id, struct reservation_row *out)
{
	return nerr_pass(db_get(db, &reservation_lock_select, ARGS(I64(id)), take_row, out));
}

bool reservation_is_open(const struct reservation_row *r)
{
	return r->state == RESERVATION_BOOKED || r->state == RESERVATION_OCCUPYING;
}

static NEOERR *take_hold(const struct row *r, void *ctx)
{
	struct reservation_hold *h = ctx;

	h->id = row_i64(r, 0);
	h->member_id = row_i64(r, 1);
	h->expires_at = row_time(r, 2);
	text_copy(h->plate, sizeof(h->plate), row_str(r, 3));
	return STATUS_OK;
}

NEOERR *reservation_hold_of(struct db *db, int64_t connector_id, struct reservation_hold *out)
{
	bool found;

	*out = (struct reservation_hold){ .id = 0 };
	return nerr_pass(db_find(db, &reservation_hold_select,
		ARGS(I64(connector_id), TIME(clock_now())), take_hold, out, &found));
}

NEOERR *reservation_of_member(struct db *db, int64_t member_id, int64_t *id)
{
	return nerr_pass(
		db_i64(db, &reservation_member_select, ARGS(I64(member_id), TIME(clock_now())), id));
}

/* ---- the end */

struct journal reservation_journal(const struct reservation_row *r, enum journal_kind kind,
	const char *what, char key[RESERVATION_KEY])
{
	snprintf(key, RESERVATION_KEY, "%s:%s", what, r->no);
	return (struct journal){ .kind = kind,
		.dedupe_key = key,
		.provider_id = r->provider_id,
		.station_id = r->station_id,
		.member_id = r->member_id,
		.note = r->no,
		.purse = { OWNER_MEMBER, r->member_id } };
}

static NEOERR *settle(struct db *db, const struct reservation_row *r,
	const struct reservation_ending *e)
{
	char key[RESERVATION_KEY], occupied[RESERVATION_KEY];
	struct journal fee = e->keep ? reservation_journal(r, JOURNAL_BOOKING, "booking", key)
								 : reservation_journal(r, JOURNAL_RELEASE, "unbook", key);
	struct journal stay = reservation_journal(r, JOURNAL_OCCUPANCY, "occupancy", occupied);
	NEOERR *err;

	if (e->keep)
		TRY(purse_hold_take(db, &fee, r->held_cash, r->held_gift, ACCOUNT_INCOME_BOOKING));
	else
		TRY(purse_hold_back(db, &fee, r->held_cash, r->held_gift));
	TRY(purse_charge(db, &stay, e->occupancy.fee, ACCOUNT_INCOME_OCCUPANCY));
out:
	return nerr_pass(err);
}

NEOERR *reservation_close(struct db *db, struct reservation_row *r,
	const struct reservation_ending *e)
{
	const char *why = e->why ? e->why : "";
	int64_t now = clock_now();
	NEOERR *err;

	if (!reservation_is_open(r))
		return nerr_raise(ERR_STALE, "reservation %s is over already", r->no);
	TRY(db_exec(db, &reservation_closed,
		ARGS(STR(choice_name(&reservation_state_choices, e->state)),
			STR(choice_name(&booking_fee_choices,
				e->keep ? BOOKING_FEE_KEPT : BOOKING_FEE_RETURNED)),
			TIME(e->at), TIME(now), STR(choice_name(&reservation_end_choices, e->by)),
			I64(e->occupancy.minutes), MONEY(e->occupancy.fee), STR(why), STR(why), TIME(now),
			IDREF(e->who ? e->who->user_id : 0), I64(r->id)),
		NULL));
	if (r->state == RESERVATION_BOOKED)
		TRY(reservation_untell_pile(db, r));
	TRY(settle(db, r, e));
	r->state = e->state;
out:
	return nerr_pass(err);
}

/* ---- the charge */

NEOERR *reservation_enter(struct db *db, struct reservation_row *r, const struct bay_entry *e,
	bool by_bay)
{
	const char *bay = e->bay ? e->bay : "";
	NEOERR *err;

	TRY(db_exec(db, &reservation_enter_update,
		ARGS(TIME(e->at), I64(by_bay), I64(e->whitelisted || r->whitelisted), STR(bay), STR(bay),
			STR(e->plate ? e->plate : ""), TIME(clock_now()), I64(r->id)),
		NULL));
	if (r->state == RESERVATION_BOOKED)
		TRY(reservation_untell_pile(db, r));
	r->state = RESERVATION_OCCUPYING;
out:
	return nerr_pass(err);
}

NEOERR *reservation_charged(struct db *db, int64_t id, int64_t session_id)
{
	struct reservation_row r;
	struct bay_entry e = { .at = clock_now() };
	NEOERR *err;

	TRY(reservation_lock(db, id, &r));
	if (!reservation_is_open(&r))                    /* run out or given up in the same moment */
		return STATUS_OK;
	TRY(db_exec(db, &reservation_link, ARGS(I64(id), I64(session_id)), NULL));
	if (r.state == RESERVATION_BOOKED)
		TRY(reservation_enter(db, &r, &e, false));
out:
	return nerr_pass(err);
}

NEOERR *reservation_charge_over(struct db *db, int64_t id, int64_t at, bool charged)
{
	struct reservation_ending e = { .state = RESERVATION_DONE,
		.by = RESERVATION_BY_CHARGE,
		.keep = true,
		.at = at };
	struct reservation_row r;
	NEOERR *err;

	TRY(reservation_lock(db, id, &r));
	if (!reservation_is_open(&r) || r.by_bay)
		return STATUS_OK;
	if (charged)
		TRY(reservation_close(db, &r, &e));
	else
		TRY(db_exec(db, &reservation_again, ARGS(TIME(clock_now()), I64(id)), NULL));
out:
	return nerr_pass(err);
}
