/* action.c - what one does with a record beside editing it: asked, confirmed, proved under lock,
 * audited; one record or many.
 * Owns the built-in actions enable, disable, delete. Serves list and detail. */
#include "cgi/login.h"
#include "cgi/render.h"
#include "cgi/resource/page.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

/* ---- built-in ---- */

static NEOERR *set_column(struct request *req, const struct resource *res, int64_t id,
	const char *column, struct arg value)
{
	const char *sql = arena_printf(&req->arena,
		"UPDATE `%s` SET %s = ?, updated_at = ?, updated_by = ?, version = version + 1 WHERE id ="
		" ?",
		resource_table(res), column);

	return nerr_pass(db_exec_text(req->db, sql,
		ARGS(value, TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL, NULL));
}

typedef NEOERR *(*refusing)(struct request *req, int64_t id, const char **problem);

static NEOERR *set_status(struct request *req, const struct resource *res, int64_t id,
	struct change *input, refusing before, const char *status)
{
	const char *problem = NULL;
	NEOERR *err = STATUS_OK;

	if (before)
		TRY(before(req, id, &problem));
	if (problem)
		change_error(input, NULL, problem);
	else
		TRY(set_column(req, res, id, "status", STR(status)));
out:
	return nerr_pass(err);
}

static NEOERR *run_enable(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	return nerr_pass(set_status(req, res, id, input, res->before_enable, "enabled"));
}

static NEOERR *run_disable(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	return nerr_pass(set_status(req, res, id, input, res->before_disable, "disabled"));
}

static NEOERR *run_delete(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	const char *problem = NULL, *here = resource_path(req, res, id, NULL);
	NEOERR *err = STATUS_OK;

	if (res->before_delete)
		TRY(res->before_delete(req, id, &problem));
	if (problem)
		change_error(input, NULL, problem);
	else
		TRY(set_column(req, res, id, "deleted", I64(id)));
	if (text_starts(form_back(req, here), here))
		/* not back to the page of what is gone */
		input->go = resource_path(req, res, 0, NULL);
out:
	return nerr_pass(err);
}

static const struct action built_in[] = {
	{ "enable", ACT_ROW | ACT_BATCH, NULL, "t.status <> 'enabled'", run_enable },
	{ "disable", ACT_ROW | ACT_BATCH | ACT_CONFIRM, NULL, "t.status = 'enabled'", run_disable },
	{ "delete", ACT_ROW | ACT_BATCH | ACT_CONFIRM | ACT_DANGER | ACT_MORE, NULL, NULL, run_delete },
};
#define BUILT_IN (sizeof built_in / sizeof *built_in)

const char *action_verb(const struct action *a)
{
	return a == &built_in[1] ? "enable" : a->name;
}

static bool is_built_in(const struct resource *res, const struct action *a)
{
	return res->can & (a == &built_in[2] ? CAN_DELETE : CAN_ENABLE);
}

const struct action *action_find(const struct resource *res, const char *name)
{
	for (const struct action *a = res->actions; name && a && a->name; a++)
		if (!strcmp(a->name, name))
			return a;
	for (size_t i = 0; name && i < BUILT_IN; i++)
		if (!strcmp(built_in[i].name, name) && is_built_in(res, &built_in[i]))
			return &built_in[i];
	return NULL;
}

/* ---- offering ---- */

int action_list(const struct request *req, const struct resource *res, unsigned flags,
	const struct action **out)
{
	int n = 0;

	for (const struct action *a = res->actions; a && a->name && n < ACTIONS_MAX - (int)BUILT_IN;
		 a++)
		if ((a->flags & flags) == flags && resource_may(req, res, a->name))
			out[n++] = a;
	for (size_t i = 0; i < BUILT_IN; i++)
		if ((built_in[i].flags & flags) == flags && is_built_in(res, &built_in[i]) &&
			resource_may(req, res, action_verb(&built_in[i])))
			out[n++] = &built_in[i];
	return n;
}

const char *action_label(const struct request *req, const struct resource *res, const char *name)
{
	char key[120];

	snprintf(key, sizeof key, "%s.%s", res->name, name);
	if (text_has(req->lang, key))
		return text_get(req, key);
	snprintf(key, sizeof key, "action.%s", name);
	return text_get(req, key);
}

const char *action_bits_sql(struct request *req, const struct action *const *actions, int n)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	buf_puts(&b, ", 0");
	for (int i = 0; i < n; i++)
		if (actions[i]->when)
			buf_printf(&b, " + IF(%s, %llu, 0)", actions[i]->when, 1ull << i);
	out = arena_strdup(&req->arena, buf_str(&b));
	buf_clear(&b);
	return out;
}

