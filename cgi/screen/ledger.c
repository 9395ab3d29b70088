/* ledger.c - the chart of accounts with its trial balance of any period, as page and Excel.
 * Owns nothing. Serves accountants of the platform and of providers, each the own books. */
#include "base/xlsx.h"
#include "cgi/screen/ledger.h"

#define DAYS_MAX 3700

/* Which accounts there are; in this order on every page. */
static const struct { enum account_owner owner; enum account_kind kind; } chart[] = {
#define X(owner, kind) { OWNER_##owner, ACCOUNT_##kind },
#include "charge/tbl/account_chart.h"
#undef X
};
#define CHART ((int)(sizeof chart / sizeof *chart))
#define LINES (CHART + 40)                   /* what is posted though no chart has it comes last */

struct trial {
	struct ledger_asked asked;
	struct ledger_line line[LINES], others, sum;         /* others: what is owed between books */
	int64_t debit[3], credit[3];                         /* opening, period, closing */
	int lines;
	bool sound;
};

/* ---- what was asked ---- */

NEOERR *ledger_ask(struct request *req, struct ledger_asked *a)
{
	int64_t today = clock_day_start(clock_now());

	if (req->who.kind != WHO_SYSTEM && req->who.kind != WHO_PROVIDER)
		return nerr_raise(ERR_DENIED, "the ledger is read by the platform and its providers");
	*a = (struct ledger_asked){ .req = req, .books = LEDGER_ALL };
	a->from = screen_day(req, "from", today);
	a->to = screen_day(req, "to", a->from > today ? a->from : today) + DAY_SECONDS;
	if (a->to <= a->from || a->to - a->from > DAYS_MAX * (int64_t)DAY_SECONDS) {
		a->problem = a->to <= a->from ? "statistics.backwards" : "statistics.too_long";
		a->from = today;
		a->to = today + DAY_SECONDS;
	}
	if (req->who.kind == WHO_PROVIDER)
		a->books = req->who.provider_id;
	else if (*request_param_or(req, "provider_id", ""))
		(void)request_i64(req, "provider_id", &a->books);
	return STATUS_OK;
}

NEOERR *ledger_put_asked(const struct ledger_asked *a)
{
	HDF *hdf = a->req->hdf;
	char day[CLOCK_TEXT];
	NEOERR *err;

	TRY(hdf_put(hdf, clock_format_day(a->from, day), "Ask.from"));
	TRY(hdf_put(hdf, clock_format_day(a->to - DAY_SECONDS, day), "Ask.to"));
	if (a->problem)
		TRY(hdf_put(hdf, text_get(a->req, a->problem), "Form.error"));
out:
	return nerr_pass(err);
}

const char *ledger_name(struct request *req, enum account_owner owner, enum account_kind kind)
{
	return arena_printf(&req->arena, "%s · %s",
		text_get(req, arena_printf(&req->arena, "choice.account_owner.%s",
			choice_name(&account_owner_choices, owner))),
		text_get(req, arena_printf(&req->arena, "choice.account_kind.%s",
			choice_name(&account_kind_choices, kind))));
}

/* ---- the balance ---- */

static NEOERR *take_line(const struct ledger_line *line, void *ctx)
{
	struct trial *t = ctx;
	int i = 0;

	while (i < t->lines && (t->line[i].owner != line->owner || t->line[i].kind != line->kind))
		i++;
	if (i == LINES)
		return nerr_raise(ERR_INVALID, "more kinds of accounts than a page has lines");
	t->line[i] = *line;
	t->lines += i == t->lines;
	return STATUS_OK;
}

int64_t ledger_closing(const struct ledger_line *l)
{
	return l->opening - l->debit + l->credit;
}

static void add(struct trial *t, const struct ledger_line *l)
{
	const int64_t held[3] = { l->opening, 0, ledger_closing(l) };

	for (int i = 0; i < 3; i++) {
		t->debit[i] += held[i] < 0 ? -held[i] : 0;
		t->credit[i] += held[i] > 0 ? held[i] : 0;
	}
	t->debit[1] += l->debit;
	t->credit[1] += l->credit;
	t->sum.opening += l->opening;
	t->sum.debit += l->debit;
	t->sum.credit += l->credit;
}

