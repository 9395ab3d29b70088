/* render_function.c - t money price kwh group when url u8.slice asset for templates.
 * Owns the manifest of static files.
 * Serves render.c. */
#include <ClearSilver.h>
#include <unistd.h>

#include "cgi/render_function.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/money.h"
#include "base/text.h"

static HDF *manifest;

NEOERR *render_assets_load(void)
{
	char path[300];
	HDF *fresh = NULL;
	NEOERR *err;

	snprintf(path, sizeof path, "%s/vendor/manifest.hdf", conf.static_dir);
	TRY(hdf_init(&fresh));
	if (access(path, R_OK) != 0)
		log_line(LOG_WARN, "no_manifest", "path=%s", path);
	else
		TRY(hdf_read_file(fresh, path));
	hdf_destroy(&manifest);
	manifest = fresh;
	fresh = NULL;
out:
	hdf_destroy(&fresh);
	return nerr_pass(err);
}

/* A heap text becomes the result. */
static void give(CSARG *result, char *text)
{
	result->op_type = CS_TYPE_STRING;
	result->s = text;
	result->alloc = 1;
}

static void give_copy(CSARG *result, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		error_die("out of memory (template function)");
	give(result, copy);
}

/* Runs `fn` over the one text argument; NULL becomes "". */
static NEOERR *over_text(CSPARSE *parse, CSARG *args, CSARG *result,
	void (*fn)(CSPARSE *parse, const char *s, CSARG *result))
{
	char *s = NULL;
	NEOERR *err = cs_arg_parse(parse, args, "s", &s);

	if (!err)
		fn(parse, s ? s : "", result);
	free(s);
	return nerr_pass(err);
}

static void do_t(CSPARSE *parse, const char *key, CSARG *result)
{
	char path[200];
	const char *text = NULL;

	if (parse->global_hdf && snprintf(path, sizeof path, "Text.%s", key) < (int)sizeof path)
		text = hdf_get_value(parse->global_hdf, path, NULL);
	if (!text && log_once("text_missing", key, 3600, NULL))
		log_line(LOG_WARN, "text_missing", "key=\"%s\"", key);
	give_copy(result, text ? text : key);
}

/* Decimal text as SQL gives it, grouped; what is no number stays as it is. */
static void decimal(const char *s, int scale, int decimals, CSARG *result)
{
	char text[FIXED_TEXT + 8];
	int64_t v;

	give_copy(result, *s && fixed_parse(s, scale, &v) ? fixed_group(v, scale, decimals, text) : s);
}

static void do_money(CSPARSE *parse, const char *s, CSARG *result)
{
	(void)parse;
	decimal(s, MONEY_SCALE, 2, result);
}

static void do_price(CSPARSE *parse, const char *s, CSARG *result)
{
	(void)parse;
	decimal(s, MONEY_SCALE, 4, result);
}

static void do_kwh(CSPARSE *parse, const char *s, CSARG *result)
{
	(void)parse;
	decimal(s, ENERGY_SCALE, 3, result);
}

static void do_group(CSPARSE *parse, const char *s, CSARG *result)
{
	(void)parse;
	decimal(s, 0, 0, result);
}

static void do_when(CSPARSE *parse, const char *s, CSARG *result)
{
	char text[CLOCK_TEXT];
	int64_t t;

	(void)parse;
	give_copy(result, text_i64(s, &t) ? clock_format(t, text) : s);
}

/* href: our own paths, http(s), tel and mailto; everything else (javascript:, data:) becomes
 * "#". */
static void do_url(CSPARSE *parse, const char *s, CSARG *result)
{
	static const char *const schemes[] = { "http://", "https://", "tel:", "mailto:", "?", "#" };
	bool fine = s[0] == '/' && s[1] != '/' && s[1] != '\\';

	(void)parse;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		fine = fine || text_starts(s, schemes[i]);
	give_copy(result, fine ? s : "#");
}

/* "app.js" -> "/static/vendor/app.1f3c.js"; a dot in the name is a dash in the manifest's keys
 * (HDF paths use dots). */
static void do_asset(CSPARSE *parse, const char *s, CSARG *result)
{
	char key[120];
	const char *file;

	(void)parse;
	text_copy(key, sizeof key, s);
	for (char *p = key; *p; p++)
		if (*p == '.' || *p == '-')
			*p = '_';
	file = manifest ? hdf_get_value(manifest, key, NULL) : NULL;
	snprintf(key, sizeof key, "/static/vendor/%s", file ? file : s);
	give_copy(result, key);
}

#define TEXT_FUNCTION(name) \
	static NEOERR *fn_##name(CSPARSE *parse, CS_FUNCTION *csf, CSARG *args, CSARG *result) \
	{ \
		(void)csf; \
		return nerr_pass(over_text(parse, args, result, do_##name)); \
	}
TEXT_FUNCTION(t)
TEXT_FUNCTION(money)
TEXT_FUNCTION(price)
TEXT_FUNCTION(kwh)
TEXT_FUNCTION(group)
TEXT_FUNCTION(when)
TEXT_FUNCTION(url)
TEXT_FUNCTION(asset)

/* Characters [a, b) of s; negative counts from the end, b 0 with a negative a is the end. */
static NEOERR *fn_slice(CSPARSE *parse, CS_FUNCTION *csf, CSARG *args, CSARG *result)
{
	char *s = NULL, *part;
	long a = 0, b = 0, n;
	NEOERR *err = cs_arg_parse(parse, args, "sii", &s, &a, &b);

	(void)csf;
	if (err || !s) {
		free(s);
		give_copy(result, "");
		return nerr_pass(err);
	}
	n = (long)text_chars(s);
	if (a < 0 && b == 0)
		b = n;
	a = a < 0 ? a + n : a;
	b = b < 0 ? b + n : b;
	a = a < 0 ? 0 : a > n ? n : a;
	b = b < a ? a : b > n ? n : b;
	part = s + text_cut(s, (size_t)a);
	part[text_cut(part, (size_t)(b - a))] = '\0';
	give_copy(result, part);
	free(s);
	return STATUS_OK;
}

NEOERR *render_functions(CSPARSE *parse)
{
	static const struct { const char *name; int args; CSFUNCTION fn;
	} functions[] = {
		{ "t", 1, fn_t },
		{ "money", 1, fn_money },
		{ "price", 1, fn_price },
		{ "kwh", 1, fn_kwh },
		{ "group", 1, fn_group },
		{ "when", 1, fn_when },
		{ "url", 1, fn_url },
		{ "asset", 1, fn_asset },
		{ "u8.slice", 3, fn_slice },
	};
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		TRY(cs_register_function(parse, functions[i].name, functions[i].args, functions[i].fn));
out:
	return nerr_pass(err);
}
