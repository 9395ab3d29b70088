/* style.c - the operator's look: kept as one row, given to pages as a generated sheet whose address
 * changes with its content (H12).
 * Owns the row `style` of table setting and data_dir/style. Serves every page. */
#include <ClearSilver.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/render.h"
#include "cgi/response.h"
#include "cgi/style.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/picture.h"
#include "base/text.h"

#define WHITE  "#ffffff"
#define HASHED 16                        /* digits of the digest in an address */

SQL(style_select, "SELECT name, value FROM setting WHERE name IN ('style', 'operator_name')");
SQL(style_write, "INSERT INTO setting (name, value, updated_at) VALUES (?, ?, ?)"
	" ON DUPLICATE KEY UPDATE value = VALUES(value), updated_at = VALUES(updated_at)");

static void take_word(struct style *s, const char *word)
{
	const struct {
		const char *name;
		char *at;
	} colours[] = { { "main=", s->main }, { "menu=", s->menu }, { "driver=", s->driver } };

	for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
		if (text_starts(word, colours[i].name) &&
			!colour_read(word + strlen(colours[i].name), colours[i].at))
			colours[i].at[0] = '\0';
	if (text_starts(word, "logo="))
		text_copy(s->logo, sizeof s->logo, word + 5);
	s->top = s->top || text_eq(word, "layout=top");
}

static NEOERR *take(const struct row *r, void *ctx)
{
	struct style *s = ctx;
	char value[400], *rest = value;

	if (text_eq(row_str(r, 0), "operator_name")) {
		text_copy(s->name, sizeof s->name, row_str(r, 1));
		return STATUS_OK;
	}
	text_copy(value, sizeof value, row_str(r, 1));
	for (char *word; (word = text_split(&rest, ' ')) != NULL;)
		take_word(s, word);
	return STATUS_OK;
}

NEOERR *style_load(struct db *db, struct style *out)
{
	*out = (struct style){ .top = false };
	return nerr_pass(db_query(db, &style_select, NOARGS, take, out));
}

static NEOERR *note(struct db *db, const struct actor *who, const char *field, const char *old,
	const char *new)
{
	return text_eq(old, new)
		? STATUS_OK
		: nerr_pass(audit_add(db, who, "setting", 0, "update", field, old, new));
}

NEOERR *style_save(struct db *db, const struct actor *who, const struct style *s)
{
	struct style old;
	char value[400];
	NEOERR *err;

	TRY(style_load(db, &old));
	snprintf(value, sizeof value, "main=%s menu=%s driver=%s logo=%s layout=%s", s->main, s->menu,
		s->driver, s->logo, s->top ? "top" : "side");
	TRY(db_exec(db, &style_write, ARGS(STR("style"), STR(value), TIME(clock_now())), NULL));
	TRY(db_exec(db, &style_write, ARGS(STR("operator_name"), STR(s->name), TIME(clock_now())),
		NULL));
	TRY(note(db, who, "operator_name", old.name, s->name));
	TRY(note(db, who, "style.main", old.main, s->main));
	TRY(note(db, who, "style.menu", old.menu, s->menu));
	TRY(note(db, who, "style.driver", old.driver, s->driver));
	TRY(note(db, who, "style.logo", old.logo, s->logo));
	TRY(note(db, who, "style.layout", old.top ? "top" : "side", s->top ? "top" : "side"));
out:
	return nerr_pass(err);
}

/* ---- the logo's file ---- */

static bool logo_path(const char *name, char *path, size_t room)
{
	size_t digits = strspn(name, "0123456789abcdef");

	return digits == HASHED && name[digits] == '.' && picture_type(name + digits + 1)
		&& snprintf(path, room, "%s/style/%s", conf.data_dir, name) < (int)room;
}

static NEOERR *write_file(const char *path, const void *p, size_t len)
{
	char fresh[320];
	NEOERR *err = STATUS_OK;
	int fd;

	snprintf(fresh, sizeof fresh, "%s.%d", path, (int)getpid());
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0)
		return nerr_raise_errno(NERR_IO, "cannot write %s", fresh);
	if (write(fd, p, len) != (ssize_t)len || fsync(fd) != 0 || rename(fresh, path) != 0) {
		err = nerr_raise_errno(NERR_IO, "cannot write %s", path);
		unlink(fresh);
	}
	close(fd);
	return nerr_pass(err);
}

NEOERR *style_keep_logo(const void *p, size_t len, const char *ext, char name[40])
{
	char digest[SHA256_HEX], path[300];

	sha256_hex(p, len, digest);
	snprintf(name, 40, "%.*s.%s", HASHED, digest, ext);
	snprintf(path, sizeof path, "%s/style", conf.data_dir);
	if ((mkdir(conf.data_dir, 0750) != 0 && errno != EEXIST) ||
		(mkdir(path, 0750) != 0 && errno != EEXIST))
		return nerr_raise_errno(NERR_IO, "cannot make %s", path);
	if (!logo_path(name, path, sizeof path))
		return nerr_raise(ERR_INVALID, "no logo is named %s", name);
	return nerr_pass(write_file(path, p, len));
}

/* ---- the sheets ---- */

static void put_rgb(struct buf *b, const char *name, const char *colour)
{
	unsigned r = 0, g = 0, c = 0;

	if (sscanf(colour, "#%2x%2x%2x", &r, &g, &c) == 3)
		buf_printf(b, "%s:%s;%s-rgb:%u,%u,%u;", name, colour, name, r, g, c);
}

