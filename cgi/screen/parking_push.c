/* parking_push.c - parking systems that are told of our charges, the stations bound to them, and
 * what became of each message (K9, K10).
 * Owns the three screens. Serves clerks of the 停车减免 group. */
#include "charge/delivery.h"
#include "charge/parking_push.h"
#include "cgi/screen/screen.h"

#define MINUTES_MAX 1440

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 80 },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	{ "profile", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &parking_profile_choices,
		.fallback = "record" },
	{ "url", F_TEXT, SEEN | TYPED | REQUIRED, 10, 400 },
	{ "relief_kind", F_CHOICE, SHOW | TYPED | REQUIRED, .choices = &relief_kind_choices,
		.fallback = "minutes" },
	{ "relief_minutes", F_INT, SHOW | TYPED, 0, MINUTES_MAX, .unit = "min" },
	{ "relief_amount", F_MONEY, SHOW | TYPED, 0, 1000 * MONEY_YUAN },
	{ "app_id", F_CODE, SEEN | TYPED, 0, 64, .group = "sign" },
	{ "secret_text", F_TEXT, VIRTUAL | CREATE | EDIT | SECRET | NOAUDIT, 0, 64,
		.group = "sign" },
	{ "sign_digest", F_CHOICE, SHOW | TYPED | REQUIRED, .choices = &field_digest_choices,
		.fallback = "hmac_sha256", .group = "sign" },
	{ "sign_key", F_CODE, SHOW | TYPED, 0, 20, .fallback = "key", .group = "sign" },
	{ "sign_lower", F_BOOL, SHOW | TYPED, .group = "sign" },
	{ "sign_empty", F_BOOL, SHOW | TYPED, .group = "sign" },
	{ "success_code", F_INT, SHOW | TYPED | REQUIRED, 0, 1000000, .fallback = "10000",
		.group = "sign" },
	{ "stations", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM parking_bind b WHERE b.parking_push_id = t.id AND b.deleted"
			   " = 0)" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static void check_relief(struct change *c)
{
	const char *given =
		text_eq(change_text(c, "relief_kind"), "minutes") ? "relief_minutes" : "relief_amount";

	if (text_eq(change_text(c, "profile"), "relief") && !change_i64(c, given))
		change_error(c, given, "error.required");
}

static NEOERR *check(struct request *req, struct change *c)
{
	const char *secret = change_text(c, "secret_text");
	NEOERR *err = STATUS_OK;

	screen_check_address(c, "url", false);
	check_relief(c);
	if (c->id)
		goto out;
	if (!secret || !*secret)
		change_error(c, "secret_text", "error.required");
	TRY(screen_new_owned(req, c, false));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	const char *secret = change_text(c, "secret_text");
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (!c->errors)
		TRY(parking_push_set_secret(req->db, *id, secret ? secret : ""));
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const struct child children[] = { { &parking_bind_resource, "parking_push_id" },
	{ &parking_delivery_resource, "parking_push_id" }, { NULL } };

const struct resource parking_push_resource = {
	.name = "parking_push",
	.group = "parking",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.children = children,
	.check = check,
	.save = save,
};

/* ---- which station stands in which lot ---- */

SQL(bind_fits,
	"SELECT COUNT(*) FROM parking_push q JOIN station s ON s.provider_id = q.provider_id WHERE q.id"
	" = ? AND s.id = ? AND q.deleted = 0 AND s.deleted = 0");

static const struct field bind_fields[] = {
	{ "parking_push_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &parking_push_resource },
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource },
	{ "lot_code", F_CODE, SEEN | SEARCH | EXACT | TYPED | REQUIRED, 1, 64 },
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *bind_check(struct request *req, struct change *c)
{
	int64_t fits = 1;
	NEOERR *err = STATUS_OK;

	if (!c->id)
		TRY(db_i64(req->db, &bind_fits,
			ARGS(I64(change_i64(c, "parking_push_id")), I64(change_i64(c, "station_id"))), &fits));
	if (!fits)
		change_error(c, "station_id", "error.parking_bind_other");
out:
	return nerr_pass(err);
}

static const struct scope bind_scope = { "s.provider_id", "s.property_id", "t.station_id" };

const struct resource parking_bind_resource = {
	.name = "parking_bind",
	.group = "parking",
	.title = "t.lot_code",
	.joins = "JOIN station s ON s.id = t.station_id",
	.order = "t.id DESC",
	.scope = &bind_scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = bind_fields,
	.check = bind_check,
};

/* ---- the log of what was told ---- */

static NEOERR *resend(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(delivery_again(req->db, id));
}

static const struct field delivery_fields[] = {
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "parking_push_id", F_REF, SEEN | FILTER, .ref = &parking_push_resource },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	{ "subject", F_CODE, SEEN | SEARCH | EXACT },
	{ "target", F_TEXT, SEEN, 0, 500 },
	{ "status", F_CHOICE, SEEN | FILTER, .choices = &delivery_status_choices },
	{ "http_status", F_INT, SEEN },
	{ "tries", F_INT, SEEN },
	{ "last_error", F_TEXT, SEEN },
	{ "sent_at", F_TIME, SEEN },
	{ "payload", F_LONGTEXT, SHOW | EXPORT },
	{ "answer", F_LONGTEXT, SHOW | EXPORT },
	FIELDS_END,
};
static const struct action delivery_actions[] = {
	{ "resend", ACT_ROW | ACT_BATCH, NULL, "t.status <> 'pending'", resend }, ACTIONS_END,
};
static const struct tab delivery_tabs[] = { { "all", NULL },
	{ "open", "t.status IN ('pending', 'failed')" }, { "sent", "t.status = 'sent'" },
	{ "dead", "t.status = 'dead'" }, { NULL } };

const struct resource parking_delivery_resource = {
	.name = "parking_delivery",
	.group = "parking",
	.table = "delivery",
	.title = "t.id",
	.where = "t.parking_push_id IS NOT NULL",
	.order = "t.id DESC",
	.scope = &scope,
	.plain = true,
	.big = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = delivery_fields,
	.actions = delivery_actions,
	.tabs = delivery_tabs,
};
