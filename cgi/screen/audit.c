/* audit.c - what staff and drivers did, where and with which result, in the reader's language; the
 * proof of the chain (G15, W14).
 * Owns the screens and the page of the proof. Serves clerks of the 系统管理 group. */
#include "cgi/resource/engine.h"
#include "cgi/screen/screen.h"
#include "db/audit_chain.h"

/* Words that stand in the table as they are written: labels are choice.noun and choice.deed,
 * else what the screens call them. */
static const struct choice noun[] = {
	{ "station", "blue" },
	{ "area", "blue" },
	{ "pile", "blue" },
	{ "connector", "blue" },
	{ "command", "blue" },
	{ "tariff", "purple" },
	{ "session", "orange" },
	{ "fleet", "green" },
	{ "member", "green" },
	{ "card", "green" },
	{ "daily_report", "orange" },
	{ "provider", "secondary" },
	{ "property", "secondary" },
	{ "user", "red" },
	{ "role", "red" },
	{ "api_key", "red" },
	{ "task", "secondary" },
	{ "setting", "red" },
	{ "login", "secondary" },
	{ "stranger", "blue" },
	{ "connectivity", "blue" },
	{ "alarm", "orange" },
	{ "statement", "green" },
	{ "job_run", "secondary" },
	{ "department", "secondary" },
	{ "post", "secondary" },
	{ "audit", "secondary" },
	{ "security", "red" },
	{ "webhook", "red" },
	{ "webhook_delivery", "secondary" },
};
static const struct choice deed[] = {
	{ "create", "green" },
	{ "update", "blue" },
	{ "delete", "red" },
	{ "enable", "green" },
	{ "disable", "red" },
	{ "import", "blue" },
	{ "export", "blue" },
	{ "whole", "blue" },
	{ "login", "blue" },
	{ "logout", "blue" },
	{ "change_password", "blue" },
	{ "change_payment_password", "blue" },
	{ "reset", "blue" },
	{ "unlock", "blue" },
	{ "audit", "green" },
	{ "account", "blue" },
	{ "permit", "blue" },
	{ "roles", "blue" },
	{ "stations", "blue" },
	{ "users", "blue" },
	{ "version", "blue" },
	{ "recharge", "green" },
	{ "refund", "blue" },
	{ "issue", "blue" },
	{ "freeze", "blue" },
	{ "certify", "blue" },
	{ "stop", "blue" },
	{ "end", "red" },
	{ "confirm", "green" },
	{ "set_tariff", "blue" },
	{ "sync_tariff", "blue" },
	{ "sync_time", "blue" },
	{ "reboot", "red" },
	{ "cancel", "blue" },
	{ "imported", "blue" },
	{ "download", "blue" },
	{ "list", "secondary" },
	{ "show", "secondary" },
	{ "pii", "red" },
	{ "csrf", "red" },
	{ "login_failed", "red" },
	{ "login_barred", "red" },
	{ "factor_failed", "red" },
	{ "factor_on", "green" },
	{ "factor_off", "red" },
	{ "recovery_code", "orange" },
	{ "recovery_codes", "blue" },
	{ "end_login", "blue" },
	{ "end_other_logins", "blue" },
	{ "end_stale_logins", "blue" },
	{ "secret", "red" },
	{ "ping", "blue" },
	{ "resend", "blue" },
	{ "email_link", "blue" },
	{ "email_verified", "green" },
};
static const struct choices deeds = { "deed", deed, sizeof deed / sizeof *deed };
static const struct choices nouns = { "noun", noun, sizeof noun / sizeof *noun };
static const struct choice result[] = { { "done", "green" }, { "denied", "red" },
	{ "failed", "orange" } };
static const struct choices results = { "audit_result", result, sizeof result / sizeof *result };

/* ---- words for people ---- */

/* The first of the texts that exists, else the word. */
static const char *first_text(struct request *req, const char *const *room, int n, const char *word)
{
	for (int i = 0; i < n; i++) {
		const char *key = arena_printf(&req->arena, "%s%s", room[i], word);

		if (text_has(req->lang, key))
			return text_get(req, key);
	}
	return word;
}

static const char *noun_said(struct request *req, const char *word)
{
	static const char *const rooms[] = { "choice.noun.", "" };

	return first_text(req, rooms, 2, word);
}

static const char *deed_said(struct request *req, const char *word)
{
	static const char *const rooms[] = { "choice.deed.", "action.", "verb." };

	return first_text(req, rooms, 3, word);
}

