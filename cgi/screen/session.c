/* session.c - charging orders, live and final (O1, O2, O4, O7, O8, O10, H9).
 * Owns the screen. Serves clerks of the 订单管理 group; the detail page is session_show.c. */
#include "charge/session.h"
#include "cgi/screen/session_correct.h"
#include "cgi/screen/session_show.h"
#include "cgi/screen/screen.h"

/* While it runs: up to the last report. */
#define SECONDS "IF(t.started_at IS NULL OR t.ended_at IS NOT NULL, t.seconds," \
	" GREATEST(TIMESTAMPDIFF(SECOND, t.started_at, COALESCE(t.seen_at, t.started_at)), 0))"

/* O10: the highest of the curve; what an hour of an e-bike costs, at most where bands differ. */
#define POWER_MAX "(SELECT ROUND(MAX(a.power) * 1000) FROM session_sample a WHERE" \
	" a.session_id = t.id)"
#define HOUR_PRICE "(SELECT COALESCE((SELECT MAX(b.hour_price) FROM tariff_band b WHERE" \
	" b.tariff_version_id = v.id), NULLIF(v.hour_price, 0)) FROM tariff_version v WHERE v.id =" \
	" t.tariff_version_id)"

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | PREFIX, 0, 32, .group = "order" },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource, .group = "order" },
	{ "area_id", F_REF, SEEN | HIDE, .ref = &area_resource, .group = "order" },
	{ "property_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &property_resource,
		.group = "order" },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII, 0, 20, .group = "order" },
	{ "member_name", F_TEXT, SEEN | HIDE | PII, .group = "order",
		.sql = "(SELECT m.name FROM member m WHERE m.id = t.member_id)" },
	{ "card_id", F_REF, SEEN | HIDE | FILTER, .ref = &card_resource, .group = "order" },
	{ "token_id", F_REF, SEEN | HIDE | FILTER, .ref = &token_resource, .group = "order" },
	{ "member_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &member_resource, .group = "order" },
	{ "fleet_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &fleet_resource,
		.group = "order" },
	{ "reservation_no", F_CODE, SEEN | HIDE | SEARCH | PREFIX | FOLD, .sql = "rv.no",
		.group = "order" },
	{ "plate", F_PLATE, SEEN | HIDE | SEARCH | PREFIX | FOLD, 0, 12, .group = "order" },
	{ "vin", F_CODE, SHOW | EXPORT | PII, 0, 17, .group = "order" },
	{ "pile_id", F_REF, SEEN | FILTER, .ref = &pile_resource, .group = "order" },
	{ "pile_code", F_CODE, SEEN | HIDE | SEARCH | PREFIX | FOLD, .sql = "p.code",
		.group = "order" },
	{ "pile_serial", F_CODE, SEEN | HIDE | SEARCH | PREFIX, .sql = "p.serial", .group = "order" },
	{ "connector_code", F_CODE, SEEN | HIDE | SEARCH | PREFIX | FOLD, .sql = "g.code",
		.group = "order" },
	{ "connector_number", F_INT, SEEN | HIDE, .sql = "g.number", .group = "order" },
	{ "brand", F_TEXT, SEEN | HIDE, .group = "order",
		.sql = "(SELECT pm.brand FROM pile_model pm WHERE pm.id = p.model_id)" },
	{ "kind", F_CHOICE, SEEN | HIDE | FILTER | FOLD, .choices = &station_kind_choices,
		.group = "order" },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &session_state_choices, .group = "charging" },
	{ "prepaid", F_MONEY, SEEN | TOTAL, .group = "money" },
	{ "seconds", F_SECONDS, SEEN | SORT | TOTAL, .sql = SECONDS, .group = "charging" },
	{ "energy", F_ENERGY, SEEN | SORT | TOTAL, .group = "charging" },
	{ "energy_fee", F_MONEY, SEEN | HIDE | TOTAL, .group = "money" },
	{ "service_fee", F_MONEY, SEEN | HIDE | TOTAL, .group = "money" },
	{ "amount", F_MONEY, SEEN | SORT | TOTAL, .group = "money" },
	{ "occupancy_fee", F_MONEY, SEEN | HIDE | TOTAL, .group = "money" },
	{ "start_mode", F_CHOICE, SEEN | HIDE | FILTER, .choices = &start_mode_choices,
		.group = "charging" },
	{ "limit_kind", F_CHOICE, SEEN | HIDE, .choices = &limit_kind_choices, .group = "charging" },
	{ "pay_kind", F_CHOICE, SEEN | HIDE | FILTER | FOLD, .choices = &pay_kind_choices,
		.group = "money" },
	{ "requested_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK, .group = "order" },
	{ "power", F_DECIMAL, LIST | SHOW | HIDE, .scale = 3, .unit = "kW", .group = "charging" },
	{ "power_max", F_INT, LIST | SHOW | HIDE, .sql = POWER_MAX, .unit = "W", .group = "charging" },
	{ "hour_price", F_MONEY, LIST | SHOW | HIDE, .sql = HOUR_PRICE, .group = "money" },
	{ "soc", F_INT, LIST | SHOW | HIDE, .unit = "%", .group = "charging" },
	{ "stop_reason", F_CHOICE, SEEN | HIDE | FILTER | FOLD, .choices = &stop_reason_choices,
		.group = "charging" },
	{ "device_reason", F_INT, SHOW | EXPORT, .group = "charging" },
	{ "anomaly", F_CHOICE, SEEN | HIDE | FILTER | FOLD, .choices = &anomaly_state_choices,
		.group = "charging" },
	{ "started_at", F_TIME, SEEN | HIDE, .group = "charging" },
	{ "ended_at", F_TIME, SEEN | HIDE | FILTER | RANGE | FOLD, .group = "charging" },
	{ "settled_at", F_TIME, SHOW | EXPORT, .group = "money" },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource,
		.group = "order" },
	{ "member_provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource,
		.group = "order" },
	{ "invoice_status", F_CHOICE, SEEN | HIDE | FILTER | FOLD,
		.choices = &invoice_status_choices, .group = "money" },
	{ "note", F_TEXT, SHOW | EXPORT, .group = "order" },
	FIELDS_END,
};