bool action_is_offered(const struct action *const *actions, int i, int64_t bits)
{
	return !actions[i]->when || bits >> i & 1;
}

static bool asks(const struct action *a)
{
	return a->flags & (ACT_CONFIRM | ACT_PAYMENT) || a->fields;
}

/* A screen's own form for new records (an action create, ACT_LINK) stands where the engine's
 * would. */
static const char *action_path(struct request *req, const struct resource *res,
	const struct action *a, int64_t id)
{
	if (id)
		return resource_path(req, res, id, a->name);
	return arena_printf(&req->arena, a->flags & ACT_LINK ? "/admin/%s/%s" : "/admin/%s/page/%s",
		res->name, a->name);
}

NEOERR *action_put(struct request *req, HDF *node, const struct resource *res,
	const struct action *a, int64_t id)
{
	NEOERR *err;

	TRY(hdf_set_value(node, NULL, action_label(req, res, a->name)));
	TRY(hdf_set_value(node, "href", action_path(req, res, a, id)));
	if (!asks(a) && !(a->flags & ACT_LINK))
		TRY(hdf_set_value(node, "post", "1"));
	if (a->flags & ACT_DANGER)
		TRY(hdf_set_value(node, "danger", "1"));
out:
	return nerr_pass(err);
}

/* ---- running one ---- */

struct run {
	struct request *req;
	const struct resource *res;
	const struct action *action;
	int64_t id;
	struct change *input;
	const char *token;
	bool refused, repeated;
};

static const struct field no_fields[] = { FIELDS_END };

struct change *action_input(struct request *req, const struct resource *res, const struct action *a,
	int64_t id)
{
	struct resource *view = arena_alloc(&req->arena, sizeof *view);
	struct change *c;

	*view = *res;
	view->fields = a->fields ? a->fields : no_fields;
	view->check = NULL;
	view->save = NULL;
	c = change_new(req, view, id);
	c->saving->inputs = true;
	return c;
}

static struct change *inputs(struct request *req, const struct resource *res,
	const struct action *a, int64_t id)
{
	struct change *c = action_input(req, res, a, id);

	change_read(req, c);
	return c;
}

static NEOERR *take_bool(const struct row *r, void *ctx)
{
	*(bool *)ctx = row_i64(r, 0) != 0;
	return STATUS_OK;
}

static NEOERR *check_when(struct run *r)
{
	const struct resource *res = r->res;
	bool fine = true;
	struct query q;
	NEOERR *err = STATUS_OK;

	query_init(&q, &r->req->arena);
	if (!r->action->when)
		goto out;
	query_addf(&q, "SELECT IF(%s, 1, 0)", r->action->when);
	query_from(&q, res, true);
	query_add(&q, " WHERE t.id = ?");
	query_bind(&q, I64(r->id));
	TRY(query_run(r->req->db, &q, take_bool, &fine));
	if (!fine)
		change_error(r->input, NULL, "error.when");
out:
	query_clear(&q);
	return nerr_pass(err);
}

static NEOERR *audit_run(struct run *r)
{
	const struct change *c = r->input;
	int rows = 0;
	NEOERR *err = STATUS_OK;

	for (int i = 0; c->res->fields[i].name; i++) {
		if (!c->value[i].given || c->res->fields[i].flags & NOAUDIT)
			continue;
		TRY(audit_add(r->req->db, &r->req->actor, r->res->name, r->id, r->action->name,
			c->res->fields[i].name, NULL, change_audit_text(r->req, c, i, false)));
		rows++;
	}
	if (!rows)
		TRY(audit_add(r->req->db, &r->req->actor, r->res->name, r->id, r->action->name, NULL, NULL,
			NULL));
out:
	return nerr_pass(err);
}

