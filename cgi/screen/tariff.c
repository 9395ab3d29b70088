/* tariff.c - what a charge costs: tariffs, their versions and when each comes into force (P1-P4,
 * P12).
 * Owns the screen; its form with the slot editor is tariff_page.c. Serves clerks of the 计费管理
 * group. */
#include "base/buf.h"
#include "base/text.h"
#include "charge/tariff.h"
#include "cgi/screen/screen.h"
#include "cgi/screen/tariff_draft.h"
#include "cgi/tariff_words.h"

SQL(tariff_is_used,
	"SELECT (SELECT COUNT(*) FROM station WHERE ? IN (tariff_id, cost_tariff_id) AND deleted = 0)"
	" + (SELECT COUNT(*) FROM provider WHERE ? IN (car_tariff_id, ebike_tariff_id) AND deleted ="
	" 0) + (SELECT COUNT(*) FROM area WHERE tariff_id = ? AND deleted = 0)"
	" + (SELECT COUNT(*) FROM pile WHERE tariff_id = ? AND deleted = 0) + (SELECT COUNT(*) FROM"
	" member WHERE tariff_id = ? AND deleted = 0)");
SQL(tariff_was_in_force,
	"SELECT COUNT(*) FROM tariff_version WHERE tariff_id = ? AND effective_at <= ?");
SQL(tariff_station_provider, "SELECT provider_id FROM station WHERE id = ?");
SQL(tariff_versions,
	"SELECT id, number, effective_at, summary, created_at, (SELECT u.name FROM user u WHERE u.id"
	" = v.created_by) FROM tariff_version v"
	" WHERE tariff_id = ? ORDER BY effective_at DESC, id DESC LIMIT 200");

#define NEWEST(column) "(SELECT v." column " FROM tariff_version v WHERE v.tariff_id = t.id ORDER BY v.effective_at DESC, v.id DESC LIMIT 1)"

/* Of the version that is made, not of the tariff's row. */
#define DRAFTED (VIRTUAL | CREATE | EDIT | IMPORT | NOAUDIT)

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &provider_resource },
	{ "station_id", F_REF, SEEN | HIDE | FILTER | PLACED, .ref = &station_resource,
		.depends = "provider_id" },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &tariff_kind_choices,
		.fallback = "car" },
	{ "method", F_CHOICE, SEEN | FILTER | TYPED, .choices = &tariff_method_choices },
	STATUS_FIELD(status),
	{ "in_force_at", F_TIME, SEEN, .sql = NEWEST("effective_at") },
	{ "summary", F_TEXT, SEEN, .sql = NEWEST("summary"), .said = tariff_words },
	{ "piles", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM pile p WHERE p.tariff_id = t.id AND p.deleted = 0)" },
	{ "rounding", F_CHOICE, SEEN | HIDE | TYPED | REQUIRED, .choices = &rounding_choices,
		.fallback = "half_up" },
	{ "slots", F_LONGTEXT, DRAFTED, 0, 4000 },
	{ "specials", F_LONGTEXT, DRAFTED, 0, 2000, .group = "special" },
	{ "hour_price", F_DECIMAL, DRAFTED, 0, 100 * MONEY_YUAN, .group = "bike_terms", .scale = 5,
		.unit = "¥/h" },
	{ "bands", F_LONGTEXT, DRAFTED, 0, 1000, .group = "bike_terms" },
	{ "energy_price", F_PRICE, DRAFTED, 0, 100 * MONEY_YUAN, .group = "bike_terms" },
	{ "service_price", F_PRICE, DRAFTED, 0, 100 * MONEY_YUAN, .group = "bike_terms" },
	{ "stop_minutes", F_INT, DRAFTED, 0, 100000, .group = "bike_terms", .fallback = "480" },
	{ "free_minutes", F_INT, DRAFTED, 0, 100000, .group = "bike_terms" },
	{ "step_energy", F_DECIMAL, DRAFTED, 0, 100 * ENERGY_KWH, .group = "more_terms",
		.scale = ENERGY_SCALE, .unit = "kWh" },
	{ "step_minutes", F_INT, DRAFTED, 0, 1440, .group = "more_terms" },
	{ "booking_minutes", F_INT, DRAFTED, 0, 100000, .group = "more_terms" },
	{ "booking_price", F_MONEY, DRAFTED, 0, 100000 * MONEY_YUAN, .group = "more_terms" },
	{ "occupancy_free_minutes", F_INT, DRAFTED, 0, 1440, .group = "more_terms" },
	{ "occupancy_unit_minutes", F_INT, DRAFTED, 0, 1440, .group = "more_terms" },
	{ "occupancy_price", F_MONEY, DRAFTED, 0, 1000 * MONEY_YUAN, .group = "more_terms" },
	{ "occupancy_cap", F_MONEY, DRAFTED, 0, 100000 * MONEY_YUAN, .group = "more_terms" },
	{ "presets", F_TEXT, DRAFTED, 0, 200, .group = "more_terms" },
	{ "effective_at", F_TIME, DRAFTED },
	{ "at_once", F_BOOL, DRAFTED },
	{ "number", F_INT, SEEN | HIDE, .sql = NEWEST("number") },
	{ "note", F_LONGTEXT, TYPED, 0, 500 },
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	struct tariff *t = arena_alloc(&req->arena, sizeof *t);
	int64_t now = clock_now(), provider = 0, in_force = 0,
			effective = change_i64(c, "effective_at");
	bool at_once = change_i64(c, "at_once"), given = false;

	if (!c->id) {
		screen_own_tenant(req, c, false);
		TRY(screen_owner_open(req, c, "provider_id", provider_open, "error.provider_closed"));
		TRY(screen_owner_open(req, c, "station_id", station_open, "error.station_closed"));
		TRY(db_i64(req->db, &tariff_station_provider, ARGS(I64(change_i64(c, "station_id"))),
			&provider));
		if (change_i64(c, "station_id") && provider != change_i64(c, "provider_id"))
			change_error(c, "station_id", "error.station_of_other");
	}
	TRY(tariff_draft(req, c, t, &given));
	if (!given)
		goto out;
	if (effective && effective < now)
		change_error(c, "effective_at", "error.effective_past");
	TRY(db_i64(req->db, &tariff_was_in_force, ARGS(I64(c->id), TIME(now)), &in_force));
	if (at_once && in_force)
		change_error(c, "at_once", "error.tariff_in_force");
