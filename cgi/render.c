/* render.c - the template cache and what every page is given.
 * Owns the parsed templates (one set a worker).
 * Serves every page. */
#include <ClearSilver.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "cgi/render.h"
#include "cgi/render_function.h"
#include "cgi/response.h"
#include "cgi/style.h"
#include "cgi/text_store.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"
#include "run/worker.h"

#define TEMPLATES 256            /* parsed pages kept; a program has fewer */
#define PARTS     24             /* files a page includes */
#define STALE_MS  1000           /* how often files are looked at */

struct part { char path[300]; struct timespec changed; off_t size; };
struct template {
	char name[100];
	bool page;
	CSPARSE *parse;
	HDF *config;
	struct part part[PARTS];
	int parts;
	int64_t looked_ms;
};

static struct template templates[TEMPLATES];
static int template_count;
static const char *layout_name;
static unsigned reloads_seen;
static NEOERR *(*before_page)(struct request *req);

static void template_drop(struct template *t)
{
	cs_destroy(&t->parse);
	hdf_destroy(&t->config);
	*t = (struct template){ .parse = NULL };
}

void render_reload(void)
{
	for (int i = 0; i < template_count; i++)
		template_drop(&templates[i]);
	template_count = 0;
	error_log("texts", text_store_load());
	error_log("assets", render_assets_load());
}

NEOERR *render_start(const char *layout)
{
	NEOERR *err;

	layout_name = layout;
	TRY(text_store_load());
	TRY(render_assets_load());
out:
	return nerr_pass(err);
}

void render_before_page(NEOERR *(*fill)(struct request *req))
{
	before_page = fill;
}

static bool name_is_safe(const char *name)
{
	return *name && *name != '/' && !strstr(name, "..") && strlen(name) < sizeof templates[0].name;
}

/* What cs_parse_file and include call; "content.cs" is the page that the layout wraps. contents
 * is freed by the parser. */
static NEOERR *load_file(void *ctx, HDF *hdf, const char *name, char **contents)
{
	struct template *t = ctx;
	struct part *part = &t->part[t->parts];
	struct stat st;

	(void)hdf;
	if (t->page && strcmp(name, "content.cs") == 0)
		name = t->name;
	if (!name_is_safe(name) || t->parts >= PARTS)
		return nerr_raise(ERR_INVALID, "template %s cannot be loaded", name);
	snprintf(part->path, sizeof part->path, "%s/%s", conf.template_dir, name);
	if (stat(part->path, &st) != 0)
		return nerr_raise(NERR_NOT_FOUND, "template %s is missing", name);
	part->changed = st.st_mtim;
	part->size = st.st_size;
	t->parts++;
	return nerr_pass(ne_load_file(part->path, contents));
}

static NEOERR *template_parse(struct template *t, const char *name, bool page)
{
	NEOERR *err;

	text_copy(t->name, sizeof t->name, name);
	t->page = page;
	t->looked_ms = clock_mono_ms();
	TRY(hdf_init(&t->config));
	/* before cs_init, or nothing is escaped */
	TRY(hdf_set_value(t->config, "Config.VarEscapeMode", "html"));
	TRY(cs_init(&t->parse, t->config));
	cs_register_fileload(t->parse, t, load_file);
	TRY(render_functions(t->parse));
	TRY(cs_parse_file(t->parse, page ? layout_name : name));
out:
	if (err)
		template_drop(t);
	return nerr_pass(err);
}

static bool template_is_stale(struct template *t)
{
	int64_t now = clock_mono_ms();
	struct stat st;

	if (now - t->looked_ms < STALE_MS)
		return false;
	t->looked_ms = now;
	for (int i = 0; i < t->parts; i++)
		if (stat(t->part[i].path, &st) != 0 || st.st_size != t->part[i].size ||
			st.st_mtim.tv_sec != t->part[i].changed.tv_sec ||
			st.st_mtim.tv_nsec != t->part[i].changed.tv_nsec)
			return true;
	return false;
}

static NEOERR *template_get(const char *name, bool page, struct template **out)
{
	struct template *t = NULL;
	NEOERR *err;

	if (reloads_seen != worker_reloads()) {
		reloads_seen = worker_reloads();
		render_reload();
	}
	for (int i = 0; i < template_count && !t; i++)
		if (templates[i].page == page && strcmp(templates[i].name, name) == 0)
			t = &templates[i];
	if (t && t->parse && !template_is_stale(t)) {
		*out = t;
		return STATUS_OK;
	}
	if (!t && template_count == TEMPLATES)
		return nerr_raise(ERR_BUSY, "more than %d templates", TEMPLATES);
	if (!t)
		t = &templates[template_count++];
	template_drop(t);
	err = template_parse(t, name, page);
	if (err && t == &templates[template_count - 1])
		template_count--;
	*out = t;
	return nerr_pass(err);
}

