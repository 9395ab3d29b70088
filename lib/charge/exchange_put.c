/* exchange_put.c - values of ours as T/CEC 102 says them: numbers, times, states, the figures of a
 * charge.
 * Owns the reading of exchange_session. Serves exchange_internal.h. */
#include "charge/exchange_internal.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"

#define FIGURES "select x.session_id, x.exchange_peer_id, p.provider_id, x.seq, c.code, c.id," \
	" s.requested_at, s.started_at, s.ended_at, s.seen_at, s.energy, s.energy_fee, s.service_fee," \
	" s.amount, s.state, s.stop_reason, coalesce(s.soc, 0), cast(coalesce(v.voltage, 0) * 10 as signed)," \
	" cast(coalesce(v.current, 0) * 10 as signed), coalesce(v.state, 'offline'), x.progress_at," \
	" p.energy_decimals, p.progress_seconds from exchange_session x join session s on s.id =" \
	" x.session_id join exchange_peer p on p.id = x.exchange_peer_id join connector c on c.id =" \
	" s.connector_id left join connector_live v on v.connector_id = c.id"
SQL(exchange_figures_select, FIGURES " where x.session_id = ?");
SQL(exchange_figures_by, FIGURES " where x.exchange_peer_id = ? and x.seq = ?");

void put_text(json_t *o, const char *name, const char *text)
{
	json_object_set_new(o, name, json_string(text));
}

void put_int(json_t *o, const char *name, int64_t v)
{
	json_object_set_new(o, name, json_integer(v));
}

void put_time(json_t *o, const char *name, int64_t t)
{
	char text[CLOCK_TEXT];

	put_text(o, name, clock_format(t, text));
}

void put_money(json_t *o, const char *name, int64_t v)
{
	json_object_set_new(o, name,
		json_decimal(fixed_round(v, MONEY_FEN, ROUND_HALF_UP), MONEY_SCALE, 2));
}

void put_energy(json_t *o, const char *name, int64_t v, int decimals)
{
	int64_t unit = decimals >= 4 ? 1 : decimals == 3 ? 10 : 100;

	json_object_set_new(o, name,
		json_decimal(fixed_round(v, unit, ROUND_HALF_UP), ENERGY_SCALE, decimals));
}

/* Section 3.3. */
int exchange_connector_status(const char *state)
{
	static const struct { const char *state; int status; } rows[] = { { "idle", 1 },
		{ "plugged", 2 }, { "starting", 2 }, { "charging", 3 }, { "fault", 255 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (text_eq(rows[i].state, state))
			return rows[i].status;
	return 0;
}

static NEOERR *take_figures(const struct row *r, void *ctx)
{
	struct exchange_figures *f = ctx;

	*f = (struct exchange_figures){ .session_id = row_i64(r, 0),
		.peer_id = row_i64(r, 1),
		.provider_id = row_i64(r, 2),
		.connector_id = row_i64(r, 5),
		.requested_at = row_time(r, 6),
		.started_at = row_time(r, 7),
		.ended_at = row_time(r, 8),
		.seen_at = row_time(r, 9),
		.energy = row_energy(r, 10),
		.energy_fee = row_money(r, 11),
		.service_fee = row_money(r, 12),
		.amount = row_money(r, 13),
		.soc = row_i64(r, 16),
		.voltage_dv = row_i64(r, 17),
		.current_da = row_i64(r, 18),
		.progress_at = row_time(r, 20),
		.energy_decimals = (int)row_i64(r, 21),
		.progress_seconds = (int)row_i64(r, 22) };
	text_copy(f->seq, sizeof(f->seq), row_str(r, 3));
	text_copy(f->connector, sizeof(f->connector), row_str(r, 4));
	text_copy(f->state, sizeof(f->state), row_str(r, 14));
	text_copy(f->stop_reason, sizeof(f->stop_reason), row_str(r, 15));
	text_copy(f->connector_state, sizeof(f->connector_state), row_str(r, 19));
	return STATUS_OK;
}

NEOERR *exchange_figures_of(struct db *db, int64_t session_id, struct exchange_figures *out,
	bool *found)
{
	return nerr_pass(
		db_find(db, &exchange_figures_select, ARGS(I64(session_id)), take_figures, out, found));
}

NEOERR *exchange_figures_by_seq(struct db *db, int64_t peer_id, const char *seq,
	struct exchange_figures *out, bool *found)
{
	return nerr_pass(db_find(db, &exchange_figures_by, ARGS(I64(peer_id), STR(seq)), take_figures,
		out, found));
}

enum exchange_state exchange_state_of(const char *session_state)
{
	static const struct { const char *state; enum exchange_state as; } rows[] = {
		{ "starting", SEQ_STARTING }, { "charging", SEQ_CHARGING }, { "stopping", SEQ_STOPPING },
		{ "finished", SEQ_ENDED }, { "failed", SEQ_ENDED } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (text_eq(rows[i].state, session_state))
			return rows[i].as;
	return SEQ_UNKNOWN;
}

/* The running fee is not in whole fen: the service fee is what is left of the rounded total. */
void exchange_put_status(json_t *o, const struct exchange_figures *f)
{
	int64_t total = fixed_round(f->amount, MONEY_FEN, ROUND_HALF_UP),
		energy = fixed_round(f->energy_fee, MONEY_FEN, ROUND_HALF_UP);
	int64_t until = f->ended_at ? f->ended_at : f->seen_at;

	put_text(o, "StartChargeSeq", f->seq);
	put_int(o, "StartChargeSeqStat", exchange_state_of(f->state));
	put_text(o, "ConnectorID", f->connector);
	put_int(o, "ConnectorStatus", exchange_connector_status(f->connector_state));
	json_object_set_new(o, "CurrentA", json_decimal(f->current_da, 1, 1));
	json_object_set_new(o, "VoltageA", json_decimal(f->voltage_dv, 1, 1));
	put_int(o, "Soc", f->soc);
	put_time(o, "StartTime", f->started_at ? f->started_at : f->requested_at);
	put_time(o, "EndTime", until ? until : f->requested_at);
	put_energy(o, "TotalPower", f->energy, f->energy_decimals);
	put_money(o, "ElecMoney", energy);
	put_money(o, "SeviceMoney", total - energy);
	put_money(o, "TotalMoney", total);
	put_int(o, "SumPeriod", 0);
}
