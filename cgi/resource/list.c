/* list.c - the list page: rows, heads, totals, tabs, pages, buttons; and the table alone for
 * refresh and detail pages.
 * Owns the remembered columns. Serves the browser. */
#include "cgi/render.h"
#include "cgi/resource/page.h"
#include "cgi/response.h"

#include "base/text.h"

#define COLUMNS_MAX 60
#define CELLS_A_NODE 8                   /* an HDF node hashes beyond 10 children: rows stay flat */
#define ACTIONS_SHOWN 3

SQL(preference_find, "SELECT value FROM user_preference WHERE user_id = ? AND name = ?");
SQL(preference_set,
	"INSERT INTO user_preference (user_id, name, value) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE"
	" value = VALUES(value)");

struct listing {
	struct request *req;
	struct view *view;
	const struct resource *res;
	HDF *list;
	struct column column[COLUMNS_MAX];
	int columns;
	const struct action *action[ACTIONS_MAX];
	int actions, bits_at, rows;
	bool show, edit, embedded;
	int64_t sum[COLUMNS_MAX];
};

/* ---- columns ---- */

struct preference { struct arena *arena; const char *text; };

static NEOERR *take_preference(const struct row *r, void *ctx)
{
	struct preference *p = ctx;

	p->text = arena_printf(p->arena, ",%s,", row_str(r, 0));
	return STATUS_OK;
}

static const char *preference_name(struct request *req, const struct resource *res)
{
	return arena_printf(&req->arena, "columns:%s", res->name);
}

/* ",name,phone,"; NULL if the asker never chose. */
static NEOERR *chosen_columns(struct request *req, const struct resource *res, const char **out)
{
	struct preference p = { &req->arena, NULL };
	NEOERR *err = db_find(req->db, &preference_find,
		ARGS(I64(req->who.user_id), STR(preference_name(req, res))), take_preference, &p, NULL);

	*out = p.text;
	return nerr_pass(err);
}

static bool is_chosen(struct request *req, const struct field *f, const char *chosen)
{
	if (!chosen)
		return !(f->flags & HIDE);
	return strstr(chosen, arena_printf(&req->arena, ",%s,", f->name)) != NULL;
}

static NEOERR *choose_columns(struct listing *l, const struct column *all, int n)
{
	struct request *req = l->req;
	const char *chosen = NULL;
	NEOERR *err = STATUS_OK;

	if (!l->embedded)
		TRY(chosen_columns(req, l->res, &chosen));
	for (int i = 0; i < n && l->columns < COLUMNS_MAX; i++) {
		bool on = is_chosen(req, all[i].field, chosen);

		if (on && !(l->embedded && l->view->parent && !strcmp(all[i].field->name, l->view->parent)))
			l->column[l->columns++] = all[i];
	}
out:
	return nerr_pass(err);
}

/* A page of its own: three dozen boxes on each list would weigh more than a row each. */
NEOERR *list_columns_page(struct request *req)
{
	const struct resource *res;
	struct column all[COLUMNS_MAX];
	const char *chosen, *path;
	int n;
	NEOERR *err;

	TRY(resource_enter(req, "list", &res));
	TRY(chosen_columns(req, res, &chosen));
	n = view_columns(res, LIST, SECRET, all);
	for (int i = 0; i < n; i++) {
		const struct field *f = all[i].field;

		TRY(hdf_put(req->hdf, text_label(req, res->name, f->name), "Column.%d", i));
		TRY(hdf_put(req->hdf, f->name, "Column.%d.name", i));
		if (is_chosen(req, f, chosen))
			TRY(hdf_put(req->hdf, "1", "Column.%d.on", i));
	}
	path = resource_path(req, res, 0, NULL);
	TRY(page_title(req, res, text_get(req, "engine.columns")));
	TRY(form_fill_hidden(req, path));
	TRY(render_page(req, "columns.cs"));
out:
	return nerr_pass(err);
}

struct names { struct buf text; const struct resource *res; };

