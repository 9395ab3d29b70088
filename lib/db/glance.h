/* glance.h - what many watch is made once for all of them, whatever worker or machine they ask.
 * Owns table glance and this process's copies. Serves live pages (O11, H11). */
#ifndef DB_GLANCE_H
#define DB_GLANCE_H

#include "base/buf.h"
#include "db/db.h"

#define GLANCE_SECONDS 3                 /* older than that it is made anew */

/* Writes the text of a glance. */
typedef NEOERR *(*glance_fn)(struct db *db, struct buf *out, void *ctx);

/* The text of `name`, at most GLANCE_SECONDS and a moment old. One asker at a time makes it, by a
 * turn in the database's clock; the others take what is there, this process its own copy for a
 * second without a question. *version (may be NULL) changes with the text. The text stays until
 * the next call. If it cannot be made the old one is given, as long as there is one. */
NEOERR *glance(struct db *db, const char *name, glance_fn make, void *ctx, const char **text,
	int64_t *version) CHECKED;

#endif
