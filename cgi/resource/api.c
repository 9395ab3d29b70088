/* api.c - lists and records as JSON: read, create, change, act, with the pages' own statements and
 * checks.
 * Owns nothing.
 * Serves programs with a key. (W2) */
#include "cgi/resource/api.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "cgi/login.h"
#include "cgi/render.h"
#include "cgi/resource/page.h"
#include "cgi/response.h"

#define BODY_MAX (256u << 10)

/* ---- answers ---- */

static void open_error(struct request *req, struct buf *out, const char *code)
{
	buf_puts(out, "{\"error\":");
	json_quote(out, code);
	buf_puts(out, ",\"message\":");
	json_quote(out, text_get(req, arena_printf(&req->arena, "error.%s", code)));
	buf_printf(out, ",\"request_id\":\"%s\"", req->id);
}

void api_fail(struct request *req, int status, const char *code)
{
	struct buf out;

	buf_init(&out, 0);
	open_error(req, &out, code);
	buf_putc(&out, '}');
	response_json(req, status, buf_str(&out));
	buf_clear(&out);
}

struct fields { struct request *req; struct buf out; int n; };

static void fields_open(struct fields *f, struct request *req)
{
	f->req = req;
	f->n = 0;
	buf_init(&f->out, 0);
	open_error(req, &f->out, "invalid");
	buf_puts(&f->out, ",\"fields\":{");
}

static void fields_add(struct fields *f, const char *name, const char *problem)
{
	if (f->n++ > 0)
		buf_putc(&f->out, ',');
	json_quote(&f->out, name);
	buf_putc(&f->out, ':');
	json_quote(&f->out, text_has(f->req->lang, problem) ? text_get(f->req, problem) : problem);
}

static void fields_answer(struct fields *f)
{
	buf_puts(&f->out, "}}");
	response_json(f->req, 422, buf_str(&f->out));
}

/* What a change holds against itself; "" is what no single field is to blame for. */
static void answer_change(struct request *req, const struct change *c)
{
	struct fields f;

	fields_open(&f, req);
	for (int i = 0; c->res->fields[i].name != NULL; i++)
		if (c->error[i] != NULL)
			fields_add(&f, c->res->fields[i].name, change_problem(req, c, i));
	if (c->form_error != NULL)
		fields_add(&f, "", change_problem(req, c, -1));
	fields_answer(&f);
	buf_clear(&f.out);
}

/* ---- who and what ---- */

NEOERR *api_enter(struct request *req, const char *verb, const struct resource **res,
	bool *go)
{
	NEOERR *err = STATUS_OK;
	int wait = 0;

	*go = true;
	if (req->who.api)
		TRY(throttle_hit(req->db,
			arena_printf(&req->arena, "api:%lld", (long long)req->who.login_id), API_PER_MINUTE, 60,
			&wait));
	if (wait > 0) {
		response_header(req, "Retry-After", arena_printf(&req->arena, "%d", wait));
		api_fail(req, 429, "throttled");
		*go = false;
		goto out;
	}
	if (verb != NULL)
		TRY(resource_enter(req, verb, res));
out:
	return nerr_pass(err);
}

static NEOERR *read_body(struct request *req, json_t **out)
{
	NEOERR *err = STATUS_OK;

	TRY(json_read(req->body != NULL ? req->body : "", req->body_len, BODY_MAX, out));
	if (!json_is_object(*out)) {
		json_decref(*out);
		*out = NULL;
		err = nerr_raise(ERR_INVALID, "the body is no JSON object");
	}
out:
	return nerr_pass(err);
}

/* Members of the body into the change; false: answered, something does not fit. */
static bool put_members(struct request *req, struct change *c, const json_t *body,
	const char *const *others)
{
	struct fields f;
	const char *name;
	json_t *value;

	fields_open(&f, req);
	json_object_foreach((json_t *)(uintptr_t)body, name, value) {
		int i = field_index(c->res, name);
		const char *problem = "api.unknown_field", *text = NULL;
		const char *const *other = others;

		while (*other != NULL && strcmp(*other, name) != 0)
			other++;
		if (*other != NULL)
			continue;
		if (i >= 0)
			text = api_take_value(req, &c->res->fields[i], value, &problem);
		if (text == NULL || !change_put(req, c, name, text))
			fields_add(&f, name, text == NULL ? problem : "api.read_only");
	}
	if (f.n > 0)
		fields_answer(&f);
	buf_clear(&f.out);
	return f.n == 0;
}

/* ---- reading ---- */

struct rows {
	struct request *req;
	struct buf *out;
	const struct column *column;
	int n, rows;
	bool version, whole;
};

static NEOERR *put_record(const struct row *r, void *ctx)
{
	struct rows *w = ctx;

	buf_printf(w->out, "%s{\"id\":%s", w->rows++ > 0 ? "," : "", row_str(r, 0));
	for (int i = 0; i < w->n; i++) {
		const struct column *c = &w->column[i];

		buf_printf(w->out, ",\"%s\":", c->field->name);
		api_put_value(w->req, w->out, c->field, r->value[c->at],
			c->field->kind == F_REF ? r->value[c->at + 1] : NULL, w->whole);
	}
	if (w->version)
		buf_printf(w->out, ",\"version\":%s", row_str(r, r->n - 1));
	buf_putc(w->out, '}');
	return STATUS_OK;
}

