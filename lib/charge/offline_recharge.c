/* offline_recharge.c - recharges agreed outside, from order to settlement.
 * Owns table offline_recharge. Serves offline_recharge.h. */
#include "charge/offline_recharge.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/ledger.h"
#include "charge/payment_internal.h"

SQL(offline_recharge_insert,
	"insert into offline_recharge (no, provider_id, member_id, way, amount, actual, operator, note,"
	" created_at, created_by, updated_at, updated_by) select ?, provider_id, id, ?, ?, ?, ?, ?, ?,"
	" ?, ?, ? from member where id = ?");
SQL(offline_recharge_lock,
	"select provider_id, member_id, actual, way = 'booked', no, note from offline_recharge where"
	" id = ? and state = 'pending' for update");
SQL(offline_recharge_done,
	"update offline_recharge set state = 'settled', settled_at = ?, operator = ?, updated_at = ?,"
	" updated_by = ?, version = version + 1 where id = ?");

NEOERR *offline_recharge_order(struct db *db, const struct offline_wish *w, int64_t *id)
{
	int64_t now = clock_now();
	char no[CHANNEL_NO];
	NEOERR *err;

	TRY(payment_new_no('C', no));
	TRY(db_insert(db, &offline_recharge_insert,
		ARGS(STR(no), STR(w->way), MONEY(w->amount), MONEY(w->amount), STR(w->operator),
			STR(w->note), TIME(now), IDREF(w->by), TIME(now), IDREF(w->by), I64(w->member_id)),
		id));
out:
	return nerr_pass(err);
}

struct order {
	int64_t provider_id, member_id, actual;
	bool booked;
	char no[CHANNEL_NO], note[601];
};

static NEOERR *take(const struct row *r, void *ctx)
{
	struct order *o = ctx;

	*o = (struct order){ .provider_id = row_i64(r, 0), .member_id = row_i64(r, 1),
		.actual = row_money(r, 2), .booked = row_i64(r, 3) != 0 };
	text_copy(o->no, sizeof(o->no), row_str(r, 4));
	text_copy(o->note, sizeof(o->note), row_str(r, 5));
	o->note[text_cut(o->note, 199)] = '\0';
	return STATUS_OK;
}

NEOERR *offline_recharge_settle(struct db *db, int64_t id, int64_t by, const char *operator,
	bool *enough)
{
	struct purse_balance b;
	struct order o;
	char key[60];
	struct journal j = { .kind = JOURNAL_RECHARGE, .dedupe_key = key, .operator = operator,
		.by = by };
	bool fresh;
	NEOERR *err;

	TRY(db_get(db, &offline_recharge_lock, ARGS(I64(id)), take, &o));
	snprintf(key, sizeof(key), "offline:%s", o.no);
	j.provider_id = o.provider_id;
	j.member_id = o.member_id;
	j.note = *o.note ? o.note : o.no;
	j.booked = o.booked;
	j.purse = (struct purse){ OWNER_MEMBER, o.member_id };
	TRY(purse_lock(db, j.purse, &b));
	*enough = o.actual >= 0 || b.cash >= -o.actual;
	if (!*enough)
		return STATUS_OK;
	if (o.actual > 0)
		TRY(purse_recharge(db, &j, o.actual, 0, &fresh));
	if (o.actual < 0) {
		j.kind = JOURNAL_WITHDRAW;
		TRY(purse_withdraw(db, &j, -o.actual, 0, &fresh));
	}
	TRY(db_exec(db, &offline_recharge_done,
		ARGS(TIME(clock_now()), STR(operator), TIME(clock_now()), IDREF(by), I64(id)), NULL));
out:
	return nerr_pass(err);
}
