/* menu.c - the menu of the back office.
 * Owns nothing. Serves the layout. */
#include "cgi/perm.h"
#include "cgi/render.h"
#include "cgi/resource/menu.h"
#include "cgi/resource/page.h"

#include "base/text.h"

#define GROUPS_MAX 40

struct menu {
	struct request *req;
	const char *active;
	const char *group[GROUPS_MAX];
	int groups, entries[GROUPS_MAX];
};

static int group_place(struct menu *m, const char *name)
{
	for (int i = 0; i < m->groups; i++)
		if (!strcmp(m->group[i], name))
			return i;
	if (m->groups == GROUPS_MAX)
		return GROUPS_MAX - 1;
	m->group[m->groups] = name;
	return m->groups++;
}

static NEOERR *add(struct menu *m, const char *group, const char *name, const char *label,
	const char *href)
{
	struct request *req = m->req;
	int g = group_place(m, group), i = m->entries[g]++;
	HDF *node;
	NEOERR *err = STATUS_OK;

	if (!i) {
		TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "menu.%s", group)), "Menu.%d",
			g));
		TRY(hdf_put(req->hdf, group, "Menu.%d.name", g));
	}
	TRY(hdf_get_node(req->hdf, arena_printf(&req->arena, "Menu.%d.entry.%d", g, i), &node));
	TRY(hdf_set_value(node, NULL, label));
	TRY(hdf_set_value(node, "name", name));
	TRY(hdf_set_value(node, "href", href));
	if (text_eq(m->active, name)) {
		TRY(hdf_set_value(node, "active", "1"));
		TRY(hdf_put(req->hdf, "1", "Menu.%d.active", g));
	}
out:
	return nerr_pass(err);
}

/* Pages by hand that stand before the resource; NULL: those that stand before none, at the end. */
static NEOERR *add_pages(struct menu *m, const char *before)
{
	struct request *req = m->req;
	NEOERR *err = STATUS_OK;

	for (const struct menu_page *p = menu_pages; p->name; p++)
		if (text_eq(p->before, before) &&
			(!p->permission || perm_has_word(&req->who, p->permission)))
			TRY(add(m, p->group, p->name,
				text_get(req, arena_printf(&req->arena, "menu.%s", p->name)), p->path));
out:
	return nerr_pass(err);
}

NEOERR *menu_fill(struct request *req)
{
	struct menu m = { .req = req, .active = hdf_get_value(req->hdf, "Page.active", NULL) };
	NEOERR *err = STATUS_OK;

	for (const struct resource *const *r = resources; *r; r++) {
		TRY(add_pages(&m, (*r)->name));
		if ((*r)->group && resource_may(req, *r, "list"))
			TRY(add(&m, (*r)->group, (*r)->name, resource_noun(req, *r),
				resource_path(req, *r, 0, NULL)));
	}
	TRY(add_pages(&m, NULL));
out:
	return nerr_pass(err);
}
