/* ledger_account.c - accounts of the ledger, their postings, and the statement of one account in a
 * period as page and Excel.
 * Owns the screens and the page. Serves accountants, each the own books. */
#include "base/xlsx.h"
#include "cgi/resource/engine.h"
#include "cgi/screen/ledger.h"

#define ROWS       100                       /* movements a page */
#define PAGES_MAX  1000
#define ROWS_SHEET 200000

static const struct scope books = { .provider = "t.provider_id" };

/* Who an account's owner is, by the number or name that is no personal data. */
#define OWNER(t) \
	"CASE " t ".owner_kind WHEN 'member' THEN (SELECT o.no FROM member o WHERE o.id = " t ".owner_id)" \
	" WHEN 'card' THEN (SELECT o.no FROM card o WHERE o.id = " t ".owner_id)" \
	" WHEN 'fleet' THEN (SELECT o.name FROM fleet o WHERE o.id = " t ".owner_id)" \
	" WHEN 'provider' THEN (SELECT o.name FROM provider o WHERE o.id = " t ".owner_id)" \
	" WHEN 'property' THEN (SELECT o.name FROM property o WHERE o.id = " t ".owner_id)" \
	" WHEN 'channel' THEN (SELECT o.name FROM channel o WHERE o.id = " t ".owner_id)" \
	" WHEN 'receiver' THEN (SELECT o.name FROM split_party o WHERE o.id = " t ".owner_id)" \
	" WHEN 'partner' THEN (SELECT o.name FROM partner_wallet w JOIN provider o ON o.id =" \
	" w.provider_id WHERE w.id = " t ".owner_id) END"

/* ---- accounts ---- */

static const struct field account_fields[] = {
	{ "owner_kind", F_CHOICE, SEEN | FILTER, .choices = &account_owner_choices },
	{ "owner", F_TEXT, SEEN, .sql = OWNER("t") },
	{ "owner_id", F_INT, SHOW | EXPORT | SEARCH | EXACT },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &account_kind_choices },
	{ "balance", F_MONEY, SEEN },
	{ "provider_id", F_REF, SEEN | FILTER, .ref = &provider_resource },
	{ "created_at", F_TIME, SHOW | EXPORT },
	FIELDS_END,
};
static const struct action account_actions[] = {
	{ "statement", ACT_ROW | ACT_LINK },
	ACTIONS_END,
};

const struct resource ledger_account_resource = {
	.name = "ledger_account",
	.group = "books",
	.table = "account",
	.title = "t.id",
	.order = "t.id DESC",
	.scope = &books,
	.plain = true,
	.big = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = account_fields,
	.actions = account_actions,
};

/* ---- postings: what an accountant takes over into other books ---- */

