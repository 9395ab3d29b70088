/* plan_course.c - /admin/plan/<id>/course: the plan's last run: the load that was accepted beside
 * the one that holds now, what changed and why, each connector's start then and now (Z1, Z3).
 * Owns nothing. Serves clerks and fleets' users. */
#include "cgi/screen/chart.h"
#include "cgi/screen/screen.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/plan_propose.h"

#define STARTS 400
#define CHANGES 100

SQL(course_plan,
	"SELECT p.name, COALESCE(p.limit_watt, 0), (SELECT MAX(s.due_at) FROM plan_start s WHERE"
	" s.plan_id = p.id) FROM plan p WHERE p.id = ?");
SQL(course_starts,
	"SELECT CONCAT(l.name, ' ', c.name), t.state, t.refusal, t.planned_at, t.start_at,"
	" COALESCE(t.watt, 0), COALESCE(t.energy, 0), COALESCE(s.energy, 0), s.ended_at, g.reason,"
	" COALESCE(CONCAT(gl.name, ' ', gc.name), ''), COALESCE(v.plate, ''), s.id IS NOT NULL AND"
	" s.state NOT IN ('finished', 'failed') FROM plan_start t JOIN connector c ON c.id ="
	" t.connector_id JOIN pile l ON l.id = c.pile_id LEFT JOIN session s ON s.id = t.session_id"
	" LEFT JOIN plan_change g ON g.id = t.plan_change_id LEFT JOIN connector gc ON gc.id ="
	" g.connector_id LEFT JOIN pile gl ON gl.id = gc.pile_id LEFT JOIN vehicle v ON v.id ="
	" t.vehicle_id WHERE t.plan_id = ? AND t.due_at = ? ORDER BY t.start_at, t.id LIMIT ?");
SQL(course_changes,
	"SELECT g.at, g.reason, COALESCE(CONCAT(l.name, ' ', c.name), ''), g.moved, g.left_out,"
	" g.missing, COALESCE(g.limit_needed, 0) FROM plan_change g LEFT JOIN connector c ON c.id ="
	" g.connector_id LEFT JOIN pile l ON l.id = c.pile_id WHERE g.plan_id = ? AND g.due_at = ?"
	" ORDER BY g.id DESC LIMIT ?");

struct course {
	struct request *req;
	int64_t id, limit, due, base, end;
	const char *name;
	int starts, changes;
	bool ordered;
	int then[SCHEDULE_SLOTS], now[SCHEDULE_SLOTS];
};

static NEOERR *take_plan(const struct row *r, void *ctx)
{
	struct course *c = ctx;

	c->name = arena_strdup(&c->req->arena, row_str(r, 0));
	c->limit = row_i64(r, 1);
	c->due = row_time(r, 2);
	c->base = c->due / PROPOSE_SLOT * PROPOSE_SLOT;
	return STATUS_OK;
}

static void add(struct course *c, int *load, int64_t begin, int64_t end, int64_t watt)
{
	for (int k = 0; k < SCHEDULE_SLOTS; k++)
		if (begin < c->base + (k + 1) * PROPOSE_SLOT && end > c->base + k * PROPOSE_SLOT)
			load[k] += (int)watt;
	c->end = end > c->end ? end : c->end;
}

/* What was accepted; and what was, is and will be: until it ended, or its energy at full power. */
static void add_start(struct course *c, const struct row *r)
{
	int64_t planned = row_time(r, 3), start = row_time(r, 4), watt = row_i64(r, 5);
	int64_t seconds = watt ? row_energy(r, 6) * 360 / watt : 0, ended = row_time(r, 8);
	const char *state = row_str(r, 1);

	if (!planned || !watt)
		return;
	c->ordered = true;
	add(c, c->then, planned, planned + seconds, watt);
	if (row_i64(r, 12) && start + seconds < clock_now())
		seconds = clock_now() - start;
	if (!text_eq(state, "refused") && !text_eq(state, "failed"))
		add(c, c->now, start, ended ? ended : start + seconds, watt);
}

