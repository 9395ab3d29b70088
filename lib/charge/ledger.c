/* ledger.c - double entry: journals of postings that sum to zero, balances kept beside them.
 * Owns tables account, journal, posting, statement. Serves ledger.h; the moves of purses stand
 * in purse.c. */
#include "charge/ledger_internal.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

#define ACCOUNT_KEY "(owner_kind = ? and owner_id = ? and kind = ?)"

SQL(journal_insert,
	"insert into journal (kind, dedupe_key, provider_id, member_id, card_id, session_id, note,"
	" at, created_by)"
	" values (?, ?, ?, ?, ?, ?, ?, ?, ?)");
/* A statement is read by the staff of whom the purse belongs to, wherever the money went. */
SQL(statement_insert,
	"insert into statement (journal_id, owner_kind, owner_id, provider_id, station_id, member_id,"
	" card_id, fleet_id,"
	" session_id, kind, cash, gift, cash_balance, gift_balance, operator, note, at, lot_id, part)"
	" values (?, ?, ?, coalesce((select provider_id from fleet where id = ?), (select provider_id"
	" from card where id = ?), (select provider_id from member where id = ?), ?),"
	" ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(journal_moved_select,
	"select a.kind, sum(p.amount) from journal j join posting p on p.journal_id = j.id"
	" join account a on a.id = p.account_id where j.dedupe_key = ? and a.owner_kind = ? and"
	" a.owner_id = ? group by a.kind");

/* In whose books an account is, is said once, when it is made. */
#define ACCOUNT_COLUMNS 13
static const struct bulk account_create = {
	"insert ignore into account (owner_kind, owner_id, kind, created_at, provider_id) values",
	"(?, ?, ?, ?, case ? when 'provider' then ?"
	" when 'property' then (select provider_id from property where id = ?)"
	" when 'member' then (select provider_id from member where id = ?)"
	" when 'card' then (select provider_id from card where id = ?)"
	" when 'fleet' then (select provider_id from fleet where id = ?)"
	" when 'channel' then (select provider_id from channel where id = ?)"
	" when 'partner' then (select partner_id from partner_wallet where id = ?)"
	" when 'receiver' then (select s.provider_id from split_party y join split_plan l on l.id ="
	" y.plan_id join station s on s.id = l.station_id where y.id = ?) end)",
	"", ACCOUNT_COLUMNS
};
/* The ids are known, so this only ever updates; one statement for all balances of a journal. */
static const struct bulk account_update = {
	"insert into account (id, owner_kind, owner_id, kind, balance, created_at) values",
	"(?, ?, ?, ?, ?, ?)", "on duplicate key update balance = values(balance)", 6
};
#define POSTING_COLUMNS 6
static const struct bulk posting_insert = {
	"insert into posting (journal_id, account_id, provider_id, amount, balance_after, at) values",
	"(?, ?, ?, ?, ?, ?)", "", POSTING_COLUMNS
};

NEOERR *ledger_open(struct db *db, const struct journal *j, int64_t *id, bool *fresh)
{
	NEOERR *err;

	*id = 0;
	*fresh = true;
	err = db_insert(db, &journal_insert,
		ARGS(STR(choice_name(&journal_kind_choices, j->kind)), STR(j->dedupe_key),
			IDREF(j->provider_id), IDREF(j->member_id), IDREF(j->card_id), IDREF(j->session_id),
			STR(j->note ? j->note : ""), TIME(clock_now()), IDREF(j->by)),
		id);
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		*fresh = false;
		return STATUS_OK;
	}
	return nerr_pass(err);
}

static int key_order(const void *a, const void *b)
{
	const struct ledger_account *x = a, *y = b;
	int by_owner = strcmp(choice_name(&account_owner_choices, x->owner_kind),
		choice_name(&account_owner_choices, y->owner_kind));

	if (by_owner)
		return by_owner;
	if (x->owner_id != y->owner_id)
		return x->owner_id < y->owner_id ? -1 : 1;
	return strcmp(choice_name(&account_kind_choices, x->kind),
		choice_name(&account_kind_choices, y->kind));
}

static struct ledger_account *find(const struct ledger_accounts *w, enum account_owner owner_kind,
	int64_t owner_id, enum account_kind kind)
{
	for (int i = 0; i < w->n; i++) {
		const struct ledger_account *a = &w->a[i];

		if (a->owner_kind == owner_kind && a->owner_id == owner_id && a->kind == kind)
			return (struct ledger_account *)a;
	}
	return NULL;
}

