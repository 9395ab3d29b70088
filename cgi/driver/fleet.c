/* fleet.c - /d/fleet/<id>: a fleet's administrator manages it from the phone: members and what each
 * may use (U9, M20, M21).
 * Owns nothing; lib/charge/fleet.h decides who administers what.
 * Serves driver.c, and place.c and member.c by fleet_*_put(). */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/fleet.h"

#define MEMBERS 200
#define LIMIT_MAX (INT64_C(1000000) * MONEY_YUAN)

SQL(fleet_mine,
	"SELECT f.id, f.name FROM fleet_member m JOIN fleet f ON f.id = m.fleet_id AND f.admin_id ="
	" m.member_id WHERE m.member_id = ? AND m.deleted = 0 AND f.deleted = 0 AND f.status ="
	" 'enabled' ORDER BY f.id");
SQL(fleet_head, "SELECT name, credit, provider_id FROM fleet WHERE id = ?");
SQL(fleet_people,
	"SELECT t.id, m.no, m.name, m.phone, t.day_times, t.day_amount, t.month_times, t.month_amount,"
	" f.admin_id <=> m.id, m.id FROM fleet_member t JOIN member m ON m.id = t.member_id JOIN fleet"
	" f ON f.id = t.fleet_id WHERE t.fleet_id = ? AND t.deleted = 0 AND (? = 0 OR t.id = ?) ORDER"
	" BY t.id DESC LIMIT ?");
SQL(fleet_find_phone,
	"SELECT id FROM member WHERE phone = ? AND provider_id = ? AND deleted = 0");
SQL(fleet_limits_write,
	"UPDATE fleet_member SET day_times = ?, day_amount = ?, month_times = ?, month_amount = ?,"
	" updated_at = ?, version = version + 1 WHERE id = ? AND fleet_id = ? AND deleted = 0");

/* ---- what other pages show of it */

struct listing { struct request *req; int n; };

static NEOERR *on_mine(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	NEOERR *err;

	TRY(hdf_put(l->req->hdf, arena_printf(&l->req->arena, "/d/fleet/%lld",
		(long long)row_i64(r, 0)), "Fleets.%d", l->n));
	TRY(hdf_put(l->req->hdf, row_str(r, 1), "Fleets.%d.name", l->n));
	l->n++;
out:
	return nerr_pass(err);
}

NEOERR *fleets_mine_put(struct request *req)
{
	struct listing l = { .req = req };

	return nerr_pass(db_query(req->db, &fleet_mine, ARGS(I64(req->who.member_id)), on_mine, &l));
}

/* ---- the administrator's page */

struct head { struct request *req; int64_t credit, provider_id; };

static NEOERR *on_head(const struct row *r, void *ctx)
{
	struct head *h = ctx;

	h->credit = row_money(r, 1);
	h->provider_id = row_i64(r, 2);
	return nerr_pass(hdf_put(h->req->hdf, row_str(r, 0), "Fleet.name"));
}

/* ERR_NOT_FOUND for a fleet that he does not administer. */
NEOERR *fleet_enter(struct request *req, int64_t *id, int64_t *provider_id)
{
	struct head h = { .req = req };
	struct purse_balance b;
	NEOERR *err;

	*id = route_id(req, "id");
	TRY(fleet_administered(req->db, *id, req->who.member_id));
	TRY(db_get(req->db, &fleet_head, ARGS(I64(*id)), on_head, &h));
	TRY(purse_balance(req->db, (struct purse){ OWNER_FLEET, *id }, &b));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/d/fleet/%lld", (long long)*id),
		"Fleet.path"));
	TRY(hdf_put(req->hdf, say_money(req, b.cash + b.cash_held), "Fleet.cash"));
	TRY(hdf_put(req->hdf, say_money(req, b.gift + b.gift_held), "Fleet.gift"));
	if (h.credit)
		TRY(hdf_put(req->hdf, say_money(req, h.credit), "Fleet.credit"));
	*provider_id = h.provider_id;
out:
	return nerr_pass(err);
}

static const char *no_limit_or(struct request *req, int64_t v, const char *text)
{
	return v ? text : text_get(req, "driver.fleet_no_limit");
}

