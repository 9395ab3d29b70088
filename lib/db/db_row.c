/* db_row.c - rows as exact text: columns fetched into buffers that grow, read by kind.
 * Owns the fetch loop and the row_* readers.
 * Serves db.c and every row callback. */
#include "db/db_internal.h"

#include "base/clock.h"
#include "base/text.h"

const char *row_str(const struct row *r, int i)
{
	return r->value[i] ? r->value[i] : "";
}

static int64_t read_as(const struct row *r, int i, bool (*parse)(const char *, int64_t *))
{
	int64_t v = 0;

	if (r->value[i] && !parse(r->value[i], &v))
		*r->odd = i;
	return v;
}

int64_t row_i64(const struct row *r, int i)
{
	return read_as(r, i, text_i64);
}

static bool money_of(const char *s, int64_t *out)
{
	return money_parse(s, out);
}

static bool energy_of(const char *s, int64_t *out)
{
	return energy_parse(s, out);
}

/* Of a DATETIME(3) the whole seconds. */
static bool time_of(const char *s, int64_t *out)
{
	char whole[CLOCK_TEXT];
	size_t n = strcspn(s, ".");

	if (n >= sizeof(whole))
		return false;
	memcpy(whole, s, n);
	whole[n] = '\0';
	return clock_parse(whole, out);
}

int64_t row_money(const struct row *r, int i)
{
	return read_as(r, i, money_of);
}

int64_t row_energy(const struct row *r, int i)
{
	return read_as(r, i, energy_of);
}

int64_t row_time(const struct row *r, int i)
{
	return read_as(r, i, time_of);
}

/* A value longer than its buffer: the buffer grows for good and the column is read once more. */
static NEOERR *grow_column(struct db *db, struct statement *s, int i)
{
	unsigned long room = s->length[i] + s->length[i] / 2 + COLUMN_ROOM;
	char *p = realloc(s->buffer[i], room);

	if (!p)
		abort();
	s->buffer[i] = p;
	s->out[i].buffer = p;
	s->out[i].buffer_length = room - 1;
	if (mysql_stmt_fetch_column(s->stmt, &s->out[i], (unsigned)i, 0) != 0)
		return nerr_pass(
			db_fail(db, mysql_stmt_errno(s->stmt), mysql_stmt_error(s->stmt), "fetch"));
	return STATUS_OK;
}

static NEOERR *finish_row(struct db *db, struct statement *s)
{
	bool grown = false;
	NEOERR *err;

	for (int i = 0; i < s->columns; i++) {
		if (s->null[i]) {
			s->value[i] = NULL;
			s->length[i] = 0;
			continue;
		}
		if (s->length[i] > s->out[i].buffer_length) {
			if ((err = grow_column(db, s, i)) != STATUS_OK)
				return nerr_pass(err);
			grown = true;
		}
		s->buffer[i][s->length[i]] = '\0';
		s->value[i] = s->buffer[i];
	}
	if (grown && mysql_stmt_bind_result(s->stmt, s->out) != 0)
		return nerr_raise(ERR_DB, "bind result: %s", mysql_stmt_error(s->stmt));
	return STATUS_OK;
}

NEOERR *statement_rows_start(struct db *db, struct statement *s, bool stream)
{
	MYSQL_RES *meta;

	if ((int)mysql_stmt_field_count(s->stmt) != s->columns)
		return nerr_raise(ERR_RETRY, "the columns of a statement changed while it was cached");
	if (mysql_stmt_bind_result(s->stmt, s->out) != 0
	    || (!stream && mysql_stmt_store_result(s->stmt) != 0))
		return nerr_pass(
			db_fail(db, mysql_stmt_errno(s->stmt), mysql_stmt_error(s->stmt), "result"));
	if ((meta = mysql_stmt_result_metadata(s->stmt)) == NULL)
		return nerr_raise(ERR_DB, "no result: %s", mysql_stmt_error(s->stmt));
	for (int i = 0; i < s->columns; i++)     /* names live in the statement itself */
		s->name[i] = mysql_fetch_field_direct(meta, (unsigned)i)->name;
	mysql_free_result(meta);
	return STATUS_OK;
}

NEOERR *statement_rows(struct db *db, struct statement *s, row_fn fn, void *ctx)
{
	int rc, odd = -1;
	struct row row = { s->columns, s->value, s->length, s->name, &odd };
	NEOERR *err = STATUS_OK;

	while ((rc = mysql_stmt_fetch(s->stmt)) == 0 || rc == MYSQL_DATA_TRUNCATED) {
		TRY(finish_row(db, s));
		if (fn)
			TRY(fn(&row, ctx));
		if (odd >= 0) {
			err = nerr_raise(ERR_DB, "column %s is read as what it is not: %s", s->name[odd],
				s->value[odd]);
			goto out;
		}
	}
	if (rc != MYSQL_NO_DATA)
		err = db_fail(db, mysql_stmt_errno(s->stmt), mysql_stmt_error(s->stmt), "fetch");
out:
	mysql_stmt_free_result(s->stmt);
	return nerr_pass(err);
}
