/* bank_account.c - bank accounts of providers and their certification by a small payment (G13).
 * Owns the screen, the page of who pays and the page of who answers. Serves platform finance and
 * operators. */
#include "cgi/screen/screen.h"
#include "charge/bank_account.h"

#define NUMBER_MIN 8
#define NUMBER_MAX 32

SQL(bank_open_ones,
	"SELECT COUNT(*) FROM bank_account WHERE provider_id = ? AND state IN ('pending', 'paid') AND"
	" deleted = 0");
/* Inside the tx: of two applications at once one waits and then sees the other. */
SQL(bank_open_ones_lock,
	"SELECT COUNT(*) FROM bank_account WHERE provider_id = ? AND state IN ('pending', 'paid') AND"
	" deleted = 0 FOR UPDATE");
SQL(bank_page,
	"SELECT b.bank, b.holder_mask, b.number_mask, b.state, b.pay_by, b.answer_by, b.tries, p.name"
	" FROM bank_account b"
	" JOIN provider p ON p.id = b.provider_id WHERE b.id = ?");

static const struct field fields[] = {
	{ "provider_id", F_REF, SEEN | FILTER | CREATE | REQUIRED, .ref = &provider_resource },
	{ "bank", F_TEXT, SEEN | SEARCH | CREATE | REQUIRED, 2, 80 },
	{ "holder", F_TEXT, VIRTUAL | CREATE | REQUIRED | SECRET | NOAUDIT, 1, 80 },
	{ "number", F_TEXT, VIRTUAL | CREATE | REQUIRED | SECRET | NOAUDIT, NUMBER_MIN, 40 },
	{ "holder_mask", F_TEXT, SEEN },
	{ "number_mask", F_CODE, SEEN },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &bank_account_state_choices },
	{ "pay_by", F_TIME, SEEN | SORT },
	{ "paid_at", F_TIME, SEEN | HIDE },
	{ "transfer_no", F_CODE, SHOW | EXPORT },
	{ "answer_by", F_TIME, SEEN | SORT },
	{ "tries", F_INT, SEEN },
	{ "certified_at", F_TIME, SEEN | HIDE },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* Digits alone, blanks between them left out; NULL if it is no account number. */
static const char *digits_of(struct request *req, const char *typed)
{
	char *out = arena_alloc(&req->arena, strlen(typed) + 1);
	size_t n = 0;

	for (; *typed; typed++) {
		if (*typed == ' ' || *typed == '-')
			continue;
		if (*typed < '0' || *typed > '9')
			return NULL;
		out[n++] = *typed;
	}
	out[n] = '\0';
	return n >= NUMBER_MIN && n <= NUMBER_MAX ? out : NULL;
}

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	const struct sql *open_ones = db_in_tx(req->db) ? &bank_open_ones_lock : &bank_open_ones;
	int64_t open = 0;

	screen_own_tenant(req, c, false);
	TRY(screen_owner_open(req, c, "provider_id", provider_open, "error.provider_closed"));
	if (*change_text(c, "number") && !digits_of(req, change_text(c, "number")))
		change_error(c, "number", "error.bank_number");
	TRY(db_i64(req->db, open_ones, ARGS(I64(change_i64(c, "provider_id"))), &open));
	if (open)
		change_error(c, "provider_id", "error.bank_in_progress");
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;

	TRY(resource_store(req, c, id));
	if (c->errors == 0)
		TRY(bank_account_seal(req->db, *id, digits_of(req, change_text(c, "number")),
			change_text(c, "holder")));
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const struct action actions[] = {
	{ "pay", ACT_ROW | ACT_LINK, NULL, "t.state = 'pending'" },
	{ "answer", ACT_ROW | ACT_LINK, NULL, "t.state = 'paid'" },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "pending", "t.state = 'pending'" },
	{ "paid", "t.state = 'paid'" },
	{ "certified", "t.state = 'certified'" },
	{ "ended", "t.state IN ('failed', 'expired')" },
	{ NULL },
};

const struct resource bank_account_resource = {
	.name = "bank_account",
	.group = "system",
	.title = "t.bank",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.check = check,
	.save = save,
};

/* ---- the two pages ---- */

