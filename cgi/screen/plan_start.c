/* plan_start.c - what became of the runs of charging plans, connector after connector (Z3).
 * Owns the screen. Serves clerks of the 会员中心 group. */
#include "cgi/screen/screen.h"

static const char *said(struct request *req, const char *raw)
{
	return *raw ? text_get(req, arena_printf(&req->arena, "refusal.%s", raw)) : "";
}

static const struct field fields[] = {
	{ "plan_id", F_REF, SEEN | FILTER, .ref = &plan_resource },
	{ "due_at", F_TIME, SEEN },
	{ "start_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "planned_at", F_TIME, SEEN | HIDE },
	{ "connector_id", F_REF, SEEN | FILTER | FOLD, .ref = &connector_resource },
	{ "vehicle_id", F_REF, SEEN, .ref = &fleet_vehicle_resource },
	{ "energy", F_ENERGY, SEEN | HIDE },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &plan_start_state_choices },
	{ "refusal", F_CODE, SEEN, .said = said },
	{ "elsewhere_connector_id", F_REF, SEEN, .ref = &connector_resource },
	{ "session_id", F_REF, SEEN, .ref = &session_resource },
	{ "session_state", F_CHOICE, SEEN, .choices = &session_state_choices, .sql = "s.state" },
	{ "session_energy", F_ENERGY, SEEN, .sql = "s.energy" },
	{ "stop_reason", F_CHOICE, SEEN, .choices = &stop_reason_choices,
		.sql = "NULLIF(s.stop_reason, '')" },
	FIELDS_END,
};
static const struct scope scope = { .provider = "f.provider_id", .property = "f.property_id",
	.station = "p.station_id", .fleet = "p.fleet_id" };
static const struct tab tabs[] = { { "all", "1 = 1" }, { "waiting", "t.state = 'waiting'" },
	{ "started", "t.state = 'started'" }, { "charged", "t.state = 'charged'" },
	{ "missed", "t.state IN ('broken', 'failed')" }, { "refused", "t.state = 'refused'" },
	{ NULL } };

const struct resource plan_start_resource = {
	.name = "plan_start",
	.group = "people",
	.title = "t.id",
	.joins = "JOIN plan p ON p.id = t.plan_id JOIN fleet f ON f.id = p.fleet_id LEFT JOIN session s"
		" ON s.id = t.session_id",
	.order = "t.start_at DESC, t.id DESC",
	.scope = &scope,
	.plain = true,
	.big = true,
	.live = true,
	.can = CAN_LIST | CAN_EXPORT,
	.fields = fields,
	.tabs = tabs,
};