/* One provider's books alone need not sum to zero: the rest is owed by or to the others'. */
static void balance_books(struct trial *t)
{
	int64_t moved = t->sum.credit - t->sum.debit;

	t->others = (struct ledger_line){ .opening = -t->sum.opening,
		.debit = moved > 0 ? moved : 0, .credit = moved < 0 ? -moved : 0 };
	add(t, &t->others);
}

static NEOERR *load(struct request *req, struct trial *t)
{
	NEOERR *err;

	memset(t, 0, sizeof *t);
	for (int i = 0; i < CHART; i++)
		t->line[t->lines++] =
			(struct ledger_line){ .owner = chart[i].owner, .kind = chart[i].kind };
	TRY(ledger_ask(req, &t->asked));
	TRY(ledger_trial(req->db, t->asked.from, t->asked.to, t->asked.books, take_line, t));
	for (int i = 0; i < t->lines; i++)
		add(t, &t->line[i]);
	if (t->asked.books != LEDGER_ALL)
		balance_books(t);
	t->sound = true;
	for (int i = 0; i < 3; i++)
		t->sound &= t->debit[i] == t->credit[i];
out:
	return nerr_pass(err);
}

/* ---- the page ---- */

static NEOERR *put_six(struct request *req, const char *path, const int64_t six[6])
{
	static const char *const name[6] = { "od", "oc", "d", "c", "cd", "cc" };
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < 6; i++)
		if (six[i])
			TRY(hdf_put(req->hdf, screen_money(req, six[i]), "%s.%s", path, name[i]));
out:
	return nerr_pass(err);
}

static void six_of(const struct ledger_line *l, int64_t six[6])
{
	int64_t closing = ledger_closing(l);

	six[0] = l->opening < 0 ? -l->opening : 0;
	six[1] = l->opening > 0 ? l->opening : 0;
	six[2] = l->debit;
	six[3] = l->credit;
	six[4] = closing < 0 ? -closing : 0;
	six[5] = closing > 0 ? closing : 0;
}

static const char *accounts_path(const struct trial *t, const struct ledger_line *l)
{
	struct request *req = t->asked.req;
	const char *books = t->asked.books > 0 && req->who.kind == WHO_SYSTEM
		? arena_printf(&req->arena, "&provider_id=%lld", (long long)t->asked.books) : "";

	return arena_printf(&req->arena, "/admin/ledger_account?owner_kind=%s&kind=%s%s",
		choice_name(&account_owner_choices, l->owner),
		choice_name(&account_kind_choices, l->kind), books);
}

static NEOERR *put_lines(const struct trial *t)
{
	struct request *req = t->asked.req;
	int64_t six[6];
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < t->lines; i++) {
		const struct ledger_line *l = &t->line[i];
		const char *path = arena_printf(&req->arena, "Line.%d", i);

		six_of(l, six);
		TRY(hdf_put(req->hdf, ledger_name(req, l->owner, l->kind), "%s", path));
		TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "ledger.about.%s",
			choice_name(&account_kind_choices, l->kind))), "%s.about", path));
		TRY(hdf_put(req->hdf, accounts_path(t, l), "%s.path", path));
		TRY(put_six(req, path, six));
	}
	if (t->asked.books != LEDGER_ALL) {
		six_of(&t->others, six);
		TRY(hdf_put(req->hdf, text_get(req, "ledger.others"), "Others"));
		TRY(put_six(req, "Others", six));
	}
	TRY(put_six(req, "Sum", (const int64_t[6]){ t->debit[0], t->credit[0], t->debit[1],
		t->credit[1], t->debit[2], t->credit[2] }));
out:
	return nerr_pass(err);
}

SQL(ledger_providers,
	"SELECT id, name FROM provider WHERE deleted = 0 ORDER BY id LIMIT 200");

struct books { const struct trial *t; int n; };