void ledger_want(struct ledger_accounts *w, enum account_owner owner_kind, int64_t owner_id,
	enum account_kind kind)
{
	if (w->n < LEDGER_ACCOUNTS && !find(w, owner_kind, owner_id, kind))
		w->a[w->n++] =
			(struct ledger_account){ .owner_kind = owner_kind, .owner_id = owner_id, .kind = kind };
}

void ledger_want_purse(struct ledger_accounts *w, struct purse purse)
{
	for (int kind = ACCOUNT_CASH; purse.id && kind <= ACCOUNT_GIFT_HELD; kind++)
		ledger_want(w, purse.kind, purse.id, (enum account_kind)kind);
}

static NEOERR *take_account(const struct row *r, void *ctx)
{
	int owner = choice_value(&account_owner_choices, row_str(r, 1)),
		kind = choice_value(&account_kind_choices, row_str(r, 3));
	struct ledger_account *a =
		find(ctx, (enum account_owner)owner, row_i64(r, 2), (enum account_kind)kind);

	if (a) {
		a->id = row_i64(r, 0);
		a->balance = row_money(r, 4);
		a->provider_id = row_i64(r, 5);
	}
	return STATUS_OK;
}

/* Full unique keys, so each is a record lock without a gap; the server visits them in the key's
 * order, the same for everybody. */
static NEOERR *select_accounts(struct db *db, struct ledger_accounts *w, const char *tail)
{
	struct arg args[LEDGER_ACCOUNTS * 3], *a = args;
	struct buf text;
	NEOERR *err;

	buf_init(&text, 0);
	buf_puts(&text, "select id, owner_kind, owner_id, kind, balance, provider_id from account"
		" where");
	for (int i = 0; i < w->n; i++) {
		buf_puts(&text, i ? " or " ACCOUNT_KEY : " " ACCOUNT_KEY);
		*a++ = STR(choice_name(&account_owner_choices, w->a[i].owner_kind));
		*a++ = I64(w->a[i].owner_id);
		*a++ = STR(choice_name(&account_kind_choices, w->a[i].kind));
	}
	buf_puts(&text, tail);
	err = db_query_text(db, buf_str(&text), args, w->n * 3, take_account, w);
	buf_clear(&text);
	return nerr_pass(err);
}

static NEOERR *create_missing(struct db *db, const struct ledger_accounts *w, bool *created)
{
	struct arg args[LEDGER_ACCOUNTS * ACCOUNT_COLUMNS], *a = args;

	for (int i = 0; i < w->n; i++) {
		const char *owner = choice_name(&account_owner_choices, w->a[i].owner_kind);

		if (w->a[i].id)
			continue;
		*a++ = STR(owner);
		*a++ = I64(w->a[i].owner_id);
		*a++ = STR(choice_name(&account_kind_choices, w->a[i].kind));
		*a++ = TIME(clock_now());
		*a++ = STR(owner);
		for (int n = 5; n < ACCOUNT_COLUMNS; n++)
			*a++ = I64(w->a[i].owner_id);
	}
	*created = a > args;
	return *created
		? nerr_pass(db_bulk(db, &account_create, args, (int)(a - args) / ACCOUNT_COLUMNS, NULL))
		: STATUS_OK;
}

NEOERR *ledger_lock(struct db *db, struct ledger_accounts *w)
{
	bool created;
	NEOERR *err;

	qsort(w->a, (size_t)w->n, sizeof(w->a[0]), key_order);
	TRY(select_accounts(db, w, " for update"));
	TRY(create_missing(db, w, &created));
	if (created)
		TRY(select_accounts(db, w, " for update"));
	for (int i = 0; i < w->n; i++)
		if (!w->a[i].id)
			return nerr_raise(ERR_DB, "account %s of %s %lld cannot be made",
				choice_name(&account_kind_choices, w->a[i].kind),
				choice_name(&account_owner_choices, w->a[i].owner_kind),
				(long long)w->a[i].owner_id);
out:
	return nerr_pass(err);
}

static int64_t balance_of(const struct ledger_accounts *w, struct purse purse,
	enum account_kind kind)
{
	const struct ledger_account *a = find(w, purse.kind, purse.id, kind);

	return a ? a->balance : 0;
}

