/* exchange_serve.c - what a peer may know of our stations: places, states, energy, prices
 * (T/CEC 102 sections 3.2 to 3.7).
 * Owns nothing. Serves exchange_take.c. */
#include "charge/exchange_internal.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/agreement.h"
#include "charge/tariff.h"

#define PAGE_MAX 100
#define PAGE_USUAL 10
#define IDS_MAX 50
#define POLICY_MAX 48

SQL(serve_station_count,
	"select count(*) from station s join exchange_peer p on p.id = ? where" EXCHANGE_SHARED
	" and s.updated_at >= ?");
SQL(serve_station_page,
	"select s.id, s.code, s.name, s.address, s.hotline, s.phone, s.longitude, s.latitude,"
	" if(s.halted_at is null, 50, 6), s.hours, s.city, s.bookable, s.parking_note,"
	" s.notice from station s join exchange_peer p on p.id = ? where" EXCHANGE_SHARED
	" and s.updated_at >= ? order by s.id limit ? offset ?");
SQL(serve_connectors,
	"select q.code, q.name, q.current_type, q.model, q.rated_power, q.rated_voltage,"
	" q.rated_current, c.code, c.name, c.type from connector c join pile q on q.id = c.pile_id"
	" where c.station_id = ? and c.deleted = 0 and q.deleted = 0 and c.status = 'enabled' and"
	" q.status = 'enabled' and q.closed = 0 order by q.id, c.number");
SQL(serve_station_states,
	"select s.code, c.code, coalesce(v.state, 'offline') from station s join exchange_peer p on"
	" p.id = ? join connector c on c.station_id = s.id and c.deleted = 0 and c.status = 'enabled'"
	" left join connector_live v on v.connector_id = c.id where" EXCHANGE_SHARED
	" and s.code = ? order by c.id");
SQL(serve_station_energy,
	"select q.code, c.code, coalesce(sum(e.energy), 0) from station s join exchange_peer p on p.id"
	" = ? join connector c on c.station_id = s.id and c.deleted = 0 join pile q on q.id ="
	" c.pile_id and q.deleted = 0 left join session e on e.connector_id = c.id and e.state ="
	" 'finished' and e.ended_at >= ? and e.ended_at < ? where" EXCHANGE_SHARED
	" and s.code = ? group by q.id, q.code, c.id, c.code order by q.id, c.id");
SQL(serve_connector,
	"select c.id, q.id, coalesce(v.state, 'offline'), coalesce(v.plugged, 0), coalesce(l.online,"
	" 0) from station s join exchange_peer p on p.id = ? join connector c on c.station_id = s.id"
	" and c.deleted = 0 and c.status = 'enabled' join pile q on q.id = c.pile_id and q.deleted = 0"
	" and q.status = 'enabled' left join connector_live v on v.connector_id = c.id left join"
	" pile_live l on l.pile_id = q.id where" EXCHANGE_SHARED " and c.code = ?");

/* ---- 3.2 */

static void cut_text(json_t *o, const char *name, const char *text, size_t chars)
{
	json_object_set_new(o, name, json_stringn(text, text_cut(text, chars)));
}

static int64_t whole(const char *decimal, int64_t fallback)
{
	int64_t v;

	return *decimal && fixed_parse(decimal, 2, &v) ? v / 100 : fallback;
}

static json_t *power(const char *kilowatt)
{
	int64_t v = 0;

	if (*kilowatt)
		fixed_parse(kilowatt, 2, &v);
	return json_decimal(v, 2, 1);
}

static json_t *connector_of(const struct row *r)
{
	json_t *o = json_object();
	bool dc = text_eq(row_str(r, 9), "gbt_dc");

	put_text(o, "ConnectorID", row_str(r, 7));
	cut_text(o, "ConnectorName", row_str(r, 8), 30);
	put_int(o, "ConnectorType", dc ? 4 : text_eq(row_str(r, 9), "gbt_ac") ? 3 : 1);
	put_int(o, "VoltageUpperLimits", whole(row_str(r, 5), dc ? 750 : 220));
	put_int(o, "VoltageLowerLimits", dc ? 200 : 220);
	put_int(o, "Current", whole(row_str(r, 6), dc ? 250 : 32));
	json_object_set_new(o, "Power", power(row_str(r, 4)));
	put_int(o, "NationalStandard", 2);
	return o;
}

