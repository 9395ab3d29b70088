/* db.c - statements and transactions as the other rooms see them.
 * Owns the retry of transactions and the wake-ups after a commit.
 * Serves lib/charge, cgi, jobs and the daemons' writers. */
#include <unistd.h>

#include "db/db_internal.h"

#include "base/buf.h"
#include "base/log.h"

#define TX_ATTEMPTS 5

/* Short and random, so that two who collided do not collide again. */
static void pause_for(int attempt)
{
	usleep(1000u * (2 + arc4random_uniform(10u << attempt)));
}

struct work {                                /* one execution, in the hands of run() */
	const struct sql *sql;
	const char *text;
	const struct arg *args;
	int n;
	bool stream;
	row_fn fn;
	void *ctx;
	int64_t affected, id;
};

static const char *work_text(const struct work *w)
{
	return w->sql ? w->sql->text : w->text;
}

static NEOERR *execute(struct db *db, struct statement *s, struct work *w)
{
	unsigned code;

	if (mysql_stmt_execute(s->stmt) == 0)
		return STATUS_OK;
	code = mysql_stmt_errno(s->stmt);
	return nerr_pass(db_fail(db, code, mysql_stmt_error(s->stmt), work_text(w)));
}

/* *again stays true as long as running the statement once more is right should it fail now: nothing
 * of it has had an effect that remains, and no row went to the caller. */
static NEOERR *run_once(struct db *db, struct work *w, bool *again)
{
	struct statement *s = NULL;
	NEOERR *err;

	*again = true;
	TRY(statement_take(db, w->sql, w->text, &s));
	TRY(statement_bind(s, w->args, w->n, work_text(w)));
	if ((err = execute(db, s, w)) != STATUS_OK) {
		/* a change whose answer was lost may have happened */
		*again = s->columns > 0 || !db->dead;
		goto out;
	}
	if (s->columns > 0) {
		TRY(statement_rows_start(db, s, w->stream));
		*again = false;
		TRY(statement_rows(db, s, w->fn, w->ctx));
	} else {
		w->affected = (int64_t)mysql_stmt_affected_rows(s->stmt);
		w->id = (int64_t)mysql_stmt_insert_id(s->stmt);
	}
out:
	if (s && err != STATUS_OK)
		mysql_stmt_free_result(s->stmt);
	if (s && error_is(err, ERR_RETRY))
		statement_forget(db, s);         /* its columns may have changed */
	if (s)
		statement_give(s);
	return nerr_pass(err);
}

#ifdef DB_FAULTS
static int64_t fault_at;

void db_fail_at(int64_t n)
{
	fault_at = n;
}

static NEOERR *fault(const struct db *db)
{
	if (db->depth > 0 && fault_at > 0 && --fault_at == 0)
		return nerr_raise(ERR_DB, "a fault on purpose");
	return STATUS_OK;
}
#else
static NEOERR *fault(const struct db *db)
{
	(void)db;
	return STATUS_OK;
}
#endif

/* Outside a transaction a statement stands alone: a conflict or a connection that died idle is
 * run again here. */
static NEOERR *run(struct db *db, struct work *w)
{
	bool again = false;
	NEOERR *err;

	for (int attempt = 1;; attempt++) {
		if ((err = db_ready(db)) != STATUS_OK)
			return nerr_pass(err);
		if ((err = fault(db)) != STATUS_OK)
			return nerr_pass(err);
		err = run_once(db, w, &again);
		if (err == STATUS_OK || !again || db->depth > 0 || attempt == TX_ATTEMPTS)
			return nerr_pass(err);
		if (!error_is(err, ERR_RETRY) && !(db->dead && attempt == 1))
			return nerr_pass(err);
		error_drop(err);
		pause_for(attempt);
	}
}

NEOERR *db_ping(struct db *db)
{
	NEOERR *err;

	if ((err = db_ready(db)) != STATUS_OK)
		return nerr_pass(err);
	if (mysql_ping(db->my) == 0)
		return STATUS_OK;
	err = db_fail(db, mysql_errno(db->my), mysql_error(db->my), "ping");
	if (db->depth > 0)
		return nerr_pass(err);
	error_drop(err);
	return nerr_pass(db_ready(db));
}

