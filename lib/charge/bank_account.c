/* bank_account.c - certification of bank accounts: what is sealed, drawn, paid and answered.
 * Owns the states of table bank_account. Serves bank_account.h. */
#include "charge/bank_account.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/working_day.h"

#define MASK_ROOM 128
#define PLAIN_ROOM 400              /* number and holder: 32 + 80 characters of at most 4 bytes */

SQL(bank_seal,
	"UPDATE bank_account SET holder_mask = ?, number_mask = ?, sealed = ?, amount_sealed = ?,"
	" pay_by = ? WHERE id = ?");
SQL(bank_sealed, "SELECT sealed, amount_sealed FROM bank_account WHERE id = ? AND deleted = 0");
SQL(bank_lock,
	"SELECT state, answer_by, tries, amount_sealed FROM bank_account WHERE id = ? AND deleted = 0"
	" FOR UPDATE");
SQL(bank_set_paid,
	"UPDATE bank_account SET state = 'paid', paid_at = ?, transfer_no = ?, answer_by = ?,"
	" updated_at = ?, updated_by = ?,"
	" version = version + 1 WHERE id = ?");
SQL(bank_set_state,
	"UPDATE bank_account SET state = ?, tries = ?, certified_at = ?, updated_at = ?, updated_by ="
	" ?, version = version + 1"
	" WHERE id = ?");
SQL(bank_late, "UPDATE bank_account SET state = 'expired', updated_at = ?, version = version + 1"
	" WHERE state = 'paid' AND answer_by < ? AND deleted = 0");

/* Byte where the last `chars` characters begin. */
static size_t tail_of(const char *s, size_t chars)
{
	size_t all = text_chars(s);

	return text_cut(s, all > chars ? all - chars : all);
}

/* First and last characters stay: 6222****1234, 上****司. */
static void mask(const char *s, char out[MASK_ROOM])
{
	size_t keep = text_chars(s) >= 12 ? 4 : 1;

	if (text_chars(s) < 3)
		snprintf(out, MASK_ROOM, "%.*s****", (int)text_cut(s, 1), s);
	else
		snprintf(out, MASK_ROOM, "%.*s****%s", (int)text_cut(s, keep), s, s + tail_of(s, keep));
}

/* 1 to 99 fen, each as likely. */
static NEOERR *draw_amount(int64_t *amount)
{
	unsigned char byte;
	NEOERR *err;

	do
		TRY(random_bytes(&byte, 1));
	while (byte >= 198);
	*amount = (byte % 99 + 1) * MONEY_FEN;
out:
	return nerr_pass(err);
}

static NEOERR *seal_amount(char **sealed)
{
	char text[FIXED_TEXT];
	int64_t amount = 0;
	NEOERR *err;

	TRY(draw_amount(&amount));
	TRY(secret_seal_dup(money_text(amount, text), sealed));
out:
	return nerr_pass(err);
}

static NEOERR *open_amount(const char *sealed, int64_t *amount)
{
	char *text = NULL;
	NEOERR *err = secret_open_dup(sealed, &text);

	if (err == STATUS_OK && !money_parse(text, amount))
		err = nerr_raise(ERR_INVALID, "a sealed amount is none");
	free(text);
	return nerr_pass(err);
}

NEOERR *bank_account_seal(struct db *db, int64_t id, const char *number, const char *holder)
{
	char holder_mask[MASK_ROOM], number_mask[MASK_ROOM], plain[PLAIN_ROOM], *sealed = NULL,
		*amount = NULL;
	int64_t pay_by = 0;
	NEOERR *err;

	mask(holder, holder_mask);
	mask(number, number_mask);
	snprintf(plain, sizeof plain, "%s\n%s", number, holder);
	TRY(secret_seal_dup(plain, &sealed));
	TRY(seal_amount(&amount));
	TRY(working_day_deadline(db, clock_now(), BANK_WORKING_DAYS, &pay_by));
	TRY(db_exec(db, &bank_seal,
		ARGS(STR(holder_mask), STR(number_mask), STR(sealed), STR(amount), TIME(pay_by), I64(id)),
		NULL));
out:
	free(sealed);
	free(amount);
	return nerr_pass(err);
}

