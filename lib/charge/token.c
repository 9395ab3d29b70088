/* token.c - charge cards: found by the number a reader tells, bound at the counter, exchanged for
 * another.
 * Owns table token. Serves token.h. */
#include "charge/token.h"

#include <stdlib.h>
#include <strings.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/sign.h"
#include "base/text.h"
#include "charge/card_list.h"

#define COLUMNS "select id, coalesce(member_id, 0), provider_id, kind, status, no, list = 'white'," \
	" list = 'black', password from token "
SQL(token_by_chip, COLUMNS "where chip = ? and deleted = 0");
SQL(token_by_chip_lock, COLUMNS "where chip = ? and deleted = 0 for update");
SQL(token_by_id, COLUMNS "where id = ? and deleted = 0");
SQL(token_by_id_lock, COLUMNS "where id = ? and deleted = 0 for update");
/* A card with money of its own has that number already. */
SQL(token_card_number,
	"select count(*) from card where (physical_no = ? or physical_no = ?) and deleted = 0");
SQL(token_member_provider, "select provider_id from member where id = ? and deleted = 0");
SQL(token_insert,
	"insert into token (no, provider_id, member_id, bound_at, created_at, created_by, updated_at,"
	" updated_by) values (?, ?, ?, ?, ?, ?, ?, ?)");
SQL(token_freed,
	"update token set member_id = null, bound_at = null, updated_at = ?, updated_by = ?, version ="
	" version + 1 where id = ?");
SQL(token_password,
	"update token set password = ?, updated_at = ?, updated_by = ?, version = version + 1 where id"
	" = ?");
SQL(token_listed,
	"update token set list = ?, updated_at = ?, updated_by = ?, version = version + 1 where id ="
	" ?");
SQL(token_bound,
	"update token set member_id = ?, bound_at = ?, status = 'enabled', updated_at = ?, updated_by"
	" = ?, version = version + 1 where id = ?");
SQL(token_returned,
	"update token set status = 'returned', member_id = null, bound_at = null, updated_at = ?,"
	" updated_by = ?, version = version + 1 where id = ?");

static const char *const refusal_names[] = { [TOKEN_FINE] = "fine", [TOKEN_NUMBER] = "number",
	[TOKEN_TAKEN] = "taken", [TOKEN_OTHER] = "other", [TOKEN_OLD] = "old" };

const char *token_refusal_name(enum token_refusal r)
{
	return refusal_names[r];
}

static NEOERR *take(const struct row *r, void *ctx)
{
	struct token *t = ctx;
	int status = choice_value(&card_status_choices, row_str(r, 4));

	*t = (struct token){ .id = row_i64(r, 0), .member_id = row_i64(r, 1),
		.provider_id = row_i64(r, 2),
		.kind = (enum token_kind)choice_value(&token_kind_choices, row_str(r, 3)),
		.status = status == 0 ? TOKEN_ENABLED : status == 2 ? TOKEN_RETURNED : TOKEN_DISABLED };
	text_copy(t->no, sizeof(t->no), row_str(r, 5));
	t->white = row_i64(r, 6) != 0;
	t->black = row_i64(r, 7) != 0;
	text_copy(t->sealed, sizeof(t->sealed), row_str(r, 8));
	return STATUS_OK;
}

static NEOERR *find(struct db *db, const struct sql *by_chip, const char *no, struct token *out)
{
	const char *chip = no + strspn(no, "0");
	bool found;

	memset(out, 0, sizeof(*out));
	return *chip ? nerr_pass(db_find(db, by_chip, ARGS(STR(chip)), take, out, &found)) : STATUS_OK;
}

NEOERR *token_find(struct db *db, const char *no, struct token *out)
{
	return nerr_pass(find(db, &token_by_chip, no, out));
}

NEOERR *token_get(struct db *db, int64_t id, struct token *out)
{
	return nerr_pass(db_get(db, &token_by_id, ARGS(I64(id)), take, out));
}

