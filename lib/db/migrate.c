/* migrate.c - applies sql/NNNN_name.sql in order, each statement once.
 * Owns table migration; its row 0 is the lock of whoever migrates.
 * Serves the migrate job. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "db/db_internal.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/log.h"
#include "base/text.h"
#include "db/migrate.h"

#define LOCK_SECONDS 600
#define FILES_MAX    10000

/* `statements` counts what of a file has run; applied_at stays NULL until all have. */
static const char create_table[] =
	"create table if not exists migration (version int not null primary key, name varchar(80) not"
	" null,"
	" checksum varchar(80) not null, statements int not null default 0, applied_at datetime null)";

SQL(migration_lock_create, "insert into migration (version, name, checksum, applied_at)"
	" values (0, 'lock', '', '2000-01-01')");
SQL(migration_lock_take, "update migration set checksum = ?, applied_at = now() + interval ? second"
	" where version = 0 and (checksum in (?, '') or applied_at < now() or checksum = ?)");
SQL(migration_lock_drop, "update migration set checksum = '' where version = 0 and checksum = ?");
SQL(migration_lock_holder, "select checksum from migration where version = 0");
SQL(migration_select,
	"select checksum, statements, applied_at is not null from migration where version = ?");
SQL(migration_start, "insert into migration (version, name, checksum) values (?, ?, ?)"
	" on duplicate key update checksum = values(checksum)");
SQL(migration_step, "update migration set statements = ? where version = ?");
SQL(migration_done, "update migration set applied_at = ? where version = ?");

struct file {
	int version;
	char name[80], checksum[SHA256_HEX];
	char *text;
	bool known, done;
	char old_checksum[SHA256_HEX];
	int64_t statements;
};

struct migration {
	struct db *db;
	char holder[80];
	struct file *file;
	int n;
};

static bool blank_or_comment(const char *line, size_t len)
{
	while (len > 0 && (*line == ' ' || *line == '\t' || *line == '\r'))
		line++, len--;
	return len == 0 || (len >= 2 && line[0] == '-' && line[1] == '-') || line[0] == '#';
}

char *migrate_statement(char **text)
{
	char *start = *text, *line, *end;

	while (*start && blank_or_comment(start, strcspn(start, "\n"))) {
		start += strcspn(start, "\n");
		start += *start == '\n';
	}
	for (line = start; *line; line = end + (*end == '\n')) {
		char *last;

		end = line + strcspn(line, "\n");
		for (last = end; last > line && strchr(" \t\r", last[-1]); last--)
			;
		if (last == line || last[-1] != ';')
			continue;
		*text = end + (*end == '\n');
		last[-1] = '\0';
		return start;
	}
	*text = line;
	return *start ? start : NULL;
}

static NEOERR *read_file(const char *dir, const char *name, char **text)
{
	char path[512], part[8192];
	struct buf b;
	size_t got;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	if ((f = fopen(path, "re")) == NULL)
		return nerr_raise_errno(ERR_INVALID, "cannot read %s", path);
	buf_init(&b, 0);
	while ((got = fread(part, 1, sizeof part, f)) > 0)
		buf_add(&b, part, got);
	fclose(f);
	*text = buf_take(&b);
	return STATUS_OK;
}

/* 0001_core.sql gives 1; anything else 0. */
static int version_of(const char *name)
{
	size_t len = strlen(name);
	int64_t v = 0;
	char digits[5] = "";

	if (len < 10 || name[4] != '_' || strcmp(name + len - 4, ".sql") != 0)
		return 0;
	memcpy(digits, name, 4);
	return text_i64(digits, &v) ? (int)v : 0;
}

static int by_version(const void *a, const void *b)
{
	return ((const struct file *)a)->version - ((const struct file *)b)->version;
}

static NEOERR *list_files(struct migration *m, const char *dir)
{
	struct dirent *e;
	DIR *d = opendir(dir);

	if (!d)
		return nerr_raise_errno(ERR_INVALID, "cannot read %s", dir);
	while ((e = readdir(d)) != NULL && m->n < FILES_MAX) {
		struct file *f, *grown;

		if (version_of(e->d_name) == 0)
			continue;
		if ((grown = realloc(m->file, (size_t)(m->n + 1) * sizeof *f)) == NULL)
			abort();
		m->file = grown;
		f = &m->file[m->n++];
		memset(f, 0, sizeof *f);
		f->version = version_of(e->d_name);
		text_copy(f->name, sizeof f->name, e->d_name);
	}
	closedir(d);
	if (m->n == 0)
		return nerr_raise(ERR_INVALID, "%s holds no migration", dir);
	qsort(m->file, (size_t)m->n, sizeof *m->file, by_version);
	for (int i = 1; i < m->n; i++)
		if (m->file[i].version == m->file[i - 1].version)
			return nerr_raise(ERR_INVALID, "%s and %s have one number", m->file[i - 1].name,
				m->file[i].name);
	return STATUS_OK;
}

