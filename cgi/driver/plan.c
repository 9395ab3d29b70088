/* plan.c - /d/fleet/<id>/plan: a fleet's charging plans, confirmed by its administrator on the
 * phone,
 * and the password he confirms them with at a clerk's desk (U9, Z3).
 * Owns nothing; lib/charge/plan.h decides.
 * Serves driver.c. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/fleet.h"
#include "charge/plan.h"

#define PLANS 100
#define PASSWORD_MIN 8

#define START_TEXT(which) \
	"TIME_FORMAT(SEC_TO_TIME(MOD(TIME_TO_SEC(CONCAT(p.start_time, ':00')) + " which \
	"(c.start_after), 86400)), '%H:%i:%s')"

SQL(plan_list,
	"SELECT p.id, p.name, s.name, p.start_time, p.gap_seconds, p.state, p.next_at, (SELECT COUNT(*)"
	" FROM plan_connector c WHERE c.plan_id = p.id AND c.deleted = 0), p.execution, p.limit_watt"
	" DIV 1000, p.until_time, (SELECT CONCAT(" START_TEXT("MIN") ", ' - ', " START_TEXT("MAX")
	") FROM plan_connector c WHERE c.plan_id = p.id AND c.deleted = 0) FROM plan p JOIN station s"
	" ON s.id = p.station_id WHERE p.fleet_id = ? AND p.deleted = 0 ORDER BY p.state = 'pending'"
	" DESC, p.id DESC LIMIT ?");
SQL(plan_of_fleet, "SELECT COUNT(*) FROM plan WHERE id = ? AND fleet_id = ? AND deleted = 0");

struct listing { struct request *req; int n; };

static NEOERR *on_plan(const struct row *r, void *ctx)
{
	static const char *const names[] = { "", "name", "station", "time", "gap" };
	struct listing *l = ctx;
	struct request *req = l->req;
	char when[CLOCK_TEXT];
	int i = l->n++;
	NEOERR *err;

	TRY(hdf_put(req->hdf, row_str(r, 0), "Plan.%d", i));
	for (int k = 1; k < 5; k++)
		TRY(hdf_put(req->hdf, row_str(r, k), "Plan.%d.%s", i, names[k]));
	TRY(put_choice(req, &plan_state_choices, choice_value(&plan_state_choices, row_str(r, 5)),
		arena_printf(&req->arena, "Plan.%d.state", i)));
	if (row_time(r, 6))
		TRY(hdf_put(req->hdf, clock_format(row_time(r, 6), when), "Plan.%d.next", i));
	TRY(hdf_put(req->hdf, row_str(r, 7), "Plan.%d.connectors", i));
	if (row_i64(r, 9)) {
		TRY(hdf_put(req->hdf, row_str(r, 9), "Plan.%d.limit", i));
		TRY(hdf_put(req->hdf, row_str(r, 10), "Plan.%d.until", i));
		TRY(hdf_put(req->hdf, row_str(r, 11), "Plan.%d.starts", i));
	}
	if (text_eq(row_str(r, 5), "pending") && row_i64(r, 7))
		TRY(hdf_put(req->hdf, "1", "Plan.%d.confirm", i));
out:
	return nerr_pass(err);
}

static NEOERR *page(struct request *req, int64_t fleet_id, const char *problem)
{
	struct listing plans = { .req = req };
	NEOERR *err;

	TRY(db_query(req->db, &plan_list, ARGS(I64(fleet_id), I64(PLANS)), on_plan, &plans));
	if (problem) {
		TRY(hdf_put(req->hdf, text_get(req, problem), "Problem"));
		req->status = 422;
	}
	TRY(hdf_put(req->hdf, text_get(req, "driver.plan_title"), "Page.title"));
	TRY(render_page(req, "driver/plan.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *plans_show(struct request *req)
{
	int64_t id, provider;
	NEOERR *err;

	TRY(fleet_enter(req, &id, &provider));
	TRY(page(req, id, NULL));
out:
	return nerr_pass(err);
}

struct confirming { struct request *req; int64_t plan_id; bool fine; };

static NEOERR *confirm_tx(struct db *db, void *ctx)
{
	struct confirming *c = ctx;
	NEOERR *err;

	TRY(plan_confirm_own(db, c->plan_id, c->req->who.member_id, &c->fine));
	if (c->fine)
		TRY(audit_add(db, &c->req->actor, "plan", c->plan_id, "confirm", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *confirm(struct request *req)
{
	struct confirming c = { .req = req, .plan_id = route_id(req, "plan") };
	int64_t id, provider, is = 0;
	NEOERR *err;

	TRY(fleet_enter(req, &id, &provider));
	TRY(db_i64(req->db, &plan_of_fleet, ARGS(I64(c.plan_id), I64(id)), &is));
	if (!is)
		return nerr_raise(ERR_NOT_FOUND, "no such plan of the fleet");
	TRY(db_tx(req->db, confirm_tx, &c));
	if (!c.fine)
		return nerr_pass(page(req, id, "driver.plan_not_confirmed"));
	response_redirect_saying(req, arena_printf(&req->arena, "/d/fleet/%lld/plan",
		(long long)id), "driver.plan_confirmed", "");
out:
	return nerr_pass(err);
}

static NEOERR *set_password(struct request *req)
{
	const char *password = request_param_or(req, "password", "");
	int64_t id, provider;
	NEOERR *err;

	TRY(fleet_enter(req, &id, &provider));
	if (strlen(password) < PASSWORD_MIN || strlen(password) > 200)
		return nerr_pass(page(req, id, "driver.plan_password_short"));
	TRY(fleet_set_confirm(req->db, id, password));
	response_redirect_saying(req, arena_printf(&req->arena, "/d/fleet/%lld/plan",
		(long long)id), "driver.plan_password_kept", "");
out:
	return nerr_pass(err);
}

const struct route plan_routes[] = {
	{ METHOD_GET, "/d/fleet/:id/plan", plans_show, NULL, 0 },
	{ METHOD_POST, "/d/fleet/:id/plan/:plan/confirm", confirm, NULL, 0 },
	{ METHOD_POST, "/d/fleet/:id/password", set_password, NULL, 0 },
	{ .pattern = NULL },
};
