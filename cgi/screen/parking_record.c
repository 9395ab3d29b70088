/* parking_record.c - what charge providers and gates told of parking lots, and the relief that came
 * of it: to read, search and export (K12, H3).
 * Owns the five screens. Serves clerks of the 停车减免 group. */
#include "cgi/screen/screen.h"

#define OF_LOT "JOIN parking_lot l ON l.id = t.parking_lot_id"
#define LOT_FIELDS \
	{ "parking_lot_id", F_REF, SEEN | FILTER, .ref = &parking_lot_resource }, \
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource, \
		.sql = "l.provider_id" }
#define PEER_FIELD { "parking_peer_id", F_REF, SEEN | FILTER, .ref = &parking_peer_resource }
#define PLATE_FIELD { "plate", F_PLATE, SEEN | SEARCH | PREFIX }

static const struct scope scope = { "l.provider_id", "l.property_id" };

#define READ_ONLY(list_fields) \
	.group = "parking", .joins = OF_LOT, .scope = &scope, .plain = true, .big = true, \
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT, .fields = list_fields

static const struct field stay_fields[] = {
	{ "entered_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	LOT_FIELDS,
	PLATE_FIELD,
	{ "gate", F_TEXT, SEEN },
	{ "left_at", F_TIME, SEEN },
	{ "exit_gate", F_TEXT, SEEN },
	{ "stay_no", F_CODE, SEEN | SEARCH | EXACT },
	{ "received_at", F_TIME, SHOW | EXPORT },
	FIELDS_END,
};
static const struct tab stay_tabs[] = { { "all", NULL }, { "inside", "t.left_at IS NULL" },
	{ NULL } };

const struct resource parking_stay_resource = {
	.name = "parking_stay",
	.title = "t.plate",
	.order = "t.entered_at DESC, t.id DESC",
	.tabs = stay_tabs,
	READ_ONLY(stay_fields),
};

static const struct field payment_fields[] = {
	{ "paid_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	LOT_FIELDS,
	PLATE_FIELD,
	{ "amount", F_MONEY, SEEN | TOTAL },
	{ "payment_no", F_CODE, SEEN | SEARCH | EXACT },
	{ "stay_no", F_CODE, SEEN | HIDE },
	{ "received_at", F_TIME, SHOW | EXPORT },
	FIELDS_END,
};

const struct resource parking_payment_resource = {
	.name = "parking_payment",
	.title = "t.payment_no",
	.order = "t.paid_at DESC, t.id DESC",
	READ_ONLY(payment_fields),
};

static const struct field charge_fields[] = {
	{ "started_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	LOT_FIELDS,
	PEER_FIELD,
	{ "order_no", F_CODE, SEEN | SEARCH | EXACT },
	PLATE_FIELD,
	{ "ended_at", F_TIME, SEEN },
	{ "energy", F_ENERGY, SEEN | TOTAL },
	{ "amount", F_MONEY, SEEN | TOTAL },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &charge_record_state_choices },
	{ "received_at", F_TIME, SHOW | EXPORT },
	FIELDS_END,
};
static const struct child charge_children[] = { { &relief_resource, "charge_record_id" },
	{ NULL } };

const struct resource charge_record_resource = {
	.name = "charge_record",
	.title = "t.order_no",
	.order = "t.started_at DESC, t.id DESC",
	.children = charge_children,
	READ_ONLY(charge_fields),
};

static const struct field relief_fields[] = {
	{ "granted_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "no", F_CODE, SEEN | SEARCH | EXACT },
	LOT_FIELDS,
	{ "charge_record_id", F_REF, SEEN | FILTER | FOLD, .ref = &charge_record_resource },
	{ "relief_plan_id", F_REF, SEEN | FILTER, .ref = &relief_plan_resource },
	PLATE_FIELD,
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &relief_kind_choices },
	{ "minutes", F_INT, SEEN | TOTAL, .unit = "min" },
	{ "amount", F_MONEY, SEEN | TOTAL },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &relief_state_choices },
	{ "used_at", F_TIME, SEEN },
	{ "stay_no", F_CODE, SEEN | HIDE },
	FIELDS_END,
};
static const struct tab relief_tabs[] = { { "all", NULL }, { "open", "t.state = 'open'" },
	{ "used", "t.state = 'used'" }, { NULL } };

const struct resource relief_resource = {
	.name = "relief",
	.title = "t.no",
	.order = "t.granted_at DESC, t.id DESC",
	.tabs = relief_tabs,
	READ_ONLY(relief_fields),
};

static const struct field occupancy_fields[] = {
	{ "entered_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "booking_no", F_CODE, SEEN | SEARCH | EXACT },
	LOT_FIELDS,
	PEER_FIELD,
	PLATE_FIELD,
	{ "left_at", F_TIME, SEEN },
	{ "minutes", F_INT, SEEN | TOTAL, .unit = "min" },
	{ "fee", F_MONEY, SEEN | TOTAL },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &occupancy_state_choices },
	{ "paid_at", F_TIME, SEEN },
	{ "received_at", F_TIME, SHOW | EXPORT },
	FIELDS_END,
};
static const struct tab occupancy_tabs[] = { { "all", NULL }, { "open", "t.state = 'open'" },
	{ "unpaid", "t.state = 'finished' AND t.fee > 0 AND t.paid_at IS NULL" }, { NULL } };

const struct resource occupancy_record_resource = {
	.name = "occupancy_record",
	.title = "t.booking_no",
	.order = "t.entered_at DESC, t.id DESC",
	.tabs = occupancy_tabs,
	READ_ONLY(occupancy_fields),
};