static NEOERR *refuse(struct run *r)
{
	r->refused = true;
	return nerr_raise(ERR_INVALID, "%s.%s: refused", r->res->name, r->action->name);
}

static NEOERR *run_tx(struct db *db, void *ctx)
{
	struct run *r = ctx;
	int64_t made = 0;
	NEOERR *err = STATUS_OK;

	(void)db;
	r->refused = r->repeated = false;
	if (r->token)
		TRY(token_take(r->req, r->res, r->token, &made, &r->repeated));
	if (r->repeated)
		return STATUS_OK;
	if (r->id)
		TRY(resource_reach(r->req, r->res, r->id, true));
	TRY(change_check(r->req, r->input));
	if (r->id && !r->input->errors)
		TRY(check_when(r));
	if (!r->input->errors)
		TRY(r->action->run(r->req, r->res, r->id, r->input));
	if (r->input->errors)
		return nerr_pass(refuse(r));
	TRY(audit_run(r));
out:
	return nerr_pass(err);
}

/* *done false: the input holds what was refused. */
static NEOERR *run_one(struct run *r, bool *done)
{
	NEOERR *err = db_tx(r->req->db, run_tx, r);

	*done = err == STATUS_OK;
	if (r->refused && error_is(err, ERR_INVALID)) {
		error_drop(err);
		return STATUS_OK;
	}
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		change_error(r->input, NULL, "error.duplicate");
		return STATUS_OK;
	}
	return nerr_pass(err);
}

NEOERR *action_run(struct request *req, const struct resource *res, const struct action *a,
	struct change *input, const char *token, bool *done)
{
	struct run r = { .req = req,
		.res = res,
		.action = a,
		.id = input->id,
		.input = input,
		.token = token };

	return nerr_pass(run_one(&r, done));
}

/* ---- pages ---- */

/* A sentence of the action's own, or the usual one; {1} the action, {2} the record. */
static const char *question(struct request *req, const struct resource *res, const struct action *a,
	const char *about)
{
	const char *own = arena_printf(&req->arena, "%s.%s.confirm", res->name, a->name);
	const char *usual = arena_printf(&req->arena, "action.%s.confirm", a->name);
	const char *key = text_has(req->lang, own) ? own
		: text_has(req->lang, usual) ? usual
		: "engine.confirm";

	return text_format(req, key, about, action_label(req, res, a->name));
}

static NEOERR *render_confirm(struct request *req, struct run *r, const char *about,
	const char *path)
{
	const struct action *a = r->action;
	const char *label = action_label(req, r->res, a->name);
	const char *home = r->id && resource_may(req, r->res, "show")
		? resource_path(req, r->res, r->id, NULL)
		: resource_path(req, r->res, 0, NULL);
	NEOERR *err;

	TRY(page_title(req, r->res, label));
	TRY(form_fill(req, r->input, arena_printf(&req->arena, "%s.%s", r->res->name, a->name)));
	TRY(form_fill_hidden(req, home));
	TRY(hdf_put(req->hdf, path, "Form.action"));
	TRY(hdf_put(req->hdf, label, "Confirm.label"));
	TRY(hdf_put(req->hdf, question(req, r->res, a, about), "Confirm.text"));
	if (a->flags & ACT_PAYMENT)
		TRY(hdf_put(req->hdf, "1", "Confirm.payment"));
	if (a->flags & ACT_DANGER)
		TRY(hdf_put(req->hdf, "1", "Confirm.danger"));
	if (r->id && a->fields && r->res->show)  /* what is shown of the record may help to fill in */
		TRY(r->res->show(req, r->id));
	TRY(page_render(req, r->res, "confirm"));
out:
	return nerr_pass(err);
}

static NEOERR *enter(struct request *req, unsigned flag, struct run *r)
{
	const struct resource *res = resource_find(route_part(req, "resource"));
	const struct action *a = res ? action_find(res, route_part(req, "action")) : NULL;
	NEOERR *err;

	*r = (struct run){ .req = req, .res = res, .action = a, .id = route_id(req, "id") };
	if (!a || !(a->flags & flag) || a->flags & ACT_LINK || (flag == ACT_ROW && !r->id))
		return nerr_raise(ERR_NOT_FOUND, "no such action");
	TRY(resource_permit(req, res, action_verb(a)));
	r->input = inputs(req, res, a, r->id);
out:
	return nerr_pass(err);
}

