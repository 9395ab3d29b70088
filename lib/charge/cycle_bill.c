/* cycle_bill.c - a bill's way from confirmed days to settled money; each step once, under the
 * bill's lock.
 * Owns tables cycle_bill, cycle_bill_number, partner_wallet. Serves cycle_bill.h. */
#include "charge/cycle_bill.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/ledger.h"

/* One draft a pair is open; a disputed bill has a number and is not gathered into. */
SQL(bill_draft,
	"select id from cycle_bill where provider_id = ? and partner_id = ? and state = 'draft' and no"
	" is null and deleted = 0 order by id limit 1 for update");
SQL(bill_insert,
	"insert into cycle_bill (provider_id, partner_id, created_at, created_by, updated_at,"
	" updated_by) values (?, ?, ?, ?, ?, ?)");
#define FREE_DAY \
	" r.direction = 'receivable' and r.confirm_status = 'confirmed' and r.bill_status = 'none'"
/* The days are locked by their reports: two bills at once do not both take one. */
SQL(bill_days_lock,
	"select r.id from daily_report r where r.provider_id = ? and r.partner_id = ? and r.day >= ?"
	" and r.day <= ? and" FREE_DAY " order by r.id for update");
/* Both sides' rows of a day name the bill: first the paying side's, while the other is
 * still free. */
SQL(bill_days_take_payable,
	"update daily_report r join daily_report o on o.day = r.day and o.provider_id = r.partner_id"
	" and o.partner_id = r.provider_id and o.direction = 'payable' set o.bill_status = 'billed',"
	" o.bill_id = ?, o.updated_at = ?, o.version = o.version + 1 where"
	" r.provider_id = ? and r.partner_id = ? and r.day >= ? and r.day <= ? and" FREE_DAY);
SQL(bill_days_take,
	"update daily_report r set r.bill_status = 'billed', r.bill_id = ?, r.updated_at = ?,"
	" r.version = r.version + 1 where"
	" r.provider_id = ? and r.partner_id = ? and r.day >= ? and r.day <= ? and" FREE_DAY);
SQL(bill_days_free,
	"update daily_report set bill_status = 'none', bill_id = null, updated_at = ?, version ="
	" version + 1 where bill_id = ? and (? = 0 or day = ?)");
SQL(bill_day_get,
	"select day, provider_id, partner_id, coalesce(bill_id, 0), direction = 'receivable' from"
	" daily_report where id = ?");
SQL(bill_sum,
	"update cycle_bill b join (select count(*) days, min(day) from_day, max(day) to_day,"
	" coalesce(sum(sessions), 0) sessions, coalesce(sum(energy), 0) energy,"
	" coalesce(sum(energy_fee), 0) energy_fee, coalesce(sum(service_fee), 0) service_fee,"
	" coalesce(sum(amount), 0) amount from daily_report where bill_id = ? and direction ="
	" 'receivable') s set b.days = s.days, b.from_day = s.from_day, b.to_day = s.to_day,"
	" b.sessions = s.sessions, b.energy = s.energy, b.energy_fee = s.energy_fee, b.service_fee ="
	" s.service_fee, b.amount = s.amount, b.updated_at = ?, b.updated_by = ?, b.version ="
	" b.version + 1 where b.id = ?");
SQL(bill_lock,
	"select state, provider_id, partner_id, amount, days, settle_way, coalesce(no, '') from"
	" cycle_bill where id = ? and deleted = 0 for update");
SQL(bill_number_next,
	"insert into cycle_bill_number (series, provider_id, month, last) values (?, ?, ?, 1) on"
	" duplicate key update last = last + 1");
SQL(bill_number_get,
	"select last from cycle_bill_number where series = ? and provider_id = ? and month = ?");
SQL(bill_confirmed,
	"update cycle_bill set state = 'confirmed', no = ?, settle_way = ?, note = ?, confirmed_at = ?,"
	" confirmed_by = ?, updated_at = ?, updated_by = ?, version = version + 1 where id = ?");
SQL(bill_agreed,
	"update cycle_bill set state = 'agreed', answer = ?, agreed_at = ?, agreed_by = ?,"
	" updated_at = ?, updated_by = ?, version = version + 1 where id = ?");
SQL(bill_disputed,
	"update cycle_bill set state = 'draft', answer = ?, confirmed_at = null, confirmed_by = null,"
	" updated_at = ?, updated_by = ?, version = version + 1 where id = ?");
SQL(bill_settled,
	"update cycle_bill set state = 'settled', settled_at = ?, settled_by = ?, updated_at = ?,"
	" updated_by = ?, version = version + 1 where id = ?");
