/* raw_frame.c - frames into the black box.
 * Owns table raw_frame. Serves raw_frame.h. */
#include "charge/raw_frame.h"

#include "base/clock.h"

#define ROWS 128
#define MS_TEXT 28

static const struct bulk frames = { .columns = 6,
	.head = "insert into raw_frame (at, pile_id, direction, type, words, body) values",
	.row = "(?, ?, ?, ?, ?, ?)",
	.tail = "" };

NEOERR *raw_frames_add(struct db *db, const struct raw_frame *f, int n)
{
	struct arg args[ROWS * 6], *a;
	char at[ROWS][MS_TEXT], seconds[CLOCK_TEXT];
	NEOERR *err = STATUS_OK;

	for (int done = 0, rows; done < n; done += rows) {
		rows = n - done < ROWS ? n - done : ROWS;
		a = args;
		for (int i = 0; i < rows; i++) {
			const struct raw_frame *r = &f[done + i];

			snprintf(at[i], MS_TEXT, "%s.%03d", clock_format(r->at_ms / 1000, seconds),
				(int)(r->at_ms % 1000));
			*a++ = STR(at[i]);
			*a++ = I64(r->pile_id);
			*a++ = STR(r->down ? "down" : "up");
			*a++ = STR(r->type);
			*a++ = STR(r->words);
			*a++ = BLOB(r->body, r->len);
		}
		TRY(db_bulk(db, &frames, args, rows, NULL));
	}
out:
	return nerr_pass(err);
}
