/* show.c - the detail page: head with actions, fields in groups, lists of what belongs to it, what
 * happened and who did it.
 * Owns nothing. Serves the browser. */
#include "cgi/render.h"
#include "cgi/resource/page.h"
#include "cgi/response.h"

#include "base/text.h"

#define GROUPS_MAX 30

SQL(history_query, "SELECT at, actor, action, field, old_value, new_value, request_id FROM audit"
	" WHERE resource = ? AND record_id = ? ORDER BY id DESC LIMIT 200");

struct showing {
	struct request *req;
	const struct resource *res;
	int64_t id;
	bool whole, found, masked;
	HDF *show;
	struct column *column;
	int columns, stamps_at;
	const struct action *action[ACTIONS_MAX];
	int actions, bits_at;
};

/* ---- fields ---- */

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

static NEOERR *put_field(struct showing *s, HDF *node, const struct column *column,
	const struct row *r)
{
	const struct field *f = column->field;
	const char *unit = field_unit(s->req, f);
	int at = column->at;
	NEOERR *err;

	if (at < 0)
		TRY(hdf_set_value(node, NULL, hdf_get_value(s->show, f->name, "")));
	else
		TRY(cell_put(s->req, node, f, r->value[at], f->kind == F_REF ? row_str(r, at + 1) : NULL,
			s->whole));
	TRY(hdf_set_value(node, "label", text_label(s->req, s->res->name, f->name)));
	TRY(hdf_set_value(node, "name", f->name));
	if (*unit && at >= 0 && r->value[at])
		TRY(hdf_set_value(node, "unit", unit));
	if (f->kind == F_LONGTEXT)
		TRY(hdf_set_value(node, "wide", "1"));
	s->masked = s->masked || (f->flags & PII && at >= 0 && *row_str(r, at));
out:
	return nerr_pass(err);
}

static NEOERR *put_fields(struct showing *s, const struct row *r)
{
	const char *groups[GROUPS_MAX];
	int n = 0, in_group[GROUPS_MAX] = { 0 };
	HDF *node;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < s->columns; i++) {
		const struct field *f = s->column[i].field;
		int g = group_place(groups, &n, f->group);

		if (!in_group[g] && f->group)
			TRY(hdf_put(s->show,
				text_get(s->req, arena_printf(&s->req->arena, "group.%s", f->group)), "group.%d",
				g));
		TRY(hdf_get_node(s->show,
			arena_printf(&s->req->arena, "group.%d.field.%d", g, in_group[g]++), &node));
		TRY(put_field(s, node, &s->column[i], r));
	}
out:
	return nerr_pass(err);
}

/* The head's badge: the column that says how the record is. */
static NEOERR *put_badge(struct showing *s, const struct row *r)
{
	HDF *node;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < s->columns; i++) {
		const struct field *f = s->column[i].field;

		if (f->kind != F_CHOICE || s->column[i].at < 0 ||
			(strcmp(f->name, "status") && strcmp(f->name, "state")))
			continue;
		TRY(hdf_get_node(s->show, "badge", &node));
		TRY(cell_put(s->req, node, f, r->value[s->column[i].at], NULL, false));
		break;
	}
out:
	return nerr_pass(err);
}

static NEOERR *put_actions(struct showing *s, const struct row *r)
{
	int64_t bits = s->actions ? row_i64(r, s->bits_at) : 0;
	int main = 0, more = 0;
	HDF *node;
	NEOERR *err = STATUS_OK;

	if (resource_may(s->req, s->res, "update"))
		TRY(hdf_put(s->show, resource_path(s->req, s->res, s->id, "edit"), "edit"));
	for (int i = 0; i < s->actions; i++) {
		const struct action *a = s->action[i];

		if (!action_is_offered(s->action, i, bits))
			continue;
		TRY(hdf_get_node(s->show,
			arena_printf(&s->req->arena, a->flags & ACT_MORE ? "more.%d" : "act.%d",
				a->flags & ACT_MORE ? more++ : main++),
			&node));
		TRY(action_put(s->req, node, s->res, a, s->id));
	}
out:
	return nerr_pass(err);
}

