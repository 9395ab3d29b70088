/* factor_page.c - setting up the second factor, new recovery codes, and doing without it again.
 * Owns the page; a secret lives in its form, sealed and bound to the user, until a code proves that
 * the phone has it.
 * Serves own settings. */
#include <ClearSilver.h>

#include "cgi/factor.h"
#include "cgi/login.h"
#include "cgi/login_page.h"
#include "cgi/perm.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/qr.h"
#include "base/text.h"
#include "base/totp.h"
#include "db/audit.h"
#include "db/setting.h"

#define OFFER_SECONDS 1800

struct offer {
	struct request *req;
	char secret[TOTP_SECRET];
	const char *sealed;
	int64_t step;
	char code[FACTOR_CODES][FACTOR_CODE];
};

static NEOERR *offer_make(struct offer *o)
{
	struct request *req = o->req;
	unsigned char key[TOTP_KEY];
	char *sealed = NULL;
	NEOERR *err;

	TRY(random_bytes(key, sizeof key));
	base32_text(key, sizeof key, o->secret);
	TRY(secret_seal_dup(arena_printf(&req->arena, "enrol %lld %lld %s", (long long)req->who.user_id,
		(long long)(clock_now() + OFFER_SECONDS), o->secret), &sealed));
	o->sealed = arena_strdup(&req->arena, sealed);
out:
	free(sealed);
	explicit_bzero(key, sizeof key);
	return nerr_pass(err);
}

/* The secret of the posted form, "" if it is another user's, too old, or was not made by us. */
static NEOERR *offer_read(struct offer *o)
{
	struct request *req = o->req;
	char *plain = NULL, *rest, *word;
	int64_t user = 0, until = 0;
	NEOERR *err;

	o->sealed = request_param_or(req, "offer", "");
	o->secret[0] = '\0';
	err = secret_open_dup(o->sealed, &plain);
	if (error_is(err, ERR_INVALID)) {
		error_drop(err);
		return STATUS_OK;
	}
	TRY(err);
	rest = plain;
	if (!text_eq(text_split(&rest, ' '), "enrol"))
		goto out;
	if ((word = text_split(&rest, ' ')) == NULL || !text_i64(word, &user) ||
		user != req->who.user_id)
		goto out;
	if ((word = text_split(&rest, ' ')) == NULL || !text_i64(word, &until) || until < clock_now())
		goto out;
	text_copy(o->secret, sizeof o->secret, rest ? rest : "");
out:
	free(plain);
	return nerr_pass(err);
}

/* otpauth://totp/Name:account?secret=...&issuer=Name, as authenticator apps read it. */
static NEOERR *put_qr(struct offer *o)
{
	struct request *req = o->req;
	char operator_name[200], spaced[TOTP_SECRET + 10], *svg = NULL, *picture = NULL;
	const char *name;
	NEOERR *err;
	size_t n = 0;

	TRY(setting_text(req->db, "operator_name", operator_name, sizeof operator_name));
	name = url_encode(req, *operator_name ? operator_name : "chargeops");
	TRY(qr_svg_dup(arena_printf(&req->arena, "otpauth://totp/%s:%s?secret=%s&issuer=%s", name,
					   url_encode(req, req->who.login), o->secret, name),
		&svg));
	picture = base64_dup(svg, strlen(svg));
	TRY(hdf_put(req->hdf, picture, "Factor.picture"));
	for (size_t i = 0; o->secret[i]; i++) {
		if (i && i % 4 == 0)
			spaced[n++] = ' ';
		spaced[n++] = o->secret[i];
	}
	spaced[n] = '\0';
	TRY(hdf_put(req->hdf, spaced, "Factor.secret"));
	TRY(hdf_put(req->hdf, o->sealed, "Factor.offer"));
out:
	free(svg);
	free(picture);
	return nerr_pass(err);
}

static NEOERR *show(struct offer *o, const char *problem)
{
	struct request *req = o->req;
	bool on = false;
	NEOERR *err;

	TRY(factor_is_on(req->db, req->who.user_id, &on));
	if (!on && !*o->secret)
		TRY(offer_make(o));
	if (!on)
		TRY(put_qr(o));
	TRY(hdf_put(req->hdf, on ? "1" : "", "Factor.on"));
	TRY(hdf_put(req->hdf, perm_wants_factor(req->who.permissions) ? "1" : "", "Factor.wanted"));
	TRY(hdf_put(req->hdf, req->who.must_enrol ? "1" : "", "Factor.must"));
	TRY(hdf_put(req->hdf, text_get(req, "factor.title"), "Page.title"));
	if (problem) {
		TRY(hdf_put(req->hdf, text_get(req, problem), "Factor.problem"));
		req->status = 422;
	}
	TRY(render_page(req, "factor.cs"));
out:
	return nerr_pass(err);
}

