/* fleet.c - who belongs to a fleet, who administers it, and how much each may still use of its
 * wallet.
 * Owns table fleet_member. Serves fleet.h. */
#include "charge/fleet.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"

SQL(fleet_right_select,
	"select f.status = 'enabled', f.provider_id, f.credit, m.day_times, m.month_times,"
	" m.day_amount, m.month_amount from fleet_member m join fleet f on f.id = m.fleet_id and"
	" f.deleted = 0 where m.fleet_id = ? and m.member_id = ? and m.deleted = 0");
#define SINCE_DAY "requested_at >= ?"
SQL(fleet_used_select,
	"select coalesce(sum(" SINCE_DAY "), 0), count(*), coalesce(sum(if(" SINCE_DAY ", amount"
	" - refunded, 0)), 0), coalesce(sum(amount - refunded), 0) from session where fleet_id = ? and"
	" member_id = ? and requested_at >= ? and pay_kind = 'fleet' and state <> 'failed' and"
	" plan_id is null and id <> ?");
#define MONEY_OF(word) \
	"coalesce((select a.balance from account a where a.owner_kind = 'fleet' and a.owner_id ="   \
	" f.id and a.kind = '" word "'), 0)"
SQL(fleet_of_member,
	"select f.id, f.name, " MONEY_OF("cash") ", " MONEY_OF("gift") ", f.credit from fleet_member m"
	" join fleet f on f.id = m.fleet_id where m.member_id = ? and m.deleted = 0 and f.deleted = 0"
	" and f.status = 'enabled' and f.provider_id = ? order by f.id limit 20");
SQL(fleet_member_find,
	"select id from fleet_member where fleet_id = ? and member_id = ? and deleted = 0");
SQL(fleet_member_insert,
	"insert into fleet_member (fleet_id, member_id, created_at, created_by, updated_at, updated_by)"
	" values (?, ?, ?, ?, ?, ?)");
SQL(fleet_member_delete,
	"update fleet_member set deleted = id, updated_at = ?, updated_by = ?, version = version + 1"
	" where id = ? and deleted = 0");
SQL(fleet_admin_gone,
	"update fleet set admin_id = null, updated_at = ?, updated_by = ?, version = version + 1 where"
	" id = (select fleet_id from fleet_member where id = ?) and admin_id = (select member_id from"
	" fleet_member where id = ?)");
SQL(fleet_admin_write,
	"update fleet set admin_id = ?, confirm_hash = if(admin_id <=> ?, confirm_hash, ''),"
	" updated_at = ?, updated_by = ?, version = version + 1 where id = ?");
SQL(fleet_admin_is,
	"select 1 from fleet f join fleet_member m on m.fleet_id = f.id and m.member_id = f.admin_id"
	" and m.deleted = 0 where f.id = ? and f.admin_id = ? and f.deleted = 0 and f.status ="
	" 'enabled'");
SQL(fleet_confirm_write, "update fleet set confirm_hash = ? where id = ?");

static NEOERR *take_right(const struct row *r, void *ctx)
{
	struct fleet_right *f = ctx;

	f->enabled = row_i64(r, 0) != 0;
	f->provider_id = row_i64(r, 1);
	f->credit = row_money(r, 2);
	f->day_times = row_i64(r, 3);
	f->month_times = row_i64(r, 4);
	f->day_amount = row_money(r, 5);
	f->month_amount = row_money(r, 6);
	return STATUS_OK;
}

static NEOERR *take_used(const struct row *r, void *ctx)
{
	struct fleet_right *f = ctx;

	f->used_day_times = row_i64(r, 0);
	f->used_month_times = row_i64(r, 1);
	f->used_day = row_money(r, 2);
	f->used_month = row_money(r, 3);
	return STATUS_OK;
}

static int64_t month_start(int64_t now)
{
	struct civil c;

	clock_civil(now, &c);
	return clock_day_start(now) - (int64_t)(c.day - 1) * DAY_SECONDS;
}

NEOERR *fleet_right(struct db *db, int64_t fleet_id, int64_t member_id, int64_t except_session,
	struct fleet_right *out)
{
	int64_t now = clock_now(), day = clock_day_start(now);
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	TRY(db_find(db, &fleet_right_select, ARGS(I64(fleet_id), I64(member_id)), take_right, out,
		&out->found));
	if (out->day_times || out->month_times || out->day_amount || out->month_amount)
		TRY(db_get(db, &fleet_used_select,
			ARGS(TIME(day), TIME(day), I64(fleet_id), I64(member_id), TIME(month_start(now)),
				I64(except_session)),
			take_used, out));
out:
	return nerr_pass(err);
}

