/* view.c - the state of a list: read from the URL, written back to it, turned into SELECT and
 * COUNT.
 * Owns nothing. Serves list, detail, export, API. */
#include "cgi/render.h"
#include "cgi/resource/page.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/text.h"

#define FILTERS (SEARCH | FILTER | RANGE)

static const int64_t sizes[] = { 10, 20, 50, 100 };

void view_init(struct request *req, const struct resource *res, struct view *out)
{
	memset(out, 0, sizeof *out);
	out->res = res;
	out->page = 1;
	out->size = 20;
	out->tab = res->tabs;
	out->filter = arena_alloc(&req->arena, (size_t)(field_count(res) + 1) * sizeof *out->filter);
}

static const char *given(const struct request *req, const char *name)
{
	const char *s = request_param(req, name);

	return s && *s ? s : NULL;
}

static const char *given_end(struct request *req, const struct field *f, const char *end)
{
	return request_param(req, arena_printf(&req->arena, "%s_%s", f->name, end));
}

static void cast_end(struct request *req, const struct field *f, const char *text,
	struct value *out, struct filter *filter)
{
	struct field loose = *f;

	loose.min = loose.max = 0;               /* a filter may ask for what no record holds */
	if (!text || !*text) {
		out->null = true;
		return;
	}
	if (!kinds[f->kind].number && f->kind != F_CHOICE) {
		out->text = text_trim(arena_strdup(&req->arena, text));
		out->null = !*out->text;
		return;
	}
	if (field_cast(req, &loose, text, out))
		filter->bad = true;
}

static void open_window(struct request *req, const struct field *f, struct filter *filter)
{
	int64_t today = clock_day_start(clock_now());
	char day[CLOCK_TEXT];

	filter->from = arena_strdup(&req->arena,
		clock_format_day(f->flags & TODAY ? today : today - 6 * DAY_SECONDS, day));
	filter->to = arena_strdup(&req->arena, clock_format_day(today, day));
	filter->defaulted = true;
}

/* A search for one exact number looks everywhere; else a list with a window opens on it. */
static bool wants_window(struct request *req, const struct resource *res)
{
	for (const struct field *f = res->fields; f->name; f++)
		if (f->flags & EXACT && f->flags & SEARCH && given(req, f->name))
			return false;
	return true;
}

static void read_range(struct request *req, const struct field *f, struct filter *filter,
	bool window)
{
	filter->from = given_end(req, f, "from");
	filter->to = given_end(req, f, "to");
	if (!filter->from && !filter->to && window && f->flags & (LAST_WEEK | TODAY))
		open_window(req, f, filter);
	cast_end(req, f, filter->from, &filter->low, filter);
	cast_end(req, f, filter->to, &filter->high, filter);
	if (f->kind == F_TIME && !filter->high.null && !filter->bad && strlen(filter->to) == 10)
		filter->high.number += DAY_SECONDS - 1;
}

/* Words instead of a chosen record: the one they mean, else the list is empty and the filter
 * offers what they may mean. */
static NEOERR *read_typed(struct request *req, const struct field *f, struct filter *filter)
{
	const char *typed = request_param(req, arena_printf(&req->arena, "%s_q", f->name)), *title = "";
	int64_t id;
	NEOERR *err = STATUS_OK;

	if (filter->text && typed && text_i64(filter->text, &id))
		TRY(resource_title(req, f->ref, id, &title));
	/* the words were changed after the record was chosen */
	if (typed && strcmp(typed, title) != 0)
		filter->text = NULL;
	if (filter->text || !typed || !*typed)
		return STATUS_OK;
	TRY(lookup_resolve(req, f, typed, &id));
	filter->typed = typed;
	filter->bad = !id;
	if (id)
		filter->text = arena_printf(&req->arena, "%lld", (long long)id);
out:
	return nerr_pass(err);
}