static NEOERR *take_connector(const struct row *r, void *ctx)
{
	json_t *piles = ctx, *pile = NULL, *connectors;
	size_t n = json_array_size(piles);

	if (n)
		pile = json_array_get(piles, n - 1);
	if (!pile || !text_eq(json_text(pile, "EquipmentID", ""), row_str(r, 0))) {
		pile = json_object();
		put_text(pile, "EquipmentID", row_str(r, 0));
		cut_text(pile, "EquipmentName", row_str(r, 1), 30);
		cut_text(pile, "EquipmentModel", row_str(r, 3), 20);
		put_int(pile, "EquipmentType", text_eq(row_str(r, 2), "dc") ? 1 : 2);
		json_object_set_new(pile, "Power", power(row_str(r, 4)));
		json_object_set_new(pile, "ConnectorInfos", json_array());
		json_array_append_new(piles, pile);
	}
	connectors = json_object_get(pile, "ConnectorInfos");
	json_array_append_new(connectors, connector_of(r));
	return STATUS_OK;
}

static void put_place(json_t *o, const char *name, const char *decimal)
{
	int64_t v = 0;

	if (*decimal)
		fixed_parse(decimal, 6, &v);
	json_object_set_new(o, name, json_decimal(v, 6, 6));
}

struct places { const struct exchange_peer *peer; json_t *list; int n; int64_t id[PAGE_MAX]; };

static NEOERR *take_station(const struct row *r, void *ctx)
{
	struct places *all = ctx;
	json_t *o = json_object();

	all->id[all->n++] = row_i64(r, 0);
	put_text(o, "StationID", row_str(r, 1));
	put_text(o, "OperatorID", all->peer->our_operator);
	put_text(o, "EquipmentOwnerID", all->peer->our_operator);
	cut_text(o, "StationName", row_str(r, 2), 50);
	put_text(o, "CountryCode", "CN");
	put_text(o, "AreaCode", "000000");
	cut_text(o, "Address", *row_str(r, 3) ? row_str(r, 3) : row_str(r, 2), 50);
	put_text(o, "StationTel", row_str(r, 5));
	put_text(o, "ServiceTel",
		*row_str(r, 4) ? row_str(r, 4)
			: *row_str(r, 5) ? row_str(r, 5)
							 : "-");
	put_int(o, "StationType", 1);
	put_int(o, "StationStatus", row_i64(r, 8));
	put_int(o, "ParkNums", 0);
	put_place(o, "StationLng", row_str(r, 6));
	put_place(o, "StationLat", row_str(r, 7));
	put_int(o, "Construction", 255);
	cut_text(o, "BusineHours", row_str(r, 9), 100);
	cut_text(o, "ParkInfo", row_str(r, 12), 100);
	put_text(o, "Payment", "线上");
	put_int(o, "SupportOrder", 0);
	cut_text(o, "Remark", row_str(r, 13), 100);
	json_object_set_new(o, "EquipmentInfos", json_array());
	json_array_append_new(all->list, o);
	return STATUS_OK;
}

