/* private_pile.c - wishes for private piles, filed by drivers, followed up by clerks (S13).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "cgi/screen/screen.h"

SQL(private_pile_answer,
	"UPDATE private_pile SET state = ?, answer = ?, updated_at = ?, updated_by = ?,"
	" version = version + 1 WHERE id = ?");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SEARCH | PII, 0, 40 },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII, 0, 20 },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "address", F_TEXT, SEEN, 0, 200 },
	{ "vehicle", F_TEXT, SEEN, 0, 60 },
	{ "wish", F_LONGTEXT, SHOW | EXPORT, 0, 500 },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &private_pile_state_choices },
	{ "answer", F_TEXT, SEEN | HIDE, 0, 200 },
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE },
	FIELDS_END,
};
static const struct field answer_fields[] = {
	{ "answer", F_TEXT, CREATE | REQUIRED, 1, 200 },
	FIELDS_END,
};

static NEOERR *answer(struct request *req, int64_t id, const char *state, const char *words)
{
	return nerr_pass(db_exec(req->db, &private_pile_answer,
		ARGS(STR(state), STR(words), TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL));
}

static NEOERR *called(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(answer(req, id, "called", change_text(input, "answer")));
}

static NEOERR *accept(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(answer(req, id, "accepted", change_text(input, "answer")));
}

static NEOERR *refuse(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(answer(req, id, "refused", change_text(input, "answer")));
}

#define WAITS "t.state IN ('filed', 'called')"
static const struct action actions[] = {
	{ "called", ACT_ROW | ACT_CONFIRM, answer_fields, "t.state = 'filed'", called },
	{ "accept", ACT_ROW | ACT_CONFIRM, answer_fields, WAITS, accept },
	{ "refuse", ACT_ROW | ACT_CONFIRM | ACT_DANGER, answer_fields, WAITS, refuse },
	ACTIONS_END,
};
static const struct scope scope = { "t.provider_id", "s.property_id", "t.station_id" };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "waiting", WAITS },
	{ NULL },
};
static const char *const extra[] = { "pii", NULL };

const struct resource private_pile_resource = {
	.name = "private_pile",
	.group = "site",
	.title = "t.phone",
	.joins = "JOIN station s ON s.id = t.station_id",
	.order = "t.created_at DESC, t.id DESC",
	.scope = &scope,
	.no_author = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
};
