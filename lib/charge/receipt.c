/* receipt.c - receipts: the window, what is kept and signed, redeeming and revoking.
 * Owns table receipt. Serves receipt.h. */
#include "charge/receipt.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/text.h"
#include "db/setting.h"

#define TOKEN 24
#define TOKEN_BYTES 12

SQL(receipt_order,
	"select s.state, s.anomaly, s.amount - s.refunded, s.ended_at, s.settled_at, st.receipt_on,"
	" s.provider_id, s.property_id, s.station_id, s.no, s.plate, s.energy, s.energy_fee,"
	" s.service_fee, coalesce(s.member_id, 0) from session s join station st on st.id ="
	" s.station_id where s.id = ?");
SQL(receipt_insert,
	"insert into receipt (provider_id, property_id, station_id, session_id, member_id,"
	" session_no, plate, energy, energy_fee, service_fee, amount, ended_at, valid_until,"
	" code, taken_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(receipt_number, "update receipt set no = ? where id = ?");
SQL(receipt_id_of, "select id from receipt where session_id = ?");
#define COLUMNS \
	"select r.id, r.session_id, r.station_id, r.member_id, r.energy, r.energy_fee," \
	" r.service_fee, r.amount, r.ended_at, r.valid_until, r.taken_at, r.used_at, r.revoked_at," \
	" r.prints, r.state, coalesce(r.no, ''), r.session_no, r.plate, st.name, p.name, r.reason," \
	" r.code, s.amount - s.refunded from receipt r join station st on st.id = r.station_id join" \
	" provider p on p.id = r.provider_id join session s on s.id = r.session_id where "
SQL(receipt_select, COLUMNS "r.id = ?");
SQL(receipt_select_code, COLUMNS "r.code = ?");
SQL(receipt_lock, "select state, valid_until from receipt where id = ? for update");
SQL(receipt_move_used,
	"update receipt set state = 'used', used_at = ?, operator = ?, updated_at = ?, updated_by"
	" = ?, version = version + 1 where id = ?");
SQL(receipt_move_revoked,
	"update receipt set state = 'revoked', revoked_at = ?, reason = ?, operator = ?,"
	" updated_at = ?, updated_by = ?, version = version + 1 where id = ?");

const char *receipt_refusal_name(enum receipt_refusal r)
{
	static const char *const names[] = { "fine", "off", "open", "nothing", "late", "gone" };

	return names[r];
}

/* ---- taking ---- */

struct order {
	int64_t paid, ended_at, settled_at, provider_id, property_id, station_id, energy, energy_fee,
		service_fee, member_id;
	bool on, finished, examined;
	char no[41], plate[49];
};

static NEOERR *take_order(const struct row *r, void *ctx)
{
	struct order *o = ctx;

	o->finished = text_eq(row_str(r, 0), "finished");
	o->examined = !text_eq(row_str(r, 1), "none") && !text_eq(row_str(r, 1), "settled");
	o->paid = row_money(r, 2);
	o->ended_at = row_time(r, 3);
	o->settled_at = row_time(r, 4);
	o->on = row_i64(r, 5) != 0;
	o->provider_id = row_i64(r, 6);
	o->property_id = row_i64(r, 7);
	o->station_id = row_i64(r, 8);
	text_copy(o->no, sizeof o->no, row_str(r, 9));
	text_copy(o->plate, sizeof o->plate, row_str(r, 10));
	o->energy = row_energy(r, 11);
	o->energy_fee = row_money(r, 12);
	o->service_fee = row_money(r, 13);
	o->member_id = row_i64(r, 14);
	return STATUS_OK;
}

/* until: the last second at which it may be taken. */
static NEOERR *judge(struct db *db, const struct order *o, int64_t *until,
	enum receipt_refusal *refusal)
{
	int64_t on = 0, hours = 0;
	NEOERR *err;

	TRY(setting_i64(db, "receipt_on", &on));
	TRY(setting_i64(db, "receipt_hours", &hours));
	*until = o->ended_at ? o->ended_at + hours * 3600 : 0;
	*refusal = !on || !o->on                               ? RECEIPT_OFF
		: !o->finished || !o->settled_at || !o->ended_at ||
			o->examined                                    ? RECEIPT_OPEN
		: o->paid <= 0                                     ? RECEIPT_NOTHING
		: clock_now() > *until                             ? RECEIPT_LATE
														   : RECEIPT_FINE;
out:
	return nerr_pass(err);
}

NEOERR *receipt_may(struct db *db, int64_t session_id, int64_t *until,
	enum receipt_refusal *refusal)
{
	struct order o = { .paid = 0 };
	NEOERR *err;

	TRY(db_get(db, &receipt_order, ARGS(I64(session_id)), take_order, &o));
	TRY(judge(db, &o, until, refusal));
out:
	return nerr_pass(err);
}

NEOERR *receipt_of(struct db *db, int64_t session_id, int64_t *id)
{
	return nerr_pass(db_i64(db, &receipt_id_of, ARGS(I64(session_id)), id));
}

struct taking {
	int64_t session_id, member_id, id;
	enum receipt_refusal refusal;
};

static NEOERR *insert(struct db *db, struct taking *t, const struct order *o, int64_t until)
{
	char token[2 * TOKEN_BYTES + 1], day[CLOCK_TEXT], no[25];
	int64_t now = clock_now();
	NEOERR *err;

	TRY(random_hex(token, TOKEN_BYTES));
	TRY(db_insert(db, &receipt_insert,
		ARGS(I64(o->provider_id), I64(o->property_id), I64(o->station_id), I64(t->session_id),
			I64(t->member_id), STR(o->no), STR(o->plate), ENERGY(o->energy),
			MONEY(o->energy_fee), MONEY(o->service_fee), MONEY(o->paid), TIME(o->ended_at),
			TIME(until), STR(token), TIME(now), TIME(now)),
		&t->id));
	clock_format_day(now, day);
	snprintf(no, sizeof no, "RC%.4s%.2s%.2s%06lld", day, day + 5, day + 8, (long long)t->id);
	TRY(db_exec(db, &receipt_number, ARGS(STR(no), I64(t->id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *take_tx(struct db *db, void *ctx)
{
	struct taking *t = ctx;
	struct order o = { .paid = 0 };
	int64_t until;
	NEOERR *err;

	TRY(db_get(db, &receipt_order, ARGS(I64(t->session_id)), take_order, &o));
	if (o.member_id != t->member_id)
		return nerr_raise(ERR_NOT_FOUND, "no session %lld of this driver",
			(long long)t->session_id);
	TRY(receipt_of(db, t->session_id, &t->id));
	t->refusal = RECEIPT_FINE;
	if (t->id)
		return STATUS_OK;
	TRY(judge(db, &o, &until, &t->refusal));
	if (t->refusal == RECEIPT_FINE)
		TRY(insert(db, t, &o, until));
out:
	return nerr_pass(err);
}

NEOERR *receipt_take(struct db *db, int64_t session_id, int64_t member_id, int64_t *id,
	enum receipt_refusal *refusal)
{
	struct taking t = { .session_id = session_id, .member_id = member_id };
	NEOERR *err = db_tx(db, take_tx, &t);

	if (error_is(err, ERR_DUPLICATE)) {              /* two taps at once: the other one's */
		error_drop(err);
		t.refusal = RECEIPT_FINE;
		err = receipt_of(db, session_id, &t.id);
	}
	*id = t.id;
	*refusal = t.refusal;
	return nerr_pass(err);
}

/* ---- what it says, and that it is true ---- */

static NEOERR *take_receipt(const struct row *r, void *ctx)
{
	struct receipt *x = ctx;

	x->id = row_i64(r, 0);
	x->session_id = row_i64(r, 1);
	x->station_id = row_i64(r, 2);
	x->member_id = row_i64(r, 3);
	x->energy = row_energy(r, 4);
	x->energy_fee = row_money(r, 5);
	x->service_fee = row_money(r, 6);
	x->amount = row_money(r, 7);
	x->ended_at = row_time(r, 8);
	x->valid_until = row_time(r, 9);
	x->taken_at = row_time(r, 10);
	x->used_at = row_time(r, 11);
	x->revoked_at = row_time(r, 12);
	x->prints = (int)row_i64(r, 13);
	x->state = (enum receipt_state)choice_value(&receipt_state_choices, row_str(r, 14));
	text_copy(x->no, sizeof x->no, row_str(r, 15));
	text_copy(x->session_no, sizeof x->session_no, row_str(r, 16));
	text_copy(x->plate, sizeof x->plate, row_str(r, 17));
	text_copy(x->station, sizeof x->station, row_str(r, 18));
	text_copy(x->provider, sizeof x->provider, row_str(r, 19));
	text_copy(x->reason, sizeof x->reason, row_str(r, 20));
	text_copy(x->code, sizeof x->code, row_str(r, 21));
	x->paid_now = row_money(r, 22);
	return STATUS_OK;
}

/* Appends the signature of what stands on the paper to the token. */
static NEOERR *sign(struct receipt *r)
{
	char said[200], digest[SHA256_HEX];
	NEOERR *err;

	snprintf(said, sizeof said, "%.24s %s %s %lld %lld %lld %lld %lld", r->code, r->no,
		r->session_no, (long long)r->energy, (long long)r->energy_fee,
		(long long)r->service_fee, (long long)r->amount, (long long)r->ended_at);
	TRY(data_hmac_hex("receipt", said, digest));
	memcpy(r->code + TOKEN, digest, RECEIPT_CODE - 1 - TOKEN);
	r->code[RECEIPT_CODE - 1] = '\0';
out:
	return nerr_pass(err);
}

NEOERR *receipt_get(struct db *db, int64_t id, struct receipt *out)
{
	NEOERR *err;

	memset(out, 0, sizeof *out);
	TRY(db_get(db, &receipt_select, ARGS(I64(id)), take_receipt, out));
	TRY(sign(out));
out:
	return nerr_pass(err);
}

NEOERR *receipt_check(struct db *db, const char *code, struct receipt *out, bool *genuine)
{
	char token[TOKEN + 1];
	bool found = false;
	NEOERR *err = STATUS_OK;

	*genuine = false;
	memset(out, 0, sizeof *out);
	if (strlen(code) != RECEIPT_CODE - 1 || strspn(code, "0123456789abcdef") != RECEIPT_CODE - 1)
		return STATUS_OK;
	text_copy(token, sizeof token, code);
	TRY(db_find(db, &receipt_select_code, ARGS(STR(token)), take_receipt, out, &found));
	if (found) {
		TRY(sign(out));
		*genuine = bytes_equal(out->code, code, RECEIPT_CODE - 1);
	}
out:
	return nerr_pass(err);
}

void receipt_link(const struct receipt *r, char *out, size_t room)
{
	snprintf(out, room, "%s/d/receipt/check/%s", conf.url, r->code);
}

/* ---- redeeming and revoking ---- */

struct locked { enum receipt_state state; int64_t valid_until; };

static NEOERR *take_locked(const struct row *r, void *ctx)
{
	struct locked *l = ctx;

	l->state = (enum receipt_state)choice_value(&receipt_state_choices, row_str(r, 0));
	l->valid_until = row_time(r, 1);
	return STATUS_OK;
}

NEOERR *receipt_use(struct db *db, int64_t id, const struct actor *who,
	enum receipt_refusal *refusal)
{
	struct locked l;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_get(db, &receipt_lock, ARGS(I64(id)), take_locked, &l));
	*refusal = l.state != RECEIPT_TAKEN ? RECEIPT_GONE
		: now > l.valid_until           ? RECEIPT_LATE
										: RECEIPT_FINE;
	if (*refusal == RECEIPT_FINE)
		TRY(db_exec(db, &receipt_move_used,
			ARGS(TIME(now), STR(who->name), TIME(now), IDREF(who->user_id), I64(id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *receipt_revoke(struct db *db, int64_t id, const char *reason, const struct actor *who,
	enum receipt_refusal *refusal)
{
	struct locked l;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_get(db, &receipt_lock, ARGS(I64(id)), take_locked, &l));
	*refusal = l.state == RECEIPT_REVOKED ? RECEIPT_GONE : RECEIPT_FINE;
	if (*refusal == RECEIPT_FINE)
		TRY(db_exec(db, &receipt_move_revoked,
			ARGS(TIME(now), STR(reason), STR(who->name), TIME(now), IDREF(who->user_id),
				I64(id)),
			NULL));
out:
	return nerr_pass(err);
}