bool token_no_fits(const char *no)
{
	size_t len = strlen(no);

	for (const char *c = no; *c; c++)
		if (!(*c >= '0' && *c <= '9') && !(*c >= 'a' && *c <= 'z') && !(*c >= 'A' && *c <= 'Z'))
			return false;
	return len >= TOKEN_NO_MIN && len < TOKEN_NO && strspn(no, "0") < len;
}

/* What speaks against it, given the card that has the number already (id 0: none). */
static NEOERR *judge(struct db *db, const char *no, const struct token *t, int64_t provider_id,
	enum token_refusal *refusal)
{
	int64_t cards = 0;
	NEOERR *err = STATUS_OK;

	*refusal = TOKEN_FINE;
	if (t->id && t->provider_id != provider_id)
		*refusal = TOKEN_OTHER;
	else if (t->id && (t->member_id || t->kind != TOKEN_VERIFY || t->black ||
		t->status == TOKEN_DISABLED))
		*refusal = TOKEN_TAKEN;
	else if (!t->id)
		err = db_i64(db, &token_card_number, ARGS(STR(no), STR(no + strspn(no, "0"))), &cards);
	if (cards)
		*refusal = TOKEN_TAKEN;
	return nerr_pass(err);
}

NEOERR *token_may_bind(struct db *db, const char *no, int64_t provider_id,
	enum token_refusal *refusal)
{
	struct token t;
	NEOERR *err;

	*refusal = TOKEN_NUMBER;
	if (!token_no_fits(no))
		return STATUS_OK;
	TRY(token_find(db, no, &t));
	TRY(judge(db, no, &t, provider_id, refusal));
out:
	return nerr_pass(err);
}

NEOERR *token_bind(struct db *db, const char *no, int64_t member_id, int64_t by, int64_t *id,
	enum token_refusal *refusal)
{
	int64_t now = clock_now(), provider_id = 0;
	struct token t;
	NEOERR *err;

	*refusal = TOKEN_NUMBER;
	if (!token_no_fits(no))
		return STATUS_OK;
	TRY(db_i64(db, &token_member_provider, ARGS(I64(member_id)), &provider_id));
	TRY(find(db, &token_by_chip_lock, no, &t));
	TRY(judge(db, no, &t, provider_id, refusal));
	if (*refusal != TOKEN_FINE)
		goto out;
	*id = t.id;
	if (t.id)
		err = db_exec(db, &token_bound,
			ARGS(I64(member_id), TIME(now), TIME(now), IDREF(by), I64(t.id)), NULL);
	else
		err = db_insert(db, &token_insert,
			ARGS(STR(no), I64(provider_id), I64(member_id), TIME(now), TIME(now), IDREF(by),
				TIME(now), IDREF(by)),
			id);
	if (error_is(err, ERR_DUPLICATE)) {          /* the same card at two windows at once */
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "card %s became somebody's", no);
	}
out:
	return nerr_pass(err);
}

NEOERR *token_may_register(struct db *db, const char *no, enum token_refusal *refusal)
{
	struct token t;
	int64_t cards;
	NEOERR *err;

	*refusal = TOKEN_NUMBER;
	if (!token_no_fits(no))
		return STATUS_OK;
	TRY(token_find(db, no, &t));
	TRY(db_i64(db, &token_card_number, ARGS(STR(no), STR(no + strspn(no, "0"))), &cards));
	*refusal = t.id || cards ? TOKEN_TAKEN : TOKEN_FINE;
out:
	return nerr_pass(err);
}

NEOERR *token_give(struct db *db, int64_t id, int64_t member_id, int64_t by,
	enum token_refusal *refusal)
{
	int64_t provider_id = 0, now = clock_now();
	struct token t;
	NEOERR *err;

	TRY(db_get(db, &token_by_id_lock, ARGS(I64(id)), take, &t));
	TRY(db_i64(db, &token_member_provider, ARGS(I64(member_id)), &provider_id));
	*refusal = t.member_id ? TOKEN_TAKEN : t.provider_id != provider_id ? TOKEN_OTHER : TOKEN_FINE;
	if (*refusal == TOKEN_FINE)
		TRY(db_exec(db, &token_bound,
			ARGS(I64(member_id), TIME(now), TIME(now), IDREF(by), I64(id)), NULL));
out:
	return nerr_pass(err);
}

