/* exchange.c - other platforms that charges are exchanged with by T/CEC 102, and the vault of all
 * messages both ways, to read, search and send again (I9).
 * Owns the two screens and the page that shows our secrets once. Serves operators of both sides. */
#include "base/cidr.h"
#include "charge/delivery.h"
#include "charge/exchange.h"
#include "cgi/screen/screen.h"

#define OPERATOR_CHARS 9
#define KEY_CHARS 16
#define MESSAGE_MAX (1 << 20)

SQL(exchange_peer_name, "SELECT name FROM exchange_peer WHERE id = ?");
SQL(exchange_partner_named,
	"SELECT q.id FROM provider q JOIN partner p ON p.low_id = LEAST(q.id, ?) AND p.high_id ="
	" GREATEST(q.id, ?) AND p.deleted = 0 AND p.state = 'accepted' WHERE q.name = ? AND q.id <> ?"
	" AND q.deleted = 0");
SQL(exchange_message_get,
	"SELECT exchange_peer_id, direction, interface, ask, COALESCE(delivery_id, 0) FROM"
	" exchange_message WHERE id = ?");

#define SECRET_FIELD(name, room) \
	{ name, F_TEXT, VIRTUAL | CREATE | EDIT | SECRET | NOAUDIT, 0, room, .group = "secrets" }

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 80 },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	{ "full_name", F_TEXT, VIRTUAL | CREATE | REQUIRED, 1, 80 },
	{ "partner_id", F_REF, SEEN | FILTER, .ref = &provider_resource },
	{ "our_operator", F_CODE, SEEN | TYPED | REQUIRED, OPERATOR_CHARS, OPERATOR_CHARS },
	{ "their_operator", F_CODE, SEEN | SEARCH | EXACT | TYPED | REQUIRED, OPERATOR_CHARS,
		OPERATOR_CHARS },
	{ "base_url", F_TEXT, SEEN | HIDE | TYPED, 0, 400, .group = "connection" },
	{ "paths", F_LONGTEXT, SHOW | TYPED, 0, 1000, .group = "connection" },
	{ "spelling", F_LONGTEXT, SHOW | TYPED, 0, 1000, .group = "connection" },
	{ "allow_list", F_TEXT, SHOW | TYPED, 0, 500, .group = "connection" },
	{ "rate_limit", F_INT, SHOW | TYPED | REQUIRED, 1, 100000, .fallback = "600",
		.group = "connection" },
	{ "check_sig", F_BOOL, SHOW | TYPED, .fallback = "1", .group = "connection" },
	{ "loose_seq", F_BOOL, SHOW | TYPED, .group = "connection" },
	{ "energy_decimals", F_INT, SHOW | TYPED | REQUIRED, 2, 4, .fallback = "2",
		.group = "connection" },
	{ "push_status", F_BOOL, SHOW | TYPED, .fallback = "1", .group = "connection" },
	{ "progress_seconds", F_INT, SHOW | TYPED | REQUIRED, 0, 3600, .fallback = "60", .unit = "s",
		.group = "connection" },
	SECRET_FIELD("their_operator_secret", 64),
	SECRET_FIELD("their_data_secret", KEY_CHARS),
	SECRET_FIELD("their_data_iv", KEY_CHARS),
	SECRET_FIELD("their_sig_secret", 64),
	SECRET_FIELD("our_operator_secret", 64),
	SECRET_FIELD("our_data_secret", KEY_CHARS),
	SECRET_FIELD("our_data_iv", KEY_CHARS),
	SECRET_FIELD("our_sig_secret", 64),
	{ "has_theirs", F_BOOL, SEEN, .sql = "t.their_secrets <> ''" },
	{ "has_ours", F_BOOL, SEEN, .sql = "t.our_secrets <> ''" },
	{ "last_in", F_TIME, SHOW,
		.sql = "(SELECT MAX(m.at) FROM exchange_message m WHERE m.exchange_peer_id = t.id AND"
			   " m.direction = 'in')" },
	{ "last_out", F_TIME, SHOW,
		.sql = "(SELECT MAX(m.at) FROM exchange_message m WHERE m.exchange_peer_id = t.id AND"
			   " m.direction = 'out')" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* "name=value" parted by blanks or commas. */
static bool pairs_fit(const char *text)
{
	for (const char *at = text + strspn(text, " ,\r\n\t"); *at; at += strspn(at, " ,\r\n\t")) {
		size_t len = strcspn(at, " ,\r\n\t"), name = strcspn(at, "=");

		if (name == 0 || name + 1 >= len)
			return false;
		at += len;
	}
	return true;
}

static void check_connection(struct change *c)
{
	const char *allow = change_text(c, "allow_list");
	struct cidr_list list;

	screen_check_address(c, "base_url", false);
	if (allow && *allow && !cidr_list_parse(allow, &list, NULL, 0))
		change_error(c, "allow_list", "error.exchange_networks");
	if (change_text(c, "paths") && !pairs_fit(change_text(c, "paths")))
		change_error(c, "paths", "error.exchange_pairs");
	if (change_text(c, "spelling") && !pairs_fit(change_text(c, "spelling")))
		change_error(c, "spelling", "error.exchange_pairs");
}

static void check_keys(struct change *c)
{
	static const char *const names[] = { "their_data_secret", "their_data_iv", "our_data_secret",
		"our_data_iv" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (change_text(c, names[i]) && *change_text(c, names[i]) &&
			strlen(change_text(c, names[i])) != KEY_CHARS)
			change_error(c, names[i], "error.exchange_key");
}

/* The provider that stands for the other platform is a partner already: a cycle is agreed. */
static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	int64_t us, partner = 0;

	check_connection(c);
	check_keys(c);
	if (text_eq(change_text(c, "our_operator"), change_text(c, "their_operator")))
		change_error(c, "their_operator", "error.exchange_same");
	if (c->id)
		goto out;
	TRY(screen_new_owned(req, c, false));
	us = change_i64(c, "provider_id");
	if (!us || !change_text(c, "full_name"))
		goto out;
	TRY(db_i64(req->db, &exchange_partner_named,
		ARGS(I64(us), I64(us), STR(change_text(c, "full_name")), I64(us)), &partner));
	if (partner)
		change_set(req, c, "partner_id", screen_number(req, partner));
	else
		change_error(c, "full_name", "error.exchange_partner");
out:
	return nerr_pass(err);
}

static void take_secret(struct change *c, const char *name, char *out, size_t room)
{
	text_copy(out, room, change_text(c, name) ? change_text(c, name) : "");
}

static NEOERR *store_secrets(struct request *req, struct change *c, int64_t id)
{
	struct exchange_secrets ours, theirs;
	NEOERR *err;

	take_secret(c, "our_operator_secret", ours.operator_secret, sizeof ours.operator_secret);
	take_secret(c, "our_data_secret", ours.data_secret, sizeof ours.data_secret);
	take_secret(c, "our_data_iv", ours.data_iv, sizeof ours.data_iv);
	take_secret(c, "our_sig_secret", ours.sig_secret, sizeof ours.sig_secret);
	take_secret(c, "their_operator_secret", theirs.operator_secret, sizeof theirs.operator_secret);
	take_secret(c, "their_data_secret", theirs.data_secret, sizeof theirs.data_secret);
	take_secret(c, "their_data_iv", theirs.data_iv, sizeof theirs.data_iv);
	take_secret(c, "their_sig_secret", theirs.sig_secret, sizeof theirs.sig_secret);
	TRY(exchange_secrets_set(req->db, id, true, &ours));
	TRY(exchange_secrets_set(req->db, id, false, &theirs));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (c->errors)
		goto out;
	TRY(store_secrets(req, c, *id));
	c->go = arena_printf(&req->arena, "/admin/exchange_peer/%lld", (long long)*id);
out:
	return nerr_pass(err);
}

/* Proves the way there and back: token, then their stations. */
static NEOERR *probe(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct exchange_peer p;
	json_t *ask = json_pack("{sssisi}", "LastQueryTime", "", "PageNo", 1, "PageSize", 10);
	NEOERR *err;

	(void)res;
	TRY(exchange_peer_get(req->db, id, &p));
	if (!p.base_url[0] || !exchange_secrets_complete(&p.theirs))
		change_error(input, NULL, "error.exchange_incomplete");
	else
		TRY(exchange_send(req->db, &p, "query_stations_info", ask, NULL));
out:
	json_decref(ask);
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const struct action actions[] = {
	{ "probe", ACT_ROW, NULL, "t.status = 'enabled'", probe },
	{ "secret", ACT_ROW | ACT_LINK },
	ACTIONS_END,
};
static const struct child children[] = { { &exchange_message_resource, "exchange_peer_id" },
	{ NULL } };

const struct resource exchange_peer_resource = {
	.name = "exchange_peer",
	.group = "finance",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.children = children,
	.check = check,
	.save = save,
};

static NEOERR *renew(struct db *db, int64_t id, char out[SECRET_SHOWN])
{
	return nerr_pass(exchange_secrets_renew(db, id, out));
}

static const struct secret_page secret_page = { &exchange_peer_resource, &exchange_peer_name,
	renew };

NEOERR *exchange_peer_secret_show(struct request *req)
{
	return nerr_pass(secret_page_ask(req, &secret_page));
}

NEOERR *exchange_peer_secret_save(struct request *req)
{
	return nerr_pass(secret_page_renew(req, &secret_page));
}

/* ---- the vault ---- */

static const struct choice directions[] = { { "in", "blue" }, { "out", "purple" } };
static const struct choices direction_choices = { "exchange_direction", directions, 2 };

static const struct field message_fields[] = {
	{ "at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "exchange_peer_id", F_REF, SEEN | FILTER, .ref = &exchange_peer_resource },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	{ "direction", F_CHOICE, SEEN | FILTER, .choices = &direction_choices },
	{ "interface", F_CODE, SEEN | SEARCH | EXACT },
	{ "seq", F_CODE, SEEN | SEARCH | EXACT },
	{ "ret", F_INT, SEEN | SEARCH | EXACT },
	{ "msg", F_TEXT, SEEN },
	{ "http_status", F_INT, SEEN | HIDE },
	{ "millis", F_INT, SEEN, .unit = "ms" },
	{ "ip", F_CODE, SEEN | HIDE },
	{ "ask", F_LONGTEXT, SHOW | EXPORT },
	{ "answer", F_LONGTEXT, SHOW | EXPORT },
	FIELDS_END,
};

struct kept { int64_t peer_id, delivery_id; bool out; char interface[41]; json_t *ask; };

static NEOERR *take_kept(const struct row *r, void *ctx)
{
	struct kept *k = ctx;

	k->peer_id = row_i64(r, 0);
	k->out = text_eq(row_str(r, 1), "out");
	text_copy(k->interface, sizeof k->interface, row_str(r, 2));
	k->delivery_id = row_i64(r, 4);
	return nerr_pass(json_read(row_str(r, 3), strlen(row_str(r, 3)), MESSAGE_MAX, &k->ask));
}

/* What came in is taken once more, as if they had sent it again. */
static NEOERR *take_again(struct request *req, const struct kept *k, struct change *input)
{
	struct exchange_peer p;
	json_t *answer = NULL;
	NEOERR *err;

	TRY(exchange_peer_get(req->db, k->peer_id, &p));
	err = exchange_take(req->db, &p, k->interface, k->ask, &answer);
	if (error_is(err, ERR_INVALID) || error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		change_error(input, NULL, "error.exchange_refused");
		return STATUS_OK;
	}
	if (err == STATUS_OK)
		err = exchange_keep(req->db,
			&(struct exchange_message){ .peer = &p, .interface = k->interface, .ip = "",
				.ask = k->ask, .answer = answer });
out:
	json_decref(answer);
	return nerr_pass(err);
}

static NEOERR *resend(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct kept k = { 0 };
	NEOERR *err;

	(void)res;
	TRY(db_get(req->db, &exchange_message_get, ARGS(I64(id)), take_kept, &k));
	if (k.delivery_id)
		TRY(delivery_again(req->db, k.delivery_id));
	else
		TRY(take_again(req, &k, input));
out:
	json_decref(k.ask);
	return nerr_pass(err);
}

/* A token is fetched by itself when it is needed. */
#define RESENDABLE \
	"t.interface <> 'query_token' AND t.ask <> '' AND (t.direction = 'in' OR t.delivery_id IS NOT" \
	" NULL)"
static const struct action message_actions[] = {
	{ "resend", ACT_ROW | ACT_BATCH, NULL, RESENDABLE, resend }, ACTIONS_END,
};
static const struct tab message_tabs[] = { { "all", NULL }, { "in", "t.direction = 'in'" },
	{ "out", "t.direction = 'out'" }, { "refused", "t.ret <> 0" }, { NULL } };

const struct resource exchange_message_resource = {
	.name = "exchange_message",
	.group = "finance",
	.title = "t.id",
	.order = "t.id DESC",
	.scope = &scope,
	.plain = true,
	.big = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = message_fields,
	.actions = message_actions,
	.tabs = message_tabs,
};