out:
	return nerr_pass(err);
}


static NEOERR *add_version(struct request *req, int64_t id, struct tariff *t)
{
	NEOERR *err = STATUS_OK;
	struct tariff *last = arena_alloc(&req->arena, sizeof *last);
	int64_t version = 0;
	char summary[1000], before[1000];

	TRY(tariff_newest(req, id, last));
	if (last->n && tariff_same(last, t) &&
		(!t->effective_at || t->effective_at == last->effective_at))
		goto out;                /* nothing new was said */
	TRY(tariff_version_add(req->db, id, t, req->who.user_id, &version));
	tariff_summary(t, summary, sizeof summary);
	if (last->n)
		tariff_summary(last, before, sizeof before);
	TRY(audit_add(req->db, &req->actor, "tariff", id, "version", "slots", last->n ? before : NULL,
		summary));
out:
	return nerr_pass(err);
}

/* The method stands in the row as the version has it, whatever was typed. */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;
	struct tariff *t = arena_alloc(&req->arena, sizeof *t);
	bool given = false;

	TRY(tariff_draft(req, c, t, &given));
	t->effective_at = change_i64(c, "at_once") ? clock_now() : change_i64(c, "effective_at");
	change_set(req, c, "method",
		given ? choice_name(&tariff_method_choices, (int)t->method) : change_old(c, "method"));
	TRY(resource_store(req, c, id));
	if (given)
		TRY(add_version(req, *id, t));
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t used = 0;

	TRY(db_i64(req->db, &tariff_is_used, ARGS(I64(id), I64(id), I64(id), I64(id), I64(id)),
		&used));
	if (used)
		*problem = "error.tariff_in_use";
out:
	return nerr_pass(err);
}

struct history { struct request *req; int n; bool found; int64_t now; };

/* Newest first: those to come, the one in force, then the past. */
static NEOERR *version_row(const struct row *r, void *ctx)
{
	static const char *const name[] = { "id", "number", "effective_at", "summary", "created_at",
		"created_by" };
	NEOERR *err = STATUS_OK;
	struct history *h = ctx;
	const char *state = row_time(r, 2) > h->now ? "coming" : h->found ? "past" : "in_force";

	h->found = h->found || strcmp(state, "in_force") == 0;
	for (int i = 0; i < r->n; i++)
		TRY(hdf_put(h->req->hdf, i == 3 ? tariff_words(h->req, row_str(r, i)) : row_str(r, i),
			"More.version.%d.%s", h->n, name[i]));
	TRY(hdf_put(h->req->hdf, state, "More.version.%d.state", h->n));
	h->n++;
out:
	return nerr_pass(err);
}

static NEOERR *show(struct request *req, int64_t id)
{
	struct history h = { .req = req, .now = clock_now() };

	return nerr_pass(db_query(req->db, &tariff_versions, ARGS(I64(id)), version_row, &h));
}

static const struct scope scope = { "t.provider_id", "s.property_id", "t.station_id" };
static const struct action actions[] = { { "calculate", ACT_ROW | ACT_LINK },
	{ "copy", ACT_ROW | ACT_LINK | ACT_MORE }, { "what_if", ACT_ROW | ACT_LINK | ACT_MORE },
	ACTIONS_END };
static const struct child children[] = {
	{ &whatif_resource, "tariff_id" },
	{ &station_resource, "tariff_id" },
	{ &area_resource, "tariff_id" },
	{ &pile_resource, "tariff_id", "t.kind <> 'ebike'" },
	{ &bike_device_resource, "tariff_id", "t.kind = 'ebike'" },
	{ &member_resource, "tariff_id" },
	{ NULL },
};

const struct resource tariff_resource = {
	.name = "tariff",
	.group = "tariff",
	.title = "t.name",
	.joins = "LEFT JOIN station s ON s.id = t.station_id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.actions = actions,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = before_delete,
	.show = show,
};
