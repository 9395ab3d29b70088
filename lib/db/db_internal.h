/* db_internal.h - what the files of lib/db share: the connection, the statement and its cache.
 * Owns the layout of struct db; the only header that names libmariadb's types.
 * Serves lib/db/ alone. */
#ifndef DB_DB_INTERNAL_H
#define DB_DB_INTERNAL_H

#include <mysql.h>

#include "db/db.h"

#define STATEMENT_CACHE   256            /* prepared statements kept per connection      */
#define STATEMENT_BUCKETS 512
#define COLUMN_ROOM       64             /* first size of a column's buffer              */

/* What a bound argument points to while a statement runs. */
struct bound { int64_t i; unsigned long len; MYSQL_TIME time; char text[FIXED_TEXT]; };

struct statement {
	MYSQL_STMT *stmt;
	const struct sql *sql;               /* key of a registered statement, or NULL           */
	char *text;                          /* key of a built one, or NULL                      */
	uint64_t hash;
	bool busy;                           /* its rows are being read: a nested use gets its own */
	bool cached;
	int params, columns;
	MYSQL_BIND *in, *out;
	struct bound *bound;
	char **buffer;                       /* one growing buffer a column                      */
	unsigned long *length;
	my_bool *null;
	const char **value, **name;
	struct statement *chain, *newer, *older;
};

#define DB_FIRSTS 16

struct db {
	MYSQL *my;
	bool dead;                           /* the connection is gone: reopen before use        */
	int depth;                           /* nested db_tx                                     */
	/* the server ended our transaction: nothing more may run in it */
	bool broken;
	int64_t asked[DB_FIRSTS];            /* of db_first() in this transaction                */
	int asks;
	unsigned wake;                       /* targets to wake after the commit                 */
	struct statement *bucket[STATEMENT_BUCKETS];
	struct statement *newest, *oldest;
	int cached;
};

/* db_connect.c */
NEOERR *db_fail(struct db *db, unsigned code, const char *message, const char *text) CHECKED;
NEOERR *db_ready(struct db *db) CHECKED;             /* reopens a connection that died while idle */
bool db_code_is_lost(unsigned code);
/* one statement, not prepared: DDL */
NEOERR *db_run_script(struct db *db, const char *text) CHECKED;

/* db_statement.c */
NEOERR *statement_take(struct db *db, const struct sql *sql, const char *text,
	struct statement **out) CHECKED;
/* frees what is not in the cache */
void statement_give(struct statement *s);
/* out of the cache, still the caller's */
void statement_forget(struct db *db, struct statement *s);
void statement_drop_all(struct db *db);
NEOERR *statement_bind(struct statement *s, const struct arg *args, int n,
	const char *text) CHECKED;

/* db_row.c: the rows of an executed statement */
NEOERR *statement_rows_start(struct db *db, struct statement *s, bool stream) CHECKED;
/* reads and gives them back */
NEOERR *statement_rows(struct db *db, struct statement *s, row_fn fn, void *ctx) CHECKED;

#endif
