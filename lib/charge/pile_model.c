/* pile_model.c - the catalogue of models read for one pile, and the names at a pile that is not for
 * everybody.
 * Owns nothing.
 * Serves pile_model.h. */
#include "charge/pile_model.h"

#include "base/text.h"

#define ABLE "m.can_tou, m.can_booking, m.can_occupancy, m.can_reboot, m.can_sync_time," \
	" m.can_screen_qr, m.can_limit_time, m.can_limit_energy, m.can_limit_amount," \
	" m.can_ground_lock, m.can_white_list, m.can_firmware, m.can_set_work"

SQL(pile_able, "select " ABLE " from pile p join pile_model m on m.id = p.model_id where p.id = ?");
SQL(pile_model_select,
	"select " ABLE ", m.brand, m.name, m.kind, m.protocol, m.current_type, m.status ="
	" 'enabled', m.connector_type, m.connector_count, coalesce(m.other_type, m.connector_type),"
	" m.other_count, m.connector_names, m.rated_power, m.rated_voltage, m.rated_current"
	" from pile_model m where m.id = ? and m.deleted = 0");
SQL(pile_member_named,
	"select count(*) from pile p where p.id = ? and (p.use_scope = 'public' or exists (select 1"
	" from pile_user u where u.pile_id = p.id and u.member_id = ? and u.deleted = 0) or exists"
	" (select 1 from fleet_member x join fleet f on f.id = x.fleet_id and f.status = 'enabled' and"
	" f.deleted = 0 join pile_user u on u.fleet_id in (f.id, f.parent_id) and u.deleted = 0 where"
	" u.pile_id = p.id and x.member_id = ? and x.deleted = 0))");

struct asked { enum pile_ability ability; bool *can; };

static NEOERR *take_able(const struct row *r, void *ctx)
{
	struct asked *a = ctx;

	*a->can = row_i64(r, a->ability) != 0;
	return STATUS_OK;
}

NEOERR *pile_can(struct db *db, int64_t pile_id, enum pile_ability ability, bool *can)
{
	struct asked a = { ability, can };
	bool found;

	*can = true;
	return nerr_pass(db_find(db, &pile_able, ARGS(I64(pile_id)), take_able, &a, &found));
}

static const char *or_empty(const struct row *r, int i)
{
	return r->value[i] ? r->value[i] : "";
}

static void take_names(struct pile_model *m, char *names)
{
	char *rest = names;

	for (int i = 0; i < m->connectors && rest; i++) {
		char *name = text_split(&rest, ',');

		text_copy(m->connector[i].name, sizeof m->connector[i].name, text_trim(name));
	}
}

static void take_connectors(struct pile_model *m, const struct row *r, int at)
{
	int64_t first = row_i64(r, at + 1), all = first + row_i64(r, at + 3);
	char names[1700];

	m->connectors = all > MODEL_CONNECTORS ? MODEL_CONNECTORS : (int)all;
	for (int i = 0; i < m->connectors; i++)
		text_copy(m->connector[i].type, sizeof m->connector[i].type,
			row_str(r, i < first ? at : at + 2));
	text_copy(names, sizeof names, row_str(r, at + 4));
	take_names(m, names);
}

static NEOERR *take_model(const struct row *r, void *ctx)
{
	struct pile_model *m = ctx;
	int at = ABILITIES;

	for (int i = 0; i < ABILITIES; i++)
		m->can[i] = row_i64(r, i) != 0;
	text_copy(m->brand, sizeof m->brand, row_str(r, at));
	text_copy(m->name, sizeof m->name, row_str(r, at + 1));
	text_copy(m->kind, sizeof m->kind, row_str(r, at + 2));
	text_copy(m->protocol, sizeof m->protocol, row_str(r, at + 3));
	text_copy(m->current_type, sizeof m->current_type, row_str(r, at + 4));
	m->enabled = row_i64(r, at + 5) != 0;
	take_connectors(m, r, at + 6);
	text_copy(m->rated_power, sizeof m->rated_power, or_empty(r, at + 11));
	text_copy(m->rated_voltage, sizeof m->rated_voltage, or_empty(r, at + 12));
	text_copy(m->rated_current, sizeof m->rated_current, or_empty(r, at + 13));
	return STATUS_OK;
}

NEOERR *pile_model_find(struct db *db, int64_t id, struct pile_model *out, bool *found)
{
	memset(out, 0, sizeof *out);
	return nerr_pass(db_find(db, &pile_model_select, ARGS(I64(id)), take_model, out, found));
}

NEOERR *pile_member_may(struct db *db, int64_t pile_id, int64_t member_id, bool *may)
{
	int64_t n = 0;
	NEOERR *err = db_i64(db, &pile_member_named,
		ARGS(I64(pile_id), I64(member_id), I64(member_id)), &n);

	*may = n > 0;
	return nerr_pass(err);
}
