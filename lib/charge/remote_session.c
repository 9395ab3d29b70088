/* remote_session.c - our driver's charge at another platform's station: the wish, its money held,
 * what their platform answers and tells.
 * Owns table remote_session until its order comes. Serves remote.h. */
#include "charge/remote_internal.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/ledger.h"
#include "charge/session_internal.h"

#define TOKEN_CHARS 32

SQL(remote_once, "select id from remote_session where once = ?");
SQL(remote_member,
	"select id, provider_id, phone, status, plate from member where id = ? and deleted = 0 for"
	" update");
SQL(remote_place,
	"select c.code, c.state, s.id, s.state, p.id, p.provider_id, p.partner_id from"
	" remote_connector c join remote_station s on s.id = c.remote_station_id join exchange_peer p"
	" on p.id = c.exchange_peer_id and p.status = 'enabled' and p.deleted = 0 and p.base_url <> ''"
	" where c.id = ?");
SQL(remote_busy,
	"select (select count(*) from remote_session where member_id = ? and state in ('starting',"
	" 'charging', 'stopping')) + (select count(*) from session where member_id = ? and state in "
	SESSION_RUNNING " and requested_at > ?)");
SQL(remote_insert,
	"insert into remote_session (exchange_peer_id, provider_id, partner_id, member_id,"
	" remote_station_id, remote_connector_id, phone, plate, once, requested_at) values (?, ?, ?,"
	" ?, ?, ?, ?, ?, ?, ?)");
SQL(remote_insert_money,
	"update remote_session set seq = ?, prepaid = ?, held_cash = ?, held_gift = ? where id = ?");
#define ROW "select r.id, r.provider_id, r.partner_id, r.member_id, r.prepaid, r.held_cash," \
	" r.held_gift, r.started_at, r.requested_at, r.energy, r.energy_fee, r.service_fee, r.amount," \
	" r.order_at, r.seq, c.code, r.state from remote_session r join remote_connector c on c.id =" \
	" r.remote_connector_id"
SQL(remote_row_by_id, ROW " where r.id = ? for update");
SQL(remote_row_by_seq, ROW " where r.exchange_peer_id = ? and r.seq = ? for update");
SQL(remote_state_write, "update remote_session set state = ?, note = ? where id = ?");
SQL(remote_failed,
	"update remote_session set state = 'failed', ended_at = ?, prepaid = 0, held_cash = 0,"
	" held_gift = 0, note = ? where id = ?");
SQL(remote_progress_write,
	"update remote_session set state = if(state = 'starting', 'charging', state), started_at ="
	" coalesce(started_at, ?), seen_at = ?, energy = ?, energy_fee = ?, service_fee = ?, amount ="
	" ?, soc = ? where id = ?");
SQL(remote_started_write,
	"update remote_session set state = 'charging', started_at = ?, seen_at = ? where id = ? and"
	" state = 'starting'");
SQL(remote_peer_of, "select exchange_peer_id from remote_session where id = ?");

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct remote_row *s = ctx;

	*s = (struct remote_row){ .id = row_i64(r, 0),
		.provider_id = row_i64(r, 1),
		.partner_id = row_i64(r, 2),
		.member_id = row_i64(r, 3),
		.prepaid = row_money(r, 4),
		.held_cash = row_money(r, 5),
		.held_gift = row_money(r, 6),
		.started_at = row_time(r, 7),
		.requested_at = row_time(r, 8),
		.energy = row_energy(r, 9),
		.energy_fee = row_money(r, 10),
		.service_fee = row_money(r, 11),
		.amount = row_money(r, 12),
		.order_at = row_time(r, 13) };
	text_copy(s->seq, sizeof(s->seq), row_str(r, 14));
	text_copy(s->connector, sizeof(s->connector), row_str(r, 15));
	text_copy(s->state, sizeof(s->state), row_str(r, 16));
	return STATUS_OK;
}

NEOERR *remote_lock(struct db *db, int64_t id, struct remote_row *out)
{
	return nerr_pass(db_get(db, &remote_row_by_id, ARGS(I64(id)), take_row, out));
}

NEOERR *remote_lock_seq(struct db *db, int64_t peer_id, const char *seq, struct remote_row *out,
	bool *found)
{
	return nerr_pass(
		db_find(db, &remote_row_by_seq, ARGS(I64(peer_id), STR(seq)), take_row, out, found));
}

/* ---- the wish */

