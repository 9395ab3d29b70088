/* audit_proof.c - recomputes the chain of the audit log block by block and names what differs.
 * Owns tables audit_proof, audit_finding.
 * Serves job audit_proof. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "db/audit_chain.h"

#define BATCH 200
#define BATCH_TEXT "200"
#define LATE_SECONDS 3600                    /* older than that and in no block: nobody seals; in a later block: somebody wrote into the past */
#define DETAIL_CHARS 300

#define BLOCK_COLUMNS "id, first_id, last_id, row_count, stragglers, sealed_at, last_at, previous_hash, hash, archived_at is not null"
SQL(proof_end, "select coalesce(max(id), 0) from audit_seal");
SQL(proof_blocks,
	"select " BLOCK_COLUMNS
	" from audit_seal where id > ? and id <= ? order by id limit " BATCH_TEXT);
SQL(proof_block, "select " BLOCK_COLUMNS " from audit_seal where id = ?");
SQL(proof_rows, "select " AUDIT_COLUMNS " from audit where seal_id = ? order by id");
SQL(proof_digests, "select digests from audit_seal where id = ?");
SQL(proof_row_seal, "select coalesce(seal_id, 0) from audit where id = ?");
SQL(proof_stray,
	"select id, seal_id from audit where seal_id > ? or seal_id < 1 order by id limit 100");
SQL(proof_known,
	"select last_seal, last_hash from audit_proof where findings = 0 order by last_seal desc"
	" limit 1");
SQL(proof_insert,
	"insert into audit_proof (started_at, ended_at, last_seal, last_hash, blocks, row_count,"
	" archived, findings)"
	" values (?, ?, ?, ?, ?, ?, ?, ?)");
SQL(finding_insert,
	"insert into audit_finding (proof_id, number, what, seal_id, audit_id, detail) values (?, ?,"
	" ?, ?, ?, ?)");

struct found { const char *what; int64_t seal, row; char detail[DETAIL_CHARS]; };
struct stored { struct audit_block block; bool archived; };
struct proving {
	struct db *db;
	struct audit_proof *p;
	struct found found[AUDIT_FINDINGS_MAX];
	struct stored batch[BATCH];
	int n;
	int64_t started_at, of, highest;
	struct audit_block previous;
	const struct audit_block *now;
	struct audit_fold fold;
};

static __attribute__((format(printf, 5, 6))) void report(struct proving *v, const char *what,
	int64_t seal, int64_t row, const char *fmt, ...)
{
	struct found *f, spare;
	va_list ap;

	f = v->p->findings < AUDIT_FINDINGS_MAX ? &v->found[v->p->findings] : &spare;
	v->p->findings++;
	f->what = what;
	f->seal = seal;
	f->row = row;
	va_start(ap, fmt);
	(void)vsnprintf(f->detail, sizeof f->detail, fmt, ap);
	va_end(ap);
	f->detail[text_cut(f->detail, DETAIL_CHARS / 4)] = '\0';
	if (f != &spare && v->p->finding)
		v->p->finding(v->p->ctx, what, seal, row, f->detail);
}

/* ---- one block whose hash is wrong: which row? ---- */

static void read_digest(const char *line, int64_t *id, char digest[24])
{
	char *end;

	*id = strtoll(line, &end, 10);
	snprintf(digest, 24, "%.16s", *end ? end + 1 : "");
}

static NEOERR *report_gone(struct proving *v, int64_t id)
{
	int64_t seal = -1;
	NEOERR *err = db_i64(v->db, &proof_row_seal, ARGS(I64(id)), &seal);

	report(v, "removed", v->now->id, id,
		seal > 0 ? "row %lld is marked with block %lld" : "row %lld is gone", (long long)id,
		(long long)seal);
	return nerr_pass(err);
}

/* next: digests not yet met by a row; gone: ids of digests without a row (the connection is busy
 * while rows come). */
struct compared {
	struct proving *v;
	struct audit_fold fold;
	struct buf digests;
	const char *next;
	int64_t gone[AUDIT_BLOCK_ROWS];
	int gones;
};

static const char *line_after(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : "";
}

/* The digest of row id, or of the first after it; those before it have no row any more. */
static int64_t pass_gone(struct compared *c, int64_t id, char digest[24])
{
	int64_t at = 0;

	for (; *c->next; c->next = line_after(c->next)) {
		read_digest(c->next, &at, digest);
		if (at >= id)
			return at;
		if (c->gones < AUDIT_BLOCK_ROWS)
			c->gone[c->gones++] = at;
	}
	return 0;
}

static void compare(struct compared *c)
{
	int64_t id = c->fold.last_id, seal = c->v->now->id;
	char digest[24];

	if (pass_gone(c, id, digest) != id) {
		report(c->v, "inserted", seal, id, "row %lld was not there when the block was sealed",
			(long long)id);
		return;
	}
	if (strncmp(digest, c->fold.row, strlen(digest)) != 0)
		report(c->v, "changed", seal, id, "now %.200s", buf_str(&c->fold.line));
	c->next = line_after(c->next);
}

