/* audit_chain.h - blocks of the audit log that no row leaves, enters or changes unseen: sealing,
 * proving, archiving.
 * Owns tables audit_seal, audit_proof, audit_finding. Serves jobs audit_seal, audit_proof, purge,
 * and the page of the last proof.
 *
 * Rows are written by audit_add() without knowing of the chain. A block takes rows that no block
 * holds yet, lowest ids first, and marks them (audit.seal_id): a row whose transaction committed
 * late, or whose id another node of a cluster gave out, is taken by a later block.
 *   row hash   = SHA-256 of its columns, each as "<bytes>:<text>," or "-," for NULL
 * block hash = SHA-256 of previous hash, number, ids, count and time, folded with each row's
 * hash in the order of ids */
#ifndef DB_AUDIT_CHAIN_H
#define DB_AUDIT_CHAIN_H

#include "base/buf.h"
#include "base/crypt.h"
#include "db/db.h"

#define AUDIT_BLOCK_ROWS 1000
#define AUDIT_BLOCK_TEXT "1000"
#define AUDIT_GENESIS "0000000000000000000000000000000000000000000000000000000000000000"
/* Columns that are hashed, in this order; id is first and at second. Every reader of rows to
 * fold selects these. */
#define AUDIT_COLUMNS "id, at, user_id, member_id, actor, resource, record_id, action, field, old_value, new_value, ip, request_id, result"

struct audit_block {
	int64_t id, first_id, last_id, rows, stragglers, sealed_at, last_at;
	char previous[SHA256_HEX], hash[SHA256_HEX];
};

/* The running hash over rows; digests gets "id digest\n" a row, line the row's canonical text
 * (without line end). */
struct audit_fold {
	char hash[SHA256_HEX], row[SHA256_HEX];
	struct buf line, digests;
	int64_t first_id, last_id, rows, last_at;
};
void audit_fold_init(struct audit_fold *f);
void audit_fold_clear(struct audit_fold *f);
void audit_fold_row(struct audit_fold *f, const struct row *r);
/* The same from a line of an archive; false: it is no row. */
bool audit_fold_line(struct audit_fold *f, const char *line, size_t len);
/* Hash of the block whose rows were folded; previous, id, stragglers, sealed_at are b's. */
void audit_fold_end(const struct audit_fold *f, const struct audit_block *b, char hash[SHA256_HEX]);

/* Seals one block of rows written before `before`; out->rows 0: none are left. */
NEOERR *audit_seal_next(struct db *db, int64_t before, struct audit_block *out) CHECKED;
/* Rows that wait for a block (at most cap). */
NEOERR *audit_unsealed(struct db *db, int64_t before, int64_t cap, int64_t *out) CHECKED;

#define AUDIT_FINDINGS_MAX 100           /* told one by one; more are counted */
struct audit_proof {
	NEOERR *(*progress)(void *ctx, int64_t blocks, int64_t of);
	void (*finding)(void *ctx, const char *what, int64_t seal, int64_t row, const char *detail);
	void *ctx;
	int64_t blocks, rows, archived, findings;
	int64_t last_seal;
	char last_hash[SHA256_HEX];
};
/* Recomputes every block, compares with what earlier proofs saw, and writes down the result. */
NEOERR *audit_prove(struct db *db, struct audit_proof *p) CHECKED;

/* Moves the rows of the oldest block to data_dir/audit/<number>.txt, if all are older than `before`
 * and the block proves right. *rows 0: nothing is that old. A block that is not right stays
 * where it is: ERR_STALE. */
NEOERR *audit_archive_next(struct db *db, int64_t before, int64_t *rows) CHECKED;
/* Path of a block's archive. */
NEOERR *audit_archive_path(int64_t seal, char *path, size_t room) CHECKED;

#endif
