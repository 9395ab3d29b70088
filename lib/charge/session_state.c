/* session_state.c - the states of a session and the legal moves between them (O2); the locked row;
 * the timeline.
 * Owns table session_event and the state column. Serves session.h and its sisters. */
#include "charge/session_internal.h"

#include "base/clock.h"
#include "base/text.h"

#define BIT(state) (1u << SESSION_##state)

/* From -> to. A failed start may still become a bill: the pile's record tells that it charged
 * after all (O4, law 6). */
static const unsigned moves[] = {
	[SESSION_STARTING] =
		BIT(CHARGING) | BIT(STOPPING) | BIT(FINISHED) | BIT(FAILED) | BIT(SUSPENDED),
	[SESSION_CHARGING] = BIT(STOPPING) | BIT(FINISHED) | BIT(SUSPENDED),
	[SESSION_STOPPING] = BIT(FINISHED) | BIT(FAILED),
	[SESSION_FINISHED] = 0,
	[SESSION_FAILED] = BIT(FINISHED),
	[SESSION_SUSPENDED] = BIT(CHARGING) | BIT(STOPPING) | BIT(FINISHED) | BIT(FAILED),
};

bool session_may(enum session_state from, enum session_state to)
{
	return (unsigned)from < sizeof(moves) / sizeof(moves[0]) && (moves[from] & (1u << to));
}

bool session_is_over(enum session_state state)
{
	return state == SESSION_FINISHED || state == SESSION_FAILED;
}

#define X(id, name) [REFUSED_##id] = name,
static const char *const refusal_names[] = {
	[START_ACCEPTED] = "accepted",
#include "charge/refusal.h"
};
#undef X

const char *refusal_name(enum start_refusal r)
{
	return refusal_names[r];
}

#define ROW_COLUMNS "select id, no, (select serial from pile where pile.id = session.pile_id), provider_id, station_id, pile_id," \
	" connector_id, member_id, card_id, tariff_version_id, prepaid, limit_kind, limit_value, requested_at, started_at, ended_at," \
	" seen_at, energy, energy_fee, service_fee, amount, coalesce(device_amount, -0.00001), coalesce(soc_start, -1)," \
	" coalesce(soc, -1), state, start_mode, pay_kind, stop_reason, kind = 'ebike', reservation_id," \
	" idle_since is not null or low_since is not null, least_service, fleet_id, plan_id," \
	" price_fleet_id, cast(price_energy * 100 as signed), cast(price_service * 100 as signed) from session"
SQL(session_lock_select, ROW_COLUMNS " where id = ? for update");
SQL(session_lock_select_no, ROW_COLUMNS " where no = ? for update");
SQL(session_event_insert,
	"insert into session_event (session_id, at, kind, detail, actor) values (?, ?, ?, ?, ?)");
SQL(session_state_update,
	"update session set state = ?, stop_reason = ?, updated_at = ?, version = version + 1 where"
	" id = ?");
/* "starting" was our word, not the device's: it goes with the session. */
SQL(connector_live_leave,
	"update connector_live set session_id = null, state = if(state = 'starting', 'plugged', state)"
	" where connector_id = ? and session_id = ?");
SQL(session_view_select,
	"select id, connector_id, pile_id, station_id, member_id, card_id, tariff_version_id,"
	" prepaid, requested_at,"
	" started_at, ended_at, seen_at, energy, energy_fee, service_fee, amount, power,"
	" coalesce(soc, -1), state, no, stop_reason"
	" from session where id = ?");

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct session_row *s = ctx;

	s->id = row_i64(r, 0);
	text_copy(s->no, sizeof(s->no), row_str(r, 1));
	text_copy(s->pile_serial, sizeof(s->pile_serial), row_str(r, 2));
	s->provider_id = row_i64(r, 3);
	s->station_id = row_i64(r, 4);
	s->pile_id = row_i64(r, 5);
	s->connector_id = row_i64(r, 6);
	s->member_id = row_i64(r, 7);
	s->card_id = row_i64(r, 8);
	s->version_id = row_i64(r, 9);
	s->prepaid = row_money(r, 10);
	s->limit_kind = (enum limit_kind)choice_value(&limit_kind_choices, row_str(r, 11));
	s->limit_value = row_i64(r, 12);
	s->requested_at = row_time(r, 13);
	s->started_at = row_time(r, 14);
	s->ended_at = row_time(r, 15);
	s->seen_at = row_time(r, 16);
	s->energy = row_energy(r, 17);
	s->energy_fee = row_money(r, 18);
	s->service_fee = row_money(r, 19);
	s->amount = row_money(r, 20);
	s->device_amount = row_money(r, 21);
	s->soc_start = (int)row_i64(r, 22);
	s->soc = (int)row_i64(r, 23);
	s->state = (enum session_state)choice_value(&session_state_choices, row_str(r, 24));
	s->mode = (enum start_mode)choice_value(&start_mode_choices, row_str(r, 25));
	s->pay = (enum pay_kind)choice_value(&pay_kind_choices, row_str(r, 26));
	s->reason = (enum stop_reason)choice_value(&stop_reason_choices, row_str(r, 27));
	s->bike = row_i64(r, 28);
	s->reservation_id = row_i64(r, 29);
	s->idle = row_i64(r, 30) != 0;
	s->least_service = row_i64(r, 31);
	s->fleet_id = row_i64(r, 32);
	s->plan_id = row_i64(r, 33);
	s->price_fleet_id = row_i64(r, 34);
	s->price = (struct discount){ 0 };
	if (s->price_fleet_id) {
		s->price.percent_energy_fee = (int)row_i64(r, 35);
		s->price.percent_service_fee = (int)row_i64(r, 36);
	}
	return STATUS_OK;
}

