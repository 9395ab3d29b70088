/* email.c - the own e-mail address proved by a link that was mailed to it (G11).
 * Owns table email_token and user.email_proved; a changed address is unproved by itself. Serves
 * everybody who works here. */
#include "base/crypt.h"
#include "base/mail.h"
#include "charge/delivery.h"
#include "cgi/login.h"
#include "cgi/screen/screen.h"

#include "base/conf.h"

#define TOKEN_BYTES 32
#define TOKEN_SECONDS DAY_SECONDS
#define MAILS_MOST 5                         /* an hour */
#define HOUR 3600

SQL(email_state, "SELECT email, email_verified_at FROM user WHERE id = ?");
SQL(email_token_add,
	"INSERT INTO email_token (token_hash, user_id, email, created_at, expires_at) VALUES (?, ?,"
	" ?, ?, ?)");
/* The last link counts; old ones of the person end. */
SQL(email_token_drop, "DELETE FROM email_token WHERE user_id = ?");
SQL(email_token_find,
	"SELECT email FROM email_token WHERE token_hash = ? AND user_id = ? AND expires_at > ?");
SQL(email_token_use,
	"DELETE FROM email_token WHERE token_hash = ? AND user_id = ? AND expires_at > ?");
SQL(email_proved,
	"UPDATE user SET email_proved = email, email_proved_at = ?, updated_at = ?, updated_by = ?,"
	" version = version + 1"
	" WHERE id = ? AND email = ?");

struct email {
	struct request *req;
	const char *address, *of_token, *problem;
	int64_t verified_at;
	char hash[SHA256_HEX];
};

static NEOERR *state_row(const struct row *r, void *ctx)
{
	struct email *e = ctx;

	e->address = arena_strdup(&e->req->arena, row_str(r, 0));
	e->verified_at = row_time(r, 1);
	return STATUS_OK;
}

static NEOERR *read_state(struct email *e)
{
	return nerr_pass(
		db_get(e->req->db, &email_state, ARGS(I64(e->req->who.user_id)), state_row, e));
}

static NEOERR *render(struct email *e, const char *title)
{
	struct request *req = e->req;
	NEOERR *err = STATUS_OK;

	if (e->problem) {
		req->status = 422;
		TRY(hdf_put(req->hdf, text_get(req, e->problem), "Form.error"));
	}
	TRY(hdf_put(req->hdf, e->address, "Email.address"));
	TRY(hdf_put(req->hdf, e->verified_at ? screen_time(req, e->verified_at) : "",
		"Email.verified"));
	TRY(hdf_put(req->hdf, text_get(req, title), "Page.title"));
	TRY(hdf_put(req->hdf, text_get(req, title), "Page.heading"));
	TRY(render_page(req, "screen/email.cs"));
out:
	return nerr_pass(err);
}

NEOERR *email_show(struct request *req)
{
	struct email e = { .req = req };
	NEOERR *err = STATUS_OK;

	TRY(read_state(&e));
	TRY(render(&e, "email.title"));
out:
	return nerr_pass(err);
}

static NEOERR *send_tx(struct db *db, void *ctx)
{
	struct email *e = ctx;
	struct request *req = e->req;
	char token[2 * TOKEN_BYTES + 1];
	int64_t now = clock_now(), id = req->who.user_id;
	const char *link;
	NEOERR *err = STATUS_OK;

	TRY(random_hex(token, TOKEN_BYTES));
	sha256_hex(token, strlen(token), e->hash);
	link = arena_printf(&req->arena, "%s/admin/me/email/verify?token=%s", conf.url, token);
	TRY(db_exec(db, &email_token_drop, ARGS(I64(id)), NULL));
	TRY(db_exec(db, &email_token_add,
		ARGS(STR(e->hash), I64(id), STR(e->address), TIME(now), TIME(now + TOKEN_SECONDS)), NULL));
	TRY(delivery_add(db, "mail", e->address, text_get(req, "email.subject"),
		text_format(req, "email.text", req->who.name, link), NULL));
	TRY(audit_add(db, &req->actor, "user", id, "email_link", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

NEOERR *email_send(struct request *req)
{
	struct email e = { .req = req };
	NEOERR *err = STATUS_OK;
	int wait = 0;

	TRY(read_state(&e));
	if (!mail_is_address(e.address))
		e.problem = *e.address ? "email.unfit" : "email.none";
	else if (e.verified_at)
		e.problem = "email.already";
	else
		TRY(throttle_hit(req->db,
			arena_printf(&req->arena, "email:%lld", (long long)req->who.user_id), MAILS_MOST, HOUR,
			&wait));
	if (wait > 0)
		e.problem = "email.often";
	if (e.problem) {
		TRY(render(&e, "email.title"));
		goto out;
	}
	TRY(db_tx(req->db, send_tx, &e));
	response_redirect_saying(req, "/admin/me/email", "email.sent", e.address);
out:
	return nerr_pass(err);
}

static NEOERR *token_row(const struct row *r, void *ctx)
{
	struct email *e = ctx;

	e->of_token = arena_strdup(&e->req->arena, row_str(r, 0));
	return STATUS_OK;
}

/* The token of the asker's own, unused and in time; else a problem. */
static NEOERR *read_token(struct email *e)
{
	const char *token = request_param_or(e->req, "token", "");
	bool found = false;
	NEOERR *err;

	sha256_hex(token, strlen(token), e->hash);
	TRY(db_find(e->req->db, &email_token_find,
		ARGS(STR(e->hash), I64(e->req->who.user_id), TIME(clock_now())), token_row, e, &found));
	if (!found)
		e->problem = "email.token_void";
	else if (!text_eq(e->of_token, e->address))
		e->problem = "email.token_other";
out:
	return nerr_pass(err);
}

/* A link that is only looked at (by a mail scanner, say) changes nothing: the page asks. */
NEOERR *email_verify_show(struct request *req)
{
	struct email e = { .req = req };
	NEOERR *err = STATUS_OK;

	TRY(read_state(&e));
	TRY(read_token(&e));
	if (!e.problem)
		TRY(hdf_put(req->hdf, request_param_or(req, "token", ""), "Email.token"));
	response_header(req, "Referrer-Policy", "no-referrer");
	TRY(render(&e, "email.verify"));
out:
	return nerr_pass(err);
}

static NEOERR *verify_tx(struct db *db, void *ctx)
{
	struct email *e = ctx;
	int64_t now = clock_now(), id = e->req->who.user_id, used = 0, proved = 0;
	NEOERR *err = STATUS_OK;

	e->problem = NULL;
	TRY(db_exec(db, &email_token_use, ARGS(STR(e->hash), I64(id), TIME(now)), &used));
	if (used)
		TRY(db_exec(db, &email_proved,
			ARGS(TIME(now), TIME(now), I64(id), I64(id), STR(e->of_token)), &proved));
	if (proved)
		TRY(audit_add(db, &e->req->actor, "user", id, "email_verified", NULL, NULL, NULL));
	else
		e->problem = "email.token_void";
out:
	return nerr_pass(err);
}

NEOERR *email_verify(struct request *req)
{
	struct email e = { .req = req };
	NEOERR *err = STATUS_OK;

	TRY(read_state(&e));
	TRY(read_token(&e));
	if (!e.problem)
		TRY(db_tx(req->db, verify_tx, &e));
	if (e.problem)
		TRY(render(&e, "email.verify"));
	else
		response_redirect_saying(req, "/admin/me/email", "email.done", e.address);
out:
	return nerr_pass(err);
}
