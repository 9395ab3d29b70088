/* demo_day.c - a day in the life of the demo operator: charges, recharges, failures, through the
 * same functions as real ones.
 * Owns the dice. Serves jobs/demo.c. */
#include "jobs/demo.h"

#include "base/clock.h"
#include "charge/ledger.h"
#include "charge/session.h"

#define HOURS 24
#define RECHARGE_BELOW (60 * MONEY_YUAN)
#define SAMPLES_MAX 200

/* How busy each hour is: night valley prices, lunch, after work. */
static const int weight[HOURS] = { 5, 3, 2, 2, 2, 2, 3, 4, 5, 4, 4, 6, 8, 6, 5, 4, 4, 6, 6, 5, 5, 6,
	9, 7 };

SQL(demo_day_done, "select 1 from session where requested_at >= ? and requested_at < ? limit 1");
SQL(demo_start_mode,
	"update session s join session_event e on e.session_id = s.id and e.kind = 'requested'"
	" set s.start_mode = 'app', e.detail = 'app' where s.id = ?");

static const struct bulk samples_insert = {
	"insert ignore into session_sample (session_id, at, energy, power, voltage, current, soc,"
	" connector_temperature,"
	" battery_temperature) values",
	"(?, ?, ?, ?, ?, ?, ?, ?, ?)", "", 9
};

struct dice dice_of(int64_t seed)
{
	struct dice d = { (uint64_t)seed * UINT64_C(0x9E3779B97F4A7C15) + UINT64_C(88172645463325252) };

	for (int i = 0; i < 8; i++)
		dice(&d, 2);
	return d;
}

int64_t dice(struct dice *d, int64_t sides)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return (int64_t)(d->state % (uint64_t)sides);
}

static int64_t between(struct dice *d, int64_t low, int64_t high)
{
	return low + dice(d, high - low + 1);
}

/* One planned charge. */
struct charge {
	int64_t start, seconds, energy;
	int connector, member, soc_from, soc_to;
	enum { CHARGE_WELL, CHARGE_START_FAILED, CHARGE_BILL_DIFFERS, CHARGE_METER_MAD } kind;
};

struct living {
	struct db *db;
	const struct demo *demo;
	int64_t day, sessions, connector_free[DEMO_CONNECTORS], member_free[DEMO_MEMBERS];
	struct dice dice;
	int recharges;
};

static int64_t pick_second(struct dice *d, int64_t day)
{
	int total = 0, at;

	for (int i = 0; i < HOURS; i++)
		total += weight[i];
	at = (int)dice(d, total);
	for (int hour = 0; hour < HOURS; hour++) {
		at -= weight[hour];
		if (at < 0)
			return day + hour * 3600 + dice(d, 3600);
	}
	return day;
}

/* People charge where they belong; one time in five somewhere else, which may be the other
 * provider's (I6). */
static bool suits(struct living *l, int member, int connector)
{
	const struct demo_member *m = &l->demo->member[member];

	return l->demo->connector[connector].station == m->station || dice(&l->dice, 5) == 0;
}

static bool find_pair(struct living *l, struct charge *c)
{
	for (int tries = 0; tries < 60; tries++) {
		c->connector = (int)dice(&l->dice, l->demo->connectors);
		c->member = (int)dice(&l->dice, l->demo->members);
		if (suits(l, c->member, c->connector) && l->connector_free[c->connector] < c->start &&
			l->member_free[c->member] < c->start)
			return true;
	}
	return false;
}

/* The battery decides: from soc_from towards full, at what the pile and the car give together. */
static bool plan(struct living *l, int64_t start, struct charge *c)
{
	struct dice *d = &l->dice;
	int64_t power_w, capacity_wh = between(d, 45, 80) * 1000, wh;

	memset(c, 0, sizeof(*c));
	c->start = start;
	if (!find_pair(l, c))
		return false;
	power_w = l->demo->connector[c->connector].power_w;
	power_w = power_w > 60000 ? between(d, 45000, 60000) : power_w * between(d, 85, 96) / 100;
	c->soc_from = (int)between(d, 12, 55);
	c->soc_to = (int)between(d, c->soc_from + 20, 98);
	wh = capacity_wh * (c->soc_to - c->soc_from) / 100;
	c->seconds = wh * 3600 / power_w;
	if (c->seconds > 5 * 3600)
		c->seconds = 5 * 3600 - dice(d, 1800);
	c->energy = power_w * c->seconds / 360;          /* 1e-4 kWh: W s / 3600 / 1000 * 10000 */
	c->kind = dice(d, 45) == 0 ? CHARGE_START_FAILED : CHARGE_WELL;
	return true;
}

