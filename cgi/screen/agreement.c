/* agreement.c - agreements between partners: proposed, agreed to or refused, paused, ended,
 * adjusted from a day on; and what months of splits and parking come to (I2 to I5).
 * Owns the two screens; each side sees its own row of it. Serves operators and finance. */
#include "charge/agreement.h"
#include "cgi/screen/screen.h"

#define RATE_MAX (1000 * MONEY_YUAN)
#define PERCENT_MAX (10 * AGREEMENT_WHOLE)
#define WISH(name, kind, max) { name, kind, VIRTUAL | CREATE, 0, max, .group = "terms" }
#define PERCENT(name) \
	{ name, F_PERCENT, VIRTUAL | CREATE, 0, PERCENT_MAX, .fallback = "100", .group = "terms" }

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | EXACT, .sql = "a.no" },
	{ "name", F_TEXT, SEEN | SEARCH, .sql = "a.name" },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD | CREATE, .ref = &provider_resource,
		.group = "base" },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &agreement_kind_choices, .sql = "a.kind" },
	{ "side", F_CHOICE, SEEN | FILTER | FOLD, .choices = &agreement_side_choices },
	{ "other", F_TEXT, SEEN,
		.sql = "(SELECT o.name FROM provider o WHERE o.id = IF(t.side = 'owner', a.partner_id,"
			   " a.owner_id))" },
	{ "stations", F_TEXT, SEEN,
		.sql = "IF(a.all_stations, '*', (SELECT GROUP_CONCAT(s.name ORDER BY s.id SEPARATOR ', ')"
			   " FROM agreement_station x JOIN station s ON s.id = x.station_id WHERE"
			   " x.agreement_id = a.id))" },
	{ "from_day", F_DATE, SEEN, .sql = "a.from_day" },
	{ "to_day", F_DATE, SEEN, .sql = "a.to_day" },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &agreement_state_choices, .sql = "a.state" },
	{ "change_from", F_DATE, SEEN,
		.sql = "(SELECT w.from_day FROM agreement_version w WHERE w.agreement_id = a.id AND"
			   " w.number > 1 AND w.state = 'proposed')" },
	{ "energy_price", F_PRICE, SHOW | EXPORT, .sql = "v.energy_price" },
	{ "service_price", F_PRICE, SHOW | EXPORT, .sql = "v.service_price" },
	{ "percent_sharp", F_PERCENT, SHOW,
		.sql = "IF(a.kind = 'charge', v.percent_sharp / 100, NULL)" },
	{ "percent_peak", F_PERCENT, SHOW,
		.sql = "IF(a.kind = 'charge', v.percent_peak / 100, NULL)" },
	{ "percent_flat", F_PERCENT, SHOW,
		.sql = "IF(a.kind = 'charge', v.percent_flat / 100, NULL)" },
	{ "percent_valley", F_PERCENT, SHOW,
		.sql = "IF(a.kind = 'charge', v.percent_valley / 100, NULL)" },
	{ "member_price", F_TEXT, SHOW,
		.sql = "(SELECT w.summary FROM tariff_version w WHERE w.tariff_id = v.member_tariff_id"
			   " ORDER BY w.effective_at DESC, w.id DESC LIMIT 1)" },
	{ "energy_rate", F_PRICE, SHOW | EXPORT, .sql = "NULLIF(v.energy_rate, 0)" },
	{ "service_rate", F_PRICE, SHOW | EXPORT, .sql = "NULLIF(v.service_rate, 0)" },
	{ "booking_rate", F_MONEY, SHOW | EXPORT, .sql = "NULLIF(v.booking_rate, 0)" },
	{ "parking_rate", F_MONEY, SHOW | EXPORT, .sql = "NULLIF(v.parking_rate, 0)" },
	{ "bill_day", F_INT, SHOW | EXPORT, .sql = "IF(a.kind = 'charge', NULL, v.bill_day)" },
	{ "answer", F_TEXT, SHOW, .sql = "v.answer" },
	{ "type", F_CHOICE, VIRTUAL | CREATE | REQUIRED, .choices = &agreement_kind_choices,
		.fallback = "charge", .group = "base" },
	{ "title", F_TEXT, VIRTUAL | CREATE | REQUIRED, 1, 80, .group = "base" },
	{ "full_name", F_TEXT, VIRTUAL | CREATE | REQUIRED, 1, 80, .group = "base" },
	{ "role", F_CHOICE, VIRTUAL | CREATE | REQUIRED, .choices = &agreement_side_choices,
		.fallback = "owner", .group = "base" },
	{ "day_from", F_DATE, VIRTUAL | CREATE | REQUIRED, .group = "base" },
	{ "day_to", F_DATE, VIRTUAL | CREATE | REQUIRED, .group = "base" },
	{ "station_codes", F_LONGTEXT, VIRTUAL | CREATE, 0, 4000, .group = "base" },
	WISH("price_energy", F_PRICE, RATE_MAX),
	WISH("price_service", F_PRICE, RATE_MAX),
	PERCENT("sharp"),
	PERCENT("peak"),
	PERCENT("flat"),
	PERCENT("valley"),
	{ "tariff_id", F_REF, VIRTUAL | CREATE, .ref = &tariff_resource, .group = "terms" },
	WISH("rate_energy", F_PRICE, RATE_MAX),
	WISH("rate_service", F_PRICE, RATE_MAX),
	WISH("rate_booking", F_MONEY, RATE_MAX),
	WISH("rate_parking", F_MONEY, RATE_MAX),
	{ "day", F_INT, VIRTUAL | CREATE, 1, 28, .fallback = "1", .group = "terms" },
	{ "note", F_LONGTEXT, SHOW, .sql = "v.note" },
	{ "remark", F_LONGTEXT, VIRTUAL | CREATE, 0, 500, .group = "more" },
	CREATED_FIELD,
	FIELDS_END,
};
static const struct field adjust_fields[] = {
	{ "day_from", F_DATE, CREATE | REQUIRED },
	{ "price_energy", F_PRICE, CREATE, 0, RATE_MAX },
	{ "price_service", F_PRICE, CREATE, 0, RATE_MAX },
	{ "sharp", F_PERCENT, CREATE, 0, PERCENT_MAX, .fallback = "100" },
	{ "peak", F_PERCENT, CREATE, 0, PERCENT_MAX, .fallback = "100" },
	{ "flat", F_PERCENT, CREATE, 0, PERCENT_MAX, .fallback = "100" },
	{ "valley", F_PERCENT, CREATE, 0, PERCENT_MAX, .fallback = "100" },
	{ "tariff_id", F_REF, CREATE, .ref = &tariff_resource },
	{ "rate_energy", F_PRICE, CREATE, 0, RATE_MAX },
	{ "rate_service", F_PRICE, CREATE, 0, RATE_MAX },
	{ "rate_booking", F_MONEY, CREATE, 0, RATE_MAX },
	{ "rate_parking", F_MONEY, CREATE, 0, RATE_MAX },
	{ "day", F_INT, CREATE, 1, 28, .fallback = "1" },
	{ "remark", F_LONGTEXT, CREATE, 0, 500 },
	FIELDS_END,
};