NEOERR *serve_stations(struct exchange_call *c)
{
	int64_t page = json_scaled(c->ask, "PageNo", 0, 1), since = 1, total = 0;
	int64_t size = json_scaled(c->ask, "PageSize", 0, PAGE_USUAL);
	const char *text = json_text(c->ask, "LastQueryTime", "");
	struct places all = { .peer = c->peer, .list = json_array() };
	NEOERR *err = STATUS_OK;

	json_object_set_new(c->answer, "StationInfos", all.list);
	if (*text && !clock_parse(text, &since))
		return nerr_raise(ERR_INVALID, "LastQueryTime is no time");
	size = size < 1 ? PAGE_USUAL : size > PAGE_MAX ? PAGE_MAX : size;
	page = page < 1 ? 1 : page > 1000000 ? 1000000 : page;
	TRY(db_i64(c->db, &serve_station_count, ARGS(I64(c->peer->id), TIME(since)), &total));
	TRY(db_query(c->db, &serve_station_page,
		ARGS(I64(c->peer->id), TIME(since), I64(size), I64((page - 1) * size)), take_station,
		&all));
	for (int i = 0; i < all.n; i++)
		TRY(db_query(c->db, &serve_connectors, ARGS(I64(all.id[i])), take_connector,
			json_object_get(json_array_get(all.list, (size_t)i), "EquipmentInfos")));
	put_int(c->answer, "PageNo", page);
	put_int(c->answer, "PageCount", (total + size - 1) / size);
	put_int(c->answer, "ItemSize", total);
out:
	return nerr_pass(err);
}

/* ---- 3.4 */

static NEOERR *take_gun_state(const struct row *r, void *ctx)
{
	json_t *o = json_object();

	put_text(o, "ConnectorID", row_str(r, 1));
	put_int(o, "Status", exchange_connector_status(row_str(r, 2)));
	put_int(o, "ParkStatus", 0);
	put_int(o, "LockStatus", 0);
	json_array_append_new(ctx, o);
	return STATUS_OK;
}

NEOERR *serve_status(struct exchange_call *c)
{
	const json_t *ids = json_object_get(c->ask, "StationIDs");
	json_t *list = json_array(), *one, *states;
	size_t n = json_array_size(ids);
	NEOERR *err = STATUS_OK;

	json_object_set_new(c->answer, "StationStatusInfos", list);
	for (size_t i = 0; i < n && i < IDS_MAX; i++) {
		states = json_array();
		one = json_pack("{ssso}", "StationID", json_string_value(json_array_get(ids, i)),
			"ConnectorStatusInfos", states);
		err = db_query(c->db, &serve_station_states,
			ARGS(I64(c->peer->id), STR(json_string_value(json_array_get(ids, i)))), take_gun_state,
			states);
		if (json_array_size(states))
			json_array_append(list, one);
		json_decref(one);
		if (err != STATUS_OK)
			break;
	}
	put_int(c->answer, "Total", (int64_t)json_array_size(list));
	return nerr_pass(err);
}

/* ---- 3.5 */

struct energies { json_t *piles; int64_t total, pile; };

static json_t *tenth(int64_t energy)
{
	return json_decimal(fixed_round(energy, ENERGY_KWH / 10, ROUND_HALF_UP), ENERGY_SCALE, 1);
}

static NEOERR *take_energy(const struct row *r, void *ctx)
{
	struct energies *e = ctx;
	size_t n = json_array_size(e->piles);
	json_t *pile = n ? json_array_get(e->piles, n - 1) : NULL;

	if (!pile || !text_eq(json_text(pile, "EquipmentID", ""), row_str(r, 0))) {
		pile = json_pack("{ssso}", "EquipmentID", row_str(r, 0), "ConnectorStatsInfos",
			json_array());
		json_array_append_new(e->piles, pile);
		e->pile = 0;
	}
	e->pile += row_energy(r, 2);
	e->total += row_energy(r, 2);
	json_object_set_new(pile, "EquipmentElectricity", tenth(e->pile));
	json_array_append_new(json_object_get(pile, "ConnectorStatsInfos"),
		json_pack("{ssso}", "ConnectorID", row_str(r, 1), "ConnectorElectricity",
			tenth(row_energy(r, 2))));
	return STATUS_OK;
}