static void read_sort(struct request *req, struct view *v)
{
	const char *sort = given(req, "sort");
	int i;

	if (!sort)
		return;
	v->descending = *sort == '-';
	i = field_index(v->res, sort + v->descending);
	if (i >= 0 && v->res->fields[i].flags & SORT)
		v->sort = &v->res->fields[i];
}

static void read_page(struct request *req, struct view *v)
{
	int64_t size, page;

	if (request_i64(req, "size", &size))
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
			if (sizes[i] == size)
				v->size = size;
	if (request_i64(req, "page", &page) && page > 1)
		v->page = page < 1000000 ? page : 1000000;
	if (v->res->big && v->page > BIG_CAP / v->size)
		v->page = BIG_CAP / v->size;
}

NEOERR *view_read(struct request *req, const struct resource *res, struct view *v)
{
	const char *tab = given(req, "tab");
	bool window = wants_window(req, res);
	NEOERR *err = STATUS_OK;

	view_init(req, res, v);
	for (int i = 0; res->fields[i].name; i++) {
		const struct field *f = &res->fields[i];
		struct filter *filter = &v->filter[i];

		filter->value.null = filter->low.null = filter->high.null = true;
		if (f->flags & (SEARCH | FILTER) && (!(f->flags & RANGE) || f->flags & SEARCH)) {
			filter->text = given(req, f->name);
			if (f->kind == F_REF)
				TRY(read_typed(req, f, filter));
			cast_end(req, f, filter->text, &filter->value, filter);
		}
		if (f->flags & RANGE)
			read_range(req, f, filter, window);
		v->bad = v->bad || filter->bad;
	}
	for (const struct tab *t = res->tabs; tab && t && t->name; t++)
		if (!strcmp(t->name, tab))
			v->tab = t;
	read_sort(req, v);
	read_page(req, v);
out:
	return nerr_pass(err);
}

/* ---- back to a URL ---- */

/* Every parameter that makes this view, but page: fn(name, value). */
void view_each_param(struct request *req, const struct view *v,
	void (*fn)(const char *name, const char *value, void *ctx), void *ctx)
{
	struct arena *a = &req->arena;

	for (int i = 0; v->res->fields[i].name; i++) {
		const struct filter *f = &v->filter[i];
		const char *name = v->res->fields[i].name;

		if (f->text)
			fn(name, f->text, ctx);
		if (f->from && !f->defaulted)
			fn(arena_printf(a, "%s_from", name), f->from, ctx);
		if (f->to && !f->defaulted)
			fn(arena_printf(a, "%s_to", name), f->to, ctx);
	}
	if (v->tab && v->tab != v->res->tabs)
		fn("tab", v->tab->name, ctx);
	if (v->sort)
		fn("sort", arena_printf(a, "%s%s", v->descending ? "-" : "", v->sort->name), ctx);
	if (v->size != 20)
		fn("size", arena_printf(a, "%d", (int)v->size), ctx);
}

struct url { struct request *req; struct buf text; const char *replaced; };

static void url_param(const char *name, const char *value, void *ctx)
{
	struct url *u = ctx;

	if (!u->replaced || strcmp(u->replaced, name) != 0)
		buf_printf(&u->text, "%s%s=%s", u->text.len ? "&" : "?", name, url_encode(u->req, value));
}

const char *view_url(struct request *req, const struct view *v, const char *name, const char *value)
{
	struct url u = { .req = req, .replaced = name };
	const char *out;

	buf_init(&u.text, 0);
	view_each_param(req, v, url_param, &u);
	u.replaced = NULL;
	if (name && value)
		url_param(name, value, &u);
	out = arena_strdup(&req->arena, u.text.len ? buf_str(&u.text) : "?");
	buf_clear(&u.text);
	return out;
}

static NEOERR *describe_filter(struct request *req, const struct field *f,
	const struct filter *filter, struct buf *out)
{
	const char *said = filter->text;
	NEOERR *err = STATUS_OK;

	if (filter->text && f->kind == F_REF && !filter->bad)
		TRY(resource_title(req, f->ref, filter->value.number, &said));
	else if (filter->text && (f->kind == F_CHOICE || f->kind == F_BOOL) && !filter->bad)
		said = field_show(req, f, filter->value.text, true);
	if (said)
		buf_puts(out, said);
	if (!filter->low.null || !filter->high.null)
		buf_printf(out, "%s – %s", filter->low.null ? "" : filter->from,
			filter->high.null ? "" : filter->to);
out:
	return nerr_pass(err);
}

