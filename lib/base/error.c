/* error.c - the house's error kinds on top of ClearSilver's NEOERR.
 * Owns the numbers of the kinds and their names in the log.
 * Serves every room. */
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"

NERR_TYPE ERR_DB, ERR_RETRY, ERR_DUPLICATE, ERR_NOT_FOUND, ERR_INVALID, ERR_DENIED, ERR_STALE,
	ERR_PEER, ERR_BUSY;

static const struct kind {
	NERR_TYPE *number;
	const char *name;
} kinds[] = {
	{ &ERR_DB, "db" },
	{ &ERR_RETRY, "retry" },
	{ &ERR_DUPLICATE, "duplicate" },
	{ &ERR_NOT_FOUND, "not_found" },
	{ &ERR_INVALID, "invalid" },
	{ &ERR_DENIED, "denied" },
	{ &ERR_STALE, "stale" },
	{ &ERR_PEER, "peer" },
	{ &ERR_BUSY, "busy" },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

void error_die(const char *what)
{
	struct buf line;

	buf_init(&line, 1000);
	buf_printf(&line, "fatal: %s\n", what);
	(void)!write(STDERR_FILENO, line.data, line.len);
	abort();
}

void error_init(void)
{
	static bool done;

	if (done)
		return;
	if (nerr_init() != STATUS_OK)
		error_die("the error kinds of ClearSilver cannot be registered");
	for (size_t i = 0; i < KINDS; i++)
		if (nerr_register(kinds[i].number, kinds[i].name) != STATUS_OK)
			error_die("an error kind cannot be registered");
	done = true;
}

static bool error_is_real(const NEOERR *err)
{
	return err != STATUS_OK && err != INTERNAL_ERR;
}

static const NEOERR *error_innermost(const NEOERR *err)
{
	while (error_is_real(err->next))
		err = err->next;
	return err;
}

static const char *error_kind(const NEOERR *err)
{
	static const struct kind foreign[] = {
		{ &NERR_ASSERT, "assert" },
		{ &NERR_NOT_FOUND, "hdf_not_found" },
		{ &NERR_NOMEM, "no_memory" },
		{ &NERR_PARSE, "parse" },
		{ &NERR_OUTOFRANGE, "range" },
		{ &NERR_SYSTEM, "system" },
		{ &NERR_IO, "io" },
	};

	for (size_t i = 0; i < KINDS; i++)
		if (err->error == *kinds[i].number)
			return kinds[i].name;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (err->error == *foreign[i].number)
			return foreign[i].name;
	return "other";
}

const char *error_desc(const NEOERR *err)
{
	const NEOERR *last;
	char *desc;
	size_t at = 0, step;

	if (!error_is_real(err))
		return err == STATUS_OK ? "" : "internal error";
	last = error_innermost(err);
	/* NEOERR holds 255 bytes and may have cut a character in the middle; others quote what
	 * strangers sent. What is shown must be UTF-8. */
	desc = (char *)last->desc;
	if (strlen(desc) == sizeof(last->desc) - 1) {
		while ((step = text_rune(desc + at, strlen(desc + at))) > 0)
			at += step;
		if (strlen(desc + at) < 4)
			desc[at] = '\0';
	}
	text_scrub(desc);
	return desc;
}

bool error_is(NEOERR *err, NERR_TYPE kind)
{
	return err != STATUS_OK && nerr_match(err, kind);
}

void error_drop(NEOERR *err)
{
	if (error_is_real(err))
		nerr_ignore(&err);
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

void error_log(const char *what, NEOERR *err)
{
	struct buf text, trace;

	if (err == STATUS_OK)
		return;
	if (!error_is_real(err)) {
		log_line(LOG_ERROR, "error", "what=\"%s\" kind=internal", what);
		return;
	}
	buf_init(&text, 0);
	buf_init(&trace, 0);
	buf_puts(&text, error_desc(err));
	for (char *p = text.data; p != NULL && *p != '\0'; p++)
		if (*p == '"')
			*p = '\'';
	for (const NEOERR *e = err; error_is_real(e); e = e->next)
		buf_printf(&trace, "%s%s:%d/%s", trace.len > 0 ? "<" : "", file_name(e->file), e->lineno,
			e->func);
	log_line(LOG_ERROR, "error", "what=\"%s\" kind=%s text=\"%s\" trace=%s", what,
		error_kind(error_innermost(err)), buf_str(&text), buf_str(&trace));
	buf_clear(&text);
	buf_clear(&trace);
	error_drop(err);
}
