/* assign.c - who has what: roles of a user, stations of a user, users of a role, as lists of
 * checkboxes (G6, G7).
 * Owns user_role and user_station as people edit them. Serves the screens of users and roles. */
#include "base/text.h"
#include "cgi/login.h"
#include "cgi/screen/screen.h"

/* One page three times: rows of (id, label, detail, checked) that the asker may reach; what is
 * ticked is written. */
struct assign {
	const struct resource *owner, *thing;
	const char *name;                    /* verb, URL part, text key <owner>.<name> */
	const struct sql *title, *choices, *have, *add, *drop;
	bool (*may)(struct request *req, int64_t id);   /* NULL: reach is enough */
};

SQL(assign_user_title, "SELECT CONCAT(name, ' (', login, ')') FROM user WHERE id = ?");
SQL(assign_role_title, "SELECT name FROM role WHERE id = ?");
/* Roles that fit: the same kind, the same tenant or common to all, enabled; and what the user
 * has already. */
SQL(assign_user_roles,
	"SELECT r.id, r.name, COALESCE(p.name, ''), r.status = 'enabled' FROM user u JOIN role r ON"
	" r.kind = u.kind AND r.deleted = 0"
	" AND (r.provider_id IS NULL OR r.provider_id = u.provider_id) AND (r.property_id IS NULL OR"
	" r.property_id = u.property_id) AND (r.fleet_id IS NULL OR r.fleet_id = u.fleet_id)"
	" LEFT JOIN provider p ON p.id = r.provider_id WHERE u.id = ?"
	" AND (r.status = 'enabled' OR EXISTS (SELECT 1 FROM user_role x WHERE x.user_id = u.id AND"
	" x.role_id = r.id)) ORDER BY r.id");
SQL(assign_user_roles_have, "SELECT role_id FROM user_role WHERE user_id = ?");
SQL(assign_user_role_add, "INSERT INTO user_role (user_id, role_id) VALUES (?, ?)");
SQL(assign_user_role_drop, "DELETE FROM user_role WHERE user_id = ? AND role_id = ?");
SQL(assign_user_stations,
	"SELECT s.id, s.name, CONCAT(s.province, s.city, s.address), 1 FROM user u JOIN station s ON"
	" s.deleted = 0"
	" AND (u.provider_id IS NULL OR s.provider_id = u.provider_id) AND (u.property_id IS NULL OR"
	" s.property_id = u.property_id)"
	" WHERE u.id = ? ORDER BY s.kind, s.name");
SQL(assign_user_stations_have, "SELECT station_id FROM user_station WHERE user_id = ?");
SQL(assign_user_station_add, "INSERT INTO user_station (user_id, station_id) VALUES (?, ?)");
SQL(assign_user_station_drop, "DELETE FROM user_station WHERE user_id = ? AND station_id = ?");
SQL(assign_role_users,
	"SELECT u.id, u.name, u.login, r.status = 'enabled' FROM role r JOIN user u ON u.kind ="
	" r.kind AND u.deleted = 0"
	" AND (r.provider_id IS NULL OR r.provider_id = u.provider_id) AND (r.property_id IS NULL OR"
	" r.property_id = u.property_id) AND (r.fleet_id IS NULL OR r.fleet_id = u.fleet_id)"
	" WHERE r.id = ? ORDER BY u.name, u.id");
SQL(assign_role_users_have, "SELECT user_id FROM user_role WHERE role_id = ?");
SQL(assign_role_user_add, "INSERT INTO user_role (role_id, user_id) VALUES (?, ?)");
SQL(assign_role_user_drop, "DELETE FROM user_role WHERE role_id = ? AND user_id = ?");
SQL(assign_role_words, "SELECT permission FROM role_permission WHERE role_id = ?");

struct id_list { struct arena *arena; int64_t *id; bool *ok; int n, room; };

static void id_add(struct id_list *l, int64_t id, bool ok)
{
	if (l->n == l->room) {
		int room = l->room ? l->room * 2 : 64;
		int64_t *more = arena_alloc(l->arena, (size_t)room * sizeof *more);
		bool *more_ok = arena_alloc(l->arena, (size_t)room * sizeof *more_ok);

		if (l->n) {
			memcpy(more, l->id, (size_t)l->n * sizeof *more);
			memcpy(more_ok, l->ok, (size_t)l->n * sizeof *more_ok);
		}
		l->id = more;
		l->ok = more_ok;
		l->room = room;
	}
	l->ok[l->n] = ok;
	l->id[l->n++] = id;
}

