/* demo_place.c - the demo operator's places and people: two providers, four stations, 24 piles with
 * 40 connectors, 30 members.
 * Owns the names and numbers. Serves jobs/demo.c.
 *
 * Piles carry the serials 32010600000SPP: S is the station (1-4), PP the pile (01-08); what a
 * virtual fleet must say to be known. */
#include "jobs/demo.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/department.h"
#include "charge/member.h"
#include "charge/tariff.h"

#define COMPLETE "演示数据"                  /* the first provider's note once all days are made */
#define FIRST_PHONE INT64_C(13900010001)

static const struct {
	const char *name, *contact, *phone, *service_phone;
} providers[DEMO_PROVIDERS] = {
	{ "城光新能源", "周启明", "13851000001", "4008001001" },
	{ "星程出行", "林若溪", "13851000002", "4008001002" },
};
static const struct { const char *name, *contact, *phone, *address; } properties[DEMO_PROVIDERS] = {
	{ "城光物业服务", "陈国栋", "13851000011", "江宁区秣周东路12号" },
	{ "星程停车管理", "宋雨桐", "13851000012", "建邺区江东中路98号" },
};
/* power: W of a connector; piles of `twin` have two. */
static const struct place {
	const char *name, *short_name, *address, *areas[2], *longitude, *latitude;
	int provider, piles, twin, power_w;
	bool dc;
} places[DEMO_STATIONS] = {
	{ "江宁科学园快充站", "科学园", "江宁区天元东路391号", { "一区 超充", "二区 快充" },
		"118.836520", "31.938120", 0, 8, 6, 120000, true },
	{ "紫金山东麓停车场充电站", "紫金山", "玄武区环陵路7号", { "地面区", "树荫区" }, "118.869410",
		"32.061730", 0, 6, 4, 60000, true },
	{ "河西中央公园地下充电站", "河西", "建邺区江东中路237号", { "B1 东区", "B1 西区" },
		"118.722350", "32.002480", 0, 6, 2, 7000, false },
	{ "仙林大学城充电站", "仙林", "栖霞区文苑路18号", { "北区", "南区" }, "118.917260", "32.105940",
		1, 4, 4, 80000, true },
};
static const char *const surnames[] = { "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴",
	"徐", "孙", "胡", "朱", "高" };
static const char *const given[] = { "明轩", "思远", "雨涵", "子墨", "佳怡", "浩然", "欣妍", "志强", "晓雯", "建国" };

SQL(demo_find, "select id from provider where name = ? and deleted = 0");
SQL(demo_is_complete,
	"select 1 from provider where name = ? and note = '" COMPLETE "' and deleted = 0");
SQL(demo_set_complete, "update provider set note = '" COMPLETE "' where name = ? and deleted = 0");
SQL(demo_provider,
	"insert into provider (name, contact, phone, service_phone, email, audit_status, created_at,"
	" updated_at)"
	" values (?, ?, ?, ?, '', 'approved', ?, ?)");
SQL(demo_property,
	"insert into property (provider_id, name, contact, phone, province, city, address,"
	" created_at, updated_at)"
	" values (?, ?, ?, ?, '江苏省', '南京市', ?, ?, ?)");
SQL(demo_station,
	"insert into station (provider_id, property_id, code, name, short_name, contact, phone,"
	" hotline, intro, max_power,"
	" province, city, address, longitude, latitude, tariff_id, created_at, updated_at)"
	" values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '江苏省', '南京市', ?, ?, ?, ?, ?, ?)");
SQL(demo_seller,
	"insert into invoice_seller (station_id, company, tax_no, address, phone, bank, bank_no,"
	" drawer, payee, reviewer, created_at, updated_at) values (?, concat(?, '有限公司'),"
	" '91320115MA1NJ0070Q', ?, ?, '中国银行南京分行', '4600123456789', ?, '王会计', '李主管', ?, ?)");
SQL(demo_area,
	"insert into area (station_id, code, name, power, is_default, created_at, updated_at) values"
	" (?, ?, ?, ?, ?, ?, ?)");
SQL(demo_pile,
	"insert into pile (station_id, area_id, code, serial, name, current_type, model,"
	" device_version, connector_count,"
	" rated_power, rated_voltage, charge_type, speed, communication, protocol, created_at,"
	" updated_at) values (?, ?, ?, ?, ?, ?, ?, 'V2.3.1', ?, ?, ?, ?, ?, '4G', ?, ?, ?)");