/* -1 for what was left empty: the station's own price. */
static int64_t price_of(struct change *c, const char *name)
{
	const char *text = change_text(c, name);

	return text && *text ? change_i64(c, name) : -1;
}

static int percent_of(struct change *c, const char *name)
{
	const char *text = change_text(c, name);

	return text && *text ? (int)change_i64(c, name) : AGREEMENT_WHOLE;
}

static int64_t day_of(struct change *c, const char *name)
{
	int64_t t = 0;

	return change_text(c, name) && clock_parse(change_text(c, name), &t) ? clock_day_start(t) : 0;
}

static void take_terms(struct request *req, struct change *c, struct agreement_wish *w)
{
	*w = (struct agreement_wish){ .from = day_of(c, "day_from"),
		.bill_day = change_i64(c, "day"),
		.member_tariff_id = change_i64(c, "tariff_id"),
		.note = change_text(c, "remark"),
		.by = req->who.user_id,
		.terms = { .energy_price = price_of(c, "price_energy"),
			.service_price = price_of(c, "price_service"),
			.energy_rate = change_i64(c, "rate_energy"),
			.service_rate = change_i64(c, "rate_service"),
			.booking_rate = change_i64(c, "rate_booking"),
			.parking_rate = change_i64(c, "rate_parking") } };
	w->terms.percent[PRICE_SHARP] = percent_of(c, "sharp");
	w->terms.percent[PRICE_PEAK] = percent_of(c, "peak");
	w->terms.percent[PRICE_FLAT] = percent_of(c, "flat");
	w->terms.percent[PRICE_VALLEY] = percent_of(c, "valley");
}

