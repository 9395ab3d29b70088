/* exchange_push.c - what peers are told without asking: starts, progress, ends and orders of their
 * drivers, states of connectors (T/CEC 102 sections 3.3, 3.9, 3.11, 3.13, 3.14).
 * Owns table exchange_told. Serves exchange.h. */
#include "charge/exchange_internal.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/delivery.h"

#define SWEEP_MAX 200
#define ORDER_LINES 400

SQL(exchange_progress_told, "update exchange_session set progress_at = ? where session_id = ?");
SQL(exchange_order_lines,
	"select l.from_at, l.to_at, l.energy, l.energy_price, l.service_price, l.energy_fee,"
	" l.service_fee from cdr_line l where l.cdr_id = (select c.id from cdr c where c.session_id = ?"
	" order by c.revision desc limit 1) and l.kind = 'energy' order by l.position limit 400");
SQL(exchange_order_told,
	"update exchange_session set order_energy = ?, order_amount = ?, confirm_result = null,"
	" confirmed_at = null, dispute = null where session_id = ?");
#define STATUS_NOW "(case coalesce(v.state, 'offline') when 'idle' then 1 when 'plugged' then 2" \
	" when 'starting' then 2 when 'charging' then 3 when 'fault' then 255 else 0 end)"
/* The peer's row is the lock: a second courier goes past it. */
SQL(exchange_sweep_peers,
	"select id from exchange_peer where status = 'enabled' and deleted = 0 and push_status = 1 and"
	" base_url <> '' order by id for update skip locked");
SQL(exchange_sweep_changed,
	"select c.id, c.code, " STATUS_NOW " from exchange_peer p join station s on" EXCHANGE_SHARED
	" join connector c on c.station_id = s.id and c.deleted = 0 and c.status = 'enabled' left join"
	" connector_live v on v.connector_id = c.id left join exchange_told d on d.exchange_peer_id ="
	" p.id and d.connector_id = c.id where p.id = ? and (d.state is null or d.state <> " STATUS_NOW
	") order by c.id limit 200");
SQL(exchange_told_put,
	"insert into exchange_told (exchange_peer_id, connector_id, state, at) values (?, ?, ?, ?)"
	" on duplicate key update state = values(state), at = values(at)");

NEOERR *exchange_send(struct db *db, const struct exchange_peer *p, const char *interface,
	const json_t *content, const char *key)
{
	char url[500], *text;
	NEOERR *err;

	if (!p->enabled || !p->base_url[0])
		return STATUS_OK;
	exchange_url(p, interface, url, sizeof(url));
	text = json_dumps(content,
		JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15));
	if (!text)
		error_die("a JSON value cannot be written");
	err = delivery_add_exchange(db, p->provider_id, p->id, url, interface, text, key);
	free(text);
	return nerr_pass(err);
}

/* ---- a charge */

static void put_head(json_t *o, const struct exchange_figures *f)
{
	put_text(o, "StartChargeSeq", f->seq);
	put_int(o, "StartChargeSeqStat", exchange_state_of(f->state));
	put_text(o, "ConnectorID", f->connector);
}

static void put_started(json_t *o, const struct exchange_figures *f, bool failed)
{
	put_head(o, f);
	put_int(o, "StartChargeSeqStat", failed ? SEQ_ENDED : SEQ_CHARGING);
	put_time(o, "StartTime", f->started_at ? f->started_at : f->requested_at);
	put_text(o, "IdentCode", "");
}

static void put_stopped(json_t *o, const struct exchange_figures *f)
{
	put_head(o, f);
	put_int(o, "SuccStat", 0);
	put_int(o, "FailReason", 0);
}

struct lines { json_t *list; int decimals; };

