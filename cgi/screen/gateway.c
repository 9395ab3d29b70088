/* gateway.c - gateways: who lives, what each holds and rejects, as they write it themselves (N1).
 * Owns the screens gateway and gateway_reject. Serves operators of the house. */
#include "cgi/screen/screen.h"

SQL(gateway_forget_rejects, "DELETE FROM gateway_reject WHERE gateway_id = ?");
SQL(gateway_forget, "DELETE FROM gateway WHERE id = ?");

static const struct scope system_scope = { .system_only = true };

static const struct field fields[] = {
	{ "name", F_CODE, SEEN | SORT },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &gateway_state_choices },
	{ "piles", F_INT, SEEN | SORT },
	{ "connections", F_INT, SHOW | EXPORT },
	{ "room", F_INT, SHOW | EXPORT },
	{ "waiting", F_INT, SEEN },
	{ "frames_in", F_INT, SEEN, .unit = "/s" },
	{ "frames_out", F_INT, SEEN, .unit = "/s" },
	{ "rejected", F_INT, SEEN },
	{ "queued", F_INT, SEEN, .unit = "B" },
	{ "lag", F_INT, SEEN, .unit = "ms" },
	{ "memory", F_INT, SEEN, .unit = "kB" },
	{ "host", F_CODE, SEEN },
	{ "program", F_CODE, SEEN | HIDE },
	{ "started_at", F_TIME, SEEN | SORT },
	{ "seen_at", F_TIME, SEEN | HIDE },
	{ "expires_at", F_TIME, SHOW },
	{ "heir", F_CODE, SEEN | HIDE },
	FIELDS_END,
};

/* It is no more and its piles are another's: its name leaves the list. */
static NEOERR *forget(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err;

	(void)res;
	(void)input;
	TRY(db_exec(req->db, &gateway_forget_rejects, ARGS(I64(id)), NULL));
	TRY(db_exec(req->db, &gateway_forget, ARGS(I64(id)), NULL));
out:
	return nerr_pass(err);
}

static const struct action actions[] = {
	{ "forget", ACT_ROW | ACT_CONFIRM, NULL, "t.state <> 'up' AND t.heir <> ''", forget },
	ACTIONS_END,
};
static const struct tab tabs[] = { { "all", NULL }, { "up", "t.state = 'up'" },
	{ "gone", "t.state <> 'up'" }, { NULL, NULL } };
static const struct child children[] = { { &gateway_reject_resource, "gateway_id" }, { NULL } };

static NEOERR *refresh(struct request *req, int64_t id)
{
	(void)id;
	return nerr_pass(hdf_put(req->hdf, "5", "Page.refresh"));
}

const struct resource gateway_resource = {
	.name = "gateway",
	.group = "system",
	.title = "t.name",
	.order = "t.state = 'up' DESC, t.name, t.id",
	.scope = &system_scope,
	.plain = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.show = refresh,
};

static const struct field reject_fields[] = {
	{ "gateway_id", F_REF, SEEN | FILTER, .ref = &gateway_resource },
	{ "reason", F_CHOICE, SEEN | FILTER, .choices = &gateway_reject_choices },
	{ "count", F_INT, SEEN | SORT },
	{ "last_at", F_TIME, SEEN | SORT },
	FIELDS_END,
};

const struct resource gateway_reject_resource = {
	.name = "gateway_reject",
	.title = "t.reason",
	.order = "t.count DESC, t.id",
	.scope = &system_scope,
	.plain = true,
	.can = CAN_LIST | CAN_EXPORT,
	.fields = reject_fields,
};
