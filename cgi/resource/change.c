/* change.c - a submitted form: texts cast and checked against the declared fields, the stored
 * record and the asker's scope.
 * Owns struct change and struct saving. Serves save.c, forms, API, import, the screens' hooks. */
#include "cgi/render.h"
#include "cgi/resource/change.h"

#include "base/text.h"

struct change *change_new(struct request *req, const struct resource *res, int64_t id)
{
	struct arena *a = &req->arena;
	size_t n = (size_t)field_count(res) + 1;
	struct change *c = arena_alloc(a, sizeof *c);

	c->res = res;
	c->id = id;
	c->value = arena_alloc(a, n * sizeof *c->value);
	c->error = arena_alloc(a, n * sizeof *c->error);
	c->saving = arena_alloc(a, sizeof *c->saving);
	c->saving->typed = arena_alloc(a, n * sizeof *c->saving->typed);
	c->saving->words = arena_alloc(a, n * sizeof *c->saving->words);
	c->saving->by_title = arena_alloc(a, n * sizeof *c->saving->by_title);
	c->saving->title = arena_alloc(a, n * sizeof *c->saving->title);
	c->saving->old_title = arena_alloc(a, n * sizeof *c->saving->old_title);
	for (size_t i = 0; i + 1 < n; i++)
		c->value[i] = (struct value){ .text = "", .null = true };
	return c;
}

bool change_may_set(const struct change *c, const struct field *f)
{
	if (c->saving->inputs)
		return true;
	if (c->import && c->id == 0)
		return (f->flags & (IMPORT | CREATE)) == (IMPORT | CREATE);
	return f->flags & (c->id ? EDIT : CREATE);
}

/* No stored values to fall back on. */
static bool fresh(const struct change *c)
{
	return !c->id || c->saving->inputs;
}

bool change_put(struct request *req, struct change *c, const char *field, const char *text)
{
	int i = field_index(c->res, field);

	if (i < 0 || !change_may_set(c, &c->res->fields[i]))
		return false;
	c->saving->typed[i] = arena_strdup(&req->arena, text);
	return true;
}

static bool blank(const char *s)
{
	return !s || !*s;
}

void change_read(struct request *req, struct change *c)
{
	for (int i = 0; c->res->fields[i].name; i++) {
		const struct field *f = &c->res->fields[i];

		if (!change_may_set(c, f))
			continue;
		c->saving->typed[i] = request_param(req, f->name);
		if (f->kind == F_REF)
			c->saving->words[i] = request_param(req, arena_printf(&req->arena, "%s_q", f->name));
	}
}

/* ---- access by name ---- */

static int index_of(const struct change *c, const char *field)
{
	int i = field_index(c->res, field);

	if (i < 0)
		error_die(field);                /* a screen asks for a field it never declared */
	return i;
}

struct value *change_value(struct change *c, const char *field)
{
	return &c->value[index_of(c, field)];
}

int64_t change_i64(struct change *c, const char *field)
{
	return change_value(c, field)->number;
}

const char *change_text(struct change *c, const char *field)
{
	return change_value(c, field)->text;
}

const char *change_old(struct change *c, const char *field)
{
	const char *old = change_value(c, field)->old_text;

	return old ? old : "";
}

void change_error(struct change *c, const char *field, const char *text_key)
{
	const char **place = field ? &c->error[index_of(c, field)] : &c->form_error;

	if (!*place)
		*place = text_key;
	c->errors++;
}

const char *change_problem(struct request *req, const struct change *c, int field)
{
	const char *problem = field < 0 ? c->form_error : c->error[field];

	if (!problem)
		return NULL;
	return text_has(req->lang, problem) ? text_get(req, problem) : problem;
}

/* ---- comparison with the stored record ---- */

/* A new record has no old values: everything given is a change. */
static bool differs(struct request *req, const struct change *c, int i)
{
	const struct field *f = &c->res->fields[i];
	const struct value *v = &c->value[i];
	struct value old = { .null = true };

	if (!v->given)
		return false;
	if (fresh(c) || f->flags & VIRTUAL || f->kind == F_PASSWORD)
		return true;
	if (!kinds[f->kind].number)
		return strcmp(v->old_text ? v->old_text : "", v->text) != 0;
	if (field_cast(req,
			&(struct field){ .kind = f->kind, .scale = f->scale, .choices = f->choices },
			v->old_text, &old))
		return true;
	return old.null != v->null || (!v->null && old.number != v->number);
}

void change_set(struct request *req, struct change *c, const char *field, const char *text)
{
	int i = index_of(c, field);
	const char *problem = field_cast(req, &c->res->fields[i], text, &c->value[i]);

	c->value[i].given = true;
	c->value[i].changed = differs(req, c, i);
	if (problem)
		change_error(c, field, problem);
}

struct loading { struct request *req; struct change *c; struct column *column; int n; bool found; };