int64_t fleet_right_left(const struct fleet_right *r)
{
	int64_t day = r->day_amount ? r->day_amount - r->used_day : INT64_MAX;
	int64_t month = r->month_amount ? r->month_amount - r->used_month : INT64_MAX;
	int64_t left = day < month ? day : month;

	return left > 0 ? left : 0;
}

void fleet_right_unlimited(struct fleet_right *r)
{
	r->day_times = r->month_times = r->day_amount = r->month_amount = 0;
}

enum start_refusal fleet_right_judge(const struct fleet_right *r, int64_t provider_id)
{
	if (!r->found)
		return REFUSED_FLEET_UNKNOWN;
	if (!r->enabled)
		return REFUSED_FLEET_CLOSED;
	if (r->provider_id != provider_id)
		return REFUSED_FLEET_NOT_HERE;
	if ((r->day_times && r->used_day_times >= r->day_times) ||
		(r->month_times && r->used_month_times >= r->month_times))
		return REFUSED_FLEET_TIMES;
	return fleet_right_left(r) > 0 ? START_ACCEPTED : REFUSED_FLEET_AMOUNT;
}

struct listing { fleet_fn fn; void *ctx; };

static NEOERR *take_view(const struct row *r, void *ctx)
{
	const struct listing *l = ctx;
	struct purse_balance b = { .cash = row_money(r, 2), .gift = row_money(r, 3) };
	struct fleet_view f = { .id = row_i64(r, 0), .free = purse_free_with(&b, row_money(r, 4)) };

	text_copy(f.name, sizeof(f.name), row_str(r, 1));
	return nerr_pass(l->fn(&f, l->ctx));
}

NEOERR *fleet_each_of_member(struct db *db, int64_t member_id, int64_t provider_id, fleet_fn fn,
	void *ctx)
{
	struct listing l = { fn, ctx };

	return nerr_pass(
		db_query(db, &fleet_of_member, ARGS(I64(member_id), I64(provider_id)), take_view, &l));
}

NEOERR *fleet_member_add(struct db *db, int64_t fleet_id, int64_t member_id, int64_t by,
	int64_t *id)
{
	int64_t now = clock_now();
	NEOERR *err;

	*id = 0;
	TRY(db_i64(db, &fleet_member_find, ARGS(I64(fleet_id), I64(member_id)), id));
	if (!*id)
		TRY(db_insert(db, &fleet_member_insert,
			ARGS(I64(fleet_id), I64(member_id), TIME(now), IDREF(by), TIME(now), IDREF(by)), id));
out:
	return nerr_pass(err);
}

NEOERR *fleet_member_leaves(struct db *db, int64_t row_id, int64_t by)
{
	return nerr_pass(db_exec(db, &fleet_admin_gone,
		ARGS(TIME(clock_now()), IDREF(by), I64(row_id), I64(row_id)), NULL));
}

NEOERR *fleet_member_remove(struct db *db, int64_t row_id, int64_t by)
{
	NEOERR *err;

	TRY(fleet_member_leaves(db, row_id, by));
	TRY(db_exec(db, &fleet_member_delete, ARGS(TIME(clock_now()), IDREF(by), I64(row_id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *fleet_set_admin(struct db *db, int64_t fleet_id, int64_t member_id, int64_t by, bool *fits)
{
	int64_t row = 0;
	NEOERR *err = STATUS_OK;

	*fits = true;
	if (member_id)
		TRY(db_i64(db, &fleet_member_find, ARGS(I64(fleet_id), I64(member_id)), &row));
	if (member_id && !row)
		*fits = false;
	else
		TRY(db_exec(db, &fleet_admin_write, ARGS(IDREF(member_id), IDREF(member_id),
			TIME(clock_now()), IDREF(by), I64(fleet_id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *fleet_administered(struct db *db, int64_t fleet_id, int64_t member_id)
{
	int64_t is = 0;
	NEOERR *err = db_i64(db, &fleet_admin_is, ARGS(I64(fleet_id), I64(member_id)), &is);

	if (err == STATUS_OK && !is)
		err = nerr_raise(ERR_NOT_FOUND, "member %lld does not administer fleet %lld",
			(long long)member_id, (long long)fleet_id);
	return nerr_pass(err);
}

NEOERR *fleet_set_confirm(struct db *db, int64_t fleet_id, const char *password)
{
	char hash[PASSWORD_HASH];
	NEOERR *err;

	TRY(password_hash(password, hash));
	TRY(db_exec(db, &fleet_confirm_write, ARGS(STR(hash), I64(fleet_id)), NULL));
out:
	return nerr_pass(err);
}
