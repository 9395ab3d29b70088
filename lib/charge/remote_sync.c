/* remote_sync.c - what other platforms are asked by the clock: their stations, states, charges that
 * fell silent, and what they think of yesterday's orders.
 * Owns the clocks of exchange_peer. Serves remote.h. */
#include "charge/remote_internal.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/exchange_internal.h"

#define STATIONS_EVERY DAY_SECONDS
#define STATES_EVERY 600
#define SILENT 60                            /* seconds nothing was heard of a charge */
#define GIVEN_UP 300                         /* seconds a start may wait for its answer */
#define CHUNK 50
#define PEERS_MAX 200
#define RUNNING_MAX 500
#define LATE_MINUTES 10                      /* after midnight: records of late charges are in */

SQL(sync_peers,
	"select id, coalesce(stations_at <= ?, 1), coalesce(states_at <= ?, 1), coalesce(checked_day <"
	" ?, 1) from exchange_peer where status = 'enabled' and deleted = 0 and base_url <> '' and"
	" their_secrets <> '' order by id for update skip locked");
SQL(sync_stations_at, "update exchange_peer set stations_at = ? where id = ?");
SQL(sync_states_at, "update exchange_peer set states_at = ? where id = ?");
SQL(sync_checked, "update exchange_peer set checked_day = ? where id = ?");
SQL(sync_station_codes, "select code from remote_station where exchange_peer_id = ? order by id");
SQL(sync_silent,
	"select id, exchange_peer_id, seq from remote_session where state in ('starting', 'charging',"
	" 'stopping') and coalesce(seen_at, requested_at) <= ? and (polled_at is null or polled_at <="
	" ?) and requested_at > ? order by id limit 500 for update skip locked");
SQL(sync_polled, "update remote_session set polled_at = ? where id = ?");
SQL(sync_unanswered,
	"select id from remote_session where state = 'starting' and seen_at is null and requested_at <="
	" ? order by id limit 500 for update skip locked");
SQL(sync_orders,
	"select x.seq, s.energy, s.amount from exchange_session x join session s on s.id ="
	" x.session_id where x.exchange_peer_id = ? and s.state = 'finished' and s.anomaly <> 'void'"
	" and s.ended_at >= ? and s.ended_at < ? order by s.ended_at, s.id limit 5000");

struct due { int64_t id; bool stations, states, check; };
struct silent { int64_t id, peer_id; char seq[EXCHANGE_SEQ]; };
struct sync {
	int peers, n;
	struct due due[PEERS_MAX];
	struct silent silent[RUNNING_MAX];
	int64_t asked;
};

static NEOERR *take_due(const struct row *r, void *ctx)
{
	struct sync *s = ctx;

	if (s->peers < PEERS_MAX)
		s->due[s->peers++] = (struct due){ row_i64(r, 0), row_i64(r, 1) != 0, row_i64(r, 2) != 0,
			row_i64(r, 3) != 0 };
	return STATUS_OK;
}

static NEOERR *send(struct db *db, struct sync *s, const struct exchange_peer *p,
	const char *interface, json_t *ask)
{
	NEOERR *err = exchange_send(db, p, interface, ask, NULL);

	json_decref(ask);
	s->asked++;
	return nerr_pass(err);
}

