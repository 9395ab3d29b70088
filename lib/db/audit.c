/* audit.c - writes the log of changes.
 * Owns table audit.
 * Serves every write a person makes, in the same tx. */
#include "base/clock.h"
#include "base/text.h"
#include "db/audit.h"

#define VALUE_CHARS 2000                 /* audit.old_value, audit.new_value */

SQL(audit_insert, "insert into audit (at, user_id, member_id, actor, resource, record_id, action, field,"
	" old_value, new_value, ip, request_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

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

NEOERR *audit_add(struct db *db, const struct actor *who, const char *resource, int64_t record_id,
	const char *action, const char *field, const char *old_value, const char *new_value)
{
	static const struct actor nobody;

	if (!who)
		who = &nobody;
	return nerr_pass(db_exec(db, &audit_insert, ARGS(TIME(clock_now()), IDREF(who->user_id), IDREF(who->member_id),
		STR(who->name ? who->name : "system"), STR(resource), I64(record_id), STR(action), STR(or_empty(field)),
		cut(old_value), cut(new_value), STR(or_empty(who->ip)), STR(or_empty(who->request_id))), NULL));
}