/* What a value means depends on two more columns: the three come in one, parted by a byte that
 * no text holds. */
#define PART "\x1f"
#define PACKED(column) "CONCAT_WS('" PART "', t.resource, t.field, t." column ")"
struct packed { const char *resource, *field, *value; };

static struct packed unpack(struct request *req, const char *raw)
{
	char *rest = arena_strdup(&req->arena, raw);
	struct packed p = { .resource = rest, .field = "", .value = "" };
	const char **part[] = { &p.field, &p.value };

	for (int i = 0; i < 2 && (rest = strchr(rest, *PART)) != NULL; i++) {
		*rest++ = '\0';
		*part[i] = rest;
	}
	return p;
}

static const char *field_said(struct request *req, const char *raw)
{
	struct packed p = unpack(req, raw);

	return *p.field ? text_label(req, p.resource, p.field) : "";
}

/* A field of the record, or an input of one of its actions. */
static const struct field *field_of(const struct packed *p)
{
	const struct resource *res = *p->field ? resource_find(p->resource) : NULL;
	int i = res ? field_index(res, p->field) : -1;

	if (i >= 0)
		return &res->fields[i];
	for (const struct action *a = res ? res->actions : NULL; a && a->name; a++)
		for (const struct field *f = a->fields; f && f->name; f++)
			if (text_eq(f->name, p->field))
				return f;
	return NULL;
}

/* Codes become labels, numbers get their marks; what was masked when it was written stays so. */
static const char *value_said(struct request *req, const char *raw)
{
	struct packed p = unpack(req, raw);
	const struct field *f = field_of(&p);
	bool code = f && (f->kind == F_CHOICE || f->kind == F_BOOL || kinds[f->kind].right) &&
		!(f->flags & (PII | SECRET));

	return code ? field_show(req, f, p.value, true) : p.value;
}

/* Numbers of records are names, not amounts: no thousands marks. */
static const char *number_said(struct request *req, const char *raw)
{
	(void)req;
	return raw;
}

/* ---- the two logs ---- */

#define WHEN { "at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK }
#define WHAT { "resource", F_CHOICE, SEEN | FILTER, .choices = &nouns, .said = noun_said }, \
	{ "action", F_CHOICE, SEEN | FILTER, .choices = &deeds, .said = deed_said }, \
	{ "result", F_CHOICE, SEEN | FILTER, .choices = &results }, \
	{ "record_id", F_INT, SEEN | SEARCH | EXACT, .said = number_said }, \
	{ "field", F_TEXT, SEEN, .sql = "CONCAT_WS('" PART "', t.resource, t.field)", .said = field_said }, \
	{ "old_value", F_TEXT, SEEN, .sql = PACKED("old_value"), .said = value_said }, \
	{ "new_value", F_TEXT, SEEN, .sql = PACKED("new_value"), .said = value_said }
#define WHENCE { "ip", F_CODE, SEEN | SEARCH | EXACT, 0, 45 }, \
	{ "request_id", F_CODE, SEEN | HIDE | SEARCH | EXACT | FOLD, 0, 40 }, \
	{ "seal_id", F_INT, SEEN | HIDE, .said = number_said }

static const struct scope audit_scope = { .provider = "u.provider_id",
	.property = "u.property_id",
	.fleet = "u.fleet_id" };