SQL(demo_connector,
	"insert into connector (pile_id, station_id, number, code, name, type, created_at, updated_at)"
	" values (?, ?, ?, ?, ?, ?, ?, ?)");
SQL(demo_tariff,
	"insert into tariff (provider_id, name, method, note, created_at, updated_at) values (?, ?,"
	" ?, ?, ?, ?)");
SQL(demo_member,
	"insert into member (no, provider_id, station_id, name, nickname, phone, sex, plate,"
	" tariff_id, certified, source,"
	" created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)");
SQL(demo_card_insert,
	"insert into card (no, kind, member_id, provider_id, station_id, physical_no, logical_no,"
	" created_at, updated_at)"
	" values (?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(demo_read_connectors,
	"select c.id, p.id, substr(p.serial, 12, 1) - 1, p.rated_power, p.serial, c.number from"
	" connector c"
	" join pile p on p.id = c.pile_id where p.serial like '32010600000%' and p.deleted = 0 and"
	" c.deleted = 0"
	" order by p.serial, c.number limit 40");
SQL(demo_read_members,
	"select m.id, coalesce(k.id, 0), m.provider_id, coalesce(m.station_id, 0), m.tariff_id is not"
	" null from member m"
	" left join card k on k.member_id = m.id and k.deleted = 0 and k.status = 'enabled'"
	" where m.phone between '13900010001' and '13900010030' and m.deleted = 0 order by m.phone,"
	" k.id limit 30");

static NEOERR *make_owners(struct db *db, struct demo *d, int64_t now)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < DEMO_PROVIDERS; i++) {
		TRY(db_insert(db, &demo_provider,
			ARGS(STR(providers[i].name), STR(providers[i].contact), STR(providers[i].phone),
				STR(providers[i].service_phone), TIME(now), TIME(now)),
			&d->provider[i]));
		TRY(db_insert(db, &demo_property,
			ARGS(I64(d->provider[i]), STR(properties[i].name), STR(properties[i].contact),
				STR(properties[i].phone), STR(properties[i].address), TIME(now), TIME(now)),
			&d->property[i]));
		TRY(department_root(db, d->provider[i], 0, 0));
		TRY(department_root(db, d->provider[i], d->property[i], 0));
	}
out:
	return nerr_pass(err);
}

#define SLOT(from, to, type, energy, service) { (from) * 60, (to) * 60, PRICE_##type, energy, service }

