/* ledger_proof.c - the page of the proof: green, or what is wrong; earlier proofs; a new one now.
 * Owns the page and the task's kind; lib/charge/ledger_proof.c proves. Serves the platform's
 * accountants. */
#include "cgi/resource/task.h"
#include "cgi/screen/ledger.h"

SQL(proof_history,
	"SELECT p.id, p.started_at, p.ended_at, p.findings, TIMESTAMPDIFF(SECOND, p.started_at,"
	" p.ended_at), COALESCE(u.name, '') FROM ledger_proof p LEFT JOIN user u ON u.id = p.asked_by"
	" ORDER BY p.id DESC LIMIT 60");
SQL(proof_last, "SELECT MAX(id) FROM ledger_proof WHERE ended_at IS NOT NULL");
SQL(proof_findings,
	"SELECT what, record_id, detail FROM ledger_finding WHERE proof_id = ? ORDER BY position");
SQL(proof_closed, "SELECT MAX(day), COUNT(*), COALESCE(SUM(postings), 0) FROM ledger_close");

static NEOERR *platform_only(const struct request *req)
{
	return req->who.kind == WHO_SYSTEM ? STATUS_OK
		: nerr_raise(ERR_DENIED, "the proof reads everybody's books");
}

struct list { struct request *req; const char *name; int n; int64_t shown; };

static NEOERR *put_proof(const struct row *r, void *ctx)
{
	static const char *const name[] = { "id", "at", "ended", "findings", "seconds", "by" };
	struct list *l = ctx;
	int at = l->n++;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < r->n; i++)
		TRY(hdf_put(l->req->hdf, row_str(r, i), "History.%d.%s", at, name[i]));
	if (row_i64(r, 0) == l->shown)
		for (int i = 0; i < r->n; i++)
			TRY(hdf_put(l->req->hdf, row_str(r, i), "Proof.%s", name[i]));
out:
	return nerr_pass(err);
}

/* Where the record lies that a finding names. */
static const char *record_path(struct request *req, const char *what, int64_t id)
{
	static const struct { const char *start, *path; } known[] = {
		{ "account_balance", "/admin/ledger_account/%lld" },
		{ "journal_sum", "/admin/posting?journal_id=%lld" },
		{ "session", "/admin/session/%lld" },
		{ "split_parts", "/admin/session/%lld" },
		{ "channel_clearing", "/admin/channel/%lld" },
		{ "payment_refunded", "/admin/payment/%lld" },
		{ "posting_books", "/admin/posting/%lld" },
		{ "booking_money", "/admin/provider/%lld" },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known && id; i++)
		if (text_starts(what, known[i].start))
			return arena_printf(&req->arena, "%.*s%lld", (int)strcspn(known[i].path, "%"),
				known[i].path, (long long)id);
	return NULL;
}

static NEOERR *put_finding(const struct row *r, void *ctx)
{
	struct list *l = ctx;
	const char *path = record_path(l->req, row_str(r, 0), row_i64(r, 1));
	int at = l->n++;
	NEOERR *err;

	TRY(hdf_put(l->req->hdf, text_get(l->req,
		arena_printf(&l->req->arena, "ledger_proof.%s", row_str(r, 0))), "Finding.%d", at));
	TRY(hdf_put(l->req->hdf, row_str(r, 1), "Finding.%d.record", at));
	TRY(hdf_put(l->req->hdf, row_str(r, 2), "Finding.%d.detail", at));
	if (path)
		TRY(hdf_put(l->req->hdf, path, "Finding.%d.path", at));
out:
	return nerr_pass(err);
}

static NEOERR *put_closed(const struct row *r, void *ctx)
{
	struct request *req = ctx;
	NEOERR *err;

	TRY(hdf_put(req->hdf, row_str(r, 0), "Closed.day"));
	TRY(hdf_put(req->hdf, screen_fixed(req, row_i64(r, 1), 0, 0), "Closed.days"));
	TRY(hdf_put(req->hdf, screen_fixed(req, row_i64(r, 2), 0, 0), "Closed.postings"));
out:
	return nerr_pass(err);
}

NEOERR *ledger_proof_show(struct request *req)
{
	struct list history = { req, "History", 0, 0 }, findings = { req, "Finding", 0, 0 };
	NEOERR *err;

	TRY(platform_only(req));
	TRY(db_i64(req->db, &proof_last, NOARGS, &history.shown));
	if (request_i64(req, "proof", &findings.shown))
		history.shown = findings.shown;
	TRY(db_query(req->db, &proof_history, NOARGS, put_proof, &history));
	TRY(db_query(req->db, &proof_findings, ARGS(I64(history.shown)), put_finding, &findings));
	TRY(db_query(req->db, &proof_closed, NOARGS, put_closed, req));
	TRY(screen_page(req, "ledger_proof", "menu.ledger_proof", "", "screen/ledger_proof.cs"));
out:
	return nerr_pass(err);
}

/* ---- now ---- */

NEOERR *ledger_proof_start(struct request *req)
{
	int64_t task = 0;
	NEOERR *err;

	TRY(platform_only(req));
	TRY(task_make(req, &ledger_account_resource, "ledger_proof",
		text_get(req, "menu.ledger_proof"), "", json_pack("{}"), NULL, &task));
	if (!task)
		response_redirect_saying(req, "/admin/ledger/proof", "task_page.too_many", NULL);
	else
		response_redirect(req, task_path(req, task));
out:
	return nerr_pass(err);
}

static NEOERR *count(const char *what, int64_t id, const char *detail, void *ctx)
{
	struct task_run *run = ctx;

	(void)what;
	(void)id;
	(void)detail;
	return nerr_pass(task_step(run, ++run->rows));
}

static NEOERR *run_proof(struct task_run *run)
{
	int64_t findings = 0;
	NEOERR *err;

	TRY(task_run_need(run, "ledger_proof", "show"));
	TRY(platform_only(&run->req));
	TRY(ledger_prove(run->req.db, run->req.who.user_id, count, run, &findings));
	run->rows = findings;
	run->message = findings ? "ledger_proof.wrong" : "ledger_proof.sound";
out:
	return nerr_pass(err);
}

const struct task_kind task_ledger_proof = { "ledger_proof", run_proof };
