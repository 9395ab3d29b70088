/* form.c - new and edit: inputs by kind in groups, errors at the field, typed values kept, what
 * another changed meanwhile.
 * Owns nothing. Serves the browser and the inputs of actions. */
#include "cgi/render.h"
#include "cgi/resource/page.h"
#include "cgi/response.h"

#include "base/crypt.h"
#include "base/text.h"

#define GROUPS_MAX 30

/* ---- where one came from ---- */

/* The path of a page of ours that led here, NULL if another site did. */
static const char *referer_path(struct request *req)
{
	const char *s = request_env(req, "HTTP_REFERER"), *host;
	size_t n = req->host ? strlen(req->host) : 0;

	if (!s || !text_is_utf8(s, strlen(s)) || (host = strstr(s, "://")) == NULL)
		return NULL;
	host += 3;
	if (!n || strncmp(host, req->host, n) != 0 || host[n] != '/')
		return NULL;
	return arena_strdup(&req->arena, host + n);
}

static bool leads_somewhere(struct request *req, const char *path)
{
	size_t n = strlen(req->path);

	if (!path || !url_is_local(path) || !text_starts(path, "/admin/") ||
		text_starts(path, "/admin/login"))
		return false;
	return strncmp(path, req->path, n) != 0 || (path[n] != '\0' && path[n] != '?');
}

const char *form_back(struct request *req, const char *fallback)
{
	const char *back = request_param(req, "_back");

	if (!back && req->method != METHOD_POST)
		back = referer_path(req);
	return leads_somewhere(req, back) ? back : fallback;
}

NEOERR *form_fill_hidden(struct request *req, const char *fallback)
{
	const char *token = request_param(req, "_token");
	char fresh[33];
	NEOERR *err = STATUS_OK;

	if (!token || req->method != METHOD_POST) {
		TRY(random_hex(fresh, 16));
		token = fresh;
	}
	TRY(hdf_put(req->hdf, token, "Form.token"));
	TRY(hdf_put(req->hdf, form_back(req, fallback), "Form.back"));
out:
	return nerr_pass(err);
}

/* ---- inputs ---- */

/* What the input shows: what was typed, else what is stored, else the default of a new record. */
static const char *shown_text(struct request *req, const struct change *c, int i)
{
	const struct field *f = &c->res->fields[i];
	const char *typed = c->saving->typed[i];

	if (f->kind == F_PASSWORD)
		return "";
	if (typed && !c->saving->by_title[i])
		return typed;
	if (c->value[i].old_text)
		return field_input(req, f, c->value[i].old_text);
	if ((!c->id || c->saving->inputs) && f->fallback && !c->saving->by_title[i])
		return field_input(req, f, f->fallback);
	return "";
}

static int64_t shown_i64(struct request *req, const struct change *c, int i)
{
	int64_t v = 0;

	(void)text_i64(shown_text(req, c, i), &v);
	return v;
}

static NEOERR *put_ref(struct request *req, HDF *node, const struct change *c, int i,
	const char *owner)
{
	const struct field *f = &c->res->fields[i];
	int on = f->depends ? field_index(c->res, f->depends) : -1;
	const char *words = c->saving->by_title[i] ? c->saving->typed[i] : NULL;

	return nerr_pass(lookup_fill(req, node, f, owner, shown_i64(req, c, i),
		on >= 0 ? shown_i64(req, c, on) : 0, words, SELECT_MAX));
}

static NEOERR *put_limits(struct request *req, HDF *node, const struct field *f)
{
	NEOERR *err = STATUS_OK;

	if (!kinds[f->kind].number && f->kind != F_CHOICE)
		TRY(hdf_put_i64(node, field_max_chars(f), "max"));
	if (f->kind == F_INT && (f->min || f->max)) {
		TRY(hdf_put_i64(node, f->min, "min"));
		if (f->max)
			TRY(hdf_put_i64(node, f->max, "max"));
	}
	if (*field_unit(req, f))
		TRY(hdf_put(node, field_unit(req, f), "unit"));
out:
	return nerr_pass(err);
}