static NEOERR *check(struct request *req, struct change *c)
{
	return c->id ? STATUS_OK : nerr_pass(screen_new_owned(req, c, false));
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	enum agreement_refusal refusal;
	struct agreement_wish w;
	NEOERR *err;

	take_terms(req, c, &w);
	w.kind = (enum agreement_kind)choice_value(&agreement_kind_choices, change_text(c, "type"));
	w.ours = text_eq(change_text(c, "role"), "owner");
	w.name = change_text(c, "title");
	w.partner = change_text(c, "full_name");
	w.stations = change_text(c, "station_codes");
	w.provider_id = change_i64(c, "provider_id");
	w.to = day_of(c, "day_to");
	TRY(agreement_propose(req->db, &w, id, &refusal));
	if (refusal != AGREEMENT_OK) {
		change_error(c, refusal == AGREEMENT_NO_PARTNER ? "full_name" : NULL,
			agreement_refusal_text(refusal));
		goto out;
	}
	TRY(audit_add(req->db, &req->actor, "agreement", *id, "create", "name", NULL, w.name));
out:
	return nerr_pass(err);
}

static void refuse(struct change *input, enum agreement_refusal refusal)
{
	if (refusal != AGREEMENT_OK)
		change_error(input, NULL, agreement_refusal_text(refusal));
}

static NEOERR *adjust(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum agreement_refusal refusal = AGREEMENT_OK;
	struct agreement_wish w;
	NEOERR *err;

	(void)res;
	take_terms(req, input, &w);
	err = agreement_adjust(req->db, id, &w, &refusal);
	refuse(input, refusal);
	return nerr_pass(err);
}

static NEOERR *accept(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum agreement_refusal refusal = AGREEMENT_OK;
	NEOERR *err = agreement_answer(req->db, id, true, change_text(input, "answer"),
		change_i64(input, "tariff_id"), req->who.user_id, &refusal);

	(void)res;
	refuse(input, refusal);
	return nerr_pass(err);
}

static NEOERR *reject(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum agreement_refusal refusal = AGREEMENT_OK;
	NEOERR *err = agreement_answer(req->db, id, false, change_text(input, "answer"), 0,
		req->who.user_id, &refusal);

	(void)res;
	refuse(input, refusal);
	return nerr_pass(err);
}

static NEOERR *move(struct request *req, int64_t id, struct change *input,
	enum agreement_move what)
{
	enum agreement_refusal refusal = AGREEMENT_OK;
	NEOERR *err = agreement_move(req->db, id, what, req->who.user_id, &refusal);

	refuse(input, refusal);
	return nerr_pass(err);
}

static NEOERR *pause_it(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(move(req, id, input, AGREEMENT_PAUSE));
}

static NEOERR *resume(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(move(req, id, input, AGREEMENT_RESUME));
}

static NEOERR *end(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(move(req, id, input, AGREEMENT_END));
}