static NEOERR *add_name(const char *value, void *ctx)
{
	struct names *n = ctx;
	int i = field_index(n->res, value);

	if (i >= 0 && n->res->fields[i].flags & LIST)
		buf_printf(&n->text, "%s%s", n->text.len ? "," : "", value);
	return STATUS_OK;
}

NEOERR *list_columns(struct request *req)
{
	struct names names = { .res = NULL };
	NEOERR *err;

	buf_init(&names.text, 0);
	TRY(resource_enter(req, "list", &names.res));
	TRY(request_each(req, "column", add_name, &names));
	TRY(db_exec(req->db, &preference_set,
		ARGS(I64(req->who.user_id), STR(preference_name(req, names.res)),
			STR(buf_str(&names.text))),
		NULL));
	response_redirect(req, form_back(req, resource_path(req, names.res, 0, NULL)));
out:
	buf_clear(&names.text);
	return nerr_pass(err);
}

/* ---- heads ---- */

static NEOERR *put_head(struct listing *l, int i)
{
	struct request *req = l->req;
	const struct field *f = l->column[i].field;
	const char *unit = field_unit(req, f), *sort;
	bool now = l->view->sort == f;
	NEOERR *err = STATUS_OK;

	TRY(hdf_put(l->list, text_label(req, l->res->name, f->name), "head.%d", i));
	if (*unit)
		TRY(hdf_put(l->list, unit, "head.%d.unit", i));
	if (kinds[f->kind].right)
		TRY(hdf_put(l->list, "num", "head.%d.class", i));
	if (f->flags & SORT && !l->embedded) {
		sort = arena_printf(&req->arena, "%s%s", now && !l->view->descending ? "-" : "", f->name);
		TRY(hdf_put(l->list, view_url(req, l->view, "sort", sort), "head.%d.sort", i));
		if (now)
			TRY(hdf_put(l->list, l->view->descending ? "down" : "up", "head.%d.sorted", i));
	}
out:
	return nerr_pass(err);
}

/* ---- rows ---- */

static void add_sum(struct listing *l, int i, const char *raw)
{
	const struct field *f = l->column[i].field;
	int64_t v;

	if (f->flags & TOTAL && raw && fixed_parse(raw, field_scale(f), &v) &&
		!fixed_add(l->sum[i], v, &l->sum[i]))
		l->sum[i] = INT64_MAX;
}

static NEOERR *put_cells(struct listing *l, HDF *row, const struct row *r)
{
	NEOERR *err = STATUS_OK;
	HDF *cell;
	char path[32];

	for (int i = 0; i < l->columns; i++) {
		const struct field *f = l->column[i].field;
		int at = l->column[i].at;

		snprintf(path, sizeof path, "g.%d.%d", i / CELLS_A_NODE, i % CELLS_A_NODE);
		TRY(hdf_get_node(row, path, &cell));
		if (at < 0) {
			TRY(hdf_set_value(cell, NULL, hdf_get_value(row, f->name, "")));
		} else {
			TRY(cell_put(l->req, cell, f, r->value[at],
				f->kind == F_REF ? row_str(r, at + 1) : NULL, false));
			add_sum(l, i, r->value[at]);
		}
	}
	if (l->show)
		TRY(hdf_set_value(row, "g.0.0.href", resource_path(l->req, l->res, row_i64(r, 0), NULL)));
out:
	return nerr_pass(err);
}

