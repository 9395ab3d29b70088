/* plan_schedule.c - /admin/plan/<id>/schedule: the cheapest order of the starts under a limit of
 * the site and its load curve; accepted, it is what the plan does (Z1).
 * Owns nothing; lib/charge/plan_propose.h computes. Serves clerks and fleets' users. */
#include "charge/plan_propose.h"
#include "base/clock.h"
#include "base/text.h"
#include "cgi/response.h"
#include "cgi/screen/chart.h"
#include "cgi/screen/screen.h"

#define KW_MAX 100000
#define USUAL_KW "120"
#define USUAL_UNTIL "07:00"

/* Power and time as they were accepted, or the station's own limit. */
SQL(schedule_plan,
	"SELECT p.name, COALESCE(CAST(p.limit_watt DIV 1000 AS CHAR), CAST(s.load_limit AS SIGNED),"
	" ''), COALESCE(p.until_time, ''), CAST(COALESCE(s.load_limit, 0) * 1000 AS SIGNED),"
	" p.limit_watt IS NOT NULL FROM plan p JOIN station s ON s.id = p.station_id WHERE p.id = ?");

struct asked {
	struct request *req;
	int64_t id, limit, station_watt;
	const char *name, *kw, *until, *problem;
	bool accepted;
};

static NEOERR *take_asked(const struct row *r, void *ctx)
{
	struct asked *a = ctx;
	struct arena *m = &a->req->arena;

	a->name = arena_printf(m, "%s", row_str(r, 0));
	a->kw = *row_str(r, 1) ? arena_printf(m, "%s", row_str(r, 1)) : USUAL_KW;
	a->until = *row_str(r, 2) ? arena_printf(m, "%s", row_str(r, 2)) : USUAL_UNTIL;
	a->station_watt = row_i64(r, 3);
	a->accepted = row_i64(r, 4) != 0;
	return STATUS_OK;
}

static const char *clock_of(struct request *req, int64_t t)
{
	char text[CLOCK_TEXT];

	clock_format(t, text);
	return arena_printf(&req->arena, "%.5s", text + 11);
}

static NEOERR *put_curve(struct request *req, const struct proposal *p)
{
	struct chart c;
	NEOERR *err;

	chart_init(&c, "kW", text_get(req, "plan.price_unit"));
	chart_series(&c, text_get(req, "plan.load"), "bar", 0);
	chart_series(&c, text_get(req, "plan.limit_line"), "line", 0);
	chart_series(&c, text_get(req, "plan.price"), "line", 1);
	for (int k = 0; k < p->problem.slots; k++)
		chart_point(&c, clock_of(req, p->from + k * PROPOSE_SLOT),
			(const char *[]){ screen_fixed(req, p->order.load[k], 3, 1),
				screen_fixed(req, p->problem.limit[k], 3, 1),
				screen_fixed(req, p->problem.price[k], MONEY_SCALE, 4) });
	TRY(chart_put(&c, req->hdf, "Schedule.curve"));
	TRY(hdf_put(req->hdf, "1", "Page.chart"));
out:
	return nerr_pass(err);
}

static NEOERR *put_row(struct request *req, const struct proposal *p, int i)
{
	int64_t start = p->from + p->order.start[i];
	bool starts = p->order.start[i] >= 0;
	NEOERR *err;

	TRY(hdf_put(req->hdf, p->row[i].name, "Schedule.row.%d", i));
	TRY(hdf_put(req->hdf, p->row[i].plate, "Schedule.row.%d.plate", i));
	TRY(hdf_put(req->hdf, screen_fixed(req, p->vehicle[i].energy, ENERGY_SCALE, 1),
		"Schedule.row.%d.energy", i));
	TRY(hdf_put(req->hdf, starts ? screen_time(req, start) : "-", "Schedule.row.%d.start", i));
	TRY(hdf_put(req->hdf, starts ? screen_time(req, start + p->order.seconds[i]) : "-",
		"Schedule.row.%d.end", i));
	TRY(hdf_put(req->hdf, screen_fixed(req, p->vehicle[i].watt, 3, 1), "Schedule.row.%d.power",
		i));
	if (p->order.missing[i])
		TRY(hdf_put(req->hdf, screen_fixed(req, p->order.missing[i], ENERGY_SCALE, 1),
			"Schedule.row.%d.missing", i));
out:
	return nerr_pass(err);
}

static NEOERR *put_short(struct request *req, const struct proposal *p)
{
	const char *missing = screen_fixed(req, p->order.total_missing, ENERGY_SCALE, 1);

	return nerr_pass(hdf_put(req->hdf, p->limit_needed
			? text_format(req, "plan.short", missing,
				screen_fixed(req, p->limit_needed, 3, 1))
			: text_format(req, "plan.short_for_ever", missing, NULL),
		"Form.error"));
}