static NEOERR *compare_row(const struct row *r, void *ctx)
{
	struct compared *c = ctx;

	audit_fold_row(&c->fold, r);
	compare(c);
	return STATUS_OK;
}

static NEOERR *take_digests(const struct row *r, void *ctx)
{
	buf_puts(ctx, row_str(r, 0));
	return STATUS_OK;
}

static NEOERR *look_closer(struct proving *v)
{
	int64_t before = v->p->findings;
	struct compared c = { .v = v };
	char digest[24];
	NEOERR *err;

	audit_fold_init(&c.fold);
	buf_init(&c.digests, 0);
	TRY(db_find(v->db, &proof_digests, ARGS(I64(v->now->id)), take_digests, &c.digests, NULL));
	c.next = buf_str(&c.digests);
	TRY(db_query(v->db, &proof_rows, ARGS(I64(v->now->id)), compare_row, &c));
	pass_gone(&c, INT64_MAX, digest);
	for (int i = 0; i < c.gones; i++)
		TRY(report_gone(v, c.gone[i]));
	if (v->p->findings == before)
		report(v, "seal_changed", v->now->id, 0,
			"the rows are as they were, the block's own entry is not");
out:
	audit_fold_clear(&c.fold);
	buf_clear(&c.digests);
	return nerr_pass(err);
}

/* ---- one block ---- */

static NEOERR *fold_row(const struct row *r, void *ctx)
{
	struct proving *v = ctx;
	int64_t at = row_time(r, 1);

	audit_fold_row(&v->fold, r);
	if (v->fold.last_id < v->highest && at < v->previous.sealed_at - LATE_SECONDS)
		report(v, "backdated", v->now->id, v->fold.last_id,
			"dated %s, written after block %lld was sealed", row_str(r, 1),
			(long long)v->previous.id);
	return STATUS_OK;
}

static bool fits(const struct proving *v)
{
	const struct audit_block *b = v->now;
	char hash[SHA256_HEX];

	audit_fold_end(&v->fold, b, hash);
	return !strcmp(hash, b->hash) && b->first_id == v->fold.first_id &&
		b->last_id == v->fold.last_id && b->rows == v->fold.rows && b->last_at == v->fold.last_at;
}

/* Reads "<bytes>:<line>\n" again and again; false where that is not what stands there. */
static bool fold_file(FILE *in, struct audit_fold *fold)
{
	struct buf line;
	size_t len;
	bool right = true;
	int more;

	buf_init(&line, 0);
	while (right && (more = fscanf(in, "%9zu:", &len)) == 1) {
		char chunk[4096];
		size_t left = len + 1, n;

		buf_reset(&line);
		while (left && (n = fread(chunk, 1, left < sizeof chunk ? left : sizeof chunk, in)) > 0) {
			buf_add(&line, chunk, n);
			left -= n;
		}
		right = !left && audit_fold_line(fold, line.data, len);
	}
	buf_clear(&line);
	return right;
}

/* The rows left the table: what stands in their file must give the same hash. A file kept
 * elsewhere is not looked for. */
static NEOERR *prove_archived(struct proving *v)
{
	char path[400];
	FILE *in;
	bool right;
	NEOERR *err;

	TRY(audit_archive_path(v->now->id, path, sizeof path));
	if ((in = fopen(path, "re")) == NULL) {
		v->p->archived++;
		return STATUS_OK;
	}
	right = fold_file(in, &v->fold) && fits(v);
	fclose(in);
	if (!right)
		report(v, "changed", v->now->id, 0, "archive of block %lld differs", (long long)v->now->id);
	v->p->rows += v->fold.rows;
out:
	return nerr_pass(err);
}

static NEOERR *take_stored(const struct row *r, void *ctx)
{
	struct stored *s = ctx;

	s->block = (struct audit_block){ .id = row_i64(r, 0),
		.first_id = row_i64(r, 1),
		.last_id = row_i64(r, 2),
		.rows = row_i64(r, 3),
		.stragglers = row_i64(r, 4),
		.sealed_at = row_time(r, 5),
		.last_at = row_time(r, 6) };
	snprintf(s->block.previous, sizeof s->block.previous, "%s", row_str(r, 7));
	snprintf(s->block.hash, sizeof s->block.hash, "%s", row_str(r, 8));
	s->archived = row_i64(r, 9) != 0;
	return STATUS_OK;
}

static NEOERR *prove_rows(struct proving *v)
{
	struct stored again = { .archived = false };
	NEOERR *err;

	TRY(db_query(v->db, &proof_rows, ARGS(I64(v->now->id)), fold_row, v));
	v->p->rows += v->fold.rows;
	if (fits(v))
		return STATUS_OK;
	TRY(db_find(v->db, &proof_block, ARGS(I64(v->now->id)), take_stored, &again, NULL));
	if (!again.archived)                     /* else the purge took its rows meanwhile */
		TRY(look_closer(v));
out:
	return nerr_pass(err);
}

