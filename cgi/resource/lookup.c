/* lookup.c - choosing a record of another resource: plain choices while they are few, type-ahead
 * when they are many.
 * Owns nothing. Serves forms, filters and the type-ahead. */
#include "cgi/perm.h"
#include "cgi/render.h"
#include "cgi/resource/page.h"
#include "cgi/response.h"

#include "base/json.h"
#include "base/text.h"

struct found { struct arena *arena; int64_t *id; const char **title; int n, room; };

static void found_init(struct found *out, struct arena *arena, int room)
{
	*out = (struct found){ .arena = arena, .room = room };
	out->id = arena_alloc(arena, (size_t)room * sizeof *out->id);
	out->title = arena_alloc(arena, (size_t)room * sizeof *out->title);
}

static NEOERR *take_found(const struct row *r, void *ctx)
{
	struct found *out = ctx;

	out->id[out->n] = row_i64(r, 0);
	out->title[out->n++] = arena_strdup(out->arena, row_str(r, 1));
	return STATUS_OK;
}

static void add_like(struct query *q, const char *expression, const char *text, bool prefix)
{
	size_t room = strlen(text) * 2 + 3;
	char *like = arena_alloc(q->arena, room);

	(void)text_like(like, room - 2, text);
	query_addf(q, "%s LIKE ?", expression);
	query_bind(q, STR(arena_printf(q->arena, "%s%s%%", prefix ? "" : "%", like)));
}

/* Title or any searchable text. Personal data is found by the whole number only; big tables by
 * what an index answers. */
static void add_text(struct query *q, const struct resource *ref, const char *text)
{
	query_add(q, " AND (");
	add_like(q, title_sql(q->arena, ref, "t."), text, ref->big);
	for (const struct field *f = ref->fields; f->name; f++) {
		if (!(f->flags & SEARCH) || f->flags & VIRTUAL || kinds[f->kind].number ||
			f->kind == F_CHOICE || !field_may_hold(f, text))
			continue;
		if (f->flags & EXACT || f->flags & PII) {
			query_addf(q, " OR %s = ?", field_sql(q->arena, f));
			query_bind(q, STR(text));
		} else if (f->flags & PREFIX || !ref->big) {
			query_add(q, " OR ");
			add_like(q, field_sql(q->arena, f), text, f->flags & PREFIX);
		}
	}
	query_add(q, ")");
}

/* id and depends 0, text NULL or "": not asked. */
static NEOERR *look(struct request *req, const struct field *f, const char *text, int64_t id,
	int64_t depends, struct found *out)
{
	struct query q;
	NEOERR *err;

	query_init(&q, &req->arena);
	query_addf(&q, "SELECT t.id, %s", title_sql(&req->arena, f->ref, "t."));
	query_from(&q, f->ref, true);
	query_where_ref(&q, req, f->ref);
	if (depends) {
		query_addf(&q, " AND t.%s = ?", f->depends);
		query_bind(&q, I64(depends));
	}
	if (id) {
		query_add(&q, " AND t.id = ?");
		query_bind(&q, I64(id));
	}
	if (text && *text)
		add_text(&q, f->ref, text);
	query_add(&q, " LIMIT ?");
	query_bind(&q, I64(out->room));
	TRY(query_run(req->db, &q, take_found, out));
out:
	query_clear(&q);
	return nerr_pass(err);
}

/* An insertion sort: at most SELECT_MAX titles. */
static void sort_found(struct found *out)
{
	for (int i = 1; i < out->n; i++) {
		int64_t id = out->id[i];
		const char *title = out->title[i];
		int k = i;

		for (; k > 0 && strcmp(out->title[k - 1], title) > 0; k--) {
			out->id[k] = out->id[k - 1];
			out->title[k] = out->title[k - 1];
		}
		out->id[k] = id;
		out->title[k] = title;
	}
}

static NEOERR *put_options(HDF *node, const struct found *found, int64_t chosen)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < found->n; i++) {
		TRY(hdf_put(node, found->title[i], "option.%d", i));
		TRY(hdf_put_i64(node, found->id[i], "option.%d.value", i));
		if (found->id[i] == chosen)
			TRY(hdf_put(node, "1", "option.%d.selected", i));
	}
out:
	return nerr_pass(err);
}

