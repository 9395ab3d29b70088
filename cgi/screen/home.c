/* home.c - the first page: today beside yesterday and the same weekday last week, what waits, and
 * the trend (H4-H6).
 * Owns the page; its charts and rankings are home_figures.c, which come after the page where they
 * must be made anew.
 * Serves everybody who logs in. */
#include "cgi/screen/home.h"

/* A statement over one resource within the asker's scope: constants and bound values alone. */
NEOERR *home_scoped(struct home *h, const struct resource *res, bool joins, const char *columns,
	const char *and_where, const char *tail, const struct arg *args, int n, row_fn fn, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct query q;

	query_init(&q, &h->req->arena);
	query_add(&q, columns);
	query_from(&q, res, joins);
	query_where(&q, h->req, res, false);
	query_add(&q, and_where);
	for (int i = 0; i < n; i++)
		query_bind(&q, args[i]);
	query_add(&q, tail);
	TRY(query_run(h->req->db, &q, fn, ctx));
out:
	query_clear(&q);
	return nerr_pass(err);
}

static NEOERR *take_i64(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 0);
	return STATUS_OK;
}

/* ---- today, yesterday, a week ago: finished orders by the time they ended ---- */

static NEOERR *add_figures(const struct home_sum *s, void *ctx)
{
	struct home_sum *f = ctx;

	f->amount += s->amount;
	f->energy += s->energy;
	f->finished += s->finished;
	return STATUS_OK;
}

static NEOERR *figures_of(struct home *h, int64_t from, int64_t to, struct home_sum *out)
{
	*out = (struct home_sum){ 0 };
	return nerr_pass(home_sums(h, NULL, from, to, add_figures, out));
}

static NEOERR *put_kpi(struct home *h, const char *name, int64_t now, int64_t before, int64_t week,
	int scale, int decimals, const char *href)
{
	NEOERR *err = STATUS_OK;
	struct request *req = h->req;
	const char *trend = now > before ? "up" : now < before ? "down" : "same";

	TRY(hdf_put(h->node, screen_fixed(req, now, scale, decimals), "kpi.%s.value", name));
	TRY(hdf_put(h->node, screen_fixed(req, before, scale, decimals), "kpi.%s.before", name));
	TRY(hdf_put(h->node, screen_fixed(req, week, scale, decimals), "kpi.%s.week", name));
	TRY(hdf_put(h->node, trend, "kpi.%s.trend", name));
	TRY(hdf_put(h->node, href, "kpi.%s.href", name));
out:
	return nerr_pass(err);
}

/* Yesterday and last week are cut at the same time of the day: half a day is compared with half
 * a day. */
static NEOERR *put_today(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct home_sum now, before, week;
	int64_t elapsed = h->now - h->today + 1;
	char day[CLOCK_TEXT];
	const char *href = arena_printf(&h->req->arena, "/admin/session?tab=finished&ended_at_from=%s",
		clock_format_day(h->today, day));

	TRY(figures_of(h, h->today, h->today + elapsed, &now));
	TRY(figures_of(h, h->today - DAY_SECONDS, h->today - DAY_SECONDS + elapsed, &before));
	TRY(figures_of(h, h->today - 7 * DAY_SECONDS, h->today - 7 * DAY_SECONDS + elapsed, &week));
	TRY(put_kpi(h, "amount", now.amount, before.amount, week.amount, MONEY_SCALE, 2, href));
	TRY(put_kpi(h, "energy", now.energy, before.energy, week.energy, ENERGY_SCALE, 2, href));
	TRY(put_kpi(h, "sessions", now.finished, before.finished, week.finished, 0, 0, href));
out:
	return nerr_pass(err);
}

/* ---- what is now and what waits ---- */

NEOERR *home_count(struct home *h, const struct resource *res, bool joins,
	const char *and_where, const char *name)
{
	NEOERR *err = STATUS_OK;
	int64_t n = 0;

	if (!perm_has(&h->req->who, res->name, "list"))
		return STATUS_OK;
	TRY(home_scoped(h, res, joins, "SELECT COUNT(*)", and_where, "", NOARGS, take_i64, &n));
	TRY(hdf_put(h->node, screen_fixed(h->req, n, 0, 0), "%s", name));
	TRY(hdf_put(h->node, n ? "1" : "0", "%s.any", name));
out:
	return nerr_pass(err);
}

