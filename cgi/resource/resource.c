/* resource.c - finding a resource, its permissions and its paths; what the proofs loop over.
 * Owns nothing. Serves the engine and the mains. */
#include "cgi/perm.h"
#include "cgi/render.h"
#include "cgi/resource/engine.h"

const struct resource *resource_find(const char *name)
{
	for (const struct resource *const *r = resources; name && *r; r++)
		if (!strcmp((*r)->name, name))
			return *r;
	return NULL;
}

bool resource_knows_fleet(const char *word)
{
	size_t n = strcspn(word, ".");

	for (const struct resource *const *r = resources; *r; r++)
		if (strlen((*r)->name) == n && !memcmp((*r)->name, word, n))
			return (*r)->scope->fleet != NULL;
	return false;
}

static const struct { enum verb verb; const char *name;
} verbs[] = {
	{ CAN_LIST, "list" },
	{ CAN_SHOW, "show" },
	{ CAN_CREATE, "create" },
	{ CAN_UPDATE, "update" },
	{ CAN_ENABLE, "enable" },
	{ CAN_DELETE, "delete" },
	{ CAN_EXPORT, "export" },
	{ CAN_IMPORT, "import" },
};
#define VERBS (sizeof verbs / sizeof *verbs)

static bool has_pii(const struct resource *res)
{
	for (const struct field *f = res->fields; f->name; f++)
		if (f->flags & PII)
			return true;
	return false;
}

static bool names_pii(const struct resource *res)
{
	for (const char *const *v = res->verbs_extra; v && *v; v++)
		if (!strcmp(*v, "pii"))
			return true;
	return false;
}

NEOERR *resource_each_verb(const struct resource *res,
	NEOERR *(*fn)(const char *resource, const char *verb, void *ctx), void *ctx)
{
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < VERBS; i++)
		if (res->can & verbs[i].verb)
			TRY(fn(res->name, verbs[i].name, ctx));
	for (const struct action *a = res->actions; a && a->name; a++)
		TRY(fn(res->name, a->name, ctx));
	for (const char *const *v = res->verbs_extra; v && *v; v++)
		TRY(fn(res->name, *v, ctx));
	if (has_pii(res) && !names_pii(res))
		TRY(fn(res->name, "pii", ctx));
out:
	return nerr_pass(err);
}

struct wanted { const char *verb; bool found; };

static NEOERR *is_wanted(const char *resource, const char *verb, void *ctx)
{
	struct wanted *w = ctx;

	(void)resource;
	w->found = w->found || !strcmp(verb, w->verb);
	return STATUS_OK;
}

bool resource_has_verb(const struct resource *res, const char *verb)
{
	struct wanted w = { verb, false };

	error_drop(resource_each_verb(res, is_wanted, &w));
	return w.found;
}

bool resource_may(const struct request *req, const struct resource *res, const char *verb)
{
	if (res->scope->system_only && req->who.kind != WHO_SYSTEM)
		return false;
	return resource_has_verb(res, verb) && perm_has(&req->who, res->name, verb);
}

NEOERR *resource_permit(const struct request *req, const struct resource *res, const char *verb)
{
	if (!resource_has_verb(res, verb))
		return nerr_raise(ERR_NOT_FOUND, "%s has no %s", res->name, verb);
	if (!resource_may(req, res, verb))
		return nerr_raise(ERR_DENIED, "%s.%s", res->name, verb);
	return STATUS_OK;
}

NEOERR *resource_enter(struct request *req, const char *verb, const struct resource **out)
{
	const char *name = route_part(req, "resource");

	if ((*out = resource_find(name)) == NULL)
		return nerr_raise(ERR_NOT_FOUND, "no resource %s", name ? name : "");
	return nerr_pass(resource_permit(req, *out, verb));
}

const char *resource_noun(const struct request *req, const struct resource *res)
{
	return text_get(req, res->name);
}

const char *resource_path(struct request *req, const struct resource *res, int64_t id,
	const char *verb)
{
	char number[24] = "";

	if (id)
		snprintf(number, sizeof number, "/%lld", (long long)id);
	return arena_printf(&req->arena, "/admin/%s%s%s%s", res->name, number, verb ? "/" : "",
		verb ? verb : "");
}

struct title { struct arena *arena; const char **out; bool found; };

static NEOERR *take_title(const struct row *r, void *ctx)
{
	struct title *t = ctx;

	*t->out = arena_strdup(t->arena, row_str(r, 0));
	t->found = true;
	return STATUS_OK;
}

enum asked_as { AS_REF, AS_READ, AS_WRITE };

/* *found tells an empty title from a record that is not there for the asker. */
static NEOERR *find_title(struct request *req, const struct resource *res, int64_t id,
	enum asked_as as, const char **out, bool *found)
{
	struct query q;
	struct title t = { &req->arena, out, false };
	NEOERR *err;

	*out = "";
	query_init(&q, &req->arena);
	query_addf(&q, "SELECT %s", res->title);
	query_from(&q, res, true);
	if (as == AS_REF)
		query_where_ref(&q, req, res);
	else
		query_where(&q, req, res, as == AS_WRITE);
	query_add(&q, " AND t.id = ?");
	query_bind(&q, I64(id));
	TRY(query_run(req->db, &q, take_title, &t));
	*found = t.found;
out:
	query_clear(&q);
	return nerr_pass(err);
}

NEOERR *resource_title(struct request *req, const struct resource *res, int64_t id,
	const char **out)
{
	bool found;

	return nerr_pass(find_title(req, res, id, AS_REF, out, &found));
}

static NEOERR *take_nothing(const struct row *r, void *ctx)
{
	(void)r, (void)ctx;
	return STATUS_OK;
}

/* The record's own row alone is locked, not what its scope joins: those rows belong to others
 * and rarely change. */
NEOERR *resource_lock(struct request *req, const struct resource *res, int64_t id)
{
	const char *text = arena_printf(&req->arena,
		"SELECT t.id FROM `%s` t WHERE t.id = ? FOR UPDATE", resource_table(res));

	return nerr_pass(db_query_text(req->db, text, ARGS(I64(id)), take_nothing, NULL));
}

NEOERR *resource_reach(struct request *req, const struct resource *res, int64_t id, bool lock)
{
	const char *title;
	bool found = false;
	NEOERR *err = STATUS_OK;

	if (lock)
		TRY(resource_lock(req, res, id));
	TRY(find_title(req, res, id, lock ? AS_WRITE : AS_READ, &title, &found));
	if (!found)
		err = nerr_raise(ERR_NOT_FOUND, "%s %lld", res->name, (long long)id);
out:
	return nerr_pass(err);
}
