/* remote_station.c - stations and connectors of other platforms as they tell them: mirrored, never
 * edited.
 * Owns tables remote_station and remote_connector. Serves remote.h. */
#include "charge/remote.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"

SQL(remote_station_put,
	"insert into remote_station (exchange_peer_id, provider_id, code, name, address, phone, hours,"
	" park_info, longitude, latitude, state, seen_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	" on duplicate key update name = values(name), address = values(address), phone ="
	" values(phone), hours = values(hours), park_info = values(park_info), longitude ="
	" values(longitude), latitude = values(latitude), state = values(state), seen_at ="
	" values(seen_at)");
SQL(remote_station_id, "select id from remote_station where exchange_peer_id = ? and code = ?");
SQL(remote_connector_put,
	"insert into remote_connector (remote_station_id, exchange_peer_id, code, name, type, power)"
	" values (?, ?, ?, ?, ?, ?) on duplicate key update remote_station_id ="
	" values(remote_station_id), name = values(name), type = values(type), power ="
	" values(power)");
SQL(remote_connector_state,
	"update remote_connector set state = ?, state_at = ? where exchange_peer_id = ? and code = ?");
SQL(remote_station_prices,
	"update remote_station s join remote_connector c on c.remote_station_id = s.id set s.prices ="
	" ? where c.exchange_peer_id = ? and c.code = ?");

static void cut(char *out, size_t room, const json_t *o, const char *name, size_t chars)
{
	char text[1000];

	text_copy(text, sizeof(text), json_text(o, name, ""));
	text_scrub(text);
	text[text_cut(text, chars)] = '\0';
	text_copy(out, room, text);
}

static struct arg place(char buf[FIXED_TEXT], const json_t *o, const char *name)
{
	int64_t v = json_scaled(o, name, 6, 0);

	return v ? STR(fixed_format(v, 6, 6, buf)) : NULLARG;
}

struct mirror { struct db *db; const struct exchange_peer *peer; int64_t station_id; };

static NEOERR *take_connector(const struct mirror *m, const json_t *o)
{
	char name[250], power[FIXED_TEXT];

	cut(name, sizeof(name), o, "ConnectorName", 60);
	return nerr_pass(db_exec(m->db, &remote_connector_put,
		ARGS(I64(m->station_id), I64(m->peer->id), STR(json_text(o, "ConnectorID", "")), STR(name),
			I64(json_scaled(o, "ConnectorType", 0, 4)),
			STR(fixed_format(json_scaled(o, "Power", 1, 0), 1, 1, power))),
		NULL));
}

static NEOERR *take_piles(const struct mirror *m, const json_t *piles)
{
	const json_t *pile, *gun;
	size_t i, k;
	NEOERR *err = STATUS_OK;

	json_array_foreach(piles, i, pile)
		json_array_foreach(json_object_get(pile, "ConnectorInfos"), k, gun)
			TRY(take_connector(m, gun));
out:
	return nerr_pass(err);
}

static NEOERR *take_station(struct mirror *m, const json_t *o)
{
	char name[400], address[900], phone[130], hours[450], park[450], lng[FIXED_TEXT],
		lat[FIXED_TEXT];
	const char *code = json_text(o, "StationID", "");
	NEOERR *err;

	cut(name, sizeof(name), o, "StationName", 80);
	cut(address, sizeof(address), o, "Address", 200);
	cut(phone, sizeof(phone), o, "ServiceTel", 30);
	cut(hours, sizeof(hours), o, "BusineHours", 100);
	cut(park, sizeof(park), o, "ParkInfo", 100);
	TRY(db_exec(m->db, &remote_station_put,
		ARGS(I64(m->peer->id), I64(m->peer->provider_id), STR(code), STR(name), STR(address),
			STR(phone), STR(hours), STR(park), place(lng, o, "StationLng"),
			place(lat, o, "StationLat"), I64(json_scaled(o, "StationStatus", 0, 0)),
			TIME(clock_now())),
		NULL));
	TRY(db_i64(m->db, &remote_station_id, ARGS(I64(m->peer->id), STR(code)), &m->station_id));
	TRY(take_piles(m, json_object_get(o, "EquipmentInfos")));
out:
	return nerr_pass(err);
}