static NEOERR *take_line(const struct row *r, void *ctx)
{
	struct lines *l = ctx;
	json_t *o = json_object();

	put_time(o, "DetailStartTime", row_time(r, 0));
	put_time(o, "DetailEndTime", row_time(r, 1));
	json_object_set_new(o, "ElecPrice", json_decimal(row_money(r, 3), MONEY_SCALE, 4));
	json_object_set_new(o, "SevicePrice", json_decimal(row_money(r, 4), MONEY_SCALE, 4));
	put_energy(o, "DetailPower", row_energy(r, 2), l->decimals);
	put_money(o, "DetailElecMoney", row_money(r, 5));
	put_money(o, "DetailSeviceMoney", row_money(r, 6));
	json_array_append_new(l->list, o);
	return STATUS_OK;
}

/* Section 3.14: 5 and more are our own. */
static int stop_code(const char *reason)
{
	static const struct { const char *reason; int code; } rows[] = { { "driver", 0 },
		{ "admin", 1 }, { "full", 2 }, { "device", 3 }, { "start_failed", 3 }, { "plug", 4 },
		{ "limit", 5 }, { "balance", 6 }, { "timeout", 7 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (text_eq(rows[i].reason, reason))
			return rows[i].code;
	return 99;
}

/* The total is in whole fen; the parts are rounded so that they sum to it. */
static NEOERR *put_order(struct db *db, json_t *o, const struct exchange_figures *f)
{
	struct lines l = { json_array(), f->energy_decimals };
	int64_t energy = fixed_round(f->energy_fee, MONEY_FEN, ROUND_HALF_UP);
	NEOERR *err;

	json_object_set_new(o, "ChargeDetails", l.list);
	TRY(db_query(db, &exchange_order_lines, ARGS(I64(f->session_id)), take_line, &l));
	put_text(o, "StartChargeSeq", f->seq);
	put_text(o, "ConnectorID", f->connector);
	put_time(o, "StartTime", f->started_at ? f->started_at : f->requested_at);
	put_time(o, "EndTime", f->ended_at ? f->ended_at : f->requested_at);
	put_energy(o, "TotalPower", f->energy, f->energy_decimals);
	put_money(o, "TotalElecMoney", energy);
	put_money(o, "TotalSeviceMoney", f->amount - energy);
	put_money(o, "TotalMoney", f->amount);
	put_int(o, "StopReason", stop_code(f->stop_reason));
	put_int(o, "SumPeriod", (int64_t)json_array_size(l.list));
out:
	return nerr_pass(err);
}

struct telling { struct db *db; struct exchange_peer peer; struct exchange_figures f; };

static NEOERR *tell(struct telling *t, const char *interface, json_t *content, const char *once)
{
	char key[60];
	NEOERR *err;

	snprintf(key, sizeof(key), "exchange:%lld:%s", (long long)t->f.session_id, once ? once : "");
	err = exchange_send(t->db, &t->peer, interface, content, once ? key : NULL);
	json_decref(content);
	return nerr_pass(err);
}

/* As put_energy() says it. */
static int64_t energy_told(int64_t v, int decimals)
{
	return fixed_round(v, decimals >= 4 ? 1 : decimals == 3 ? 10 : 100, ROUND_HALF_UP);
}

static NEOERR *tell_order(struct telling *t, const char *once)
{
	json_t *o = json_object();
	NEOERR *err = put_order(t->db, o, &t->f);

	if (err != STATUS_OK) {
		json_decref(o);
		return nerr_pass(err);
	}
	TRY(tell(t, "notification_charge_order_info", o, once));
	TRY(db_exec(t->db, &exchange_order_told,
		ARGS(ENERGY(energy_told(t->f.energy, t->f.energy_decimals)), MONEY(t->f.amount),
			I64(t->f.session_id)),
		NULL));
out:
	return nerr_pass(err);
}

static NEOERR *tell_start(struct telling *t, bool failed)
{
	json_t *o = json_object();

	put_started(o, &t->f, failed);
	return nerr_pass(tell(t, "notification_start_charge_result", o, failed ? "failed" : "start"));
}

static NEOERR *tell_end(struct telling *t)
{
	json_t *o = json_object();
	NEOERR *err;

	put_stopped(o, &t->f);
	TRY(tell(t, "notification_stop_charge_result", o, "stop"));
	TRY(tell_order(t, "order"));
out:
	return nerr_pass(err);
}

static NEOERR *tell_progress(struct telling *t)
{
	json_t *o;
	int64_t now = clock_now();
	NEOERR *err;

	if (!t->f.progress_seconds || now - t->f.progress_at < t->f.progress_seconds)
		return STATUS_OK;
	o = json_object();
	exchange_put_status(o, &t->f);
	TRY(tell(t, "notification_equip_charge_status", o, NULL));
	TRY(db_exec(t->db, &exchange_progress_told, ARGS(TIME(now), I64(t->f.session_id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *exchange_session_moved(struct db *db, int64_t session_id, enum exchange_moment moment)
{
	struct telling t = { .db = db };
	bool found = false;
	NEOERR *err;

	TRY(exchange_figures_of(db, session_id, &t.f, &found));
	if (!found)
		return STATUS_OK;
	TRY(exchange_peer_get(db, t.f.peer_id, &t.peer));
	if (moment == EXCHANGE_STARTED || moment == EXCHANGE_FAILED)
		TRY(tell_start(&t, moment == EXCHANGE_FAILED));
	else if (moment == EXCHANGE_PROGRESS)
		TRY(tell_progress(&t));
	else
		TRY(tell_end(&t));
out:
	return nerr_pass(err);
}

NEOERR *exchange_order_again(struct db *db, int64_t session_id)
{
	struct telling t = { .db = db };
	bool found = false;
	NEOERR *err;

	TRY(exchange_figures_of(db, session_id, &t.f, &found));
	if (!found || !text_eq(t.f.state, "finished"))
		return STATUS_OK;
	TRY(exchange_peer_get(db, t.f.peer_id, &t.peer));
	TRY(tell_order(&t, NULL));
out:
	return nerr_pass(err);
}

/* ---- states of connectors */

struct changed { int64_t id; int state; char code[27]; };
struct sweep { int n, peers; int64_t peer[SWEEP_MAX]; struct changed one[SWEEP_MAX]; int told; };

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct sweep *s = ctx;

	if (s->peers < SWEEP_MAX)
		s->peer[s->peers++] = row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *take_changed(const struct row *r, void *ctx)
{
	struct sweep *s = ctx;
	struct changed *c = &s->one[s->n++];

	c->id = row_i64(r, 0);
	text_copy(c->code, sizeof(c->code), row_str(r, 1));
	c->state = (int)row_i64(r, 2);
	return STATUS_OK;
}

static NEOERR *sweep_one(struct db *db, struct sweep *s, const struct exchange_peer *p)
{
	json_t *o;
	NEOERR *err;

	s->n = 0;
	TRY(db_query(db, &exchange_sweep_changed, ARGS(I64(p->id)), take_changed, s));
	for (int i = 0; i < s->n; i++) {
		o = json_pack("{s{sssisisi}}", "ConnectorStatusInfo", "ConnectorID", s->one[i].code,
			"Status", s->one[i].state, "ParkStatus", 0, "LockStatus", 0);
		err = exchange_send(db, p, "notification_stationStatus", o, NULL);
		json_decref(o);
		if (err != STATUS_OK)
			goto out;
		TRY(db_exec(db, &exchange_told_put,
			ARGS(I64(p->id), I64(s->one[i].id), I64(s->one[i].state), TIME(clock_now())), NULL));
	}
	s->told += s->n;
out:
	return nerr_pass(err);
}

static NEOERR *sweep_tx(struct db *db, void *ctx)
{
	struct sweep *s = ctx;
	struct exchange_peer p;
	NEOERR *err;

	s->told = s->peers = 0;
	TRY(db_query(db, &exchange_sweep_peers, NOARGS, take_id, s));
	for (int i = 0; i < s->peers; i++) {
		TRY(exchange_peer_get(db, s->peer[i], &p));
		TRY(sweep_one(db, s, &p));
	}
out:
	return nerr_pass(err);
}

NEOERR *exchange_status_sweep(struct db *db, int *told)
{
	static struct sweep s;
	NEOERR *err = db_tx(db, sweep_tx, &s);

	*told = err == STATUS_OK ? s.told : 0;
	return nerr_pass(err);
}