struct purse_balance ledger_purse(const struct ledger_accounts *w, struct purse purse)
{
	return (struct purse_balance){
		.cash = balance_of(w, purse, ACCOUNT_CASH),
		.gift = balance_of(w, purse, ACCOUNT_GIFT),
		.cash_held = balance_of(w, purse, ACCOUNT_CASH_HELD),
		.gift_held = balance_of(w, purse, ACCOUNT_GIFT_HELD),
	};
}

static NEOERR *check_entries(const struct ledger_entry *entry, int n)
{
	int64_t sum = 0;

	for (int i = 0; i < n; i++)
		if (!fixed_add(sum, entry[i].amount, &sum))
			return nerr_raise(ERR_INVALID, "a journal overflows");
	return sum == 0
		? STATUS_OK
		: nerr_raise(ERR_INVALID, "a journal's postings sum to %lld, not to zero", (long long)sum);
}

static NEOERR *write_postings(struct db *db, int64_t journal_id, struct ledger_accounts *w,
	const struct ledger_entry *entry, int n)
{
	struct arg args[LEDGER_ACCOUNTS * POSTING_COLUMNS], *a = args;
	int64_t now = clock_now();           /* one for all: each second sums to zero */

	for (int i = 0; i < n; i++) {
		struct ledger_account *account =
			find(w, entry[i].owner_kind, entry[i].owner_id, entry[i].kind);

		if (entry[i].amount == 0)
			continue;
		if (!fixed_add(account->balance, entry[i].amount, &account->balance))
			return nerr_raise(ERR_INVALID, "account %lld overflows", (long long)account->id);
		*a++ = I64(journal_id);
		*a++ = I64(account->id);
		*a++ = IDREF(account->provider_id);
		*a++ = MONEY(entry[i].amount);
		*a++ = MONEY(account->balance);
		*a++ = TIME(now);
	}
	return nerr_pass(
		db_bulk(db, &posting_insert, args, (int)(a - args) / POSTING_COLUMNS, NULL));
}

static bool touched(const struct ledger_account *a, const struct ledger_entry *entry, int n)
{
	for (int i = 0; i < n; i++)
		if (entry[i].amount && entry[i].owner_kind == a->owner_kind &&
			entry[i].owner_id == a->owner_id && entry[i].kind == a->kind)
			return true;
	return false;
}

static NEOERR *write_balances(struct db *db, const struct ledger_accounts *w,
	const struct ledger_entry *entry, int n)
{
	struct arg args[LEDGER_ACCOUNTS * 6], *a = args;

	for (int i = 0; i < w->n; i++) {
		if (!touched(&w->a[i], entry, n))
			continue;
		*a++ = I64(w->a[i].id);
		*a++ = STR(choice_name(&account_owner_choices, w->a[i].owner_kind));
		*a++ = I64(w->a[i].owner_id);
		*a++ = STR(choice_name(&account_kind_choices, w->a[i].kind));
		*a++ = MONEY(w->a[i].balance);
		*a++ = TIME(clock_now());
	}
	return nerr_pass(db_bulk(db, &account_update, args, (int)(a - args) / 6, NULL));
}

struct line { int64_t cash, gift, cash_balance, gift_balance, lot_id; int part; };

static NEOERR *write_line(struct db *db, int64_t journal_id, const struct journal *j,
	const struct line *l)
{
	int64_t card_id = j->purse.kind == OWNER_CARD ? j->purse.id : 0;
	int64_t member_id = j->purse.kind == OWNER_MEMBER ? j->purse.id : j->member_id;
	int64_t fleet_id = j->purse.kind == OWNER_FLEET ? j->purse.id : 0;

	return nerr_pass(db_exec(db, &statement_insert,
		ARGS(I64(journal_id), STR(choice_name(&account_owner_choices, j->purse.kind)),
			I64(j->purse.id), IDREF(fleet_id), IDREF(card_id), IDREF(member_id),
			IDREF(j->provider_id), IDREF(j->station_id), I64(member_id),
			IDREF(card_id ? card_id : j->card_id), IDREF(fleet_id),
			IDREF(j->session_id), STR(choice_name(&journal_kind_choices, j->kind)),
			MONEY(l->cash), MONEY(l->gift), MONEY(l->cash_balance), MONEY(l->gift_balance),
			STR(j->operator ? j->operator : ""), STR(j->note ? j->note : ""), TIME(clock_now()),
			IDREF(l->lot_id), I64(l->part)),
		NULL));
}

/* M12: for a person, cash and gift apart; what is held is still the person's, so holding shows
 * nothing. Cash that goes is a line for each lot it came in. */
