/* parking.c - messages of charge providers and gates, each kept once by its sender's number.
 * Owns charge_record, relief, occupancy_record, parking_stay, parking_payment. Serves parking.h. */
#include "charge/parking.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/occupancy.h"

#define PLANS_MAX 64
#define SPANS_MAX 64
#define APP_ID 17                    /* 16 hex digits */

SQL(peer_select,
	"select q.id, q.provider_id, q.kind = 'gate', q.secret, q.sign_digest, q.sign_key,"
	" q.sign_lower, q.sign_empty from parking_peer q join provider p on p.id = q.provider_id"
	" where q.app_id = ? and q.status = 'enabled' and q.deleted = 0 and p.status = 'enabled'"
	" and p.deleted = 0");
SQL(peer_secret,
	"update parking_peer set secret = ?, app_id = coalesce(app_id, ?) where id = ?");
SQL(lot_select,
	"select id, occupancy_free, occupancy_minutes, occupancy_price, coalesce(occupancy_cap, -1)"
	" from parking_lot where provider_id = ? and code = ? and status = 'enabled' and deleted = 0");
SQL(peer_seen, "update parking_peer set last_at = ? where id = ?");

NEOERR *parking_peer_set_secret(struct db *db, int64_t id, char out[FIELD_SECRET])
{
	char app_id[APP_ID], *sealed = NULL;
	NEOERR *err;

	TRY(random_hex(app_id, (APP_ID - 1) / 2));
	TRY(random_hex(out, (FIELD_SECRET - 1) / 2));
	TRY(secret_seal_dup(out, &sealed));
	TRY(db_exec(db, &peer_secret, ARGS(STR(sealed), STR(app_id), I64(id)), NULL));
out:
	free(sealed);
	return nerr_pass(err);
}

static NEOERR *take_peer(const struct row *r, void *ctx)
{
	struct parking_peer *p = ctx;
	int digest = choice_value(&field_digest_choices, row_str(r, 4));
	char *secret = NULL;
	NEOERR *err;

	*p = (struct parking_peer){ .id = row_i64(r, 0),
		.provider_id = row_i64(r, 1),
		.gate = row_i64(r, 2) != 0,
		.sign = { .digest = digest < 0 ? DIGEST_HMAC_SHA256 : (enum field_digest)digest,
			.lower = row_i64(r, 6) != 0,
			.empty = row_i64(r, 7) != 0 } };
	text_copy(p->sign.key, sizeof p->sign.key, row_str(r, 5));
	TRY(secret_open_dup(row_str(r, 3), &secret));
	text_copy(p->sign.secret, sizeof p->sign.secret, secret);
out:
	free(secret);
	return nerr_pass(err);
}

NEOERR *parking_peer_get(struct db *db, const char *app_id, struct parking_peer *out, bool *found)
{
	return nerr_pass(db_find(db, &peer_select, ARGS(STR(app_id)), take_peer, out, found));
}

struct lot { int64_t id; struct occupancy_rate rate; };

static NEOERR *take_lot(const struct row *r, void *ctx)
{
	struct lot *l = ctx;

	l->id = row_i64(r, 0);
	l->rate = (struct occupancy_rate){ row_i64(r, 1), row_i64(r, 2), row_money(r, 3),
		row_money(r, 4) };
	if (l->rate.cap < 0)
		l->rate.cap = -1;
	return STATUS_OK;
}

static NEOERR *find_lot(struct db *db, const struct parking_peer *p, const char *code,
	struct lot *out)
{
	bool found = false;
	NEOERR *err;

	TRY(db_find(db, &lot_select, ARGS(I64(p->provider_id), STR(code)), take_lot, out, &found));
	if (!found)
		return nerr_raise(ERR_NOT_FOUND, "no parking lot %s", code);
	TRY(db_exec(db, &peer_seen, ARGS(TIME(clock_now()), I64(p->id)), NULL));
out:
	return nerr_pass(err);
}

/* ---- charges and their relief ---- */

SQL(charge_insert,
	"insert into charge_record (parking_peer_id, parking_lot_id, order_no, plate, started_at,"
	" received_at) values (?, ?, ?, ?, ?, ?) on duplicate key update id = id");