static NEOERR *put_page(struct request *req, struct view *v, struct buf *out)
{
	struct column *column =
		arena_alloc(&req->arena, (size_t)(field_count(v->res) + 1) * sizeof *column);
	struct rows w = { .req = req, .out = out, .column = column, .version = !v->res->plain };
	int64_t count = 0, cap = v->res->big ? BIG_CAP + 1 : 0;
	NEOERR *err = STATUS_OK;
	struct query q;

	query_init(&q, &req->arena);
	w.n = api_columns(v->res, true, column);
	view_select(&q, req, v, column, w.n, v->size, (v->page - 1) * v->size,
		w.version ? ", t.version" : NULL);
	buf_puts(out, "{\"rows\":[");
	TRY(query_run(req->db, &q, put_record, &w));
	TRY(view_count(req, v, v->tab, cap, &count));
	buf_printf(out, "],\"page\":%lld,\"size\":%lld,\"count\":%lld,\"count_is_capped\":%s}",
		(long long)v->page, (long long)v->size,
		(long long)(cap && count > BIG_CAP ? BIG_CAP : count),
		cap && count > BIG_CAP ? "true" : "false");
out:
	query_clear(&q);
	return nerr_pass(err);
}

static NEOERR *api_list(struct request *req)
{
	const struct resource *res;
	NEOERR *err = STATUS_OK;
	struct fields f;
	struct view v;
	struct buf out;
	bool go;

	buf_init(&out, 0);
	TRY(api_enter(req, "list", &res, &go));
	if (!go)
		goto out;
	TRY(view_read(req, res, &v));
	if (v.bad) {
		fields_open(&f, req);
		for (int i = 0; res->fields[i].name != NULL; i++)
			if (v.filter[i].bad)
				fields_add(&f, res->fields[i].name, "api.bad_filter");
		fields_answer(&f);
		buf_clear(&f.out);
		goto out;
	}
	TRY(put_page(req, &v, &out));
	response_json(req, 200, buf_str(&out));
out:
	buf_clear(&out);
	return nerr_pass(err);
}

/* The record as JSON with the status; ERR_NOT_FOUND out of the asker's scope. */
static NEOERR *answer_record(struct request *req, const struct resource *res, int64_t id,
	bool whole, int status)
{
	struct column *column =
		arena_alloc(&req->arena, (size_t)(field_count(res) + 1) * sizeof *column);
	struct buf out;
	struct rows w = { .req = req,
		.out = &out,
		.column = column,
		.version = !res->plain,
		.whole = whole };
	NEOERR *err = STATUS_OK;
	struct query q;

	buf_init(&out, 0);
	query_init(&q, &req->arena);
	w.n = api_columns(res, false, column);
	query_columns(&q, column, w.n);
	query_add(&q, w.version ? ", t.version" : "");
	query_from(&q, res, true);
	query_column_joins(&q, column, w.n, NULL);
	query_where(&q, req, res, false);
	query_add(&q, " AND t.id = ?");
	query_bind(&q, I64(id));
	TRY(query_run(req->db, &q, put_record, &w));
	if (w.rows == 0)
		err = nerr_raise(ERR_NOT_FOUND, "%s %lld", res->name, (long long)id);
	else
		response_json(req, status, buf_str(&out));
out:
	query_clear(&q);
	buf_clear(&out);
	return nerr_pass(err);
}

