/* query.c - statements of the engine: text from the tables' constants, values bound, the asker's
 * scope in each.
 * Owns the growth of struct query. Serves the engine. */
#include <ctype.h>
#include <stdarg.h>

#include "cgi/perm.h"
#include "cgi/resource/engine.h"

#include "base/text.h"

void query_init(struct query *q, struct arena *arena)
{
	memset(q, 0, sizeof *q);
	q->arena = arena;
	buf_init(&q->text, 0);
}

void query_clear(struct query *q)
{
	buf_clear(&q->text);
}

void query_add(struct query *q, const char *sql)
{
	buf_puts(&q->text, sql);
}

void query_addf(struct query *q, const char *fmt, ...)
{
	char line[2000];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= (int)sizeof line)
		error_die("a piece of SQL in a resource table is too long");
	buf_puts(&q->text, line);
}

void query_bind(struct query *q, struct arg a)
{
	struct arg *more;

	if (q->args == q->room) {
		q->room = q->room ? q->room * 2 : 16;
		more = arena_alloc(q->arena, (size_t)q->room * sizeof *more);
		if (q->args)
			memcpy(more, q->arg, (size_t)q->args * sizeof *more);
		q->arg = more;
	}
	q->arg[q->args++] = a;
}

void query_and(struct query *q, const char *condition)
{
	if (condition) {
		query_add(q, " AND (");
		query_add(q, condition);
		query_add(q, ")");
	}
}

void query_append(struct query *q, struct query *part)
{
	query_add(q, buf_str(&part->text));
	for (int i = 0; i < part->args; i++)
		query_bind(q, part->arg[i]);
}

NEOERR *query_run(struct db *db, struct query *q, row_fn fn, void *ctx)
{
	return nerr_pass(db_query_text(db, buf_str(&q->text), q->arg, q->args, fn, ctx));
}

const char *resource_table(const struct resource *res)
{
	return res->table ? res->table : res->name;
}

const char *field_sql(struct arena *arena, const struct field *f)
{
	return f->sql ? f->sql : arena_printf(arena, "t.%s", f->name);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

const char *title_sql(struct arena *arena, const struct resource *res, const char *alias)
{
	const char *s = res->title;
	struct buf b;
	char *out;

	buf_init(&b, 0);
	for (; *s; s++) {
		if (s[0] == 't' && s[1] == '.' && (s == res->title || !is_word(s[-1])))
			buf_puts(&b, alias), s++;
		else
			buf_putc(&b, *s);
	}
	out = arena_strdup(arena, buf_str(&b));
	buf_clear(&b);
	return out;
}

bool sql_needs_joins(const char *sql)
{
	const char *start;

	while (*sql) {
		if (!isalpha((unsigned char)*sql) && *sql != '_') {
			sql++;
			continue;
		}
		for (start = sql; is_word(*sql); sql++)
			;
		if (*sql == '.' && !(sql - start == 1 && *start == 't'))
			return true;
	}
	return false;
}

void query_from(struct query *q, const struct resource *res, bool joins)
{
	query_addf(q, " FROM `%s` t", resource_table(res));
	if (joins && res->joins) {
		query_add(q, " ");
		query_add(q, res->joins);
	}
}

void query_ref_join(struct query *q, const struct field *f)
{
	query_addf(q, " LEFT JOIN `%s` r_%s ON r_%s.id = %s", resource_table(f->ref), f->name, f->name,
		field_sql(q->arena, f));
}

static void add_owner(struct query *q, const char *owner, int64_t id, bool public)
{
	if (owner) {
		query_addf(q, " AND %s = ?", owner);
		query_bind(q, I64(id));
	} else if (!public) {
		query_add(q, " AND 0 = 1");
	}
}

static void add_fleet(struct query *q, const char *owner, int64_t id, bool public)
{
	if (owner) {
		query_addf(q, " AND %s IN (SELECT id FROM fleet WHERE id = ? OR parent_id = ?)", owner);
		query_bind(q, I64(id));
		query_bind(q, I64(id));
	} else if (!public) {
		query_add(q, " AND 0 = 1");
	}
}

static const char *owner_path(const struct who *who, const struct scope *s)
{
	switch (who->kind) {
	case WHO_PROVIDER: return s->system_only ? NULL : s->provider;
	case WHO_PROPERTY: return s->system_only ? NULL : s->property;
	case WHO_FLEET: return s->system_only ? NULL : s->fleet;
	default: return NULL;
	}
}

/* Rows of one person: theirs alone, unless they hold <name>.all and there is a way to the owner
 * for their kind. */
static bool add_person(struct query *q, const struct request *req, const struct resource *res)
{
	const struct scope *s = res->scope;
	bool all = perm_has(&req->who, res->name, "all") &&
		(req->who.kind == WHO_SYSTEM || owner_path(&req->who, s));

	if (!s->user || all)
		return false;
	query_addf(q, " AND %s = ?", s->user);
	query_bind(q, I64(req->who.user_id));
	return true;
}

static void add_scope(struct query *q, const struct request *req, const struct resource *res,
	bool write)
{
	const struct who *who = &req->who;
	const struct scope *s = res->scope;
	bool public = s->public_read && !write && !s->system_only;

	if (who->kind == WHO_NOBODY || who->kind == WHO_MEMBER) {
		query_add(q, " AND 0 = 1");
		return;
	}
	if (add_person(q, req, res))
		return;
	if (who->kind == WHO_PROVIDER)
		add_owner(q, owner_path(who, s), who->provider_id, public);
	else if (who->kind == WHO_PROPERTY)
		add_owner(q, owner_path(who, s), who->property_id, public);
	else if (who->kind == WHO_FLEET)
		add_fleet(q, owner_path(who, s), who->fleet_id, public);
	if (who->by_stations && s->station && !public) {
		query_addf(q, " AND %s IN (SELECT station_id FROM user_station WHERE user_id = ?)",
			s->station);
		query_bind(q, I64(who->user_id));
	}
}

static void add_where(struct query *q, const struct request *req, const struct resource *res,
	const char *own, bool write)
{
	query_add(q, " WHERE 1 = 1");
	if (res->soft)
		query_add(q, " AND t.deleted = 0");
	query_and(q, own);
	add_scope(q, req, res, write);
}

void query_where(struct query *q, const struct request *req, const struct resource *res, bool write)
{
	add_where(q, req, res, res->where, write);
}

void query_where_ref(struct query *q, const struct request *req, const struct resource *ref)
{
	add_where(q, req, ref, ref->twin ? NULL : ref->where, false);
}