static const struct field posting_fields[] = {
	{ "journal_id", F_INT, SEEN | SEARCH | EXACT },
	{ "at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "journal_kind", F_CHOICE, SEEN | FILTER, .choices = &journal_kind_choices, .sql = "j.kind" },
	{ "owner_kind", F_CHOICE, SEEN | FILTER | FOLD, .choices = &account_owner_choices,
		.sql = "a.owner_kind" },
	{ "account_kind", F_CHOICE, SEEN | FILTER, .choices = &account_kind_choices, .sql = "a.kind" },
	{ "account_id", F_REF, SEEN | FILTER | FOLD, .ref = &ledger_account_resource },
	{ "owner", F_TEXT, SEEN, .sql = OWNER("a") },
	{ "debit", F_MONEY, SEEN | TOTAL, .sql = "IF(t.amount < 0, -t.amount, 0)" },
	{ "credit", F_MONEY, SEEN | TOTAL, .sql = "IF(t.amount > 0, t.amount, 0)" },
	{ "balance_after", F_MONEY, SEEN | HIDE },
	{ "dedupe_key", F_CODE, SEEN | SEARCH | PREFIX, .sql = "j.dedupe_key" },
	{ "session_id", F_REF, SEEN | HIDE, .ref = &session_resource, .sql = "j.session_id" },
	{ "note", F_TEXT, SEEN | HIDE, .sql = "j.note" },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	FIELDS_END,
};

const struct resource posting_resource = {
	.name = "posting",
	.group = "books",
	.title = "t.id",
	.joins = "JOIN journal j ON j.id = t.journal_id JOIN account a ON a.id = t.account_id",
	.order = "t.at DESC, t.id DESC",
	.scope = &books,
	.plain = true,
	.big = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = posting_fields,
};

/* ---- the statement of an account ---- */

SQL(statement_account,
	"SELECT t.owner_kind, t.kind, COALESCE(" OWNER("t") ", CONCAT('#', t.id)) FROM account t WHERE"
	" t.id = ?");
#define MOVEMENTS \
	"SELECT p.at, j.id, j.kind, p.amount, j.dedupe_key, COALESCE(j.session_id," \
	" 0), j.note FROM posting p JOIN journal j ON j.id = p.journal_id WHERE p.account_id = ? AND" \
	" p.at >= ? AND p.at < ? ORDER BY p.at, p.id LIMIT ? OFFSET ?"
SQL(statement_rows, MOVEMENTS);
SQL(statement_skipped,
	"SELECT COALESCE(SUM(x.amount), 0) FROM (SELECT amount FROM posting WHERE account_id = ? AND"
	" at >= ? AND at < ? ORDER BY at, id LIMIT ?) x");
SQL(statement_count,
	"SELECT COUNT(*) FROM posting WHERE account_id = ? AND at >= ? AND at < ?");

struct statement {
	struct ledger_asked asked;
	int64_t id, page, count, balance;    /* balance: after the movement written last */
	struct ledger_line line;
	const char *name;
	struct xlsx *book;
	int n;
};

static NEOERR *take_name(const struct row *r, void *ctx)
{
	struct statement *s = ctx;
	struct request *req = s->asked.req;
	int owner = choice_value(&account_owner_choices, row_str(r, 0)),
		kind = choice_value(&account_kind_choices, row_str(r, 1));

	s->name = arena_printf(&req->arena, "%s · %s", row_str(r, 2),
		ledger_name(req, (enum account_owner)owner, (enum account_kind)kind));
	return STATUS_OK;
}

/* What caused a journal: its key is a word and the number of that. Numbers of payments, refunds
 * and withdrawals begin with a letter of their own. */
static const char *cause_path(struct request *req, const char *key, int64_t session)
{
	static const struct { const char *start, *path; } words[] = {
		{ "split", "/admin/split?no=" },
		{ "bill:", "/admin/cycle_bill/" },
		{ "reconcile:", "/admin/channel_bill_line/" },
		{ "book", "/admin/reservation?no=" },
		{ "unbook:", "/admin/reservation?no=" },
		{ "occupancy:", "/admin/reservation?no=" },
	}, numbers[] = {
		{ "P", "/admin/payment?no=" },
		{ "R", "/admin/refund?no=" },
		{ "W", "/admin/withdrawal?no=" },
	};
	const char *colon = strchr(key, ':'), *number = colon ? colon + 1 : "", *path = NULL;

	for (size_t i = 0; i < sizeof words / sizeof *words && *number; i++)
		path = text_starts(key, words[i].start) ? words[i].path : path;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers && !path; i++)
		path = text_starts(number, numbers[i].start) ? numbers[i].path : path;
	if (path)
		return arena_printf(&req->arena, "%s%.*s", path, (int)strcspn(number, ":"), number);
	return session ? arena_printf(&req->arena, "/admin/session/%lld", (long long)session) : NULL;
}