NEOERR *factor_page_show(struct request *req)
{
	struct offer o = { .req = req };

	return nerr_pass(show(&o, NULL));
}

/* Only here are the codes ever shown. */
static NEOERR *show_codes(struct offer *o)
{
	struct request *req = o->req;
	struct buf all;
	NEOERR *err = STATUS_OK;

	buf_init(&all, 0);
	for (int i = 0; i < FACTOR_CODES; i++) {
		TRY(hdf_put(req->hdf, o->code[i], "Factor.code.%d", i));
		buf_printf(&all, "%s\n", o->code[i]);
	}
	TRY(hdf_put(req->hdf, buf_str(&all), "Factor.codes"));
	TRY(hdf_put(req->hdf, text_get(req, "factor.codes_title"), "Page.title"));
	TRY(render_page(req, "factor_codes.cs"));
out:
	buf_clear(&all);
	return nerr_pass(err);
}

/* Other log-ins were made without the second factor: they end. */
static NEOERR *begin_tx(struct db *db, void *ctx)
{
	struct offer *o = ctx;
	struct request *req = o->req;
	NEOERR *err;

	TRY(factor_begin(db, req->who.user_id, o->secret, o->step));
	TRY(factor_codes_make(db, req->who.user_id, o->code));
	TRY(login_end_all_of_user(db, req->who.user_id, req->who.login_id));
	TRY(audit_add(db, &req->actor, "user", req->who.user_id, "factor_on", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

NEOERR *factor_page_begin(struct request *req)
{
	struct offer o = { .req = req };
	unsigned char key[TOTP_KEY];
	bool on = false;
	NEOERR *err;

	TRY(factor_is_on(req->db, req->who.user_id, &on));
	if (on) {
		response_redirect(req, "/admin/me/factor");
		goto out;
	}
	TRY(offer_read(&o));
	if (!base32_read(o.secret, key, sizeof key)) {
		o.secret[0] = '\0';
		return nerr_pass(show(&o, "factor.offer_old"));
	}
	o.step = totp_step_of(key, sizeof key,
		text_trim(arena_strdup(&req->arena, request_param_or(req, "code", ""))), clock_now());
	if (!o.step)
		return nerr_pass(show(&o, "factor.not_proved"));
	TRY(db_tx(req->db, begin_tx, &o));
	req->who.must_enrol = false;
	TRY(show_codes(&o));
out:
	explicit_bzero(key, sizeof key);
	return nerr_pass(err);
}

static NEOERR *end_tx(struct db *db, void *ctx)
{
	struct offer *o = ctx;
	struct request *req = o->req;
	NEOERR *err;

	TRY(factor_end(db, req->who.user_id));
	TRY(audit_add(db, &req->actor, "user", req->who.user_id, "factor_off", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

NEOERR *factor_page_end(struct request *req)
{
	struct offer o = { .req = req };
	const char *problem;
	NEOERR *err;

	if (perm_wants_factor(req->who.permissions))
		return nerr_pass(show(&o, "factor.wanted"));
	TRY(factor_check(req, req->who.user_id, request_param_or(req, "code", ""), &problem));
	if (problem)
		return nerr_pass(show(&o, problem));
	TRY(db_tx(req->db, end_tx, &o));
	response_redirect_saying(req, "/admin/me", "factor.ended", NULL);
out:
	return nerr_pass(err);
}

static NEOERR *codes_tx(struct db *db, void *ctx)
{
	struct offer *o = ctx;
	struct request *req = o->req;
	NEOERR *err;

	TRY(factor_codes_make(db, req->who.user_id, o->code));
	TRY(audit_add(db, &req->actor, "user", req->who.user_id, "recovery_codes", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

NEOERR *factor_page_codes(struct request *req)
{
	struct offer o = { .req = req };
	const char *problem;
	NEOERR *err;

	TRY(factor_check(req, req->who.user_id, request_param_or(req, "code", ""), &problem));
	if (problem)
		return nerr_pass(show(&o, problem));
	TRY(db_tx(req->db, codes_tx, &o));
	TRY(show_codes(&o));
out:
	return nerr_pass(err);
}