static NEOERR *put_book(const struct row *r, void *ctx)
{
	struct books *b = ctx;
	HDF *hdf = b->t->asked.req->hdf;
	int at = b->n++;
	NEOERR *err;

	TRY(hdf_put(hdf, row_str(r, 1), "Books.%d", at));
	TRY(hdf_put(hdf, row_str(r, 0), "Books.%d.id", at));
	if (row_i64(r, 0) == b->t->asked.books)
		TRY(hdf_put(hdf, "1", "Books.%d.chosen", at));
out:
	return nerr_pass(err);
}

static NEOERR *put_question(const struct trial *t)
{
	struct request *req = t->asked.req;
	struct books b = { t, 0 };
	NEOERR *err;

	TRY(ledger_put_asked(&t->asked));
	if (req->who.kind == WHO_SYSTEM) {
		TRY(hdf_put(req->hdf, "1", "Ask.books"));
		TRY(db_query(req->db, &ledger_providers, NOARGS, put_book, &b));
	}
	if (t->asked.books == 0)
		TRY(hdf_put(req->hdf, "1", "Ask.platform"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena,
		"/admin/ledger/download?from=%s&to=%s&provider_id=%s",
		hdf_get_value(req->hdf, "Ask.from", ""), hdf_get_value(req->hdf, "Ask.to", ""),
		t->asked.books == LEDGER_ALL ? "" : screen_number(req, t->asked.books)),
		"Ask.download"));
	TRY(hdf_put(req->hdf, t->sound ? "1" : "0", "Ask.sound"));
out:
	return nerr_pass(err);
}

NEOERR *ledger_show(struct request *req)
{
	struct trial *t = arena_alloc(&req->arena, sizeof *t);
	NEOERR *err;

	TRY(load(req, t));
	TRY(put_question(t));
	TRY(put_lines(t));
	TRY(screen_page(req, "ledger", "ledger.title", "", "screen/ledger.cs"));
out:
	return nerr_pass(err);
}

/* ---- Excel ---- */

static NEOERR *row(struct xlsx *x, const char *name, const int64_t six[6])
{
	const char *text[7] = { name };
	char digits[6][FIXED_TEXT];

	for (int i = 0; i < 6; i++)
		text[i + 1] = six[i] ? money_text(six[i], digits[i]) : NULL;
	return nerr_pass(xlsx_row(x, text));
}

static NEOERR *write_book(const struct trial *t, struct xlsx *x)
{
	static const char *const name[6] = { "opening_debit", "opening_credit", "debit", "credit",
		"closing_debit", "closing_credit" };
	struct request *req = t->asked.req;
	struct xlsx_column column[7] = { { text_get(req, "ledger.account"), XLSX_TEXT, 34, false } };
	int64_t six[6];
	NEOERR *err;

	for (int i = 0; i < 6; i++)
		column[i + 1] = (struct xlsx_column){
			text_get(req, arena_printf(&req->arena, "ledger.%s", name[i])), XLSX_MONEY, 16, true };
	TRY(xlsx_sheet(x, text_get(req, "ledger.title"), column, 7));
	for (int i = 0; i < t->lines; i++) {
		six_of(&t->line[i], six);
		TRY(row(x, ledger_name(req, t->line[i].owner, t->line[i].kind), six));
	}
	if (t->asked.books != LEDGER_ALL) {
		six_of(&t->others, six);
		TRY(row(x, text_get(req, "ledger.others"), six));
	}
	TRY(xlsx_totals(x, text_get(req, "engine.all_total")));
out:
	return nerr_pass(err);
}

NEOERR *ledger_download(struct request *req)
{
	struct trial *t = arena_alloc(&req->arena, sizeof *t);
	struct xlsx *x = NULL;
	char day[CLOCK_TEXT];
	const char *path;
	NEOERR *err;

	TRY(load(req, t));
	TRY(screen_book(req, "ledger", &path, &x));
	TRY(write_book(t, x));
	TRY(xlsx_close(&x));
	screen_book_answer(req, path,
		arena_printf(&req->arena, "trial-balance-%s.xlsx", clock_format_day(t->asked.from, day)));
out:
	xlsx_abort(&x);
	return nerr_pass(err);
}
