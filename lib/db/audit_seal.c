/* audit_seal.c - takes audit rows that no block holds yet into the next block of the chain.
 * Owns the end of table audit_seal.
 * Serves job audit_seal. */
#include "base/clock.h"
#include "base/log.h"
#include "db/audit_chain.h"

SQL(seal_end, "select id, hash from audit_seal order by id desc limit 1 for update");
SQL(seal_highest, "select coalesce(max(last_id), 0) from audit_seal");
/* Read committed: what an open transaction is adding is neither seen nor waited for. Rows are
 * marked one by one by their key: a statement over many would walk over the open row, too, and
 * wait for it. */
SQL(seal_ready,
	"select id from audit where seal_id is null and at <= ? order by id limit " AUDIT_BLOCK_TEXT);
SQL(seal_mark, "update audit set seal_id = ? where id = ? and seal_id is null");
SQL(seal_rows, "select " AUDIT_COLUMNS " from audit where seal_id = ? order by id");
SQL(seal_insert,
	"insert into audit_seal (id, first_id, last_id, row_count, stragglers, last_at,"
	" previous_hash, hash, digests, sealed_at)"
	" values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(seal_waiting,
	"select count(*) from (select 1 from audit where seal_id is null and at <= ? limit ?) w");

struct sealing { struct audit_block *b; struct audit_fold fold; int64_t before, highest; };

static NEOERR *take_end(const struct row *r, void *ctx)
{
	struct audit_block *b = ctx;

	b->id = row_i64(r, 0);
	snprintf(b->previous, sizeof b->previous, "%s", row_str(r, 1));
	return STATUS_OK;
}

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct sealing *s = ctx;

	audit_fold_row(&s->fold, r);
	s->b->stragglers += s->fold.last_id < s->highest;
	return STATUS_OK;
}

static NEOERR *insert(struct db *db, struct sealing *s)
{
	struct audit_block *b = s->b;

	b->first_id = s->fold.first_id;
	b->last_id = s->fold.last_id;
	b->rows = s->fold.rows;
	b->last_at = s->fold.last_at;
	b->sealed_at = clock_now();
	audit_fold_end(&s->fold, b, b->hash);
	return nerr_pass(db_exec(db, &seal_insert,
		ARGS(I64(b->id), I64(b->first_id), I64(b->last_id), I64(b->rows), I64(b->stragglers),
			TIME(b->last_at), STR(b->previous), STR(b->hash),
			BLOB(s->fold.digests.data, s->fold.digests.len), TIME(b->sealed_at)),
		NULL));
}

struct ready { int n; int64_t id[AUDIT_BLOCK_ROWS]; };

static NEOERR *take_ready(const struct row *r, void *ctx)
{
	struct ready *ready = ctx;

	if (ready->n < AUDIT_BLOCK_ROWS)
		ready->id[ready->n++] = row_i64(r, 0);
	return STATUS_OK;
}

/* Two who seal at once cannot fork the chain: both the number and the previous hash are unique. */
static NEOERR *seal(struct db *db, void *ctx)
{
	struct sealing *s = ctx;
	struct ready ready = { 0 };
	NEOERR *err;

	memset(s->b, 0, sizeof *s->b);
	memcpy(s->b->previous, AUDIT_GENESIS, SHA256_HEX);
	audit_fold_clear(&s->fold);
	audit_fold_init(&s->fold);
	TRY(db_find(db, &seal_end, NOARGS, take_end, s->b, NULL));
	s->b->id++;
	TRY(db_i64(db, &seal_highest, NOARGS, &s->highest));
	TRY(db_query(db, &seal_ready, ARGS(TIME(s->before)), take_ready, &ready));
	if (!ready.n)
		return STATUS_OK;
	for (int i = 0; i < ready.n; i++)
		TRY(db_exec(db, &seal_mark, ARGS(I64(s->b->id), I64(ready.id[i])), NULL));
	TRY(db_query(db, &seal_rows, ARGS(I64(s->b->id)), take_row, s));
	TRY(insert(db, s));
out:
	return nerr_pass(err);
}

/* The log carries the hash out of the database: who rewrites the whole chain must reach the logs
 * too. */
NEOERR *audit_seal_next(struct db *db, int64_t before, struct audit_block *out)
{
	struct sealing s = { .b = out, .before = before };
	NEOERR *err = db_tx(db, seal, &s);

	audit_fold_clear(&s.fold);
	if (err == STATUS_OK && out->rows)
		log_line(LOG_INFO, "audit_sealed",
			"seal=%lld rows=%lld first=%lld last=%lld stragglers=%lld hash=%s", (long long)out->id,
			(long long)out->rows, (long long)out->first_id, (long long)out->last_id,
			(long long)out->stragglers, out->hash);
	return nerr_pass(err);
}

NEOERR *audit_unsealed(struct db *db, int64_t before, int64_t cap, int64_t *out)
{
	return nerr_pass(db_i64(db, &seal_waiting, ARGS(TIME(before), I64(cap)), out));
}
