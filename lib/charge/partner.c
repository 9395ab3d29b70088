/* partner.c - partners are found by account and full name together; cycles are calendar ones.
 * Owns the reading of table partner. Serves partner.h. */
#include "charge/partner.h"

#include "base/clock.h"

SQL(partner_named,
	"select p.id from provider p where p.phone = ? and p.name = ? and p.audit_status = 'approved'"
	" and p.status = 'enabled' and p.deleted = 0 order by p.id limit 1");
SQL(partner_pair,
	"select count(*) from partner where low_id = least(?, ?) and high_id = greatest(?, ?)"
	" and deleted = 0 and state <> 'rejected'");

SQL(partner_forget,
	"update partner set deleted = id, updated_at = ? where low_id = least(?, ?) and high_id ="
	" greatest(?, ?) and deleted = 0 and state = 'rejected'");
SQL(partner_insert,
	"insert into partner (provider_id, partner_id, provider_name, partner_name, cycle, bill_day,"
	" note, created_at, created_by, updated_at, updated_by) select p.id, q.id, p.name, q.name, ?,"
	" ?, ?, ?, ?, ?, ? from provider p join provider q where p.id = ? and q.id = ?");

const char *partner_refusal_text(enum partner_refusal r)
{
	static const char *const text[] = { [PARTNER_UNKNOWN] = "error.partner_unknown",
		[PARTNER_SELF] = "error.partner_self", [PARTNER_THERE] = "error.partner_there" };

	return r == PARTNER_OK ? NULL : text[r];
}

NEOERR *partner_find(struct db *db, int64_t provider_id, const char *account, const char *name,
	int64_t *partner_id, enum partner_refusal *refusal)
{
	int64_t there = 0, id = 0;
	NEOERR *err;

	*refusal = PARTNER_UNKNOWN;
	TRY(db_i64(db, &partner_named, ARGS(STR(account), STR(name)), &id));
	if (!id)
		goto out;
	*partner_id = id;
	*refusal = PARTNER_SELF;
	if (id == provider_id)
		goto out;
	TRY(db_i64(db, &partner_pair, ARGS(I64(id), I64(provider_id), I64(id), I64(provider_id)),
		&there));
	*refusal = there ? PARTNER_THERE : PARTNER_OK;
out:
	return nerr_pass(err);
}

NEOERR *partner_ask(struct db *db, int64_t provider_id, int64_t partner_id, const char *cycle,
	int64_t bill_day, const char *note, int64_t by, int64_t *id)
{
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_exec(db, &partner_forget,
		ARGS(TIME(now), I64(provider_id), I64(partner_id), I64(provider_id), I64(partner_id)),
		NULL));
	TRY(db_insert(db, &partner_insert,
		ARGS(STR(cycle), I64(bill_day), STR(note), TIME(now), IDREF(by), TIME(now), IDREF(by),
			I64(provider_id), I64(partner_id)),
		id));
out:
	return nerr_pass(err);
}

bool partner_cycle(bool weekly, int bill_day, int64_t now, int64_t *from, int64_t *to)
{
	int64_t today = clock_day_start(now);
	struct civil c;

	clock_civil(today, &c);
	if (bill_day != (weekly ? c.weekday + 1 : c.day))
		return false;
	*to = today - (weekly ? c.weekday + 1 : c.day) * (int64_t)DAY_SECONDS;
	*from = weekly ? *to - 6 * DAY_SECONDS : clock_add_months(*to + DAY_SECONDS, -1);
	return true;
}