NEOERR *db_query(struct db *db, const struct sql *s, const struct arg *args, int n, row_fn fn,
	void *ctx)
{
	struct work w = { .sql = s, .args = args, .n = n, .fn = fn, .ctx = ctx };

	return nerr_pass(run(db, &w));
}

NEOERR *db_query_text(struct db *db, const char *text, const struct arg *args, int n, row_fn fn,
	void *ctx)
{
	struct work w = { .text = text, .args = args, .n = n, .fn = fn, .ctx = ctx };

	return nerr_pass(run(db, &w));
}

NEOERR *db_stream_text(struct db *db, const char *text, const struct arg *args, int n, row_fn fn,
	void *ctx)
{
	struct work w = { .text = text, .args = args, .n = n, .fn = fn, .ctx = ctx, .stream = true };

	return nerr_pass(run(db, &w));
}

NEOERR *db_exec(struct db *db, const struct sql *s, const struct arg *args, int n,
	int64_t *affected)
{
	struct work w = { .sql = s, .args = args, .n = n };
	NEOERR *err = run(db, &w);

	if (err == STATUS_OK && affected)
		*affected = w.affected;
	return nerr_pass(err);
}

NEOERR *db_insert(struct db *db, const struct sql *s, const struct arg *args, int n, int64_t *id)
{
	struct work w = { .sql = s, .args = args, .n = n };
	NEOERR *err = run(db, &w);

	if (err == STATUS_OK && id)
		*id = w.id;
	return nerr_pass(err);
}

NEOERR *db_exec_text(struct db *db, const char *text, const struct arg *args, int n,
	int64_t *affected, int64_t *id)
{
	struct work w = { .text = text, .args = args, .n = n };
	NEOERR *err = run(db, &w);

	if (err == STATUS_OK && affected)
		*affected = w.affected;
	if (err == STATUS_OK && id)
		*id = w.id;
	return nerr_pass(err);
}

struct first { row_fn fn; void *ctx; bool found; };

static NEOERR *first_row(const struct row *r, void *ctx)
{
	struct first *f = ctx;

	if (f->found)
		return STATUS_OK;
	f->found = true;
	return f->fn ? nerr_pass(f->fn(r, f->ctx)) : STATUS_OK;
}

NEOERR *db_find(struct db *db, const struct sql *s, const struct arg *args, int n, row_fn fn,
	void *ctx, bool *found)
{
	struct first f = { fn, ctx, false };
	NEOERR *err = db_query(db, s, args, n, first_row, &f);

	if (err == STATUS_OK && found)
		*found = f.found;
	return nerr_pass(err);
}

NEOERR *db_get(struct db *db, const struct sql *s, const struct arg *args, int n, row_fn fn,
	void *ctx)
{
	bool found = false;
	NEOERR *err = db_find(db, s, args, n, fn, ctx, &found);

	if (err == STATUS_OK && !found)
		err = nerr_raise(ERR_NOT_FOUND, "%s", s->name);
	return nerr_pass(err);
}

static NEOERR *take_i64(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 0);
	return STATUS_OK;
}

NEOERR *db_i64(struct db *db, const struct sql *s, const struct arg *args, int n, int64_t *out)
{
	bool found = false;

	*out = 0;
	return nerr_pass(db_find(db, s, args, n, take_i64, out, &found));
}

static NEOERR *take_money(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_money(r, 0);
	return STATUS_OK;
}

NEOERR *db_money(struct db *db, const struct sql *s, const struct arg *args, int n, int64_t *out)
{
	bool found = false;

	*out = 0;
	return nerr_pass(db_find(db, s, args, n, take_money, out, &found));
}

bool db_in_tx(const struct db *db)
{
	return db->depth > 0;
}

/* Beyond what is remembered everything is a first time. */
bool db_first(struct db *db, int64_t what)
{
	for (int i = 0; i < db->asks; i++)
		if (db->asked[i] == what)
			return false;
	if (db->depth > 0 && db->asks < DB_FIRSTS)
		db->asked[db->asks++] = what;
	return true;
}

void db_wake(struct db *db, unsigned targets)
{
	if (db->depth > 0)
		db->wake |= targets;
	else
		wake_send(targets);
}