static NEOERR *take_state(const struct row *r, void *ctx)
{
	struct file *f = ctx;

	text_copy(f->old_checksum, sizeof f->old_checksum, row_str(r, 0));
	f->statements = row_i64(r, 1);
	f->done = row_i64(r, 2) != 0;
	return STATUS_OK;
}

/* A file that was applied is history: whoever has the old one must stay equal to whoever starts
 * today. */
static NEOERR *compare(struct migration *m, struct file *f, const char *dir)
{
	NEOERR *err = STATUS_OK;

	TRY(read_file(dir, f->name, &f->text));
	sha256_hex(f->text, strlen(f->text), f->checksum);
	TRY(db_find(m->db, &migration_select, ARGS(I64(f->version)), take_state, f, &f->known));
	if (f->done && strcmp(f->checksum, f->old_checksum) != 0)
		err = nerr_raise(ERR_INVALID,
			"%s was changed after it was applied; restore it and add a new file", f->name);
out:
	return nerr_pass(err);
}

static NEOERR *take_text(const struct row *r, void *ctx)
{
	text_copy(ctx, 80, row_str(r, 0));
	return STATUS_OK;
}

/* A holder of this host whose process is gone needs no waiting for. */
static bool holder_is_gone(const char *holder, const char *mine)
{
	const char *colon = strrchr(holder, ':');
	int64_t pid;

	if (!colon || strncmp(holder, mine, (size_t)(colon - holder) + 1) != 0)
		return false;
	return text_i64(colon + 1, &pid) && pid > 1 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static NEOERR *lock(struct migration *m)
{
	char holder[80] = "";
	int64_t rows = 0;
	NEOERR *err = STATUS_OK;

	TRY(db_query(m->db, &migration_lock_holder, NOARGS, take_text, holder));
	if (!holder_is_gone(holder, m->holder))
		holder[0] = '\0';
	TRY(db_exec(m->db, &migration_lock_take,
		ARGS(STR(m->holder), I64(LOCK_SECONDS), STR(m->holder), STR(holder)), &rows));
	if (rows == 0)
		err = nerr_raise(ERR_BUSY, "somebody else migrates this database; if not, wait %d minutes",
			LOCK_SECONDS / 60);
out:
	return nerr_pass(err);
}

static NEOERR *prepare_table(struct migration *m)
{
	char host[50] = "";
	NEOERR *err = STATUS_OK;

	gethostname(host, sizeof host - 1);
	snprintf(m->holder, sizeof m->holder, "%s:%d", host, (int)getpid());
	TRY(db_run_script(m->db, create_table));
	err = db_exec(m->db, &migration_lock_create, NOARGS, NULL);
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		err = STATUS_OK;
	}
	TRY(err);
	TRY(lock(m));
out:
	return nerr_pass(err);
}

static NEOERR *apply(struct migration *m, struct file *f)
{
	char *cursor = f->text, *statement;
	int64_t n = 0;
	NEOERR *err = STATUS_OK;

	TRY(db_exec(m->db, &migration_start, ARGS(I64(f->version), STR(f->name), STR(f->checksum)),
		NULL));
	while ((statement = migrate_statement(&cursor)) != NULL) {
		if (n++ < f->statements)
			continue;
		TRY(lock(m));
		if ((err = db_run_script(m->db, statement)) != STATUS_OK) {
			log_line(LOG_ERROR, "migration_failed", "file=%s statement=%lld", f->name,
				(long long)n);
			goto out;
		}
		TRY(db_exec(m->db, &migration_step, ARGS(I64(n), I64(f->version)), NULL));
	}
	TRY(db_exec(m->db, &migration_done, ARGS(TIME(clock_now()), I64(f->version)), NULL));
	log_line(LOG_INFO, "migration_applied", "file=%s statements=%lld", f->name, (long long)n);
out:
	return nerr_pass(err);
}

static void clear(struct migration *m)
{
	for (int i = 0; i < m->n; i++)
		free(m->file[i].text);
	free(m->file);
}

NEOERR *migrate(struct db *db, const char *dir, int *applied)
{
	struct migration m = { .db = db };
	NEOERR *err = STATUS_OK;

	*applied = 0;
	TRY(list_files(&m, dir));
	TRY(prepare_table(&m));
	for (int i = 0; i < m.n; i++)
		TRY(compare(&m, &m.file[i], dir));
	for (int i = 0; i < m.n; i++) {
		if (m.file[i].done)
			continue;
		TRY(apply(&m, &m.file[i]));
		++*applied;
	}
	err = db_exec(db, &migration_lock_drop, ARGS(STR(m.holder)), NULL);
out:
	clear(&m);
	return nerr_pass(err);
}
