/* reservation.c - bookings: who keeps which connector until when, what became of it and of its fee
 * (R1-R5).
 * Owns the screen. Serves clerks of the 订单管理 group. */
#include "cgi/screen/screen.h"
#include "charge/reservation.h"

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | PREFIX, 0, 20, .group = "order" },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource, .group = "order" },
	{ "area_id", F_REF, SHOW | EXPORT, .ref = &area_resource, .group = "order" },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII, 0, 20, .group = "order" },
	{ "member_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &member_resource,
		.group = "order" },
	{ "plate", F_PLATE, SEEN | SEARCH | PREFIX, 0, 12, .group = "order" },
	{ "pile_id", F_REF, SEEN | FILTER | FOLD, .ref = &pile_resource, .group = "order" },
	{ "pile_code", F_CODE, SEEN | HIDE | SEARCH | PREFIX, .sql = "p.code", .group = "order" },
	{ "connector_id", F_REF, SEEN, .ref = &connector_resource, .group = "order" },
	{ "bay", F_CODE, SEEN | SEARCH | PREFIX, 0, 40, .group = "order" },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &reservation_state_choices,
		.group = "booking" },
	{ "booked_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK, .group = "booking" },
	{ "minutes", F_INT, SHOW | EXPORT, .group = "booking" },
	{ "expires_at", F_TIME, SEEN, .group = "booking" },
	{ "gate_opened_at", F_TIME, SHOW | EXPORT, .group = "booking" },
	{ "entered_at", F_TIME, SEEN | HIDE, .group = "booking" },
	{ "left_at", F_TIME, SEEN | HIDE, .group = "booking" },
	{ "gate_closed_at", F_TIME, SHOW | EXPORT, .group = "booking" },
	{ "ended_at", F_TIME, SEEN | HIDE, .group = "booking" },
	{ "ended_by", F_CHOICE, SEEN | HIDE | FILTER | FOLD, .choices = &reservation_end_choices,
		.group = "booking" },
	{ "fee", F_MONEY, SEEN | TOTAL, .group = "money" },
	{ "fee_state", F_CHOICE, SEEN | FILTER | FOLD, .choices = &booking_fee_choices,
		.group = "money" },
	{ "occupancy_minutes", F_INT, SEEN, .group = "money" },
	{ "occupancy_fee", F_MONEY, SEEN | HIDE | TOTAL, .group = "money" },
	{ "whitelisted", F_BOOL, SHOW | EXPORT, .group = "money" },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource,
		.group = "order" },
	{ "note", F_TEXT, SHOW | EXPORT, .group = "more" },
	FIELDS_END,
};

/* R4. */
static NEOERR *end(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(
		reservation_end(req->db, id, &req->actor, change_text(input, "reason")));
}

static const struct scope scope = { "t.provider_id", "t.property_id", "t.station_id" };
static const struct field end_fields[] = { { "reason", F_TEXT, CREATE | REQUIRED, 1, 200 },
	FIELDS_END };
static const struct action actions[] = {
	{ "end", ACT_ROW | ACT_CONFIRM | ACT_DANGER, end_fields,
		"t.state IN ('booked', 'occupying')", end },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "booked", "t.state = 'booked'" },
	{ "occupying", "t.state = 'occupying'" },
	{ "done", "t.state = 'done'" },
	{ "cancelled", "t.state = 'cancelled'" },
	{ "timeout", "t.state = 'timeout'" },
	{ NULL },
};
static const struct child children[] = { { &session_resource, "reservation_id" }, { NULL } };
static const char *const extra[] = { "pii", NULL };

const struct resource reservation_resource = {
	.name = "reservation",
	.group = "order",
	.title = "t.no",
	.joins = "JOIN pile p ON p.id = t.pile_id",
	.order = "t.booked_at DESC, t.id DESC",
	.scope = &scope,
	.no_author = true,
	.big = true,
	.live = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
};