static NEOERR *make_tariff(struct db *db, int64_t provider_id, const char *name, const char *method,
	const char *note, struct tariff *t, int64_t now, int64_t *id)
{
	NEOERR *err;

	t->effective_at = clock_day_start(now);
	TRY(db_insert(db, &demo_tariff,
		ARGS(I64(provider_id), STR(name), STR(method), STR(note), TIME(now), TIME(now)), id));
	TRY(tariff_version_add(db, *id, t, 0, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *make_tariffs(struct db *db, struct demo *d, int64_t now)
{
	struct tariff tou = { .n = 7,
		.slot = { SLOT(0, 8, VALLEY, 35000, 45000), SLOT(8, 11, PEAK, 108000, 35000),
			SLOT(11, 17, FLAT, 68000, 40000), SLOT(17, 19, PEAK, 108000, 35000),
			SLOT(19, 21, SHARP, 132000, 30000), SLOT(21, 22, FLAT, 68000, 40000),
			SLOT(22, 24, VALLEY, 35000, 45000) },
		.booking = { 60, 2 * MONEY_YUAN },
		.occupancy = { 15, 30, 2 * MONEY_YUAN, 30 * MONEY_YUAN } };
	struct tariff unified = { .n = 1, .slot = { SLOT(0, 24, FLAT, 80000, 30000) } };
	struct tariff vip = { .n = 1, .slot = { SLOT(0, 24, FLAT, 0, 0) } };
	NEOERR *err;

	TRY(make_tariff(db, d->provider[0], "城光分时电价", "tou", "尖峰平谷", &tou, now, &d->tariff_tou));
	TRY(make_tariff(db, d->provider[1], "星程统一电价", "unified", "", &unified, now,
		&d->tariff_unified));
	TRY(make_tariff(db, d->provider[0], "城光VIP免费", "unified", "用户权益", &vip, now, &d->tariff_vip));
out:
	return nerr_pass(err);
}

static NEOERR *make_connectors(struct db *db, struct demo *d, const struct place *p, int station,
	int64_t pile_id, const char *serial, int n, int64_t now)
{
	static const char *const names[] = { "A枪", "B枪" };
	char code[20];
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < n && d->connectors < DEMO_CONNECTORS; i++) {
		struct demo_connector *c = &d->connector[d->connectors++];

		snprintf(code, sizeof(code), "%.14s%02d", serial, i + 1);
		*c = (struct demo_connector){ .pile_id = pile_id,
			.station = station,
			.power_w = p->power_w,
			.number = i + 1 };
		text_copy(c->serial, sizeof(c->serial), serial);
		TRY(db_insert(db, &demo_connector,
			ARGS(I64(pile_id), I64(d->station[station]), I64(i + 1), STR(code), STR(names[i]),
				STR(p->dc ? "gbt_dc" : "gbt_ac"), TIME(now), TIME(now)),
			&c->id));
	}
out:
	return nerr_pass(err);
}

static NEOERR *make_piles(struct db *db, struct demo *d, int station, int64_t now)
{
	const struct place *p = &places[station];
	char serial[40], code[40], name[60];
	int64_t id, kw = p->power_w / 1000;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < p->piles; i++) {
		int connectors = i < p->twin ? 2 : 1;
		bool ocpp = !p->dc && i == p->piles - 1;         /* one that speaks the other protocol */

		snprintf(serial, sizeof(serial), "32010600000%d%02d", station + 1, i + 1);
		snprintf(code, sizeof(code), "NJ%d%02d", station + 1, i + 1);
		snprintf(name, sizeof(name), "%s%02d号桩", p->short_name, i + 1);
		TRY(db_insert(db, &demo_pile,
			ARGS(I64(d->station[station]), I64(d->area[station][i * 2 / p->piles]), STR(code),
				STR(serial), STR(name), STR(p->dc ? "dc" : "ac"), STR(p->dc ? "CG-DC" : "CG-AC"),
				I64(connectors), I64(kw), I64(p->dc ? 750 : 220), STR(p->dc ? "floor" : "wall"),
				STR(kw >= 120   ? "super"
						: p->dc ? "fast"
					: "slow"),
				STR(ocpp ? "ocpp16" : "ykc"), TIME(now), TIME(now)),
			&id));
		TRY(make_connectors(db, d, p, station, id, serial, connectors, now));
	}
out:
	return nerr_pass(err);
}

static NEOERR *make_station(struct db *db, struct demo *d, int station, int64_t now)
{
	const struct place *p = &places[station];
	char code[40];
	int64_t tariff = p->provider ? d->tariff_unified : d->tariff_tou;
	NEOERR *err;

	snprintf(code, sizeof(code), "NJ%03d", station + 1);
	TRY(db_insert(db, &demo_station,
		ARGS(I64(d->provider[p->provider]), I64(d->property[p->provider]), STR(code), STR(p->name),
			STR(p->short_name), STR(properties[p->provider].contact),
			STR(properties[p->provider].phone), STR(providers[p->provider].service_phone),
			STR("24小时开放，停车场内设有休息区。"), I64(p->power_w / 1000 * p->piles),
			STR(p->address), STR(p->longitude), STR(p->latitude), I64(tariff), TIME(now),
			TIME(now)),
		&d->station[station]));
	for (int i = 0; i < 2; i++) {
		snprintf(code, sizeof(code), "NJ%03d-%d", station + 1, i + 1);
		TRY(db_insert(db, &demo_area,
			ARGS(I64(d->station[station]), STR(code), STR(p->areas[i]),
				I64(p->power_w / 2000 * p->piles), I64(i == 0), TIME(now), TIME(now)),
			&d->area[station][i]));
	}
	TRY(db_exec(db, &demo_seller,
		ARGS(I64(d->station[station]), STR(properties[p->provider].name),
			STR(properties[p->provider].address), STR(providers[p->provider].service_phone),
			STR(properties[p->provider].contact), TIME(now), TIME(now)),
		NULL));
	TRY(make_piles(db, d, station, now));
out:
	return nerr_pass(err);
}

/* Members 1-20 belong to the first provider, the rest to the second; every third holds no card and
 * pays by wallet; two cards are of plastic; member 5 is a VIP (P2). */
static NEOERR *make_card(struct db *db, const struct demo *d, struct demo_member *m, int i,
	int64_t now)
{
	bool physical = i % 10 == 3;
	char no[10], physical_no[24];
	NEOERR *err = STATUS_OK;

	if (i % 3 == 2)
		return STATUS_OK;
	snprintf(physical_no, sizeof(physical_no), "00000000D14B%04d", i);
	TRY(card_new_no(db, no));
	TRY(db_insert(db, &demo_card_insert,
		ARGS(STR(no), STR(physical ? "physical" : "electronic"), I64(m->id),
			I64(d->provider[m->provider]), NULLARG, STR(physical ? physical_no : NULL),
			STR(physical ? no : NULL), TIME(now), TIME(now)),
		&m->card_id));
out:
	return nerr_pass(err);
}

static NEOERR *make_member(struct db *db, struct demo *d, int i, int64_t now)
{
	struct demo_member *m = &d->member[d->members++];
	char no[10], name[40], phone[16], plate[20];
	NEOERR *err;

	*m = (struct demo_member){ .provider = i >= 20, .station = i >= 20 ? 3 : i % 3, .vip = i == 4 };
	snprintf(name, sizeof(name), "%s%s", surnames[i % 15], given[(i * 7) % 10]);
	snprintf(phone, sizeof(phone), "%lld", (long long)(FIRST_PHONE + i));
	snprintf(plate, sizeof(plate), "苏AD%05d", 10086 + i * 1379);
	TRY(member_new_no(db, no));
	TRY(db_insert(db, &demo_member,
		ARGS(STR(no), I64(d->provider[m->provider]), i % 4 ? NULLARG : I64(d->station[m->station]),
			STR(name), STR(""), STR(phone), STR(i % 5 == 2 || i % 5 == 4 ? "female" : "male"),
			STR(plate), m->vip ? I64(d->tariff_vip) : NULLARG, STR(i % 3 ? "online" : "offline"),
			TIME(now), TIME(now)),
		&m->id));
	TRY(make_card(db, d, m, i, now));
out:
	return nerr_pass(err);
}

static NEOERR *make_all(struct db *db, struct demo *d, int64_t now)
{
	NEOERR *err;

	TRY(make_owners(db, d, now));
	TRY(make_tariffs(db, d, now));
	for (int i = 0; i < DEMO_STATIONS; i++)
		TRY(make_station(db, d, i, now));
	for (int i = 0; i < DEMO_MEMBERS; i++)
		TRY(make_member(db, d, i, now));
out:
	return nerr_pass(err);
}

static NEOERR *take_connector(const struct row *r, void *ctx)
{
	struct demo *d = ctx;
	struct demo_connector *c = &d->connector[d->connectors++];

	*c = (struct demo_connector){ .id = row_i64(r, 0),
		.pile_id = row_i64(r, 1),
		.station = (int)row_i64(r, 2),
		.power_w = (int)(row_money(r, 3) / MONEY_YUAN * 1000),
		.number = (int)row_i64(r, 5) };
	text_copy(c->serial, sizeof(c->serial), row_str(r, 4));
	return STATUS_OK;
}

static NEOERR *take_member(const struct row *r, void *ctx)
{
	struct demo *d = ctx;
	struct demo_member *m = &d->member[d->members++];

	*m = (struct demo_member){ .id = row_i64(r, 0),
		.card_id = row_i64(r, 1),
		.provider = row_i64(r, 2) == d->provider[1],
		.vip = row_i64(r, 4) != 0 };
	m->station = m->provider ? 3 : (d->members - 1) % 3;
	return STATUS_OK;
}

NEOERR *demo_place(struct db *db, int64_t since, struct demo *d)
{
	NEOERR *err = STATUS_OK;

	memset(d, 0, sizeof(*d));
	for (int i = 0; i < DEMO_PROVIDERS; i++)
		TRY(db_i64(db, &demo_find, ARGS(STR(providers[i].name)), &d->provider[i]));
	if (d->provider[0] == 0)
		TRY(make_all(db, d, since));
	else {
		TRY(db_query(db, &demo_read_connectors, NOARGS, take_connector, d));
		TRY(db_query(db, &demo_read_members, NOARGS, take_member, d));
	}
out:
	return nerr_pass(err);
}

NEOERR *demo_complete(struct db *db, bool *complete)
{
	int64_t found;
	NEOERR *err = db_i64(db, &demo_is_complete, ARGS(STR(providers[0].name)), &found);

	*complete = err == STATUS_OK && found;
	return nerr_pass(err);
}

NEOERR *demo_finish(struct db *db)
{
	return nerr_pass(db_exec(db, &demo_set_complete, ARGS(STR(providers[0].name)), NULL));
}
