/* remote.c - stations of partner platforms as they told them, and our drivers' charges there (I9).
 * Owns the two screens. Serves operators and finance. */
#include "charge/remote.h"
#include "cgi/screen/screen.h"

static const struct field station_fields[] = {
	{ "code", F_CODE, SEEN | SEARCH | EXACT },
	{ "name", F_TEXT, SEEN | SEARCH },
	{ "exchange_peer_id", F_REF, SEEN | FILTER, .ref = &exchange_peer_resource },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	{ "address", F_TEXT, SEEN },
	{ "phone", F_CODE, SHOW },
	{ "hours", F_TEXT, SHOW },
	{ "guns", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM remote_connector c WHERE c.remote_station_id = t.id)" },
	{ "idle", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM remote_connector c WHERE c.remote_station_id = t.id AND"
			   " c.state = 'idle')" },
	{ "connectors", F_LONGTEXT, SHOW,
		.sql = "(SELECT GROUP_CONCAT(c.code, ' ', c.name, ' ', c.power, 'kW ', c.state ORDER BY"
			   " c.code SEPARATOR '; ') FROM remote_connector c WHERE c.remote_station_id ="
			   " t.id)" },
	{ "prices", F_LONGTEXT, SHOW },
	{ "seen_at", F_TIME, SEEN },
	FIELDS_END,
};
static const struct scope scope = { .provider = "t.provider_id" };

const struct resource remote_station_resource = {
	.name = "remote_station",
	.group = "finance",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.plain = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = station_fields,
};

static NEOERR *stop(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	bool asked;

	(void)res;
	(void)input;
	return nerr_pass(remote_stop(req->db, id, &asked));
}

static const struct field session_fields[] = {
	{ "requested_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "seq", F_CODE, SEEN | SEARCH | EXACT },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &session_state_choices },
	{ "exchange_peer_id", F_REF, SEEN | FILTER, .ref = &exchange_peer_resource },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	{ "remote_station_id", F_REF, SEEN | FILTER, .ref = &remote_station_resource },
	{ "member_id", F_REF, SEEN, .ref = &member_resource },
	{ "plate", F_PLATE, SEEN | HIDE },
	{ "started_at", F_TIME, SEEN | HIDE },
	{ "ended_at", F_TIME, SEEN },
	{ "energy", F_ENERGY, SEEN | TOTAL },
	{ "energy_fee", F_MONEY, SEEN | HIDE | TOTAL },
	{ "service_fee", F_MONEY, SEEN | HIDE | TOTAL },
	{ "amount", F_MONEY, SEEN | TOTAL },
	{ "member_amount", F_MONEY, SEEN | TOTAL },
	{ "prepaid", F_MONEY, SHOW },
	{ "order_at", F_TIME, SHOW | EXPORT },
	{ "differs", F_BOOL, SEEN, .sql = "t.order_other IS NOT NULL" },
	{ "order_other", F_LONGTEXT, SHOW },
	{ "note", F_TEXT, SHOW },
	FIELDS_END,
};
static const struct action session_actions[] = {
	{ "stop", ACT_ROW | ACT_CONFIRM, NULL, "t.state IN ('starting', 'charging')", stop },
	ACTIONS_END,
};
static const struct tab session_tabs[] = { { "all", NULL },
	{ "running", "t.state IN ('starting', 'charging', 'stopping')" },
	{ "differs", "t.order_other IS NOT NULL" }, { NULL } };

const struct resource remote_session_resource = {
	.name = "remote_session",
	.group = "finance",
	.title = "t.seq",
	.order = "t.requested_at DESC, t.id DESC",
	.scope = &scope,
	.plain = true,
	.big = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = session_fields,
	.actions = session_actions,
	.tabs = session_tabs,
};
