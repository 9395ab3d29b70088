/* invoice_seller.c - who sells at a station, without whom its orders are not invoiced (S11), and
 * the tax service of a provider.
 * Owns both screens. Serves finance. */
#include "charge/invoice.h"
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource },
	{ "company", F_TEXT, SEEN | SEARCH | TYPED | REQUIRED, 2, 100 },
	{ "tax_no", F_CODE, SEEN | SEARCH | EXACT | TYPED | REQUIRED, 15, 20 },
	{ "merchant_no", F_CODE, SEEN | HIDE | TYPED, 0, 40 },
	{ "address", F_TEXT, SHOW | EXPORT | TYPED, 0, 200 },
	{ "phone", F_CODE, SHOW | EXPORT | TYPED, 0, 20 },
	{ "bank", F_TEXT, SHOW | EXPORT | TYPED, 0, 100 },
	{ "bank_no", F_CODE, SHOW | EXPORT | TYPED, 0, 40 },
	{ "drawer", F_TEXT, SEEN | TYPED | REQUIRED, 1, 20, .group = "people" },
	{ "payee", F_TEXT, SHOW | EXPORT | TYPED, 0, 20, .group = "people" },
	{ "reviewer", F_TEXT, SHOW | EXPORT | TYPED, 0, 20, .group = "people" },
	{ "energy_rate", F_PERCENT, SEEN | TYPED | REQUIRED, 0, 10000, .fallback = "13",
		.group = "tax" },
	{ "energy_code", F_CODE, SHOW | EXPORT | TYPED | REQUIRED, 1, 20,
		.fallback = "1100101020000000000", .group = "tax" },
	{ "service_rate", F_PERCENT, SEEN | TYPED | REQUIRED, 0, 10000, .fallback = "6",
		.group = "tax" },
	{ "service_code", F_CODE, SHOW | EXPORT | TYPED | REQUIRED, 1, 20,
		.fallback = "3040802000000000000", .group = "tax" },
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	const char *tax_no = change_text(c, "tax_no");
	NEOERR *err = STATUS_OK;

	if (tax_no && *tax_no && !invoice_is_tax_no(tax_no))
		change_error(c, "tax_no", "invoice.refused.tax_no");
	if (!c->id)
		TRY(screen_owner_open(req, c, "station_id", station_open, "error.station_closed"));
out:
	return nerr_pass(err);
}

static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };

const struct resource invoice_seller_resource = {
	.name = "invoice_seller",
	.group = "money",
	.title = "t.company",
	.joins = "JOIN station s ON s.id = t.station_id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT | CAN_IMPORT,
	.fields = fields,
	.check = check,
};

/* ---- the tax service ---- */

static const struct field link_fields[] = {
	{ "name", F_TEXT, SEEN | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	{ "url", F_TEXT, SEEN | TYPED | REQUIRED, 10, 400 },
	{ "app_id", F_CODE, SEEN | TYPED | REQUIRED, 1, 64 },
	{ "secret_text", F_TEXT, VIRTUAL | CREATE | EDIT | SECRET | NOAUDIT, 0, 64 },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *link_check(struct request *req, struct change *c)
{
	const char *secret = change_text(c, "secret_text");
	NEOERR *err = STATUS_OK;

	screen_check_address(c, "url", true);
	if (c->id)
		goto out;
	if (!secret || !*secret)
		change_error(c, "secret_text", "error.required");
	TRY(screen_new_owned(req, c, false));
out:
	return nerr_pass(err);
}

static NEOERR *link_save(struct request *req, struct change *c, int64_t *id)
{
	const char *secret = change_text(c, "secret_text");
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (!c->errors)
		TRY(tax_link_set_secret(req->db, *id, secret ? secret : ""));
out:
	return nerr_pass(err);
}

static const struct scope link_scope = { .provider = "t.provider_id" };

const struct resource tax_link_resource = {
	.name = "tax_link",
	.group = "money",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &link_scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = link_fields,
	.check = link_check,
	.save = link_save,
};