static NEOERR *enter_one(struct request *req, struct run *r, const char **title)
{
	NEOERR *err;

	*title = "";
	TRY(enter(req, route_part(req, "id") ? ACT_ROW : ACT_PAGE, r));
	if (r->id) {
		TRY(resource_reach(req, r->res, r->id, false));
		TRY(resource_title(req, r->res, r->id, title));
	}
	if (!**title)
		*title = resource_noun(req, r->res);
out:
	return nerr_pass(err);
}

NEOERR *action_page(struct request *req)
{
	const char *title;
	struct run r;
	NEOERR *err;

	TRY(enter_one(req, &r, &title));
	TRY(render_confirm(req, &r, title, action_path(req, r.res, r.action, r.id)));
out:
	return nerr_pass(err);
}

/* Failures are counted outside the action's transaction, so that they stay. *fine false:
 * Confirm.payment_error says why. */
static NEOERR *check_payment(struct request *req, const struct action *a, bool *fine)
{
	const char *problem = NULL;
	NEOERR *err = STATUS_OK;

	*fine = true;
	if (!(a->flags & ACT_PAYMENT))
		return STATUS_OK;
	TRY(payment_password_check(req, request_param_or(req, "_payment", ""), &problem));
	if (problem) {
		*fine = false;
		TRY(hdf_put(req->hdf, text_has(req->lang, problem) ? text_get(req, problem) : problem,
			"Confirm.payment_error"));
	}
out:
	return nerr_pass(err);
}

static void say_done(struct request *req, const struct run *r, const char *title)
{
	const struct change *c = r->input;
	const char *home = r->id && resource_may(req, r->res, "show")
		? resource_path(req, r->res, r->id, NULL)
		: resource_path(req, r->res, 0, NULL);
	const char *to = c->go ? c->go : form_back(req, home);

	if (c->said)
		response_redirect_saying(req, to, c->said, c->said_about);
	else
		response_redirect_saying(req, to, "engine.done",
			arena_printf(&req->arena, "%s: %s", action_label(req, r->res, r->action->name), title));
}

NEOERR *action_post(struct request *req)
{
	const char *title;
	bool fine, done = false;
	struct run r;
	NEOERR *err;

	TRY(enter_one(req, &r, &title));
	if (asks(r.action))
		r.token = request_param_or(req, "_token", "");
	TRY(change_check(req, r.input));
	TRY(check_payment(req, r.action, &fine));
	if (!r.input->errors && fine)
		TRY(run_one(&r, &done));
	if (done) {
		say_done(req, &r, title);
		return STATUS_OK;
	}
	req->status = 422;
	TRY(render_confirm(req, &r, title, action_path(req, r.res, r.action, r.id)));
out:
	return nerr_pass(err);
}

/* ---- many at once ---- */

struct ids { int64_t id[BATCH_MAX]; int n; bool more; };

static NEOERR *take_id(const char *value, void *ctx)
{
	struct ids *ids = ctx;
	int64_t id;

	if (!text_i64(value, &id) || id <= 0)
		return STATUS_OK;
	for (int i = 0; i < ids->n; i++)
		if (ids->id[i] == id)
			return STATUS_OK;
	if (ids->n == BATCH_MAX)
		ids->more = true;
	else
		ids->id[ids->n++] = id;
	return STATUS_OK;
}

static NEOERR *enter_batch(struct request *req, struct run *r, struct ids *ids)
{
	NEOERR *err;

	memset(ids, 0, sizeof *ids);
	TRY(enter(req, ACT_BATCH, r));
	TRY(request_each(req, "id", take_id, ids));
	if (ids->more)
		return nerr_raise(ERR_INVALID, "more than %d records at once", BATCH_MAX);
out:
	return nerr_pass(err);
}