void bank_secret_clear(struct bank_secret *s)
{
	free(s->number);
	free(s->holder);
	*s = (struct bank_secret){ NULL, NULL, 0 };
}

static NEOERR *take_sealed(const struct row *r, void *ctx)
{
	struct bank_secret *s = ctx;
	char *at;
	NEOERR *err;

	TRY(secret_open_dup(row_str(r, 0), &s->number));
	TRY(open_amount(row_str(r, 1), &s->amount));
	at = strchr(s->number, '\n');
	if (!at)
		return nerr_raise(ERR_INVALID, "a sealed bank account has no holder");
	*at = '\0';
	s->holder = strdup(at + 1);
	if (!s->holder)
		err = nerr_raise(NERR_NOMEM, "holder");
out:
	return nerr_pass(err);
}

NEOERR *bank_account_open(struct db *db, int64_t id, struct bank_secret *out)
{
	NEOERR *err;

	*out = (struct bank_secret){ NULL, NULL, 0 };
	err = db_get(db, &bank_sealed, ARGS(I64(id)), take_sealed, out);
	if (err)
		bank_secret_clear(out);
	return nerr_pass(err);
}

struct held { int state, tries; int64_t answer_by; char sealed[256]; };

static NEOERR *take_held(const struct row *r, void *ctx)
{
	struct held *h = ctx;

	h->state = choice_value(&bank_account_state_choices, row_str(r, 0));
	h->answer_by = row_time(r, 1);
	h->tries = (int)row_i64(r, 2);
	text_copy(h->sealed, sizeof h->sealed, row_str(r, 3));
	return STATUS_OK;
}

NEOERR *bank_account_paid(struct db *db, int64_t id, const char *transfer_no, int64_t by,
	enum bank_refusal *refusal)
{
	struct held h;
	int64_t now = clock_now(), answer_by = 0;
	NEOERR *err;

	*refusal = BANK_NOT_PENDING;
	TRY(db_get(db, &bank_lock, ARGS(I64(id)), take_held, &h));
	if (h.state != BANK_STATE_PENDING)
		goto out;
	TRY(working_day_deadline(db, now, BANK_WORKING_DAYS, &answer_by));
	TRY(db_exec(db, &bank_set_paid,
		ARGS(TIME(now), STR(transfer_no), TIME(answer_by), TIME(now), IDREF(by), I64(id)), NULL));
	*refusal = BANK_OK;
out:
	return nerr_pass(err);
}

static enum bank_refusal judge(const struct held *h, int64_t amount, int64_t right)
{
	if (clock_now() > h->answer_by)
		return BANK_LATE;
	if (amount == right)
		return BANK_OK;
	return h->tries + 1 >= BANK_TRIES ? BANK_FAILED : BANK_WRONG;
}

NEOERR *bank_account_answer(struct db *db, int64_t id, int64_t amount, int64_t by,
	enum bank_refusal *refusal, int *left)
{
	static const int after[] = { [BANK_OK] = BANK_STATE_CERTIFIED,
		[BANK_LATE] = BANK_STATE_EXPIRED,
		[BANK_WRONG] = BANK_STATE_PAID,
		[BANK_FAILED] = BANK_STATE_FAILED };
	struct held h;
	int64_t right = 0, now = clock_now();
	int tries;
	NEOERR *err;

	*left = 0;
	*refusal = BANK_NOT_PAID;
	TRY(db_get(db, &bank_lock, ARGS(I64(id)), take_held, &h));
	if (h.state != BANK_STATE_PAID)
		goto out;
	TRY(open_amount(h.sealed, &right));
	*refusal = judge(&h, amount, right);
	tries = h.tries + (*refusal == BANK_WRONG || *refusal == BANK_FAILED);
	*left = BANK_TRIES - tries;
	TRY(db_exec(db, &bank_set_state,
		ARGS(STR(choice_name(&bank_account_state_choices, after[*refusal])), I64(tries),
			TIME(*refusal == BANK_OK ? now : 0), TIME(now), IDREF(by), I64(id)),
		NULL));
out:
	return nerr_pass(err);
}

NEOERR *bank_account_expire(struct db *db, int64_t *n)
{
	int64_t now = clock_now();

	return nerr_pass(db_exec(db, &bank_late, ARGS(TIME(now), TIME(now)), n));
}