SQL(charge_lock,
	"select id, parking_lot_id, plate, started_at, ended_at, energy, amount from charge_record"
	" where parking_peer_id = ? and order_no = ? for update");
SQL(charge_end,
	"update charge_record set started_at = ?, ended_at = ?, energy = ?, amount = ?, state = 'ended'"
	" where id = ?");
SQL(plan_select,
	"select id, kind, minutes, amount, min_minutes, min_energy, from_day, to_day from relief_plan"
	" where parking_lot_id = ? and status = 'enabled' and deleted = 0 order by id limit 64");
SQL(relief_insert,
	"insert into relief (charge_record_id, parking_lot_id, relief_plan_id, plate, kind, minutes,"
	" amount, granted_at) values (?, ?, ?, ?, ?, ?, ?, ?)");
SQL(relief_number, "update relief set no = concat('DR', ?, lpad(id, 8, '0')) where id = ?");
SQL(relief_of_charge,
	"select no, kind, minutes, amount from relief where charge_record_id = ?");

struct charge { int64_t id, lot_id, started, ended, energy, amount; char plate[40]; };

static NEOERR *take_charge(const struct row *r, void *ctx)
{
	struct charge *c = ctx;

	*c = (struct charge){ row_i64(r, 0), row_i64(r, 1), row_time(r, 3), row_time(r, 4),
		row_energy(r, 5), row_money(r, 6), "" };
	text_copy(c->plate, sizeof c->plate, row_str(r, 2));
	return STATUS_OK;
}

/* The charge's row, made when it is told for the first time; the number stands for one charge of
 * one plate in one lot. When it began is known for sure with its end. */
static NEOERR *keep_charge(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, struct charge *c)
{
	struct lot lot;
	NEOERR *err;

	TRY(find_lot(db, p, m->lot, &lot));
	TRY(db_exec(db, &charge_insert,
		ARGS(I64(p->id), I64(lot.id), STR(m->order_no), STR(m->plate), TIME(m->from),
			TIME(clock_now())),
		NULL));
	TRY(db_get(db, &charge_lock, ARGS(I64(p->id), STR(m->order_no)), take_charge, c));
	if (c->lot_id != lot.id || !text_eq(c->plate, m->plate))
		return nerr_raise(ERR_DUPLICATE, "order_no %s was told with another lot or plate",
			m->order_no);
out:
	return nerr_pass(err);
}

struct plans { int n; struct relief_plan plan[PLANS_MAX]; };

static NEOERR *take_plan(const struct row *r, void *ctx)
{
	struct plans *p = ctx;
	int kind = choice_value(&relief_kind_choices, row_str(r, 1));

	p->plan[p->n++] = (struct relief_plan){ row_i64(r, 0),
		kind < 0 ? RELIEF_MINUTES : (enum relief_kind)kind, row_i64(r, 2), row_money(r, 3),
		row_i64(r, 4), row_energy(r, 5), row_time(r, 6), row_time(r, 7) };
	return STATUS_OK;
}

static void say_relief(json_t *o, const struct row *r, int at)
{
	char text[FIXED_TEXT];
	bool amount = text_eq(row_str(r, at + 1), "amount");

	json_object_set_new(o, "relief_no", json_string(row_str(r, at)));
	json_object_set_new(o, "kind", json_string(row_str(r, at + 1)));
	if (amount)
		json_object_set_new(o, "amount",
			json_string(fixed_format(row_money(r, at + 3), MONEY_SCALE, 2, text)));
	else
		json_object_set_new(o, "minutes", json_integer(row_i64(r, at + 2)));
}

static NEOERR *put_relief(const struct row *r, void *ctx)
{
	say_relief(ctx, r, 0);
	return STATUS_OK;
}

