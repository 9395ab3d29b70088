/* audit_archive.c - rows of old blocks leave the table for a file; the block and its hash stay.
 * Owns data_dir/audit.
 * Serves job purge. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "db/audit_chain.h"

SQL(archive_oldest,
	"select id, previous_hash, hash, stragglers, sealed_at from audit_seal where archived_at is"
	" null and last_at < ?"
	" and id = (select min(id) from audit_seal where archived_at is null)");
SQL(archive_rows, "select " AUDIT_COLUMNS " from audit where seal_id = ? order by id");
SQL(archive_mark,
	"update audit_seal set archived_at = ?, digests = null where id = ? and archived_at is null");
SQL(archive_delete, "delete from audit where seal_id = ?");

struct archiving { struct audit_block block; struct audit_fold fold; struct buf text; };

NEOERR *audit_archive_path(int64_t seal, char *path, size_t room)
{
	if (snprintf(path, room, "%s/audit/%010lld.txt", conf.data_dir, (long long)seal) >= (int)room)
		return nerr_raise(ERR_INVALID, "data_dir is too long: %s", conf.data_dir);
	return STATUS_OK;
}

static NEOERR *take_block(const struct row *r, void *ctx)
{
	struct audit_block *b = ctx;

	b->id = row_i64(r, 0);
	snprintf(b->previous, sizeof b->previous, "%s", row_str(r, 1));
	snprintf(b->hash, sizeof b->hash, "%s", row_str(r, 2));
	b->stragglers = row_i64(r, 3);
	b->sealed_at = row_time(r, 4);
	return STATUS_OK;
}

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct archiving *a = ctx;

	audit_fold_row(&a->fold, r);
	buf_printf(&a->text, "%zu:", a->fold.line.len);
	buf_add(&a->text, a->fold.line.data, a->fold.line.len);
	buf_putc(&a->text, '\n');
	return STATUS_OK;
}

static NEOERR *fail(const char *what, const char *path)
{
	return nerr_raise(NERR_SYSTEM, "%s %s: %s", what, path, strerror(errno));
}

/* On the disk under its name before the rows are deleted. */
static NEOERR *write_file(const struct archiving *a)
{
	char path[400], dir[400], part[410];
	bool written;
	int fd;
	NEOERR *err;

	TRY(audit_archive_path(a->block.id, path, sizeof path));
	snprintf(dir, sizeof dir, "%s/audit", conf.data_dir);
	if ((mkdir(conf.data_dir, 0750) != 0 && errno != EEXIST) ||
		(mkdir(dir, 0700) != 0 && errno != EEXIST))
		return nerr_pass(fail("mkdir", dir));
	snprintf(part, sizeof part, "%s.part", path);
	if ((fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0)
		return nerr_pass(fail("open", part));
	written = write(fd, a->text.data, a->text.len) == (ssize_t)a->text.len && fsync(fd) == 0;
	if (close(fd) != 0 || !written || rename(part, path) != 0)
		return nerr_pass(fail("write", part));
out:
	return nerr_pass(err);
}

static NEOERR *move(struct db *db, void *ctx)
{
	struct archiving *a = ctx;
	NEOERR *err;

	TRY(db_exec(db, &archive_mark, ARGS(TIME(clock_now()), I64(a->block.id)), NULL));
	TRY(db_exec(db, &archive_delete, ARGS(I64(a->block.id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *audit_archive_next(struct db *db, int64_t before, int64_t *rows)
{
	struct archiving a = { .block.id = 0 };
	char hash[SHA256_HEX];
	NEOERR *err;

	*rows = 0;
	audit_fold_init(&a.fold);
	buf_init(&a.text, 0);
	TRY(db_find(db, &archive_oldest, ARGS(TIME(before)), take_block, &a.block, NULL));
	if (!a.block.id)
		goto out;
	TRY(db_query(db, &archive_rows, ARGS(I64(a.block.id)), take_row, &a));
	audit_fold_end(&a.fold, &a.block, hash);
	if (strcmp(hash, a.block.hash) != 0) {
		err = nerr_raise(ERR_STALE, "audit block %lld is not what was sealed: it is not archived",
			(long long)a.block.id);
		goto out;
	}
	TRY(write_file(&a));
	TRY(db_tx(db, move, &a));
	*rows = a.fold.rows;
out:
	audit_fold_clear(&a.fold);
	buf_clear(&a.text);
	return nerr_pass(err);
}
