/* device.c - what devices did: connectivity (D12), strangers that knocked, commands and their
 * answers.
 * Owns three read-only screens. Serves clerks of the 电站管理 group. */
#include "cgi/screen/screen.h"

static const struct scope pile_scope = { "s.provider_id", "s.property_id", "p.station_id" };
#define PILE_JOINS "JOIN pile p ON p.id = t.pile_id JOIN station s ON s.id = p.station_id"

static const struct field connectivity_fields[] = {
	{ "at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "pile_id", F_REF, SEEN | FILTER, .ref = &pile_resource },
	{ "pile_serial", F_CODE, SEEN | SEARCH | PREFIX, .sql = "p.serial" },
	{ "protocol", F_CHOICE, SEEN | FILTER | FOLD, .sql = "p.protocol",
		.choices = &protocol_choices },
	{ "event", F_CHOICE, SEEN | FILTER, .choices = &connectivity_event_choices },
	{ "reason", F_CODE, SEEN, 0, 40 },
	{ "address", F_CODE, SEEN | HIDE },
	{ "gateway_id", F_CODE, SEEN | HIDE, 0, 32 },
	FIELDS_END,
};

const struct resource connectivity_resource = {
	.name = "connectivity",
	.group = "site",
	.title = "t.id",
	.joins = PILE_JOINS,
	.order = "t.at DESC, t.id DESC",
	.scope = &pile_scope,
	.plain = true,
	.big = true,
	.live = true,
	.can = CAN_LIST | CAN_EXPORT,
	.fields = connectivity_fields,
};

static const struct field stranger_fields[] = {
	{ "serial", F_CODE, SEEN | SEARCH | PREFIX, 0, 40 },
	{ "protocol", F_CHOICE, SEEN | FILTER, .choices = &protocol_choices },
	{ "address", F_CODE, SEEN | SEARCH },
	{ "detail", F_TEXT, SEEN },
	{ "count", F_INT, SEEN | SORT },
	{ "first_at", F_TIME, SEEN | SORT },
	{ "last_at", F_TIME, SEEN | SORT | FILTER | RANGE },
	FIELDS_END,
};
static const struct action stranger_actions[] = { { "register", ACT_ROW | ACT_LINK }, ACTIONS_END };
static const struct scope system_scope = { .system_only = true };

const struct resource stranger_resource = {
	.name = "stranger",
	.group = "site",
	.title = "t.serial",
	.order = "t.last_at DESC, t.id DESC",
	.scope = &system_scope,
	.plain = true,
	.live = true,
	.can = CAN_LIST | CAN_EXPORT,
	.fields = stranger_fields,
	.actions = stranger_actions,
	.where = "NOT EXISTS (SELECT 1 FROM pile p WHERE p.serial = t.serial AND p.deleted = 0)",
};

SQL(stranger_get, "SELECT serial, protocol FROM stranger WHERE id = ?");

static NEOERR *form_link(const struct row *r, void *ctx)
{
	struct request *req = ctx;

	response_redirect(req,
		arena_printf(&req->arena, "/admin/pile/new?serial=%s&protocol=%s",
			screen_escaped(req, row_str(r, 0)), screen_escaped(req, row_str(r, 1))));
	return STATUS_OK;
}

/* The form of a new pile, filled with what the stranger said of itself. */
NEOERR *stranger_register(struct request *req)
{
	NEOERR *err = STATUS_OK;
	int64_t id = route_id(req, "id");

	TRY(resource_reach(req, &stranger_resource, id, false));
	TRY(db_get(req->db, &stranger_get, ARGS(I64(id)), form_link, req));
out:
	return nerr_pass(err);
}

static const struct field command_fields[] = {
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "station_id", F_REF, SEEN | FILTER, .sql = "p.station_id", .ref = &station_resource },
	{ "pile_id", F_REF, SEEN | FILTER, .ref = &pile_resource },
	{ "connector_id", F_REF, SEEN, .ref = &connector_resource },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &command_kind_choices },
	{ "status", F_CHOICE, SEEN | FILTER, .choices = &command_status_choices },
	{ "result", F_TEXT, SEEN, .said = command_said },
	{ "task_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &command_task_resource },
	{ "held", F_TEXT, SEEN | HIDE,
		.sql = "(SELECT CONCAT(hr.name, ' v', hv.number) FROM pile_live hl JOIN tariff_version hv"
	" ON hv.id = hl.tariff_version_id JOIN tariff hr ON hr.id = hv.tariff_id WHERE hl.pile_id ="
	" t.pile_id AND t.kind = 'set_tariff')" },
	{ "session_id", F_REF, SEEN, .ref = &session_resource },
	{ "tries", F_INT, SEEN | HIDE },
	{ "wanted_at", F_TIME, SHOW | EXPORT },
	{ "sent_at", F_TIME, SEEN },
	{ "done_at", F_TIME, SEEN },
	{ "expires_at", F_TIME, SHOW | EXPORT },
	{ "payload", F_TEXT, SHOW },
	{ "answer", F_LONGTEXT, SHOW },
	{ "created_by", F_REF, SEEN, .ref = &user_resource },
	FIELDS_END,
};
static const struct tab command_tabs[] = {
	{ "all", "1 = 1" },
	{ "open", "t.status IN ('pending', 'sent')" },
	{ "done", "t.status = 'done'" },
	{ "failed", "t.status IN ('failed', 'expired')" },
	{ NULL },
};

const struct resource command_resource = {
	.name = "command",
	.group = "site",
	.title = "t.id",
	.joins = PILE_JOINS,
	.order = "t.created_at DESC, t.id DESC",
	.scope = &pile_scope,
	.plain = true,
	.big = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = command_fields,
	.tabs = command_tabs,
};
