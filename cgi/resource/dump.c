/* dump.c - the tables as JSON, for proofs that loop over every resource, verb, field and action;
 * and every permission word.
 * Owns nothing. Serves chargeops-admin --resources and the role screen. */
#include "cgi/perm.h"
#include "cgi/resource/menu.h"
#include "cgi/resource/page.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"

static const struct { unsigned flag; const char *name;
} flag_names[] = {
	{ LIST, "list" },
	{ SORT, "sort" },
	{ SEARCH, "search" },
	{ FILTER, "filter" },
	{ RANGE, "range" },
	{ FOLD, "fold" },
	{ EDIT, "edit" },
	{ CREATE, "create" },
	{ EXPORT, "export" },
	{ TOTAL, "total" },
	{ REQUIRED, "required" },
	{ PII, "pii" },
	{ SECRET, "secret" },
	{ NOAUDIT, "noaudit" },
	{ SHOW, "show" },
	{ IMPORT, "import" },
	{ EXACT, "exact" },
	{ PREFIX, "prefix" },
	{ VIRTUAL, "virtual" },
	{ LAST_WEEK, "last_week" },
	{ TODAY, "today" },
	{ HIDE, "hide" },
	{ EMPTY_NULL, "empty_null" },
};
static const struct { unsigned flag; const char *name;
} action_flags[] = {
	{ ACT_ROW, "row" },
	{ ACT_BATCH, "batch" },
	{ ACT_PAGE, "page" },
	{ ACT_CONFIRM, "confirm" },
	{ ACT_PAYMENT, "payment" },
	{ ACT_DANGER, "danger" },
	{ ACT_MORE, "more" },
	{ ACT_LINK, "link" },
	{ ACT_SHOW, "show" },
};

static void put_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_string(text));
}

static json_t *field_json(const struct field *f)
{
	json_t *out = json_object(), *flags = json_array(), *words;

	put_text(out, "name", f->name);
	put_text(out, "kind", kinds[f->kind].name);
	for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++)
		if (f->flags & flag_names[i].flag)
			json_array_append_new(flags, json_string(flag_names[i].name));
	json_object_set_new(out, "flags", flags);
	json_object_set_new(out, "min", json_integer(f->min));
	json_object_set_new(out, "max", json_integer(f->max));
	put_text(out, "ref", f->ref ? f->ref->name : NULL);
	put_text(out, "sql", f->sql);
	put_text(out, "group", f->group);
	put_text(out, "fallback", f->fallback);
	put_text(out, "depends", f->depends);
	if (f->choices) {
		put_text(out, "choices", f->choices->list);
		json_object_set_new(out, "words", words = json_array());
		for (int i = 0; i < f->choices->n; i++)
			json_array_append_new(words, json_string(f->choices->rows[i].name));
	}
	return out;
}

static json_t *fields_json(const struct field *fields)
{
	json_t *out = json_array();

	for (; fields && fields->name; fields++)
		json_array_append_new(out, field_json(fields));
	return out;
}

static json_t *action_json(const struct action *a)
{
	json_t *out = json_object(), *flags = json_array();

	put_text(out, "name", a->name);
	put_text(out, "verb", action_verb(a));
	for (size_t i = 0; i < sizeof action_flags / sizeof *action_flags; i++)
		if (a->flags & action_flags[i].flag)
			json_array_append_new(flags, json_string(action_flags[i].name));
	json_object_set_new(out, "flags", flags);
	json_object_set_new(out, "fields", fields_json(a->fields));
	put_text(out, "when", a->when);
	return out;
}

static NEOERR *add_verb(const char *resource, const char *verb, void *ctx)
{
	(void)resource;
	json_array_append_new(ctx, json_string(verb));
	return STATUS_OK;
}

static json_t *scope_json(const struct scope *s)
{
	json_t *out = json_object();

	put_text(out, "provider", s->provider);
	put_text(out, "property", s->property);
	put_text(out, "station", s->station);
	put_text(out, "fleet", s->fleet);
	put_text(out, "user", s->user);
	json_object_set_new(out, "system_only", json_boolean(s->system_only));
	json_object_set_new(out, "public_read", json_boolean(s->public_read));
	return out;
}

static json_t *names_json(const struct resource *res)
{
	json_t *out = json_object(), *tabs = json_array(), *children = json_array();

	for (const struct tab *t = res->tabs; t && t->name; t++)
		json_array_append_new(tabs, json_string(t->name));
	for (const struct child *c = res->children; c && c->res; c++)
		json_array_append_new(children, json_string(c->res->name));
	json_object_set_new(out, "tabs", tabs);
	json_object_set_new(out, "children", children);
	return out;
}

/* A screen may have an action of its own by that name instead. */
static bool is_engines(const struct resource *res, const char *name)
{
	for (const struct action *a = res->actions; a && a->name; a++)
		if (!strcmp(a->name, name))
			return false;
	return action_find(res, name) != NULL;
}

static json_t *resource_json(const struct resource *res)
{
	static const char *const built_in[] = { "enable", "disable", "delete" };
	json_t *out = names_json(res), *verbs = json_array(), *actions = json_array();

	put_text(out, "name", res->name);
	put_text(out, "table", resource_table(res));
	put_text(out, "group", res->group);
	json_object_set_new(out, "soft", json_boolean(res->soft));
	json_object_set_new(out, "plain", json_boolean(res->plain));
	json_object_set_new(out, "no_author", json_boolean(res->no_author));
	json_object_set_new(out, "big", json_boolean(res->big));
	json_object_set_new(out, "live", json_boolean(res->live));
	json_object_set_new(out, "scope", scope_json(res->scope));
	error_drop(resource_each_verb(res, add_verb, verbs));
	json_object_set_new(out, "verbs", verbs);
	json_object_set_new(out, "fields", fields_json(res->fields));
	for (const struct action *a = res->actions; a && a->name; a++)
		json_array_append_new(actions, action_json(a));
	for (int i = 0; i < 3; i++)
		if (is_engines(res, built_in[i]))
			json_array_append_new(actions, action_json(action_find(res, built_in[i])));
	json_object_set_new(out, "actions", actions);
	return out;
}

void resource_dump(FILE *out)
{
	json_t *all = json_array();

	for (const struct resource *const *r = resources; *r; r++)
		json_array_append_new(all, resource_json(*r));
	json_dumpf(all, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(all);
}

static bool named_before(const struct menu_page *page)
{
	for (const struct menu_page *p = menu_pages; p != page; p++)
		if (p->permission && text_eq(p->permission, page->permission))
			return true;
	return false;
}

/* Each word once. Words of pages by hand ("setting.update") stand with the menu entry that leads
 * to them. */
NEOERR *perm_each(NEOERR *(*fn)(const char *resource, const char *verb, void *ctx), void *ctx)
{
	char word[120], *dot;
	NEOERR *err = STATUS_OK;

	for (const struct resource *const *r = resources; *r; r++)
		TRY(resource_each_verb(*r, fn, ctx));
	for (const struct menu_page *p = menu_pages; p->name; p++) {
		if (!p->permission || named_before(p) ||
			snprintf(word, sizeof word, "%s", p->permission) >= (int)sizeof word ||
			(dot = strchr(word, '.')) == NULL)
			continue;
		*dot = '\0';
		TRY(fn(word, dot + 1, ctx));
	}
out:
	return nerr_pass(err);
}
