/* demo_desk.c - the demo's paperwork: what the service desk heard, readings of a station's meter,
 * a settlement bill of a property and a bill between the two partners.
 * Owns the names and words. Serves jobs/demo.c. */
#include "jobs/demo.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/partner.h"
#include "charge/review.h"
#include "charge/settlement.h"
#include "charge/split.h"
#include "charge/tariff.h"

#define METER_DAYS 40
#define BILL_DAYS 60
#define OPEN_DAYS 10                         /* the newest are not confirmed (demo.c) */
#define HOUR 3600
#define SHARED_MAX 120

SQL(desk_there, "select count(*) from call_record where provider_id = ?");
SQL(desk_call,
	"insert into call_record (provider_id, property_id, name, phone, agent, agent_phone, called_at,"
	" content, created_at, updated_at) values (?, ?, ?, ?, '小林', '02585550101', ?, ?, ?, ?)");
SQL(desk_fault,
	"insert into fault_record (provider_id, property_id, name, phone, repairer, repairer_phone,"
	" brief, detail, solution, created_at, updated_at) values (?, ?, ?, ?, '老张', '13851600102', ?,"
	" ?, ?, ?, ?)");
SQL(desk_session,
	"select id, member_id from session where provider_id = ? and state = 'finished' and member_id"
	" is not null and ended_at > ? order by id limit 4");
SQL(desk_feedback, "select max(id) from feedback where member_id = ?");
SQL(desk_review, "select max(id) from review where member_id = ?");

SQL(desk_cost,
	"insert into tariff (provider_id, kind, name, method, note, created_at, updated_at) values (?,"
	" 'cost', '电网购电成本', 'unified', '', ?, ?)");
SQL(desk_cost_set, "update station set cost_tariff_id = ? where id = ?");
/* Three to five percent more than the piles count, day by day. */
SQL(desk_readings,
	"insert into meter_reading (station_id, day, reading, multiplier, reader, created_at,"
	" updated_at) select ?, a.d, 52800 + (select coalesce(sum(b.energy / (0.97 - day(b.ended_at)"
	" mod 3 / 100)), 0) / 40 from session b where b.station_id = ? and b.state = 'finished' and"
	" b.ended_at >= ? and b.ended_at < a.d + interval 1 day), 40, '老张', ?, ? from (select distinct"
	" date(ended_at) d from session where station_id = ? and ended_at >= ? and ended_at < ?) a");
SQL(desk_rate,
	"insert into loss_rate (station_id, from_day, rate, created_at, updated_at) values (?, ?, 4.5,"
	" ?, ?)");
SQL(desk_rule,
	"insert into settlement_rule (provider_id, kind, cycle, bill_day, created_at, updated_at)"
	" values (?, 'property', 'month', 3, ?, ?)");
SQL(desk_plan,
	"insert into split_plan (station_id, name, from_day, created_at, updated_at) values"
	" (?, ?, ?, ?, ?)");
SQL(desk_party,
	"insert into split_party (plan_id, kind, name, fee, method, percent, created_at, updated_at)"
	" values (?, 'property', ?, 'service', 'percent', 15, ?, ?)");
SQL(desk_shared,
	"select id from session where station_id = ? and state = 'finished' and ended_at >= ? and"
	" ended_at < ? order by id limit 120");
SQL(desk_property, "select name from property where id = ?");
SQL(desk_accept,
	"update partner set state = 'accepted', answered_at = ?, updated_at = ? where id = ?");

static const struct { const char *name, *phone, *content; } calls[] = {
	{ "周女士", "13851600018", "扫码后枪未解锁，已指导重新插枪，充电正常" },
	{ "陈先生", "13851600027", "询问发票抬头如何修改，已发操作说明" },
	{ "吴先生", "13851600033", "反映3号车位被燃油车占用，已联系物业挪车" },
};
static const struct { const char *name, *phone, *brief, *detail, *solution; } faults[] = {
	{ "保安室", "13851600041", "急停按钮被按下", "一区2号桩急停灯亮，无法启动", "复位急停，试充正常" },
	{ "周女士", "13851600018", "屏幕不亮", "地面区4号桩屏幕不亮，扫码可充", "" },
};