static NEOERR *write_statement(struct db *db, int64_t journal_id, const struct journal *j,
	const struct purse_balance *before, const struct purse_balance *after)
{
	int64_t had = before->cash + before->cash_held, taken;
	struct line l = { .cash = after->cash + after->cash_held - had,
		.gift = after->gift + after->gift_held - before->gift - before->gift_held,
		.gift_balance = after->gift + after->gift_held };
	int64_t left = -l.cash;
	NEOERR *err = STATUS_OK;

	if (l.cash > 0)
		TRY(purse_lot_add(db, journal_id, j, l.cash, had < 0 ? -had : 0, &l.lot_id));
	for (; left > 0; l.part++, l.gift = 0) {
		TRY(purse_lot_take(db, j, left, &l.lot_id, &taken));
		l.cash = -taken;
		l.cash_balance = had -= taken;
		left -= taken;
		TRY(write_line(db, journal_id, j, &l));
	}
	l.cash_balance = had + l.cash;
	if (l.part == 0 && (l.cash || l.gift))
		TRY(write_line(db, journal_id, j, &l));
out:
	return nerr_pass(err);
}

NEOERR *ledger_write(struct db *db, int64_t journal_id, const struct journal *j,
	struct ledger_accounts *w, const struct ledger_entry *entry, int n)
{
	struct purse_balance before = ledger_purse(w, j->purse), after;
	NEOERR *err;

	TRY(check_entries(entry, n));
	TRY(write_postings(db, journal_id, w, entry, n));
	TRY(write_balances(db, w, entry, n));
	after = ledger_purse(w, j->purse);
	if (j->purse.id)
		TRY(write_statement(db, journal_id, j, &before, &after));
out:
	return nerr_pass(err);
}

NEOERR *ledger_post(struct db *db, const struct journal *j, const struct ledger_entry *entry, int n,
	bool *fresh)
{
	struct ledger_accounts w = { .n = 0 };
	int64_t journal_id;
	bool is_fresh;
	NEOERR *err;

	fresh = fresh ? fresh : &is_fresh;
	if (n > LEDGER_ACCOUNTS - 4)
		return nerr_raise(ERR_INVALID, "a journal of %d postings", n);
	TRY(check_entries(entry, n));
	TRY(ledger_open(db, j, &journal_id, fresh));
	if (!*fresh)
		return STATUS_OK;
	ledger_want_purse(&w, j->purse);
	for (int i = 0; i < n; i++)
		ledger_want(&w, entry[i].owner_kind, entry[i].owner_id, entry[i].kind);
	TRY(ledger_lock(db, &w));
	TRY(ledger_write(db, journal_id, j, &w, entry, n));
out:
	return nerr_pass(err);
}

static NEOERR *take_moved(const struct row *r, void *ctx)
{
	struct purse_balance *b = ctx;
	int64_t *const at[] = { [ACCOUNT_CASH] = &b->cash, [ACCOUNT_GIFT] = &b->gift,
		[ACCOUNT_CASH_HELD] = &b->cash_held, [ACCOUNT_GIFT_HELD] = &b->gift_held };
	int kind = choice_value(&account_kind_choices, row_str(r, 0));

	if (kind >= 0 && kind <= ACCOUNT_GIFT_HELD)
		*at[kind] = row_money(r, 1);
	return STATUS_OK;
}

NEOERR *ledger_moved(struct db *db, const char *dedupe_key, struct purse purse,
	struct purse_balance *out)
{
	memset(out, 0, sizeof(*out));
	return nerr_pass(db_query(db, &journal_moved_select, ARGS(STR(dedupe_key),
		STR(choice_name(&account_owner_choices, purse.kind)), I64(purse.id)), take_moved, out));
}

NEOERR *purse_balance(struct db *db, struct purse purse, struct purse_balance *out)
{
	struct ledger_accounts w = { .n = 0 };
	NEOERR *err;

	ledger_want_purse(&w, purse);
	err = select_accounts(db, &w, "");
	*out = ledger_purse(&w, purse);
	return nerr_pass(err);
}

NEOERR *purse_lock(struct db *db, struct purse purse, struct purse_balance *out)
{
	struct ledger_accounts w = { .n = 0 };
	NEOERR *err;

	ledger_want_purse(&w, purse);
	err = ledger_lock(db, &w);
	*out = ledger_purse(&w, purse);
	return nerr_pass(err);
}