static NEOERR *put_bills(struct home *h)
{
	NEOERR *err;

	TRY(home_count(h, &payable_resource, false, " AND t.state = 'confirmed'", "now.payables"));
	TRY(home_count(h, &settlement_resource, false, " AND t.state = 'draft'", "now.settlements"));
	TRY(home_count(h, &settlement_received_resource, false, " AND t.state = 'confirmed'",
		"now.received"));
out:
	return nerr_pass(err);
}

/* W12: cards that piles would fall silent with. */
#define SIMS " AND t.state IN ('stock', 'active') AND t.expires_on"

static NEOERR *put_now(struct home *h)
{
	NEOERR *err = STATUS_OK;

	TRY(home_count(h, &session_resource, false,
		" AND t.state IN ('starting', 'charging', 'stopping')", "now.charging"));
	TRY(home_count(h, &pile_resource, true, " AND l.online = 1", "now.online"));
	TRY(home_count(h, &pile_resource, true,
		" AND t.status = 'enabled' AND COALESCE(l.online, 0) = 0", "now.offline"));
	TRY(home_count(h, &connector_resource, true, " AND l.state = 'fault'", "now.fault"));
	TRY(home_count(h, &bike_device_resource, true, " AND l.online = 1", "now.bikes_online"));
	TRY(home_count(h, &bike_device_resource, true,
		" AND t.status = 'enabled' AND COALESCE(l.online, 0) = 0", "now.bikes_offline"));
	TRY(home_count(h, &socket_resource, true, " AND l.state = 'fault'", "now.bikes_fault"));
	TRY(home_count(h, &sim_card_resource, false, SIMS " >= CURRENT_DATE AND t.expires_on <"
		" CURRENT_DATE + INTERVAL 31 DAY", "now.sims_soon"));
	TRY(home_count(h, &sim_card_resource, false, SIMS " < CURRENT_DATE", "now.sims_over"));
	TRY(home_count(h, &session_resource, false, " AND t.anomaly = 'pending'",
		"now.anomaly"));
	TRY(home_count(h, &session_resource, false, " AND t.state = 'suspended'", "now.suspended"));
	TRY(home_count(h, &daily_report_resource, false, " AND t.confirm_status = 'pending'",
		"now.reports"));
	/* whoever has worklists finds the bills there */
	if (!perm_has(&h->req->who, "worklist", "show"))
		TRY(put_bills(h));
	TRY(home_count(h, &review_resource, false, " AND t.stars < 3 AND t.state = 'pending'",
		"now.complaints"));
	TRY(home_count(h, &feedback_resource, false, " AND t.state = 'pending'", "now.feedback"));
	TRY(home_count(h, &refund_resource, true, " AND t.state = 'pending'", "now.refunds"));
	TRY(home_count(h, &withdrawal_resource, true, " AND t.state = 'pending'", "now.withdrawals"));
out:
	return nerr_pass(err);
}

/* ---- H4: what there is ---- */

static NEOERR *put_inventory(struct home *h)
{
	static const struct { const char *kind, *station, *area; const struct resource *pile;
	} kinds_of[] = {
		{ "car", " AND t.kind = 'car'", " AND s.kind = 'car'", &pile_resource },
		{ "ebike", " AND t.kind = 'ebike'", " AND s.kind = 'ebike'", &bike_device_resource },
	};
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < 2; i++) {
		const char *k = kinds_of[i].kind;

		TRY(home_count(h, &station_resource, false, kinds_of[i].station,
			arena_printf(&h->req->arena, "have.%s.stations", k)));
		TRY(home_count(h, &area_resource, true, kinds_of[i].area,
			arena_printf(&h->req->arena, "have.%s.areas", k)));
		TRY(home_count(h, kinds_of[i].pile, true, "",
			arena_printf(&h->req->arena, "have.%s.piles", k)));
	}
	TRY(home_count(h, &member_resource, true, "", "have.members"));
	TRY(home_count(h, &card_resource, true, "", "have.cards"));
	TRY(home_count(h, &provider_resource, true, "", "have.merchants"));
	TRY(home_count(h, &invoice_resource, true, "", "have.invoices"));
	TRY(home_count(h, &fleet_resource, true, "", "have.fleets"));
	TRY(home_count(h, &user_resource, true, "", "have.users"));