struct bank_form {
	struct request *req; int64_t id; const char *verb;
	const char *state, *typed, *problem, *about;
	struct bank_secret secret; bool revealed;
	int64_t amount; enum bank_refusal refusal; int left;
};

static NEOERR *take_page(const struct row *r, void *ctx)
{
	static const char *const names[] = { "bank", "holder", "number", "state", "pay_by", "answer_by",
		"tries", "provider" };
	struct bank_form *f = ctx;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		TRY(hdf_put(f->req->hdf, row_str(r, i), "Bank.%s", names[i]));
	TRY(hdf_put(f->req->hdf, screen_number(f->req, BANK_TRIES - row_i64(r, 6)), "Bank.left"));
	TRY(hdf_put(f->req->hdf,
		text_get(f->req,
			arena_printf(&f->req->arena, "choice.bank_account_state.%s", row_str(r, 3))),
		"Bank.state"));
	f->state = arena_strdup(&f->req->arena, row_str(r, 3));
out:
	return nerr_pass(err);
}

/* Who pays does not answer: only the platform pays, and it knows the amount, so it cannot
 * answer. */
static const char *not_his(const struct bank_form *f)
{
	bool pays = text_eq(f->verb, "pay"), platform = f->req->who.kind == WHO_SYSTEM;

	if (pays != platform)
		return pays ? "error.bank_platform_pays" : "error.bank_operator_answers";
	if (!text_eq(f->state, pays ? "pending" : "paid"))
		return pays ? "error.bank_not_pending" : "error.bank_not_paid";
	return NULL;
}

static NEOERR *bank_form_open(struct bank_form *f, struct request *req, const char *verb)
{
	NEOERR *err = STATUS_OK;

	*f = (struct bank_form){ .req = req, .id = route_id(req, "id"), .verb = verb };
	TRY(resource_reach(req, &bank_account_resource, f->id, false));
	TRY(db_get(req->db, &bank_page, ARGS(I64(f->id)), take_page, f));
	f->problem = not_his(f);
	if (!f->problem)
		TRY(hdf_put(req->hdf, "1", "Bank.open"));
out:
	return nerr_pass(err);
}

static NEOERR *bank_form_page(struct bank_form *f)
{
	NEOERR *err = STATUS_OK;
	struct request *req = f->req;
	const char *title = arena_printf(&req->arena, "bank_account.%s", f->verb);

	response_header(req, "Cache-Control", "no-store");
	if (f->problem)
		TRY(hdf_put(req->hdf, text_format(req, f->problem, f->about, NULL), "Form.error"));
	if (f->revealed) {
		TRY(hdf_put(req->hdf, f->secret.number, "Bank.number"));
		TRY(hdf_put(req->hdf, f->secret.holder, "Bank.holder"));
		TRY(hdf_put(req->hdf, screen_money(req, f->secret.amount), "Bank.amount"));
	}
	TRY(hdf_put(req->hdf, f->typed, "Form.typed"));
	TRY(screen_page(req, "bank_account", title, "",
		arena_printf(&req->arena, "screen/bank_%s.cs", f->verb)));
out:
	return nerr_pass(err);
}

NEOERR *bank_account_pay_show(struct request *req)
{
	NEOERR *err;
	struct bank_form f;

	TRY(bank_form_open(&f, req, "pay"));
	TRY(bank_form_page(&f));
out:
	return nerr_pass(err);
}

NEOERR *bank_account_answer_show(struct request *req)
{
	NEOERR *err;
	struct bank_form f;

	TRY(bank_form_open(&f, req, "answer"));
	TRY(bank_form_page(&f));
out:
	return nerr_pass(err);
}

static NEOERR *reveal_tx(struct db *db, void *ctx)
{
	struct bank_form *f = ctx;

	return nerr_pass(
		audit_add(db, &f->req->actor, "bank_account", f->id, "reveal", NULL, NULL, NULL));
}

static NEOERR *pay_tx(struct db *db, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct bank_form *f = ctx;

	TRY(bank_account_paid(db, f->id, f->typed, f->req->who.user_id, &f->refusal));
	if (f->refusal == BANK_OK) {
		TRY(audit_add(db, &f->req->actor, "bank_account", f->id, "pay", "state", "pending",
			"paid"));
		TRY(audit_add(db, &f->req->actor, "bank_account", f->id, "pay", "transfer_no", NULL,
			f->typed));
	}
out:
	return nerr_pass(err);
}

