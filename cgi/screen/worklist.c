/* worklist.c - what went wrong or waits and needs a person, in one place: each list is a statement
 * over a screen's table and the action of that screen that mends a record (W8).
 * Owns the table of lists and a page by hand. Serves whoever begins the day, and the home page. */
#include "cgi/resource/page.h"
#include "cgi/screen/home.h"

#define ROWS 50                          /* a page */
#define MANY 100                         /* counted no further */

static const struct worklist {
	const char *name;
	const struct resource *res;
	const char *where;                   /* over t and the screen's joins */
	int64_t age;                         /* seconds; one `?` of where is so long ago. 0: none */
	const char *what, *words;            /* SQL: why; its words are Text.<words>.<word>, or NULL */
	const char *since;
	const char *action;
} lists[] = {
	{ "stuck", &session_resource,
		"t.state IN ('suspended', 'stopping') AND COALESCE(t.seen_at, t.requested_at) < ?", 1800,
		"t.state", "choice.session_state", "COALESCE(t.seen_at, t.requested_at)", "end" },
	{ "anomaly", &session_resource, "t.anomaly = 'pending' AND t.state = 'finished'", 0,
		"(SELECT GROUP_CONCAT(y.rule) FROM session_anomaly y WHERE y.session_id = t.id)", "anomaly",
		"t.requested_at", "accept" },
	{ "review", &session_resource, "t.anomaly = 'review'", 0,
		"(SELECT GROUP_CONCAT(y.rule) FROM session_anomaly y WHERE y.session_id = t.id)", "anomaly",
		"t.requested_at", "approve" },
	{ "payment", &payment_resource, "t.state IN ('created', 'waiting') AND t.requested_at < ?", 600,
		"IF(t.problem = '', t.state, t.problem)", "choice.payment_state", "t.requested_at", "ask" },
	{ "refund_wait", &refund_resource, "t.state = 'pending'", 0, "t.reason", NULL, "t.applied_at",
		"pay" },
	{ "refund", &refund_resource, "t.state = 'failed' AND t.withdrawal_id IS NULL", 0, "t.problem",
		NULL, "t.applied_at", "again" },
	{ "withdrawal", &withdrawal_resource, "t.state = 'pending'", 0, "t.problem", NULL,
		"t.applied_at", "by_channel" },
	{ "invoice", &invoice_resource, "t.state = 'failed'", 0, "t.problem", NULL, "t.applied_at",
		"again" },
	{ "invoice_late", &invoice_resource, "t.state IN ('issuing', 'voiding') AND t.updated_at < ?",
		3600, "t.state", "choice.invoice_state", "t.updated_at", "follow" },
	{ "split", &split_resource, "t.state IN ('failed', 'dead')", 0, "t.problem", NULL,
		"t.created_at", "again" },
	{ "settlement", &settlement_resource, "t.state = 'draft'", 0, "t.answer", NULL,
		"t.created_at", "confirm" },
	{ "settle", &settlement_resource, "t.state = 'agreed'", 0, "t.answer", NULL, "t.agreed_at",
		"settle" },
	{ "received", &settlement_received_resource, "t.state = 'confirmed'", 0, "t.note", NULL,
		"t.confirmed_at", "agree" },
	{ "payable", &payable_resource, "t.state = 'confirmed'", 0, "t.note", NULL, "t.confirmed_at",
		"agree" },
	{ "webhook", &webhook_delivery_resource, "t.status IN ('failed', 'dead')", 0, "t.last_error",
		NULL, "t.created_at", "resend" },
	{ "parking", &parking_delivery_resource, "t.status IN ('failed', 'dead')", 0, "t.last_error",
		NULL, "t.created_at", "resend" },
	{ "clock", &pile_resource, "l.online = 1 AND (l.clock_skew > 60 OR l.clock_skew < -60)", 0,
		"CONCAT(l.clock_skew, ' s')", NULL, "l.seen_at", "sync_time" },
	{ "alarm", &alarm_resource, "t.state = 'open' AND t.handling = 'waiting'", 0, "t.code",
		"choice.alarm_code", "t.opened_at", "handle" },
};
#define LISTS (int)(sizeof lists / sizeof *lists)

/* What the asker may mend; a list of what he may only look at is none of his. */
static bool is_mine(struct request *req, const struct worklist *w)
{
	return resource_may(req, w->res, "list") && resource_may(req, w->res, w->action);
}

static void add_from(struct query *q, struct request *req, const struct worklist *w)
{
	query_from(q, w->res,
		sql_needs_joins(w->where) || sql_needs_joins(w->what) || sql_needs_joins(w->since) ||
			sql_needs_joins(w->res->title) || w->res->joins);
	query_where(q, req, w->res, false);
	query_and(q, w->where);
	if (w->age)
		query_bind(q, TIME(clock_now() - w->age));
}

