/* plan_schedule.c - /admin/plan/<id>/schedule: the cheapest schedule under a limit of the site and
 * its load curve, before the plan is confirmed (Z1).
 * Owns nothing; lib/charge/plan_propose.h computes. Serves clerks and fleets' users. */
#include "charge/plan_propose.h"
#include "cgi/screen/chart.h"
#include "cgi/screen/screen.h"

#define KW_MAX 100000
#define USUAL_KW "120"
#define USUAL_UNTIL "07:00"

SQL(schedule_plan_name, "SELECT name FROM plan WHERE id = ?");

static NEOERR *take_name(const struct row *r, void *ctx)
{
	return nerr_pass(hdf_put(ctx, row_str(r, 0), "Schedule.name"));
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
	chart_series(&c, text_get(req, "plan.price"), "line", 1);
	for (int k = 0; k < p->problem.slots; k++)
		chart_point(&c, clock_of(req, p->from + k * 1800),
			(const char *[]){ screen_fixed(req, p->schedule.load[k], 3, 1),
				screen_fixed(req, p->problem.price[k], MONEY_SCALE, 4) });
	TRY(chart_put(&c, req->hdf, "Schedule.curve"));
	TRY(hdf_put(req->hdf, "1", "Page.chart"));
out:
	return nerr_pass(err);
}

/* First half hour with power, how many, and what is missing. */
static NEOERR *put_row(struct request *req, const struct proposal *p, int i)
{
	int first = -1, most = 0, used = 0;
	NEOERR *err;

	for (int k = 0; k < p->problem.slots; k++) {
		int watt = p->schedule.watt[i * p->schedule.slots + k];

		first = watt && first < 0 ? k : first;
		most = watt > most ? watt : most;
		used += watt > 0;
	}
	TRY(hdf_put(req->hdf, p->row[i].name, "Schedule.row.%d", i));
	TRY(hdf_put(req->hdf, p->row[i].plate, "Schedule.row.%d.plate", i));
	TRY(hdf_put(req->hdf, screen_fixed(req, p->vehicle[i].energy, ENERGY_SCALE, 1),
		"Schedule.row.%d.energy", i));
	TRY(hdf_put(req->hdf, first < 0 ? "-" : clock_of(req,
		p->from + first * 1800 + i * p->problem.interval), "Schedule.row.%d.start", i));
	TRY(hdf_put(req->hdf, screen_fixed(req, most, 3, 1), "Schedule.row.%d.power", i));
	TRY(hdf_put(req->hdf, screen_number(req, used), "Schedule.row.%d.slots", i));
	if (p->schedule.missing[i])
		TRY(hdf_put(req->hdf, screen_fixed(req, p->schedule.missing[i], ENERGY_SCALE, 1),
			"Schedule.row.%d.missing", i));
out:
	return nerr_pass(err);
}

static NEOERR *put_short(struct request *req, const struct proposal *p)
{
	const char *missing = screen_fixed(req, p->schedule.total_missing, ENERGY_SCALE, 1);

	return nerr_pass(hdf_put(req->hdf, p->limit_needed
			? text_format(req, "plan.short", missing,
				screen_fixed(req, p->limit_needed, 3, 1))
			: text_format(req, "plan.short_for_ever", missing, NULL),
		"Form.error"));
}

static NEOERR *put_proposal(struct request *req, const struct proposal *p)
{
	NEOERR *err = STATUS_OK;

	if (p->fault == SCHEDULE_INTERVAL)
		return nerr_pass(hdf_put(req->hdf, text_get(req, "plan.gap_too_long"), "Form.error"));
	if (p->fault == SCHEDULE_SHORT)
		TRY(put_short(req, p));
	if (p->without_energy)
		TRY(hdf_put(req->hdf, text_format(req, "plan.without_energy",
			screen_number(req, p->without_energy), NULL), "Schedule.without"));
	TRY(hdf_put(req->hdf, screen_money(req, p->schedule.cost / MONEY_FEN * MONEY_FEN),
		"Schedule.cost"));
	TRY(put_curve(req, p));
	for (int i = 0; i < p->problem.n; i++)
		TRY(put_row(req, p, i));
out:
	return nerr_pass(err);
}

NEOERR *plan_schedule_show(struct request *req)
{
	const char *kw = request_param_or(req, "limit", USUAL_KW);
	const char *until = request_param_or(req, "until", USUAL_UNTIL);
	struct proposal *p = arena_alloc(&req->arena, sizeof(*p));
	int64_t id = route_id(req, "id"), limit = 0;
	bool found = false;
	NEOERR *err;

	memset(p, 0, sizeof(*p));
	TRY(resource_reach(req, &plan_resource, id, false));
	TRY(db_get(req->db, &schedule_plan_name, ARGS(I64(id)), take_name, req->hdf));
	TRY(hdf_put(req->hdf, kw, "Schedule.limit"));
	TRY(hdf_put(req->hdf, until, "Schedule.until"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/admin/plan/%lld", (long long)id),
		"Schedule.back"));
	if (text_i64(kw, &limit) && limit > 0 && limit <= KW_MAX)
		TRY(plan_propose(req->db, id, (int)limit * 1000, until, p, &found));
	if (found)
		TRY(put_proposal(req, p));
	else
		TRY(hdf_put(req->hdf, text_get(req, "plan.schedule_wrong"), "Form.error"));
	TRY(screen_page(req, "plan", "plan.schedule", hdf_get_value(req->hdf, "Schedule.name", ""),
		"screen/plan_schedule.cs"));
out:
	proposal_clear(p);
	return nerr_pass(err);
}