static NEOERR *take_old(const struct row *r, void *ctx)
{
	struct loading *l = ctx;
	struct arena *a = &l->req->arena;

	l->found = true;
	for (int k = 0; k < l->n; k++) {
		int at = l->column[k].at, i = (int)(l->column[k].field - l->c->res->fields);

		if (at < 0)
			continue;
		l->c->value[i].old_text = r->value[at] ? arena_strdup(a, r->value[at]) : NULL;
		if (l->column[k].field->kind == F_REF)
			l->c->saving->old_title[i] = arena_strdup(a, row_str(r, at + 1));
	}
	l->c->saving->version = l->c->res->plain ? 0 : row_i64(r, r->n - 1);
	return STATUS_OK;
}

NEOERR *change_load(struct request *req, struct change *c)
{
	struct column *column =
		arena_alloc(&req->arena, (size_t)(field_count(c->res) + 1) * sizeof *column);
	struct loading l = { req, c, column, view_columns(c->res, 0, VIRTUAL, column), false };
	struct query q;
	NEOERR *err;

	query_init(&q, &req->arena);
	query_columns(&q, column, l.n);
	if (!c->res->plain)
		query_add(&q, ", t.version");
	query_from(&q, c->res, true);
	query_column_joins(&q, column, l.n, NULL);
	query_where(&q, req, c->res, true);
	query_add(&q, " AND t.id = ?");
	query_bind(&q, I64(c->id));
	TRY(query_run(req->db, &q, take_old, &l));
	if (!l.found)
		err = nerr_raise(ERR_NOT_FOUND, "%s %lld", c->res->name, (long long)c->id);
out:
	query_clear(&q);
	return nerr_pass(err);
}

/* ---- check ---- */

static const char *word_of_label(struct request *req, const struct field *f, const char *text)
{
	static const char *const langs[] = { "zh-CN", "en" };

	for (int i = 0; i < f->choices->n; i++)
		for (int l = 0; l < 2; l++)
			if (!strcmp(text_get_lang(langs[l],
							arena_printf(&req->arena, "choice.%s.%s", f->choices->list,
								f->choices->rows[i].name)),
					text))
				return f->choices->rows[i].name;
	return text;
}

static const char *bit_of_label(const char *text)
{
	static const char *const langs[] = { "zh-CN", "en" };

	for (int l = 0; l < 2; l++) {
		if (!strcmp(text_get_lang(langs[l], "bool.yes"), text))
			return "1";
		if (!strcmp(text_get_lang(langs[l], "bool.no"), text))
			return "0";
	}
	return text;
}

static const char *understood(struct request *req, const struct change *c, const struct field *f,
	const char *text)
{
	if (f->kind == F_BOOL && text && !*text)
		return "0";                              /* a box that is not ticked */
	if (!c->import || blank(text))
		return text;
	if (f->kind == F_CHOICE)
		return word_of_label(req, f, text);
	if (f->kind == F_BOOL)
		return bit_of_label(text);
	return text;
}

/* What counts as typed: nothing for a masked value sent back unchanged or an empty password, the
 * fallback on a new record. */
static const char *typed_text(struct request *req, const struct change *c, int i)
{
	const struct field *f = &c->res->fields[i];
	const char *typed = c->saving->typed[i], *old = c->value[i].old_text;

	if (typed && f->flags & PII && old && *old && !strcmp(typed, field_mask(req, f, old)))
		return NULL;
	if (typed && !fresh(c) && f->kind == F_PASSWORD && !*typed)
		return NULL;
	if (fresh(c) && f->fallback && blank(typed) && (!typed || f->flags & REQUIRED || c->import))
		return f->fallback;
	return typed;
}

static void check_field(struct request *req, struct change *c, int i)
{
	const struct field *f = &c->res->fields[i];
	struct value *v = &c->value[i];
	const char *typed = typed_text(req, c, i), *problem;
	bool title = f->kind == F_REF && (c->saving->by_title[i] || c->import) && !blank(typed);

	v->given = typed != NULL;
	if (title)                               /* resolved with the other references */
		return;
	if ((problem = field_cast(req, f, understood(req, c, f, typed), v)) != NULL)
		change_error(c, f->name, problem);
	v->changed = differs(req, c, i);
}

/* A reference that must be given and has one possible value (the asker's own provider) needs no
 * asking. */
static bool wants_only(const struct change *c, int i)
{
	const struct field *f = &c->res->fields[i];

	return fresh(c) && f->kind == F_REF && f->flags & REQUIRED && change_may_set(c, f) &&
		!c->value[i].given;
}

struct match { struct arena *arena; int64_t id; const char *title; int n; };

static NEOERR *take_match(const struct row *r, void *ctx)
{
	struct match *m = ctx;

	m->n++;
	m->id = row_i64(r, 0);
	m->title = arena_strdup(m->arena, row_str(r, 1));
	return STATUS_OK;
}

/* Rows of the referred resource in the asker's scope: by id, by title, or (neither) any; at most
 * two are looked at. */