static NEOERR *take_session(const struct row *r, void *ctx)
{
	int64_t *ids = ctx;                          /* how many, then pairs */

	ids[1 + 2 * ids[0]] = row_i64(r, 0);
	ids[2 + 2 * ids[0]++] = row_i64(r, 1);
	return STATUS_OK;
}

static NEOERR *take_name(const struct row *r, void *ctx)
{
	text_copy(ctx, 321, row_str(r, 0));
	return STATUS_OK;
}

static NEOERR *make_records(struct db *db, const struct demo *d)
{
	int64_t provider = d->provider[0], property = d->property[0], now = clock_now();
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		int64_t at = now - (int64_t)(i + 1) * 5 * HOUR;

		TRY(db_exec(db, &desk_call, ARGS(I64(provider), I64(property), STR(calls[i].name),
			STR(calls[i].phone), TIME(at), STR(calls[i].content), TIME(at), TIME(at)), NULL));
	}
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		int64_t at = now - (int64_t)(i + 1) * 9 * HOUR;

		TRY(db_exec(db, &desk_fault, ARGS(I64(provider), I64(property), STR(faults[i].name),
			STR(faults[i].phone), STR(faults[i].brief), STR(faults[i].detail),
			STR(faults[i].solution), TIME(at), TIME(at)), NULL));
	}
out:
	return nerr_pass(err);
}

/* What drivers say, and one answer each. */
static NEOERR *make_words(struct db *db, const struct demo *d)
{
	static const char *const said[] = { "充电快，车位好找", "显示功率上不去，充了很久", "", "不错" };
	static const int stars[] = { 5, 2, 4, 5 };
	const struct actor who = { .name = "小林" };
	int64_t ids[9] = { 0 }, row;
	enum review_refusal refusal;
	NEOERR *err;

	TRY(db_query(db, &desk_session,
		ARGS(I64(d->provider[0]), TIME(clock_now() - 5 * DAY_SECONDS)), take_session, ids));
	for (int i = 0; i < ids[0]; i++)
		TRY(review_add(db, ids[2 + 2 * i], ids[1 + 2 * i], stars[i], said[i], &refusal));
	if (!ids[0])
		return STATUS_OK;
	TRY(db_i64(db, &desk_review, ARGS(I64(ids[2])), &row));
	TRY(review_reply(db, row, "感谢支持", &who));
	TRY(feedback_add(db, ids[2], "希望增加夜间照明", &refusal));
	TRY(db_i64(db, &desk_feedback, ARGS(I64(ids[2])), &row));
	TRY(feedback_reply(db, row, "已转物业，本月内加装", &who));
out:
	return nerr_pass(err);
}

static NEOERR *make_meter(struct db *db, const struct demo *d)
{
	struct tariff cost = { .n = 1, .slot = { { 0, 1440, PRICE_FLAT, 62000, 0 } } };
	int64_t station = d->station[0], now = clock_now(), today = clock_day_start(now),
		from = today - METER_DAYS * DAY_SECONDS, id;
	NEOERR *err;

	demo_travel(from - DAY_SECONDS);
	err = db_insert(db, &desk_cost, ARGS(I64(d->provider[0]), TIME(now), TIME(now)), &id);
	if (err == STATUS_OK)
		err = tariff_version_add(db, id, &cost, 0, NULL);
	demo_come_back();
	if (err != STATUS_OK)
		return nerr_pass(err);
	TRY(db_exec(db, &desk_cost_set, ARGS(I64(id), I64(station)), NULL));
	TRY(db_exec(db, &desk_readings, ARGS(I64(station), I64(station), TIME(from), TIME(now),
		TIME(now), I64(station), TIME(from), TIME(today)), NULL));
	TRY(db_exec(db, &desk_rate, ARGS(I64(station), DAY(from), TIME(now), TIME(now)), NULL));
	TRY(db_exec(db, &desk_rate, ARGS(I64(d->station[1]), DAY(from), TIME(now), TIME(now)), NULL));
out:
	return nerr_pass(err);
}

