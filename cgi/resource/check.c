/* check.c - the tables looked at before a program serves: what is declared wrong stops it with a
 * clear list; what they give as SQL is prepared.
 * Owns the rules of a right table. Serves the mains and the proofs. */
#include <ctype.h>

#include "cgi/resource/engine.h"

#include "base/log.h"
#include "base/text.h"

static int faults;

static void fault(const struct resource *res, const char *what, const char *why)
{
	fprintf(stderr, "resource %s: %s: %s\n", res->name ? res->name : "?", what, why);
	faults++;
}

static void demand(bool fine, const struct resource *res, const char *what, const char *why)
{
	if (!fine)
		fault(res, what, why);
}

/* Names that are parameters or path parts of the engine's own. */
static bool is_taken(const char *name, const char *const *taken)
{
	for (; *taken; taken++)
		if (!strcmp(name, *taken))
			return true;
	return false;
}

static bool is_name(const char *s)
{
	if (!islower((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '_')
			return false;
	return true;
}

static void check_kind(const struct resource *res, const struct field *f)
{
	bool day = f->kind == F_DATE || f->kind == F_TIME;

	demand(f->kind != F_CHOICE || f->choices, res, f->name, "F_CHOICE without choices");
	demand(f->kind != F_REF || f->ref, res, f->name, "F_REF without ref");
	demand(f->kind != F_REF || !f->ref || !sql_needs_joins(f->ref->title), res, f->name,
		"the referred title may use t alone");
	demand(!(f->flags & RANGE) || kinds[f->kind].number, res, f->name,
		"RANGE is for dates, times and numbers");
	demand(!(f->flags & (LAST_WEEK | TODAY)) || (f->flags & RANGE && day), res, f->name,
		"a window needs RANGE on a date or time");
	demand(!(f->flags & TOTAL) || kinds[f->kind].right, res, f->name, "TOTAL is for amounts");
	demand(!(f->flags & (EXACT | PREFIX)) || f->flags & SEARCH, res, f->name,
		"EXACT and PREFIX go with SEARCH");
	demand(!(f->flags & EMPTY_NULL) || !kinds[f->kind].number, res, f->name,
		"EMPTY_NULL is for texts");
}

static void check_field(const struct resource *res, const struct field *fields,
	const struct field *f)
{
	static const char *const taken[] = { "tab", "sort", "page", "size", "part", "totals", "id",
		NULL };
	const unsigned reading = LIST | SHOW | EXPORT | SORT | SEARCH | FILTER | RANGE | TOTAL;
	const struct field *on = NULL;

	demand(is_name(f->name), res, f->name, "a name is lower case, digits, _");
	demand(!(f->flags & (SEARCH | FILTER | RANGE)) || !is_taken(f->name, taken), res, f->name,
		"this name is a parameter of every list");
	for (const struct field *o = fields; o < f; o++)
		demand(strcmp(o->name, f->name) != 0, res, f->name, "declared twice");
	for (const struct field *o = fields; f->depends && o->name; o++)
		if (!strcmp(o->name, f->depends))
			on = o;
	demand(!f->depends || (on && on->kind == F_REF && f->kind == F_REF), res, f->name,
		"depends names no F_REF");
	demand(!(f->sql && f->flags & FORM) || res->save, res, f->name,
		"a field with sql is read only, unless save() takes it");
	demand(!(f->flags & VIRTUAL && f->flags & (SORT | SEARCH | FILTER | RANGE | TOTAL)), res,
		f->name, "VIRTUAL has no column to search, sort or sum");
	demand(!(f->flags & SECRET && f->flags & reading), res, f->name, "SECRET is never read");
	demand(!(f->kind == F_PASSWORD && f->flags & reading), res, f->name,
		"a password is never read");
	demand(!(f->flags & PII && f->flags & SORT), res, f->name, "sorting by PII would show it");
	demand(!(res->big && f->flags & SORT && f->kind == F_REF), res, f->name,
		"a big list is not sorted by titles of another table");
	check_kind(res, f);
}

static bool any_field(const struct resource *res, unsigned flags)
{
	for (const struct field *f = res->fields; f->name; f++)
		if ((f->flags & flags) == flags)
			return true;
	return false;
}

static void check_verbs(const struct resource *res)
{
	demand(!(res->can & CAN_LIST) || any_field(res, LIST), res, "can",
		"CAN_LIST without a LIST field");
	demand(!(res->can & CAN_CREATE) || any_field(res, CREATE), res, "can",
		"CAN_CREATE without a CREATE field");
	demand(!(res->can & CAN_UPDATE) || any_field(res, EDIT), res, "can",
		"CAN_UPDATE without an EDIT field");
	demand(!(res->can & CAN_EXPORT) || any_field(res, EXPORT), res, "can",
		"CAN_EXPORT without an EXPORT field");
	demand(!(res->can & CAN_IMPORT) || (any_field(res, IMPORT | CREATE) && res->can & CAN_CREATE),
		res, "can", "CAN_IMPORT needs CAN_CREATE and fields with IMPORT and CREATE");
	demand(!(res->can & CAN_DELETE) || res->soft, res, "can", "CAN_DELETE needs soft");
	demand(!(res->can & CAN_ENABLE) || field_index(res, "status") >= 0, res, "can",
		"CAN_ENABLE needs the field status");
	demand(!res->plain || !(res->can & (CAN_UPDATE | CAN_ENABLE | CAN_DELETE)), res, "can",
		"a plain table is not changed by the engine");
}

static void check_action(const struct resource *res, const struct action *a)
{
	static const char *const taken[] = { "list", "show", "update", "new", "edit", "lookup", "input",
		"columns", "totals", "batch", "page", "whole", NULL };

	demand(is_name(a->name), res, a->name, "a name is lower case, digits, _");
	demand(!is_taken(a->name, taken), res, a->name, "this name is the engine's own");
	demand(a->flags & (ACT_ROW | ACT_BATCH | ACT_PAGE), res, a->name,
		"an action is of a row, a batch or the page");
	demand(a->run || a->flags & ACT_LINK, res, a->name, "an action without run");
	demand(!(a->flags & ACT_BATCH && a->flags & ACT_LINK), res, a->name,
		"a link is not for many records");
	for (const struct action *o = res->actions; o < a; o++)
		demand(strcmp(o->name, a->name) != 0, res, a->name, "declared twice");
	for (const struct field *f = a->fields; f && f->name; f++) {
		demand(is_name(f->name), res, f->name, "a name is lower case, digits, _");
		check_kind(res, f);
	}
}

/* A screen may have its own enable, disable, delete or create, then without the engine's. */
static void check_own(const struct resource *res)
{
	static const struct { const char *name; unsigned can;
	} own[] = {
		{ "enable", CAN_ENABLE },
		{ "disable", CAN_ENABLE },
		{ "delete", CAN_DELETE },
		{ "create", CAN_CREATE },
		{ "export", CAN_EXPORT },
		{ "import", CAN_IMPORT },
	};

	for (const struct action *a = res->actions; a && a->name; a++)
		for (size_t i = 0; i < sizeof own / sizeof *own; i++)
			demand(strcmp(a->name, own[i].name) != 0 || !(res->can & own[i].can), res, a->name,
				"is the engine's by `can` already");
}

/* r_<field> is the alias of a reference's own join; "partner_id" is none. */
static bool names_a_join(const char *sql)
{
	for (const char *at = strstr(sql, "r_"); at; at = strstr(at + 1, "r_"))
		if (at == sql || !(isalnum((unsigned char)at[-1]) || at[-1] == '_'))
			return true;
	return false;
}

static void check_resource(const struct resource *res)
{
	demand(res->name && is_name(res->name), res, "name", "lower case, digits, _");
	demand(res->title != NULL, res, "title", "missing");
	demand(res->scope != NULL, res, "scope", "missing: say who sees it");
	demand(res->fields != NULL, res, "fields", "missing");
	if (!res->name || !res->title || !res->scope || !res->fields)
		return;
	demand(!names_a_join(res->title), res, "title", "may use t alone");
	for (const struct field *f = res->fields; f->name; f++)
		check_field(res, res->fields, f);
	check_verbs(res);
	check_own(res);
	for (const struct action *a = res->actions; a && a->name; a++)
		check_action(res, a);
	for (const struct child *c = res->children; c && c->res; c++)
		demand(c->column != NULL, res, c->res->name, "a child needs its column");
	demand(!res->twin || (res->where && res->twin->where && res->twin->twin == res &&
		!strcmp(resource_table(res), resource_table(res->twin))), res, "twin",
		"twins share a table by their where");
	for (const struct tab *t = res->tabs; t && t->name; t++)
		demand(is_name(t->name), res, t->name, "a name is lower case, digits, _");
}

int resource_check_all(void)
{
	faults = 0;
	for (const struct resource *const *r = resources; *r; r++) {
		check_resource(*r);
		for (const struct resource *const *o = resources; o < r; o++)
			demand(strcmp((*o)->name, (*r)->name) != 0, *r, "name", "two resources of one name");
	}
	return faults;
}

/* ---- what the tables give as SQL ---- */

struct sql_check { struct request req; int *bad; };

static NEOERR *ignore_row(const struct row *r, void *ctx)
{
	(void)r, (void)ctx;
	return STATUS_OK;
}

static void explain_start(struct query *q, struct sql_check *k)
{
	query_init(q, &k->req.arena);
	query_add(q, "EXPLAIN ");
}

/* The server plans it and runs nothing. */
static void explain(struct sql_check *k, const struct resource *res, const char *what,
	struct query *q)
{
	NEOERR *err = query_run(k->req.db, q, ignore_row, NULL);

	if (err != STATUS_OK) {
		fprintf(stderr, "resource %s: %s: %s\n", res->name, what, error_desc(err));
		error_drop(err);
		++*k->bad;
	}
	query_clear(q);
}

static void sample_filter(const struct field *f, struct filter *out)
{
	bool range = f->flags & RANGE && !(f->flags & SEARCH);
	const char *text = f->kind == F_CHOICE ? f->choices->rows[0].name
		: field_may_hold(f, "一") ? "一"
		: "1";
	struct value v = { .text = kinds[f->kind].number ? "1" : text,
		.number = f->kind == F_DATE || f->kind == F_TIME ? 1 : 0 };

	out->value = out->low = out->high = (struct value){ .text = "", .null = true };
	if (f->flags & (SEARCH | FILTER) && !range)
		out->value = v;
	if (f->flags & RANGE)
		out->low = out->high = v;
}

static void check_lists(struct sql_check *k, const struct resource *res)
{
	struct column *column =
		arena_alloc(&k->req.arena, (size_t)(field_count(res) + 1) * sizeof *column);
	int n = view_columns(res, 0, VIRTUAL | SECRET, column);
	struct view v;
	struct query q;

	view_init(&k->req, res, &v);
	for (int i = 0; res->fields[i].name; i++)
		sample_filter(&res->fields[i], &v.filter[i]);
	explain_start(&q, k);
	view_select(&q, &k->req, &v, column, n, 1, 0, NULL);
	explain(k, res, "list", &q);
	explain_start(&q, k);
	view_select(&q, &k->req, &v, column, n, 0, 0, NULL);
	explain(k, res, "export", &q);
	for (const struct field *f = res->fields; f->name; f++) {
		if (!(f->flags & SORT))
			continue;
		v.sort = f;
		explain_start(&q, k);
		view_select(&q, &k->req, &v, column, n, 1, 0, NULL);
		explain(k, res, f->name, &q);
	}
	for (const struct tab *t = res->tabs; t && t->name; t++) {
		explain_start(&q, k);
		view_count_query(&q, &k->req, &v, t, 10);
		explain(k, res, t->name, &q);
	}
	if (any_field(res, TOTAL)) {
		explain_start(&q, k);
		totals_query(&q, &k->req, &v, column, n);
		explain(k, res, "totals", &q);
	}
}

static void check_record(struct sql_check *k, const struct resource *res)
{
	struct column *column =
		arena_alloc(&k->req.arena, (size_t)(field_count(res) + 1) * sizeof *column);
	int n = show_columns(res, column);
	struct query q;

	explain_start(&q, k);
	show_query(&q, &k->req, res, column, n, NULL);
	query_bind(&q, I64(1));
	explain(k, res, "show", &q);
	for (const struct action *a = res->actions; a && a->name; a++) {
		if (!a->when)
			continue;
		explain_start(&q, k);
		query_addf(&q, "SELECT IF(%s, 1, 0)", a->when);
		query_from(&q, res, true);
		explain(k, res, a->name, &q);
	}
	for (const struct child *c = res->children; c && c->res; c++) {
		explain_start(&q, k);
		query_addf(&q, "SELECT t.%s", c->column);
		query_from(&q, c->res, false);
		explain(k, res, c->res->name, &q);
		if (!c->when)
			continue;
		explain_start(&q, k);
		query_addf(&q, "SELECT IF(%s, 1, 0)", c->when);
		query_from(&q, res, false);
		explain(k, res, c->res->name, &q);
	}
}

/* ---- columns behind the inputs ---- */

SQL(column_facts,
	"SELECT COALESCE(character_maximum_length, 0), is_nullable = 'YES'"
	" FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND"
	" column_name = ?");

struct facts { int64_t chars; bool nullable; };

static NEOERR *take_facts(const struct row *r, void *ctx)
{
	*(struct facts *)ctx = (struct facts){ row_i64(r, 0), row_i64(r, 1) != 0 };
	return STATUS_OK;
}

static void complain(struct sql_check *k, const struct resource *res, const char *field,
	const char *why)
{
	fprintf(stderr, "resource %s: %s: %s\n", res->name, field, why);
	++*k->bad;
}

static NEOERR *check_column(struct sql_check *k, const struct resource *res, const struct field *f)
{
	struct facts facts = { 0, false };
	bool found = false, number = kinds[f->kind].number;
	NEOERR *err;

	TRY(db_find(k->req.db, &column_facts, ARGS(STR(resource_table(res)), STR(f->name)), take_facts,
		&facts, &found));
	if (!found) {
		complain(k, res, f->name, "is no column");
		return STATUS_OK;
	}
	if (f->flags & FORM && !number && f->kind != F_CHOICE && f->kind != F_PASSWORD && facts.chars &&
		field_max_chars(f) > facts.chars)
		complain(k, res, f->name, "longer than its column");
	if ((number || f->flags & EMPTY_NULL) && f->flags & FORM && !(f->flags & REQUIRED) &&
		f->kind != F_BOOL && !facts.nullable && !res->check && !res->save)
		complain(k, res, f->name, "may be left empty, but its column is NOT NULL");
out:
	return nerr_pass(err);
}

NEOERR *resource_check_sql(struct db *db, int *bad)
{
	struct sql_check k = { .bad = bad };
	static const enum who_kind who[] = { WHO_SYSTEM, WHO_PROVIDER, WHO_PROPERTY,
		WHO_FLEET };
	NEOERR *err = STATUS_OK;

	arena_init(&k.req.arena);
	k.req.db = db;
	for (const struct resource *const *r = resources; *r; r++) {
		for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
			k.req.who = (struct who){ .kind = who[i],
				.user_id = 1,
				.provider_id = 1,
				.property_id = 1,
				.fleet_id = 1,
				.by_stations = i > 0 };
			check_lists(&k, *r);
			check_record(&k, *r);
		}
		for (const struct field *f = (*r)->fields; f->name; f++)
			if (!f->sql && !(f->flags & VIRTUAL))
				TRY(check_column(&k, *r, f));
		arena_reset(&k.req.arena);
	}
out:
	arena_clear(&k.req.arena);
	return nerr_pass(err);
}