static NEOERR *put_movement(const struct row *r, void *ctx)
{
	struct statement *s = ctx;
	struct request *req = s->asked.req;
	int64_t amount = row_money(r, 3);
	int at = s->n++;
	const char *path = cause_path(req, row_str(r, 4), row_i64(r, 5));
	NEOERR *err;

	TRY(hdf_put(req->hdf, row_str(r, 0), "Move.%d", at));
	TRY(hdf_put(req->hdf, row_str(r, 1), "Move.%d.journal", at));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "choice.journal_kind.%s",
		row_str(r, 2))), "Move.%d.kind", at));
	TRY(hdf_put(req->hdf, screen_money(req, amount < 0 ? -amount : amount), "Move.%d.%s", at,
		amount < 0 ? "debit" : "credit"));
	s->balance += amount;
	TRY(hdf_put(req->hdf, screen_money(req, s->balance), "Move.%d.balance", at));
	TRY(hdf_put(req->hdf, row_str(r, 4), "Move.%d.key", at));
	TRY(hdf_put(req->hdf, row_str(r, 6), "Move.%d.note", at));
	if (path)
		TRY(hdf_put(req->hdf, path, "Move.%d.path", at));
out:
	return nerr_pass(err);
}

static NEOERR *load(struct request *req, struct statement *s)
{
	NEOERR *err;

	*s = (struct statement){ .id = route_id(req, "id"), .page = 1 };
	TRY(resource_reach(req, &ledger_account_resource, s->id, false));
	TRY(ledger_ask(req, &s->asked));
	if (!request_i64(req, "page", &s->page) || s->page < 1 || s->page > PAGES_MAX)
		s->page = 1;
	TRY(db_get(req->db, &statement_account, ARGS(I64(s->id)), take_name, s));
	TRY(ledger_account_in(req->db, s->id, s->asked.from, s->asked.to, &s->line));
	TRY(db_i64(req->db, &statement_count,
		ARGS(I64(s->id), TIME(s->asked.from), TIME(s->asked.to)), &s->count));
out:
	return nerr_pass(err);
}

static NEOERR *each_movement(struct statement *s, row_fn fn, int64_t rows, int64_t from)
{
	const struct arg id = I64(s->id), begin = TIME(s->asked.from), end = TIME(s->asked.to);
	struct db *db = s->asked.req->db;
	NEOERR *err;

	TRY(db_money(db, &statement_skipped, ARGS(id, begin, end, I64(from)), &s->balance));
	s->balance += s->line.opening;
	TRY(db_query(db, &statement_rows, ARGS(id, begin, end, I64(rows), I64(from)), fn, s));
out:
	return nerr_pass(err);
}

static const char *page_path(const struct statement *s, int64_t page)
{
	HDF *hdf = s->asked.req->hdf;

	return arena_printf(&s->asked.req->arena,
		"/admin/ledger_account/%lld/statement?from=%s&to=%s&page=%lld", (long long)s->id,
		hdf_get_value(hdf, "Ask.from", ""), hdf_get_value(hdf, "Ask.to", ""), (long long)page);
}

static NEOERR *put_paths(const struct statement *s)
{
	struct request *req = s->asked.req;
	NEOERR *err = STATUS_OK;

	if (s->page > 1)
		TRY(hdf_put(req->hdf, page_path(s, s->page - 1), "Ask.before"));
	if (s->page * ROWS < s->count)
		TRY(hdf_put(req->hdf, page_path(s, s->page + 1), "Ask.after"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena,
		"/admin/ledger_account/%lld/statement/download?from=%s&to=%s", (long long)s->id,
		hdf_get_value(req->hdf, "Ask.from", ""), hdf_get_value(req->hdf, "Ask.to", "")),
		"Ask.download"));
out:
	return nerr_pass(err);
}

