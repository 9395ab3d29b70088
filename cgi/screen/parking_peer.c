/* parking_peer.c - charge providers and gates that may speak to us about parking lots, and the page
 * that shows a new secret of one once (K12).
 * Owns the screen. Serves clerks of the 停车减免 group. */
#include "charge/parking.h"
#include "cgi/screen/screen.h"

SQL(peer_name, "SELECT name FROM parking_peer WHERE id = ?");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 80 },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &parking_peer_kind_choices,
		.fallback = "charger" },
	{ "app_id", F_CODE, SEEN | SEARCH | EXACT },
	{ "sign_digest", F_CHOICE, SEEN | TYPED | REQUIRED, .choices = &field_digest_choices,
		.fallback = "hmac_sha256", .group = "sign" },
	{ "sign_key", F_CODE, SHOW | TYPED, 0, 20, .fallback = "key", .group = "sign" },
	{ "sign_lower", F_BOOL, SHOW | TYPED, .group = "sign" },
	{ "sign_empty", F_BOOL, SHOW | TYPED, .group = "sign" },
	{ "last_at", F_TIME, SEEN },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;

	if (c->id)
		goto out;
	TRY(screen_new_owned(req, c, false));
out:
	return nerr_pass(err);
}

/* Nobody can sign until a person has asked for the secret. */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	char secret[FIELD_SECRET];
	bool fresh = c->id == 0;
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (!fresh || c->errors)
		goto out;
	TRY(parking_peer_set_secret(req->db, *id, secret));
	c->go = arena_printf(&req->arena, "/admin/parking_peer/%lld", (long long)*id);
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const struct action actions[] = { { "secret", ACT_ROW | ACT_LINK }, ACTIONS_END };

const struct resource parking_peer_resource = {
	.name = "parking_peer",
	.group = "parking",
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

static NEOERR *renew(struct db *db, int64_t id, char out[SECRET_SHOWN])
{
	return nerr_pass(parking_peer_set_secret(db, id, out));
}

static const struct secret_page secret_page = { &parking_peer_resource, &peer_name, renew };

NEOERR *parking_peer_secret_show(struct request *req)
{
	return nerr_pass(secret_page_ask(req, &secret_page));
}

NEOERR *parking_peer_secret_save(struct request *req)
{
	return nerr_pass(secret_page_renew(req, &secret_page));
}