static NEOERR *stop(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	bool asked;

	(void)res;
	(void)input;
	return nerr_pass(session_stop(req->db, id, STOP_ADMIN, &req->actor, &asked));
}

SQL(session_bike_age,
	"SELECT TIMESTAMPDIFF(SECOND, COALESCE(started_at, requested_at), ?) FROM session"
	" WHERE id = ? AND kind = 'ebike'");

static NEOERR *take_age(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 0);
	return STATUS_OK;
}

/* O4: settled by the last reported energy; O5: an e-bike's by a duration as well. */
static NEOERR *end(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	const struct value *minutes = change_value(input, "minutes");
	int64_t seconds = minutes->null ? -1 : minutes->number * 60, age = 0;
	bool bike = false;
	NEOERR *err = STATUS_OK;

	(void)res;
	if (seconds >= 0)
		TRY(db_find(req->db, &session_bike_age, ARGS(TIME(clock_now()), I64(id)), take_age, &age,
			&bike));
	if (seconds >= 0 && !bike)
		change_error(input, "minutes", "error.minutes_of_bikes");
	else if (seconds > age)
		change_error(input, "minutes", "error.minutes_too_many");
	else
		TRY(session_end_by_hand(req->db, id, seconds, &req->actor, change_text(input, "why")));
out:
	return nerr_pass(err);
}

static const struct scope scope = { "t.provider_id", "t.property_id", "t.station_id" };
static const struct field end_fields[] = {
	{ "why", F_TEXT, CREATE | REQUIRED, 1, 200 },
	{ "minutes", F_INT, CREATE, 0, 2880 },
	FIELDS_END,
};
#define SUSPECT "t.anomaly = 'pending' AND t.state = 'finished'"
#define OCCUPIED "EXISTS (SELECT 1 FROM session_occupancy o WHERE o.session_id = t.id AND" \
	" o.waived = 0 AND (o.open_connector_id IS NOT NULL OR o.fee > 0))" \
	" AND t.invoice_status NOT IN ('requested', 'issued')"
