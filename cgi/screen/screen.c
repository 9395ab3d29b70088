/* screen.c - what several screens share: closed owners, tariffs that fit, pages by hand, a secret
 * shown once, a workbook.
 * Owns nothing. Serves the screens. */
#include "base/conf.h"
#include "base/http.h"
#include "base/text.h"
#include "base/xlsx.h"
#include "cgi/screen/screen.h"
#include "charge/task.h"

#define KIND_ROOM 9                          /* station.kind, tariff.kind */

SQL(open_provider,
	"SELECT COUNT(*) FROM provider WHERE id = ? AND status = 'enabled' AND audit_status ="
	" 'approved' AND deleted = 0");
SQL(open_property,
	"SELECT COUNT(*) FROM property WHERE id = ? AND status = 'enabled' AND deleted = 0");
SQL(open_station,
	"SELECT COUNT(*) FROM station WHERE id = ? AND status = 'enabled' AND deleted = 0");
SQL(open_area, "SELECT COUNT(*) FROM area WHERE id = ? AND status = 'enabled' AND deleted = 0");
SQL(tariff_fits,
	"SELECT t.kind FROM tariff t WHERE t.id = ? AND t.provider_id = ? AND t.status = 'enabled'"
	" AND t.deleted = 0"
	" AND EXISTS (SELECT 1 FROM tariff_version v WHERE v.tariff_id = t.id)");
SQL(station_owner_kind, "SELECT provider_id, kind FROM station WHERE id = ?");

const struct sql *const provider_open = &open_provider, *const property_open = &open_property,
						*const station_open = &open_station, *const area_open = &open_area;

NEOERR *screen_owner_open(struct request *req, struct change *c, const char *field,
	const struct sql *open, const char *text_key)
{
	NEOERR *err = STATUS_OK;
	int64_t id = change_i64(c, field), is_open = 0;

	if (!id)
		return STATUS_OK;
	TRY(db_i64(req->db, open, ARGS(I64(id)), &is_open));
	if (!is_open)
		change_error(c, field, text_key);
out:
	return nerr_pass(err);
}

SQL(screen_property_fits,
	"SELECT COUNT(*) FROM property WHERE id = ? AND provider_id = ? AND deleted = 0");

NEOERR *screen_new_owned(struct request *req, struct change *c, bool property)
{
	int64_t provider, owned, fits = 1;
	NEOERR *err = STATUS_OK;

	screen_own_tenant(req, c, property);
	if ((provider = change_i64(c, "provider_id")) == 0) {
		change_error(c, "provider_id", "error.provider_needed");
		return STATUS_OK;
	}
	TRY(screen_owner_open(req, c, "provider_id", provider_open, "error.provider_closed"));
	if (!property || (owned = change_i64(c, "property_id")) == 0)
		goto out;
	TRY(screen_owner_open(req, c, "property_id", property_open, "error.property_closed"));
	TRY(db_i64(req->db, &screen_property_fits, ARGS(I64(owned), I64(provider)), &fits));
	if (!fits)
		change_error(c, "property_id", "error.property_of_other");
out:
	return nerr_pass(err);
}

void screen_check_address(struct change *c, const char *field, bool tls)
{
	const char *url = change_text(c, field);
	enum http_url verdict = url && *url ? http_url_judge(url) : URL_FINE;

	if (verdict == URL_BAD)
		change_error(c, field, "error.url_wanted");
	else if (verdict == URL_PRIVATE && !conf.private_peers)
		change_error(c, field, "error.private_peers");
	else if (tls && verdict == URL_FINE && url && text_starts(url, "http://"))
		change_error(c, field, "error.channel_url");
}

void screen_own_tenant(struct request *req, struct change *c, bool property)
{
	const struct who *who = &req->who;

	if (who->provider_id && !change_i64(c, "provider_id"))
		change_set(req, c, "provider_id",
			arena_printf(&req->arena, "%lld", (long long)who->provider_id));
	if (property && who->property_id && !change_i64(c, "property_id"))
		change_set(req, c, "property_id",
			arena_printf(&req->arena, "%lld", (long long)who->property_id));
}

static NEOERR *take_kind(const struct row *r, void *ctx)
{
	text_copy(ctx, KIND_ROOM, row_str(r, 0));
	return STATUS_OK;
}

NEOERR *screen_tariff_fits(struct request *req, struct change *c, const char *field,
	int64_t provider_id, const char *kind)
{
	NEOERR *err = STATUS_OK;
	int64_t id = change_i64(c, field);
	char found[KIND_ROOM] = "";
	bool fits = false;

	if (!id || (c->id && !change_value(c, field)->changed))
		return STATUS_OK;
	TRY(db_find(req->db, &tariff_fits, ARGS(I64(id), I64(provider_id)), take_kind, found, &fits));
	if (!fits)
		change_error(c, field, "error.tariff_unfit");
	else if (kind ? !text_eq(found, kind) : text_eq(found, "cost"))
		change_error(c, field, "tariff.kind_unfit");
out:
	return nerr_pass(err);
}

struct owner_kind { int64_t provider_id; char kind[KIND_ROOM]; };

static NEOERR *take_owner_kind(const struct row *r, void *ctx)
{
	struct owner_kind *o = ctx;

	o->provider_id = row_i64(r, 0);
	text_copy(o->kind, sizeof o->kind, row_str(r, 1));
	return STATUS_OK;
}

NEOERR *screen_tariff_of_station(struct request *req, struct change *c, const char *field,
	int64_t station_id)
{
	struct owner_kind o = { 0 };
	bool found = false;
	NEOERR *err;

	TRY(db_find(req->db, &station_owner_kind, ARGS(I64(station_id)), take_owner_kind, &o, &found));
	if (found)
		TRY(screen_tariff_fits(req, c, field, o.provider_id, o.kind));
out:
	return nerr_pass(err);
}