static NEOERR *put_words(struct request *req, HDF *node, const struct change *c, int i)
{
	const struct field *f = &c->res->fields[i];
	const char *hint = arena_printf(&req->arena, "%s.%s.hint", c->res->name, f->name);
	const char *problem = change_problem(req, c, i);
	NEOERR *err;

	TRY(hdf_put(node, text_label(req, c->res->name, f->name), "label"));
	TRY(hdf_put(node, f->name, "name"));
	if (text_has(req->lang, hint))
		TRY(hdf_put(node, text_get(req, hint), "hint"));
	if (problem)
		TRY(hdf_put(node, problem, "error"));
	if (f->flags & REQUIRED && !(f->kind == F_PASSWORD && c->id && !c->saving->inputs))
		TRY(hdf_put(node, "1", "required"));
out:
	return nerr_pass(err);
}

static NEOERR *put_field(struct request *req, HDF *node, const struct change *c, int i,
	const char *owner)
{
	const struct field *f = &c->res->fields[i];
	const char *shown = shown_text(req, c, i);
	NEOERR *err;

	TRY(put_words(req, node, c, i));
	TRY(put_limits(req, node, f));
	TRY(hdf_put(node, shown, "value"));
	TRY(hdf_put(node, kinds[f->kind].input, "input"));
	if (f->kind == F_CHOICE)
		TRY(options_put(req, node, f, shown));
	else if (f->kind == F_REF)
		TRY(put_ref(req, node, c, i, owner));
	else if (f->kind == F_LONGTEXT)
		TRY(hdf_put(node, "1", "wide"));
	TRY(hdf_put(node, arena_printf(&req->arena, "/admin/%s/input", owner), "again"));
out:
	return nerr_pass(err);
}

/* Place of a group by its name: groups stand in the order of their first field. */
static int group_place(const char *groups[GROUPS_MAX], int *n, const char *name)
{
	for (int i = 0; i < *n; i++)
		if (text_eq(groups[i], name))
			return i;
	if (*n == GROUPS_MAX)
		return GROUPS_MAX - 1;
	groups[*n] = name;
	return (*n)++;
}

NEOERR *form_fill(struct request *req, struct change *c, const char *owner)
{
	const char *groups[GROUPS_MAX];
	int n = 0, in_group[GROUPS_MAX] = { 0 };
	HDF *node;
	NEOERR *err = STATUS_OK;

	for (int i = 0; c->res->fields[i].name; i++) {
		const struct field *f = &c->res->fields[i];
		int g;

		if (!change_may_set(c, f))
			continue;
		g = group_place(groups, &n, f->group);
		if (!in_group[g] && f->group)
			TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "group.%s", f->group)),
				"Form.group.%d", g));
		TRY(hdf_get_node(req->hdf,
			arena_printf(&req->arena, "Form.group.%d.field.%d", g, in_group[g]++), &node));
		TRY(put_field(req, node, c, i, owner));
	}
	if (c->errors)
		TRY(hdf_put_i64(req->hdf, c->errors, "Form.errors"));
	if (c->form_error)
		TRY(hdf_put(req->hdf, change_problem(req, c, -1), "Form.error"));
out:
	return nerr_pass(err);
}

/* ---- somebody else was faster ---- */

struct writer { struct request *req; };

static NEOERR *take_writer(const struct row *r, void *ctx)
{
	struct writer *w = ctx;
	NEOERR *err;

	TRY(hdf_put(w->req->hdf, row_str(r, 0), "Form.stale.by"));
	TRY(hdf_put(w->req->hdf, row_str(r, 1), "Form.stale.at"));
out:
	return nerr_pass(err);
}

static const char *text_for_people(struct request *req, const struct change *c, int i, bool stored)
{
	const struct field *f = &c->res->fields[i];
	const char *title = stored ? c->saving->old_title[i] : c->saving->title[i];

	if (f->kind == F_REF && title)
		return title;
	return field_show(req, f, stored ? c->value[i].old_text : c->value[i].text, false);
}

static NEOERR *fill_stale(struct request *req, struct change *c)
{
	const char *sql = arena_printf(&req->arena,
		"SELECT u.name, t.updated_at FROM `%s` t LEFT JOIN user u ON u.id = t.updated_by WHERE"
		" t.id = ?",
		resource_table(c->res));
	struct writer w = { req };
	int n = 0;
	NEOERR *err;

	TRY(hdf_put(req->hdf, "1", "Form.stale"));
	TRY(db_query_text(req->db, sql, ARGS(I64(c->id)), take_writer, &w));
	for (int i = 0; c->res->fields[i].name; i++) {
		if (!c->value[i].changed || c->res->fields[i].kind == F_PASSWORD)
			continue;
		TRY(hdf_put(req->hdf, text_label(req, c->res->name, c->res->fields[i].name),
			"Form.stale.field.%d", n));
		TRY(hdf_put(req->hdf, text_for_people(req, c, i, true), "Form.stale.field.%d.stored", n));
		TRY(hdf_put(req->hdf, text_for_people(req, c, i, false), "Form.stale.field.%d.typed", n++));
	}
out:
	return nerr_pass(err);
}