struct wishing {
	const struct remote_wish *w;
	struct remote_result *out;
	struct {
		bool found;
		int64_t station_id, station_state, peer_id, provider_id, partner_id;
		char code[27], state[13];
	} at;
	struct {
		bool found;
		int64_t provider_id;
		char phone[21], status[13], plate[13];
	} who;
	int64_t hold;
};

static NEOERR *take_place(const struct row *r, void *ctx)
{
	struct wishing *w = ctx;

	text_copy(w->at.code, sizeof(w->at.code), row_str(r, 0));
	text_copy(w->at.state, sizeof(w->at.state), row_str(r, 1));
	w->at.station_id = row_i64(r, 2);
	w->at.station_state = row_i64(r, 3);
	w->at.peer_id = row_i64(r, 4);
	w->at.provider_id = row_i64(r, 5);
	w->at.partner_id = row_i64(r, 6);
	return STATUS_OK;
}

static NEOERR *take_member(const struct row *r, void *ctx)
{
	struct wishing *w = ctx;

	w->who.provider_id = row_i64(r, 1);
	text_copy(w->who.phone, sizeof(w->who.phone), row_str(r, 2));
	text_copy(w->who.status, sizeof(w->who.status), row_str(r, 3));
	text_copy(w->who.plate, sizeof(w->who.plate), row_str(r, 4));
	return STATUS_OK;
}

/* An idle connector may be tried: whether the car is plugged in the pile knows. */
static enum start_refusal judge_place(const struct wishing *w)
{
	if (!w->at.found || w->at.provider_id != w->who.provider_id)
		return REFUSED_CONNECTOR_UNKNOWN;
	if (w->at.station_state != 50)
		return REFUSED_STATION_DISABLED;
	if (text_eq(w->at.state, "fault"))
		return REFUSED_CONNECTOR_FAULT;
	if (text_eq(w->at.state, "offline"))
		return REFUSED_PILE_OFFLINE;
	return text_eq(w->at.state, "charging") ? REFUSED_CONNECTOR_BUSY : START_ACCEPTED;
}

static enum start_refusal judge_member(const struct wishing *w)
{
	if (!w->who.found)
		return REFUSED_MEMBER_UNKNOWN;
	if (text_eq(w->who.status, "frozen"))
		return REFUSED_MEMBER_FROZEN;
	return text_eq(w->who.status, "enabled") ? judge_place(w) : REFUSED_MEMBER_DISABLED;
}

static NEOERR *judge_money(struct db *db, struct wishing *w, enum start_refusal *refusal)
{
	const struct session_settings *set;
	struct purse_balance b;
	int64_t busy = 0, available;
	NEOERR *err;

	TRY(db_i64(db, &remote_busy,
		ARGS(I64(w->w->member_id), I64(w->w->member_id), TIME(clock_now() - 3 * DAY_SECONDS)),
		&busy));
	TRY(session_settings(db, &set));
	TRY(purse_lock(db, (struct purse){ OWNER_MEMBER, w->w->member_id }, &b));
	available = purse_free(&b);
	w->hold = available < set->prepay_max ? available : set->prepay_max;
	*refusal = busy ? REFUSED_MEMBER_BUSY
		: available <= 0 || available < set->balance_min ? REFUSED_BALANCE_LOW
														 : START_ACCEPTED;
out:
	return nerr_pass(err);
}

/* StartChargeSeq: operator 9, yymmddhhmmss, six digits of the row. */
static void make_seq(const struct exchange_peer *p, int64_t id, char out[EXCHANGE_SEQ + 12])
{
	struct civil c;

	clock_civil(clock_now(), &c);
	snprintf(out, EXCHANGE_SEQ + 12, "%.9s%02u%02u%02u%02u%02u%02u%06u", p->our_operator,
		(unsigned)c.year % 100, (unsigned)c.month % 100, (unsigned)c.day % 100,
		(unsigned)c.hour % 100, (unsigned)c.minute % 100, (unsigned)c.second % 100,
		(unsigned)(id % 1000000));
}

