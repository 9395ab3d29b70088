/* exchange_take.c - which rule answers what a peer asks, and what becomes of a peer's answers.
 * Owns the table of interfaces on our side. Serves exchange.h. */
#include "charge/exchange_internal.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/remote.h"

SQL(exchange_order_confirmed,
	"update exchange_session set confirm_result = ?, confirmed_at = ? where exchange_peer_id = ?"
	" and seq = ?");

SQL(exchange_undisputed,
	"update exchange_session set dispute = null where exchange_peer_id = ? and seq = ?");
SQL(exchange_disputed,
	"update exchange_session set dispute = ?, dispute_energy = ?, dispute_amount = ? where"
	" exchange_peer_id = ? and seq = ?");

/* The secret was compared by who opened the envelope: the content is signed with the peer's own
 * key. */
static NEOERR *serve_token(struct exchange_call *c)
{
	const char *operator = json_text(c->ask, "OperatorID", "");
	const char *secret = json_text(c->ask, "OperatorSecret", "");
	const char *ours = c->peer->ours.operator_secret;
	bool known = text_eq(operator, c->peer->their_operator);
	bool fits = known && strlen(secret) == strlen(ours) && bytes_equal(secret, ours, strlen(ours));
	char token[65] = "";
	NEOERR *err = STATUS_OK;

	if (fits)
		TRY(exchange_token_issue(c->db, c->peer->id, token));
	put_text(c->answer, "OperatorID", c->peer->our_operator);
	put_int(c->answer, "SuccStat", fits ? 0 : 1);
	put_text(c->answer, "AccessToken", token);
	put_int(c->answer, "TokenAvailableTime", fits ? EXCHANGE_TOKEN_SECONDS : 0);
	put_int(c->answer, "FailReason", fits ? 0 : known ? 2 : 1);
out:
	return nerr_pass(err);
}

static const struct { const char *name; exchange_fn run; } interfaces[] = {
	{ "query_token", serve_token },
	{ "query_stations_info", serve_stations },
	{ "query_station_status", serve_status },
	{ "query_station_stats", serve_stats },
	{ "query_equip_auth", serve_auth },
	{ "query_equip_business_policy", serve_policy },
	{ "query_start_charge", serve_start },
	{ "query_stop_charge", serve_stop },
	{ "query_equip_charge_status", serve_charge },
	{ "notification_stationStatus", take_state },
	{ "notification_start_charge_result", take_started },
	{ "notification_equip_charge_status", take_progress },
	{ "notification_stop_charge_result", take_stopped },
	{ "notification_charge_order_info", take_order },
	{ "check_charge_orders", take_check },
};

NEOERR *exchange_take(struct db *db, const struct exchange_peer *p, const char *interface,
	const json_t *ask, json_t **answer)
{
	struct exchange_call c = { db, p, ask, json_object() };
	NEOERR *err;

	*answer = NULL;
	for (size_t i = 0; i < sizeof(interfaces) / sizeof(interfaces[0]); i++) {
		if (!text_eq(interfaces[i].name, interface))
			continue;
		err = interfaces[i].run(&c);
		if (err == STATUS_OK)
			*answer = c.answer;
		else
			json_decref(c.answer);
		return nerr_pass(err);
	}
	json_decref(c.answer);
	return nerr_raise(ERR_NOT_FOUND, "%s is not served here", interface);
}

static NEOERR *order_answered(struct db *db, const struct exchange_peer *p, const json_t *ask,
	const json_t *answer)
{
	return nerr_pass(db_exec(db, &exchange_order_confirmed,
		ARGS(I64(json_scaled(answer, "ConfirmResult", 0, 0)), TIME(clock_now()), I64(p->id),
			STR(json_text(ask, "StartChargeSeq", ""))),
		NULL));
}

/* What they dispute of the day that was sent; what they do not is agreed. */
static NEOERR *check_answered(struct db *db, const struct exchange_peer *p, const json_t *ask,
	const json_t *answer)
{
	const json_t *one;
	size_t i;
	NEOERR *err = STATUS_OK;

	json_array_foreach(json_object_get(ask, "ChargeOrders"), i, one)
		TRY(db_exec(db, &exchange_undisputed,
			ARGS(I64(p->id), STR(json_text(one, "StartChargeSeq", ""))), NULL));
	json_array_foreach(json_object_get(answer, "DisputeOrders"), i, one)
		TRY(db_exec(db, &exchange_disputed,
			ARGS(I64(json_scaled(one, "DisputeReason", 0, 1)),
				ENERGY(json_scaled(one, "TotalPower", ENERGY_SCALE, 0)),
				MONEY(json_scaled(one, "TotalMoney", MONEY_SCALE, 0)), I64(p->id),
				STR(json_text(one, "StartChargeSeq", ""))),
			NULL));
out:
	return nerr_pass(err);
}

static NEOERR *stations_answered(struct db *db, const struct exchange_peer *p, const json_t *ask,
	const json_t *answer)
{
	return nerr_pass(remote_stations_take(db, p, ask, answer));
}

static NEOERR *states_answered(struct db *db, const struct exchange_peer *p, const json_t *ask,
	const json_t *answer)
{
	(void)ask;
	return nerr_pass(remote_states_take(db, p, answer));
}

static NEOERR *policy_answered(struct db *db, const struct exchange_peer *p, const json_t *ask,
	const json_t *answer)
{
	(void)ask;
	return nerr_pass(remote_policy_take(db, p, answer));
}

static NEOERR *start_answered(struct db *db, const struct exchange_peer *p, const json_t *ask,
	const json_t *answer)
{
	(void)ask;
	return nerr_pass(remote_start_answered(db, p, answer));
}

static NEOERR *charge_answered(struct db *db, const struct exchange_peer *p, const json_t *ask,
	const json_t *answer)
{
	bool known;

	(void)ask;
	return nerr_pass(remote_progress(db, p, answer, &known));
}

static const struct {
	const char *name;
	NEOERR *(*take)(struct db *db, const struct exchange_peer *p, const json_t *ask,
		const json_t *answer);
} answers[] = {
	{ "notification_charge_order_info", order_answered },
	{ "check_charge_orders", check_answered },
	{ "query_stations_info", stations_answered },
	{ "query_station_status", states_answered },
	{ "query_equip_business_policy", policy_answered },
	{ "query_start_charge", start_answered },
	{ "query_equip_charge_status", charge_answered },
};

NEOERR *exchange_answered(struct db *db, const struct exchange_peer *p, const char *interface,
	const json_t *ask, const json_t *answer)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (text_eq(answers[i].name, interface))
			return nerr_pass(answers[i].take(db, p, ask, answer));
	return STATUS_OK;
}