SQL(wallet_insert,
	"insert into partner_wallet (provider_id, partner_id, created_at) values (?, ?, ?) on duplicate"
	" key update created_at = created_at");
SQL(wallet_id, "select id from partner_wallet where provider_id = ? and partner_id = ? for update");
SQL(wallet_balance,
	"select balance from account where owner_kind = 'partner' and owner_id = ? and kind = 'cash'"
	" for update");

struct bill_row {
	enum cycle_bill_state state;
	enum settle_way way;
	int64_t id, provider_id, partner_id, amount, days;
	char no[33];
};

const char *cycle_bill_refusal_text(enum cycle_bill_refusal r)
{
	static const char *const text[] = { [BILL_NO_DAYS] = "error.bill_no_days",
		[BILL_WRONG_STATE] = "error.bill_state", [BILL_EMPTY] = "error.bill_empty",
		[BILL_NO_WALLET] = "error.bill_wallet" };

	return r == BILL_OK ? NULL : text[r];
}

static NEOERR *take_bill(const struct row *r, void *ctx)
{
	struct bill_row *b = ctx;

	b->state = (enum cycle_bill_state)choice_value(&cycle_bill_state_choices, row_str(r, 0));
	b->provider_id = row_i64(r, 1);
	b->partner_id = row_i64(r, 2);
	b->amount = row_money(r, 3);
	b->days = row_i64(r, 4);
	b->way = (enum settle_way)choice_value(&settle_way_choices, row_str(r, 5));
	text_copy(b->no, sizeof(b->no), row_str(r, 6));
	return STATUS_OK;
}

/* The bill under its lock; *refusal BILL_WRONG_STATE unless it is in `state`. */
static NEOERR *lock(struct db *db, int64_t id, enum cycle_bill_state state, struct bill_row *b,
	enum cycle_bill_refusal *refusal)
{
	NEOERR *err;

	*b = (struct bill_row){ .id = id };
	TRY(db_get(db, &bill_lock, ARGS(I64(id)), take_bill, b));
	*refusal = b->state == state ? BILL_OK : BILL_WRONG_STATE;
out:
	return nerr_pass(err);
}

static NEOERR *sum(struct db *db, int64_t id, int64_t by)
{
	return nerr_pass(db_exec(db, &bill_sum, ARGS(I64(id), TIME(clock_now()), IDREF(by), I64(id)),
		NULL));
}

struct making {
	int64_t provider_id, partner_id, from, to, by, id;
	enum cycle_bill_refusal refusal;
};

static NEOERR *count_row(const struct row *r, void *ctx)
{
	(void)r;
	++*(int64_t *)ctx;
	return STATUS_OK;
}

static NEOERR *make(struct db *db, void *ctx)
{
	struct making *m = ctx;
	int64_t now = clock_now(), days = 0;
	NEOERR *err;

	m->refusal = BILL_OK;
	TRY(db_i64(db, &bill_draft, ARGS(I64(m->provider_id), I64(m->partner_id)), &m->id));
	TRY(db_query(db, &bill_days_lock,
		ARGS(I64(m->provider_id), I64(m->partner_id), DAY(m->from), DAY(m->to)), count_row,
		&days));
	if (!days) {
		m->refusal = BILL_NO_DAYS;
		goto out;
	}
	if (!m->id)
		TRY(db_insert(db, &bill_insert,
			ARGS(I64(m->provider_id), I64(m->partner_id), TIME(now), IDREF(m->by), TIME(now),
				IDREF(m->by)),
			&m->id));
	for (int side = 0; side < 2; side++)
		TRY(db_exec(db, side ? &bill_days_take : &bill_days_take_payable,
			ARGS(I64(m->id), TIME(now), I64(m->provider_id), I64(m->partner_id), DAY(m->from),
				DAY(m->to)),
			NULL));
	TRY(sum(db, m->id, m->by));
out:
	return nerr_pass(err);
}

NEOERR *cycle_bill_make(struct db *db, int64_t provider_id, int64_t partner_id, int64_t from,
	int64_t to, int64_t by, int64_t *bill_id, enum cycle_bill_refusal *refusal)
{
	struct making m = { .provider_id = provider_id, .partner_id = partner_id, .from = from,
		.to = to, .by = by };
	NEOERR *err = db_tx(db, make, &m);

	*bill_id = m.id;
	*refusal = m.refusal;
	return nerr_pass(err);
}

struct report_day { int64_t day, provider_id, partner_id, bill_id; bool receivable; };

