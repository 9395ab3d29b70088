/* save.c - a change becomes a row: one transaction with lock, version, rules, write, audit, scope;
 * a form posted twice counts once.
 * Owns table form_token and the engine's INSERT and UPDATE. Serves forms, API, import, the
 * screens' save hooks. */
#include "cgi/resource/change.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "db/audit.h"

SQL(token_insert,
	"INSERT INTO form_token (token, user_id, resource, record_id, created_at) VALUES (?, ?, ?, 0,"
	" ?)");
SQL(token_find,
	"SELECT record_id FROM form_token WHERE token = ? AND user_id = ? AND resource = ?");
SQL(token_update, "UPDATE form_token SET record_id = ? WHERE token = ?");

/* ---- form tokens ---- */

static bool token_is_sound(const char *token)
{
	return strlen(token) == 32 && strspn(token, "0123456789abcdefABCDEF") == 32;
}

static NEOERR *take_id(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 0);
	return STATUS_OK;
}

NEOERR *token_take(struct request *req, const struct resource *res, const char *token, int64_t *id,
	bool *used)
{
	bool ours = false;
	NEOERR *err;

	*used = false;
	if (!token_is_sound(token))
		return nerr_raise(ERR_INVALID, "the form's token is missing");
	err = db_exec(req->db, &token_insert,
		ARGS(STR(token), I64(req->who.user_id), STR(res->name), TIME(clock_now())), NULL);
	if (!error_is(err, ERR_DUPLICATE))
		return nerr_pass(err);
	error_drop(err);
	TRY(db_find(req->db, &token_find, ARGS(STR(token), I64(req->who.user_id), STR(res->name)),
		take_id, id, &ours));
	if (!ours)
		return nerr_raise(ERR_INVALID, "the form's token belongs to somebody else");
	*used = true;
out:
	return nerr_pass(err);
}

NEOERR *token_record(struct request *req, const char *token, int64_t id)
{
	return nerr_pass(db_exec(req->db, &token_update, ARGS(I64(id), STR(token)), NULL));
}

/* ---- audit ---- */

const char *change_audit_text(struct request *req, const struct change *c, int i, bool old)
{
	const struct field *f = &c->res->fields[i];
	const struct value *v = &c->value[i];
	const char *text = old ? v->old_text : v->null ? NULL : v->text;
	const char *title = old ? c->saving->old_title[i] : c->saving->title[i];

	if (f->flags & SECRET || f->kind == F_PASSWORD)
		return "***";
	if (!text || !*text)
		return NULL;
	if (f->flags & PII)
		return field_mask(req, f, text);
	if (f->kind == F_REF && title)
		return arena_printf(&req->arena, "%s #%s", title, text);
	return text;
}

