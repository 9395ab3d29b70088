/* db.h - the one door to MySQL: connection, prepared statements, transactions with retry.
 * Owns struct db and the statement registry; the only folder that includes mysql.h (law 2).
 * Serves lib/charge, cgi, jobs and the daemons' writers. */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/error.h"
#include "base/money.h"
#include "base/wake.h"

struct db;

/* A statement known at build time. SQL(wallet_debit, "update ...") registers it, so that `PROGRAM
 * --check-sql` (db_check_registry) prepares every statement of the program against the migrated
 * schema. */
struct sql { const char *name; const char *text; };
#define SQL(ident, sql_text) \
	static const struct sql ident = { #ident, sql_text }; \
	static const struct sql *const ident##_registered \
		__attribute__((section("sql_registry"), used)) = &ident

/* Arguments: one per `?`, count checked. */
enum arg_kind { ARG_NULL, ARG_I64, ARG_STR, ARG_BLOB, ARG_MONEY, ARG_ENERGY, ARG_TIME, ARG_DAY };
struct arg { enum arg_kind kind; int64_t i; const char *s; size_t len; };
#define I64(v)     ((struct arg){ .kind = ARG_I64, .i = (v) })
#define STR(v)     ((struct arg){ .kind = ARG_STR, .s = (v) })                     /* NULL binds NULL */
#define BLOB(p, n) ((struct arg){ .kind = ARG_BLOB, .s = (const char *)(p), .len = (n) })
#define MONEY(v)   ((struct arg){ .kind = ARG_MONEY, .i = (v) })                   /* int64 1e-5 yuan -> DECIMAL */
#define ENERGY(v)  ((struct arg){ .kind = ARG_ENERGY, .i = (v) })                  /* int64 1e-4 kWh -> DECIMAL  */
#define TIME(v)    ((struct arg){ .kind = ARG_TIME, .i = (v) })                    /* UNIX seconds -> DATETIME; 0 binds NULL */
#define DAY(v)     ((struct arg){ .kind = ARG_DAY, .i = (v) })                     /* UNIX seconds -> DATE; 0 binds NULL */
#define IDREF(v)   ((struct arg){ .kind = (v) ? ARG_I64 : ARG_NULL, .i = (v) })    /* 0 binds NULL (foreign keys) */
#define NULLARG    ((struct arg){ .kind = ARG_NULL })
#define ARGS(...)  (const struct arg[]){ __VA_ARGS__ }, (int)(sizeof((const struct arg[]){ __VA_ARGS__ }) / sizeof(struct arg))
#define NOARGS     NULL, 0

/* A row: columns as text, exact. value[i] is NULL for SQL NULL. Lives until the callback
 * returns. */
struct row {
	int n;
	const char *const *value;
	const unsigned long *length;
	const char *const *name;
	int *odd;                              /* a column read as what it is not; -1: none */
};
/* What a reader below cannot read ends the query with ERR_DB: no figure becomes 0 in silence. */
const char *row_str(const struct row *r, int i);          /* "" for NULL */
int64_t row_i64(const struct row *r, int i);              /* 0 for NULL */
int64_t row_money(const struct row *r, int i);
int64_t row_energy(const struct row *r, int i);
/* DATETIME or DATE -> UNIX seconds; 0 for NULL */
int64_t row_time(const struct row *r, int i);
typedef NEOERR *(*row_fn)(const struct row *r, void *ctx);

/* from conf; utf8mb4, strict, zone, no auto-reconnect */
NEOERR *db_open(struct db **out) CHECKED;
void db_close(struct db **db);
/* First statement of a request on a dead connection reopens once; inside a tx it fails (ERR_DB). */
NEOERR *db_ping(struct db *db) CHECKED;

NEOERR *db_query(struct db *db, const struct sql *s, const struct arg *args, int n, row_fn fn,
	void *ctx) CHECKED;
/* *affected (may be NULL): matched rows (CLIENT_FOUND_ROWS). Duplicate key is ERR_DUPLICATE
 * naming the key. */
NEOERR *db_exec(struct db *db, const struct sql *s, const struct arg *args, int n,
	int64_t *affected) CHECKED;
NEOERR *db_insert(struct db *db, const struct sql *s, const struct arg *args, int n,
	int64_t *id) CHECKED;
/* One row wanted: ERR_NOT_FOUND if there is none. `_find` variant leaves ctx alone and sets
 * *found. */
NEOERR *db_get(struct db *db, const struct sql *s, const struct arg *args, int n, row_fn fn,
	void *ctx) CHECKED;
NEOERR *db_find(struct db *db, const struct sql *s, const struct arg *args, int n, row_fn fn,
	void *ctx, bool *found) CHECKED;
/* First column of the first row; 0 if no row. */
NEOERR *db_i64(struct db *db, const struct sql *s, const struct arg *args, int n,
	int64_t *out) CHECKED;
/* The same for an amount (DECIMAL(18,5) -> 1e-5 yuan). */
NEOERR *db_money(struct db *db, const struct sql *s, const struct arg *args, int n,
	int64_t *out) CHECKED;

/* The same for text built from constants by the resource engine; cached by text. */
NEOERR *db_query_text(struct db *db, const char *text, const struct arg *args, int n, row_fn fn,
	void *ctx) CHECKED;
NEOERR *db_exec_text(struct db *db, const char *text, const struct arg *args, int n,
	int64_t *affected, int64_t *id) CHECKED;
/* Unbuffered: rows arrive while the server still reads; the connection is busy until it returns.
 * For exports. */
NEOERR *db_stream_text(struct db *db, const char *text, const struct arg *args, int n, row_fn fn,
	void *ctx) CHECKED;

/* Many rows in one statement: head "insert into t (a, b) values", row "(?, ?)", tail "on duplicate
 * key update b = values(b)" or "". args holds rows * columns values, row after row. Runs in chunks
 * of BULK_ROWS, then halves, so that few texts are prepared; one tx around it makes the chunks
 * one. */
#define BULK_ROWS 128
struct bulk { const char *head, *row, *tail; int columns; };
NEOERR *db_bulk(struct db *db, const struct bulk *b, const struct arg *args, int rows,
	int64_t *affected) CHECKED;

/* begin, fn, commit; rolled back on any error; run again (at most 5 times, short random pause) on
 * ERR_RETRY. fn must be repeatable. A db_tx inside a tx joins the outer one. */
NEOERR *db_tx(struct db *db, NEOERR *(*fn)(struct db *db, void *ctx), void *ctx) CHECKED;
bool db_in_tx(const struct db *db);
/* Is this the first time in this tx that `what` is asked for? Outside a tx it always is. */
bool db_first(struct db *db, int64_t what);
/* A wake-up that is sent after the commit (at once outside a tx), never if it is rolled back. */
void db_wake(struct db *db, unsigned targets);

#ifdef DB_FAULTS
/* Builds for tests alone: the statement that comes as the n-th from now inside a transaction (its
 * commit counts as one) fails as if the program had died there; 0: none does. */
void db_fail_at(int64_t n);
#endif

/* Prepares every registered statement; logs each that fails; *bad counts them. */
NEOERR *db_check_registry(struct db *db, int *bad) CHECKED;

#endif