static NEOERR *put_words(struct course *c, int i, const struct row *r)
{
	struct request *req = c->req;
	const char *why = row_str(r, 2);
	NEOERR *err;

	if (*why)
		TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "refusal.%s", why)),
			"Start.%d.why", i));
	if (*row_str(r, 9)) {
		TRY(screen_choice(req, &plan_reason_choices, row_str(r, 9),
			arena_printf(&req->arena, "Start.%d.reason", i)));
		TRY(hdf_put(req->hdf, row_str(r, 10), "Start.%d.cause", i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *put_start(const struct row *r, void *ctx)
{
	struct course *c = ctx;
	struct request *req = c->req;
	int64_t planned = row_time(r, 3), start = row_time(r, 4);
	int i = c->starts++;
	NEOERR *err;

	add_start(c, r);
	TRY(hdf_put(req->hdf, row_str(r, 0), "Start.%d", i));
	TRY(screen_choice(req, &plan_start_state_choices, row_str(r, 1),
		arena_printf(&req->arena, "Start.%d.state", i)));
	TRY(hdf_put(req->hdf, planned ? screen_time(req, planned) : "", "Start.%d.planned", i));
	TRY(hdf_put(req->hdf, screen_time(req, start), "Start.%d.start", i));
	if (planned && planned != start)
		TRY(hdf_put(req->hdf, "1", "Start.%d.moved", i));
	TRY(hdf_put(req->hdf, row_str(r, 11), "Start.%d.plate", i));
	TRY(hdf_put(req->hdf, row_energy(r, 6) ? screen_fixed(req, row_energy(r, 6), ENERGY_SCALE, 1)
		: "", "Start.%d.wanted", i));
	TRY(hdf_put(req->hdf, screen_fixed(req, row_energy(r, 7), ENERGY_SCALE, 1), "Start.%d.has",
		i));
	TRY(put_words(c, i, r));
out:
	return nerr_pass(err);
}

static NEOERR *put_change(const struct row *r, void *ctx)
{
	struct course *c = ctx;
	struct request *req = c->req;
	int64_t missing = row_energy(r, 5), needed = row_i64(r, 6);
	const char *kwh = screen_fixed(req, missing, ENERGY_SCALE, 1);
	int i = c->changes++;
	NEOERR *err;

	TRY(hdf_put(req->hdf, screen_time(req, row_time(r, 0)), "Change.%d", i));
	TRY(screen_choice(req, &plan_reason_choices, row_str(r, 1),
		arena_printf(&req->arena, "Change.%d.reason", i)));
	TRY(hdf_put(req->hdf, row_str(r, 2), "Change.%d.cause", i));
	TRY(hdf_put(req->hdf, row_str(r, 3), "Change.%d.moved", i));
	TRY(hdf_put(req->hdf, row_str(r, 4), "Change.%d.left_out", i));
	if (missing)
		TRY(hdf_put(req->hdf, needed
				? text_format(req, "plan.short", kwh, screen_fixed(req, needed, 3, 1))
				: text_format(req, "plan.short_for_ever", kwh, NULL), "Change.%d.short", i));
out:
	return nerr_pass(err);
}

static NEOERR *put_curve(struct course *c)
{
	struct request *req = c->req;
	struct chart chart;
	NEOERR *err = STATUS_OK;

	if (!c->ordered)
		return STATUS_OK;
	chart_init(&chart, "kW", NULL);
	chart_series(&chart, text_get(req, "plan.load_then"), "bar", 0);
	chart_series(&chart, text_get(req, "plan.load_now"), "bar", 0);
	chart_series(&chart, text_get(req, "plan.limit_line"), "line", 0);
	for (int k = 0; k < SCHEDULE_SLOTS && c->base + k * PROPOSE_SLOT < c->end; k++) {
		char at[CLOCK_TEXT];

		clock_format(c->base + k * PROPOSE_SLOT, at);
		chart_point(&chart, arena_printf(&req->arena, "%.5s", at + 11),
			(const char *[]){ screen_fixed(req, c->then[k], 3, 1),
				screen_fixed(req, c->now[k], 3, 1),
				c->limit ? screen_fixed(req, c->limit, 3, 1) : NULL });
	}
	TRY(chart_put(&chart, req->hdf, "Course.curve"));
	TRY(hdf_put(req->hdf, "1", "Page.chart"));
out:
	return nerr_pass(err);
}

NEOERR *plan_course_show(struct request *req)
{
	struct course *c = arena_alloc(&req->arena, sizeof(*c));
	NEOERR *err;

	memset(c, 0, sizeof(*c));
	c->req = req;
	c->id = route_id(req, "id");
	TRY(resource_reach(req, &plan_resource, c->id, false));
	TRY(db_get(req->db, &course_plan, ARGS(I64(c->id)), take_plan, c));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/admin/plan/%lld", (long long)c->id),
		"Course.back"));
	if (c->due) {
		TRY(hdf_put(req->hdf, screen_time(req, c->due), "Course.due"));
		TRY(db_query(req->db, &course_starts, ARGS(I64(c->id), TIME(c->due), I64(STARTS)),
			put_start, c));
		TRY(db_query(req->db, &course_changes, ARGS(I64(c->id), TIME(c->due), I64(CHANGES)),
			put_change, c));
		TRY(put_curve(c));
	}
	TRY(screen_page(req, "plan", "plan.course", c->name, "screen/plan_course.cs"));
out:
	return nerr_pass(err);
}