/* ---- pages ---- */

static NEOERR *render_form(struct request *req, struct change *c)
{
	const struct resource *res = c->res;
	const char *verb = c->id ? "engine.edit" : "engine.new", *title = resource_noun(req, res);
	NEOERR *err;

	if (c->id)
		TRY(resource_title(req, res, c->id, &title));
	TRY(page_title(req, res, text_format(req, verb, title, NULL)));
	TRY(form_fill(req, c, res->name));
	TRY(form_fill_hidden(req,
		c->id && resource_may(req, res, "show") ? resource_path(req, res, c->id, NULL)
			: resource_path(req, res, 0, NULL)));
	TRY(hdf_put(req->hdf, resource_path(req, res, c->id, c->id ? "edit" : "new"), "Form.action"));
	TRY(hdf_put_i64(req->hdf, c->saving->version, "Form.version"));
	if (c->id)
		TRY(hdf_put_i64(req->hdf, c->id, "Form.id"));
	TRY(page_render(req, res, "form"));
out:
	return nerr_pass(err);
}

static NEOERR *enter(struct request *req, struct change **out)
{
	const char *part = route_part(req, "id");
	int64_t id = route_id(req, "id");
	const struct resource *res;
	NEOERR *err;

	if (part && !id)
		return nerr_raise(ERR_NOT_FOUND, "no record %s", part);
	TRY(resource_enter(req, id ? "update" : "create", &res));
	*out = change_new(req, res, id);
out:
	return nerr_pass(err);
}

NEOERR *form_page(struct request *req)
{
	struct change *c;
	NEOERR *err;

	TRY(enter(req, &c));
	if (c->id)
		TRY(change_load(req, c));
	else
		/* "?station_id=7": from a record's page to a new child of it */
		change_read(req, c);
	TRY(render_form(req, c));
out:
	return nerr_pass(err);
}

static NEOERR *done(struct request *req, struct change *c, int64_t id)
{
	const char *title = "", *back = form_back(req, resource_path(req, c->res, 0, NULL));
	NEOERR *err;

	TRY(resource_title(req, c->res, id, &title));
	if (c->said)
		response_redirect_saying(req, c->go ? c->go : back, c->said, c->said_about);
	else
		response_redirect_saying(req, c->go ? c->go : back, "engine.saved",
			*title ? title : resource_noun(req, c->res));
out:
	return nerr_pass(err);
}

NEOERR *form_post(struct request *req)
{
	int64_t version = 0, id = 0;
	struct change *c;
	bool saved = false;
	NEOERR *err;

	TRY(enter(req, &c));
	change_read(req, c);
	if (!request_i64(req, "_version", &version) && c->id)
		return nerr_raise(ERR_INVALID, "the form's version is missing");
	err = change_save(req, c, version, request_param_or(req, "_token", ""), &id, &saved);
	if (error_is(err, ERR_STALE)) {
		error_drop(err);
		TRY(fill_stale(req, c));
		req->status = 409;
		return nerr_pass(render_form(req, c));
	}
	TRY(err);
	if (saved)
		return nerr_pass(done(req, c, id));
	req->status = 422;
	TRY(render_form(req, c));
out:
	return nerr_pass(err);
}

NEOERR *form_input(struct request *req)
{
	const struct resource *res = resource_find(route_part(req, "resource"));
	const char *name = request_param_or(req, "field", "");
	struct change *c;
	HDF *node;
	int i;
	NEOERR *err;

	if (!res || (i = field_index(res, name)) < 0 || !(res->fields[i].flags & FORM))
		return nerr_raise(ERR_NOT_FOUND, "no such input");
	if (!resource_may(req, res, "create") && !resource_may(req, res, "update"))
		return nerr_raise(ERR_DENIED, "%s.create", res->name);
	c = change_new(req, res, 0);
	change_read(req, c);
	TRY(hdf_get_node(req->hdf, "Field", &node));
	TRY(put_field(req, node, c, i, res->name));
	TRY(render_part(req, "form_input.cs"));
out:
	return nerr_pass(err);
}
