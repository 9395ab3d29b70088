/* webhook.c - subscriptions of a provider to events, and the deliveries to them (W3).
 * Owns both screens and the page that shows a new secret once. Serves clerks of the 系统管理 group
 * and whoever programs against us. */
#include "charge/delivery.h"
#include "charge/event.h"
#include "charge/webhook.h"
#include "cgi/screen/screen.h"

#define WEBHOOKS_MAX 20                      /* of a provider: each event writes a row for each */

SQL(webhook_count, "SELECT COUNT(*) FROM webhook WHERE provider_id = ? AND deleted = 0");
SQL(webhook_name, "SELECT name FROM webhook WHERE id = ?");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	{ "url", F_TEXT, SEEN | SEARCH | TYPED | REQUIRED, 10, 400 },
	{ "session_started", F_BOOL, SEEN | FILTER | FOLD | TYPED, .group = "events" },
	{ "session_settled", F_BOOL, SEEN | FILTER | FOLD | TYPED, .group = "events", .fallback = "1" },
	{ "payment_made", F_BOOL, SEEN | FILTER | FOLD | TYPED, .group = "events" },
	{ "alarm_opened", F_BOOL, SEEN | FILTER | FOLD | TYPED, .group = "events" },
	{ "last_at", F_TIME, SEEN | SORT },
	{ "last_result", F_TEXT, SEEN },
	{ "dead_in_row", F_INT, SEEN | HIDE },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	int64_t n = 0;

	screen_check_address(c, "url", false);
	if (!change_i64(c, "session_started") && !change_i64(c, "session_settled") &&
		!change_i64(c, "payment_made") && !change_i64(c, "alarm_opened"))
		change_error(c, NULL, "error.webhook_event");
	if (c->id)
		goto out;
	TRY(screen_new_owned(req, c, false));
	if (c->errors)
		goto out;
	TRY(db_i64(req->db, &webhook_count, ARGS(I64(change_i64(c, "provider_id"))), &n));
	if (n >= WEBHOOKS_MAX)
		change_error(c, NULL, "error.webhook_many");
out:
	return nerr_pass(err);
}

/* Signed from the first delivery on; the secret itself is shown when a person asks for one. */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;
	char secret[WEBHOOK_SECRET];
	bool fresh = c->id == 0;

	TRY(resource_store(req, c, id));
	if (!fresh || c->errors)
		goto out;
	TRY(webhook_set_secret(req->db, *id, secret));
	c->go = arena_printf(&req->arena, "/admin/webhook/%lld", (long long)*id);
out:
	return nerr_pass(err);
}

static NEOERR *ping(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;
	struct webhook w;

	(void)res;
	(void)input;
	TRY(webhook_get(req->db, id, &w));
	TRY(event_ping(req->db, w.provider_id, id, w.url));
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const struct action actions[] = {
	{ "secret", ACT_ROW | ACT_LINK },
	{ "ping", ACT_ROW, NULL, "t.status = 'enabled'", ping },
	ACTIONS_END,
};
static const struct tab tabs[] = { { "all", "1 = 1" }, { "enabled", "t.status = 'enabled'" },
	{ "disabled", "t.status = 'disabled'" }, { NULL } };
static const struct child children[] = { { &webhook_delivery_resource, "webhook_id" }, { NULL } };

const struct resource webhook_resource = {
	.name = "webhook",
	.group = "system",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.save = save,
};

/* ---- deliveries ---- */

static NEOERR *resend(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(delivery_again(req->db, id));
}

static const struct field delivery_fields[] = {
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "webhook_id", F_REF, SEEN | FILTER, .ref = &webhook_resource },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	{ "event", F_CHOICE, SEEN | FILTER, .choices = &event_kind_choices, .sql = "t.subject" },
	{ "status", F_CHOICE, SEEN | FILTER, .choices = &delivery_status_choices },
	{ "http_status", F_INT, SEEN | SEARCH | EXACT },
	{ "tries", F_INT, SEEN },
	{ "last_error", F_TEXT, SEEN },
	{ "next_at", F_TIME, SEEN | HIDE },
	{ "sent_at", F_TIME, SEEN },
	{ "target", F_TEXT, SHOW | EXPORT, 0, 500 },
	{ "headers", F_LONGTEXT, SHOW },
	{ "payload", F_LONGTEXT, SHOW | EXPORT },
	{ "answer", F_LONGTEXT, SHOW },
	FIELDS_END,
};
static const struct action delivery_actions[] = {
	{ "resend", ACT_ROW | ACT_BATCH, NULL, "t.status <> 'pending'", resend }, ACTIONS_END,
};
static const struct tab delivery_tabs[] = {
	{ "all", "1 = 1" },
	{ "open", "t.status IN ('pending', 'failed')" },
	{ "sent", "t.status = 'sent'" },
	{ "dead", "t.status = 'dead'" },
	{ NULL },
};

const struct resource webhook_delivery_resource = {
	.name = "webhook_delivery",
	.group = "system",
	.table = "delivery",
	.title = "t.id",
	.where = "t.webhook_id IS NOT NULL",
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

/* ---- a new secret, shown once ---- */

static NEOERR *renew(struct db *db, int64_t id, char out[SECRET_SHOWN])
{
	return nerr_pass(webhook_set_secret(db, id, out));
}

static const struct secret_page secret_page = { &webhook_resource, &webhook_name, renew };

NEOERR *webhook_secret_show(struct request *req)
{
	return nerr_pass(secret_page_ask(req, &secret_page));
}

NEOERR *webhook_secret_save(struct request *req)
{
	return nerr_pass(secret_page_renew(req, &secret_page));
}
