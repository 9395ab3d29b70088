/* device_card.c - 设备卡: the cards that devices know by themselves, and which of them go together
 * (D14).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "cgi/screen/screen.h"

#define SEGMENT 6

SQL(device_card_manage,
	"SELECT COUNT(*) FROM device_card WHERE provider_id = ? AND segment = ? AND kind = 'manage' AND"
	" status = 'enabled' AND deleted = 0 AND id <> ?");
SQL(device_card_wallets,
	"SELECT COUNT(*) FROM device_card d JOIN device_card w ON w.provider_id = d.provider_id AND"
	" w.segment = d.segment AND w.kind = 'wallet' AND w.deleted = 0 WHERE d.id = ? AND"
	" d.kind = 'manage'");

static const struct field fields[] = {
	{ "number", F_CODE, SEEN | SORT | SEARCH | PREFIX | PLACED | REQUIRED, 1, 16 },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &device_card_kind_choices,
		.fallback = "auth" },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &provider_resource },
	{ "segment", F_CODE, SEEN | SEARCH | EXACT, 0, SEGMENT },
	{ "price", F_PRICE, SEEN | TYPED, 0, 1000 * MONEY_YUAN },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* One rate a segment, and no wallet without a rate. */
static NEOERR *segment_check(struct request *req, struct change *c, bool manage, bool wallet)
{
	int64_t rates = 0;
	NEOERR *err = STATUS_OK;

	TRY(db_i64(req->db, &device_card_manage,
		ARGS(I64(change_i64(c, "provider_id")), STR(change_text(c, "segment")), I64(c->id)),
		&rates));
	if (manage && rates)
		change_error(c, "number", "error.device_card_segment_taken");
	if (wallet && !rates)
		change_error(c, "number", "error.device_card_segment");
out:
	return nerr_pass(err);
}

static NEOERR *check(struct request *req, struct change *c)
{
	const char *number = change_text(c, "number"), *kind = change_text(c, "kind");
	bool manage = text_eq(kind, "manage"), wallet = text_eq(kind, "wallet");
	size_t digits = number ? strspn(number, "0123456789") : 0;
	NEOERR *err = STATUS_OK;

	if (!c->id)
		TRY(screen_new_owned(req, c, false));
	if (number && number[digits])
		change_error(c, "number", "error.device_card_digits");
	else if ((manage || wallet) && digits < SEGMENT)
		change_error(c, "number", "error.device_card_short");
	if (manage == change_value(c, "price")->null)
		change_error(c, "price", manage ? "error.device_card_price" : "error.device_card_no_price");
	if (c->errors || c->id)
		goto out;
	if (manage || wallet)
		change_set(req, c, "segment", arena_printf(&req->arena, "%.6s", number));
	TRY(segment_check(req, c, manage, wallet));
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	int64_t wallets = 0;
	NEOERR *err = db_i64(req->db, &device_card_wallets, ARGS(I64(id)), &wallets);

	if (err == STATUS_OK && wallets)
		*problem = "error.device_card_wallets";
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "manage", "t.kind = 'manage'" },
	{ "auth", "t.kind = 'auth'" },
	{ "wallet", "t.kind = 'wallet'" },
	{ NULL },
};

const struct resource device_card_resource = {
	.name = "device_card",
	.group = "site",
	.title = "t.number",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.tabs = tabs,
	.check = check,
	.before_delete = before_delete,
	.before_disable = before_delete,
};