static int id_at(const struct id_list *l, int64_t id)
{
	for (int i = 0; i < l->n; i++)
		if (l->id[i] == id)
			return i;
	return -1;
}

struct page {
	struct request *req;
	const struct assign *a;
	int64_t id;
	struct id_list choices, have, ticked;
	int row;
	const char *title;
	bool shuts_out;
};

static NEOERR *have_row(const struct row *r, void *ctx)
{
	id_add(ctx, row_i64(r, 0), true);
	return STATUS_OK;
}

static NEOERR *title_row(const struct row *r, void *ctx)
{
	struct page *p = ctx;

	p->title = arena_strdup(&p->req->arena, row_str(r, 0));
	return STATUS_OK;
}

struct choice_text { int64_t id; const char *label, *detail; bool open; };
struct gathered { struct arena *arena; struct choice_text *row; int n, room; };

static NEOERR *choice_row(const struct row *r, void *ctx)
{
	struct gathered *g = ctx;

	if (g->n == g->room) {
		int room = g->room ? g->room * 2 : 64;
		struct choice_text *more = arena_alloc(g->arena, (size_t)room * sizeof *more);

		if (g->n)
			memcpy(more, g->row, (size_t)g->n * sizeof *more);
		g->row = more;
		g->room = room;
	}
	g->row[g->n++] = (struct choice_text){ row_i64(r, 0), arena_strdup(g->arena, row_str(r, 1)),
		arena_strdup(g->arena, row_str(r, 2)), row_i64(r, 3) };
	return STATUS_OK;
}

/* A choice is free if the asker reaches it and may give it; others are shown only if ticked, and
 * stay. */
static NEOERR *choice_free(struct page *p, const struct choice_text *c, bool *is_free)
{
	NEOERR *err = c->open ? resource_reach(p->req, p->a->thing, c->id, false) : STATUS_OK;

	*is_free = c->open && err == STATUS_OK &&
		(!p->a->may || p->a->may(p->req, p->a->thing == &role_resource ? c->id : p->id));
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		err = STATUS_OK;
	}
	return nerr_pass(err);
}

static NEOERR *page_load(struct page *p, bool show)
{
	NEOERR *err = STATUS_OK;
	struct request *req = p->req;
	struct gathered g = { .arena = &req->arena };
	bool is_free = false;

	p->choices = (struct id_list){ .arena = &req->arena };
	p->have = (struct id_list){ .arena = &req->arena };
	TRY(db_query(req->db, p->a->have, ARGS(I64(p->id)), have_row, &p->have));
	TRY(db_query(req->db, p->a->choices, ARGS(I64(p->id)), choice_row, &g));
	for (int i = 0; i < g.n; i++) {
		bool have = id_at(&p->have, g.row[i].id) >= 0;

		TRY(choice_free(p, &g.row[i], &is_free));
		id_add(&p->choices, g.row[i].id, is_free);
		if (!show || (!is_free && !have))
			continue;
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%lld", (long long)g.row[i].id),
			"Pick.%d.id", p->row));
		TRY(hdf_put(req->hdf, g.row[i].label, "Pick.%d.label", p->row));
		TRY(hdf_put(req->hdf, g.row[i].detail, "Pick.%d.detail", p->row));
		TRY(hdf_put(req->hdf, have ? "1" : "0", "Pick.%d.checked", p->row));
		TRY(hdf_put(req->hdf, is_free ? "0" : "1", "Pick.%d.locked", p->row));
		p->row++;
	}
out:
	return nerr_pass(err);
}