static NEOERR *put_stamps(struct showing *s, const struct row *r)
{
	int at = s->stamps_at;
	NEOERR *err = STATUS_OK;

	if (s->res->plain)
		return STATUS_OK;
	TRY(hdf_put(s->show, row_str(r, at), "created.at"));
	TRY(hdf_put(s->show, row_str(r, at + 1), "updated.at"));
	TRY(hdf_put(s->show, row_str(r, at + 2), "updated.by"));
	if (!s->res->no_author)
		TRY(hdf_put(s->show, row_str(r, at + 3), "created.by"));
out:
	return nerr_pass(err);
}

static NEOERR *take_record(const struct row *r, void *ctx)
{
	struct showing *s = ctx;
	NEOERR *err;

	s->found = true;
	s->bits_at = r->n - 1;
	TRY(hdf_put(s->show, row_str(r, s->stamps_at - 1), "title"));
	if (s->res->decorate)
		TRY(s->res->decorate(s->req, s->id, s->show));
	TRY(put_fields(s, r));
	TRY(put_badge(s, r));
	TRY(put_actions(s, r));
	TRY(put_stamps(s, r));
out:
	return nerr_pass(err);
}

static int last_column(const struct showing *s)
{
	int last = 0;

	for (int i = 0; i < s->columns; i++)
		if (s->column[i].at >= 0)
			last = s->column[i].at + (s->column[i].field->kind == F_REF);
	return last;
}

void show_query(struct query *q, const struct request *req, const struct resource *res,
	struct column *column, int n, const char *bits)
{
	query_columns(q, column, n);
	query_addf(q, ", %s", res->title);
	if (!res->plain)
		query_add(q, ", t.created_at, t.updated_at, user_updated.name");
	if (!res->plain && !res->no_author)
		query_add(q, ", user_created.name");
	query_add(q, bits ? bits : "");
	query_from(q, res, true);
	query_column_joins(q, column, n, NULL);
	if (!res->plain)
		query_add(q, " LEFT JOIN `user` user_updated ON user_updated.id = t.updated_by");
	if (!res->plain && !res->no_author)
		query_add(q, " LEFT JOIN `user` user_created ON user_created.id = t.created_by");
	query_where(q, req, res, false);
	query_add(q, " AND t.id = ?");
}

int show_columns(const struct resource *res, struct column *column)
{
	int n = 0;

	for (const struct field *f = res->fields; f->name; f++)
		if (f->flags & (SHOW | LIST | FORM) && !(f->flags & SECRET) && f->kind != F_PASSWORD
				&& !(f->flags & VIRTUAL && !(f->flags & (SHOW | LIST))))
			column[n++] = (struct column){ f, -1 };
	return n;
}

static NEOERR *read_record(struct showing *s)
{
	struct query q;
	NEOERR *err;

	query_init(&q, &s->req->arena);
	s->actions = action_list(s->req, s->res, ACT_ROW, s->action);
	s->column = arena_alloc(&s->req->arena, (size_t)(field_count(s->res) + 1) * sizeof *s->column);
	s->columns = show_columns(s->res, s->column);
	show_query(&q, s->req, s->res, s->column, s->columns,
		s->actions ? action_bits_sql(s->req, s->action, s->actions) : NULL);
	s->stamps_at = last_column(s) + 2;
	query_bind(&q, I64(s->id));
	TRY(query_run(s->req->db, &q, take_record, s));
	if (!s->found)
		err = nerr_raise(ERR_NOT_FOUND, "%s %lld", s->res->name, (long long)s->id);
out:
	query_clear(&q);
	return nerr_pass(err);
}

/* ---- timeline ---- */

struct history { struct showing *s; char *last; int n, changes; };

/* A code of a choice is shown by its label, all else as it was written. */
static const char *value_for_people(struct showing *s, const struct field *f, const char *value)
{
	if (!value)
		return "";
	if (f && (f->kind == F_CHOICE || f->kind == F_BOOL || kinds[f->kind].right) &&
		!(f->flags & (PII | SECRET)))
		return field_show(s->req, f, value, true);
	return value;
}

