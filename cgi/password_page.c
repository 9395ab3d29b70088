/* password_page.c - changing the log-in and the payment password; the first ones must be changed
 * (H1).
 * Owns the order of the checks.
 * Serves login_page.c. */
#include <ClearSilver.h>

#include "cgi/login.h"
#include "cgi/login_page.h"
#include "cgi/password.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "db/audit.h"
#include "db/setting.h"

#define PAYMENT_LEAST 6

SQL(password_state,
	"SELECT password_hash, payment_hash, must_change, payment_must_change FROM user WHERE id = ?");
SQL(password_set_login,
	"UPDATE user SET password_hash = ?, must_change = 0, updated_at = ?, version = version + 1"
	" WHERE id = ?");
SQL(password_set_payment,
	"UPDATE user SET payment_hash = ?, payment_must_change = 0, updated_at = ?, version = version"
	" + 1 WHERE id = ?");

struct state { char login[PASSWORD_HASH], payment[PASSWORD_HASH]; bool must_login, must_payment; };

static NEOERR *on_state(const struct row *r, void *ctx)
{
	struct state *s = ctx;

	text_copy(s->login, sizeof s->login, row_str(r, 0));
	text_copy(s->payment, sizeof s->payment, row_str(r, 1));
	s->must_login = row_i64(r, 2) != 0;
	s->must_payment = row_i64(r, 3) != 0;
	return STATUS_OK;
}

static NEOERR *show(struct request *req, const struct state *s, const char *form,
	const char *problem)
{
	const char *hint;
	NEOERR *err;

	TRY(password_hint(req, &hint));
	TRY(hdf_put(req->hdf, hint, "Password.hint"));
	TRY(hdf_put(req->hdf, s->must_login ? "1" : "", "Password.must_login"));
	TRY(hdf_put(req->hdf, s->must_payment ? "1" : "", "Password.must_payment"));
	TRY(hdf_put(req->hdf, *s->payment ? "1" : "", "Password.has_payment"));
	TRY(hdf_put(req->hdf, text_get(req, "password.title"), "Page.title"));
	if (problem) {
		TRY(hdf_put(req->hdf, problem, "Password.problem.%s", form));
		req->status = 422;
	}
	TRY(render_page(req, "password.cs"));
out:
	return nerr_pass(err);
}

NEOERR *password_page_show(struct request *req)
{
	struct state s;
	NEOERR *err;

	TRY(db_get(req->db, &password_state, ARGS(I64(req->who.user_id)), on_state, &s));
	TRY(show(req, &s, NULL, NULL));
out:
	return nerr_pass(err);
}

/* The sentence, NULL if the new password is good by itself: the rules, typed twice. A payment
 * password may be digits alone. */
static NEOERR *new_problem(struct request *req, const char *fresh, bool payment,
	const char **problem)
{
	size_t chars = text_chars(fresh);
	NEOERR *err = STATUS_OK;

	*problem = NULL;
	if (!payment)
		TRY(password_problem(req, fresh, req->who.login, req->who.name, problem));
	else if (chars < PAYMENT_LEAST || chars > PASSWORD_MOST)
		*problem = text_get(req, "password.payment_length");
	else if (text_eq(fresh, req->who.login))
		*problem = text_get(req, "password.is_login");
	if (!*problem && !text_eq(fresh, request_param(req, "again")))
		*problem = text_get(req, "password.not_again");
out:
	return nerr_pass(err);
}

/* The old one, guarded against guessing; the payment password is unlocked by the log-in password
 * while there is none. */
static NEOERR *old_problem(struct request *req, const struct state *s, bool payment,
	const char **problem)
{
	const char *name = arena_printf(&req->arena, "password:%lld", (long long)req->who.user_id);
	int64_t failures, minutes;
	int wait;
	NEOERR *err;

	if (payment && *s->payment)
		return nerr_pass(payment_password_check(req, request_param_or(req, "old", ""), problem));
	TRY(setting_i64(req->db, "login_failures", &failures));
	TRY(setting_i64(req->db, "login_lock_minutes", &minutes));
	TRY(throttle_hit(req->db, name, (int)failures, (int)minutes * 60, &wait));
	*problem = wait > 0 ? "payment.locked"
		: password_matches(request_param_or(req, "old", ""), s->login) ? NULL
		: "password.old_wrong";
	if (!*problem)
		TRY(throttle_clear(req->db, name));
out:
	return nerr_pass(err);
}

struct setting_it { struct request *req; bool payment; char hash[PASSWORD_HASH]; };

/* Whoever is logged in elsewhere by the old password is out. */
static NEOERR *set_tx(struct db *db, void *ctx)
{
	struct setting_it *set = ctx;
	struct request *req = set->req;
	int64_t id = req->who.user_id;
	NEOERR *err;

	if (!set->payment)
		TRY(password_keep(db, id));
	TRY(db_exec(db, set->payment ? &password_set_payment : &password_set_login,
		ARGS(STR(set->hash), TIME(clock_now()), I64(id)), NULL));
	if (!set->payment)
		TRY(login_end_all_of_user(db, id, req->who.login_id));
	TRY(audit_add(db, &req->actor, "user", id,
		set->payment ? "change_payment_password" : "change_password", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *used_problem(struct request *req, const struct state *s, const char *fresh,
	bool payment, const char **problem)
{
	bool used = false;
	NEOERR *err = STATUS_OK;

	if (password_matches(fresh, s->login) || password_matches(fresh, s->payment)) {
		*problem = text_get(req, "password.used");
		goto out;
	}
	if (!payment)
		TRY(password_was_used(req->db, req->who.user_id, fresh, &used));
	if (used)
		*problem = text_get(req, "password.used_before");
out:
	return nerr_pass(err);
}

/* The rules, then the old password, then what only its holder may learn: which ones were used. */
static NEOERR *all_problems(struct request *req, const struct state *s, const char *fresh,
	bool payment, const char **problem)
{
	const char *key = NULL;
	NEOERR *err;

	TRY(new_problem(req, fresh, payment, problem));
	if (*problem)
		goto out;
	TRY(old_problem(req, s, payment, &key));
	if (key)
		*problem = text_get(req, key);
	else
		TRY(used_problem(req, s, fresh, payment, problem));
out:
	return nerr_pass(err);
}

NEOERR *password_page_change(struct request *req)
{
	bool payment = text_eq(request_param(req, "which"), "payment");
	const char *form = payment ? "payment" : "login", *fresh = request_param_or(req, "new", ""),
			   *problem;
	struct setting_it set = { .req = req, .payment = payment };
	struct state s;
	NEOERR *err;

	TRY(db_get(req->db, &password_state, ARGS(I64(req->who.user_id)), on_state, &s));
	TRY(all_problems(req, &s, fresh, payment, &problem));
	if (problem)
		return nerr_pass(show(req, &s, form, problem));
	TRY(password_hash(fresh, set.hash));
	TRY(db_tx(req->db, set_tx, &set));
	if (payment ? s.must_login : s.must_payment)
		response_redirect(req, "/admin/password");
	else
		response_redirect_saying(req,
			s.must_login || s.must_payment ? "/admin/" : "/admin/password", "password.changed",
			NULL);
out:
	return nerr_pass(err);
}