static NEOERR *to_buffer(void *ctx, char *text)
{
	buf_puts(ctx, text);
	return STATUS_OK;
}

static NEOERR *render(struct request *req, const char *name, bool page)
{
	struct template *t = NULL;
	NEOERR *err;

	TRY(template_get(name, page, &t));
	buf_reset(&req->out);
	t->parse->hdf = req->hdf;
	t->parse->global_hdf = text_store(req->lang);
	err = cs_render(t->parse, &req->out, to_buffer);
	t->parse->hdf = t->config;
	t->parse->global_hdf = NULL;
	if (!err && req->out.overflow)
		err = nerr_raise(ERR_INVALID, "the page %s is too large", name);
	if (!req->content_type)
		req->content_type = "text/html; charset=utf-8";
out:
	return nerr_pass(err);
}

static NEOERR *fill_saying(struct request *req)
{
	const char *argument, *key = response_saying(req, &argument);

	if (!key || !text_has(req->lang, key))
		return STATUS_OK;
	return nerr_pass(hdf_put(req->hdf, text_format(req, key, argument, NULL), "Saying"));
}

static NEOERR *fill_user(struct request *req)
{
	static const char *const kinds[] = { [WHO_NOBODY] = "nobody", [WHO_SYSTEM] = "system",
		[WHO_PROVIDER] = "provider", [WHO_PROPERTY] = "property", [WHO_FLEET] = "fleet",
		[WHO_MEMBER] = "member" };
	NEOERR *err;

	TRY(hdf_put(req->hdf, kinds[req->who.kind], "User.kind"));
	if (req->who.kind == WHO_NOBODY)
		return STATUS_OK;
	TRY(hdf_put(req->hdf, req->who.name, "User.name"));
	TRY(hdf_put(req->hdf, req->who.login, "User.login"));
out:
	return nerr_pass(err);
}

static NEOERR *fill_common(struct request *req)
{
	char now[24], clock[CLOCK_TEXT];
	NEOERR *err;

	snprintf(now, sizeof now, "%lld", (long long)clock_now());
	TRY(hdf_put(req->hdf, req->lang, "Lang"));
	TRY(hdf_put(req->hdf, req->id, "RequestId"));
	TRY(hdf_put(req->hdf, req->path, "Path"));
	TRY(hdf_put(req->hdf, req->query, "Query"));
	TRY(hdf_put(req->hdf,
		*req->query ? arena_printf(&req->arena, "%s?%s", req->path, req->query) : req->path,
		"Here"));
	TRY(hdf_put(req->hdf, clock_format(clock_now(), clock), "Now"));
	TRY(hdf_put(req->hdf, now, "Now.seconds"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%d", clock_offset()), "Now.offset"));
	if (req->who.csrf)
		TRY(hdf_put(req->hdf, req->who.csrf, "Csrf"));
	TRY(fill_user(req));
	/* a page without its colours is still a page */
	error_log("style", style_fill(req));
out:
	return nerr_pass(err);
}

NEOERR *render_page(struct request *req, const char *name)
{
	NEOERR *err;

	TRY(fill_common(req));
	TRY(fill_saying(req));
	if (before_page && req->who.kind != WHO_NOBODY && !req->who.must_change && !req->who.must_enrol)
		TRY(before_page(req));
	TRY(render(req, name, true));
out:
	return nerr_pass(err);
}

NEOERR *render_part(struct request *req, const char *name)
{
	NEOERR *err;

	TRY(fill_common(req));
	TRY(render(req, name, false));
out:
	return nerr_pass(err);
}

NEOERR *hdf_put(HDF *hdf, const char *value, const char *path, ...)
{
	char name[300];
	va_list ap;
	int n;

	va_start(ap, path);
	n = vsnprintf(name, sizeof name, path, ap);
	va_end(ap);
	if (n < 0 || n >= (int)sizeof name)
		return nerr_raise(ERR_INVALID, "the HDF path %s is too long", path);
	return nerr_pass(hdf_set_value(hdf, name, value ? value : ""));
}