const char *screen_once(struct request *req, const char *kind, int64_t id)
{
	return arena_printf(&req->arena, "%s:%lld:%s", kind, (long long)id,
		request_param_or(req, "_token", req->id));
}

const char *screen_escaped(struct request *req, const char *s)
{
	char *escaped = NULL;
	NEOERR *err = neos_url_escape(s, &escaped, NULL);
	const char *kept = err ? "" : arena_strdup(&req->arena, escaped);

	error_drop(err);
	free(escaped);
	return kept;
}

int64_t screen_day(struct request *req, const char *name, int64_t fallback)
{
	const char *text = request_param(req, name);
	int64_t at = 0;

	return text && *text && clock_parse(text, &at) ? clock_day_start(at) : fallback;
}

NEOERR *screen_book(struct request *req, const char *word, const char **path, struct xlsx **x)
{
	char name[100], where[TASK_PATH];
	NEOERR *err;

	TRY(task_file_name(word, "xlsx", name, sizeof name));
	TRY(task_file_path(name, where, sizeof where));
	TRY(xlsx_open(where, x));
	*path = arena_strdup(&req->arena, where);
out:
	return nerr_pass(err);
}

void screen_book_answer(struct request *req, const char *path, const char *name)
{
	response_file(req, path, name,
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

const char *screen_number(struct request *req, int64_t n)
{
	return arena_printf(&req->arena, "%lld", (long long)n);
}

const char *screen_time(struct request *req, int64_t t)
{
	char text[CLOCK_TEXT];

	return arena_strdup(&req->arena, clock_format(t, text));
}

const char *screen_fixed(struct request *req, int64_t v, int scale, int decimals)
{
	char text[FIXED_TEXT + 8];

	return arena_strdup(&req->arena, fixed_group(v, scale, decimals, text));
}

NEOERR *screen_choice(struct request *req, const struct choices *list, const char *word,
	const char *path)
{
	const struct choice *row = choice_find(list, word);
	NEOERR *err;

	TRY(hdf_put(req->hdf,
		text_get(req, arena_printf(&req->arena, "choice.%s.%s", list->list, word)), "%s", path));
	TRY(hdf_put(req->hdf, word, "%s.word", path));
	TRY(hdf_put(req->hdf, row ? row->colour : "secondary", "%s.colour", path));
out:
	return nerr_pass(err);
}

const char *screen_money(struct request *req, int64_t v)
{
	return screen_fixed(req, v, MONEY_SCALE, v % MONEY_FEN ? 5 : 2);
}

NEOERR *screen_page(struct request *req, const char *resource, const char *title_key,
	const char *subject, const char *template)
{
	NEOERR *err = STATUS_OK;
	const char *title = text_get(req, title_key);

	TRY(hdf_put(req->hdf, *subject ? arena_printf(&req->arena, "%s · %s", title, subject) : title,
		"Page.title"));
	TRY(hdf_put(req->hdf, resource, "Page.active"));
	TRY(hdf_put(req->hdf, title, "Page.heading"));
	TRY(hdf_put(req->hdf, subject, "Page.subject"));
	if (!text_eq(title, text_get(req, resource))) {
		TRY(hdf_put(req->hdf, text_get(req, resource), "Page.crumb.0"));
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/admin/%s", resource),
			"Page.crumb.0.href"));
	}
	TRY(render_page(req, template));
out:
	return nerr_pass(err);
}

NEOERR *screen_secret(struct request *req, const char *resource, const char *title_key,
	const char *name, const char *secret, const char *note_key, const char *back)
{
	NEOERR *err = STATUS_OK;

	TRY(hdf_put(req->hdf, name, "Secret.name"));
	TRY(hdf_put(req->hdf, secret, "Secret.text"));
	TRY(hdf_put(req->hdf, text_get(req, note_key), "Secret.note"));
	TRY(hdf_put(req->hdf, back, "Secret.back"));
	response_header(req, "Cache-Control", "no-store");
	TRY(screen_page(req, resource, title_key, name, "screen/secret.cs"));
out:
	return nerr_pass(err);
}

static void screen_pdf(struct request *req, const char *name, const struct buf *pdf)
{
	response_header(req, "Content-Disposition",
		arena_printf(&req->arena, "attachment; filename=\"%s\"", name));
	response_bytes(req, "application/pdf", pdf->data, pdf->len);
}

NEOERR *screen_paper(struct request *req, const struct resource *res, const char *word,
	NEOERR *(*make)(struct db *db, int64_t id, struct buf *pdf))
{
	int64_t id = route_id(req, "id");
	struct buf pdf;
	NEOERR *err;

	buf_init(&pdf, 0);
	TRY(resource_reach(req, res, id, false));
	TRY(make(req->db, id, &pdf));
	screen_pdf(req, arena_printf(&req->arena, "%s-%lld.pdf", word, (long long)id), &pdf);
out:
	buf_clear(&pdf);
	return nerr_pass(err);
}

NEOERR *screen_sheet(struct request *req, const struct resource *res, const char *word,
	NEOERR *(*make)(struct db *db, int64_t id, const char *path))
{
	int64_t id = route_id(req, "id");
	char name[100], path[TASK_PATH];
	NEOERR *err;

	TRY(resource_reach(req, res, id, false));
	TRY(task_file_name(word, "xlsx", name, sizeof name));
	TRY(task_file_path(name, path, sizeof path));
	TRY(make(req->db, id, path));
	screen_book_answer(req, path, arena_printf(&req->arena, "%s-%lld.xlsx", word, (long long)id));
out:
	return nerr_pass(err);
}