out:
	return nerr_pass(err);
}

/* ---- H3: the latest payments; H7: what people do most ---- */

struct list { struct home *h; int n; };

static NEOERR *latest_row(const struct row *r, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct list *l = ctx;
	struct home *h = l->h;
	int i = l->n++;

	TRY(hdf_put(h->node, row_str(r, 0), "paid.%d.id", i));
	TRY(hdf_put(h->node, row_str(r, 1), "paid.%d.station", i));
	TRY(hdf_put(h->node, row_str(r, 2), "paid.%d.plate", i));
	TRY(hdf_put(h->node, screen_fixed(h->req, row_money(r, 3), MONEY_SCALE, 2), "paid.%d.amount",
		i));
	TRY(hdf_put(h->node, row_str(r, 4), "paid.%d.at", i));
out:
	return nerr_pass(err);
}

static NEOERR *put_latest(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct list l = { h, 0 };

	if (!perm_has(&h->req->who, "session", "list"))
		return STATUS_OK;
	TRY(hdf_put(h->node, "1", "paid"));
	TRY(home_scoped(h, &session_resource, false,
		"SELECT t.id, (SELECT s.name FROM station s WHERE s.id = t.station_id), t.plate, t.amount,"
		" t.settled_at",
		" AND t.state = 'finished' AND t.amount > 0",
		" ORDER BY t.requested_at DESC, t.id DESC LIMIT 8", NOARGS, latest_row, &l));
out:
	return nerr_pass(err);
}

static NEOERR *put_quick(struct home *h)
{
	static const struct { const char *resource, *verb, *name, *href;
	} quick[] = {
		{ "counter", "serve", "open", "/admin/counter/open" },
		{ "counter", "serve", "token", "/admin/counter/card" },
		{ "counter", "serve", "recharge", "/admin/counter/recharge" },
		{ "card", "create", "card", "/admin/card/new" },
		{ "card", "recharge", "purse", "/admin/card" },
	};
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < sizeof quick / sizeof *quick; i++) {
		if (!perm_has(&h->req->who, quick[i].resource, quick[i].verb))
			continue;
		TRY(hdf_put(h->node,
			text_get(h->req, arena_printf(&h->req->arena, "home.quick_%s", quick[i].name)),
			"quick.%zu", i));
		TRY(hdf_put(h->node, quick[i].href, "quick.%zu.href", i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *home_open(struct home *h, struct request *req)
{
	NEOERR *err = STATUS_OK;

	*h = (struct home){ .req = req, .now = clock_now() };
	h->today = clock_day_start(h->now);
	TRY(rollup_until(req->db, &h->until));
	TRY(hdf_get_node(req->hdf, "Home", &h->node));
out:
	return nerr_pass(err);
}

/* The charts and rankings alone. */
NEOERR *home_figures(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct home h;

	TRY(home_open(&h, req));
	TRY(home_figures_put(&h));
	TRY(home_work(&h));
	TRY(render_part(req, "screen/home_figures.cs"));
out:
	return nerr_pass(err);
}

NEOERR *home_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct home h;

	TRY(home_open(&h, req));
	if (home_figures_ready(&h) || request_param(req, "figures")) {
		TRY(home_figures_put(&h));
		TRY(home_work(&h));
	} else {
		TRY(hdf_put(h.node, "1", "later"));
	}
	TRY(put_inventory(&h));
	TRY(put_today(&h));
	TRY(put_now(&h));
	TRY(put_latest(&h));
	TRY(home_parking(&h));
	TRY(put_quick(&h));
	TRY(hdf_put(req->hdf, "1", "Page.chart"));
	TRY(hdf_put(req->hdf, "home", "Page.active"));
	TRY(render_page(req, "screen/home.cs"));
out:
	return nerr_pass(err);
}
