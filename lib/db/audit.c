/* audit.c - writes the log of changes.
 * Owns table audit.
 * Serves every write a person makes, in the same tx. */
#include "base/clock.h"
#include "base/text.h"
#include "db/audit.h"

#define VALUE_CHARS 2000                 /* audit.old_value, audit.new_value */

SQL(audit_insert,
	"insert into audit (at, user_id, member_id, actor, resource, record_id, action, field,"
	" old_value, new_value, ip, request_id, result) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
	" ?)");

static struct arg cut(const char *value)
{
	if (!value)
		return NULLARG;
	return BLOB(value, text_cut(value, VALUE_CHARS));
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

struct deed {
	const char *resource, *action, *field, *old_value, *new_value, *result;
	int64_t record_id;
};

static NEOERR *add(struct db *db, const struct actor *who, const struct deed *d)
{
	static const struct actor nobody;

	if (!who)
		who = &nobody;
	return nerr_pass(db_exec(db, &audit_insert,
		ARGS(TIME(clock_now()), IDREF(who->user_id), IDREF(who->member_id),
			STR(who->name ? who->name : "system"), STR(d->resource), I64(d->record_id),
			STR(d->action), STR(or_empty(d->field)), cut(d->old_value), cut(d->new_value),
			STR(or_empty(who->ip)), STR(or_empty(who->request_id)), STR(d->result)),
		NULL));
}

NEOERR *audit_add(struct db *db, const struct actor *who, const char *resource, int64_t record_id,
	const char *action, const char *field, const char *old_value, const char *new_value)
{
	const struct deed d = { resource, action, field, old_value, new_value, "done", record_id };

	return nerr_pass(add(db, who, &d));
}

NEOERR *audit_refused(struct db *db, const struct actor *who, const char *resource,
	int64_t record_id, const char *action, const char *result)
{
	const struct deed d = { .resource = resource,
		.action = action,
		.result = result,
		.record_id = record_id };

	return nerr_pass(add(db, who, &d));
}