/* The chosen record stays only while it fits what the input depends on. */
static NEOERR *put_typed(struct request *req, HDF *node, const struct field *f, int64_t chosen,
	int64_t depends, const char *owner)
{
	struct found found;
	const char *address;
	NEOERR *err = STATUS_OK;

	found_init(&found, &req->arena, 1);
	if (chosen)
		TRY(look(req, f, NULL, chosen, depends, &found));
	TRY(hdf_put(node, found.n ? found.title[0] : "", "title"));
	if (!found.n)
		TRY(hdf_put(node, "", "value"));
	address = arena_printf(&req->arena, "/admin/%s/lookup?for=%s.%s", f->ref->name, owner, f->name);
	if (depends)                             /* an owner that the form does not ask for again */
		address = arena_printf(&req->arena, "%s&%s=%lld", address, f->depends,
			(long long)depends);
	TRY(hdf_put(node, address, "lookup"));
out:
	return nerr_pass(err);
}

NEOERR *lookup_fill(struct request *req, HDF *node, const struct field *f, const char *owner,
	int64_t chosen, int64_t depends, const char *typed, int most)
{
	struct found found;
	NEOERR *err = STATUS_OK;

	if (f->depends)
		TRY(hdf_put(node, f->depends, "depends"));
	found_init(&found, &req->arena, most + 1);
	if (!f->ref->big || (typed && *typed))
		TRY(look(req, f, typed, 0, depends, &found));
	if (found.n <= most && (!f->ref->big || found.n > 0)) {
		sort_found(&found);
		if (found.n == 1 && !chosen && f->flags & REQUIRED)
			chosen = found.id[0];
		TRY(put_options(node, &found, chosen));
		TRY(hdf_put(node, "select", "input"));
		return STATUS_OK;
	}
	TRY(put_typed(req, node, f, chosen, depends, owner));
	TRY(hdf_put(node, "lookup", "input"));
out:
	return nerr_pass(err);
}

NEOERR *lookup_resolve(struct request *req, const struct field *f, const char *text, int64_t *id)
{
	struct found found;
	NEOERR *err;

	*id = 0;
	found_init(&found, &req->arena, LOOKUP_MAX);
	TRY(look(req, f, text, 0, 0, &found));
	if (found.n == 1)
		*id = found.id[0];
	for (int i = 0; i < found.n; i++)
		if (!strcmp(found.title[i], text))
			*id = found.id[i];
out:
	return nerr_pass(err);
}

/* ---- type-ahead: GET /admin/<ref>/lookup?for=pile.station_id&q=南 ---- */

static const struct field *field_named(const struct field *fields, const char *name)
{
	for (const struct field *f = fields; f && f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

static bool may_fill(const struct request *req, const struct resource *res)
{
	return resource_may(req, res, "list") || resource_may(req, res, "create") ||
		resource_may(req, res, "update");
}

/* "pile.station_id" or "card.recharge.station_id": who may fill that field may look its values
 * up. NULL: nobody asked properly, or may not. */
static const struct field *asked_for(struct request *req, const char *text)
{
	char *rest = arena_strdup(&req->arena, text ? text : "");
	const struct resource *res = resource_find(text_split(&rest, '.'));
	const char *second = text_split(&rest, '.'), *third = text_split(&rest, '.');

	if (!res || !second)
		return NULL;
	if (!third)
		return may_fill(req, res) ? field_named(res->fields, second) : NULL;
	for (const struct action *a = res->actions; a && a->name; a++)
		if (!strcmp(a->name, second) && resource_may(req, res, a->name))
			return field_named(a->fields, third);
	return NULL;
}

static void answer_json(struct request *req, const struct found *found)
{
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, "[");
	for (int i = 0; i < found->n; i++) {
		buf_printf(&b, "%s{\"id\":%lld,\"title\":", i ? "," : "", (long long)found->id[i]);
		json_quote(&b, found->title[i]);
		buf_puts(&b, "}");
	}
	buf_puts(&b, "]");
	response_json(req, 200, buf_str(&b));
	buf_clear(&b);
}

NEOERR *lookup_page(struct request *req)
{
	const struct resource *res = resource_find(route_part(req, "resource"));
	const struct field *f = asked_for(req, request_param(req, "for"));
	struct field plain = { .name = "", .kind = F_REF, .ref = res };
	struct found found;
	int64_t depends = 0;
	NEOERR *err;

	if (!res)
		return nerr_raise(ERR_NOT_FOUND, "no such resource");
	if (!f || f->kind != F_REF || f->ref != res) {
		TRY(resource_permit(req, res, "list"));
		f = &plain;
	}
	if (f->depends)
		(void)request_i64(req, f->depends, &depends);
	found_init(&found, &req->arena, LOOKUP_MAX);
	TRY(look(req, f, request_param_or(req, "q", ""), 0, depends, &found));
	sort_found(&found);
	if (req->json) {
		answer_json(req, &found);
		return STATUS_OK;
	}
	TRY(put_options(req->hdf, &found, 0));
	TRY(render_part(req, "lookup.cs"));
out:
	return nerr_pass(err);
}
