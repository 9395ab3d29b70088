/* plan.c - charging plans of fleets: who, where, when, how far apart; confirmed, paused, resumed
 * (Z1,
 * Z3).
 * Owns the screen. Serves clerks of the 会员中心 group. */
#include "charge/plan.h"
#include "charge/plan_propose.h"
#include "cgi/screen/screen.h"

SQL(plan_fleet,
	"SELECT f.provider_id, f.admin_id IS NOT NULL FROM fleet f WHERE f.id = ? AND f.status ="
	" 'enabled' AND f.deleted = 0");
SQL(plan_station_provider, "SELECT provider_id FROM station WHERE id = ? AND kind = 'car'");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 80 },
	{ "fleet_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &fleet_resource },
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource },
	{ "provider_id", F_REF, SHOW | EXPORT | FILTER | FOLD, .ref = &provider_resource },
	{ "connector_count", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM plan_connector c WHERE c.plan_id = t.id AND c.deleted = 0)" },
	{ "execution", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &plan_execution_choices,
		.fallback = "automatic" },
	{ "start_time", F_CODE, SEEN | SORT | TYPED | REQUIRED, 5, 5 },
	{ "gap_seconds", F_INT, SEEN | TYPED | REQUIRED, 1, 600, .fallback = "5", .unit = "s" },
	{ "limit", F_DECIMAL, SEEN | HIDE, .scale = 1, .unit = "kW",
		.sql = "CAST(t.limit_watt / 1000 AS DECIMAL(12,1))" },
	{ "until_time", F_CODE, SEEN | HIDE },
	{ "next_at", F_TIME, SEEN | SORT },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &plan_state_choices },
	{ "confirmed_at", F_TIME, SHOW | EXPORT },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

struct owner { int64_t provider_id; bool administered; };

static NEOERR *take_owner(const struct row *r, void *ctx)
{
	*(struct owner *)ctx = (struct owner){ row_i64(r, 0), row_i64(r, 1) != 0 };
	return STATUS_OK;
}

/* Z1: the fleet must have an administrator, and the station must be its provider's. */
static NEOERR *check(struct request *req, struct change *c)
{
	int64_t fleet = change_i64(c, "fleet_id"), station = change_i64(c, "station_id"), provider = 0;
	const char *time = change_text(c, "start_time");
	struct owner o = { 0 };
	bool found = false;
	NEOERR *err = STATUS_OK;

	if (time && *time && !plan_next(time, clock_now()))
		change_error(c, "start_time", "error.plan_time");
	if (!fleet || !station)
		return STATUS_OK;
	TRY(db_find(req->db, &plan_fleet, ARGS(I64(fleet)), take_owner, &o, &found));
	TRY(db_i64(req->db, &plan_station_provider, ARGS(I64(station)), &provider));
	if (!found)
		change_error(c, "fleet_id", "error.fleet_closed");
	else if (!o.administered)
		change_error(c, "fleet_id", "error.plan_no_admin");
	else if (provider != o.provider_id)
		change_error(c, "station_id", "error.plan_station");
	else if (!c->id)
		change_set(req, c, "provider_id", screen_number(req, o.provider_id));
out:
	return nerr_pass(err);
}

/* Z3: new or edited, it waits for its confirmation; an accepted order was made for its time. */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	bool other_starts = c->id && (change_value(c, "start_time")->changed ||
		change_value(c, "gap_seconds")->changed);
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (c->errors)
		goto out;
	if (other_starts)
		TRY(plan_unaccept(req->db, *id));
	TRY(plan_changed(req->db, *id, req->who.user_id));
out:
	return nerr_pass(err);
}

static NEOERR *confirm(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	bool fine;
	NEOERR *err;

	(void)res;
	TRY(plan_confirm(req->db, id, change_text(input, "phone"), change_text(input, "password"),
		&fine));
	if (!fine)
		change_error(input, "password", "error.plan_not_confirmed");
out:
	return nerr_pass(err);
}

static NEOERR *pause(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(plan_pause(req->db, id, req->who.user_id));
}

static NEOERR *resume(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(plan_resume(req->db, id, req->who.user_id));
}

static NEOERR *execute(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(plan_run_now(req->db, id));
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	(void)problem;
	return nerr_pass(plan_leave(req->db, id, req->who.user_id));
}

static const struct scope scope = { .provider = "f.provider_id", .property = "f.property_id",
	.station = "t.station_id", .fleet = "t.fleet_id" };
static const struct field confirm_fields[] = {
	{ "phone", F_PHONE, CREATE | REQUIRED, 0, 20 },
	{ "password", F_PASSWORD, CREATE | REQUIRED | SECRET | NOAUDIT, 1, 200 },
	FIELDS_END,
};
static const struct action actions[] = {
	{ "connectors", ACT_ROW | ACT_LINK, NULL, NULL },
	{ "schedule", ACT_ROW | ACT_LINK, NULL, NULL },
	{ "course", ACT_ROW | ACT_LINK | ACT_MORE, NULL, NULL },
	{ "confirm", ACT_ROW, confirm_fields, "t.state = 'pending'", confirm },
	{ "pause", ACT_ROW | ACT_CONFIRM, NULL, "t.state = 'running'", pause },
	{ "resume", ACT_ROW | ACT_CONFIRM, NULL, "t.state = 'paused'", resume },
	{ "execute", ACT_ROW | ACT_CONFIRM, NULL,
		"t.state = 'running' AND t.execution = 'manual'", execute },
	ACTIONS_END,
};
static const struct tab tabs[] = { { "all", "1 = 1" }, { "pending", "t.state = 'pending'" },
	{ "running", "t.state = 'running'" }, { "paused", "t.state = 'paused'" }, { NULL } };
static const struct child children[] = { { &plan_connector_resource, "plan_id" },
	{ &plan_start_resource, "plan_id" }, { &plan_change_resource, "plan_id" }, { NULL } };

const struct resource plan_resource = {
	.name = "plan",
	.group = "people",
	.title = "t.name",
	.joins = "JOIN fleet f ON f.id = t.fleet_id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = before_delete,
};
