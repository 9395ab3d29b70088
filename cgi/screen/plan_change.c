/* plan_change.c - why what had not started yet of a plan's run was planned anew (Z1, Z3).
 * Owns the screen. Serves the plan's page. */
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "plan_id", F_REF, SEEN | FILTER, .ref = &plan_resource },
	{ "due_at", F_TIME, SEEN },
	{ "at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "reason", F_CHOICE, SEEN | FILTER, .choices = &plan_reason_choices },
	{ "connector_id", F_REF, SEEN, .ref = &connector_resource },
	{ "moved", F_INT, SEEN },
	{ "left_out", F_INT, SEEN },
	{ "missing", F_ENERGY, SEEN },
	{ "limit_needed", F_DECIMAL, SEEN, .scale = 1, .unit = "kW",
		.sql = "CAST(t.limit_needed / 1000 AS DECIMAL(12,1))" },
	FIELDS_END,
};
static const struct scope scope = { .provider = "f.provider_id", .property = "f.property_id",
	.station = "p.station_id", .fleet = "p.fleet_id" };

const struct resource plan_change_resource = {
	.name = "plan_change",
	.title = "t.id",
	.joins = "JOIN plan p ON p.id = t.plan_id JOIN fleet f ON f.id = p.fleet_id",
	.order = "t.at DESC, t.id DESC",
	.scope = &scope,
	.plain = true,
	.big = true,
	.can = CAN_LIST | CAN_EXPORT,
	.fields = fields,
};
