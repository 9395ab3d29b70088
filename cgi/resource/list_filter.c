/* list_filter.c - the search bar of a list: one input a declared filter, date windows as links, the
 * rarer folded away.
 * Owns nothing. Serves list.c. */
#include "cgi/render.h"
#include "cgi/resource/page.h"

#include "base/clock.h"

static NEOERR *put_option(HDF *node, int i, const char *value, const char *label, const char *now)
{
	NEOERR *err;

	TRY(hdf_put(node, label, "option.%d", i));
	TRY(hdf_put(node, value, "option.%d.value", i));
	if (now && !strcmp(now, value))
		TRY(hdf_put(node, "1", "option.%d.selected", i));
out:
	return nerr_pass(err);
}

NEOERR *options_put(struct request *req, HDF *node, const struct field *f, const char *now)
{
	NEOERR *err;

	TRY(hdf_put(node, "select", "input"));
	if (f->kind == F_BOOL) {
		TRY(put_option(node, 0, "1", text_get(req, "bool.yes"), now));
		TRY(put_option(node, 1, "0", text_get(req, "bool.no"), now));
	}
	for (int i = 0; f->kind == F_CHOICE && i < f->choices->n; i++)
		TRY(put_option(node, i, f->choices->rows[i].name,
			choice_label(req, f, f->choices->rows[i].name), now));
out:
	return nerr_pass(err);
}

/* 今天 昨天 近7天 本月 上月, as links that keep the rest of the search. */
static NEOERR *put_presets(struct request *req, HDF *node, const struct view *v, int field)
{
	static const char *const names[] = { "today", "yesterday", "week", "month", "last_month" };
	int64_t today = clock_day_start(clock_now()), month;
	struct civil c;
	char from[CLOCK_TEXT], to[CLOCK_TEXT];
	struct filter keep = v->filter[field], *f = &v->filter[field];
	NEOERR *err = STATUS_OK;

	clock_civil(today, &c);
	c.day = 1;
	month = clock_from_civil(&c);
	const int64_t range[][2] = {
		{ today, today },
		{ today - DAY_SECONDS, today - DAY_SECONDS },
		{ today - 6 * DAY_SECONDS, today },
		{ month, today },
		{ clock_add_months(month, -1), month - DAY_SECONDS },
	};
	for (int i = 0; i < 5; i++) {
		f->from = clock_format_day(range[i][0], from);
		f->to = clock_format_day(range[i][1], to);
		f->defaulted = false;
		TRY(hdf_put(node, text_get(req, arena_printf(&req->arena, "engine.window.%s", names[i])),
			"preset.%d", i));
		TRY(hdf_put(node, view_url(req, v, NULL, NULL), "preset.%d.href", i));
		if (keep.from && keep.to && !strcmp(keep.from, from) && !strcmp(keep.to, to))
			TRY(hdf_put(node, "1", "preset.%d.now", i));
	}
out:
	*f = keep;
	return nerr_pass(err);
}

static NEOERR *put_range(struct request *req, HDF *node, const struct view *v, int i)
{
	const struct field *f = &v->res->fields[i];
	bool date = f->kind == F_DATE || f->kind == F_TIME;
	NEOERR *err;

	TRY(hdf_put(node, date ? "dates" : "numbers", "input"));
	TRY(hdf_put(node, v->filter[i].from, "from"));
	TRY(hdf_put(node, v->filter[i].to, "to"));
	if (date)
		TRY(put_presets(req, node, v, i));
out:
	return nerr_pass(err);
}

static NEOERR *put_input(struct request *req, HDF *node, const struct view *v, int i)
{
	const struct field *f = &v->res->fields[i];
	const struct filter *filter = &v->filter[i];
	struct field loose = *f;                 /* a filter is never required */

	loose.flags &= ~(unsigned)REQUIRED;
	if (f->kind == F_CHOICE || f->kind == F_BOOL)
		return nerr_pass(options_put(req, node, f, filter->text));
	if (f->kind == F_REF)
		return nerr_pass(lookup_fill(req, node, &loose, v->res->name, filter->value.number, 0,
			filter->bad ? filter->typed : NULL, FILTER_MAX));
	return nerr_pass(hdf_put(node, "text", "input"));
}

static NEOERR *put_filter(struct request *req, HDF *list, const struct view *v, int i, int n)
{
	const struct field *f = &v->res->fields[i];
	const struct filter *filter = &v->filter[i];
	HDF *node;
	NEOERR *err;

	TRY(hdf_get_node(list,
		arena_printf(&req->arena, f->flags & FOLD ? "folded.%d" : "filter.%d", n), &node));
	TRY(hdf_set_value(node, NULL, text_label(req, v->res->name, f->name)));
	TRY(hdf_put(node, f->name, "name"));
	TRY(hdf_put(node, filter->text, "value"));
	if (filter->bad)
		TRY(hdf_put(node, text_get(req, f->kind == F_REF ? "error.ref_many" : "error.filter"),
			"error"));
	TRY(f->flags & RANGE && !(f->flags & SEARCH) ? put_range(req, node, v, i)
		: put_input(req, node, v, i));
out:
	return nerr_pass(err);
}

/* The rarer filters come with the page once one is used or they are asked for. */
static NEOERR *open_fold(struct request *req, HDF *list, const struct view *v, bool *open)
{
	bool any = false;

	*open = request_param(req, "more") != NULL;
	for (int i = 0; v->res->fields[i].name; i++) {
		const struct filter *f = &v->filter[i];

		if (!(v->res->fields[i].flags & FOLD)
			|| !(v->res->fields[i].flags & (SEARCH | FILTER | RANGE)))
			continue;
		any = true;
		*open = *open || f->text || f->typed || (!f->defaulted && (f->from || f->to));
	}
	if (!any || *open)
		return STATUS_OK;
	return nerr_pass(hdf_put(list, view_url(req, v, "more", "1"), "more_href"));
}

NEOERR *list_fill_filters(struct request *req, HDF *list, struct view *v)
{
	int n = 0;
	bool open;
	NEOERR *err = STATUS_OK;

	TRY(open_fold(req, list, v, &open));
	for (int i = 0; v->res->fields[i].name; i++)
		if (v->res->fields[i].flags & (SEARCH | FILTER | RANGE)
			&& (open || !(v->res->fields[i].flags & FOLD)))
			TRY(put_filter(req, list, v, i, n++));
	if (v->sort)
		TRY(hdf_put(list,
			arena_printf(&req->arena, "%s%s", v->descending ? "-" : "", v->sort->name), "sort"));
	if (v->tab && v->tab != v->res->tabs)
		TRY(hdf_put(list, v->tab->name, "tab_name"));
	if (v->size != 20)
		TRY(hdf_put_i64(list, v->size, "size"));
out:
	return nerr_pass(err);
}