static NEOERR *assign_show(struct request *req, const struct assign *a)
{
	NEOERR *err = STATUS_OK;
	struct page p = { .req = req, .a = a, .id = route_id(req, "id") };

	TRY(resource_reach(req, a->owner, p.id, false));
	TRY(db_get(req->db, a->title, ARGS(I64(p.id)), title_row, &p));
	TRY(page_load(&p, true));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/admin/%s", a->owner->name), "Ask.back"));
	TRY(screen_page(req, a->owner->name,
		arena_printf(&req->arena, "%s.%s", a->owner->name, a->name), p.title, "screen/assign.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *assign_write(struct page *p, int64_t id, bool on)
{
	NEOERR *err = STATUS_OK;
	const char *text = arena_printf(&p->req->arena, "%lld", (long long)id);

	TRY(db_exec(p->req->db, on ? p->a->add : p->a->drop, ARGS(I64(p->id), I64(id)), NULL));
	TRY(audit_add(p->req->db, &p->req->actor, p->a->owner->name, p->id, p->a->name,
		p->a->thing->name, on ? NULL : text, on ? text : NULL));
out:
	return nerr_pass(err);
}

static NEOERR *assign_tx(struct db *db, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct page *p = ctx;

	TRY(resource_reach(p->req, p->a->owner, p->id, true));
	TRY(page_load(p, false));
	for (int i = 0; i < p->choices.n; i++) {
		int64_t id = p->choices.id[i];
		bool had = id_at(&p->have, id) >= 0, want = id_at(&p->ticked, id) >= 0;

		if (p->choices.ok[i] && had != want)
			TRY(assign_write(p, id, want));
	}
	TRY(perm_changed(db));
	TRY(perm_shuts_out(db, p->req->who.user_id, p->req->ip, &p->shuts_out));
	if (p->shuts_out)
		return nerr_raise(ERR_INVALID, "the asker would shut himself out of %s", p->req->ip);
out:
	return nerr_pass(err);
}

static NEOERR *take_id(const char *value, void *ctx)
{
	int64_t id;

	if (text_i64(value, &id))
		id_add(ctx, id, true);
	return STATUS_OK;
}

static NEOERR *assign_save(struct request *req, const struct assign *a)
{
	NEOERR *err = STATUS_OK;
	struct page p = { .req = req,
		.a = a,
		.id = route_id(req, "id"),
		.ticked = { .arena = &req->arena } };

	TRY(resource_reach(req, a->owner, p.id, false));
	TRY(db_get(req->db, a->title, ARGS(I64(p.id)), title_row, &p));
	TRY(request_each(req, "pick", take_id, &p.ticked));
	err = db_tx(req->db, assign_tx, &p);
	if (p.shuts_out && error_is(err, ERR_INVALID)) {
		error_drop(err);
		TRY(hdf_put(req->hdf, text_format(req, "error.own_address", req->ip, NULL), "Form.error"));
		req->status = 422;
		return nerr_pass(assign_show(req, a));
	}
	TRY(err);
	response_redirect_saying(req, arena_printf(&req->arena, "/admin/%s", a->owner->name),
		"screen.assigned", p.title);
out:
	return nerr_pass(err);
}

/* Nobody gives a role that holds what he lacks (G8). */
static bool may_give_role(struct request *req, int64_t role_id)
{
	struct words words;
	NEOERR *err = words_load(req, &assign_role_words, role_id, &words);

	if (err) {
		error_log("words of a role", err);
		return false;
	}
	for (int i = 0; i < words.n; i++)
		if (!perm_has_word(&req->who, words.word[i]))
			return false;
	return true;
}

static const struct assign user_roles = { &user_resource, &role_resource, "roles",
	&assign_user_title, &assign_user_roles, &assign_user_roles_have, &assign_user_role_add,
	&assign_user_role_drop, may_give_role };
static const struct assign user_stations = { &user_resource, &station_resource, "stations",
	&assign_user_title, &assign_user_stations, &assign_user_stations_have, &assign_user_station_add,
	&assign_user_station_drop, NULL };
static const struct assign role_users = { &role_resource, &user_resource, "users",
	&assign_role_title, &assign_role_users, &assign_role_users_have, &assign_role_user_add,
	&assign_role_user_drop, may_give_role };

NEOERR *user_roles_show(struct request *req) { return nerr_pass(assign_show(req, &user_roles)); }
NEOERR *user_roles_save(struct request *req) { return nerr_pass(assign_save(req, &user_roles)); }
NEOERR *user_stations_show(struct request *req)
{
	return nerr_pass(assign_show(req, &user_stations));
}
NEOERR *user_stations_save(struct request *req)
{
	return nerr_pass(assign_save(req, &user_stations));
}
NEOERR *role_users_show(struct request *req) { return nerr_pass(assign_show(req, &role_users)); }
NEOERR *role_users_save(struct request *req) { return nerr_pass(assign_save(req, &role_users)); }