NEOERR *session_lock(struct db *db, int64_t id, struct session_row *out)
{
	return nerr_pass(db_get(db, &session_lock_select, ARGS(I64(id)), take_row, out));
}

NEOERR *session_lock_no(struct db *db, const char *no, struct session_row *out, bool *found)
{
	return nerr_pass(db_find(db, &session_lock_select_no, ARGS(STR(no)), take_row, out, found));
}

NEOERR *session_event(struct db *db, int64_t session_id, const char *kind, const char *detail,
	const char *actor)
{
	return nerr_pass(db_exec(db, &session_event_insert,
		ARGS(I64(session_id), TIME(clock_now()), STR(kind), STR(detail ? detail : ""),
			STR(actor ? actor : "")),
		NULL));
}

NEOERR *session_set_state(struct db *db, struct session_row *s, enum session_state to)
{
	if (!session_may(s->state, to))
		return nerr_raise(ERR_INVALID, "session %s cannot go from %s to %s", s->no,
			choice_name(&session_state_choices, s->state), choice_name(&session_state_choices, to));
	s->state = to;
	return nerr_pass(db_exec(db, &session_state_update,
		ARGS(STR(choice_name(&session_state_choices, to)),
			STR(choice_name(&stop_reason_choices, s->reason)), TIME(clock_now()), I64(s->id)),
		NULL));
}

NEOERR *session_leave_connector(struct db *db, const struct session_row *s)
{
	return nerr_pass(
		db_exec(db, &connector_live_leave, ARGS(I64(s->connector_id), I64(s->id)), NULL));
}

struct purse session_purse(const struct session_row *s)
{
	if (s->pay == PAY_CARD)
		return (struct purse){ OWNER_CARD, s->card_id };
	if (s->pay == PAY_FLEET)
		return (struct purse){ OWNER_FLEET, s->fleet_id };
	return (struct purse){ OWNER_MEMBER, s->pay == PAY_WALLET ? s->member_id : 0 };
}

struct journal session_journal(const struct session_row *s, enum journal_kind kind,
	const char *what, char key[SESSION_KEY])
{
	snprintf(key, SESSION_KEY, "%s:%s", what, s->no);
	return (struct journal){ .kind = kind,
		.dedupe_key = key,
		.provider_id = s->provider_id,
		.station_id = s->station_id,
		.member_id = s->member_id,
		.card_id = s->card_id,
		.session_id = s->id,
		.purse = session_purse(s) };
}

static NEOERR *take_view(const struct row *r, void *ctx)
{
	struct session_view *v = ctx;
	int64_t seen_at = row_time(r, 11), until;

	v->id = row_i64(r, 0);
	v->connector_id = row_i64(r, 1);
	v->pile_id = row_i64(r, 2);
	v->station_id = row_i64(r, 3);
	v->member_id = row_i64(r, 4);
	v->card_id = row_i64(r, 5);
	v->version_id = row_i64(r, 6);
	v->prepaid = row_money(r, 7);
	v->requested_at = row_time(r, 8);
	v->started_at = row_time(r, 9);
	v->ended_at = row_time(r, 10);
	v->energy = row_energy(r, 12);
	v->energy_fee = row_money(r, 13);
	v->service_fee = row_money(r, 14);
	v->amount = row_money(r, 15);
	v->power_w = row_money(r, 16) / (MONEY_YUAN / 1000);   /* kW with three decimals */
	v->soc = (int)row_i64(r, 17);
	v->state = (enum session_state)choice_value(&session_state_choices, row_str(r, 18));
	text_copy(v->no, sizeof(v->no), row_str(r, 19));
	text_copy(v->stop_reason, sizeof(v->stop_reason), row_str(r, 20));
	until = v->ended_at ? v->ended_at : v->state == SESSION_SUSPENDED ? seen_at : clock_now();
	v->seconds = v->started_at && until > v->started_at ? until - v->started_at : 0;
	return STATUS_OK;
}

NEOERR *session_get(struct db *db, int64_t session_id, struct session_view *out)
{
	memset(out, 0, sizeof(*out));
	return nerr_pass(db_get(db, &session_view_select, ARGS(I64(session_id)), take_view, out));
}