static const struct field audit_fields[] = {
	WHEN,
	{ "actor", F_TEXT, SEEN | SEARCH },
	{ "nickname", F_TEXT, SEEN, .sql = "u.name" },
	{ "phone", F_PHONE, SEEN | HIDE | SEARCH | EXACT | PII | FOLD, .sql = "u.phone" },
	{ "user_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &user_resource },
	WHAT, WHENCE,
	FIELDS_END,
};
static const char *const audit_extra[] = { "pii", NULL };

const struct resource audit_resource = {
	.name = "audit",
	.group = "system",
	.title = "t.id",
	.joins = "LEFT JOIN user u ON u.id = t.user_id",
	.order = "t.at DESC, t.id DESC",
	.scope = &audit_scope,
	.where = "t.by_member = 0",
	.plain = true,
	.big = true,
	.can = CAN_LIST | CAN_EXPORT,
	.fields = audit_fields,
	.verbs_extra = audit_extra,
};

static const struct scope member_scope = { .provider = "m.provider_id",
	.property = "s.property_id",
	.station = "m.station_id" };
static const struct field member_audit_fields[] = {
	WHEN,
	{ "nickname", F_TEXT, SEEN, .sql = "IF(m.nickname <> '', m.nickname, m.name)" },
	{ "phone", F_PHONE, SEEN | SEARCH | EXACT | PII, .sql = "m.phone" },
	{ "member_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &member_resource },
	WHAT, WHENCE,
	FIELDS_END,
};
static const char *const member_extra[] = { "pii", NULL };

const struct resource member_audit_resource = {
	.name = "member_audit",
	.group = "system",
	.table = "audit",
	.title = "t.id",
	.order = "t.at DESC, t.id DESC",
	.joins = "LEFT JOIN member m ON m.id = t.member_id LEFT JOIN station s ON s.id = m.station_id",
	.scope = &member_scope,
	.where = "t.by_member = 1",
	.plain = true,
	.big = true,
	.can = CAN_LIST | CAN_EXPORT,
	.fields = member_audit_fields,
	.verbs_extra = member_extra,
};

/* ---- the proof ---- */

SQL(page_seal,
	"SELECT id, hash, sealed_at, (SELECT COUNT(*) FROM audit_seal WHERE archived_at IS NOT NULL)"
	" FROM audit_seal ORDER BY id DESC LIMIT 1");
SQL(page_proof, "SELECT id, ended_at, last_seal, last_hash, blocks, row_count, archived, findings,"
	" TIMESTAMPDIFF(SECOND, started_at, ended_at) FROM audit_proof ORDER BY id DESC LIMIT 1");
SQL(page_findings,
	"SELECT what, seal_id, audit_id, detail FROM audit_finding WHERE proof_id = ? ORDER BY number");

struct proof_page {
	struct request *req;
	const char *node;
	const char *const *name;
	int n;
	int64_t id;
};

static NEOERR *put_named(const struct row *r, void *ctx)
{
	struct proof_page *p = ctx;
	NEOERR *err = STATUS_OK;

	p->id = row_i64(r, 0);
	for (int i = 0; i < p->n; i++)
		TRY(hdf_put(p->req->hdf, row_str(r, i), "%s.%s", p->node, p->name[i]));
out:
	return nerr_pass(err);
}

static NEOERR *put_finding(const struct row *r, void *ctx)
{
	struct proof_page *p = ctx;
	int i = p->n++;
	NEOERR *err;

	TRY(hdf_put(p->req->hdf,
		text_get(p->req, arena_printf(&p->req->arena, "audit.finding.%s", row_str(r, 0))),
		"Proof.finding.%d", i));
	TRY(hdf_put(p->req->hdf, row_str(r, 1), "Proof.finding.%d.seal", i));
	TRY(hdf_put(p->req->hdf, row_str(r, 2), "Proof.finding.%d.row", i));
	TRY(hdf_put(p->req->hdf, row_str(r, 3), "Proof.finding.%d.detail", i));
out:
	return nerr_pass(err);
}

/* The chain is one for all tenants: its page is the platform's. */
NEOERR *audit_proof_show(struct request *req)
{
	static const char *const seal[] = { "id", "hash", "at", "archived" };
	static const char *const proof[] = { "id", "at", "seal", "hash", "blocks", "rows", "archived",
		"findings", "seconds" };
	struct proof_page s = { req, "Seal", seal, 4, 0 }, p = { req, "Proof", proof, 9, 0 };
	int64_t waiting;
	NEOERR *err = STATUS_OK;

	if (req->who.kind != WHO_SYSTEM)
		return nerr_raise(ERR_DENIED, "audit_proof.show");
	TRY(db_find(req->db, &page_seal, NOARGS, put_named, &s, NULL));
	TRY(db_find(req->db, &page_proof, NOARGS, put_named, &p, NULL));
	TRY(audit_unsealed(req->db, clock_now(), AUDIT_BLOCK_ROWS, &waiting));
	TRY(hdf_put(req->hdf, screen_number(req, waiting), "Seal.waiting"));
	if (waiting == AUDIT_BLOCK_ROWS)
		TRY(hdf_put(req->hdf, "+", "Seal.more"));
	p.n = 0;
	if (p.id)
		TRY(db_query(req->db, &page_findings, ARGS(I64(p.id)), put_finding, &p));
	TRY(screen_page(req, "audit", "menu.audit_proof", "", "screen/audit_proof.cs"));
out:
	return nerr_pass(err);
}