static NEOERR *put_actions(struct listing *l, HDF *row, const struct row *r)
{
	int64_t id = row_i64(r, 0), bits = l->actions ? row_i64(r, l->bits_at) : 0;
	int shown = 0, more = 0;
	HDF *node;
	NEOERR *err = STATUS_OK;

	if (l->edit) {
		TRY(hdf_get_node(row, "act.0", &node));
		TRY(hdf_set_value(node, NULL, text_get(l->req, "action.edit")));
		TRY(hdf_set_value(node, "href", resource_path(l->req, l->res, id, "edit")));
		shown++;
	}
	for (int i = 0; i < l->actions; i++) {
		const struct action *a = l->action[i];
		bool rare = a->flags & ACT_MORE || shown >= ACTIONS_SHOWN;

		if (a->flags & ACT_SHOW || !action_is_offered(l->action, i, bits))
			continue;
		TRY(hdf_get_node(row,
			arena_printf(&l->req->arena, rare ? "more.%d" : "act.%d", rare ? more++ : shown++),
			&node));
		TRY(action_put(l->req, node, l->res, a, id));
	}
out:
	return nerr_pass(err);
}

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	char path[32];
	HDF *row;
	NEOERR *err;

	snprintf(path, sizeof path, "row.%d", l->rows++);
	TRY(hdf_get_node(l->list, path, &row));
	TRY(hdf_set_value(row, "id", row_str(r, 0)));
	if (l->res->decorate)
		TRY(l->res->decorate(l->req, row_i64(r, 0), row));
	TRY(put_cells(l, row, r));
	if (!l->embedded)
		TRY(put_actions(l, row, r));
out:
	return nerr_pass(err);
}

static NEOERR *read_rows(struct listing *l)
{
	struct view *v = l->view;
	const char *bits = l->actions ? action_bits_sql(l->req, l->action, l->actions) : NULL;
	struct query q;
	NEOERR *err;

	query_init(&q, &l->req->arena);
	view_select(&q, l->req, v, l->column, l->columns, v->size, (v->page - 1) * v->size, bits);
	l->bits_at = 1;
	for (int i = 0; i < l->columns; i++)
		if (l->column[i].at >= 0)
			l->bits_at = l->column[i].at + 1 + (l->column[i].field->kind == F_REF);
	TRY(query_run(l->req->db, &q, take_row, l));
out:
	query_clear(&q);
	return nerr_pass(err);
}

/* ---- totals ---- */

static bool has_totals(const struct listing *l)
{
	for (int i = 0; i < l->columns; i++)
		if (l->column[i].field->flags & TOTAL)
			return true;
	return false;
}

