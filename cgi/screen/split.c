/* split.c - who gets what part of a station's charges: plans, rules, parts (F12, W10).
 * Owns the screens. Serves finance. */
#include "charge/split.h"
#include "cgi/screen/screen.h"

SQL(plan_used, "SELECT EXISTS (SELECT 1 FROM split WHERE plan_id = ?)");
SQL(plan_other_cycle,
	"SELECT COUNT(*) FROM split_plan WHERE station_id = ? AND deleted = 0 AND cycle <> ? AND"
	" from_day < ? AND from_day >= ALL (SELECT from_day FROM split_plan WHERE station_id = ? AND"
	" deleted = 0 AND from_day < ?)");
SQL(plan_lock, "SELECT id FROM split_plan WHERE id = ? FOR UPDATE");
SQL(party_percents,
	"SELECT COALESCE(SUM(percent), 0) FROM split_party WHERE plan_id = ? AND fee = ? AND method ="
	" 'percent' AND deleted = 0 AND id <> ?");
SQL(party_of_plan, "SELECT plan_id FROM split_party WHERE id = ?");
SQL(party_count, "SELECT COUNT(*) FROM split_party WHERE plan_id = ? AND deleted = 0");
SQL(plan_provider,
	"SELECT s.provider_id FROM split_plan p JOIN station s ON s.id = p.station_id WHERE p.id = ?");

/* ---- plans ---- */

static const struct field plan_fields[] = {
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource },
	{ "name", F_TEXT, SEEN | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "from_day", F_DATE, SEEN | SORT | PLACED | REQUIRED },
	{ "cycle", F_CHOICE, SEEN | PLACED | REQUIRED, .choices = &split_cycle_choices,
		.fallback = "month" },
	{ "fee_off", F_PERCENT, SEEN | PLACED, 0, 1000 },
	{ "parties", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM split_party x WHERE x.plan_id = t.id AND x.deleted = 0)" },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* Another cycle begins with a month (W10: one change a month). */
static NEOERR *plan_check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	int64_t others = 0, station = change_i64(c, "station_id");
	const char *day = change_text(c, "from_day");

	if (c->id || strlen(day) != 10)
		return STATUS_OK;
	TRY(screen_owner_open(req, c, "station_id", station_open, "error.station_closed"));
	TRY(db_i64(req->db, &plan_other_cycle,
		ARGS(I64(station), STR(change_text(c, "cycle")), STR(day), I64(station), STR(day)),
		&others));
	if (others && !text_eq(day + 8, "01"))
		change_error(c, "from_day", "error.split_cycle");
out:
	return nerr_pass(err);
}

static NEOERR *plan_free(struct request *req, int64_t id, const char **problem)
{
	int64_t used = 0;
	NEOERR *err;

	TRY(db_i64(req->db, &plan_used, ARGS(I64(id)), &used));
	if (used)
		*problem = "error.split_plan_used";
out:
	return nerr_pass(err);
}

static const struct scope station_scope = { "s.provider_id", "s.property_id", "t.station_id" };
static const struct child plan_children[] = { { &split_party_resource, "plan_id" }, { NULL } };

const struct resource split_plan_resource = {
	.name = "split_plan",
	.group = "money",
	.title = "t.name",
	.joins = "JOIN station s ON s.id = t.station_id",
	.order = "t.id DESC",
	.scope = &station_scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = plan_fields,
	.children = plan_children,
	.check = plan_check,
	.before_delete = plan_free,
};

/* ---- rules ---- */

static const struct field party_fields[] = {
	{ "plan_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &split_plan_resource },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &split_party_kind_choices,
		.fallback = "property" },
	{ "name", F_TEXT, SEEN | SEARCH | PLACED | REQUIRED, 1, 80 },
	{ "provider_id", F_REF, SEEN | HIDE | PLACED, .ref = &provider_resource },
	{ "account_type", F_CHOICE, SEEN | HIDE | PLACED, .choices = &split_account_type_choices },
	{ "account", F_CODE, SEEN | PLACED, 0, 64 },
	{ "fee", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &split_fee_choices },
	{ "method", F_CHOICE, SEEN | PLACED | REQUIRED, .choices = &split_method_choices,
		.fallback = "percent" },
	{ "percent", F_PERCENT, SEEN | PLACED, 0, 10000 },
	{ "price", F_PRICE, SEEN | PLACED, 0, 1000 * MONEY_YUAN },
	CREATED_FIELD,
	FIELDS_END,
};

static void check_value(struct change *c)
{
	bool percent = text_eq(change_text(c, "method"), "percent");

	if (!change_i64(c, percent ? "percent" : "price"))
		change_error(c, percent ? "percent" : "price", "error.required");
	if (change_i64(c, percent ? "price" : "percent"))
		change_error(c, percent ? "price" : "percent", "error.split_either");
}

static NEOERR *check_party(struct request *req, struct change *c)
{
	bool provider = text_eq(change_text(c, "kind"), "provider");
	bool receiver = text_eq(change_text(c, "kind"), "receiver");
	int64_t owner = 0, other = change_i64(c, "provider_id");
	NEOERR *err;

	TRY(db_i64(req->db, &plan_provider, ARGS(I64(change_i64(c, "plan_id"))), &owner));
	if (provider != (other != 0) || (provider && other == owner))
		change_error(c, "provider_id", "error.split_provider");
	if (!*change_text(c, "account") != !*change_text(c, "account_type"))
		change_error(c, "account", "error.split_account");
	if (*change_text(c, "account") && !receiver)
		change_error(c, "account", "error.split_account");
out:
	return nerr_pass(err);
}