/* The number of the bank's transfer: a word that can be looked for in the bank's statement. */
static bool is_transfer_no(const char *s)
{
	size_t n = strlen(s);

	return n >= 4 && n <= 60 &&
		strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == n;
}

/* Two steps: the account and the amount are shown (and that is audited), then the transfer's
 * number is typed. */
static NEOERR *pay_step(struct bank_form *f)
{
	NEOERR *err = STATUS_OK;
	struct request *req = f->req;
	bool reveal = text_eq(request_param_or(req, "step", ""), "reveal");

	f->typed = request_param_or(req, "transfer_no", "");
	if (!reveal && is_transfer_no(f->typed)) {
		TRY(db_tx(req->db, pay_tx, f));
		if (f->refusal != BANK_OK)
			f->problem = "error.bank_not_pending";
		goto out;
	}
	if (!reveal)
		f->problem = "error.bank_transfer_no";
	TRY(bank_account_open(req->db, f->id, &f->secret));
	TRY(db_tx(req->db, reveal_tx, f));
	f->revealed = true;
out:
	return nerr_pass(err);
}

NEOERR *bank_account_pay_save(struct request *req)
{
	NEOERR *err;
	struct bank_form f;

	TRY(bank_form_open(&f, req, "pay"));
	if (!f.problem)
		TRY(pay_step(&f));
	if (f.problem)
		req->status = 422;
	if (f.problem || f.revealed)
		TRY(bank_form_page(&f));
	else
		response_redirect_saying(req, "/admin/bank_account", "bank_account.paid_now", f.typed);
out:
	bank_secret_clear(&f.secret);
	return nerr_pass(err);
}

/* Every try is kept, also a wrong one: nothing here is undone by a refusal. */
static NEOERR *answer_tx(struct db *db, void *ctx)
{
	static const char *const words[] = { [BANK_OK] = "certified",
		[BANK_LATE] = "expired",
		[BANK_WRONG] = "wrong",
		[BANK_FAILED] = "failed",
		[BANK_NOT_PAID] = "" };
	NEOERR *err = STATUS_OK;
	struct bank_form *f = ctx;

	TRY(bank_account_answer(db, f->id, f->amount, f->req->who.user_id, &f->refusal, &f->left));
	if (f->refusal != BANK_NOT_PAID)
		TRY(audit_add(db, &f->req->actor, "bank_account", f->id, "answer", "state", "paid",
			words[f->refusal]));
out:
	return nerr_pass(err);
}

static NEOERR *answer_step(struct bank_form *f)
{
	static const char *const problems[] = { [BANK_LATE] = "error.bank_late",
		[BANK_WRONG] = "error.bank_wrong",
		[BANK_FAILED] = "error.bank_failed",
		[BANK_NOT_PAID] = "error.bank_not_paid" };
	NEOERR *err = STATUS_OK;

	f->typed = request_param_or(f->req, "amount", "");
	if (!money_parse(f->typed, &f->amount) || f->amount < MONEY_FEN || f->amount >= MONEY_YUAN ||
		f->amount % MONEY_FEN != 0) {
		f->problem = "error.bank_amount";             /* a slip of the hand costs no try */
		goto out;
	}
	TRY(db_tx(f->req->db, answer_tx, f));
	f->about = screen_number(f->req, f->left);
	if (f->refusal == BANK_OK)
		goto out;
	f->problem = problems[f->refusal];
	TRY(hdf_put(f->req->hdf, f->about, "Bank.left"));
	if (f->refusal != BANK_WRONG)
		TRY(hdf_put(f->req->hdf, "", "Bank.open"));
out:
	return nerr_pass(err);
}

NEOERR *bank_account_answer_save(struct request *req)
{
	NEOERR *err;
	struct bank_form f;

	TRY(bank_form_open(&f, req, "answer"));
	if (!f.problem)
		TRY(answer_step(&f));
	if (f.problem) {
		req->status = 422;
		TRY(bank_form_page(&f));
	} else {
		response_redirect_saying(req, "/admin/bank_account", "bank_account.certified_now", "");
	}
out:
	return nerr_pass(err);
}
