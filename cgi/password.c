/* password.c - what a good log-in password is, and which ones a user had.
 * Owns table password_history.
 * Serves every page that sets a password. */
#include <ctype.h>
#include <strings.h>

#include "cgi/password.h"
#include "cgi/render.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "db/setting.h"

#define LEAST_EVER 6             /* whatever the settings say */
#define KEPT       24            /* old hashes of a user; more is never asked for */

SQL(password_olds,
	"SELECT password_hash FROM password_history WHERE user_id = ? ORDER BY id DESC LIMIT ?");
SQL(password_to_history, "INSERT INTO password_history (user_id, password_hash, created_at)"
	" SELECT id, password_hash, ? FROM user WHERE id = ? AND password_hash <> ''");
SQL(password_oldest,
	"SELECT id FROM password_history WHERE user_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?");
SQL(password_forget, "DELETE FROM password_history WHERE user_id = ? AND id <= ?");

static NEOERR *bounded(struct db *db, const char *name, int64_t least, int64_t most, int64_t *out)
{
	NEOERR *err = setting_i64(db, name, out);

	*out = *out < least ? least : *out > most ? most : *out;
	return nerr_pass(err);
}

/* Capitals, small letters, digits, anything else: how many of the four. */
static int kinds_of(const char *s)
{
	bool upper = false, lower = false, digit = false, other = false;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		upper |= isupper(c) != 0;
		lower |= islower(c) != 0;
		digit |= isdigit(c) != 0;
		other |= !isalnum(c);
	}
	return upper + lower + digit + other;
}

NEOERR *password_problem(struct request *req, const char *fresh, const char *login,
	const char *name, const char **problem)
{
	int64_t least = 0, kinds = 0, chars = (int64_t)text_chars(fresh);
	NEOERR *err;

	*problem = NULL;
	TRY(bounded(req->db, "password_length", LEAST_EVER, PASSWORD_MOST, &least));
	TRY(bounded(req->db, "password_kinds", 1, 4, &kinds));
	if (chars < least || chars > PASSWORD_MOST)
		*problem = text_format(req, "password.length",
			arena_printf(&req->arena, "%lld", (long long)least), NULL);
	else if (kinds_of(fresh) < kinds)
		*problem = text_format(req, "password.simple",
			arena_printf(&req->arena, "%lld", (long long)kinds), NULL);
	else if (strcasecmp(fresh, login) == 0 || strcasecmp(fresh, name) == 0)
		*problem = text_get(req, "password.is_login");
out:
	return nerr_pass(err);
}

NEOERR *password_hint(struct request *req, const char **hint)
{
	int64_t least = 0, kinds = 0;
	NEOERR *err;

	TRY(bounded(req->db, "password_length", LEAST_EVER, PASSWORD_MOST, &least));
	TRY(bounded(req->db, "password_kinds", 1, 4, &kinds));
	*hint = text_format(req, "password.hint", arena_printf(&req->arena, "%lld", (long long)least),
		arena_printf(&req->arena, "%lld", (long long)kinds));
out:
	return nerr_pass(err);
}

struct compare { const char *fresh; bool used; };

static NEOERR *on_old(const struct row *r, void *ctx)
{
	struct compare *c = ctx;

	c->used = c->used || password_matches(c->fresh, row_str(r, 0));
	return STATUS_OK;
}

NEOERR *password_was_used(struct db *db, int64_t user_id, const char *fresh, bool *used)
{
	struct compare c = { .fresh = fresh };
	int64_t last = 0;
	NEOERR *err;

	TRY(bounded(db, "password_history", 0, KEPT, &last));
	if (last > 1)                                /* the standing one is the first of them */
		TRY(db_query(db, &password_olds, ARGS(I64(user_id), I64(last - 1)), on_old, &c));
	*used = c.used;
out:
	return nerr_pass(err);
}

NEOERR *password_keep(struct db *db, int64_t user_id)
{
	int64_t oldest = 0;
	NEOERR *err;

	TRY(db_exec(db, &password_to_history, ARGS(TIME(clock_now()), I64(user_id)), NULL));
	TRY(db_i64(db, &password_oldest, ARGS(I64(user_id), I64(KEPT)), &oldest));
	if (oldest)
		TRY(db_exec(db, &password_forget, ARGS(I64(user_id), I64(oldest)), NULL));
out:
	return nerr_pass(err);
}