NEOERR *serve_stats(struct exchange_call *c)
{
	const char *station = json_text(c->ask, "StationID", "");
	int64_t from, to;
	struct energies e = { json_array(), 0, 0 };
	json_t *stats = json_object();
	NEOERR *err = STATUS_OK;

	json_object_set_new(c->answer, "StationStats", stats);
	json_object_set_new(stats, "EquipmentStatsInfos", e.piles);
	if (!clock_parse(json_text(c->ask, "StartTime", ""), &from) ||
		!clock_parse(json_text(c->ask, "EndTime", ""), &to) || to < from)
		return nerr_raise(ERR_INVALID, "StartTime and EndTime are no days");
	TRY(db_query(c->db, &serve_station_energy,
		ARGS(I64(c->peer->id), TIME(clock_day_start(from)), TIME(clock_day_start(to) + DAY_SECONDS),
			STR(station)),
		take_energy, &e));
	put_text(stats, "StationID", station);
	put_text(stats, "StartTime", json_text(c->ask, "StartTime", ""));
	put_text(stats, "EndTime", json_text(c->ask, "EndTime", ""));
	json_object_set_new(stats, "StationElectricity", tenth(e.total));
out:
	return nerr_pass(err);
}

/* ---- 3.6, 3.7 */

struct gun { bool found, plugged, online; int64_t id, pile_id; char state[13]; };

static NEOERR *take_gun(const struct row *r, void *ctx)
{
	struct gun *g = ctx;

	g->id = row_i64(r, 0);
	g->pile_id = row_i64(r, 1);
	text_copy(g->state, sizeof(g->state), row_str(r, 2));
	g->plugged = row_i64(r, 3) != 0;
	g->online = row_i64(r, 4) != 0;
	return STATUS_OK;
}

static NEOERR *find_gun(struct exchange_call *c, struct gun *g)
{
	memset(g, 0, sizeof(*g));
	return nerr_pass(db_find(c->db, &serve_connector,
		ARGS(I64(c->peer->id), STR(json_text(c->ask, "ConnectorID", ""))), take_gun, g,
		&g->found));
}

static void put_verdict(struct exchange_call *c, const char *seq, int reason)
{
	put_text(c->answer, seq, json_text(c->ask, seq, ""));
	put_text(c->answer, "ConnectorID", json_text(c->ask, "ConnectorID", ""));
	put_int(c->answer, "SuccStat", reason ? 1 : 0);
	put_int(c->answer, "FailReason", reason);
}

NEOERR *serve_auth(struct exchange_call *c)
{
	struct gun g;
	NEOERR *err;

	TRY(find_gun(c, &g));
	put_verdict(c, "EquipAuthSeq",
		!g.found ? 3
			: !g.online || text_eq(g.state, "fault") ? 2
			: !g.plugged && !text_eq(g.state, "plugged") ? 1
			: text_eq(g.state, "charging") || text_eq(g.state, "starting") ? 4
			: 0);
out:
	return nerr_pass(err);
}

static void put_policy(json_t *list, const struct tariff_slot *slot)
{
	char start[24];

	snprintf(start, sizeof(start), "%02d%02d00", slot->start_minute / 60 % 24,
		slot->start_minute % 60);
	json_array_append_new(list,
		json_pack("{sssoso}", "StartTime", start, "ElecPrice",
			json_decimal(slot->energy_price, MONEY_SCALE, 4), "SevicePrice",
			json_decimal(slot->service_price, MONEY_SCALE, 4)));
}

NEOERR *serve_policy(struct exchange_call *c)
{
	struct gun g;
	struct tariff t = { 0 }, own;
	struct agreement_found agreed;
	bool found = false;
	json_t *list = json_array();
	NEOERR *err;

	json_object_set_new(c->answer, "PolicyInfos", list);
	TRY(find_gun(c, &g));
	if (g.found) {
		err = tariff_for(c->db, g.pile_id, 0, clock_now(), &t);
		if (!error_is(err, ERR_NOT_FOUND) && err != STATUS_OK)
			goto out;
		error_drop(err);
		TRY(agreement_find(c->db, g.pile_id, c->peer->partner_id, clock_now(), &agreed, &found));
	}
	if (found && t.n) {
		own = t;
		agreement_tariff(&own, &agreed.terms, &t);
	}
	for (int i = 0; i < t.n && i < POLICY_MAX; i++)
		put_policy(list, &t.slot[i]);
	put_verdict(c, "EquipBizSeq", t.n ? 0 : 1);
	put_int(c->answer, "SumPeriod", (int64_t)json_array_size(list));
out:
	return nerr_pass(err);
}