static NEOERR *take_history(const struct row *r, void *ctx)
{
	struct history *h = ctx;
	struct showing *s = h->s;
	char *same =
		arena_printf(&s->req->arena, "%s %s %s", row_str(r, 0), row_str(r, 2), row_str(r, 6));
	int i = field_index(s->res, row_str(r, 3));
	const struct field *f = i < 0 ? NULL : &s->res->fields[i];
	NEOERR *err = STATUS_OK;

	if (!text_eq(same, h->last)) {
		h->n++;
		h->changes = 0;
		TRY(hdf_put(s->show, row_str(r, 0), "history.%d.at", h->n));
		TRY(hdf_put(s->show, row_str(r, 1), "history.%d.by", h->n));
		TRY(hdf_put(s->show, action_label(s->req, s->res, row_str(r, 2)), "history.%d.action",
			h->n));
	}
	h->last = same;
	if (!*row_str(r, 3))
		return STATUS_OK;
	TRY(hdf_put(s->show, text_label(s->req, s->res->name, row_str(r, 3)), "history.%d.change.%d",
		h->n, h->changes));
	TRY(hdf_put(s->show, value_for_people(s, f, r->value[4]), "history.%d.change.%d.old", h->n,
		h->changes));
	TRY(hdf_put(s->show, value_for_people(s, f, r->value[5]), "history.%d.change.%d.new", h->n,
		h->changes++));
out:
	return nerr_pass(err);
}

static NEOERR *fill_history(struct showing *s)
{
	struct history h = { .s = s, .n = -1 };

	return nerr_pass(db_query(s->req->db, &history_query, ARGS(STR(s->res->name), I64(s->id)),
		take_history, &h));
}

/* ---- tabs ---- */

static NEOERR *take_mask(const struct row *r, void *ctx)
{
	unsigned *mask = ctx;

	for (int i = 0; i < r->n; i++)
		*mask |= row_i64(r, i) ? 1U << i : 0;
	return STATUS_OK;
}

/* *mask: a bit for each child that this record has a tab for. */
static NEOERR *children_mask(struct showing *s, unsigned *mask)
{
	struct query q;
	int n = 0, asked = 0;
	NEOERR *err = STATUS_OK;

	*mask = 0;
	query_init(&q, &s->req->arena);
	for (const struct child *c = s->res->children; c && c->res; c++, n++) {
		query_addf(&q, "%s IF(%s, 1, 0)", n ? "," : "SELECT", c->when ? c->when : "1 = 1");
		asked += c->when != NULL;
	}
	if (asked == 0) {
		*mask = ~0U;
		goto out;
	}
	query_from(&q, s->res, false);
	query_add(&q, " WHERE t.id = ?");
	query_bind(&q, I64(s->id));
	TRY(query_run(s->req->db, &q, take_mask, mask));
out:
	query_clear(&q);
	return nerr_pass(err);
}

static NEOERR *put_tab(struct showing *s, int n, const char *name, const char *label, bool now)
{
	const char *here = resource_path(s->req, s->res, s->id, NULL);
	NEOERR *err;

	TRY(hdf_put(s->show, label, "tab.%d", n));
	TRY(hdf_put(s->show, *name ? arena_printf(&s->req->arena, "%s?tab=%s", here, name) : here,
		"tab.%d.href", n));
	if (now)
		TRY(hdf_put(s->show, "1", "tab.%d.now", n));
out:
	return nerr_pass(err);
}

static NEOERR *fill_child(struct showing *s, const struct child *child)
{
	const char *filter = arena_printf(&s->req->arena, "?%s=%lld", child->column, (long long)s->id);
	int i = field_index(child->res, child->column);
	struct view v;
	HDF *list;
	NEOERR *err;

	view_init(s->req, child->res, &v);
	for (int k = 0; child->res->fields[k].name; k++)
		v.filter[k].value.null = v.filter[k].low.null = v.filter[k].high.null = true;
	v.tab = NULL;
	v.parent = child->column;
	v.parent_id = s->id;
	TRY(hdf_get_node(s->req->hdf, "List", &list));
	TRY(list_fill_table(s->req, list, &v, true));
	if (i >= 0 && child->res->fields[i].flags & (FILTER | SEARCH))
		TRY(hdf_put(list, arena_printf(&s->req->arena, "/admin/%s%s", child->res->name, filter),
			"all_href"));
	if (i >= 0 && resource_may(s->req, child->res, "create"))
		TRY(hdf_put(list, arena_printf(&s->req->arena, "/admin/%s/new%s", child->res->name, filter),
			"may.create"));
	TRY(hdf_put(list, text_format(s->req, "engine.empty", resource_noun(s->req, child->res), NULL),
		"empty"));
out:
	return nerr_pass(err);
}