static NEOERR *hold(struct db *db, struct wishing *w, const struct exchange_peer *p,
	const char *seq)
{
	char key[60];
	int64_t cash, gift;
	struct journal j = { .kind = JOURNAL_HOLD,
		.dedupe_key = key,
		.provider_id = p->provider_id,
		.member_id = w->w->member_id,
		.purse = { OWNER_MEMBER, w->w->member_id } };
	NEOERR *err;

	snprintf(key, sizeof(key), "hold:remote:%lld", (long long)w->out->id);
	TRY(purse_hold(db, &j, w->hold, &cash, &gift));
	TRY(db_exec(db, &remote_insert_money,
		ARGS(STR(seq), MONEY(cash + gift), MONEY(cash), MONEY(gift), I64(w->out->id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *begin(struct db *db, struct wishing *w)
{
	char seq[EXCHANGE_SEQ + 12];
	const char *plate = w->w->plate && *w->w->plate ? w->w->plate : w->who.plate;
	struct exchange_peer p;
	json_t *ask = NULL;
	NEOERR *err;

	TRY(exchange_peer_get(db, w->at.peer_id, &p));
	TRY(db_insert(db, &remote_insert,
		ARGS(I64(p.id), I64(p.provider_id), I64(p.partner_id), I64(w->w->member_id),
			I64(w->at.station_id), I64(w->w->connector_id), STR(w->who.phone), STR(plate),
			STR(w->w->once), TIME(clock_now())),
		&w->out->id));
	make_seq(&p, w->out->id, seq);
	TRY(hold(db, w, &p, seq));
	ask = json_pack("{sssssssssssf}", "StartChargeSeq", seq, "ConnectorID", w->at.code, "QRCode",
		w->at.code, "PhoneNum", w->who.phone, "PlateNum", plate, "Balance",
		(double)(w->hold / MONEY_FEN) / 100);
	TRY(exchange_send(db, &p, "query_start_charge", ask, NULL));
out:
	json_decref(ask);
	if (error_is(err, ERR_DUPLICATE)) {              /* the form was posted twice at once */
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "the charge is there already");
	}
	return nerr_pass(err);
}

static NEOERR *start_tx(struct db *db, void *ctx)
{
	struct wishing *w = ctx;
	struct remote_result *out = w->out;
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	TRY(db_find(db, &remote_member, ARGS(I64(w->w->member_id)), take_member, w, &w->who.found));
	if (w->w->once)
		TRY(db_i64(db, &remote_once, ARGS(STR(w->w->once)), &out->id));
	out->repeated = out->id != 0;
	if (out->repeated)
		return STATUS_OK;
	TRY(db_find(db, &remote_place, ARGS(I64(w->w->connector_id)), take_place, w, &w->at.found));
	out->refusal = judge_member(w);
	if (out->refusal == START_ACCEPTED)
		TRY(judge_money(db, w, &out->refusal));
	if (out->refusal == START_ACCEPTED)
		TRY(begin(db, w));
out:
	return nerr_pass(err);
}

NEOERR *remote_start(struct db *db, const struct remote_wish *wish, struct remote_result *out)
{
	struct wishing w = { .w = wish, .out = out };

	if (wish->once && strlen(wish->once) != TOKEN_CHARS)
		return nerr_raise(ERR_INVALID, "a form token has %d characters", TOKEN_CHARS);
	return nerr_pass(db_tx(db, start_tx, &w));
}

/* ---- the stop */

struct stopping { int64_t id; bool asked; };

static NEOERR *ask_stop(struct db *db, const struct remote_row *s, int64_t peer_id)
{
	struct exchange_peer p;
	json_t *ask = json_pack("{ssss}", "StartChargeSeq", s->seq, "ConnectorID", s->connector);
	NEOERR *err;

	TRY(exchange_peer_get(db, peer_id, &p));
	TRY(exchange_send(db, &p, "query_stop_charge", ask, NULL));
	TRY(db_exec(db, &remote_state_write, ARGS(STR("stopping"), STR(""), I64(s->id)), NULL));
out:
	json_decref(ask);
	return nerr_pass(err);
}

static NEOERR *stop_tx(struct db *db, void *ctx)
{
	struct stopping *w = ctx;
	struct remote_row s;
	int64_t peer_id = 0;
	NEOERR *err;

	w->asked = false;
	TRY(remote_lock(db, w->id, &s));
	if (!text_eq(s.state, "starting") && !text_eq(s.state, "charging"))
		return STATUS_OK;
	TRY(db_i64(db, &remote_peer_of, ARGS(I64(w->id)), &peer_id));
	TRY(ask_stop(db, &s, peer_id));
	w->asked = true;
out:
	return nerr_pass(err);
}

NEOERR *remote_stop(struct db *db, int64_t id, bool *asked)
{
	struct stopping w = { id, false };
	NEOERR *err = db_tx(db, stop_tx, &w);

	*asked = w.asked;
	return nerr_pass(err);
}

NEOERR *remote_fail(struct db *db, struct remote_row *s, const char *why)
{
	NEOERR *err;

	TRY(remote_capture(db, s, 0, 0));
	TRY(db_exec(db, &remote_failed, ARGS(TIME(clock_now()), STR(why), I64(s->id)), NULL));
	text_copy(s->state, sizeof(s->state), "failed");
out:
	return nerr_pass(err);
}

/* ---- what is told */

struct telling {
	const struct exchange_peer *peer;
	const json_t *told;
	bool known;
};

static NEOERR *lock_told(struct db *db, struct telling *t, struct remote_row *s)
{
	return nerr_pass(remote_lock_seq(db, t->peer->id, json_text(t->told, "StartChargeSeq", ""), s,
		&t->known));
}

static NEOERR *answered_tx(struct db *db, void *ctx)
{
	struct telling *t = ctx;
	struct remote_row s;
	char why[80];
	NEOERR *err;

	TRY(lock_told(db, t, &s));
	if (!t->known || !text_eq(s.state, "starting") || !json_scaled(t->told, "SuccStat", 0, 0))
		return STATUS_OK;
	snprintf(why, sizeof(why), "FailReason %lld",
		(long long)json_scaled(t->told, "FailReason", 0, 0));
	TRY(remote_fail(db, &s, why));
out:
	return nerr_pass(err);
}

NEOERR *remote_start_answered(struct db *db, const struct exchange_peer *p, const json_t *answer)
{
	struct telling t = { p, answer, false };

	return nerr_pass(db_tx(db, answered_tx, &t));
}

static int64_t time_of(const json_t *o, const char *name, int64_t fallback)
{
	int64_t t;

	return clock_parse(json_text(o, name, ""), &t) ? t : fallback;
}

static NEOERR *started_tx(struct db *db, void *ctx)
{
	struct telling *t = ctx;
	struct remote_row s;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(lock_told(db, t, &s));
	if (!t->known || !text_eq(s.state, "starting"))
		return STATUS_OK;
	if (json_scaled(t->told, "StartChargeSeqStat", 0, 0) == 4)
		TRY(remote_fail(db, &s, "the pile refused"));
	else
		TRY(db_exec(db, &remote_started_write,
			ARGS(TIME(time_of(t->told, "StartTime", now)), TIME(now), I64(s.id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *remote_started(struct db *db, const struct exchange_peer *p, const json_t *told,
	bool *known)
{
	struct telling t = { p, told, false };
	NEOERR *err = db_tx(db, started_tx, &t);

	*known = t.known;
	return nerr_pass(err);
}

/* What is held and nearly used up ends the charge, as at our own piles (P22). */
static NEOERR *check_balance(struct db *db, const struct remote_row *s, int64_t peer_id,
	int64_t amount)
{
	const struct session_settings *set;
	NEOERR *err;

	TRY(session_settings(db, &set));
	if (text_eq(s->state, "charging") && s->prepaid - amount < set->stop_below)
		TRY(ask_stop(db, s, peer_id));
out:
	return nerr_pass(err);
}

static NEOERR *progress_tx(struct db *db, void *ctx)
{
	struct telling *t = ctx;
	int64_t energy = json_scaled(t->told, "TotalPower", ENERGY_SCALE, -1),
		amount = json_scaled(t->told, "TotalMoney", MONEY_SCALE, 0),
		state = json_scaled(t->told, "StartChargeSeqStat", 0, 0);
	struct remote_row s;
	NEOERR *err;

	TRY(lock_told(db, t, &s));
	if (!t->known || text_eq(s.state, "finished") || text_eq(s.state, "failed") || energy < 0 ||
		energy < s.energy || amount < 0 || state == 1)
		return STATUS_OK;
	TRY(db_exec(db, &remote_progress_write,
		ARGS(TIME(time_of(t->told, "StartTime", clock_now())), TIME(clock_now()), ENERGY(energy),
			MONEY(json_scaled(t->told, "ElecMoney", MONEY_SCALE, 0)),
			MONEY(json_scaled(t->told, "SeviceMoney", MONEY_SCALE, 0)), MONEY(amount),
			I64(json_scaled(t->told, "Soc", 0, 0)), I64(s.id)),
		NULL));
	TRY(check_balance(db, &s, t->peer->id, amount));
out:
	return nerr_pass(err);
}

NEOERR *remote_progress(struct db *db, const struct exchange_peer *p, const json_t *told,
	bool *known)
{
	struct telling t = { p, told, false };
	NEOERR *err = db_tx(db, progress_tx, &t);

	*known = t.known;
	return nerr_pass(err);
}
