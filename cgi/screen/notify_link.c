/* notify_link.c - accounts at SMS gateways and robots of WeChat groups, whose secrets go in and
 * never come out; off until somebody enables one (T1).
 * Owns the screen. Serves who keeps the alarm centre. */
#include "charge/notify_link.h"
#include "charge/delivery.h"
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60, .group = "account" },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource,
		.group = "account" },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &notify_kind_choices,
		.fallback = "aliyun_sms", .group = "account" },
	{ "url", F_TEXT, SHOW | EXPORT | TYPED | REQUIRED, 10, 200,
		.fallback = "https://dysmsapi.aliyuncs.com", .group = "account" },
	{ "account", F_CODE, SHOW | EXPORT | TYPED, 0, 64, .group = "keys" },
	{ "secret_text", F_TEXT, VIRTUAL | CREATE | EDIT | SECRET | NOAUDIT, 0, 128, .group = "keys" },
	{ "sign_name", F_TEXT, SEEN | HIDE | TYPED, 0, 40, .group = "message" },
	{ "alarm_template", F_CODE, SEEN | HIDE | TYPED, 0, 40, .group = "message" },
	{ "code_template", F_CODE, SEEN | HIDE | TYPED, 0, 40, .group = "message" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static bool is_sms(struct change *c)
{
	return text_eq(change_text(c, "kind"), "aliyun_sms");
}

static void require(struct change *c, const char *field)
{
	const char *text = change_text(c, field);

	if (!text || !*text)
		change_error(c, field, "error.required");
}

static NEOERR *check(struct request *req, struct change *c)
{
	const char *url = change_text(c, "url"), *secret = change_text(c, "secret_text");

	screen_own_tenant(req, c, false);
	if (url && strpbrk(url, "?#"))
		change_error(c, "url", "error.url_wanted");
	else
		screen_check_address(c, "url", true);
	if (is_sms(c)) {
		require(c, "account");
		require(c, "sign_name");
		require(c, "alarm_template");
	} else if (secret && strspn(secret, "0123456789abcdefABCDEF-") != strlen(secret))
		change_error(c, "secret_text", "notify_link.robot_key");
	if (c->id)
		return STATUS_OK;
	require(c, "secret_text");
	return STATUS_OK;
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	const char *secret = change_text(c, "secret_text");
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (!c->errors)
		TRY(notify_link_set_secret(req->db, *id, secret ? secret : ""));
out:
	return nerr_pass(err);
}

/* ---- a trial ---- */

SQL(notify_link_owner, "SELECT COALESCE(provider_id, 0) FROM notify_link WHERE id = ?");

static const struct field try_fields[] = { { "phone", F_PHONE, CREATE, 0, 20 }, FIELDS_END };

static NEOERR *try_out(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	char at[CLOCK_TEXT];
	const char *phone = change_text(input, "phone"), *name = text_get(req, "notify_link.trial");
	struct notify_alarm a = { name, name, "-", name, clock_format(clock_now(), at) };
	struct notice n = { .kind = "wechat", .target = "robot", .subject = "alarm", .link_id = id };
	struct notify_link link;
	char *payload = notify_alarm_dup(&a);
	NEOERR *err;

	(void)res;
	TRY(notify_link_get(req->db, id, &link));
	TRY(db_i64(req->db, &notify_link_owner, ARGS(I64(id)), &n.provider_id));
	n.payload = payload;
	if (link.kind == NOTIFY_KIND_ALIYUN_SMS) {
		n.kind = "sms";
		n.target = phone ? phone : "";
	}
	if (link.kind == NOTIFY_KIND_ALIYUN_SMS && (!phone || !*phone))
		change_error(input, "phone", "error.required");
	else
		TRY(delivery_add_notice(req->db, &n));
out:
	free(payload);
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const struct action actions[] = {
	{ "try_out", ACT_ROW, try_fields, "t.status = 'enabled'", try_out }, ACTIONS_END
};

const struct resource notify_link_resource = {
	.name = "notify_link",
	.group = "site",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.check = check,
	.save = save,
};
