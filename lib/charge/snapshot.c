/* snapshot.c - pictures of bays in a folder a day, with names nobody can guess.
 * Owns data_dir/snapshot. Serves camera.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "charge/camera.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/picture.h"
#include "base/text.h"

#define RANDOM_BYTES 16
#define PURGE_MAX 500

SQL(snapshot_old,
	"select id, file, stored_at is not null from snapshot where received_at < ? and file <> ''"
	" order by id limit 500");
SQL(snapshot_forget, "update snapshot set file = '', bytes = 0 where id = ?");
SQL(snapshot_known, "select count(*) from snapshot where file = ?");

static bool is_ours(const char *file)
{
	size_t len = strlen(file);

	return len > 9 && len < SNAPSHOT_FILE && file[8] == '/' &&
		strspn(file, "0123456789") == 8 &&
		strspn(file + 9, "abcdefghijklmnopqrstuvwxyz0123456789.") == len - 9 &&
		strstr(file, "..") == NULL;
}

NEOERR *snapshot_path(const char *file, char path[SNAPSHOT_PATH])
{
	int n;

	if (!is_ours(file))
		return nerr_raise(ERR_NOT_FOUND, "no picture is named %.70s", file);
	n = snprintf(path, SNAPSHOT_PATH, "%s/snapshot/%s", conf.data_dir, file);
	if (n < 0 || n >= SNAPSHOT_PATH)
		return nerr_raise(ERR_INVALID, "data_dir is too long: %s", conf.data_dir);
	return STATUS_OK;
}

static NEOERR *make_folder(const char *day)
{
	char path[SNAPSHOT_PATH];

	for (int depth = 0; depth < 3; depth++) {
		snprintf(path, sizeof(path), "%s%s%s%s", conf.data_dir, depth > 0 ? "/snapshot" : "",
			depth > 1 ? "/" : "", depth > 1 ? day : "");
		if (mkdir(path, 0750) != 0 && errno != EEXIST)
			return nerr_raise_errno(NERR_IO, "cannot make %s", path);
	}
	return STATUS_OK;
}

static NEOERR *write_whole(const char *path, const void *p, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	ssize_t n;

	if (fd < 0)
		return nerr_raise_errno(NERR_IO, "cannot make %s", path);
	n = write(fd, p, len);
	if (close(fd) != 0 || n != (ssize_t)len) {
		unlink(path);
		return nerr_raise_errno(NERR_IO, "cannot write %s", path);
	}
	return STATUS_OK;
}

NEOERR *snapshot_write(const void *p, size_t len, char file[SNAPSHOT_FILE])
{
	char random[2 * RANDOM_BYTES + 1], day[CLOCK_TEXT], path[SNAPSHOT_PATH], digits[9];
	struct picture picture;
	NEOERR *err;

	if (len > SNAPSHOT_MAX)
		return nerr_raise(ERR_INVALID, "the picture has %zu bytes, at most %d", len,
			SNAPSHOT_MAX);
	if (!picture_read(p, len, &picture))
		return nerr_raise(ERR_INVALID, "that is no picture");
	TRY(random_hex(random, RANDOM_BYTES));
	clock_format_day(clock_now(), day);
	snprintf(digits, sizeof(digits), "%.4s%.2s%.2s", day, day + 5, day + 8);
	TRY(make_folder(digits));
	snprintf(file, SNAPSHOT_FILE, "%s/%s.%s", digits, text_lower(random), picture.ext);
	TRY(snapshot_path(file, path));
	TRY(write_whole(path, p, len));
out:
	return nerr_pass(err);
}

void snapshot_unlink(const char *file)
{
	char path[SNAPSHOT_PATH];
	NEOERR *err;

	if (!*file)
		return;
	err = snapshot_path(file, path);
	if (err == STATUS_OK)
		unlink(path);
	error_drop(err);
}

struct old_row { int64_t id; bool stored; char file[SNAPSHOT_FILE]; };
struct old { int n; struct old_row row[PURGE_MAX]; };

static NEOERR *take_old(const struct row *r, void *ctx)
{
	struct old *o = ctx;

	o->row[o->n].id = row_i64(r, 0);
	o->row[o->n].stored = row_i64(r, 2) != 0;
	text_copy(o->row[o->n++].file, SNAPSHOT_FILE, row_str(r, 1));
	return STATUS_OK;
}

/* The file goes before its name: dying between the two leaves a name to try again. */
static NEOERR *purge_rows(struct db *db, int64_t before, int64_t *removed)
{
	struct old *o = malloc(sizeof(*o));
	NEOERR *err = STATUS_OK;

	if (!o)
		error_die("out of memory");
	do {
		o->n = 0;
		TRY(db_query(db, &snapshot_old, ARGS(TIME(before)), take_old, o));
		for (int i = 0; i < o->n; i++, ++*removed) {
			TRY(snapshot_delete(o->row[i].file, o->row[i].stored));
			TRY(db_exec(db, &snapshot_forget, ARGS(I64(o->row[i].id)), NULL));
		}
	} while (o->n == PURGE_MAX);
out:
	free(o);
	return nerr_pass(err);
}

static NEOERR *purge_day(struct db *db, const char *day, int64_t before, int64_t *removed)
{
	char path[SNAPSHOT_PATH], file[SNAPSHOT_FILE];
	int64_t known;
	struct dirent *e;
	struct stat st;
	NEOERR *err = STATUS_OK;
	DIR *d;

	snprintf(path, sizeof(path), "%s/snapshot/%s", conf.data_dir, day);
	if ((d = opendir(path)) == NULL)
		return STATUS_OK;
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, 0) != 0 ||
			st.st_mtime >= before || strlen(e->d_name) + 10 > sizeof(file))
			continue;
		snprintf(file, sizeof(file), "%.8s/%.50s", day, e->d_name);
		TRY(db_i64(db, &snapshot_known, ARGS(STR(file)), &known));
		if (!known && unlinkat(dirfd(d), e->d_name, 0) == 0)
			++*removed;
	}
out:
	closedir(d);
	rmdir(path);                             /* goes when it is empty */
	return nerr_pass(err);
}

static NEOERR *purge_unknown(struct db *db, int64_t *removed)
{
	char path[SNAPSHOT_PATH];
	NEOERR *err = STATUS_OK;
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "%s/snapshot", conf.data_dir);
	if ((d = opendir(path)) == NULL)
		return STATUS_OK;                /* nothing was ever written */
	while (err == STATUS_OK && (e = readdir(d)) != NULL)
		if (strlen(e->d_name) == 8 && strspn(e->d_name, "0123456789") == 8)
			err = purge_day(db, e->d_name, clock_now() - DAY_SECONDS, removed);
	closedir(d);
	return nerr_pass(err);
}

NEOERR *snapshot_purge(struct db *db, int64_t *removed)
{
	NEOERR *err;

	*removed = 0;
	TRY(purge_unknown(db, removed));
	TRY(purge_rows(db, clock_now() - conf.snapshot_days * DAY_SECONDS, removed));
out:
	return nerr_pass(err);
}
