/* task_file.c - the files of long work: names nobody can guess, in one folder, gone with their
 * task.
 * Owns data_dir/task.
 * Serves charge/task.h. */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "charge/task.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/text.h"

#define RANDOM_BYTES 16
#define NAME_MAX_LEN 80
#define PURGE_BATCH  200

SQL(task_files, "select file, input from task where id = ?");
SQL(task_delete, "delete from task where id = ?");
SQL(task_due,
	"select id from task where expires_at < ? and status <> 'running' order by id limit 200");
SQL(task_exists, "select count(*) from task where id = ?");

static bool name_is_ours(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.");

	return len > 0 && len <= NAME_MAX_LEN && name[len] == '\0' && name[0] != '.' &&
		strstr(name, "..") == NULL;
}

NEOERR *task_file_path(const char *name, char *path, size_t room)
{
	int n;

	if (!name_is_ours(name))
		return nerr_raise(ERR_INVALID, "no file of a task is named %.100s", name);
	n = snprintf(path, room, "%s/task/%s", conf.data_dir, name);
	if (n < 0 || (size_t)n >= room)
		return nerr_raise(ERR_INVALID, "data_dir is too long: %s", conf.data_dir);
	return STATUS_OK;
}

static NEOERR *make_folder(void)
{
	char path[TASK_PATH];

	snprintf(path, sizeof path, "%s/task", conf.data_dir);
	if ((mkdir(conf.data_dir, 0750) != 0 && errno != EEXIST) ||
		(mkdir(path, 0700) != 0 && errno != EEXIST))
		return nerr_raise_errno(NERR_IO, "cannot make %s", path);
	return STATUS_OK;
}

NEOERR *task_file_name(const char *word, const char *extension, char *name, size_t room)
{
	char random[2 * RANDOM_BYTES + 1];
	NEOERR *err = STATUS_OK;

	TRY(make_folder());
	TRY(random_hex(random, RANDOM_BYTES));
	snprintf(name, room, "%s-%s.%s", word, text_lower(random), extension);
out:
	return nerr_pass(err);
}

static void file_remove(const char *name)
{
	char path[TASK_PATH];
	NEOERR *err;

	if (*name == '\0')
		return;
	if ((err = task_file_path(name, path, sizeof path)) != STATUS_OK) {
		error_drop(err);
		return;
	}
	unlink(path);
}

static NEOERR *remove_files(const struct row *r, void *ctx)
{
	(void)ctx;
	file_remove(row_str(r, 0));
	file_remove(row_str(r, 1));
	return STATUS_OK;
}

/* File before row: if we die between the two, the row still says that there is something to
 * clear away. */
NEOERR *task_remove(struct db *db, int64_t id)
{
	NEOERR *err = STATUS_OK;

	TRY(db_query(db, &task_files, ARGS(I64(id)), remove_files, NULL));
	TRY(db_exec(db, &task_delete, ARGS(I64(id)), NULL));
out:
	return nerr_pass(err);
}

struct due { int64_t id[PURGE_BATCH]; int n; };

static NEOERR *add_due(const struct row *r, void *ctx)
{
	struct due *d = ctx;

	if (d->n < PURGE_BATCH)
		d->id[d->n++] = row_i64(r, 0);
	return STATUS_OK;
}

/* What no task knows and nobody has touched for a day: a runner or an upload that died half way. */
static NEOERR *purge_strays(struct db *db, int64_t *removed)
{
	NEOERR *err = STATUS_OK;
	char path[TASK_PATH];
	int64_t id, known, kept = clock_now() - DAY_SECONDS;
	struct dirent *e;
	struct stat st;
	DIR *d;

	snprintf(path, sizeof path, "%s/task", conf.data_dir);
	if ((d = opendir(path)) == NULL)
		return STATUS_OK;                /* nothing was ever written */
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, 0) != 0 ||
			!S_ISREG(st.st_mode))
			continue;
		if (st.st_mtime >=
			kept - (text_starts(e->d_name, "in-") ? conf.export_days * DAY_SECONDS : 0))
			continue;
		known = 0;
		if ((id = strtoll(e->d_name, NULL, 10)) > 0)
			TRY(db_i64(db, &task_exists, ARGS(I64(id)), &known));
		if (known == 0 && unlinkat(dirfd(d), e->d_name, 0) == 0)
			++*removed;
	}
out:
	closedir(d);
	return nerr_pass(err);
}

NEOERR *task_purge(struct db *db, int64_t *removed)
{
	NEOERR *err = STATUS_OK;
	struct due due;

	*removed = 0;
	do {
		due.n = 0;
		TRY(db_query(db, &task_due, ARGS(TIME(clock_now())), add_due, &due));
		for (int i = 0; i < due.n; i++, ++*removed)
			TRY(task_remove(db, due.id[i]));
	} while (due.n == PURGE_BATCH);
	TRY(purge_strays(db, removed));
out:
	return nerr_pass(err);
}