static NEOERR *ask_stations(struct db *db, struct sync *s, const struct exchange_peer *p)
{
	NEOERR *err;

	TRY(send(db, s, p, "query_stations_info",
		json_pack("{sssisi}", "LastQueryTime", "", "PageNo", 1, "PageSize", 50)));
	TRY(db_exec(db, &sync_stations_at, ARGS(TIME(clock_now()), I64(p->id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *take_code(const struct row *r, void *ctx)
{
	json_array_append_new(ctx, json_string(row_str(r, 0)));
	return STATUS_OK;
}

static NEOERR *ask_states(struct db *db, struct sync *s, const struct exchange_peer *p)
{
	json_t *codes = json_array(), *some;
	NEOERR *err;

	TRY(db_query(db, &sync_station_codes, ARGS(I64(p->id)), take_code, codes));
	for (size_t i = 0; i < json_array_size(codes); i += CHUNK) {
		some = json_array();
		for (size_t k = i; k < i + CHUNK && k < json_array_size(codes); k++)
			json_array_append(some, json_array_get(codes, k));
		TRY(send(db, s, p, "query_station_status", json_pack("{so}", "StationIDs", some)));
	}
	TRY(db_exec(db, &sync_states_at, ARGS(TIME(clock_now()), I64(p->id)), NULL));
out:
	json_decref(codes);
	return nerr_pass(err);
}

/* ---- 3.15: yesterday's orders of their drivers at our piles */

struct orders { json_t *list; int decimals; int64_t energy, amount; };

static NEOERR *take_order_row(const struct row *r, void *ctx)
{
	struct orders *o = ctx;
	json_t *one = json_object();

	put_text(one, "StartChargeSeq", row_str(r, 0));
	put_energy(one, "TotalPower", row_energy(r, 1), o->decimals);
	put_money(one, "TotalMoney", row_money(r, 2));
	json_array_append_new(o->list, one);
	o->energy += row_energy(r, 1);
	o->amount += row_money(r, 2);
	return STATUS_OK;
}

static NEOERR *ask_check(struct db *db, struct sync *s, const struct exchange_peer *p)
{
	int64_t today = clock_day_start(clock_now()), day = today - DAY_SECONDS;
	struct orders o = { json_array(), p->energy_decimals, 0, 0 };
	char seq[40];
	json_t *ask = json_object();
	NEOERR *err;

	json_object_set_new(ask, "ChargeOrders", o.list);
	TRY(db_query(db, &sync_orders, ARGS(I64(p->id), TIME(day), TIME(today)), take_order_row, &o));
	snprintf(seq, sizeof(seq), "%.9s%018lld", p->our_operator, (long long)clock_now_ms());
	put_text(ask, "CheckOrderSeq", seq);
	put_time(ask, "StartTime", day);
	put_time(ask, "EndTime", today - 1);
	put_int(ask, "OrderCount", (int64_t)json_array_size(o.list));
	put_energy(ask, "TotalOrderPower", o.energy, p->energy_decimals);
	put_money(ask, "TotalOrderMoney", o.amount);
	if (json_array_size(o.list))
		TRY(send(db, s, p, "check_charge_orders", json_incref(ask)));
	TRY(db_exec(db, &sync_checked, ARGS(DAY(day), I64(p->id)), NULL));
out:
	json_decref(ask);
	return nerr_pass(err);
}

/* ---- charges nothing was heard of */

static NEOERR *take_silent(const struct row *r, void *ctx)
{
	struct sync *s = ctx;
	struct silent *one = &s->silent[s->n++];

	one->id = row_i64(r, 0);
	if (r->n < 3)
		return STATUS_OK;
	one->peer_id = row_i64(r, 1);
	text_copy(one->seq, sizeof(one->seq), row_str(r, 2));
	return STATUS_OK;
}

static NEOERR *ask_silent(struct db *db, struct sync *s)
{
	int64_t now = clock_now();
	struct exchange_peer p;
	NEOERR *err;

	s->n = 0;
	TRY(db_query(db, &sync_silent,
		ARGS(TIME(now - SILENT), TIME(now - SILENT), TIME(now - 7 * DAY_SECONDS)), take_silent, s));
	for (int i = 0; i < s->n; i++) {
		TRY(exchange_peer_get(db, s->silent[i].peer_id, &p));
		TRY(send(db, s, &p, "query_equip_charge_status",
			json_pack("{ss}", "StartChargeSeq", s->silent[i].seq)));
		TRY(db_exec(db, &sync_polled, ARGS(TIME(now), I64(s->silent[i].id)), NULL));
	}
out:
	return nerr_pass(err);
}

/* The money is free again; should an order come after all, it is settled. */
static NEOERR *give_up(struct db *db, struct sync *s)
{
	struct remote_row row;
	NEOERR *err;

	s->n = 0;
	TRY(db_query(db, &sync_unanswered, ARGS(TIME(clock_now() - GIVEN_UP)), take_silent, s));
	for (int i = 0; i < s->n; i++) {
		TRY(remote_lock(db, s->silent[i].id, &row));
		TRY(remote_fail(db, &row, "no answer"));
	}
out:
	return nerr_pass(err);
}

static NEOERR *sync_tx(struct db *db, void *ctx)
{
	struct sync *s = ctx;
	int64_t now = clock_now(), yesterday = clock_day_start(now) - DAY_SECONDS;
	struct exchange_peer p;
	NEOERR *err;

	s->peers = 0;
	s->asked = 0;
	TRY(db_query(db, &sync_peers,
		ARGS(TIME(now - STATIONS_EVERY), TIME(now - STATES_EVERY), DAY(yesterday)), take_due, s));
	for (int i = 0; i < s->peers; i++) {
		TRY(exchange_peer_get(db, s->due[i].id, &p));
		if (s->due[i].stations)
			TRY(ask_stations(db, s, &p));
		if (s->due[i].states)
			TRY(ask_states(db, s, &p));
		if (s->due[i].check && clock_minute_of_day(now) >= LATE_MINUTES)
			TRY(ask_check(db, s, &p));
	}
	TRY(ask_silent(db, s));
	TRY(give_up(db, s));
out:
	return nerr_pass(err);
}

NEOERR *remote_sync(struct db *db, int64_t *asked)
{
	struct sync *s = calloc(1, sizeof(*s));
	NEOERR *err;

	if (!s)
		error_die("out of memory");
	err = db_tx(db, sync_tx, s);
	*asked = s->asked;
	free(s);
	return nerr_pass(err);
}