static NEOERR *prove_block(struct proving *v, const struct stored *s)
{
	NEOERR *err;

	v->now = &s->block;
	audit_fold_clear(&v->fold);
	audit_fold_init(&v->fold);
	for (int64_t id = v->previous.id + 1;
		 id < s->block.id && id < v->previous.id + AUDIT_FINDINGS_MAX; id++)
		report(v, "seal_removed", id, 0, "block %lld is gone", (long long)id);
	if (strcmp(s->block.previous, v->previous.hash) != 0)
		report(v, "seal_changed", s->block.id, 0, "block %lld does not follow block %lld",
			(long long)s->block.id, (long long)v->previous.id);
	TRY(s->archived ? prove_archived(v) : prove_rows(v));
	v->highest = s->block.last_id > v->highest ? s->block.last_id : v->highest;
	v->previous = s->block;
	TRY(v->p->progress ? v->p->progress(v->p->ctx, ++v->p->blocks, v->of)
					   : (v->p->blocks++, STATUS_OK));
out:
	return nerr_pass(err);
}

/* ---- the whole ---- */

static NEOERR *take_batch(const struct row *r, void *ctx)
{
	struct proving *v = ctx;

	return nerr_pass(take_stored(r, &v->batch[v->n++]));
}

static NEOERR *prove_blocks(struct proving *v)
{
	NEOERR *err;

	TRY(db_i64(v->db, &proof_end, NOARGS, &v->of));
	do {
		v->n = 0;
		TRY(db_query(v->db, &proof_blocks, ARGS(I64(v->previous.id), I64(v->of)), take_batch, v));
		for (int i = 0; i < v->n; i++)
			TRY(prove_block(v, &v->batch[i]));
	} while (v->n == BATCH);
out:
	return nerr_pass(err);
}

static NEOERR *take_known(const struct row *r, void *ctx)
{
	struct audit_block *known = ctx;

	known->id = row_i64(r, 0);
	snprintf(known->hash, sizeof known->hash, "%s", row_str(r, 1));
	return STATUS_OK;
}

/* A chain that was cut at its end, or written anew, is not what a proof saw before. */
static NEOERR *prove_known(struct proving *v)
{
	struct audit_block known = { 0 };
	struct stored now = { .archived = false };
	bool found = false;
	NEOERR *err;

	TRY(db_find(v->db, &proof_known, NOARGS, take_known, &known, NULL));
	if (!known.id)
		return STATUS_OK;
	TRY(db_find(v->db, &proof_block, ARGS(I64(known.id)), take_stored, &now, &found));
	if (!found && known.id > v->previous.id)
		report(v, "seal_removed", known.id, 0, "an earlier proof saw blocks up to %lld",
			(long long)known.id);
	if (found && strcmp(known.hash, now.block.hash) != 0)
		report(v, "seal_changed", known.id, 0, "an earlier proof saw hash %s", known.hash);
out:
	return nerr_pass(err);
}

static NEOERR *take_stray(const struct row *r, void *ctx)
{
	struct proving *v = ctx;

	report(v, "inserted", row_i64(r, 1), row_i64(r, 0), "row %s names block %s, which is not there",
		row_str(r, 0), row_str(r, 1));
	return STATUS_OK;
}

static NEOERR *prove_loose(struct proving *v)
{
	int64_t waiting;
	NEOERR *err;

	TRY(db_query(v->db, &proof_stray, ARGS(I64(v->of)), take_stray, v));
	TRY(audit_unsealed(v->db, v->started_at - LATE_SECONDS, AUDIT_BLOCK_ROWS, &waiting));
	if (waiting)
		report(v, "unsealed", 0, 0, "%lld rows are older than an hour and in no block",
			(long long)waiting);
out:
	return nerr_pass(err);
}

static NEOERR *write_down(struct db *db, void *ctx)
{
	struct proving *v = ctx;
	struct audit_proof *p = v->p;
	int64_t id, kept = p->findings < AUDIT_FINDINGS_MAX ? p->findings : AUDIT_FINDINGS_MAX;
	NEOERR *err;

	TRY(db_insert(db, &proof_insert,
		ARGS(TIME(v->started_at), TIME(clock_now()), I64(p->last_seal), STR(p->last_hash),
			I64(p->blocks), I64(p->rows), I64(p->archived), I64(p->findings)),
		&id));
	for (int64_t i = 0; i < kept; i++)
		TRY(db_exec(db, &finding_insert,
			ARGS(I64(id), I64(i + 1), STR(v->found[i].what), IDREF(v->found[i].seal),
				IDREF(v->found[i].row), STR(v->found[i].detail)),
			NULL));
out:
	return nerr_pass(err);
}

NEOERR *audit_prove(struct db *db, struct audit_proof *p)
{
	struct proving *v = calloc(1, sizeof *v);
	NEOERR *err;

	if (!v)
		abort();
	v->db = db;
	v->p = p;
	v->started_at = clock_now();
	memcpy(v->previous.hash, AUDIT_GENESIS, SHA256_HEX);
	TRY(prove_blocks(v));
	p->last_seal = v->previous.id;
	memcpy(p->last_hash, v->previous.hash, SHA256_HEX);
	TRY(prove_known(v));
	TRY(prove_loose(v));
	TRY(db_tx(db, write_down, v));
out:
	audit_fold_clear(&v->fold);
	free(v);
	return nerr_pass(err);
}