static NEOERR *audit_change(struct request *req, const struct change *c, int64_t id,
	const char *action)
{
	int rows = 0;
	NEOERR *err = STATUS_OK;

	for (int i = 0; c->res->fields[i].name; i++) {
		const struct field *f = &c->res->fields[i];
		const struct value *v = &c->value[i];

		if (!v->changed || f->flags & NOAUDIT || (!c->id && v->null))
			continue;
		TRY(audit_add(req->db, &req->actor, c->res->name, id, action, f->name,
			c->id ? change_audit_text(req, c, i, true) : NULL,
			change_audit_text(req, c, i, false)));
		rows++;
	}
	if (!rows)
		TRY(audit_add(req->db, &req->actor, c->res->name, id, action, NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

/* ---- the plain write ---- */

static bool is_written(const struct change *c, int i)
{
	const struct field *f = &c->res->fields[i];
	const struct value *v = &c->value[i];

	return !(f->flags & VIRTUAL) && !f->sql && v->given &&
		(c->id ? v->changed : !v->null || f->kind == F_TEXT);
}

static NEOERR *bind_value(struct request *req, struct query *q, const struct field *f,
	const struct value *v)
{
	char hash[PASSWORD_HASH];
	NEOERR *err = STATUS_OK;

	if (f->kind == F_PASSWORD && !v->null) {
		TRY(password_hash(v->text, hash));
		query_bind(q, STR(arena_strdup(&req->arena, hash)));
	} else {
		query_bind(q, kinds[f->kind].bind(f, v));
	}
out:
	return nerr_pass(err);
}

static NEOERR *insert_row(struct request *req, struct change *c, int64_t *id)
{
	const struct resource *res = c->res;
	struct query q;
	NEOERR *err = STATUS_OK;

	query_init(&q, &req->arena);
	query_addf(&q, "INSERT INTO `%s` (", resource_table(res));
	for (int i = 0; res->fields[i].name; i++)
		if (is_written(c, i)) {
			query_addf(&q, "%s`%s`", q.args ? ", " : "", res->fields[i].name);
			TRY(bind_value(req, &q, &res->fields[i], &c->value[i]));
		}
	if (!res->plain) {
		query_add(&q,
			q.args ? ", created_at, updated_at, updated_by" : "created_at, updated_at, updated_by");
		query_bind(&q, TIME(clock_now()));
		query_bind(&q, TIME(clock_now()));
		query_bind(&q, IDREF(req->who.user_id));
	}
	if (!res->plain && !res->no_author) {
		query_add(&q, ", created_by");
		query_bind(&q, IDREF(req->who.user_id));
	}
	query_add(&q, ") VALUES (");
	for (int i = 0; i < q.args; i++)
		query_add(&q, i ? ", ?" : "?");
	query_add(&q, ")");
	TRY(db_exec_text(req->db, buf_str(&q.text), q.arg, q.args, NULL, id));
out:
	query_clear(&q);
	return nerr_pass(err);
}

static NEOERR *update_row(struct request *req, struct change *c)
{
	const struct resource *res = c->res;
	struct query q;
	NEOERR *err = STATUS_OK;

	query_init(&q, &req->arena);
	query_addf(&q, "UPDATE `%s` SET updated_at = ?, updated_by = ?, version = version + 1",
		resource_table(res));
	query_bind(&q, TIME(clock_now()));
	query_bind(&q, IDREF(req->who.user_id));
	for (int i = 0; res->fields[i].name; i++)
		if (is_written(c, i)) {
			query_addf(&q, ", `%s` = ?", res->fields[i].name);
			TRY(bind_value(req, &q, &res->fields[i], &c->value[i]));
		}
	query_add(&q, " WHERE id = ?");
	query_bind(&q, I64(c->id));
	TRY(db_exec_text(req->db, buf_str(&q.text), q.arg, q.args, NULL, NULL));
out:
	query_clear(&q);
	return nerr_pass(err);
}

static bool anything_changed(const struct change *c)
{
	for (int i = 0; c->res->fields[i].name; i++)
		if (c->value[i].changed)
			return true;
	return false;
}

NEOERR *resource_store(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;

	if (!c->id) {
		TRY(insert_row(req, c, id));
		TRY(audit_change(req, c, *id, "create"));
	} else {
		*id = c->id;
		if (!anything_changed(c))
			return STATUS_OK;
		TRY(update_row(req, c));
		TRY(audit_change(req, c, c->id, "update"));
	}
out:
	return nerr_pass(err);
}

/* ---- the transaction ---- */

struct save {
	struct request *req;
	struct change *c;
	int64_t version;
	const char *token;
	int64_t id;
	bool refused, repeated;
};

static NEOERR *refuse(struct save *s)
{
	s->refused = true;
	return nerr_raise(ERR_INVALID, "%s: refused", s->c->res->name);
}

/* Whatever was written must be the writer's own: a row that left his scope, or never was in it,
 * is undone. */
static NEOERR *still_reached(struct save *s)
{
	NEOERR *err = resource_reach(s->req, s->c->res, s->id, true);

	if (!error_is(err, ERR_NOT_FOUND))
		return nerr_pass(err);
	error_drop(err);
	change_error(s->c, NULL, "error.scope");
	return nerr_pass(refuse(s));
}

static NEOERR *save_tx(struct db *db, void *ctx)
{
	struct save *s = ctx;
	struct change *c = s->c;
	NEOERR *err = STATUS_OK;

	(void)db;
	s->id = c->id;
	s->refused = s->repeated = false;
	if (s->token)
		TRY(token_take(s->req, c->res, s->token, &s->id, &s->repeated));
	if (s->repeated)
		return STATUS_OK;
	if (c->id)
		TRY(resource_lock(s->req, c->res, c->id));
	TRY(change_check(s->req, c));
	if (c->id && s->version && s->version != c->saving->version)
		return nerr_raise(ERR_STALE, "%s %lld", c->res->name, (long long)c->id);
	if (c->errors)
		return nerr_pass(refuse(s));
	TRY(c->res->save ? c->res->save(s->req, c, &s->id) : resource_store(s->req, c, &s->id));
	if (c->errors)
		return nerr_pass(refuse(s));
	TRY(still_reached(s));
	if (s->token)
		TRY(token_record(s->req, s->token, s->id));
out:
	return nerr_pass(err);
}

/* Keys are named <table>_<field>, the field's "_id" may be left out: provider_phone, area_name,
 * card_logical. */
static const struct field *field_of_key(const struct resource *res, const char *key)
{
	const char *table = resource_table(res);
	size_t n = strlen(table);
	const char *part = !strncmp(key, table, n) && key[n] == '_' ? key + n + 1 : key;

	for (const struct field *f = res->fields; f->name; f++)
		if (!strcmp(f->name, part))
			return f;
	for (const struct field *f = res->fields; f->name; f++)
		if (!strncmp(f->name, part, strlen(part)) && f->flags & FORM)
			return f;
	return NULL;
}

NEOERR *change_save(struct request *req, struct change *c, int64_t version, const char *token,
	int64_t *id, bool *saved)
{
	struct save s = { req, c, version, token, 0, false, false };
	const struct field *f;
	NEOERR *err;

	*saved = false;
	err = db_tx(req->db, save_tx, &s);
	if (s.refused && error_is(err, ERR_INVALID)) {
		error_drop(err);
		return STATUS_OK;
	}
	if (error_is(err, ERR_DUPLICATE)) {
		f = field_of_key(c->res, error_desc(err));
		change_error(c, f ? f->name : NULL, "error.duplicate");
		error_drop(err);
		return STATUS_OK;
	}
	if (err == STATUS_OK) {
		*id = s.id;
		*saved = true;
	}
	return nerr_pass(err);
}
