/* setting.h - values an operator changes on pages (limits, switches, style), with their defaults in
 * one table.
 * Owns table setting. Serves rules that need one. */
#ifndef DB_SETTING_H
#define DB_SETTING_H

#include "db/db.h"

/* Names and defaults: db/setting.c. An unknown name is a bug and ends in ERR_INVALID. */
NEOERR *setting_i64(struct db *db, const char *name, int64_t *out) CHECKED;
NEOERR *setting_money(struct db *db, const char *name, int64_t *out) CHECKED;
NEOERR *setting_text(struct db *db, const char *name, char *out, size_t room) CHECKED;
NEOERR *setting_set(struct db *db, const char *name, const char *value) CHECKED;
/* The table itself, for the page that edits it: row i, false past the end. kind: 'i' whole
 * number, 'm' yuan, 't' text. */
bool setting_row(int i, const char **name, char *kind, const char **fallback);

#endif