static NEOERR *take_report_day(const struct row *r, void *ctx)
{
	*(struct report_day *)ctx = (struct report_day){ row_time(r, 0), row_i64(r, 1),
		row_i64(r, 2), row_i64(r, 3), row_i64(r, 4) };
	return STATUS_OK;
}

NEOERR *cycle_bill_add_day(struct db *db, int64_t daily_report_id, int64_t by, int64_t *bill_id,
	enum cycle_bill_refusal *refusal)
{
	struct report_day d;
	NEOERR *err;

	*refusal = BILL_NO_DAYS;
	TRY(db_get(db, &bill_day_get, ARGS(I64(daily_report_id)), take_report_day, &d));
	if (d.receivable)
		TRY(cycle_bill_make(db, d.provider_id, d.partner_id, d.day, d.day, by, bill_id, refusal));
out:
	return nerr_pass(err);
}

static NEOERR *set_free(struct db *db, int64_t bill_id, int64_t day)
{
	return nerr_pass(db_exec(db, &bill_days_free,
		ARGS(TIME(clock_now()), I64(bill_id), I64(day), DAY(day)), NULL));
}

NEOERR *cycle_bill_drop_day(struct db *db, int64_t daily_report_id, int64_t by,
	enum cycle_bill_refusal *refusal)
{
	struct bill_row b;
	struct report_day d;
	NEOERR *err;

	*refusal = BILL_WRONG_STATE;
	TRY(db_get(db, &bill_day_get, ARGS(I64(daily_report_id)), take_report_day, &d));
	if (!d.bill_id || !d.receivable)
		goto out;
	TRY(lock(db, d.bill_id, BILL_STATE_DRAFT, &b, refusal));
	if (*refusal != BILL_OK)
		goto out;
	TRY(set_free(db, d.bill_id, d.day));
	TRY(sum(db, d.bill_id, by));
out:
	return nerr_pass(err);
}

NEOERR *cycle_bill_free(struct db *db, int64_t bill_id, enum cycle_bill_refusal *refusal)
{
	struct bill_row b;
	NEOERR *err;

	TRY(lock(db, bill_id, BILL_STATE_DRAFT, &b, refusal));
	if (*refusal == BILL_OK && *b.no)
		*refusal = BILL_WRONG_STATE;             /* a number that was given stays in the books */
	if (*refusal == BILL_OK)
		TRY(set_free(db, bill_id, 0));
out:
	return nerr_pass(err);
}

NEOERR *cycle_bill_number(struct db *db, char series, int64_t provider_id, char no[33])
{
	const char letter[] = { series, '\0' };
	char month[12];
	struct civil c;
	int64_t last = 0;
	NEOERR *err;

	if (*no)
		return STATUS_OK;
	clock_civil(clock_now(), &c);
	snprintf(month, sizeof(month), "%04d%02d", c.year % 10000, c.month % 100);
	TRY(db_exec(db, &bill_number_next, ARGS(STR(letter), I64(provider_id), STR(month)), NULL));
	TRY(db_i64(db, &bill_number_get, ARGS(STR(letter), I64(provider_id), STR(month)), &last));
	snprintf(no, 33, "%s%06lld-%s-%04lld", letter, (long long)provider_id, month, (long long)last);
out:
	return nerr_pass(err);
}

NEOERR *cycle_bill_confirm(struct db *db, int64_t bill_id, enum settle_way way, int64_t by,
	const char *note, enum cycle_bill_refusal *refusal)
{
	struct bill_row b;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(lock(db, bill_id, BILL_STATE_DRAFT, &b, refusal));
	if (*refusal == BILL_OK && (b.days == 0 || b.amount <= 0))
		*refusal = BILL_EMPTY;
	if (*refusal != BILL_OK)
		goto out;
	TRY(cycle_bill_number(db, 'B', b.provider_id, b.no));
	TRY(db_exec(db, &bill_confirmed,
		ARGS(STR(b.no), STR(choice_name(&settle_way_choices, way)), STR(note ? note : ""),
			TIME(now), IDREF(by), TIME(now), IDREF(by), I64(bill_id)),
		NULL));
out:
	return nerr_pass(err);
}

static NEOERR *set_settled(struct db *db, int64_t bill_id, int64_t by)
{
	int64_t now = clock_now();

	return nerr_pass(db_exec(db, &bill_settled,
		ARGS(TIME(now), IDREF(by), TIME(now), IDREF(by), I64(bill_id)), NULL));
}