/* The prices of a station are those of its first connector. */
static NEOERR *ask_prices(struct db *db, const struct exchange_peer *p, const json_t *station)
{
	const json_t *guns = json_object_get(
		json_array_get(json_object_get(station, "EquipmentInfos"), 0), "ConnectorInfos");
	const char *code = json_text(json_array_get(guns, 0), "ConnectorID", "");
	char seq[EXCHANGE_SEQ], key[110], day[CLOCK_TEXT];
	json_t *ask;
	NEOERR *err;

	if (!*code)
		return STATUS_OK;
	snprintf(seq, sizeof(seq), "%.9s%018lld", p->our_operator, (long long)clock_now_ms());
	snprintf(key, sizeof(key), "exchange:%lld:price:%s:%.40s", (long long)p->id,
		clock_format_day(clock_now(), day), code);
	ask = json_pack("{ssss}", "EquipBizSeq", seq, "ConnectorID", code);
	err = exchange_send(db, p, "query_equip_business_policy", ask, key);
	json_decref(ask);
	return nerr_pass(err);
}

static NEOERR *ask_next(struct db *db, const struct exchange_peer *p, const json_t *ask,
	const json_t *answer)
{
	int64_t page = json_scaled(answer, "PageNo", 0, 1),
		count = json_scaled(answer, "PageCount", 0, 1);
	json_t *next;
	NEOERR *err;

	if (page >= count || page != json_scaled(ask, "PageNo", 0, 1) || page > 100000)
		return STATUS_OK;
	next = json_deep_copy(ask);
	json_object_set_new(next, "PageNo", json_integer(page + 1));
	err = exchange_send(db, p, "query_stations_info", next, NULL);
	json_decref(next);
	return nerr_pass(err);
}

struct taking { const struct exchange_peer *peer; const json_t *ask, *answer; };

static NEOERR *stations_tx(struct db *db, void *ctx)
{
	const struct taking *t = ctx;
	struct mirror m = { db, t->peer, 0 };
	const json_t *station;
	size_t i;
	NEOERR *err = STATUS_OK;

	json_array_foreach(json_object_get(t->answer, "StationInfos"), i, station) {
		TRY(take_station(&m, station));
		TRY(ask_prices(db, t->peer, station));
	}
	TRY(ask_next(db, t->peer, t->ask, t->answer));
out:
	return nerr_pass(err);
}

NEOERR *remote_stations_take(struct db *db, const struct exchange_peer *p, const json_t *ask,
	const json_t *answer)
{
	struct taking t = { p, ask, answer };

	return nerr_pass(db_tx(db, stations_tx, &t));
}

/* Section 3.3, in our words; a reserved one is as good as taken. */
static const char *state_word(int64_t status)
{
	switch (status) {
	case 1: return "idle";
	case 2:
	case 4: return "plugged";
	case 3: return "charging";
	case 255: return "fault";
	default: return "offline";
	}
}

NEOERR *remote_state_take(struct db *db, const struct exchange_peer *p, const json_t *info,
	bool *known)
{
	int64_t n = 0;
	NEOERR *err = db_exec(db, &remote_connector_state,
		ARGS(STR(state_word(json_scaled(info, "Status", 0, 0))), TIME(clock_now()), I64(p->id),
			STR(json_text(info, "ConnectorID", ""))),
		&n);

	*known = n > 0;
	return nerr_pass(err);
}

NEOERR *remote_states_take(struct db *db, const struct exchange_peer *p, const json_t *answer)
{
	const json_t *station, *info;
	size_t i, k;
	bool known;
	NEOERR *err = STATUS_OK;

	json_array_foreach(json_object_get(answer, "StationStatusInfos"), i, station)
		json_array_foreach(json_object_get(station, "ConnectorStatusInfos"), k, info)
			TRY(remote_state_take(db, p, info, &known));
out:
	return nerr_pass(err);
}

NEOERR *remote_policy_take(struct db *db, const struct exchange_peer *p, const json_t *answer)
{
	char *text;
	NEOERR *err = STATUS_OK;

	if (json_scaled(answer, "SuccStat", 0, 1) != 0)
		return STATUS_OK;
	text = json_dumps(json_object_get(answer, "PolicyInfos"),
		JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	if (text && strlen(text) <= 4000)
		err = db_exec(db, &remote_station_prices,
			ARGS(STR(text), I64(p->id), STR(json_text(answer, "ConnectorID", ""))), NULL);
	free(text);
	return nerr_pass(err);
}