static NEOERR *take_i64(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *count(struct request *req, const struct worklist *w, int64_t *out)
{
	struct query q;
	NEOERR *err;

	query_init(&q, &req->arena);
	query_add(&q, "SELECT COUNT(*) FROM (SELECT t.id");
	add_from(&q, req, w);
	query_addf(&q, " LIMIT %d) c", MANY);
	TRY(query_run(req->db, &q, take_i64, out));
out:
	query_clear(&q);
	return nerr_pass(err);
}

static const char *count_text(struct request *req, int64_t n)
{
	return n < MANY ? screen_number(req, n)
					: arena_printf(&req->arena, "%d+", MANY - 1);
}

static NEOERR *put_tile(struct request *req, HDF *node, const struct worklist *w, int64_t n, int i)
{
	NEOERR *err;

	TRY(hdf_put(node, text_get(req, arena_printf(&req->arena, "worklist.list.%s", w->name)),
		"work.%d", i));
	TRY(hdf_put(node, count_text(req, n), "work.%d.count", i));
	TRY(hdf_put(node, n ? "1" : "", "work.%d.any", i));
	TRY(hdf_put(node, arena_printf(&req->arena, "/admin/worklist?list=%s", w->name),
		"work.%d.href", i));
out:
	return nerr_pass(err);
}

/* Lists with something in them, for the home page. */
NEOERR *home_work(struct home *h)
{
	NEOERR *err = STATUS_OK;

	if (!perm_has(&h->req->who, "worklist", "show"))
		return STATUS_OK;
	for (int i = 0, shown = 0; i < LISTS; i++) {
		int64_t n = 0;

		if (!is_mine(h->req, &lists[i]))
			continue;
		TRY(count(h->req, &lists[i], &n));
		if (n)
			TRY(put_tile(h->req, h->node, &lists[i], n, shown++));
	}
out:
	return nerr_pass(err);
}

/* ---- one list ---- */

struct shown { struct request *req; const struct worklist *list; const struct action *act; int n; };

/* "f,h" as "sentence; sentence"; what is no word stays as it is. */
static const char *reason(struct shown *s, const char *raw)
{
	struct arena *a = &s->req->arena;
	char *rest = arena_strdup(a, raw), *word;
	const char *out = "";

	if (!s->list->words)
		return raw;
	while (rest && (word = text_split(&rest, ','))) {
		const char *key = arena_printf(a, "%s.%s", s->list->words, word);

		out = arena_printf(a, "%s%s%s", out, *out ? " · " : "",
			*word && text_has(s->req->lang, key) ? text_get(s->req, key) : word);
	}
	return out;
}

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct shown *s = ctx;
	struct request *req = s->req;
	int64_t id = row_i64(r, 0);
	HDF *node;
	NEOERR *err;

	TRY(hdf_get_node(req->hdf, arena_printf(&req->arena, "Work.row.%d", s->n++), &node));
	TRY(hdf_put(node, row_str(r, 0), "id"));
	TRY(hdf_put(node, row_str(r, 1), "title"));
	TRY(hdf_put(node, resource_path(req, s->list->res, id, NULL), "href"));
	TRY(hdf_put(node, reason(s, row_str(r, 2)), "what"));
	TRY(hdf_put(node, row_str(r, 3), "since"));
	TRY(hdf_get_node(node, "act", &node));
	TRY(action_put(req, node, s->list->res, s->act, id));
out:
	return nerr_pass(err);
}

static NEOERR *put_rows(struct request *req, const struct worklist *w)
{
	struct shown s = { req, w, action_find(w->res, w->action), 0 };
	struct query q;
	NEOERR *err;

	query_init(&q, &req->arena);
	query_addf(&q, "SELECT t.id, %s, %s, %s", w->res->title, w->what, w->since);
	add_from(&q, req, w);
	query_addf(&q, " ORDER BY %s, t.id LIMIT %d", w->since, ROWS);
	TRY(query_run(req->db, &q, take_row, &s));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "worklist.list.%s", w->name)),
		"Work.list"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/admin/worklist?list=%s", w->name),
		"Work.here"));
	if (s.act->flags & ACT_BATCH && s.n > 1) {
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/admin/%s/batch/%s", w->res->name,
			w->action), "Work.batch"));
		TRY(hdf_put(req->hdf, action_label(req, w->res, w->action), "Work.batch.label"));
	}
out:
	query_clear(&q);
	return nerr_pass(err);
}

/* The list that was asked for, else the first with something in it. */
NEOERR *worklist_show(struct request *req)
{
	const char *asked = request_param(req, "list");
	const struct worklist *now = NULL;
	HDF *node;
	int shown = 0;
	NEOERR *err;

	TRY(hdf_get_node(req->hdf, "Work", &node));
	for (int i = 0; i < LISTS; i++) {
		const struct worklist *w = &lists[i];
		int64_t n = 0;

		if (!is_mine(req, w))
			continue;
		TRY(count(req, w, &n));
		if (text_eq(asked, w->name) || (!asked && !now && n))
			now = w;
		TRY(put_tile(req, node, w, n, shown));
		TRY(hdf_put(node, now == w ? "1" : "", "work.%d.now", shown++));
	}
	if (now)
		TRY(put_rows(req, now));
	TRY(screen_page(req, "worklist", "worklist", "", "screen/worklist.cs"));
out:
	return nerr_pass(err);
}
