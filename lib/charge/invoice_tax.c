/* invoice_tax.c - the tax service: asked for an invoice or to void one, and followed until it has
 * an end.
 * Owns the reading of tax_link. Serves invoice.h; daemons/courier calls it for deliveries "tax".
 *
 * POST URL/issue, URL/query, URL/void with flat JSON, signed by HMAC-SHA256 over its sorted fields.
 * serial is ours, the same for each try of one request, so that a lost answer makes no second
 * invoice. Answers: {"code": 0, "state": "issuing" | "issued" | "failed" | "void", "invoice_code",
 * "invoice_no", "message"}; any other code is a refusal of the message itself. */
#include "charge/invoice_internal.h"

#include "base/clock.h"
#include "base/http.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/field_sign.h"

#define TIMEOUT_MS 10000
#define ANSWER_MAX (64 * 1024)

SQL(tax_link_select,
	"select url, app_id, secret from tax_link where provider_id = ? and status = 'enabled' and"
	" deleted = 0");
SQL(tax_link_secret, "update tax_link set secret = ? where id = ?");

struct link { char url[401], app_id[65]; struct field_sign sign; };

static NEOERR *take_link(const struct row *r, void *ctx)
{
	struct link *l = ctx;
	char *secret = NULL;
	NEOERR *err;

	*l = (struct link){ .sign = { .digest = DIGEST_HMAC_SHA256 } };
	text_copy(l->url, sizeof l->url, row_str(r, 0));
	text_copy(l->app_id, sizeof l->app_id, row_str(r, 1));
	TRY(secret_open_dup(row_str(r, 2), &secret));
	text_copy(l->sign.secret, sizeof l->sign.secret, secret);
out:
	free(secret);
	return nerr_pass(err);
}

NEOERR *tax_link_set_secret(struct db *db, int64_t id, const char *secret)
{
	char *sealed = NULL;
	NEOERR *err;

	if (*secret == '\0')
		return STATUS_OK;
	TRY(secret_seal_dup(secret, &sealed));
	TRY(db_exec(db, &tax_link_secret, ARGS(STR(sealed), I64(id)), NULL));
out:
	free(sealed);
	return nerr_pass(err);
}

static void put_fixed(json_t *o, const char *name, int64_t v, int scale, int decimals)
{
	char text[FIXED_TEXT];

	json_object_set_new(o, name, json_string(fixed_format(v, scale, decimals, text)));
}

static void put_invoice(json_t *o, const struct invoice_row *r)
{
	const char *name;
	json_t *seller = json_loads(r->seller, 0, NULL), *value;
	char key[60];

	json_object_foreach(seller, name, value) {
		snprintf(key, sizeof key, "seller_%s", name);
		json_object_set(o, key, value);
	}
	json_decref(seller);
	json_object_set_new(o, "buyer_title", json_string(r->title));
	json_object_set_new(o, "buyer_tax_no", json_string(r->tax_no));
	json_object_set_new(o, "buyer_email", json_string(r->email));
	put_fixed(o, "energy_kwh", r->energy, ENERGY_SCALE, ENERGY_SCALE);
	put_fixed(o, "energy_amount", r->energy_amount, MONEY_SCALE, 2);
	put_fixed(o, "energy_rate", r->energy_rate, 2, 2);
	put_fixed(o, "energy_tax", r->energy_tax, MONEY_SCALE, 2);
	put_fixed(o, "service_amount", r->service_amount, MONEY_SCALE, 2);
	put_fixed(o, "service_rate", r->service_rate, 2, 2);
	put_fixed(o, "service_tax", r->service_tax, MONEY_SCALE, 2);
	put_fixed(o, "amount", r->amount, MONEY_SCALE, 2);
}

static NEOERR *body_dup(const struct link *l, const struct invoice_row *r, bool whole, char **out)
{
	json_t *o = json_object();
	char sign[SHA256_HEX], serial[40];
	NEOERR *err;

	snprintf(serial, sizeof serial, "%s-%d", r->no, r->tries);
	json_object_set_new(o, "serial", json_string(serial));
	json_object_set_new(o, "app_id", json_string(l->app_id));
	json_object_set_new(o, "timestamp", json_integer(clock_now()));
	if (whole)
		put_invoice(o, r);
	TRY(field_sign(&l->sign, o, sign));
	json_object_set_new(o, "sign", json_string(sign));
	*out = json_write_dup(o);
out:
	json_decref(o);
	return nerr_pass(err);
}