static NEOERR *render_batch(struct request *req, struct run *r, const struct ids *ids)
{
	const char *about, *title;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < ids->n; i++) {
		TRY(resource_title(req, r->res, ids->id[i], &title));
		TRY(hdf_put(req->hdf, title, "Confirm.record.%d", i));
		TRY(hdf_put_i64(req->hdf, ids->id[i], "Confirm.record.%d.id", i));
	}
	about = text_format(req, "engine.records", arena_printf(&req->arena, "%d", ids->n),
		resource_noun(req, r->res));
	TRY(render_confirm(req, r, about,
		arena_printf(&req->arena, "/admin/%s/batch/%s", r->res->name, r->action->name)));
out:
	return nerr_pass(err);
}

NEOERR *batch_page(struct request *req)
{
	struct ids ids;
	struct run r;
	NEOERR *err;

	TRY(enter_batch(req, &r, &ids));
	if (!ids.n) {
		response_redirect_saying(req, form_back(req, resource_path(req, r.res, 0, NULL)),
			"engine.none_ticked", NULL);
		return STATUS_OK;
	}
	TRY(render_batch(req, &r, &ids));
out:
	return nerr_pass(err);
}

/* One record of many: what is wrong with it is its row's business, not the others'. */
static NEOERR *run_row(struct request *req, struct run *r, int64_t id, int row, int *failed)
{
	const char *title, *problem = NULL;
	bool done = false;
	NEOERR *err;

	r->id = id;
	r->token = NULL;
	r->input = inputs(req, r->res, r->action, id);
	TRY(resource_title(req, r->res, id, &title));
	err = run_one(r, &done);
	if (err != STATUS_OK) {
		problem =
			text_get(req, error_is(err, ERR_NOT_FOUND) ? "error.not_found" : "error.internal");
		error_log(r->action->name, err);
	} else if (!done) {
		problem = change_problem(req, r->input, -1);
		for (int i = 0; !problem && r->input->res->fields[i].name; i++)
			problem = change_problem(req, r->input, i);
	}
	*failed += !done;
	TRY(hdf_put(req->hdf, *title ? title : arena_printf(&req->arena, "#%lld", (long long)id),
		"Batch.row.%d", row));
	if (problem)
		TRY(hdf_put(req->hdf, problem, "Batch.row.%d.error", row));
out:
	return nerr_pass(err);
}

static NEOERR *claim_tx(struct db *db, void *ctx)
{
	struct run *r = ctx;
	int64_t made;

	(void)db;
	return nerr_pass(token_take(r->req, r->res, r->token, &made, &r->repeated));
}

static NEOERR *run_batch(struct request *req, struct run *r, const struct ids *ids)
{
	const char *home = form_back(req, resource_path(req, r->res, 0, NULL));
	const char *label = action_label(req, r->res, r->action->name);
	int failed = 0;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < ids->n; i++)
		TRY(run_row(req, r, ids->id[i], i, &failed));
	if (!failed) {
		response_redirect_saying(req, home, "engine.batch_done",
			arena_printf(&req->arena, "%s: %d", label, ids->n));
		return STATUS_OK;
	}
	TRY(page_title(req, r->res, label));
	TRY(hdf_put_i64(req->hdf, ids->n - failed, "Batch.done"));
	TRY(hdf_put_i64(req->hdf, failed, "Batch.failed"));
	TRY(hdf_put(req->hdf, home, "Batch.back"));
	TRY(render_page(req, "batch.cs"));
out:
	return nerr_pass(err);
}

NEOERR *batch_post(struct request *req)
{
	struct ids ids;
	struct run r;
	bool fine;
	NEOERR *err;

	TRY(enter_batch(req, &r, &ids));
	TRY(change_check(req, r.input));
	TRY(check_payment(req, r.action, &fine));
	if (r.input->errors || !fine) {
		req->status = 422;
		return nerr_pass(render_batch(req, &r, &ids));
	}
	r.token = request_param_or(req, "_token", "");
	TRY(db_tx(req->db, claim_tx, &r));
	if (r.repeated) {
		response_redirect(req, form_back(req, resource_path(req, r.res, 0, NULL)));
		return STATUS_OK;
	}
	TRY(run_batch(req, &r, &ids));
out:
	return nerr_pass(err);
}