static void staff_sheet(const struct style *s, struct buf *b)
{
	char link[8];

	if (s->main[0]) {
		/* links stand on white and on the heads of tables */
		colour_nearest(s->main, "#f2f5fa", link);
		buf_puts(b, ":root{");
		put_rgb(b, "--tblr-primary", s->main);
		put_rgb(b, "--tblr-link-color", link);
		buf_printf(b, "--tblr-primary-fg:%s}\n", colour_ink(s->main));
		buf_printf(b,
			".side-link.active,.side-entry.active{color:%s}\n.tabs a.active,.kpi-any"
			" .kpi-value{color:%s}\n"
			".entrance-side{background:%s;color:%s}\n",
			colour_ink(s->main), link, s->main, colour_ink(s->main));
	}
	if (s->menu[0]) {
		const char *ink = colour_ink(s->menu);

		buf_printf(b,
			":root{--side-colour:%s}\n.side,.side"
			" .brand,.side-link,.side-entry,.side-link.here,.side-link:hover"
			",.side-entry:hover{color:%s}\n",
			s->menu, ink);
		buf_printf(b, ".side-link.active,.side-entry.active{color:%s}\n",
			s->main[0] ? colour_ink(s->main) : WHITE);
		if (!text_eq(ink, WHITE))
			buf_puts(b,
				".side-link:hover,.side-entry:hover{background:rgba(0,0,0,.07)}\n"
				".side-link.active:hover,.side-entry.active:hover"
				"{background:var(--tblr-primary)}\n");
	}
}

static void driver_sheet(const struct style *s, struct buf *b)
{
	char link[8];

	if (!s->driver[0])
		return;
	colour_nearest(s->driver, "#f3f6fa", link);
	buf_printf(b,
		":root{--blue:%s}\na,.as-link,.button.quiet{color:%s}\n"
		".button:not(.quiet):not(.stop){color:%s}\n"
		".bar a{color:inherit}\n",
		s->driver, link, colour_ink(s->driver));
}

struct sheet { const char *path, *hdf; void (*write)(const struct style *s, struct buf *b); };
static const struct sheet sheets[] = { { "/admin/style.css", "css", staff_sheet },
	{ "/d/style.css", "driver_css", driver_sheet } };

/* The text and its hash. */
static void make_sheet(const struct sheet *sheet, const struct style *s, struct buf *b,
	char hash[SHA256_HEX])
{
	buf_init(b, 0);
	sheet->write(s, b);
	sha256_hex(buf_str(b), b->len, hash);
	hash[HASHED] = '\0';
}

NEOERR *style_fill(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct style s;

	if (!req->db || req->htmx)
		return STATUS_OK;
	TRY(style_load(req->db, &s));
	if (s.name[0])
		TRY(hdf_put(req->hdf, s.name, "Style.name"));
	if (s.top)
		TRY(hdf_put(req->hdf, "top", "Style.layout"));
	if (s.driver[0])
		TRY(hdf_put(req->hdf, s.driver, "Style.driver"));
	if (s.logo[0])
		TRY(hdf_put(req->hdf,
			text_starts(req->path, "/admin")
				? arena_printf(&req->arena, "/admin/style/logo?h=%s", s.logo)
				: arena_printf(&req->arena, "/d/style/logo?h=%s", s.logo),
			"Style.logo"));
	for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++) {
		char hash[SHA256_HEX];
		struct buf b;

		make_sheet(&sheets[i], &s, &b, hash);
		if (b.len)
			err = hdf_put(req->hdf, arena_printf(&req->arena, "%s?h=%s", sheets[i].path, hash),
				"Style.%s", sheets[i].hdf);
		buf_clear(&b);
		TRY(err);
	}
out:
	return nerr_pass(err);
}

/* What is asked for by its hash never changes; an old hash gets what is now, for a moment. */
static void put_cache(struct request *req, const char *hash)
{
	response_header(req, "Cache-Control",
		text_eq(request_param(req, "h"), hash) ? "public, max-age=31536000, immutable"
			: "no-cache");
}

static NEOERR *sheet_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct style s;

	TRY(style_load(req->db, &s));
	for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++) {
		char hash[SHA256_HEX];
		struct buf b;

		if (!text_eq(req->path, sheets[i].path))
			continue;
		make_sheet(&sheets[i], &s, &b, hash);
		response_bytes(req, "text/css; charset=utf-8", buf_str(&b), b.len);
		put_cache(req, hash);
		buf_clear(&b);
	}
out:
	return nerr_pass(err);
}

static NEOERR *logo_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	char path[300], *bytes = arena_alloc(&req->arena, STYLE_LOGO_BYTES);
	struct style s;
	ssize_t n;
	int fd;

	TRY(style_load(req->db, &s));
	if (!logo_path(s.logo, path, sizeof path) ||
		(fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0)
		return nerr_raise(ERR_NOT_FOUND, "there is no logo");
	n = read(fd, bytes, STYLE_LOGO_BYTES);
	close(fd);
	response_bytes(req, picture_type(strchr(s.logo, '.') + 1), bytes, n > 0 ? (size_t)n : 0);
	put_cache(req, s.logo);
out:
	return nerr_pass(err);
}

const struct route style_routes[] = {
	{ METHOD_GET, "/admin/style.css", sheet_show, NULL, ROUTE_OPEN | ROUTE_UNCHANGED },
	{ METHOD_GET, "/admin/style/logo", logo_show, NULL, ROUTE_OPEN | ROUTE_UNCHANGED },
	{ METHOD_GET, "/d/style.css", sheet_show, NULL, ROUTE_OPEN },
	{ METHOD_GET, "/d/style/logo", logo_show, NULL, ROUTE_OPEN },
	{ METHOD_GET, NULL },
};