/* A begin has no effect yet: on a connection that died just now it may be repeated. */
static NEOERR *begin(struct db *db)
{
	NEOERR *err;

	if ((err = db_ready(db)) != STATUS_OK)
		return nerr_pass(err);
	err = db_run_script(db, "start transaction");
	if (err != STATUS_OK && db->dead) {
		error_drop(err);
		if ((err = db_ready(db)) == STATUS_OK)
			err = db_run_script(db, "start transaction");
	}
	return nerr_pass(err);
}

/* A commit whose answer was lost stays an error: whether it happened is for the caller's unique
 * key to tell. */
static NEOERR *commit(struct db *db)
{
	NEOERR *err;

	if ((err = db_ready(db)) != STATUS_OK)   /* an error that fn swallowed ended the transaction */
		return nerr_pass(err);
	return nerr_pass(db_run_script(db, "commit"));
}

static void rollback(struct db *db)
{
	if (!db->dead)
		error_drop(db_run_script(db, "rollback"));
}

static NEOERR *tx_once(struct db *db, NEOERR *(*fn)(struct db *, void *), void *ctx)
{
	unsigned wake;
	NEOERR *err;

	if ((err = begin(db)) != STATUS_OK)
		return nerr_pass(err);
	db->depth = 1;
	db->broken = false;
	db->wake = 0;
	db->asks = 0;
	if ((err = fn(db, ctx)) == STATUS_OK && (err = fault(db)) == STATUS_OK)
		err = commit(db);
	if (err != STATUS_OK)
		rollback(db);
	wake = err == STATUS_OK ? db->wake : 0;
	db->depth = 0;
	db->asks = 0;
	db->broken = false;
	db->wake = 0;
	if (wake)
		wake_send(wake);
	return nerr_pass(err);
}

NEOERR *db_tx(struct db *db, NEOERR *(*fn)(struct db *, void *), void *ctx)
{
	NEOERR *err;

	if (db->depth > 0) {
		db->depth++;
		err = fn(db, ctx);
		db->depth--;
		return nerr_pass(err);
	}
	for (int attempt = 1;; attempt++) {
		err = tx_once(db, fn, ctx);
		if (!error_is(err, ERR_RETRY) || attempt == TX_ATTEMPTS)
			return nerr_pass(err);
		error_drop(err);
		log_line(LOG_DEBUG, "tx_retry", "attempt=%d", attempt);
		pause_for(attempt);
	}
}

NEOERR *db_bulk(struct db *db, const struct bulk *b, const struct arg *args, int rows,
	int64_t *affected)
{
	struct buf text;
	int64_t some = 0;
	NEOERR *err = STATUS_OK;

	if (affected)
		*affected = 0;
	buf_init(&text, 0);
	for (int done = 0, chunk = BULK_ROWS; done < rows; done += chunk) {
		while (chunk > rows - done)
			chunk /= 2;
		buf_reset(&text);
		buf_puts(&text, b->head);
		for (int i = 0; i < chunk; i++) {
			buf_puts(&text, i ? ", " : " ");
			buf_puts(&text, b->row);
		}
		buf_puts(&text, " ");
		buf_puts(&text, b->tail);
		TRY(db_exec_text(db, buf_str(&text), args + (size_t)done * (size_t)b->columns,
			chunk * b->columns, &some, NULL));
		if (affected)
			*affected += some;
	}
out:
	buf_clear(&text);
	return nerr_pass(err);
}

/* The linker gathers what SQL() registered; a program without any statement has no such section. */
extern const struct sql *const __start_sql_registry[] __attribute__((weak));
extern const struct sql *const __stop_sql_registry[] __attribute__((weak));

NEOERR *db_check_registry(struct db *db, int *bad)
{
	struct statement *s;
	NEOERR *err;

	*bad = 0;
	for (const struct sql *const *p = __start_sql_registry; p < __stop_sql_registry; p++) {
		if ((err = db_ready(db)) != STATUS_OK)
			return nerr_pass(err);
		if ((err = statement_take(db, *p, NULL, &s)) == STATUS_OK) {
			statement_give(s);
			continue;
		}
		error_log((*p)->name, err);
		++*bad;
	}
	return STATUS_OK;
}
