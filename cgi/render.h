/* render.h - templates: parsed once per worker, auto-escaped, texts of both languages.
 * Owns the template and text caches. Serves every page.
 *
 * Functions for templates: t(key) text of the request's language, money(x) "1,234.50", price(x)
 * "1.2500", kwh(x) "12.340", group(x) thousands, when(x) UNIX seconds as a time, url(x) safe href,
 * u8.slice(s,a,b) characters, asset(name) address of a static file. All are escaped like any var.
 * Money and ids are strings in the HDF. Every page has: Lang, Csrf, Path, Query, Here (Path?Query,
 * for a link back), User.*, Saying, Site.*; Page.* is the page's own. */
#ifndef CGI_RENDER_H
#define CGI_RENDER_H

#include "cgi/request.h"

/* A key of a text has no "Text." in front: t("login.title") is Text.login.title of
 * templates/text/<lang>/<any>.hdf, whose one root is `Text {`. */

/* Loads every .hdf in templates/text/<lang>; pages are wrapped in templates/<layout> where it
 * says include!"content.cs". */
NEOERR *render_start(const char *layout) CHECKED;
/* Called before each page with layout, to fill in what every page shows (menu). */
void render_before_page(NEOERR *(*fill)(struct request *req));
void render_reload(void);            /* drops templates and texts; SIGHUP does it by itself */
/* Renders templates/<name> inside the layout (Page.title, Page.active from the HDF) into
 * req->out. */
NEOERR *render_page(struct request *req, const char *name) CHECKED;
/* Without layout: htmx fragments, print pages. */
NEOERR *render_part(struct request *req, const char *name) CHECKED;
/* Text by key in the request's language; falls back to the key itself (a test forbids that).
 * text_has asks. */
const char *text_get(const struct request *req, const char *key);
const char *text_get_lang(const char *lang, const char *key);
bool text_has(const char *lang, const char *key);
/* First existing of Text.<a>.<b>, Text.field.<b>. */
const char *text_label(const struct request *req, const char *resource, const char *field);
/* Text with {1} {2} replaced; memory is the request's. */
const char *text_format(struct request *req, const char *key, const char *a1, const char *a2);
/* hdf_set_value with a formatted path: hdf_put(req->hdf, value, "Row.%d.name", i). */
NEOERR *hdf_put(HDF *hdf, const char *value, const char *path, ...)
	__attribute__((format(printf, 3, 4))) CHECKED;

#endif
