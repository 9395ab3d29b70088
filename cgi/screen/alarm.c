/* alarm.c - what is or was wrong with piles and connectors (T2, T3).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "charge/alarm.h"
#include "cgi/screen/screen.h"

SQL(alarm_handle,
	"UPDATE alarm SET handling = ?, way = ?, note = ?, handled_by = ?, handled_at = ? WHERE id ="
	" ?");

static const struct field fields[] = {
	{ "opened_at", F_TIME, SEEN | SORT | FILTER | RANGE },
	{ "code", F_CHOICE, SEEN | FILTER, .choices = &alarm_code_choices },
	{ "level", F_CHOICE, SEEN | FILTER, .choices = &alarm_level_choices },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "pile_id", F_REF, SEEN | FILTER, .ref = &pile_resource },
	{ "pile_serial", F_CODE, SEEN | SEARCH | PREFIX, .sql = "p.serial" },
	{ "connector_number", F_INT, SEEN },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &alarm_state_choices },
	{ "handling", F_CHOICE, SEEN | FILTER, .choices = &alarm_handling_choices },
	{ "detail", F_TEXT, SEEN },
	{ "times", F_INT, SEEN },
	{ "last_at", F_TIME, SEEN | HIDE },
	{ "closed_at", F_TIME, SEEN },
	{ "lasted", F_SECONDS, SEEN, .sql = "TIMESTAMPDIFF(SECOND, t.opened_at, t.closed_at)" },
	{ "way", F_CHOICE, SHOW | EXPORT, .choices = &alarm_way_choices },
	{ "note", F_TEXT, SHOW | EXPORT },
	{ "handled_by", F_REF, SHOW | EXPORT, .ref = &user_resource },
	{ "handled_at", F_TIME, SHOW | EXPORT },
	FIELDS_END,
};

/* T2: by one or by a batch; what is done may be taken up again. */
static NEOERR *handle(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(db_exec(req->db, &alarm_handle,
		ARGS(STR(change_text(input, "handling")), STR(change_text(input, "way")),
			STR(change_text(input, "note")), IDREF(req->who.user_id), TIME(clock_now()), I64(id)),
		NULL));
}

static const struct choice ends[] = { { "working", "orange" }, { "done", "green" } };
static const struct choices end_choices = { "alarm_handling", ends, 2 };
static const struct field handle_fields[] = {
	{ "handling", F_CHOICE, CREATE | REQUIRED, .choices = &end_choices, .fallback = "done" },
	{ "way", F_CHOICE, CREATE | REQUIRED, .choices = &alarm_way_choices, .fallback = "remote" },
	{ "note", F_TEXT, CREATE | REQUIRED, 1, 500 },
	FIELDS_END,
};
static const struct action actions[] = {
	{ "handle", ACT_ROW | ACT_BATCH, handle_fields, NULL, handle }, ACTIONS_END
};
static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };
/* The last one is the list of piles that are away now (T3). */
static const struct tab tabs[] = { { "open", "t.state = 'open'" },
	{ "waiting", "t.handling = 'waiting'" }, { "working", "t.handling = 'working'" },
	{ "closed", "t.state = 'closed'" }, { "all", "1 = 1" },
	{ "away", "t.state = 'open' AND t.code = '" ALARM_CODE_OFFLINE "'" }, { NULL } };

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
	.actions = actions,
	.tabs = tabs,
};