NEOERR *view_describe(struct request *req, const struct view *v, const char **out)
{
	struct buf all, one;
	NEOERR *err = STATUS_OK;

	buf_init(&all, 0);
	buf_init(&one, 0);
	if (v->tab && v->tab->where && strcmp(v->tab->where, "1 = 1") != 0)
		buf_puts(&all,
			text_label(req, arena_printf(&req->arena, "%s.tab", v->res->name), v->tab->name));
	for (int i = 0; v->res->fields[i].name; i++) {
		buf_reset(&one);
		TRY(describe_filter(req, &v->res->fields[i], &v->filter[i], &one));
		if (one.len)
			buf_printf(&all, "%s%s: %s", all.len ? "; " : "",
				text_label(req, v->res->name, v->res->fields[i].name), buf_str(&one));
	}
	*out = arena_strdup(&req->arena, buf_str(&all));
out:
	buf_clear(&all);
	buf_clear(&one);
	return nerr_pass(err);
}

/* ---- to SQL ---- */

static void where_like(struct query *q, const struct field *f, const char *text)
{
	size_t room = strlen(text) * 2 + 3;
	char *like = arena_alloc(q->arena, room);
	char *at = like;

	if (!(f->flags & PREFIX))
		*at++ = '%';
	(void)text_like(at, room - 2, text);     /* room fits the worst case */
	query_addf(q, " AND %s LIKE ?", field_sql(q->arena, f));
	query_bind(q, STR(arena_printf(q->arena, "%s%%", like)));
}

static void where_compare(struct query *q, const struct field *f, const char *operator,
	const struct value * v)
{
	if (v->null)
		return;
	query_addf(q, " AND %s %s ?", field_sql(q->arena, f), operator);
	query_bind(q, kinds[f->kind].bind(f, v));
}

static void where_field(struct query *q, const struct field *f, const struct filter *filter)
{
	bool whole = kinds[f->kind].number || f->kind == F_CHOICE || f->flags & EXACT;

	if (!filter->value.null && !field_may_hold(f, filter->value.text))
		query_add(q, " AND 0 = 1");
	else if (!filter->value.null && !whole)
		where_like(q, f, filter->value.text);
	else
		where_compare(q, f, "=", &filter->value);
	where_compare(q, f, ">=", &filter->low);
	where_compare(q, f, "<=", &filter->high);
}

void view_where(struct query *q, const struct request *req, const struct view *v,
	const struct tab *tab)
{
	query_where(q, req, v->res, false);
	if (v->bad)
		query_add(q, " AND 0 = 1");
	if (v->parent) {
		query_addf(q, " AND t.%s = ?", v->parent);
		query_bind(q, I64(v->parent_id));
	}
	if (tab)
		query_and(q, tab->where);
	for (int i = 0; v->res->fields[i].name && !v->bad; i++)
		if (v->res->fields[i].flags & FILTERS)
			where_field(q, &v->res->fields[i], &v->filter[i]);
}

/* A reference is sorted by what people see of it. */
static const char *order_by(struct query *q, const struct view *v)
{
	const char *way = v->descending ? "DESC" : "ASC", *expression;
	const struct field *f = v->sort;

	if (!f)
		return v->res->order ? v->res->order : "t.id DESC";
	expression = field_sql(q->arena, f);
	if (f->kind == F_REF)
		expression = title_sql(q->arena, f->ref, arena_printf(q->arena, "r_%s.", f->name));
	return arena_printf(q->arena, "%s %s, t.id %s", expression, way, way);
}

