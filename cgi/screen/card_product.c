/* card_product.c - 电卡产品: what properties issue cards of, where those count, what a recharge of
 * one brings (M3), and 发卡 itself (M4, M5).
 * Owns two screens and the action of cards. Serves clerks of the 会员中心 group. */
#include "charge/card.h"
#include "charge/card_list.h"
#include "cgi/screen/screen.h"

#define PRICE_MAX (INT64_C(1000000) * MONEY_YUAN)

SQL(card_product_used,
	"SELECT COUNT(*) FROM card WHERE product_id = ? AND deleted = 0 AND status = 'enabled'");
SQL(card_product_of_station, "SELECT product_id FROM card_product_station WHERE id = ?");
SQL(card_product_station_of,
	"SELECT s.provider_id = p.provider_id FROM card_product p JOIN station s ON s.id = ? WHERE"
	" p.id = ?");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &card_kind_choices,
		.fallback = "physical" },
	{ "issue", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &card_issue_choices,
		.fallback = "person" },
	{ "price", F_MONEY, SEEN | TYPED | REQUIRED, 0, PRICE_MAX },
	{ "face", F_MONEY, SEEN | TYPED | REQUIRED, 0, PRICE_MAX },
	{ "bonus", F_TEXT, SEEN | TYPED, 0, CARD_BONUS },
	{ "provider_id", F_REF, SHOW | EXPORT | FILTER | FOLD | PLACED, .ref = &provider_resource },
	{ "property_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &property_resource,
		.depends = "provider_id" },
	{ "stations", F_INT, SEEN, .sql = "(SELECT COUNT(*) FROM card_product_station b WHERE"
		" b.product_id = t.id AND b.deleted = 0)" },
	{ "cards", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM card k WHERE k.product_id = t.id AND k.deleted = 0)" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	const char *bonus = change_text(c, "bonus");
	int64_t gift;
	NEOERR *err = STATUS_OK;

	if (bonus && !card_bonus(bonus, 0, &gift))
		change_error(c, "bonus", "error.card_bonus");
	if (!c->id)
		err = screen_new_owned(req, c, true);
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	int64_t used = 0;
	NEOERR *err = db_i64(req->db, &card_product_used, ARGS(I64(id)), &used);

	if (used)
		*problem = "error.card_product_used";
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id", .property = "t.property_id" };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "enabled", "t.status = 'enabled'" },
	{ "disabled", "t.status = 'disabled'" },
	{ NULL },
};
static const struct child children[] = { { &card_product_station_resource, "product_id" },
	{ &card_resource, "product_id" }, { NULL } };

const struct resource card_product_resource = {
	.name = "card_product",
	.group = "people",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.tabs = tabs,
	.children = children,
	.check = check,
	.before_delete = before_delete,
};

/* ---- 汽车电站绑定, 单车电站绑定 ---- */

static const struct field station_fields[] = {
	{ "product_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &card_product_resource },
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource },
	{ "station_kind", F_CHOICE, SEEN | FILTER, .choices = &station_kind_choices, .sql = "s.kind" },
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *station_check(struct request *req, struct change *c)
{
	int64_t product = change_i64(c, "product_id"), station = change_i64(c, "station_id"), fits = 1;
	NEOERR *err = STATUS_OK;

	if (product && station)
		err = db_i64(req->db, &card_product_station_of, ARGS(I64(station), I64(product)), &fits);
	if (!fits)
		change_error(c, "station_id", "error.station_of_other");
	return nerr_pass(err);
}

/* Cards of the product count elsewhere now: the piles' lists follow. */
static NEOERR *station_save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err;

	TRY(resource_store(req, c, id));
	TRY(card_list_touch_product(req->db, change_i64(c, "product_id"), req->who.user_id));
out:
	return nerr_pass(err);
}

static NEOERR *station_before_delete(struct request *req, int64_t id, const char **problem)
{
	int64_t product = 0;
	NEOERR *err;

	(void)problem;
	TRY(db_i64(req->db, &card_product_of_station, ARGS(I64(id)), &product));
	TRY(card_list_touch_product(req->db, product, req->who.user_id));
out:
	return nerr_pass(err);
}