static NEOERR *match_ref(struct request *req, struct change *c, const struct field *f, int64_t id,
	const char *title, struct match *m)
{
	struct query q;
	const char *t_title = title_sql(&req->arena, f->ref, "t.");
	NEOERR *err;

	*m = (struct match){ .arena = &req->arena };
	query_init(&q, &req->arena);
	query_addf(&q, "SELECT t.id, %s", t_title);
	query_from(&q, f->ref, true);
	query_where_ref(&q, req, f->ref);
	if (id) {
		query_add(&q, " AND t.id = ?");
		query_bind(&q, I64(id));
	}
	if (title) {
		query_addf(&q, " AND %s = ?", t_title);
		query_bind(&q, STR(title));
	}
	if (f->depends && !change_value(c, f->depends)->null) {
		query_addf(&q, " AND t.%s = ?", f->depends);
		query_bind(&q, I64(change_i64(c, f->depends)));
	}
	query_add(&q, " LIMIT 2");
	TRY(query_run(req->db, &q, take_match, m));
out:
	query_clear(&q);
	return nerr_pass(err);
}

static void take_ref(struct request *req, struct change *c, int i, const struct match *m)
{
	struct value *v = &c->value[i];

	v->number = m->id;
	v->text = arena_printf(&req->arena, "%lld", (long long)m->id);
	v->null = false;
	v->given = true;
	v->changed = differs(req, c, i);
	c->saving->title[i] = m->title;
}

static bool depends_changed(struct change *c, const struct field *f)
{
	return f->depends && change_value(c, f->depends)->changed;
}

/* What a form leaves as it was may refer to what its writer may not see; what he sets must be
 * his. */
static NEOERR *check_ref(struct request *req, struct change *c, int i)
{
	const struct field *f = &c->res->fields[i];
	struct value *v = &c->value[i];
	const char *typed = typed_text(req, c, i);
	bool by_title = (c->saving->by_title[i] || c->import) && !blank(typed);
	struct match m;
	NEOERR *err = STATUS_OK;

	if (by_title) {
		TRY(match_ref(req, c, f, 0, typed, &m));
		if (m.n == 1)
			take_ref(req, c, i, &m);
		else
			change_error(c, f->name, m.n ? "error.ref_many" : "error.ref_none");
	} else if (wants_only(c, i)) {
		TRY(match_ref(req, c, f, 0, NULL, &m));
		if (m.n == 1)
			take_ref(req, c, i, &m);
	} else if (v->given && !v->null && !c->error[i] && (v->changed || depends_changed(c, f))) {
		TRY(match_ref(req, c, f, v->number, NULL, &m));
		if (m.n)
			take_ref(req, c, i, &m);
		else
			change_error(c, f->name, "error.ref");
	}
out:
	return nerr_pass(err);
}

static void check_required(struct change *c, int i)
{
	const struct field *f = &c->res->fields[i];
	const struct value *v = &c->value[i];

	if (!(f->flags & REQUIRED) || c->error[i] || !change_may_set(c, f))
		return;
	if (v->given ? v->null : fresh(c))
		change_error(c, f->name, "error.required");
}

/* A type-ahead sends an id and the words one sees. Without JavaScript the words may have changed
 * and the id not: then they count. */
static NEOERR *settle_words(struct request *req, struct change *c, int i)
{
	struct saving *s = c->saving;
	const char *title = "";
	int64_t id;
	NEOERR *err = STATUS_OK;

	if (!s->words[i] || s->by_title[i])
		return STATUS_OK;
	if (!blank(s->typed[i]) && text_i64(s->typed[i], &id))
		TRY(resource_title(req, c->res->fields[i].ref, id, &title));
	if (strcmp(s->words[i], title) != 0) {
		s->by_title[i] = *s->words[i] != '\0';
		s->typed[i] = s->words[i];
	}
out:
	return nerr_pass(err);
}

static void forget(struct change *c)
{
	c->errors = 0;
	c->form_error = NULL;
	c->said = c->said_about = c->go = NULL;
	for (int i = 0; c->res->fields[i].name; i++) {
		c->error[i] = NULL;
		c->saving->title[i] = NULL;
		c->value[i] = (struct value){ .text = "", .null = true };
	}
}

/* A field that was not given keeps its stored value, so that rules across fields read one
 * record. */
static void fill_unchanged(struct request *req, struct change *c)
{
	for (int i = 0; c->res->fields[i].name; i++) {
		const struct field *f = &c->res->fields[i];
		struct value *v = &c->value[i];

		if (v->given || f->flags & (VIRTUAL | SECRET) || f->kind == F_PASSWORD)
			continue;
		(void)field_cast(req,
			&(struct field){ .kind = f->kind, .scale = f->scale, .choices = f->choices },
			v->old_text, v);
	}
}

NEOERR *change_check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;

	forget(c);
	if (!fresh(c))
		TRY(change_load(req, c));
	for (int i = 0; c->res->fields[i].name; i++) {
		TRY(settle_words(req, c, i));
		check_field(req, c, i);
	}
	if (!fresh(c))
		fill_unchanged(req, c);
	for (int i = 0; c->res->fields[i].name; i++)
		if (c->res->fields[i].kind == F_REF)
			TRY(check_ref(req, c, i));
	for (int i = 0; c->res->fields[i].name; i++)
		check_required(c, i);
	if (c->res->check)
		TRY(c->res->check(req, c));
out:
	return nerr_pass(err);
}
