/* alarm.c - what is or was wrong with piles and connectors (T2, T3).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "opened_at", F_TIME, SEEN | SORT | FILTER | RANGE },
	{ "code", F_CHOICE, SEEN | FILTER, .choices = &alarm_code_choices },
	{ "level", F_CHOICE, SEEN | FILTER, .choices = &alarm_level_choices },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "pile_id", F_REF, SEEN | FILTER, .ref = &pile_resource },
	{ "pile_serial", F_CODE, SEEN | SEARCH | PREFIX, .sql = "p.serial" },
	{ "connector_number", F_INT, SEEN },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &alarm_state_choices },
	{ "detail", F_TEXT, SEEN },
	{ "times", F_INT, SEEN },
	{ "last_at", F_TIME, SEEN | HIDE },
	{ "closed_at", F_TIME, SEEN },
	{ "lasted", F_SECONDS, SEEN, .sql = "TIMESTAMPDIFF(SECOND, t.opened_at, t.closed_at)" },
	FIELDS_END,
};
static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };
static const struct tab tabs[] = { { "open", "t.state = 'open'" },
	{ "closed", "t.state = 'closed'" }, { "all", "1 = 1" }, { NULL } };

const struct resource alarm_resource = {
	.name = "alarm",
	.group = "site",
	.title = "CONCAT(t.code, ' #', t.id)",
	.joins = "JOIN pile p ON p.id = t.pile_id JOIN station s ON s.id = t.station_id",
	.order = "t.opened_at DESC, t.id DESC",
	.scope = &scope,
	.plain = true,
	.big = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.tabs = tabs,
};