static NEOERR *post(struct db *db, const struct bill_row *b, const struct ledger_entry *entry,
	int64_t by)
{
	char key[60];
	bool fresh;
	struct journal j = { .kind = JOURNAL_SETTLE_BILL, .dedupe_key = key,
		.provider_id = b->provider_id, .note = b->no, .by = by };

	snprintf(key, sizeof(key), "bill:%lld", (long long)b->id);
	return nerr_pass(ledger_post(db, &j, entry, 2, &fresh));
}

/* The wallet of `owner` at `holder`, made if there is none. */
static NEOERR *wallet(struct db *db, int64_t owner, int64_t holder, int64_t *id)
{
	NEOERR *err;

	TRY(db_exec(db, &wallet_insert, ARGS(I64(owner), I64(holder), TIME(clock_now())), NULL));
	TRY(db_i64(db, &wallet_id, ARGS(I64(owner), I64(holder)), id));
out:
	return nerr_pass(err);
}

/* amount > 0: kept at the holder instead of paid out; < 0: taken from there. */
static NEOERR *move_prepaid(struct db *db, const struct bill_row *b, int64_t owner,
	int64_t holder, int64_t amount, int64_t by)
{
	int64_t id = 0;
	NEOERR *err;

	TRY(wallet(db, owner, holder, &id));
	TRY(post(db, b,
		(const struct ledger_entry[]){ { OWNER_PARTNER, id, ACCOUNT_CASH, amount },
			{ OWNER_PROVIDER, owner, ACCOUNT_PREPAID, -amount } },
		by));
out:
	return nerr_pass(err);
}

NEOERR *cycle_bill_agree(struct db *db, int64_t bill_id, int64_t by, const char *answer,
	enum cycle_bill_refusal *refusal)
{
	struct bill_row b;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(lock(db, bill_id, BILL_STATE_CONFIRMED, &b, refusal));
	if (*refusal != BILL_OK)
		goto out;
	TRY(db_exec(db, &bill_agreed, ARGS(STR(answer ? answer : ""), TIME(now), IDREF(by), TIME(now),
		IDREF(by), I64(bill_id)), NULL));
	if (b.way != SETTLE_PREPAY)
		goto out;
	TRY(move_prepaid(db, &b, b.provider_id, b.partner_id, b.amount, by));
	TRY(set_settled(db, bill_id, by));
out:
	return nerr_pass(err);
}

NEOERR *cycle_bill_dispute(struct db *db, int64_t bill_id, int64_t by, const char *answer,
	enum cycle_bill_refusal *refusal)
{
	struct bill_row b;
	NEOERR *err;

	TRY(lock(db, bill_id, BILL_STATE_CONFIRMED, &b, refusal));
	if (*refusal == BILL_OK)
		TRY(db_exec(db, &bill_disputed, ARGS(STR(answer ? answer : ""), TIME(clock_now()),
			IDREF(by), I64(bill_id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *take_balance(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_money(r, 0);
	return STATUS_OK;
}

static NEOERR *settle_from_wallet(struct db *db, const struct bill_row *b, int64_t by,
	enum cycle_bill_refusal *refusal)
{
	int64_t id = 0, amount = 0;
	bool found = false;
	NEOERR *err;

	TRY(wallet(db, b->partner_id, b->provider_id, &id));
	TRY(db_find(db, &wallet_balance, ARGS(I64(id)), take_balance, &amount, &found));
	*refusal = amount < b->amount ? BILL_NO_WALLET : BILL_OK;
	if (*refusal == BILL_OK)
		TRY(move_prepaid(db, b, b->partner_id, b->provider_id, -b->amount, by));
out:
	return nerr_pass(err);
}

NEOERR *cycle_bill_settle(struct db *db, int64_t bill_id, bool from_wallet, int64_t by,
	enum cycle_bill_refusal *refusal)
{
	struct bill_row b;
	NEOERR *err;

	TRY(lock(db, bill_id, BILL_STATE_AGREED, &b, refusal));
	if (*refusal != BILL_OK)
		goto out;
	if (from_wallet)
		TRY(settle_from_wallet(db, &b, by, refusal));
	else
		TRY(post(db, &b,
			(const struct ledger_entry[]){
				{ OWNER_PROVIDER, b.provider_id, ACCOUNT_CASH_TAKEN, -b.amount },
				{ OWNER_PROVIDER, b.partner_id, ACCOUNT_CASH_TAKEN, b.amount } },
			by));
	if (*refusal == BILL_OK)
		TRY(set_settled(db, bill_id, by));
out:
	return nerr_pass(err);
}
