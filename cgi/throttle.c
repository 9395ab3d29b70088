/* throttle.c - counters against guessing: attempts in a window, then a lock.
 * Owns table throttle.
 * Serves log-in, payment password, whatever else can be guessed. */
#include <ClearSilver.h>

#include "cgi/login.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "db/setting.h"

SQL(throttle_lock, "SELECT count, window_ends_at FROM throttle WHERE name = ? FOR UPDATE");
SQL(throttle_new, "INSERT INTO throttle (name, count, window_ends_at) VALUES (?, 1, ?)");
SQL(throttle_write, "UPDATE throttle SET count = ?, window_ends_at = ? WHERE name = ?");
SQL(throttle_drop, "DELETE FROM throttle WHERE name = ?");
SQL(payment_hash, "SELECT payment_hash FROM user WHERE id = ?");

struct hit { const char *name; int limit, window, wait; int64_t count, ends_at; };

static NEOERR *on_throttle(const struct row *r, void *ctx)
{
	struct hit *h = ctx;

	h->count = row_i64(r, 0);
	h->ends_at = row_time(r, 1);
	return STATUS_OK;
}

static NEOERR *hit_tx(struct db *db, void *ctx)
{
	struct hit *h = ctx;
	int64_t now = clock_now();
	bool found = false;
	NEOERR *err;

	h->wait = 0;
	TRY(db_find(db, &throttle_lock, ARGS(STR(h->name)), on_throttle, h, &found));
	if (!found) {
		TRY(db_exec(db, &throttle_new, ARGS(STR(h->name), TIME(now + h->window)), NULL));
		goto out;
	}
	if (h->ends_at <= now) {
		h->count = 0;
		h->ends_at = now + h->window;
	}
	if (h->count >= h->limit) {
		h->wait = (int)(h->ends_at - now);
		goto out;
	}
	h->count++;
	if (h->count == h->limit)
		h->ends_at = now + h->window;
	TRY(db_exec(db, &throttle_write, ARGS(I64(h->count), TIME(h->ends_at), STR(h->name)), NULL));
out:
	if (error_is(err, ERR_DUPLICATE)) {          /* somebody made the row at the same moment */
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "throttle %s", h->name);
	}
	return nerr_pass(err);
}

NEOERR *throttle_hit(struct db *db, const char *name, int limit, int window_seconds, int *wait)
{
	struct hit h = { .name = name, .limit = limit, .window = window_seconds };
	NEOERR *err = db_tx(db, hit_tx, &h);

	*wait = h.wait;
	return nerr_pass(err);
}

NEOERR *throttle_clear(struct db *db, const char *name)
{
	return nerr_pass(db_exec(db, &throttle_drop, ARGS(STR(name)), NULL));
}

static NEOERR *on_hash(const struct row *r, void *ctx)
{
	text_copy(ctx, PASSWORD_HASH, row_str(r, 0));
	return STATUS_OK;
}

const char *login_throttle_name(struct request *req, const char *account)
{
	char *name = arena_printf(&req->arena, "login:%s", account);

	name[text_cut(name, 110)] = '\0';
	return text_lower(name);
}

const char *payment_throttle_name(struct request *req, int64_t user_id)
{
	return arena_printf(&req->arena, "payment:%lld", (long long)user_id);
}

NEOERR *payment_password_check(struct request *req, const char *password, const char **problem)
{
	char hash[PASSWORD_HASH] = "";
	const char *name = payment_throttle_name(req, req->who.user_id);
	int64_t failures, minutes;
	int wait;
	NEOERR *err;

	TRY(setting_i64(req->db, "login_failures", &failures));
	TRY(setting_i64(req->db, "login_lock_minutes", &minutes));
	TRY(db_get(req->db, &payment_hash, ARGS(I64(req->who.user_id)), on_hash, hash));
	if (!*hash) {
		*problem = "payment.unset";
		goto out;
	}
	TRY(throttle_hit(req->db, name, (int)failures, (int)minutes * 60, &wait));
	if (wait > 0)
		*problem = "payment.locked";
	else if (!password_matches(password, hash))
		*problem = "payment.wrong";
	else {
		*problem = NULL;
		TRY(throttle_clear(req->db, name));
	}
out:
	return nerr_pass(err);
}
