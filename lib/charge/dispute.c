/* dispute.c - everything about a charge in one file, for whoever has to judge it.
 * Owns nothing; reads. Serves raw_frame.h. */
#include <zip.h>

#include "base/buf.h"
#include "base/clock.h"
#include "charge/raw_frame.h"

#define BEFORE 120                   /* seconds before the wish to charge that belong to it */
#define AFTER 600                    /* after the last that is known of it */

SQL(dispute_span,
	"select pile_id, requested_at, coalesce(settled_at, ended_at, seen_at, requested_at) from"
	" session where id = ?");
#define FRAMES " from raw_frame where pile_id = ? and at >= ? and at <= ? order by at, id" \
	" limit 100000"
SQL(dispute_frames, "select at, direction, hex(body)" FRAMES);
SQL(dispute_words, "select at, direction, words" FRAMES);
SQL(dispute_session, "select s.*, p.serial pile_serial, p.protocol from session s join pile p on"
	" p.id = s.pile_id where s.id = ?");
SQL(dispute_events,
	"select at, kind, detail, actor from session_event where session_id = ? order by id");
SQL(dispute_bills, "select * from cdr where session_id = ? order by revision");
SQL(dispute_lines,
	"select l.* from cdr c join cdr_line l on l.cdr_id = c.id where c.session_id = ? order by"
	" c.id");
SQL(dispute_records,
	"select r.protocol, r.outcome, r.times, r.first_at, r.last_at, hex(r.body) body from"
	" device_record r join session s on s.no = r.session_no where s.id = ? order by r.id");

/* One line a row, as the frames are replayed from it. */
static NEOERR *line_row(const struct row *r, void *ctx)
{
	struct buf *out = ctx;

	buf_printf(out, "%s %s %s\n", row_str(r, 0), row_str(r, 1), row_str(r, 2));
	return STATUS_OK;
}

/* "name: value" each, and an empty line after a row. */
static NEOERR *named_row(const struct row *r, void *ctx)
{
	struct buf *out = ctx;

	for (int i = 0; i < r->n; i++)
		buf_printf(out, "%s: %s\n", r->name[i], row_str(r, i));
	buf_putc(out, '\n');
	return STATUS_OK;
}

struct span { int64_t pile_id, from, to; };

static NEOERR *take_span(const struct row *r, void *ctx)
{
	struct span *s = ctx;

	*s = (struct span){ row_i64(r, 0), row_time(r, 1) - BEFORE, row_time(r, 2) + AFTER };
	return STATUS_OK;
}

/* The archive owns the bytes then. */
static NEOERR *put_file(zip_t *zip, const char *name, struct buf *content)
{
	size_t len = content->len;
	char *bytes = buf_take(content);
	zip_source_t *source = zip_source_buffer(zip, bytes, len, 1);

	if (source == NULL || zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) < 0)
		return nerr_raise(ERR_INVALID, "zip: %s", zip_strerror(zip));
	return STATUS_OK;
}

static NEOERR *fill(struct db *db, int64_t id, zip_t *zip)
{
	static const struct { const char *name; const struct sql *sql; } parts[] = {
		{ "session.txt", &dispute_session },
		{ "events.txt", &dispute_events },
		{ "bills.txt", &dispute_bills },
		{ "bill_lines.txt", &dispute_lines },
		{ "records.txt", &dispute_records },
	};
	static const struct { const char *name; const struct sql *sql; } frames[] = {
		{ "frames.txt", &dispute_frames },
		{ "frames_in_words.txt", &dispute_words },
	};
	struct span span;
	struct buf text;
	NEOERR *err;

	buf_init(&text, 0);
	TRY(db_get(db, &dispute_span, ARGS(I64(id)), take_span, &span));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		TRY(db_query(db, parts[i].sql, ARGS(I64(id)), named_row, &text));
		TRY(put_file(zip, parts[i].name, &text));
	}
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		TRY(db_query(db, frames[i].sql,
			ARGS(I64(span.pile_id), TIME(span.from), TIME(span.to)), line_row, &text));
		TRY(put_file(zip, frames[i].name, &text));
	}
out:
	buf_clear(&text);
	return nerr_pass(err);
}

NEOERR *dispute_pack(struct db *db, int64_t session_id, const char *path)
{
	int why = 0;
	zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &why);
	NEOERR *err;

	if (zip == NULL)
		return nerr_raise(ERR_INVALID, "zip: cannot write %s (%d)", path, why);
	err = fill(db, session_id, zip);
	if (err != STATUS_OK) {
		zip_discard(zip);
		return nerr_pass(err);
	}
	if (zip_close(zip) != 0) {
		err = nerr_raise(ERR_INVALID, "zip: %s", zip_strerror(zip));
		zip_discard(zip);
	}
	return nerr_pass(err);
}