static const struct scope station_scope = { .provider = "p.provider_id",
	.property = "p.property_id" };
static const struct tab station_tabs[] = {
	{ "all", "1 = 1" },
	{ "car", "s.kind = 'car'" },
	{ "ebike", "s.kind = 'ebike'" },
	{ NULL },
};

const struct resource card_product_station_resource = {
	.name = "card_product_station",
	.group = "people",
	.title = "CONCAT(p.name, ' ', s.name)",
	.joins = "JOIN card_product p ON p.id = t.product_id JOIN station s ON s.id = t.station_id",
	.order = "t.id DESC",
	.scope = &station_scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_DELETE | CAN_EXPORT,
	.fields = station_fields,
	.tabs = station_tabs,
	.check = station_check,
	.save = station_save,
	.before_delete = station_before_delete,
};

/* ---- 发卡: of a product, by the people of its property alone ---- */

const struct field card_issue_fields[] = {
	{ "product_id", F_REF, CREATE | REQUIRED, .ref = &card_product_resource },
	{ "fleet_id", F_REF, CREATE, .ref = &fleet_resource },
	{ "holder_phone", F_CODE, CREATE | REQUIRED | NOAUDIT, 0, 20 },
	{ "holder_name", F_TEXT, CREATE | REQUIRED | NOAUDIT, 1, 40 },
	{ "logical_no", F_CODE, CREATE, 0, 20 },
	{ "physical_no", F_CODE, CREATE, 0, 20 },
	{ "expires_at", F_TIME, CREATE },
	FIELDS_END,
};

static const char *const refused_field[] = { [CARD_PRODUCT_OFF] = "product_id",
	[CARD_FLEET_NEEDED] = "fleet_id",
	[CARD_FLEET_NOT] = "fleet_id",
	[CARD_FLEET_OFF] = "fleet_id",
	[CARD_FLEET_SHORT] = "fleet_id",
	[CARD_HOLDER_OFF] = "holder_phone",
	[CARD_HOLDER_OTHER] = "holder_phone",
	[CARD_NUMBER_NEEDED] = "physical_no",
	[CARD_LOGICAL_TAKEN] = "logical_no",
	[CARD_PHYSICAL_TAKEN] = "physical_no" };

static const char *typed(struct change *input, const char *field)
{
	const char *text = change_text(input, field);

	return text ? text : "";
}

static void say(struct request *req, struct change *input, enum card_refusal refusal,
	const struct card_issued *made)
{
	const char *key =
		arena_printf(&req->arena, "card.refused.%s", card_refusal_name(refusal));

	if (refusal == CARD_FLEET_SHORT)
		key = text_format(req, key, screen_money(req, made->missing), NULL);
	if (refusal != CARD_FINE)
		change_error(input, refused_field[refusal], key);
	input->said = "card.issued";
	input->said_about = arena_strdup(&req->arena, made->no);
	input->go = arena_printf(&req->arena, "/admin/card/%lld", (long long)made->card_id);
}

NEOERR *card_issue_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct card_order o = { .product_id = change_i64(input, "product_id"),
		.property_id = req->who.property_id,
		.phone = typed(input, "holder_phone"),
		.name = typed(input, "holder_name"),
		.logical_no = typed(input, "logical_no"),
		.physical_no = typed(input, "physical_no"),
		.by = req->who.user_id,
		.operator= req->who.name,
		.once = screen_once(req, "issue", id) };
	enum card_refusal refusal;
	struct card_issued made;
	NEOERR *err = STATUS_OK;

	(void)res;
	if (req->who.kind != WHO_PROPERTY)
		change_error(input, NULL, "card.refused.property_only");
	if (!text_is_phone(o.phone))
		change_error(input, "holder_phone", "error.phone");
	if (input->errors)
		goto out;
	if (!change_value(input, "fleet_id")->null)
		o.fleet_id = change_i64(input, "fleet_id");
	if (!change_value(input, "expires_at")->null)
		o.expires_at = change_i64(input, "expires_at");
	TRY(card_issue(req->db, &o, &made, &refusal));
	say(req, input, refusal, &made);
out:
	return nerr_pass(err);
}