static bool child_shown(struct showing *s, const struct child *c, unsigned mask)
{
	return mask & 1U << (c - s->res->children) && resource_may(s->req, c->res, "list");
}

static const struct child *tab_child(struct showing *s, const char *tab, unsigned mask)
{
	for (const struct child *c = s->res->children; c && c->res; c++)
		if (!strcmp(tab, c->res->name) && child_shown(s, c, mask))
			return c;
	return NULL;
}

static NEOERR *fill_tabs(struct showing *s)
{
	const char *tab = request_param_or(s->req, "tab", "");
	const struct child *now;
	unsigned mask;
	bool history;
	int n = 0;
	NEOERR *err;

	TRY(children_mask(s, &mask));
	now = tab_child(s, tab, mask);
	history = !now && !strcmp(tab, "history");
	TRY(put_tab(s, n++, "", text_get(s->req, "engine.detail"), !now && !history));
	for (const struct child *c = s->res->children; c && c->res; c++)
		if (child_shown(s, c, mask))
			TRY(put_tab(s, n++, c->res->name, resource_noun(s->req, c->res), c == now));
	TRY(put_tab(s, n++, "history", text_get(s->req, "engine.history"), history));
	if (now)
		TRY(fill_child(s, now));
	else if (history)
		TRY(fill_history(s));
	else
		TRY(hdf_put(s->show, "1", "detail"));
out:
	return nerr_pass(err);
}

static NEOERR *render_show(struct showing *s)
{
	NEOERR *err;

	TRY(hdf_get_node(s->req->hdf, "Show", &s->show));
	TRY(read_record(s));
	TRY(hdf_put_i64(s->show, s->id, "id"));
	TRY(fill_tabs(s));
	if (s->masked && !s->whole && resource_may(s->req, s->res, "pii"))
		TRY(hdf_put(s->show, resource_path(s->req, s->res, s->id, "whole"), "whole"));
	if (s->res->show)
		TRY(s->res->show(s->req, s->id));
	TRY(page_title(s->req, s->res, hdf_get_value(s->show, "title", "")));
	TRY(page_render(s->req, s->res, "show"));
out:
	return nerr_pass(err);
}

static NEOERR *enter(struct request *req, struct showing *s)
{
	NEOERR *err;

	*s = (struct showing){ .req = req, .id = route_id(req, "id") };
	TRY(resource_enter(req, "show", &s->res));
	if (!s->id)
		return nerr_raise(ERR_NOT_FOUND, "no such record");
out:
	return nerr_pass(err);
}

/* What stands on the twin's page is shown there: references and old links know one of both. */
NEOERR *show_page(struct request *req)
{
	struct showing s;
	NEOERR *err;

	TRY(enter(req, &s));
	err = render_show(&s);
	if (error_is(err, ERR_NOT_FOUND) && s.res->twin && resource_may(req, s.res->twin, "show")) {
		error_drop(err);
		TRY(resource_reach(req, s.res->twin, s.id, false));
		response_redirect(req, resource_path(req, s.res->twin, s.id, NULL));
	}
out:
	return nerr_pass(err);
}

NEOERR *show_whole(struct request *req)
{
	struct showing s;
	NEOERR *err;

	TRY(enter(req, &s));
	TRY(resource_permit(req, s.res, "pii"));
	TRY(resource_reach(req, s.res, s.id, false));
	TRY(audit_add(req->db, &req->actor, s.res->name, s.id, "whole", NULL, NULL, NULL));
	s.whole = true;
	TRY(render_show(&s));
out:
	return nerr_pass(err);
}
