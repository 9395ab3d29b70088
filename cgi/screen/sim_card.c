/* sim_card.c - the SIM cards in piles: traffic, dates, where each is (W12).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "cgi/screen/screen.h"

SQL(sim_card_pile_fits,
	"SELECT COUNT(*) FROM pile p JOIN station s ON s.id = p.station_id WHERE p.id = ? AND"
	" s.provider_id = ?");

#define IN_USE "t.state IN ('stock', 'active')"
#define SOON IN_USE " AND t.expires_on < CURRENT_DATE + INTERVAL 31 DAY"

static const struct field fields[] = {
	{ "iccid", F_CODE, SEEN | SORT | SEARCH | PREFIX | TYPED | REQUIRED, 10, 24 },
	{ "number", F_CODE, SEEN | SEARCH | TYPED, 0, 20 },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | PLACED, .ref = &provider_resource },
	{ "operator", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &sim_operator_choices,
		.fallback = "mobile" },
	{ "plan", F_TEXT, SEEN | HIDE | TYPED, 0, 60 },
	{ "plan_traffic", F_INT, SEEN | TYPED, 0, 10000000, .unit = "MB" },
	{ "used_traffic", F_INT, SEEN | TYPED, 0, 10000000, .unit = "MB" },
	{ "activated_on", F_DATE, SEEN | HIDE | TYPED },
	{ "expires_on", F_DATE, SEEN | SORT | FILTER | RANGE | TYPED },
	{ "pile_id", F_REF, SEEN | FILTER | TYPED, .ref = &pile_resource },
	{ "state", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &sim_state_choices,
		.fallback = "stock" },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	const struct value *from = change_value(c, "activated_on"), *to = change_value(c, "expires_on");
	const char *iccid = change_text(c, "iccid");
	int64_t pile = change_i64(c, "pile_id"), fits = 1;
	NEOERR *err = STATUS_OK;

	if (!from->null && !to->null && to->number < from->number)
		change_error(c, "expires_on", "sim_card.before_activation");
	if (iccid && strspn(iccid, "0123456789ABCDEFabcdef") != strlen(iccid))
		change_error(c, "iccid", "sim_card.iccid_digits");
	if (!c->id)
		TRY(screen_new_owned(req, c, false));
	if (pile)
		TRY(db_i64(req->db, &sim_card_pile_fits,
			ARGS(I64(pile), I64(change_i64(c, "provider_id"))), &fits));
	if (!fits)
		change_error(c, "pile_id", "sim_card.pile_of_other");
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "soon", SOON " AND t.expires_on >= CURRENT_DATE" },
	{ "over", IN_USE " AND t.expires_on < CURRENT_DATE" },
	{ "used_up", IN_USE " AND t.used_traffic >= t.plan_traffic" },
	{ NULL },
};

const struct resource sim_card_resource = {
	.name = "sim_card",
	.group = "site",
	.title = "t.iccid",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT | CAN_IMPORT,
	.fields = fields,
	.tabs = tabs,
	.check = check,
};
