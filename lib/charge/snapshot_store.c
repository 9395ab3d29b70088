/* snapshot_store.c - pictures go from data_dir into the object storage where one is configured, and
 * come back from there (K5, K6).
 * Owns snapshot.stored_at and the objects below snapshot/. Serves camera.h. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "charge/camera.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/object.h"
#include "base/picture.h"
#include "base/text.h"

#define ONCE 200
#define FAILURES_MAX 3               /* in a row: the storage is away */

SQL(snapshot_unstored,
	"select id, file from snapshot where stored_at is null and file > ? order by file limit 200");
SQL(snapshot_stored, "update snapshot set stored_at = ? where id = ? and file = ?");

static void key_of(const char *file, char key[SNAPSHOT_FILE + 10])
{
	snprintf(key, SNAPSHOT_FILE + 10, "snapshot/%s", file);
}

/* *there false: no such file. */
static NEOERR *read_whole(const char *path, unsigned char *p, size_t room, size_t *len, bool *there)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	*there = fd >= 0;
	if (fd < 0 && errno == ENOENT)
		return STATUS_OK;
	if (fd < 0)
		return nerr_raise_errno(NERR_IO, "cannot open %s", path);
	n = read(fd, p, room);
	close(fd);
	if (n < 0)
		return nerr_raise_errno(NERR_IO, "cannot read %s", path);
	*len = (size_t)n;
	return STATUS_OK;
}

struct unstored { int n; struct { int64_t id; char file[SNAPSHOT_FILE]; } row[ONCE]; };

static NEOERR *take_unstored(const struct row *r, void *ctx)
{
	struct unstored *u = ctx;

	u->row[u->n].id = row_i64(r, 0);
	text_copy(u->row[u->n++].file, SNAPSHOT_FILE, row_str(r, 1));
	return STATUS_OK;
}

/* The row says that it is there once it is there; only then the file goes. Dying in between puts
 * the same object again or leaves a file that goes with its row. */
static NEOERR *store_one(struct db *db, int64_t id, const char *file, struct snapshot_stored *s)
{
	char path[SNAPSHOT_PATH], key[SNAPSHOT_FILE + 10];
	const char *dot = strrchr(file, '.'), *type = dot ? picture_type(dot + 1) : NULL;
	unsigned char *p = malloc(SNAPSHOT_MAX);
	size_t len = 0;
	bool there = false;
	NEOERR *err;

	if (!p)
		error_die("out of memory");
	TRY(snapshot_path(file, path));
	TRY(read_whole(path, p, SNAPSHOT_MAX, &len, &there));
	if (!there) {
		s->missing++;
		goto out;
	}
	key_of(file, key);
	TRY(object_put(key, type ? type : "application/octet-stream", p, len));
	TRY(db_exec(db, &snapshot_stored, ARGS(TIME(clock_now()), I64(id), STR(file)), NULL));
	unlink(path);
	s->stored++;
out:
	free(p);
	return nerr_pass(err);
}

static NEOERR *store_some(struct db *db, struct unstored *u, struct snapshot_stored *s, int *bad)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < u->n && err == STATUS_OK; i++) {
		err = store_one(db, u->row[i].id, u->row[i].file, s);
		*bad = err == STATUS_OK ? 0 : *bad + 1;
		s->failed += err != STATUS_OK;
		if (err == STATUS_OK || *bad >= FAILURES_MAX)
			continue;
		error_log("snapshot_store", err);
		err = STATUS_OK;
	}
	return nerr_pass(err);
}

NEOERR *snapshot_store(struct db *db, int seconds, struct snapshot_stored *out)
{
	int64_t end = clock_mono_ms() + seconds * 1000;
	struct unstored *u = calloc(1, sizeof(*u));
	char after[SNAPSHOT_FILE] = "";
	int bad = 0;
	NEOERR *err = STATUS_OK;

	if (!u)
		error_die("out of memory");
	*out = (struct snapshot_stored){ 0, 0, 0 };
	if (!object_storage())
		goto out;
	do {
		u->n = 0;
		TRY(db_query(db, &snapshot_unstored, ARGS(STR(after)), take_unstored, u));
		TRY(store_some(db, u, out, &bad));
		if (u->n)
			text_copy(after, sizeof(after), u->row[u->n - 1].file);
	} while (u->n == ONCE && clock_mono_ms() < end);
out:
	free(u);
	return nerr_pass(err);
}

NEOERR *snapshot_fetch(const char *file, struct buf *out)
{
	char key[SNAPSHOT_FILE + 10];

	key_of(file, key);
	buf_init(out, SNAPSHOT_MAX);
	return nerr_pass(object_get(key, out));
}

NEOERR *snapshot_delete(const char *file, bool stored)
{
	char key[SNAPSHOT_FILE + 10];
	NEOERR *err = STATUS_OK;

	key_of(file, key);
	if (stored)
		TRY(object_delete(key));
	snapshot_unlink(file);
out:
	return nerr_pass(err);
}
