/* channel.c - merchants' accounts at payment channels, whose secrets go in and never come out
 * (S12).
 * Owns the screen. Serves platform and provider finance. */
#include "base/sign.h"
#include "charge/channel.h"
#include "cgi/screen/screen.h"

#define KEY_CHARS 4000

SQL(channel_app_kept, "SELECT app_secret <> '' FROM channel WHERE id = ?");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60, .group = "account" },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource,
		.group = "account" },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &channel_kind_choices,
		.fallback = "wechat", .group = "account" },
	{ "method", F_CHOICE, SEEN | FILTER | FOLD | TYPED | REQUIRED,
		.choices = &channel_method_choices, .fallback = "native", .group = "account" },
	{ "base_url", F_TEXT, SHOW | EXPORT | TYPED | REQUIRED, 8, 200,
		.fallback = "https://api.mch.weixin.qq.com", .group = "account" },
	{ "merchant_no", F_CODE, SEEN | SEARCH | EXACT | PLACED | REQUIRED, 1, 32,
		.group = "account" },
	{ "app_id", F_CODE, SEEN | HIDE | TYPED, 0, 32, .group = "account" },
	{ "app_key", F_TEXT, VIRTUAL | CREATE | EDIT | SECRET | NOAUDIT, 0, 128,
		.group = "keys" },
	{ "merchant_serial", F_CODE, SHOW | TYPED, 0, 64, .group = "keys" },
	{ "platform_serial", F_CODE, SHOW | TYPED, 0, 64, .group = "keys" },
	{ "platform_key", F_LONGTEXT, CREATE | EDIT | NOAUDIT, 0, KEY_CHARS, .group = "keys" },
	{ "private_pem", F_LONGTEXT, VIRTUAL | CREATE | EDIT | SECRET | NOAUDIT, 0, KEY_CHARS,
		.group = "keys" },
	{ "api_secret", F_TEXT, VIRTUAL | CREATE | EDIT | SECRET | NOAUDIT, 0, 128,
		.group = "keys" },
	{ "notify_secret", F_TEXT, VIRTUAL | CREATE | EDIT | SECRET | NOAUDIT, 0, 128,
		.group = "keys" },
	{ "sharing", F_BOOL, SEEN | HIDE | TYPED, .group = "account" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* The kind is placed once, and so is what its accounts must have. */
static void check_needs(struct change *c)
{
	static const struct { unsigned need; const char *field; } needs[] = {
		{ CHANNEL_NEEDS_APP, "app_id" }, { CHANNEL_NEEDS_PLATFORM_KEY, "platform_key" },
		{ CHANNEL_NEEDS_API_KEY, "api_secret" }, { CHANNEL_NEEDS_PRIVATE_KEY, "private_pem" },
		{ CHANNEL_NEEDS_NOTIFY_KEY, "notify_secret" } };
	const struct channel *channel = channel_of(change_text(c, "kind"));
	const char *text, *sharing = change_text(c, "sharing");

	for (size_t i = 0; channel && i < sizeof(needs) / sizeof(needs[0]); i++) {
		text = change_text(c, needs[i].field);
		if (channel->needs & needs[i].need && (!text || !*text))
			change_error(c, needs[i].field, "error.required");
	}
	if (channel && channel->needs & CHANNEL_QR_ONLY &&
		!text_eq(change_text(c, "method"), "native"))
		change_error(c, "method", "error.channel_method");
	if (channel && !channel->share && text_eq(sharing, "1"))
		change_error(c, "sharing", "error.channel_sharing");
}

/* Inside WeChat a phone must say who pays: by the official account and its secret. */
static NEOERR *check_phone(struct request *req, struct change *c)
{
	const char *method = change_text(c, "method"), *key = change_text(c, "app_key"),
			   *app = change_text(c, "app_id");
	int64_t kept = 0;
	NEOERR *err = STATUS_OK;

	if (!text_eq(method, "jsapi") && !text_eq(method, "phone"))
		return STATUS_OK;
	if (!app || !*app)
		change_error(c, "app_id", "error.required");
	if (c->id)
		TRY(db_i64(req->db, &channel_app_kept, ARGS(I64(c->id)), &kept));
	if (!kept && (!key || !*key))
		change_error(c, "app_key", "error.required");
out:
	return nerr_pass(err);
}

static NEOERR *check(struct request *req, struct change *c)
{
	const char *pem = change_text(c, "private_pem"), *api = change_text(c, "api_secret"),
			   *platform = change_text(c, "platform_key");
	NEOERR *err;

	screen_own_tenant(req, c, false);
	if (!c->id)
		check_needs(c);
	TRY(check_phone(req, c));
	screen_check_address(c, "base_url", true);
	if (pem && *pem && !rsa_is_private(pem))
		change_error(c, "private_pem", "error.channel_private");
	if (platform && *platform && !rsa_is_public(platform))
		change_error(c, "platform_key", "error.channel_public");
	if (api && *api && text_eq(change_text(c, "kind"), "wechat") && strlen(api) != AEAD_KEY)
		change_error(c, "api_secret", "error.channel_api");
out:
	return nerr_pass(err);
}

/* Switched on by a person of its own will: off until then. */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	struct channel_secrets secrets = { .private_key = change_text(c, "private_pem"),
		.api_key = change_text(c, "api_secret"), .notify_key = change_text(c, "notify_secret"),
		.app_secret = change_text(c, "app_key") };
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (c->errors == 0)
		TRY(channel_seal(req->db, *id, &secrets));
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const struct tab tabs[] = { { "all", "1 = 1" }, { "enabled", "t.status = 'enabled'" },
	{ "disabled", "t.status = 'disabled'" }, { NULL } };

const struct resource channel_resource = {
	.name = "channel",
	.group = "money",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.tabs = tabs,
	.check = check,
	.save = save,
};