static NEOERR *on_person(const struct row *r, void *ctx)
{
	static const char *const names[] = { "day_times", "day_amount", "month_times", "month_amount" };
	struct listing *l = ctx;
	struct request *req = l->req;
	NEOERR *err;

	TRY(hdf_put(req->hdf, row_str(r, 0), "Person.%d", l->n));
	TRY(hdf_put(req->hdf, *row_str(r, 2) ? row_str(r, 2) : row_str(r, 1), "Person.%d.name", l->n));
	TRY(hdf_put(req->hdf, row_str(r, 3), "Person.%d.phone", l->n));
	if (row_i64(r, 8))
		TRY(hdf_put(req->hdf, "1", "Person.%d.admin", l->n));
	for (int i = 0; i < 4; i++) {
		bool money = i % 2;
		int64_t v = money ? row_money(r, 4 + i) : row_i64(r, 4 + i);
		const char *text = money ? say_money(req, v)
			: arena_printf(&req->arena, "%lld", (long long)v);

		TRY(hdf_put(req->hdf, no_limit_or(req, v, text), "Person.%d.%s", l->n, names[i]));
		TRY(hdf_put(req->hdf, v ? text : "0", "Person.%d.%s.value", l->n, names[i]));
	}
	l->n++;
out:
	return nerr_pass(err);
}

