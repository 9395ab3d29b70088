/* tree.c - the permission tree: every word there is as checkboxes by menu group, resource and verb
 * (G7, G8).
 * Owns nothing. Serves the pages of roles and API keys. */
#include "base/text.h"
#include "cgi/screen/screen.h"

bool words_have(const struct words *w, const char *word)
{
	for (int i = 0; i < w->n; i++)
		if (strcmp(w->word[i], word) == 0 || strcmp(w->word[i], "*") == 0)
			return true;
	return false;
}

struct collect { struct request *req; const char **word; int n, room; };

static void collect_add(struct collect *c, const char *word)
{
	if (c->n == c->room) {
		int room = c->room ? c->room * 2 : 64;
		const char **more = arena_alloc(&c->req->arena, (size_t)room * sizeof *more);

		if (c->n)
			memcpy(more, c->word, (size_t)c->n * sizeof *more);
		c->word = more;
		c->room = room;
	}
	c->word[c->n++] = arena_strdup(&c->req->arena, word);
}

static NEOERR *word_row(const struct row *r, void *ctx)
{
	collect_add(ctx, row_str(r, 0));
	return STATUS_OK;
}

NEOERR *words_load(struct request *req, const struct sql *s, int64_t id, struct words *out)
{
	NEOERR *err = STATUS_OK;
	struct collect c = { .req = req };

	TRY(db_query(req->db, s, ARGS(I64(id)), word_row, &c));
	*out = (struct words){ c.word, c.n };
out:
	return nerr_pass(err);
}

struct tree {
	struct request *req;
	const struct words *held, *bound;
	int group, resource, verb;
	const char *group_name, *resource_name;
};

static const char *group_of(const char *resource)
{
	const struct resource *res = resource_find(resource);

	if (res)
		return res->group ? res->group : "system";
	for (const struct menu_page *p = menu_pages; p->name; p++)
		if (text_eq(p->name, resource))
			return p->group;
	return "system";
}

/* <resource>.verb.<verb>, else the action's own name, else verb.<verb>. */
static const char *verb_label(struct request *req, const char *resource, const char *verb)
{
	const char *own = arena_printf(&req->arena, "%s.%s", resource, verb);
	const char *common = arena_printf(&req->arena, "verb.%s", verb);

	if (text_has(req->lang, own))
		return text_get(req, own);
	if (text_has(req->lang, common))
		return text_get(req, common);
	return text_get(req, arena_printf(&req->arena, "action.%s", verb));
}

static NEOERR *tree_word(const char *resource, const char *verb, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct tree *t = ctx;
	struct request *req = t->req;
	const char *group = group_of(resource),
			   *word = arena_printf(&req->arena, "%s.%s", resource, verb);
	bool may = perm_has_word(&req->who, word) && (!t->bound || words_have(t->bound, word));
	bool have = words_have(t->held, word);

	if (!may && !have)
		return STATUS_OK;                /* what one cannot give and nobody has is not shown */
	if (!text_eq(group, t->group_name)) {
		t->group++;
		t->resource = -1;
		t->group_name = group;
		t->resource_name = NULL;
		TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "menu.%s", group)),
			"Tree.%d.label", t->group));
	}
	if (!text_eq(resource, t->resource_name)) {
		t->resource++;
		t->verb = -1;
		t->resource_name = arena_strdup(&req->arena, resource);
		TRY(hdf_put(req->hdf, text_get(req, resource), "Tree.%d.resource.%d.label", t->group,
			t->resource));
	}
	t->verb++;
	TRY(hdf_put(req->hdf, word, "Tree.%d.resource.%d.verb.%d.word", t->group, t->resource,
		t->verb));
	TRY(hdf_put(req->hdf, verb_label(req, resource, verb), "Tree.%d.resource.%d.verb.%d.label",
		t->group, t->resource, t->verb));
	TRY(hdf_put(req->hdf, have ? "1" : "0", "Tree.%d.resource.%d.verb.%d.checked", t->group,
		t->resource, t->verb));
	TRY(hdf_put(req->hdf, may ? "0" : "1", "Tree.%d.resource.%d.verb.%d.locked", t->group,
		t->resource, t->verb));
out:
	return nerr_pass(err);
}

NEOERR *tree_put(struct request *req, const struct words *held, const struct words *bound)
{
	struct tree t = { .req = req,
		.held = held,
		.bound = bound,
		.group = -1,
		.resource = -1,
		.verb = -1 };

	return nerr_pass(perm_each(tree_word, &t));
}

struct posted { struct request *req; const struct words *ticked, *bound; struct collect out; };

static NEOERR *keep_if_given(const char *resource, const char *verb, void *ctx)
{
	struct posted *p = ctx;
	const char *word = arena_printf(&p->req->arena, "%s.%s", resource, verb);
	bool ticked = false;

	for (int i = 0; i < p->ticked->n && !ticked; i++)
		ticked = strcmp(p->ticked->word[i], word) == 0;
	if (ticked && perm_has_word(&p->req->who, word) && (!p->bound || words_have(p->bound, word)))
		collect_add(&p->out, word);
	return STATUS_OK;
}

static NEOERR *take_ticked(const char *value, void *ctx)
{
	collect_add(ctx, value);
	return STATUS_OK;
}

NEOERR *tree_posted(struct request *req, const struct words *bound, struct words *out)
{
	NEOERR *err = STATUS_OK;
	struct collect ticked = { .req = req };
	struct words list;
	struct posted p = { .req = req, .bound = bound, .out = { .req = req } };

	TRY(request_each(req, "word", take_ticked, &ticked));
	list = (struct words){ ticked.word, ticked.n };
	p.ticked = &list;
	TRY(perm_each(keep_if_given, &p));
	*out = (struct words){ p.out.word, p.out.n };
out:
	return nerr_pass(err);
}