NEOERR *ledger_account_statement(struct request *req)
{
	struct statement s;
	NEOERR *err;

	TRY(load(req, &s));
	TRY(ledger_put_asked(&s.asked));
	TRY(put_paths(&s));
	TRY(each_movement(&s, put_movement, ROWS, (s.page - 1) * ROWS));
	TRY(hdf_put(req->hdf, screen_money(req, s.line.opening), "Sum.opening"));
	TRY(hdf_put(req->hdf, screen_money(req, s.line.debit), "Sum.debit"));
	TRY(hdf_put(req->hdf, screen_money(req, s.line.credit), "Sum.credit"));
	TRY(hdf_put(req->hdf, screen_money(req, ledger_closing(&s.line)), "Sum.closing"));
	TRY(hdf_put(req->hdf, screen_fixed(req, s.count, 0, 0), "Sum.count"));
	TRY(screen_page(req, "ledger_account", "ledger_account.statement", s.name,
		"screen/ledger_statement.cs"));
out:
	return nerr_pass(err);
}

/* ---- Excel ---- */

static NEOERR *write_movement(const struct row *r, void *ctx)
{
	struct statement *s = ctx;
	struct request *req = s->asked.req;
	int64_t amount = row_money(r, 3);
	char digits[FIXED_TEXT], after[FIXED_TEXT];
	const char *moved = money_text(amount < 0 ? -amount : amount, digits);
	const char *const text[] = { row_str(r, 0), row_str(r, 1),
		text_get(req, arena_printf(&req->arena, "choice.journal_kind.%s", row_str(r, 2))),
		amount < 0 ? moved : NULL, amount < 0 ? NULL : moved,
		money_text(s->balance + amount, after), row_str(r, 4), row_str(r, 6) };

	s->balance += amount;
	return nerr_pass(xlsx_row(s->book, text));
}

static NEOERR *write_balance(struct statement *s, const char *key, int64_t balance)
{
	char digits[FIXED_TEXT];
	const char *const text[] = { NULL, NULL, text_get(s->asked.req, key), NULL, NULL,
		money_text(balance, digits), NULL, NULL };

	return nerr_pass(xlsx_row(s->book, text));
}

static NEOERR *write_book(struct statement *s)
{
	struct request *req = s->asked.req;
	const struct xlsx_column column[] = {
		{ text_get(req, "posting.at"), XLSX_TIME, 20, false },
		{ text_get(req, "posting.journal_id"), XLSX_INT, 12, false },
		{ text_get(req, "posting.journal_kind"), XLSX_TEXT, 14, false },
		{ text_get(req, "ledger.debit"), XLSX_MONEY, 14, true },
		{ text_get(req, "ledger.credit"), XLSX_MONEY, 14, true },
		{ text_get(req, "posting.balance_after"), XLSX_MONEY, 14, false },
		{ text_get(req, "posting.dedupe_key"), XLSX_TEXT, 34, false },
		{ text_get(req, "posting.note"), XLSX_TEXT, 24, false },
	};
	NEOERR *err;

	TRY(xlsx_sheet(s->book, text_get(req, "ledger_account.statement"), column,
		(int)(sizeof column / sizeof *column)));
	TRY(write_balance(s, "ledger.opening", s->line.opening));
	TRY(each_movement(s, write_movement, ROWS_SHEET, 0));
	TRY(write_balance(s, "ledger.closing", ledger_closing(&s->line)));
	TRY(xlsx_totals(s->book, text_get(req, "engine.all_total")));
out:
	return nerr_pass(err);
}

NEOERR *ledger_account_download(struct request *req)
{
	struct statement s = { .n = 0 };
	char day[CLOCK_TEXT];
	const char *path;
	NEOERR *err;

	TRY(load(req, &s));
	if (s.count > ROWS_SHEET)
		return nerr_raise(ERR_INVALID, "a statement of %lld movements: export the postings",
			(long long)s.count);
	TRY(screen_book(req, "statement", &path, &s.book));
	TRY(write_book(&s));
	TRY(xlsx_close(&s.book));
	screen_book_answer(req, path, arena_printf(&req->arena, "account-%lld-%s.xlsx",
		(long long)s.id, clock_format_day(s.asked.from, day)));
out:
	xlsx_abort(&s.book);
	return nerr_pass(err);
}