static NEOERR *put_page_totals(struct listing *l)
{
	char number[FIXED_TEXT];
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < l->columns; i++) {
		const struct field *f = l->column[i].field;
		bool total = f->flags & TOTAL;

		TRY(hdf_put(l->list,
			total ? field_show(l->req, f,
						fixed_format(l->sum[i], field_scale(f), field_scale(f), number), true)
				  : "",
			"page_total.%d", i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *take_totals(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	int at = 0;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < l->columns; i++) {
		const struct field *f = l->column[i].field;

		TRY(hdf_put(l->list,
			f->flags & TOTAL ? field_show(l->req, f, r->value[at] ? r->value[at] : "0", true) : "",
			"all_total.%d", i));
		at += (f->flags & TOTAL) != 0;
	}
out:
	return nerr_pass(err);
}

void totals_query(struct query *q, const struct request *req, const struct view *v,
	const struct column *column, int n)
{
	struct query where;
	const char *comma = "";
	bool joins = false;

	query_init(&where, q->arena);
	view_where(&where, req, v, v->tab);
	query_add(q, "SELECT ");
	for (int i = 0; i < n; i++)
		if (column[i].field->flags & TOTAL) {
			query_addf(q, "%sSUM(%s)", comma, field_sql(q->arena, column[i].field));
			joins = joins || sql_needs_joins(field_sql(q->arena, column[i].field));
			comma = ", ";
		}
	query_from(q, v->res, joins || sql_needs_joins(buf_str(&where.text)));
	query_append(q, &where);
	query_clear(&where);
}

static NEOERR *put_all_totals(struct listing *l)
{
	struct query q;
	NEOERR *err;

	query_init(&q, &l->req->arena);
	totals_query(&q, l->req, l->view, l->column, l->columns);
	TRY(query_run(l->req->db, &q, take_totals, l));
out:
	query_clear(&q);
	return nerr_pass(err);
}

/* Sums over more rows than are counted come after the page, by a request of their own (or by the
 * link that asks for them). */
static NEOERR *fill_totals(struct listing *l, int64_t count)
{
	bool late = l->res->big && count > BIG_CAP && !request_param(l->req, "totals");
	NEOERR *err = STATUS_OK;

	if (!has_totals(l) || !l->rows)
		return STATUS_OK;
	TRY(put_page_totals(l));
	if (!late)
		return nerr_pass(put_all_totals(l));
	TRY(hdf_put(l->list, view_url(l->req, l->view, "totals", "1"), "totals_href"));
out:
	return nerr_pass(err);
}

/* ---- pages ---- */

static NEOERR *put_page_link(struct listing *l, const char *name, int64_t page)
{
	return nerr_pass(hdf_put(l->list,
		view_url(l->req, l->view, "page", arena_printf(&l->req->arena, "%lld", (long long)page)),
		"pager.%s", name));
}

static NEOERR *put_pages(struct listing *l, int64_t pages)
{
	int64_t now = l->view->page, first = now > 3 ? now - 2 : 1,
			last = first + 4 < pages ? first + 4 : pages;
	NEOERR *err = STATUS_OK;

	for (int64_t p = first; p <= last; p++) {
		TRY(put_page_link(l, arena_printf(&l->req->arena, "page.%d.href", (int)(p - first)), p));
		TRY(hdf_put_i64(l->list, p, "pager.page.%d", (int)(p - first)));
		if (p == now)
			TRY(hdf_put(l->list, "1", "pager.page.%d.now", (int)(p - first)));
	}
	if (now > 1)
		TRY(put_page_link(l, "previous", now - 1));
	if (now < pages)
		TRY(put_page_link(l, "next", now + 1));
	if (now > 3)
		TRY(put_page_link(l, "first", 1));
	if (last < pages)
		TRY(put_page_link(l, "last", pages));
out:
	return nerr_pass(err);
}

static NEOERR *put_sizes(struct listing *l)
{
	static const int sizes[] = { 10, 20, 50, 100 };
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < 4; i++) {
		const char *text = arena_printf(&l->req->arena, "%d", sizes[i]);

		TRY(hdf_put(l->list, text, "pager.size.%d", i));
		TRY(hdf_put(l->list, view_url(l->req, l->view, "size", text), "pager.size.%d.href", i));
		if (l->view->size == sizes[i])
			TRY(hdf_put(l->list, "1", "pager.size.%d.now", i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *fill_pager(struct listing *l, int64_t count)
{
	bool more = l->res->big && count > BIG_CAP;
	int64_t shown = more ? BIG_CAP : count, pages = (shown + l->view->size - 1) / l->view->size;
	char text[FIXED_TEXT + 8];
	NEOERR *err;

	TRY(hdf_put(l->list,
		arena_printf(&l->req->arena, "%s%s", fixed_group(shown, 0, 0, text), more ? "+" : ""),
		"pager.count"));
	TRY(hdf_put_i64(l->list, pages, "pager.pages"));
	TRY(hdf_put_i64(l->list, l->view->page, "pager.now"));
	TRY(put_pages(l, pages));
	TRY(put_sizes(l));
out:
	return nerr_pass(err);
}

/* ---- the table ---- */

static NEOERR *fill_rows(struct listing *l)
{
	struct column all[COLUMNS_MAX];
	int n;
	NEOERR *err;

	if (field_count(l->res) > COLUMNS_MAX)
		return nerr_raise(ERR_INVALID, "%s: more than %d fields", l->res->name, COLUMNS_MAX);
	n = view_columns(l->res, LIST, SECRET, all);
	l->show = resource_may(l->req, l->res, "show");
	l->edit = !l->embedded && resource_may(l->req, l->res, "update");
	l->actions = l->embedded ? 0 : action_list(l->req, l->res, ACT_ROW, l->action);
	TRY(choose_columns(l, all, n));
	for (int i = 0; i < l->columns; i++)
		TRY(put_head(l, i));
	TRY(read_rows(l));
	TRY(hdf_put_i64(l->list, l->rows, "rows"));
	if (l->edit || l->actions)
		TRY(hdf_put(l->list, "1", "has_actions"));
out:
	return nerr_pass(err);
}

NEOERR *list_fill_table(struct request *req, HDF *list, struct view *v, bool embedded)
{
	struct listing *l = arena_alloc(&req->arena, sizeof *l);
	int64_t count = 0;
	NEOERR *err;

	l->req = req;
	l->view = v;
	l->res = v->res;
	l->list = list;
	l->embedded = embedded;
	TRY(fill_rows(l));
	if (embedded)
		return STATUS_OK;
	TRY(view_count(req, v, v->tab, v->res->big ? BIG_CAP + 1 : 0, &count));
	TRY(fill_totals(l, count));
	TRY(fill_pager(l, count));
out:
	return nerr_pass(err);
}

/* ---- around the table ---- */

static NEOERR *fill_tabs(struct request *req, HDF *list, struct view *v)
{
	int64_t count, cap = v->res->big ? TAB_CAP + 1 : 0;
	const struct tab *t = v->res->tabs;
	NEOERR *err = STATUS_OK;

	for (int i = 0; t && t[i].name; i++) {
		TRY(view_count(req, v, &t[i], cap, &count));
		TRY(hdf_put(list,
			text_label(req, arena_printf(&req->arena, "%s.tab", v->res->name), t[i].name), "tab.%d",
			i));
		TRY(hdf_put(list, view_url(req, v, "tab", i ? t[i].name : NULL), "tab.%d.href", i));
		TRY(hdf_put(list,
			cap && count >= cap ? arena_printf(&req->arena, "%d+", TAB_CAP)
				: arena_printf(&req->arena, "%lld", (long long)count),
			"tab.%d.count", i));
		if (v->tab == &t[i])
			TRY(hdf_put(list, "1", "tab.%d.now", i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *fill_buttons(struct request *req, HDF *list, const struct view *v)
{
	static const struct {
		const char *verb, *path;
	} buttons[] = { { "create", "new" }, { "import", "import" }, { "export", "export" } };
	const struct action *action[ACTIONS_MAX];
	HDF *node;
	int n;
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++)
		if (resource_may(req, v->res, buttons[i].verb))
			TRY(hdf_put(list, resource_path(req, v->res, 0, buttons[i].path), "may.%s",
				buttons[i].verb));
	n = action_list(req, v->res, ACT_PAGE, action);
	for (int i = 0; i < n; i++) {
		TRY(hdf_get_node(list, arena_printf(&req->arena, "page_action.%d", i), &node));
		TRY(action_put(req, node, v->res, action[i], 0));
		TRY(hdf_set_value(node, "href",
			arena_printf(&req->arena, "%s%s", hdf_get_value(node, "href", ""),
				view_url(req, v, NULL, NULL))));
	}
	n = action_list(req, v->res, ACT_BATCH, action);
	for (int i = 0; i < n; i++) {
		TRY(hdf_put(list, action_label(req, v->res, action[i]->name), "batch.%d", i));
		TRY(hdf_put(list,
			arena_printf(&req->arena, "/admin/%s/batch/%s", v->res->name, action[i]->name),
			"batch.%d.href", i));
		if (action[i]->flags & ACT_DANGER)
			TRY(hdf_put(list, "1", "batch.%d.danger", i));
	}
out:
	return nerr_pass(err);
}

static const char *all_time_url(struct request *req, const struct view *v)
{
	for (int i = 0; v->res->fields[i].name; i++)
		if (v->filter[i].defaulted)
			return arena_printf(&req->arena, "?%s_from=&%s_to=", v->res->fields[i].name,
				v->res->fields[i].name);
	return NULL;
}

/* An empty list says why, and what next: nothing matches, nothing in the window, or nothing
 * there yet. */
static NEOERR *fill_empty(struct request *req, HDF *list, const struct view *v)
{
	const char *why = "engine.empty", *href = NULL, *label = "engine.reset";
	NEOERR *err;

	if ((href = all_time_url(req, v)) != NULL) {
		why = "engine.empty_window";
		label = "engine.all_time";
	}
	if (v->tab && v->tab != v->res->tabs)
		why = "engine.empty_search";
	for (int i = 0; v->res->fields[i].name; i++)
		if (v->filter[i].text || v->filter[i].typed ||
			(!v->filter[i].defaulted && (v->filter[i].from || v->filter[i].to)))
			why = "engine.empty_search";
	if (!strcmp(why, "engine.empty_search")) {
		href = resource_path(req, v->res, 0, NULL);
		label = "engine.reset";
	}
	TRY(hdf_put(list, text_format(req, why, resource_noun(req, v->res), NULL), "empty"));
	if (href) {
		TRY(hdf_put(list, href, "empty_href"));
		TRY(hdf_put(list, text_get(req, label), "empty_label"));
	}
out:
	return nerr_pass(err);
}

struct hidden { HDF *list; int n; NEOERR *err; };

static void put_hidden(const char *name, const char *value, void *ctx)
{
	struct hidden *h = ctx;

	if (h->err == STATUS_OK)
		h->err = hdf_put(h->list, value, "hidden.%d", h->n);
	if (h->err == STATUS_OK)
		h->err = hdf_put(h->list, name, "hidden.%d.name", h->n++);
}

/* The addresses that keep the search: export, refresh, jump to a page. */
static NEOERR *fill_addresses(struct request *req, HDF *list, const struct view *v)
{
	const char *page = v->page > 1 ? arena_printf(&req->arena, "%lld", (long long)v->page) : NULL;
	const char *url = view_url(req, v, "page", page);
	struct hidden h = { list, 0, STATUS_OK };
	NEOERR *err;

	TRY(hdf_put(list, arena_printf(&req->arena, "%s%spart=table", url, url[1] ? "&" : ""), "part"));
	TRY(hdf_put(list,
		arena_printf(&req->arena, "%s?_back=%s", resource_path(req, v->res, 0, "columns"),
			url_encode(req,
				arena_printf(&req->arena, "%s%s", resource_path(req, v->res, 0, NULL),
					url[1] ? url : ""))),
		"columns_href"));
	view_each_param(req, v, put_hidden, &h);
	TRY(h.err);
	if (resource_may(req, v->res, "export"))
		TRY(hdf_put(list,
			arena_printf(&req->arena, "%s%s", resource_path(req, v->res, 0, "export"),
				view_url(req, v, NULL, NULL)),
			"export"));
	TRY(form_fill_hidden(req, resource_path(req, v->res, 0, NULL)));
	if (v->res->live)
		TRY(hdf_put(list, "1", "live"));
out:
	return nerr_pass(err);
}

NEOERR *list_page(struct request *req)
{
	const struct resource *res;
	struct view v;
	HDF *list;
	NEOERR *err;

	TRY(resource_enter(req, "list", &res));
	TRY(view_read(req, res, &v));
	TRY(page_title(req, res, resource_noun(req, res)));
	TRY(hdf_get_node(req->hdf, "List", &list));
	TRY(list_fill_table(req, list, &v, false));
	TRY(fill_addresses(req, list, &v));
	TRY(fill_buttons(req, list, &v));
	TRY(fill_empty(req, list, &v));
	if (text_eq(request_param(req, "part"), "table"))
		return nerr_pass(render_part(req, "list_table.cs"));
	TRY(fill_tabs(req, list, &v));
	TRY(list_fill_filters(req, list, &v));
	TRY(page_render(req, res, "list"));
out:
	return nerr_pass(err);
}

NEOERR *list_totals(struct request *req)
{
	struct listing *l = arena_alloc(&req->arena, sizeof *l);
	struct column all[COLUMNS_MAX];
	struct view v;
	int n;
	NEOERR *err;

	l->req = req;
	l->view = &v;
	TRY(resource_enter(req, "list", &l->res));
	TRY(view_read(req, l->res, &v));
	TRY(hdf_get_node(req->hdf, "List", &l->list));
	n = view_columns(l->res, LIST, SECRET, all);
	TRY(choose_columns(l, all, n));
	TRY(put_all_totals(l));
	TRY(render_part(req, "list_totals.cs"));
out:
	return nerr_pass(err);
}