/* ---- passwords (M24) ---- */

bool token_password_may(const char *password)
{
	size_t len = strlen(password);

	return len >= 4 && len <= 6 && strspn(password, "0123456789") == len;
}

NEOERR *token_set_password(struct db *db, int64_t id, const char *password, int64_t by)
{
	char *sealed = NULL;
	NEOERR *err = STATUS_OK;

	if (*password)
		TRY(secret_seal_dup(password, &sealed));
	if (sealed && strlen(sealed) >= TOKEN_SEALED)
		err = nerr_raise(ERR_INVALID, "a sealed password is longer than its column");
	if (err == STATUS_OK)
		err = db_exec(db, &token_password,
			ARGS(STR(sealed ? sealed : ""), TIME(clock_now()), IDREF(by), I64(id)), NULL);
out:
	free(sealed);
	return nerr_pass(err);
}

/* What cannot be opened any more (another key) fits nothing. */
bool token_password_fits(const struct token *t, const char *digest)
{
	char *plain = NULL, hex[MD5_HEX];
	bool fits;
	NEOERR *err;

	if (!*t->sealed)
		return true;
	if (!digest || strlen(digest) != 16)
		return false;
	err = secret_open_dup(t->sealed, &plain);
	fits = err == STATUS_OK && plain != NULL;
	if (fits) {
		md5_hex(plain, strlen(plain), hex);
		fits = strncasecmp(hex + 8, digest, 16) == 0;
	}
	error_log("token", err);
	free(plain);
	return fits;
}

/* ---- lists (M24) ---- */

NEOERR *token_list(struct db *db, int64_t id, const char *list, int64_t by)
{
	bool white = text_eq(list, "white");
	struct token t;
	NEOERR *err;

	TRY(db_get(db, &token_by_id_lock, ARGS(I64(id)), take, &t));
	TRY(db_exec(db, &token_listed, ARGS(STR(list), TIME(clock_now()), IDREF(by), I64(id)), NULL));
	if (t.white != white)
		TRY(card_list_touch(db, t.provider_id, t.no, by));
out:
	return nerr_pass(err);
}

/* A black card stays black in nobody's hands. */
NEOERR *token_take_back(struct db *db, int64_t id, int64_t by)
{
	struct token t;
	NEOERR *err;

	TRY(db_get(db, &token_by_id_lock, ARGS(I64(id)), take, &t));
	if (t.white)
		TRY(token_list(db, id, "none", by));
	TRY(db_exec(db, &token_freed, ARGS(TIME(clock_now()), IDREF(by), I64(id)), NULL));
out:
	return nerr_pass(err);
}

struct replacing { int64_t old_id, by, id; const char *no; enum token_refusal refusal; };

static NEOERR *replace(struct db *db, void *ctx)
{
	struct replacing *p = ctx;
	struct token old;
	NEOERR *err;

	TRY(db_get(db, &token_by_id_lock, ARGS(I64(p->old_id)), take, &old));
	p->refusal = TOKEN_OLD;
	if (!old.member_id || old.status == TOKEN_RETURNED)
		return STATUS_OK;
	TRY(token_bind(db, p->no, old.member_id, p->by, &p->id, &p->refusal));
	if (p->refusal == TOKEN_FINE && old.white)
		TRY(token_list(db, old.id, "none", p->by));
	if (p->refusal == TOKEN_FINE)
		TRY(db_exec(db, &token_returned, ARGS(TIME(clock_now()), IDREF(p->by), I64(old.id)),
			NULL));
out:
	return nerr_pass(err);
}

NEOERR *token_replace(struct db *db, int64_t old_id, const char *no, int64_t by, int64_t *id,
	enum token_refusal *refusal)
{
	struct replacing p = { .old_id = old_id, .by = by, .no = no };
	NEOERR *err = db_tx(db, replace, &p);

	*refusal = p.refusal;
	*id = p.id;
	return nerr_pass(err);
}