/* ?whole=1 shows personal data to who may see it, and leaves a trace like the page does. */
static NEOERR *api_get(struct request *req)
{
	bool whole = text_eq(request_param(req, "whole"), "1"), go;
	int64_t id = route_id(req, "id");
	const struct resource *res;
	NEOERR *err = STATUS_OK;

	TRY(api_enter(req, "show", &res, &go));
	if (!go)
		goto out;
	if (whole)
		TRY(resource_permit(req, res, "pii"));
	TRY(answer_record(req, res, id, whole, 200));
	if (whole)
		TRY(audit_add(req->db, &req->actor, res->name, id, "whole", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

/* ---- writing ---- */

/* Idempotency-Key: sent again with the same one, the first record is the answer. */
static const char *token_of(struct request *req)
{
	const char *key = request_env(req, "HTTP_IDEMPOTENCY_KEY");
	char hash[SHA256_HEX];

	if (key == NULL || *key == '\0')
		return NULL;
	key = arena_printf(&req->arena, "%lld:%.200s", (long long)req->who.user_id, key);
	sha256_hex(key, strlen(key), hash);
	return arena_printf(&req->arena, "%.32s", hash);
}

static NEOERR *api_create(struct request *req)
{
	static const char *const others[] = { NULL };
	const struct resource *res;
	NEOERR *err = STATUS_OK;
	json_t *body = NULL;
	struct change *c;
	bool go, saved;
	int64_t id;

	TRY(api_enter(req, "create", &res, &go));
	if (!go)
		goto out;
	TRY(read_body(req, &body));
	c = change_new(req, res, 0);
	if (!put_members(req, c, body, others))
		goto out;
	TRY(change_save(req, c, 0, token_of(req), &id, &saved));
	if (!saved) {
		answer_change(req, c);
		goto out;
	}
	response_header(req, "Location",
		arena_printf(&req->arena, "/api/v1/%s/%lld", res->name, (long long)id));
	TRY(answer_record(req, res, id, false, 201));
out:
	json_decref(body);
	return nerr_pass(err);
}

static NEOERR *api_update(struct request *req)
{
	static const char *const others[] = { "version", NULL };
	int64_t id = route_id(req, "id"), version;
	const struct resource *res;
	NEOERR *err = STATUS_OK;
	json_t *body = NULL;
	struct change *c;
	struct fields f;
	bool go, saved;

	TRY(api_enter(req, "update", &res, &go));
	if (!go)
		goto out;
	TRY(read_body(req, &body));
	if ((version = json_i64(body, "version", 0)) <= 0) {
		fields_open(&f, req);
		fields_add(&f, "version", "api.version");
		fields_answer(&f);
		buf_clear(&f.out);
		goto out;
	}
	c = change_new(req, res, id);
	if (!put_members(req, c, body, others))
		goto out;
	TRY(change_save(req, c, version, NULL, &id, &saved));
	if (!saved)
		answer_change(req, c);
	else
		TRY(answer_record(req, res, id, false, 200));
out:
	json_decref(body);
	return nerr_pass(err);
}

/* The payment password stands in the body; a wrong one counts like on a page. *fine false:
 * answered. */
static NEOERR *check_payment(struct request *req, const struct action *a, const json_t *body,
	bool *fine)
{
	const char *problem = NULL;
	NEOERR *err = STATUS_OK;
	struct fields f;

	*fine = true;
	if (!(a->flags & ACT_PAYMENT))
		return STATUS_OK;
	TRY(payment_password_check(req, json_text(body, "payment_password", ""), &problem));
	if (problem == NULL)
		goto out;
	*fine = false;
	fields_open(&f, req);
	fields_add(&f, "payment_password", problem);
	fields_answer(&f);
	buf_clear(&f.out);
out:
	return nerr_pass(err);
}

static NEOERR *run_action(struct request *req, const struct resource *res, const struct action *a,
	int64_t id, const json_t *body)
{
	static const char *const others[] = { "payment_password", NULL };
	struct change *input = action_input(req, res, a, id);
	NEOERR *err = STATUS_OK;
	bool fine, done;

	if (!put_members(req, input, body, others))
		goto out;
	TRY(check_payment(req, a, body, &fine));
	if (!fine)
		goto out;
	TRY(action_run(req, res, a, input, token_of(req), &done));
	if (!done)
		answer_change(req, input);
	else if (text_eq(a->name, "delete") || !resource_may(req, res, "show"))
		response_json(req, 200, "{\"done\":true}");
	else
		TRY(answer_record(req, res, id, false, 200));
out:
	return nerr_pass(err);
}

static NEOERR *api_action(struct request *req)
{
	const struct resource *res = resource_find(route_part(req, "resource"));
	const struct action *a = res != NULL ? action_find(res, route_part(req, "action")) : NULL;
	const struct resource *none;
	NEOERR *err = STATUS_OK;
	json_t *body = NULL;
	bool go;

	TRY(api_enter(req, NULL, &none, &go));
	if (!go)
		goto out;
	if (a == NULL || !(a->flags & ACT_ROW) || (a->flags & ACT_LINK) || route_id(req, "id") == 0)
		return nerr_raise(ERR_NOT_FOUND, "no such action");
	TRY(resource_permit(req, res, action_verb(a)));
	TRY(resource_reach(req, res, route_id(req, "id"), false));
	if (req->body_len > 0)
		TRY(read_body(req, &body));
	else
		body = json_object();
	TRY(run_action(req, res, a, route_id(req, "id"), body));
out:
	json_decref(body);
	return nerr_pass(err);
}

static NEOERR *api_openapi(struct request *req)
{
	const struct resource *none;
	NEOERR *err = STATUS_OK;
	bool go;

	TRY(api_enter(req, NULL, &none, &go));
	if (go)
		TRY(openapi_page(req));
out:
	return nerr_pass(err);
}

const struct route api_routes[] = {
	{ METHOD_GET, "/api/v1/openapi.json", api_openapi },
	{ METHOD_GET, "/api/v1/:resource", api_list },
	{ METHOD_POST, "/api/v1/:resource", api_create },
	{ METHOD_GET, "/api/v1/:resource/:id", api_get },
	{ METHOD_PATCH, "/api/v1/:resource/:id", api_update },
	{ METHOD_POST, "/api/v1/:resource/:id/:action", api_action },
	{ 0 },
};