static const struct action actions[] = {
	{ "stop", ACT_ROW | ACT_BATCH | ACT_CONFIRM, NULL, "t.state IN ('starting', 'charging')",
		stop },
	{ "end", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_DANGER, end_fields,
		"t.settled_at IS NULL AND t.state IN ('starting', 'charging', 'stopping', 'suspended',"
		" 'failed')",
		end },
	{ "refund", ACT_ROW | ACT_MORE | ACT_CONFIRM, session_refund_fields,
		"t.state = 'finished' AND t.amount > 0", session_refund_run },
	{ "accept", ACT_ROW | ACT_SHOW | ACT_CONFIRM, session_note_fields, SUSPECT,
		session_accept_run },
	{ "correct", ACT_ROW | ACT_SHOW | ACT_CONFIRM, session_correct_fields, SUSPECT,
		session_correct_run },
	{ "void", ACT_ROW | ACT_SHOW | ACT_CONFIRM | ACT_DANGER, session_note_fields, SUSPECT,
		session_void_run },
	{ "approve", ACT_ROW | ACT_SHOW | ACT_CONFIRM, session_note_fields, "t.anomaly = 'review'",
		session_approve_run },
	{ "reject", ACT_ROW | ACT_SHOW | ACT_CONFIRM, session_note_fields, "t.anomaly = 'review'",
		session_reject_run },
	{ "waive", ACT_ROW | ACT_SHOW | ACT_MORE | ACT_CONFIRM, session_note_fields, OCCUPIED,
		session_waive_run },
	{ "mark", ACT_ROW | ACT_SHOW | ACT_MORE | ACT_CONFIRM, session_note_fields,
		"t.anomaly IN ('none', 'settled')", session_mark_run },
	{ "invoice", ACT_ROW | ACT_SHOW | ACT_MORE | ACT_CONFIRM, session_invoice_fields,
		"t.state = 'finished' AND t.amount > t.refunded AND t.invoice_status = 'none'",
		session_invoice_run },
	{ "invoice_bar", ACT_ROW | ACT_SHOW | ACT_MORE | ACT_CONFIRM, NULL,
		"t.invoice_status = 'none' AND t.settled_at IS NOT NULL", session_invoice_bar_run },
	{ "invoice_lift", ACT_ROW | ACT_SHOW | ACT_MORE | ACT_CONFIRM, NULL,
		"t.invoice_status = 'refused'", session_invoice_lift_run },
	{ "monitor", ACT_ROW | ACT_SHOW | ACT_LINK },
	{ "frames", ACT_ROW | ACT_SHOW | ACT_LINK },
	{ "dispute", ACT_ROW | ACT_SHOW | ACT_MORE | ACT_LINK },
	{ "recompute", ACT_ROW | ACT_SHOW | ACT_MORE | ACT_LINK, NULL, "t.settled_at IS NOT NULL" },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "live", "t.state IN ('starting', 'charging', 'stopping')" },
	{ "suspended", "t.state = 'suspended'" },
	{ "finished", "t.state = 'finished'" },
	{ "failed", "t.state = 'failed'" },
	{ "anomaly", "t.anomaly = 'pending'" },
	{ "review", "t.anomaly = 'review'" },
	{ NULL },
};
static const struct child children[] = { { &command_resource, "session_id" },
	{ &receipt_resource, "session_id" }, { NULL } };
static const char *const extra[] = { "pii", NULL };

const struct resource session_resource = {
	.name = "session",
	.group = "order",
	.title = "t.no",
	.joins = "JOIN pile p ON p.id = t.pile_id JOIN connector g ON g.id = t.connector_id"
			 " LEFT JOIN reservation rv ON rv.id = t.reservation_id",
	.order = "t.requested_at DESC, t.id DESC",
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
	.show = session_show,
};