#define IS(states) \
	"EXISTS (SELECT 1 FROM agreement b WHERE b.id = t.agreement_id AND b.state IN (" states "))"
#define OPEN "SELECT 1 FROM agreement_version w WHERE w.agreement_id = t.agreement_id AND w.state =" \
	" 'proposed'"
#define FOR_US "EXISTS (" OPEN " AND w.proposed_by <> t.provider_id) AND " \
	IS("'proposed', 'running', 'paused'")

static const struct field accept_fields[] = { { "tariff_id", F_REF, CREATE,
	.ref = &tariff_resource }, { "answer", F_TEXT, CREATE, 0, 200 }, FIELDS_END };
static const struct field reason_fields[] = {
	{ "answer", F_TEXT, CREATE | REQUIRED, 1, 200 }, FIELDS_END
};
static const struct action actions[] = {
	{ "accept", ACT_ROW | ACT_CONFIRM, accept_fields, FOR_US, accept },
	{ "reject", ACT_ROW | ACT_CONFIRM | ACT_DANGER, reason_fields, FOR_US, reject },
	{ "adjust", ACT_ROW | ACT_MORE, adjust_fields,
		IS("'running', 'paused'") " AND NOT EXISTS (" OPEN ")", adjust },
	{ "pause", ACT_ROW | ACT_CONFIRM | ACT_MORE, NULL, IS("'running'"), pause_it },
	{ "resume", ACT_ROW | ACT_CONFIRM | ACT_MORE, NULL, IS("'paused'"), resume },
	{ "end", ACT_ROW | ACT_CONFIRM | ACT_DANGER | ACT_MORE, NULL,
		IS("'proposed', 'running', 'paused'"), end },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "overview", "a.state IN ('proposed', 'running', 'paused')" },
	{ "pending", "EXISTS (" OPEN ") AND a.state IN ('proposed', 'running', 'paused')" },
	{ "running", "a.state = 'running'" },
	{ "all", "1 = 1" },
	{ NULL },
};
static const struct scope scope = { .provider = "t.provider_id" };

const struct resource agreement_resource = {
	.name = "agreement",
	.table = "agreement_side",
	.group = "finance",
	.title = "a.name",
	.joins = "JOIN agreement a ON a.id = t.agreement_id LEFT JOIN agreement_version v ON v.id ="
			 " a.version_id",
	.order = "t.id DESC",
	.scope = &scope,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.check = check,
	.save = save,
};

/* ---- months of splits and parking ---- */

static const struct field due_fields[] = {
	{ "from_day", F_DATE, SEEN | SORT | FILTER | RANGE },
	{ "to_day", F_DATE, SEEN },
	{ "name", F_TEXT, SEEN | SEARCH, .sql = "a.name" },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &agreement_kind_choices, .sql = "a.kind" },
	{ "direction", F_CHOICE, SEEN | FILTER, .choices = &report_direction_choices },
	{ "partner_id", F_REF, SEEN | FILTER, .ref = &provider_resource },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	{ "sessions", F_INT, SEEN | TOTAL },
	{ "energy", F_ENERGY, SEEN | TOTAL },
	{ "bookings", F_INT, SEEN | TOTAL },
	{ "amount", F_MONEY, SEEN | SORT | TOTAL },
	{ "created_at", F_TIME, SEEN },
	FIELDS_END,
};
static const struct tab due_tabs[] = {
	{ "receivable", "t.direction = 'receivable'" },
	{ "payable", "t.direction = 'payable'" },
	{ "all", "1 = 1" },
	{ NULL },
};

const struct resource agreement_due_resource = {
	.name = "agreement_due",
	.group = "finance",
	.title = "a.name",
	.joins = "JOIN agreement a ON a.id = t.agreement_id",
	.order = "t.from_day DESC, t.id DESC",
	.scope = &scope,
	.plain = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = due_fields,
	.tabs = due_tabs,
};