static NEOERR *grant(struct db *db, const struct charge *c, const struct parking_message *m)
{
	struct plans plans = { 0 };
	const struct relief_plan *plan;
	int64_t id = 0, now = clock_now();
	char day[CLOCK_TEXT], digits[9];
	NEOERR *err;

	TRY(db_query(db, &plan_select, ARGS(I64(c->lot_id)), take_plan, &plans));
	plan = relief_choose(plans.plan, plans.n, c->started, m->to, m->energy);
	if (!plan)
		return STATUS_OK;
	TRY(db_insert(db, &relief_insert,
		ARGS(I64(c->id), I64(c->lot_id), I64(plan->id), STR(c->plate),
			STR(choice_name(&relief_kind_choices, plan->kind)), I64(plan->minutes),
			MONEY(plan->amount), TIME(now)),
		&id));
	clock_format_day(now, day);
	snprintf(digits, sizeof digits, "%.4s%.2s%.2s", day, day + 5, day + 8);
	TRY(db_exec(db, &relief_number, ARGS(STR(digits), I64(id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *parking_charge_start(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, json_t **data)
{
	struct charge c;

	(void)data;
	return nerr_pass(keep_charge(db, p, m, &c));
}

NEOERR *parking_charge_end(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, json_t **data)
{
	struct charge c;
	bool found;
	NEOERR *err;

	if (m->to < m->from)
		return nerr_raise(ERR_INVALID, "end_time is before start_time");
	TRY(keep_charge(db, p, m, &c));
	if (c.ended && (c.started != m->from || c.ended != m->to || c.energy != m->energy ||
			c.amount != m->amount))
		return nerr_raise(ERR_DUPLICATE, "order_no %s has ended with other figures", m->order_no);
	if (!c.ended) {
		TRY(db_exec(db, &charge_end,
			ARGS(TIME(m->from), TIME(m->to), ENERGY(m->energy), MONEY(m->amount), I64(c.id)),
			NULL));
		c.started = m->from;
		TRY(grant(db, &c, m));
	}
	*data = json_object();
	TRY(db_find(db, &relief_of_charge, ARGS(I64(c.id)), put_relief, *data, &found));
out:
	return nerr_pass(err);
}

/* ---- held bays ---- */

SQL(occupancy_insert,
	"insert into occupancy_record (parking_peer_id, parking_lot_id, booking_no, plate, entered_at,"
	" received_at) values (?, ?, ?, ?, ?, ?) on duplicate key update id = id");
SQL(occupancy_lock,
	"select id, parking_lot_id, plate, entered_at, left_at, state, minutes, fee from"
	" occupancy_record where parking_peer_id = ? and booking_no = ? for update");
SQL(occupancy_end,
	"update occupancy_record set left_at = ?, minutes = ?, fee = ?, state = ? where id = ?");
SQL(occupancy_charges,
	"select started_at, ended_at from charge_record where parking_peer_id = ? and parking_lot_id ="
	" ? and plate = ? and started_at < ? and ended_at > ? order by started_at, ended_at limit 64");
SQL(occupancy_pay,
	"update occupancy_record set paid_at = ? where parking_lot_id = ? and booking_no = ? and state"
	" = 'finished' and paid_at is null");
SQL(occupancy_known,
	"select count(*) from occupancy_record where parking_lot_id = ? and booking_no = ? and state ="
	" 'finished'");

struct held { int64_t id, lot_id, entered, left, minutes, fee; char plate[40], state[13]; };

static NEOERR *take_held(const struct row *r, void *ctx)
{
	struct held *h = ctx;

	*h = (struct held){ row_i64(r, 0), row_i64(r, 1), row_time(r, 3), row_time(r, 4),
		row_i64(r, 6), row_money(r, 7), "", "" };
	text_copy(h->plate, sizeof h->plate, row_str(r, 2));
	text_copy(h->state, sizeof h->state, row_str(r, 5));
	return STATUS_OK;
}

struct spans { int n; struct span span[SPANS_MAX]; };

static NEOERR *take_span(const struct row *r, void *ctx)
{
	struct spans *s = ctx;

	s->span[s->n++] = (struct span){ row_time(r, 0), row_time(r, 1) };
	return STATUS_OK;
}

/* Charging time is no occupancy (R5). */
static NEOERR *end_held(struct db *db, const struct parking_peer *p, const struct lot *lot,
	const struct parking_message *m, struct held *h)
{
	struct spans spans = { 0 };
	bool cancelled = text_eq(m->state, "cancelled");
	NEOERR *err;

	TRY(db_query(db, &occupancy_charges,
		ARGS(I64(p->id), I64(lot->id), STR(h->plate), TIME(m->to), TIME(h->entered)), take_span,
		&spans));
	h->minutes = occupancy_minutes(h->entered, m->to, spans.span, spans.n);
	h->fee = cancelled ? 0 : occupancy_fee(&lot->rate, h->minutes);
	TRY(db_exec(db, &occupancy_end,
		ARGS(TIME(m->to), I64(h->minutes), MONEY(h->fee),
			STR(cancelled ? "cancelled" : "finished"), I64(h->id)),
		NULL));
out:
	return nerr_pass(err);
}

static void say_held(json_t *o, int64_t minutes, int64_t fee)
{
	char text[FIXED_TEXT];

	json_object_set_new(o, "minutes", json_integer(minutes));
	json_object_set_new(o, "fee", json_string(fixed_format(fee, MONEY_SCALE, 2, text)));
}

NEOERR *parking_occupancy(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, json_t **data)
{
	struct lot lot;
	struct held h;
	NEOERR *err;

	if (m->to && m->to < m->from)
		return nerr_raise(ERR_INVALID, "leave_time is before enter_time");
	if (!m->to && *m->state)
		return nerr_raise(ERR_INVALID, "state needs leave_time");
	if (*m->state && !text_eq(m->state, "finished") && !text_eq(m->state, "cancelled"))
		return nerr_raise(ERR_INVALID, "state is finished or cancelled");
	TRY(find_lot(db, p, m->lot, &lot));
	TRY(db_exec(db, &occupancy_insert,
		ARGS(I64(p->id), I64(lot.id), STR(m->no), STR(m->plate), TIME(m->from),
			TIME(clock_now())),
		NULL));
	TRY(db_get(db, &occupancy_lock, ARGS(I64(p->id), STR(m->no)), take_held, &h));
	if (h.lot_id != lot.id || !text_eq(h.plate, m->plate) || h.entered != m->from ||
		(h.left && m->to && h.left != m->to))
		return nerr_raise(ERR_DUPLICATE, "booking_no %s was told with other figures", m->no);
	if (m->to && !h.left)
		TRY(end_held(db, p, &lot, m, &h));
	*data = json_object();
	say_held(*data, h.minutes, h.fee);
out:
	return nerr_pass(err);
}

/* ---- the gate ---- */

SQL(relief_open,
	"select no, kind, minutes, amount from relief where parking_lot_id = ? and plate = ? and state"
	" = 'open' and granted_at >= ? order by id limit 20");
SQL(occupancy_open,
	"select booking_no, minutes, fee from occupancy_record where parking_lot_id = ? and plate = ?"
	" and state = 'finished' and fee > 0 and paid_at is null order by id limit 20");
SQL(relief_lock,
	"select id, state, stay_no from relief where parking_lot_id = ? and no = ? for update");
SQL(relief_used, "update relief set state = 'used', used_at = ?, stay_no = ? where id = ?");
SQL(stay_insert,
	"insert into parking_stay (parking_lot_id, stay_no, plate, gate, entered_at, received_at)"
	" values (?, ?, ?, ?, ?, ?) on duplicate key update id = id");
SQL(stay_left,
	"update parking_stay set left_at = coalesce(left_at, ?), exit_gate = if(exit_gate = '', ?,"
	" exit_gate) where parking_lot_id = ? and stay_no = ? and entered_at <= ?");
SQL(paid_insert,
	"insert into parking_payment (parking_lot_id, payment_no, stay_no, plate, amount, paid_at,"
	" received_at) values (?, ?, ?, ?, ?, ?, ?) on duplicate key update id = id");
SQL(paid_same,
	"select count(*) from parking_payment where parking_lot_id = ? and payment_no = ? and plate ="
	" ? and amount = ?");

static NEOERR *add_relief(const struct row *r, void *ctx)
{
	json_t *o = json_object();

	say_relief(o, r, 0);
	json_array_append_new(ctx, o);
	return STATUS_OK;
}

static NEOERR *add_held(const struct row *r, void *ctx)
{
	json_t *o = json_object();

	json_object_set_new(o, "booking_no", json_string(row_str(r, 0)));
	say_held(o, row_i64(r, 1), row_money(r, 2));
	json_array_append_new(ctx, o);
	return STATUS_OK;
}

NEOERR *parking_query(struct db *db, const struct parking_peer *p, const struct parking_message *m,
	json_t **data)
{
	json_t *reliefs = json_array(), *fees = json_array();
	int64_t since = m->from ? m->from : clock_now() - DAY_SECONDS;
	struct lot lot;
	NEOERR *err;

	*data = json_object();
	json_object_set_new(*data, "reliefs", reliefs);
	json_object_set_new(*data, "occupancy", fees);
	TRY(find_lot(db, p, m->lot, &lot));
	TRY(db_query(db, &relief_open, ARGS(I64(lot.id), STR(m->plate), TIME(since)), add_relief,
		reliefs));
	TRY(db_query(db, &occupancy_open, ARGS(I64(lot.id), STR(m->plate)), add_held, fees));
out:
	return nerr_pass(err);
}

struct use { int64_t id; bool used; char stay_no[41]; };

static NEOERR *take_use(const struct row *r, void *ctx)
{
	struct use *u = ctx;

	u->id = row_i64(r, 0);
	u->used = text_eq(row_str(r, 1), "used");
	text_copy(u->stay_no, sizeof u->stay_no, row_str(r, 2));
	return STATUS_OK;
}

NEOERR *parking_relief_use(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, json_t **data)
{
	struct lot lot;
	struct use u = { 0 };
	bool found = false;
	NEOERR *err;

	(void)data;
	TRY(find_lot(db, p, m->lot, &lot));
	TRY(db_find(db, &relief_lock, ARGS(I64(lot.id), STR(m->no)), take_use, &u, &found));
	if (!found)
		return nerr_raise(ERR_NOT_FOUND, "no relief %s", m->no);
	if (u.used && !text_eq(u.stay_no, m->stay_no))
		return nerr_raise(ERR_DUPLICATE, "relief %s was used for another stay", m->no);
	if (!u.used)
		TRY(db_exec(db, &relief_used, ARGS(TIME(clock_now()), STR(m->stay_no), I64(u.id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *parking_occupancy_paid(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, json_t **data)
{
	int64_t known = 0;
	struct lot lot;
	NEOERR *err;

	(void)data;
	TRY(find_lot(db, p, m->lot, &lot));
	TRY(db_i64(db, &occupancy_known, ARGS(I64(lot.id), STR(m->no)), &known));
	if (!known)
		return nerr_raise(ERR_NOT_FOUND, "no finished occupancy %s", m->no);
	TRY(db_exec(db, &occupancy_pay, ARGS(TIME(clock_now()), I64(lot.id), STR(m->no)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *parking_enter(struct db *db, const struct parking_peer *p, const struct parking_message *m,
	json_t **data)
{
	struct lot lot;
	NEOERR *err;

	(void)data;
	TRY(find_lot(db, p, m->lot, &lot));
	TRY(db_exec(db, &stay_insert,
		ARGS(I64(lot.id), STR(m->stay_no), STR(m->plate), STR(m->gate), TIME(m->from),
			TIME(clock_now())),
		NULL));
out:
	return nerr_pass(err);
}

NEOERR *parking_leave(struct db *db, const struct parking_peer *p, const struct parking_message *m,
	json_t **data)
{
	int64_t left = 0;
	struct lot lot;
	NEOERR *err;

	(void)data;
	TRY(find_lot(db, p, m->lot, &lot));
	TRY(db_exec(db, &stay_left,
		ARGS(TIME(m->to), STR(m->gate), I64(lot.id), STR(m->stay_no), TIME(m->to)), &left));
	if (!left)
		return nerr_raise(ERR_NOT_FOUND, "no stay %s that began before it ends", m->stay_no);
out:
	return nerr_pass(err);
}

NEOERR *parking_paid(struct db *db, const struct parking_peer *p, const struct parking_message *m,
	json_t **data)
{
	int64_t same = 0;
	struct lot lot;
	NEOERR *err;

	(void)data;
	TRY(find_lot(db, p, m->lot, &lot));
	TRY(db_exec(db, &paid_insert,
		ARGS(I64(lot.id), STR(m->no), STR(m->stay_no), STR(m->plate), MONEY(m->amount),
			TIME(m->from), TIME(clock_now())),
		NULL));
	TRY(db_i64(db, &paid_same, ARGS(I64(lot.id), STR(m->no), STR(m->plate), MONEY(m->amount)),
		&same));
	if (!same)
		return nerr_raise(ERR_DUPLICATE, "payment_no %s was told with other figures", m->no);
out:
	return nerr_pass(err);
}