static NEOERR *page(struct request *req, int64_t id, const char *problem)
{
	struct listing people = { .req = req };
	NEOERR *err;

	TRY(db_query(req->db, &fleet_people, ARGS(I64(id), I64(0), I64(0), I64(MEMBERS)), on_person,
		&people));
	if (problem) {
		TRY(hdf_put(req->hdf, text_get(req, problem), "Problem"));
		req->status = 422;
	}
	TRY(hdf_put(req->hdf, text_get(req, "driver.fleet_title"), "Page.title"));
	TRY(render_page(req, "driver/fleet.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *fleet_show(struct request *req)
{
	int64_t id, provider;
	NEOERR *err;

	TRY(fleet_enter(req, &id, &provider));
	TRY(page(req, id, NULL));
out:
	return nerr_pass(err);
}

struct adding { struct request *req; int64_t fleet_id, member_id, row_id; };

static NEOERR *add_tx(struct db *db, void *ctx)
{
	struct adding *a = ctx;
	NEOERR *err;

	TRY(fleet_member_add(db, a->fleet_id, a->member_id, 0, &a->row_id));
	TRY(audit_add(db, &a->req->actor, "fleet_member", a->row_id, "create", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *member_add(struct request *req)
{
	const char *phone = request_param_or(req, "phone", "");
	struct adding a = { .req = req };
	int64_t provider;
	NEOERR *err;

	TRY(fleet_enter(req, &a.fleet_id, &provider));
	TRY(db_i64(req->db, &fleet_find_phone, ARGS(STR(phone), I64(provider)), &a.member_id));
	if (!a.member_id)
		return nerr_pass(page(req, a.fleet_id, "error.fleet_member_unknown"));
	TRY(db_tx(req->db, add_tx, &a));
	response_redirect_saying(req, arena_printf(&req->arena, "/d/fleet/%lld",
		(long long)a.fleet_id), "driver.fleet_added", phone);
out:
	return nerr_pass(err);
}

/* ---- one member */

static NEOERR *person_page(struct request *req, int64_t fleet_id, const char *problem)
{
	struct listing people = { .req = req };
	int64_t row = route_id(req, "row");
	NEOERR *err;

	TRY(db_query(req->db, &fleet_people, ARGS(I64(fleet_id), I64(row), I64(row), I64(1)),
		on_person, &people));
	if (!row || !people.n)
		return nerr_raise(ERR_NOT_FOUND, "no such member of the fleet");
	if (problem) {
		TRY(hdf_put(req->hdf, text_get(req, problem), "Problem"));
		req->status = 422;
	}
	TRY(hdf_put(req->hdf, text_get(req, "driver.fleet_limits"), "Page.title"));
	TRY(render_page(req, "driver/fleet_member.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *person_show(struct request *req)
{
	int64_t id, provider;
	NEOERR *err;

	TRY(fleet_enter(req, &id, &provider));
	TRY(person_page(req, id, NULL));
out:
	return nerr_pass(err);
}

struct limits { struct request *req; int64_t fleet_id, row_id, times[2], amount[2]; };

static bool read_limits(struct request *req, struct limits *l)
{
	static const char *const words[] = { "day", "month" };

	for (int i = 0; i < 2; i++) {
		const char *amount = request_param_or(req,
			arena_printf(&req->arena, "%s_amount", words[i]), "");

		if (!request_i64(req, arena_printf(&req->arena, "%s_times", words[i]), &l->times[i]) ||
			l->times[i] < 0 || l->times[i] > 10000 || !money_parse(amount, &l->amount[i]) ||
			l->amount[i] < 0 || l->amount[i] > LIMIT_MAX)
			return false;
	}
	return true;
}

static NEOERR *limits_tx(struct db *db, void *ctx)
{
	struct limits *l = ctx;
	int64_t found = 0;
	NEOERR *err;

	TRY(db_exec(db, &fleet_limits_write,
		ARGS(I64(l->times[0]), MONEY(l->amount[0]), I64(l->times[1]), MONEY(l->amount[1]),
			TIME(clock_now()), I64(l->row_id), I64(l->fleet_id)),
		&found));
	if (!found)
		return nerr_raise(ERR_NOT_FOUND, "no such member of the fleet");
	TRY(audit_add(db, &l->req->actor, "fleet_member", l->row_id, "update", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *person_limits(struct request *req)
{
	struct limits l = { .req = req, .row_id = route_id(req, "row") };
	int64_t provider;
	NEOERR *err;

	TRY(fleet_enter(req, &l.fleet_id, &provider));
	if (!read_limits(req, &l))
		return nerr_pass(person_page(req, l.fleet_id, "driver.fleet_limits_wrong"));
	TRY(db_tx(req->db, limits_tx, &l));
	response_redirect_saying(req, arena_printf(&req->arena, "/d/fleet/%lld",
		(long long)l.fleet_id), "driver.fleet_limits_kept", "");
out:
	return nerr_pass(err);
}

static NEOERR *on_member_id(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 9);
	return STATUS_OK;
}

static NEOERR *remove_tx(struct db *db, void *ctx)
{
	struct limits *l = ctx;
	NEOERR *err;

	TRY(fleet_member_remove(db, l->row_id, 0));
	TRY(audit_add(db, &l->req->actor, "fleet_member", l->row_id, "delete", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

/* Who administers the fleet does not put himself out of it. */
static NEOERR *person_remove(struct request *req)
{
	struct limits l = { .req = req, .row_id = route_id(req, "row") };
	int64_t provider, member = 0;
	bool found = false;
	NEOERR *err;

	TRY(fleet_enter(req, &l.fleet_id, &provider));
	TRY(db_find(req->db, &fleet_people,
		ARGS(I64(l.fleet_id), I64(l.row_id), I64(l.row_id), I64(1)), on_member_id, &member,
		&found));
	if (!found || !l.row_id)
		return nerr_raise(ERR_NOT_FOUND, "no such member of the fleet");
	if (member == req->who.member_id)
		return nerr_pass(person_page(req, l.fleet_id, "driver.fleet_not_yourself"));
	TRY(db_tx(req->db, remove_tx, &l));
	response_redirect_saying(req, arena_printf(&req->arena, "/d/fleet/%lld",
		(long long)l.fleet_id), "driver.fleet_removed", "");
out:
	return nerr_pass(err);
}

const struct route fleet_routes[] = {
	{ METHOD_GET, "/d/fleet/:id", fleet_show, NULL, 0 },
	{ METHOD_POST, "/d/fleet/:id/member", member_add, NULL, 0 },
	{ METHOD_GET, "/d/fleet/:id/member/:row", person_show, NULL, 0 },
	{ METHOD_POST, "/d/fleet/:id/member/:row", person_limits, NULL, 0 },
	{ METHOD_POST, "/d/fleet/:id/member/:row/remove", person_remove, NULL, 0 },
	{ .pattern = NULL },
};