static int64_t energy_at(const struct charge *c, int64_t second)
{
	/* a little slower at both ends, so that the curve looks like one; exact at 0 and at the end */
	int64_t bend =
		second * (c->seconds - second) * (2 * second - c->seconds) / (c->seconds * c->seconds);

	return c->energy * second / c->seconds - c->energy * bend / (c->seconds * 2);
}

static NEOERR *write_curve(struct living *l, int64_t session_id, const struct charge *c,
	int64_t power_w)
{
	static struct arg args[SAMPLES_MAX * 9];
	static char power[SAMPLES_MAX][FIXED_TEXT], volt[SAMPLES_MAX][FIXED_TEXT],
		ampere[SAMPLES_MAX][FIXED_TEXT];
	int64_t step = (c->seconds / SAMPLES_MAX / 60 + 1) * 60;
	struct arg *a = args;
	int rows = 0;

	for (int64_t s = 60; s < c->seconds && rows < SAMPLES_MAX; s += step, rows++) {
		int64_t w = (energy_at(c, s) - energy_at(c, s - 60)) * 360 / 60,
				dv = power_w > 20000 ? 3600 + s * 400 / c->seconds : 2200;

		*a++ = I64(session_id);
		*a++ = TIME(c->start + s);
		*a++ = ENERGY(energy_at(c, s));
		*a++ = STR(fixed_format(w, 3, 3, power[rows]));
		*a++ = STR(fixed_format(dv, 1, 1, volt[rows]));
		*a++ = STR(fixed_format(w * 100 / dv, 1, 1, ampere[rows]));
		*a++ = I64(c->soc_from + (c->soc_to - c->soc_from) * s / c->seconds);
		*a++ = I64(30 + s * 15 / c->seconds);
		*a++ = I64(25 + s * 10 / c->seconds);
	}
	return nerr_pass(db_bulk(l->db, &samples_insert, args, rows, NULL));
}

static struct purse purse_of(const struct demo_member *m, bool card)
{
	return card ? (struct purse){ OWNER_CARD, m->card_id } : (struct purse){ OWNER_MEMBER, m->id };
}

/* M2: who runs low comes to the counter some minutes before; every fourth time there is a gift
 * with it. */