/* How much is missing at the least, however power is divided: then no order can do. */
static NEOERR *put_figures(struct request *req, const struct proposal *p)
{
	NEOERR *err = STATUS_OK;

	if (p->without_energy)
		TRY(hdf_put(req->hdf, text_format(req, "plan.without_energy",
			screen_number(req, p->without_energy), NULL), "Schedule.without"));
	TRY(hdf_put(req->hdf, screen_money(req, p->order.cost / MONEY_FEN * MONEY_FEN),
		"Schedule.cost"));
	if (p->fault == SCHEDULE_FITS && !p->order.proven)
		TRY(hdf_put(req->hdf, text_format(req, "plan.bound",
			screen_money(req, p->bound / MONEY_FEN * MONEY_FEN), NULL), "Schedule.bound"));
	else if (p->fault == SCHEDULE_FITS)
		TRY(hdf_put(req->hdf, text_get(req, "plan.proven"), "Schedule.bound"));
	if (p->fault == SCHEDULE_FITS && !p->without_energy && p->problem.n)
		TRY(hdf_put(req->hdf, "1", "Schedule.may_accept"));
out:
	return nerr_pass(err);
}

static NEOERR *put_proposal(struct request *req, const struct proposal *p)
{
	NEOERR *err = STATUS_OK;

	if (p->fault == SCHEDULE_INTERVAL)
		return nerr_pass(hdf_put(req->hdf, text_get(req, "plan.gap_too_long"), "Form.error"));
	if (p->fault == SCHEDULE_SHORT)
		TRY(put_short(req, p));
	TRY(put_figures(req, p));
	TRY(put_curve(req, p));
	for (int i = 0; i < p->problem.n; i++)
		TRY(put_row(req, p, i));
out:
	return nerr_pass(err);
}

static NEOERR *enter(struct request *req, struct asked *a)
{
	int64_t kw = 0;
	NEOERR *err;

	*a = (struct asked){ .req = req, .id = route_id(req, "id") };
	TRY(resource_reach(req, &plan_resource, a->id, false));
	TRY(db_get(req->db, &schedule_plan, ARGS(I64(a->id)), take_asked, a));
	a->kw = request_param_or(req, "limit", a->kw);
	a->until = request_param_or(req, "until", a->until);
	if (text_i64(a->kw, &kw) && kw > 0 && kw <= KW_MAX)
		a->limit = kw * 1000;
	if (!a->limit)
		a->problem = "plan.schedule_wrong";
	else if (a->station_watt && a->limit > a->station_watt)
		a->problem = "plan.schedule_above";
out:
	return nerr_pass(err);
}

static NEOERR *page(struct request *req, struct asked *a)
{
	struct proposal *p = arena_alloc(&req->arena, sizeof(*p));
	bool found = false;
	NEOERR *err;

	memset(p, 0, sizeof(*p));
	TRY(hdf_put(req->hdf, a->kw, "Schedule.limit"));
	TRY(hdf_put(req->hdf, a->until, "Schedule.until"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/admin/plan/%lld", (long long)a->id),
		"Schedule.back"));
	if (a->accepted)
		TRY(hdf_put(req->hdf, "1", "Schedule.accepted"));
	if (!a->problem)
		TRY(plan_propose(req->db, a->id, (int)a->limit, a->until, p, &found));
	if (found)
		TRY(put_proposal(req, p));
	else
		TRY(hdf_put(req->hdf, text_get(req, a->problem ? a->problem : "plan.schedule_wrong"),
			"Form.error"));
	TRY(screen_page(req, "plan", "plan.schedule", a->name, "screen/plan_schedule.cs"));
out:
	proposal_clear(p);
	return nerr_pass(err);
}

NEOERR *plan_schedule_show(struct request *req)
{
	struct asked a;
	NEOERR *err;

	TRY(enter(req, &a));
	TRY(page(req, &a));
out:
	return nerr_pass(err);
}

struct accepting { struct asked *asked; bool fine; };

static NEOERR *accept_tx(struct db *db, void *ctx)
{
	struct accepting *c = ctx;
	struct asked *a = c->asked;
	NEOERR *err;

	TRY(resource_reach(a->req, &plan_resource, a->id, true));
	TRY(plan_accept(db, a->id, (int)a->limit, a->until, a->req->who.user_id, &c->fine));
	if (c->fine)
		TRY(audit_add(db, &a->req->actor, "plan", a->id, "schedule", NULL, NULL,
			arena_printf(&a->req->arena, "%s kW, %s", a->kw, a->until)));
out:
	return nerr_pass(err);
}

/* What is shown is computed again and kept; what cannot be followed is said on the page. */
NEOERR *plan_schedule_accept(struct request *req)
{
	struct asked a;
	struct accepting c = { .asked = &a };
	NEOERR *err;

	TRY(enter(req, &a));
	if (!a.problem)
		TRY(db_tx(req->db, accept_tx, &c));
	if (!c.fine) {
		a.problem = a.problem ? a.problem : "plan.schedule_not_taken";
		req->status = 422;
		TRY(page(req, &a));
		goto out;
	}
	response_redirect_saying(req, arena_printf(&req->arena, "/admin/plan/%lld",
		(long long)a.id), "plan.schedule_taken", a.kw);
out:
	return nerr_pass(err);
}