static NEOERR *ask(const struct link *l, const struct invoice_row *r, const char *what,
	char *answer, size_t room, json_t **out)
{
	char url[440], *body = NULL;
	struct http_answer a = { 0 };
	static const char *const lines[] = { "Content-Type: application/json; charset=utf-8", NULL };
	struct http_request req = { .method = "POST", .url = url, .headers = lines,
		.timeout_ms = TIMEOUT_MS, .max_body = ANSWER_MAX };
	NEOERR *err;

	snprintf(url, sizeof url, "%s/%s", l->url, what);
	TRY(body_dup(l, r, text_eq(what, "issue"), &body));
	req.body = body;
	req.body_len = strlen(body);
	TRY(http_do(&req, &a));
	text_copy(answer, room, buf_str(&a.body));
	text_scrub(answer);
	if (a.status != 200)
		err = nerr_raise(ERR_PEER, "HTTP %ld", a.status);
	else
		err = json_read(buf_str(&a.body), a.body.len, ANSWER_MAX, out);
out:
	http_answer_clear(&a);
	free(body);
	return nerr_pass(err);
}

/* ---- what the answer means ---- */

struct verdict { int64_t id; int tries; const char *state, *code, *number, *message; };

static NEOERR *settle_tx(struct db *db, void *ctx)
{
	const struct verdict *v = ctx;
	struct invoice_row r;
	NEOERR *err;

	TRY(invoice_get(db, v->id, true, &r));
	if (r.tries != v->tries)
		return STATUS_OK;                            /* asked anew since */
	if (r.state == INVOICE_ISSUING && text_eq(v->state, "issued"))
		TRY(invoice_issued(db, &r, v->code, v->number, NULL));
	else if (r.state == INVOICE_ISSUING && text_eq(v->state, "failed"))
		TRY(invoice_move(db, &r, INVOICE_FAILED, v->message, "", NULL));
	else if (r.state == INVOICE_VOIDING && text_eq(v->state, "void")) {
		TRY(invoice_move(db, &r, INVOICE_VOID, "", "", NULL));
		TRY(invoice_release(db, v->id));
	} else if (r.state == INVOICE_VOIDING && text_eq(v->state, "failed"))
		TRY(invoice_move(db, &r, INVOICE_ISSUED, v->message, "", NULL));
out:
	return nerr_pass(err);
}

static NEOERR *read_verdict(const json_t *o, const struct invoice_row *r, struct verdict *v)
{
	bool refused = json_i64(o, "code", -1) != 0;

	*v = (struct verdict){ r->id, r->tries, refused ? "failed" : json_text(o, "state", ""),
		json_text(o, "invoice_code", ""), json_text(o, "invoice_no", ""),
		json_text(o, "message", "") };
	if (text_eq(v->state, "issuing") || text_eq(v->state, "voiding"))
		return nerr_raise(ERR_BUSY, "the tax service is at it");
	if (text_eq(v->state, "issued") &&
		(*v->number == '\0' || strlen(v->number) > 24 || strlen(v->code) > 20))
		return nerr_raise(ERR_PEER, "issued without a number");
	if (!text_eq(v->state, "issued") && !text_eq(v->state, "failed") && !text_eq(v->state, "void"))
		return nerr_raise(ERR_PEER, "no state is known as \"%.40s\"", v->state);
	return STATUS_OK;
}

/* issue and void are asked each time: the serial makes them the same request. */
NEOERR *invoice_tax_try(struct db *db, int64_t id, char *answer, size_t room)
{
	struct invoice_row r;
	struct link l;
	struct verdict v;
	json_t *o = NULL;
	bool found = false;
	NEOERR *err;

	TRY(invoice_get(db, id, false, &r));
	if (r.state != INVOICE_ISSUING && r.state != INVOICE_VOIDING)
		return STATUS_OK;
	TRY(db_find(db, &tax_link_select, ARGS(I64(r.provider_id)), take_link, &l, &found));
	if (!found)
		return nerr_raise(ERR_INVALID, "the provider has no tax service");
	TRY(ask(&l, &r, r.state == INVOICE_ISSUING ? "issue" : "void", answer, room, &o));
	TRY(read_verdict(o, &r, &v));
	TRY(db_tx(db, settle_tx, &v));
out:
	json_decref(o);
	return nerr_pass(err);
}