static NEOERR *recharge_if_low(struct living *l, const struct demo_member *m, bool card, int64_t at)
{
	char key[60];
	struct journal j = { .kind = JOURNAL_RECHARGE,
		.dedupe_key = key,
		.provider_id = l->demo->provider[m->provider],
		.station_id = l->demo->station[m->station],
		.member_id = m->id,
		.card_id = card ? m->card_id : 0,
		.purse = purse_of(m, card),
		.operator= "demo" };
	static const int64_t amounts[] = { 100, 100, 200, 300 };
	int64_t cash = amounts[dice(&l->dice, 4)] * MONEY_YUAN,
			gift = dice(&l->dice, 4) ? 0 : cash / 10;
	struct purse_balance b;
	NEOERR *err;

	TRY(purse_balance(l->db, j.purse, &b));
	if (m->vip || purse_free(&b) >= RECHARGE_BELOW)
		return STATUS_OK;
	demo_travel(at - between(&l->dice, 180, 900));
	snprintf(key, sizeof(key), "recharge:demo:%lld:%d", (long long)l->day, l->recharges++);
	TRY(purse_recharge(l->db, &j, cash, gift, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *report(struct living *l, const char *no, const struct charge *c, int64_t second,
	int64_t power_w)
{
	struct session_progress p = { .no = no,
		.at = c->start + second,
		.energy = energy_at(c, second),
		.device_amount = -1,
		.power_w = second ? power_w : 0,
		.voltage_dv = power_w > 20000 ? 3800 : 2200,
		.current_da = power_w > 20000 ? 1200 : 320,
		.soc = c->soc_from + (int)((c->soc_to - c->soc_from) * second / c->seconds),
		.connector_temperature = 35,
		.battery_temperature = 28 };

	demo_travel(p.at);
	return nerr_pass(session_progress(l->db, &p));
}

/* At the start, at each half hour (so the running fee is that of the prices), at the end. */
static NEOERR *report_all(struct living *l, const char *no, const struct charge *c, int64_t power_w)
{
	int64_t at = c->start;
	NEOERR *err;

	TRY(report(l, no, c, 0, power_w));
	while ((at = rating_half_hour_end(at)) < c->start + c->seconds)
		TRY(report(l, no, c, at - c->start, power_w));
	TRY(report(l, no, c, c->seconds, power_w));
out:
	return nerr_pass(err);
}

static NEOERR *settle(struct living *l, const struct start_result *s, const struct charge *c)
{
	const struct demo_connector *at = &l->demo->connector[c->connector];
	int64_t meter = 1000000 + at->id * 100000 + (l->day / DAY_SECONDS % 100000) * 5000000,
			end = c->start + c->seconds;
	struct session_record r = { .protocol = "ykc",
		.pile_serial = at->serial,
		.no = s->no,
		.started = c->start,
		.ended = end,
		.energy = c->energy,
		.meter_start = meter,
		.meter_end = meter + c->energy,
		.amount = -1,
		.mode = START_CARD,
		.connector_number = at->number,
		.device_reason = c->soc_to >= 95 ? 0x41 : 0x40,
		.reason = c->soc_to >= 95 ? STOP_FULL : STOP_DRIVER,
		.raw = s->no,
		.raw_len = strlen(s->no) };
	enum record_outcome outcome;
	struct session_view v;
	NEOERR *err;

	TRY(session_get(l->db, s->session_id, &v));
	r.amount = v.amount / MONEY_FEN * MONEY_FEN;     /* the pile's bill: the running fee */
	if (c->kind == CHARGE_BILL_DIFFERS)
		r.amount += 5 * MONEY_YUAN;
	if (c->kind == CHARGE_METER_MAD)
		r.energy += 600 * ENERGY_KWH;
	demo_travel(end + 4);
	TRY(session_settle(l->db, &r, &outcome));
	if (outcome != RECORD_SETTLED)
		err = nerr_raise(ERR_INVALID, "demo session %s was not settled", s->no);
out:
	return nerr_pass(err);
}

static NEOERR *live(struct living *l, const struct charge *c)
{
	const struct demo_connector *at = &l->demo->connector[c->connector];
	const struct demo_member *m = &l->demo->member[c->member];
	/* a card counts at its own provider's stations */
	bool card = m->card_id && (at->station == 3) == m->provider;
	struct start_request q = { .connector_id = at->id,
		.member_id = m->id,
		.card_id = card ? m->card_id : 0,
		.mode = START_CARD,
		.limit_kind = LIMIT_FULL };
	int64_t power_w = c->energy * 360 / c->seconds;
	struct start_result s;
	NEOERR *err;

	TRY(recharge_if_low(l, m, card, c->start));
	demo_travel(c->start - 12);
	TRY(session_request(l->db, &q, &s));
	if (s.refusal != START_ACCEPTED)
		return STATUS_OK;
	TRY(db_exec(l->db, &demo_start_mode, ARGS(I64(s.session_id)), NULL));
	demo_travel(c->start - 5);
	TRY(session_start_answer(l->db, s.no, c->kind != CHARGE_START_FAILED,
		c->kind == CHARGE_START_FAILED ? 3 : 0));
	if (c->kind != CHARGE_START_FAILED) {
		TRY(write_curve(l, s.session_id, c, power_w));
		TRY(report_all(l, s.no, c, power_w));
		TRY(settle(l, &s, c));
	}
	l->sessions++;
out:
	return nerr_pass(err);
}

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* Growth over the weeks, more on weekends; the newest days hold what waits for a person. */
static NEOERR *live_day(struct db *db, void *ctx)
{
	struct living *l = ctx;
	int64_t start[100], now = clock_now(), today = clock_day_start(now),
						age = (today - l->day) / DAY_SECONDS;
	struct civil c;
	int n;
	NEOERR *err = STATUS_OK;

	l->db = db;
	l->sessions = l->recharges = 0;
	memset(l->connector_free, 0, sizeof(l->connector_free));
	memset(l->member_free, 0, sizeof(l->member_free));
	l->dice = dice_of(l->day);
	clock_civil(l->day, &c);
	n = (int)(24 - age / 6 + dice(&l->dice, 7) + (c.weekday >= 5 ? 6 : 0));
	for (int i = 0; i < n; i++)
		start[i] = pick_second(&l->dice, l->day);
	qsort(start, (size_t)n, sizeof(start[0]), by_time);
	for (int i = 0; i < n; i++) {
		struct charge charge;

		if (!plan(l, start[i], &charge) || charge.start + charge.seconds > now - 60)
			continue;
		if (age <= 3 && i == 5 && charge.kind == CHARGE_WELL)
			charge.kind = age == 2 ? CHARGE_METER_MAD : CHARGE_BILL_DIFFERS;
		l->connector_free[charge.connector] = l->member_free[charge.member] =
			start[i] + charge.seconds + 300;
		TRY(live(l, &charge));
	}
out:
	demo_come_back();
	return nerr_pass(err);
}

NEOERR *demo_day(struct db *db, const struct demo *d, int64_t day, int64_t *sessions)
{
	struct living l = { .demo = d, .day = day };
	int64_t done;
	NEOERR *err;

	*sessions = 0;
	TRY(db_i64(db, &demo_day_done, ARGS(TIME(day), TIME(day + DAY_SECONDS)), &done));
	if (done)
		return STATUS_OK;
	TRY(db_tx(db, live_day, &l));
	*sessions = l.sessions;
out:
	return nerr_pass(err);
}
