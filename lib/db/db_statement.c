/* db_statement.c - prepared statements: a cache per connection, arguments bound by kind.
 * Owns struct statement; least recently used goes first, one in use is never shared.
 * Serves db.c. */
#include "db/db_internal.h"

#include "base/clock.h"

static uint64_t hash_of(const struct sql *sql, const char *text)
{
	uint64_t h = UINT64_C(1469598103934665603);

	if (sql)
		return (uint64_t)(uintptr_t)sql * UINT64_C(11400714819323198485) >> 20;
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return h;
}

static void statement_free(struct statement *s)
{
	if (!s)
		return;
	for (int i = 0; s->buffer && i < s->columns; i++)
		free(s->buffer[i]);
	free(s->buffer);
	free(s->length);
	free(s->null);
	free(s->value);
	free(s->name);
	free(s->in);
	free(s->out);
	free(s->bound);
	free(s->text);
	if (s->stmt)
		mysql_stmt_close(s->stmt);
	free(s);
}

static void lru_remove(struct db *db, struct statement *s)
{
	if (s->newer)
		s->newer->older = s->older;
	else
		db->newest = s->older;
	if (s->older)
		s->older->newer = s->newer;
	else
		db->oldest = s->newer;
	s->newer = s->older = NULL;
}

static void lru_push(struct db *db, struct statement *s)
{
	s->older = db->newest;
	s->newer = NULL;
	if (db->newest)
		db->newest->newer = s;
	else
		db->oldest = s;
	db->newest = s;
}

static void cache_remove(struct db *db, struct statement *s)
{
	struct statement **p = &db->bucket[s->hash % STATEMENT_BUCKETS];

	while (*p != s)
		p = &(*p)->chain;
	*p = s->chain;
	lru_remove(db, s);
	s->cached = false;
	db->cached--;
}

static void cache_add(struct db *db, struct statement *s)
{
	struct statement **p = &db->bucket[s->hash % STATEMENT_BUCKETS];

	s->chain = *p;
	*p = s;
	lru_push(db, s);
	s->cached = true;
	db->cached++;
}

static void cache_make_room(struct db *db)
{
	struct statement *s = db->oldest, *newer;

	for (; s && db->cached >= STATEMENT_CACHE; s = newer) {
		newer = s->newer;
		if (s->busy)
			continue;
		cache_remove(db, s);
		statement_free(s);
	}
}

void statement_drop_all(struct db *db)
{
	struct statement *s = db->oldest, *newer;

	for (; s; s = newer) {
		newer = s->newer;
		cache_remove(db, s);
		if (!s->busy)
			statement_free(s);       /* a busy one is freed by its user */
	}
}

static struct statement *cache_find(struct db *db, uint64_t hash, const struct sql *sql,
	const char *text)
{
	struct statement *s = db->bucket[hash % STATEMENT_BUCKETS];

	for (; s; s = s->chain) {
		if (s->hash != hash || s->sql != sql)
			continue;
		if (sql || strcmp(s->text, text) == 0)
			return s;
	}
	return NULL;
}

static void *need(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		abort();                         /* out of memory: there is nothing to save */
	return p;
}

static void make_columns(struct statement *s)
{
	s->columns = (int)mysql_stmt_field_count(s->stmt);
	s->out = need((size_t)s->columns, sizeof *s->out);
	s->buffer = need((size_t)s->columns, sizeof *s->buffer);
	s->length = need((size_t)s->columns, sizeof *s->length);
	s->null = need((size_t)s->columns, sizeof *s->null);
	s->value = need((size_t)s->columns, sizeof *s->value);
	s->name = need((size_t)s->columns, sizeof *s->name);
	for (int i = 0; i < s->columns; i++) {
		s->buffer[i] = need(1, COLUMN_ROOM);
		s->out[i].buffer_type = MYSQL_TYPE_STRING;
		s->out[i].buffer = s->buffer[i];
		s->out[i].buffer_length = COLUMN_ROOM - 1;
		s->out[i].length = &s->length[i];
		s->out[i].is_null = &s->null[i];
	}
}

static NEOERR *prepare(struct db *db, const char *text, struct statement **out)
{
	struct statement *s = need(1, sizeof *s);
	NEOERR *err;

	s->stmt = mysql_stmt_init(db->my);
	if (!s->stmt)
		abort();
	if (mysql_stmt_prepare(s->stmt, text, strlen(text)) != 0) {
		err = db_fail(db, mysql_stmt_errno(s->stmt), mysql_stmt_error(s->stmt), text);
		statement_free(s);
		return nerr_pass(err);
	}
	s->params = (int)mysql_stmt_param_count(s->stmt);
	s->in = need((size_t)s->params, sizeof *s->in);
	s->bound = need((size_t)s->params, sizeof *s->bound);
	make_columns(s);
	*out = s;
	return STATUS_OK;
}