struct shared { int n; int64_t id[SHARED_MAX]; };

static NEOERR *take_shared(const struct row *r, void *ctx)
{
	struct shared *s = ctx;

	if (s->n < SHARED_MAX)
		s->id[s->n++] = row_i64(r, 0);
	return STATUS_OK;
}

/* The property had a part of the service fee last month; this month it is not agreed anew. */
static NEOERR *make_shares(struct db *db, const struct demo *d, const struct settlement_wish *w)
{
	int64_t now = clock_now(), today = clock_day_start(now), plan;
	static struct shared s;
	NEOERR *err;

	s.n = 0;
	TRY(db_insert(db, &desk_plan, ARGS(I64(d->station[0]), STR("物业分成"), DAY(w->from), TIME(now),
		TIME(now)), &plan));
	TRY(db_exec(db, &desk_party, ARGS(I64(plan), STR(w->name), TIME(now), TIME(now)), NULL));
	TRY(db_query(db, &desk_shared, ARGS(I64(d->station[0]), TIME(w->from),
		TIME(w->to + DAY_SECONDS)), take_shared, &s));
	for (int i = 0; i < s.n; i++)
		TRY(split_session(db, s.id[i], ""));
	TRY(db_insert(db, &desk_plan, ARGS(I64(d->station[0]), STR("暂不分成"), DAY(today), TIME(now),
		TIME(now)), &plan));
out:
	return nerr_pass(err);
}

/* Of last month to the property, which has it to agree to; one of the partner, too. */
static NEOERR *make_bills(struct db *db, const struct demo *d)
{
	int64_t now = clock_now(), today = clock_day_start(now), id = 0, pair;
	struct settlement_wish w = { .kind = SETTLEMENT_PROPERTY, .provider_id = d->provider[0],
		.subject_id = d->property[0] };
	enum cycle_bill_refusal refusal;
	struct civil c;
	NEOERR *err;

	clock_civil(now, &c);
	(void)partner_cycle(false, c.day, today, &w.from, &w.to);
	TRY(db_get(db, &desk_property, ARGS(I64(d->property[0])), take_name, w.name));
	TRY(db_exec(db, &desk_rule, ARGS(I64(d->provider[0]), TIME(now), TIME(now)), NULL));
	TRY(make_shares(db, d, &w));
	TRY(settlement_write(db, &w, &id));
	if (id)
		TRY(settlement_confirm(db, id, 0, "", &refusal));
	TRY(partner_ask(db, d->provider[0], d->provider[1], "month", 5, "", 0, &pair));
	TRY(db_exec(db, &desk_accept, ARGS(TIME(now), TIME(now), I64(pair)), NULL));
	TRY(cycle_bill_make(db, d->provider[0], d->provider[1], today - BILL_DAYS * DAY_SECONDS,
		today - OPEN_DAYS * DAY_SECONDS, 0, &id, &refusal));
	if (refusal == BILL_OK)
		TRY(cycle_bill_confirm(db, id, SETTLE_BANK, 0, "", &refusal));
out:
	return nerr_pass(err);
}

NEOERR *demo_desk(struct db *db, const struct demo *d)
{
	int64_t there;
	NEOERR *err;

	TRY(db_i64(db, &desk_there, ARGS(I64(d->provider[0])), &there));
	if (there)
		return STATUS_OK;
	TRY(make_records(db, d));
	TRY(make_words(db, d));
	TRY(make_meter(db, d));
	TRY(make_bills(db, d));
out:
	return nerr_pass(err);
}