void query_columns(struct query *q, struct column *column, int n)
{
	int at = 1;

	query_add(q, "SELECT t.id");
	for (int i = 0; i < n; i++) {
		const struct field *f = column[i].field;

		column[i].at = -1;
		if (f->flags & (VIRTUAL | SECRET) || f->kind == F_PASSWORD)
			continue;
		column[i].at = at++;
		query_add(q, ", ");
		query_add(q, field_sql(q->arena, f));
		if (f->kind == F_REF) {
			at++;
			query_add(q, ", ");
			query_add(q, title_sql(q->arena, f->ref, arena_printf(q->arena, "r_%s.", f->name)));
		}
	}
}

void query_column_joins(struct query *q, const struct column *column, int n,
	const struct field *sort)
{
	for (int i = 0; i < n; i++) {
		if (column[i].field->kind == F_REF && column[i].at >= 0)
			query_ref_join(q, column[i].field);
		if (column[i].field == sort)
			sort = NULL;
	}
	if (sort && sort->kind == F_REF)
		query_ref_join(q, sort);
}

/* The page's ids come first, by an index as narrow as the search allows; only then their rows
 * are read whole. */
static void add_ids(struct query *q, const struct request *req, const struct view *v,
	const char *order, int64_t rows, int64_t from)
{
	bool by_title = v->sort && v->sort->kind == F_REF;
	struct query where;

	query_init(&where, q->arena);
	view_where(&where, req, v, v->tab);
	query_add(q, " FROM (SELECT t.id");
	query_from(q, v->res,
		sql_needs_joins(by_title ? field_sql(q->arena, v->sort) : order) ||
			sql_needs_joins(buf_str(&where.text)));
	if (by_title)
		query_ref_join(q, v->sort);
	query_append(q, &where);
	query_clear(&where);
	query_add(q, " ORDER BY ");
	query_add(q, order);
	query_add(q, " LIMIT ? OFFSET ?) page_ids");
	query_bind(q, I64(rows));
	query_bind(q, I64(from));
	query_addf(q, " JOIN `%s` t ON t.id = page_ids.id ", resource_table(v->res));
	if (v->res->joins)
		query_add(q, v->res->joins);
}

void view_select(struct query *q, const struct request *req, const struct view *v,
	struct column *column, int n, int64_t rows, int64_t from, const char *extra)
{
	const char *order = order_by(q, v);

	query_columns(q, column, n);
	if (extra)
		query_add(q, extra);
	if (rows > 0)
		add_ids(q, req, v, order, rows, from);
	else
		query_from(q, v->res, true);
	query_column_joins(q, column, n, v->sort);
	if (rows <= 0)
		view_where(q, req, v, v->tab);
	query_add(q, " ORDER BY ");
	query_add(q, order);
}

void view_count_query(struct query *q, const struct request *req, const struct view *v,
	const struct tab *tab, int64_t cap)
{
	struct query where;

	query_init(&where, q->arena);
	view_where(&where, req, v, tab);
	query_add(q, cap > 0 ? "SELECT COUNT(*) FROM (SELECT 1" : "SELECT COUNT(*)");
	query_from(q, v->res, sql_needs_joins(buf_str(&where.text)));
	query_append(q, &where);
	query_clear(&where);
	if (cap > 0) {
		query_add(q, " LIMIT ?) c");
		query_bind(q, I64(cap));
	}
}

NEOERR *view_count(struct request *req, const struct view *v, const struct tab *tab, int64_t cap,
	int64_t *out)
{
	struct query q;
	NEOERR *err;

	query_init(&q, &req->arena);
	view_count_query(&q, req, v, tab, cap);
	TRY(count_run(req->db, &q, v->res->big && !req->json && !response_has_saying(req), out));
out:
	query_clear(&q);
	return nerr_pass(err);
}

int view_columns(const struct resource *res, unsigned with, unsigned without, struct column *column)
{
	int n = 0;

	for (const struct field *f = res->fields; f->name; f++)
		if ((f->flags & with) == with && !(f->flags & without))
			column[n++] = (struct column){ f, -1 };
	return n;
}