/* The statement is the caller's until statement_give(). */
NEOERR *statement_take(struct db *db, const struct sql *sql, const char *text,
	struct statement **out)
{
	uint64_t hash = hash_of(sql, text);
	struct statement *s = cache_find(db, hash, sql, text);
	bool nested = s && s->busy;
	NEOERR *err;

	if (s && !nested) {
		lru_remove(db, s);
		lru_push(db, s);
		s->busy = true;
		*out = s;
		return STATUS_OK;
	}
	if ((err = prepare(db, sql ? sql->text : text, &s)) != STATUS_OK)
		return nerr_pass(err);
	s->hash = hash;
	s->sql = sql;
	s->busy = true;
	if (!sql && !(s->text = strdup(text)))
		abort();
	if (!nested) {
		cache_make_room(db);
		cache_add(db, s);
	}
	*out = s;
	return STATUS_OK;
}

void statement_forget(struct db *db, struct statement *s)
{
	if (s->cached)
		cache_remove(db, s);
}

void statement_give(struct statement *s)
{
	s->busy = false;
	if (!s->cached)
		statement_free(s);
}

static void bind_text(MYSQL_BIND *b, struct bound *v, const char *s, size_t len,
	enum enum_field_types type)
{
	v->len = len;
	b->buffer_type = s ? type : MYSQL_TYPE_NULL;
	b->buffer = (void *)(uintptr_t)s;
	b->buffer_length = len;
	b->length = &v->len;
}

static void bind_time(MYSQL_BIND *b, struct bound *v, int64_t t, bool day)
{
	struct civil c;

	if (t == 0) {
		b->buffer_type = MYSQL_TYPE_NULL;
		return;
	}
	clock_civil(t, &c);
	v->time = (MYSQL_TIME){
		.year = (unsigned)c.year, .month = (unsigned)c.month, .day = (unsigned)c.day,
		.hour = day ? 0 : (unsigned)c.hour, .minute = day ? 0 : (unsigned)c.minute,
		.second = day ? 0 : (unsigned)c.second,
		.time_type = day ? MYSQL_TIMESTAMP_DATE : MYSQL_TIMESTAMP_DATETIME,
	};
	b->buffer_type = day ? MYSQL_TYPE_DATE : MYSQL_TYPE_DATETIME;
	b->buffer = &v->time;
}

/* A decimal goes as DECIMAL, not as text: compared with a column it must stay exact. */
static void bind_fixed(MYSQL_BIND *b, struct bound *v, int64_t amount, int scale)
{
	fixed_format(amount, scale, scale, v->text);
	bind_text(b, v, v->text, strlen(v->text), MYSQL_TYPE_NEWDECIMAL);
}

static void bind_one(MYSQL_BIND *b, struct bound *v, const struct arg *a)
{
	memset(b, 0, sizeof *b);
	b->buffer_type = MYSQL_TYPE_NULL;
	switch (a->kind) {
	case ARG_NULL:
		break;
	case ARG_I64:
		v->i = a->i;
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		b->buffer = &v->i;
		break;
	case ARG_STR:
		bind_text(b, v, a->s, a->s ? strlen(a->s) : 0, MYSQL_TYPE_STRING);
		break;
	case ARG_BLOB:
		bind_text(b, v, a->s, a->len, MYSQL_TYPE_BLOB);
		break;
	case ARG_MONEY:
		bind_fixed(b, v, a->i, MONEY_SCALE);
		break;
	case ARG_ENERGY:
		bind_fixed(b, v, a->i, ENERGY_SCALE);
		break;
	case ARG_TIME:
		bind_time(b, v, a->i, false);
		break;
	case ARG_DAY:
		bind_time(b, v, a->i, true);
		break;
	}
}

NEOERR *statement_bind(struct statement *s, const struct arg *args, int n, const char *text)
{
	if (n != s->params)
		return nerr_raise(ERR_DB, "%d arguments for %d parameters: %.200s", n, s->params, text);
	for (int i = 0; i < n; i++)
		bind_one(&s->in[i], &s->bound[i], &args[i]);
	if (n > 0 && mysql_stmt_bind_param(s->stmt, s->in) != 0)
		return nerr_raise(ERR_DB, "bind: %s: %.200s", mysql_stmt_error(s->stmt), text);
	return STATUS_OK;
}
