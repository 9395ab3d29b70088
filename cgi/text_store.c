/* text_store.c - texts: loading and looking up.
 * Owns one HDF a language, shared by all templates of a worker.
 * Serves every page. */
#include <ClearSilver.h>
#include <dirent.h>

#include "cgi/render.h"
#include "cgi/text_store.h"

#include "base/conf.h"
#include "base/text.h"

static const char *const langs[TEXT_LANGS] = { "zh-CN", "en" };
static HDF *stores[TEXT_LANGS];

static int is_text_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 4 && strcmp(entry->d_name + len - 4, ".hdf") == 0;
}

/* Sorted, so that every worker sees the same text where two files say one key (a test forbids
 * that). */
static NEOERR *load_lang(const char *lang, HDF **out)
{
	char folder[300], path[600];
	struct dirent **entry = NULL;
	int n;
	NEOERR *err;

	*out = NULL;
	snprintf(folder, sizeof folder, "%s/text/%s", conf.template_dir, lang);
	n = scandir(folder, &entry, is_text_file, alphasort);
	if (n <= 0) {
		free(entry);
		return nerr_raise(ERR_INVALID, "no texts in %s", folder);
	}
	TRY(hdf_init(out));
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
		TRY(hdf_read_file(*out, path));
	}
out:
	for (int i = 0; i < n; i++)
		free(entry[i]);
	free(entry);
	if (err)
		hdf_destroy(out);
	return nerr_pass(err);
}

NEOERR *text_store_load(void)
{
	HDF *fresh[TEXT_LANGS] = { NULL };
	NEOERR *err;

	for (int i = 0; i < TEXT_LANGS; i++) {
		TRY(load_lang(langs[i], &fresh[i]));
		TRY(hdf_set_value(fresh[i], "Config.VarEscapeMode", "html"));
	}
	for (int i = 0; i < TEXT_LANGS; i++) {
		hdf_destroy(&stores[i]);
		stores[i] = fresh[i];
		fresh[i] = NULL;
	}
out:
	for (int i = 0; i < TEXT_LANGS; i++)
		hdf_destroy(&fresh[i]);
	return nerr_pass(err);
}

HDF *text_store(const char *lang)
{
	return stores[lang && strcmp(lang, "en") == 0];
}

static const char *text_find(const char *lang, const char *key)
{
	char path[200];
	HDF *store = text_store(lang);

	if (!store || snprintf(path, sizeof path, "Text.%s", key) >= (int)sizeof path)
		return NULL;
	return hdf_get_value(store, path, NULL);
}

const char *text_get_lang(const char *lang, const char *key)
{
	const char *text = text_find(lang, key);

	return text ? text : key;
}

const char *text_get(const struct request *req, const char *key)
{
	return text_get_lang(req->lang, key);
}

bool text_has(const char *lang, const char *key)
{
	return text_find(lang, key) != NULL;
}

const char *text_label(const struct request *req, const char *resource, const char *field)
{
	char key[160];
	const char *text;

	snprintf(key, sizeof key, "%s.%s", resource, field);
	if ((text = text_find(req->lang, key)) != NULL)
		return text;
	snprintf(key, sizeof key, "field.%s", field);
	text = text_find(req->lang, key);
	return text ? text : field;
}

const char *text_format(struct request *req, const char *key, const char *a1, const char *a2)
{
	struct buf out;
	const char *text;

	buf_init(&out, 0);
	for (text = text_get(req, key); *text; text++) {
		bool slot = text[0] == '{' && (text[1] == '1' || text[1] == '2') && text[2] == '}';
		if (!slot) {
			buf_putc(&out, *text);
			continue;
		}
		const char *argument = text[1] == '1' ? a1 : a2;
		buf_puts(&out, argument ? argument : "");
		text += 2;
	}
	text = arena_strdup(&req->arena, buf_str(&out));
	buf_clear(&out);
	return text;
}