/* Of two rules saved at once one waits for the plan and then sees the other. */
static NEOERR *party_check(struct request *req, struct change *c)
{
	int64_t plan = change_i64(c, "plan_id"), sum = 0, n = 0, id;
	const char *problem = NULL;
	NEOERR *err = STATUS_OK;

	if (c->id || !plan)
		return STATUS_OK;
	if (db_in_tx(req->db))
		TRY(db_i64(req->db, &plan_lock, ARGS(I64(plan)), &id));
	check_value(c);
	TRY(check_party(req, c));
	TRY(plan_free(req, plan, &problem));
	TRY(db_i64(req->db, &party_count, ARGS(I64(plan)), &n));
	if (problem)
		change_error(c, "plan_id", problem);
	else if (n >= SPLIT_RULES)
		change_error(c, "plan_id", "error.split_many");
	TRY(db_money(req->db, &party_percents,
		ARGS(I64(plan), STR(change_text(c, "fee")), I64(c->id)), &sum));
	if (sum + change_i64(c, "percent") * 1000 > SPLIT_WHOLE)
		change_error(c, "percent", "error.split_whole");
out:
	return nerr_pass(err);
}

static NEOERR *party_free(struct request *req, int64_t id, const char **problem)
{
	int64_t plan = 0;
	NEOERR *err;

	TRY(db_i64(req->db, &party_of_plan, ARGS(I64(id)), &plan));
	TRY(plan_free(req, plan, problem));
out:
	return nerr_pass(err);
}

static const struct scope party_scope = { "s.provider_id", "s.property_id", "p.station_id" };

const struct resource split_party_resource = {
	.name = "split_party",
	.group = "money",
	.title = "t.name",
	.joins = "JOIN split_plan p ON p.id = t.plan_id JOIN station s ON s.id = p.station_id",
	.order = "t.id DESC",
	.scope = &party_scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_DELETE | CAN_EXPORT,
	.fields = party_fields,
	.check = party_check,
	.before_delete = party_free,
};

/* ---- parts: a statement is the list of one period and party, with its sums and its Excel ---- */

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | EXACT, 0, 24 },
	{ "session_no", F_CODE, SEEN | SEARCH | PREFIX, 0, 40 },
	{ "session_id", F_REF, SHOW, .ref = &session_resource },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &station_kind_choices },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "provider_id", F_REF, SEEN | FILTER, .ref = &provider_resource },
	{ "party_name", F_TEXT, SEEN | SEARCH | PREFIX },
	{ "party_kind", F_CHOICE, SEEN | HIDE | FILTER | FOLD, .choices = &split_party_kind_choices },
	{ "period", F_CODE, SEEN | SEARCH | EXACT, 0, 24 },
	{ "way", F_CHOICE, SEEN | FILTER | FOLD, .choices = &split_way_choices },
	{ "order_amount", F_MONEY, SEEN },
	{ "channel_fee", F_MONEY, SEEN | HIDE },
	{ "amount", F_MONEY, SEEN | SORT | TOTAL },
	{ "returned", F_MONEY, SEEN | TOTAL },
	{ "net", F_MONEY, SEEN | TOTAL, .sql = "t.amount - t.returned - t.back" },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &split_state_choices },
	{ "operator", F_TEXT, SEEN | SEARCH | EXACT },
	{ "account", F_CODE, SHOW | EXPORT },
	{ "payment_id", F_REF, SHOW, .ref = &payment_resource },
	{ "tries", F_INT, SHOW },
	{ "problem", F_TEXT, SEEN | HIDE },
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "done_at", F_TIME, SEEN | HIDE },
	FIELDS_END,
};

typedef NEOERR *(*mend_fn)(struct db *db, int64_t id, const struct actor *who,
	enum split_refusal *refusal);

static NEOERR *mend(struct request *req, int64_t id, struct change *input, mend_fn fn)
{
	enum split_refusal refusal;
	NEOERR *err;

	TRY(fn(req->db, id, &req->actor, &refusal));
	if (refusal != SPLIT_FINE)
		change_error(input, NULL,
			arena_printf(&req->arena, "split.refused.%s", split_refusal_name(refusal)));
out:
	return nerr_pass(err);
}

static NEOERR *undo(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(mend(req, id, input, split_undo));
}

static NEOERR *again(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(mend(req, id, input, split_again));
}

static NEOERR *by_ledger(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(mend(req, id, input, split_by_ledger));
}

static const struct scope scope = { "t.provider_id", "s.property_id", "t.station_id" };
static const struct action actions[] = {
	{ "undo", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT | ACT_DANGER, NULL, "t.state = 'done'", undo },
	{ "again", ACT_ROW | ACT_BATCH | ACT_CONFIRM, NULL, "t.state IN ('failed', 'dead')", again },
	{ "by_ledger", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_PAYMENT, NULL, "t.state = 'failed'",
		by_ledger },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "waiting", "t.state IN ('waiting', 'taking')" },
	{ "done", "t.state = 'done'" },
	{ "failed", "t.state IN ('failed', 'dead')" },
	{ "undone", "t.state = 'undone'" },
	{ NULL },
};

const struct resource split_resource = {
	.name = "split",
	.group = "money",
	.title = "t.no",
	.joins = "JOIN station s ON s.id = t.station_id",
	.order = "t.created_at DESC, t.id DESC",
	.scope = &scope,
	.no_author = true,
	.big = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
};
