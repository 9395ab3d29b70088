/* remote_order.c - the order of a charge at another platform's station: what the driver pays and
 * what we owe, once, whatever comes after; a day of orders compared.
 * Owns the final columns of remote_session. Serves remote.h. */
#include "charge/remote_internal.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/ledger.h"
#include "charge/tariff.h"

#define DETAILS_MAX 400
#define ENTRIES 6

/* Section 3.15 leaves the codes of DisputeReason open: ours. */
enum dispute { DISPUTE_UNKNOWN = 1, DISPUTE_ENERGY, DISPUTE_MONEY };

SQL(remote_finished,
	"update remote_session set state = 'finished', started_at = ?, ended_at = ?, seen_at = ?,"
	" energy = ?, energy_fee = ?, service_fee = ?, amount = ?, member_amount = ?, stop_reason = ?,"
	" order_at = ?, prepaid = 0, held_cash = 0, held_gift = 0 where id = ?");
SQL(remote_other_order,
	"update remote_session set order_other = ? where id = ? and order_other is null");
SQL(remote_member_tariff,
	"select v.member_tariff_id from agreement a join agreement_version v on v.agreement_id = a.id"
	" and v.state = 'agreed' and v.from_day <= ? where a.kind = 'charge' and a.owner_id = ? and"
	" a.partner_id = ? and a.state = 'running' and a.all_stations and ? between a.from_day and"
	" a.to_day order by v.from_day desc, v.number desc limit 1");
SQL(remote_figures,
	"select energy, amount from remote_session where exchange_peer_id = ? and seq = ? and state ="
	" 'finished'");

/* ---- the driver's money */

NEOERR *remote_capture(struct db *db, const struct remote_row *s, int64_t energy_fee,
	int64_t service_fee)
{
	int64_t total = energy_fee + service_fee;
	int64_t cash = total < s->held_cash ? total : s->held_cash;
	int64_t gift = total - cash < s->held_gift ? total - cash : s->held_gift;
	int64_t owed = total - cash - gift;
	const struct ledger_entry all[ENTRIES] = {
		{ OWNER_MEMBER, s->member_id, ACCOUNT_CASH_HELD, -s->held_cash },
		{ OWNER_MEMBER, s->member_id, ACCOUNT_GIFT_HELD, -s->held_gift },
		{ OWNER_MEMBER, s->member_id, ACCOUNT_CASH, s->held_cash - cash - owed },
		{ OWNER_MEMBER, s->member_id, ACCOUNT_GIFT, s->held_gift - gift },
		{ OWNER_PROVIDER, s->provider_id, ACCOUNT_INCOME_ENERGY, energy_fee },
		{ OWNER_PROVIDER, s->provider_id, ACCOUNT_INCOME_SERVICE, service_fee },
	};
	struct ledger_entry entry[ENTRIES];
	char key[60];
	struct journal j = { .kind = total ? JOURNAL_CHARGE : JOURNAL_RELEASE,
		.dedupe_key = key,
		.provider_id = s->provider_id,
		.member_id = s->member_id,
		.purse = { OWNER_MEMBER, s->member_id } };
	bool fresh;
	int n = 0;

	for (int i = 0; i < ENTRIES; i++)
		if (all[i].amount)
			entry[n++] = all[i];
	if (!n)
		return STATUS_OK;
	snprintf(key, sizeof(key), "%s:remote:%lld", total ? "charge" : "release", (long long)s->id);
	return nerr_pass(ledger_post(db, &j, entry, n, &fresh));
}

/* ---- the order */

struct order {
	const struct exchange_peer *peer;
	const json_t *json;
	int64_t started, ended, energy, energy_fee, service_fee, amount;
	int confirm;
};

static bool read_order(struct order *o)
{
	o->energy = json_scaled(o->json, "TotalPower", ENERGY_SCALE, -1);
	o->energy_fee = json_scaled(o->json, "TotalElecMoney", MONEY_SCALE, -1);
	o->service_fee = json_scaled(o->json, "TotalSeviceMoney", MONEY_SCALE, -1);
	o->amount = json_scaled(o->json, "TotalMoney", MONEY_SCALE, -1);
	return clock_parse(json_text(o->json, "StartTime", ""), &o->started) &&
		clock_parse(json_text(o->json, "EndTime", ""), &o->ended) && o->ended >= o->started &&
		o->ended <= clock_now() + EXCHANGE_SKEW && o->ended - o->started <= 31 * DAY_SECONDS &&
		o->energy >= 0 && o->energy_fee >= 0 && o->service_fee >= 0 &&
		o->energy_fee + o->service_fee == o->amount;
}

/* The curve as the order tells it, or one stretch where it tells none. */
static void usage_of(const struct order *o, struct usage *u, struct usage_segment *segments)
{
	const json_t *list = json_object_get(o->json, "ChargeDetails"), *d;
	int64_t at = o->started, left = o->energy, from, to;
	size_t i;

	*u = (struct usage){ .started = o->started, .ended = o->ended, .energy = o->energy,
		.segment = segments };
	json_array_foreach(list, i, d) {
		int64_t part = json_scaled(d, "DetailPower", ENERGY_SCALE, 0);

		if (i >= DETAILS_MAX || !clock_parse(json_text(d, "DetailStartTime", ""), &from) ||
			!clock_parse(json_text(d, "DetailEndTime", ""), &to) || from < at || to <= from ||
			to > o->ended || part < 0 || part > left)
			break;
		segments[u->n++] = (struct usage_segment){ from, to, part };
		at = to;
		left -= part;
	}
	if (u->n) {
		segments[u->n - 1].energy += left;           /* what rounding to their decimals lost */
		segments[u->n - 1].to = o->ended;
		return;
	}
	if (left > 0)
		segments[u->n++] = (struct usage_segment){ o->started, o->ended, left };
}

/* I2: what the members' side has its members pay; else what the order says. */
static NEOERR *member_bill(struct db *db, const struct remote_row *s, const struct order *o,
	int64_t *energy_fee, int64_t *service_fee)
{
	struct usage_segment *segments = calloc(DETAILS_MAX + 1, sizeof(*segments));
	struct bill *bill = calloc(1, sizeof(*bill));
	int64_t tariff_id = 0;
	struct tariff tariff;
	struct usage u;
	NEOERR *err;

	if (!segments || !bill)
		error_die("out of memory");
	*energy_fee = o->energy_fee;
	*service_fee = o->service_fee;
	TRY(db_i64(db, &remote_member_tariff,
		ARGS(DAY(s->requested_at), I64(s->partner_id), I64(s->provider_id), DAY(s->requested_at)),
		&tariff_id));
	if (!tariff_id)
		goto out;
	TRY(tariff_at(db, tariff_id, s->requested_at, &tariff));
	usage_of(o, &u, segments);
	TRY(rating_rate(&tariff, &u, NULL, bill));
	*energy_fee = bill->energy_fee;
	*service_fee = bill->service_fee;
out:
	free(segments);
	free(bill);
	return nerr_pass(err);
}

static NEOERR *settle(struct db *db, struct remote_row *s, const struct order *o)
{
	int64_t energy_fee, service_fee;
	NEOERR *err;

	TRY(member_bill(db, s, o, &energy_fee, &service_fee));
	TRY(remote_capture(db, s, energy_fee, service_fee));
	TRY(db_exec(db, &remote_finished,
		ARGS(TIME(o->started), TIME(o->ended), TIME(clock_now()), ENERGY(o->energy),
			MONEY(o->energy_fee), MONEY(o->service_fee), MONEY(o->amount),
			MONEY(energy_fee + service_fee), I64(json_scaled(o->json, "StopReason", 0, 99)),
			TIME(clock_now()), I64(s->id)),
		NULL));
out:
	return nerr_pass(err);
}

static bool same(const struct remote_row *s, const struct order *o)
{
	return s->energy == o->energy && s->energy_fee == o->energy_fee &&
		s->service_fee == o->service_fee && s->amount == o->amount;
}

/* The first order counts: what was paid by it stays, another one is kept beside it and disputed. */
static NEOERR *keep_other(struct db *db, const struct remote_row *s, const struct order *o)
{
	char *text = json_dumps(o->json, JSON_COMPACT | JSON_REAL_PRECISION(15));
	NEOERR *err = db_exec(db, &remote_other_order,
		ARGS(STR(text && strlen(text) < 60000 ? text : "{}"), I64(s->id)), NULL);

	free(text);
	return nerr_pass(err);
}

static NEOERR *order_tx(struct db *db, void *ctx)
{
	struct order *o = ctx;
	struct remote_row s;
	bool found = false;
	NEOERR *err;

	o->confirm = 1;
	TRY(remote_lock_seq(db, o->peer->id, json_text(o->json, "StartChargeSeq", ""), &s, &found));
	if (!found || !read_order(o))
		return STATUS_OK;
	if (s.order_at && !same(&s, o)) {
		TRY(keep_other(db, &s, o));
		return STATUS_OK;
	}
	if (!s.order_at)
		TRY(settle(db, &s, o));
	o->confirm = 0;
out:
	return nerr_pass(err);
}

NEOERR *remote_order(struct db *db, const struct exchange_peer *p, const json_t *order,
	int *confirm)
{
	struct order o = { .peer = p, .json = order };
	NEOERR *err = db_tx(db, order_tx, &o);

	*confirm = o.confirm;
	return nerr_pass(err);
}

/* ---- 3.15 */

struct figures { int64_t energy, amount; };

static NEOERR *take_figures(const struct row *r, void *ctx)
{
	*(struct figures *)ctx = (struct figures){ row_energy(r, 0), row_money(r, 1) };
	return STATUS_OK;
}

static NEOERR *compare(struct db *db, const struct exchange_peer *p, const json_t *order,
	json_t *disputes, struct figures *sum)
{
	int64_t energy = json_scaled(order, "TotalPower", ENERGY_SCALE, 0),
		amount = json_scaled(order, "TotalMoney", MONEY_SCALE, 0);
	const char *seq = json_text(order, "StartChargeSeq", "");
	struct figures ours = { 0, 0 };
	bool found = false;
	int reason;
	NEOERR *err;

	TRY(db_find(db, &remote_figures, ARGS(I64(p->id), STR(seq)), take_figures, &ours, &found));
	reason = !found ? DISPUTE_UNKNOWN
		: ours.energy != energy ? DISPUTE_ENERGY
		: ours.amount != amount ? DISPUTE_MONEY
								: 0;
	if (!reason)
		return STATUS_OK;
	sum->energy += ours.energy;
	sum->amount += ours.amount;
	json_array_append_new(disputes,
		json_pack("{sssososi}", "StartChargeSeq", seq, "TotalPower",
			json_decimal(ours.energy, ENERGY_SCALE, 4), "TotalMoney",
			json_decimal(ours.amount, MONEY_SCALE, 2), "DisputeReason", reason));
out:
	return nerr_pass(err);
}

NEOERR *remote_check(struct db *db, const struct exchange_peer *p, const json_t *ask,
	json_t *answer)
{
	static const char *const echoed[] = { "CheckOrderSeq", "StartTime", "EndTime" };
	json_t *disputes = json_array();
	const json_t *order;
	struct figures sum = { 0, 0 };
	size_t i;
	NEOERR *err = STATUS_OK;

	json_object_set_new(answer, "DisputeOrders", disputes);
	json_array_foreach(json_object_get(ask, "ChargeOrders"), i, order)
		TRY(compare(db, p, order, disputes, &sum));
	for (i = 0; i < sizeof(echoed) / sizeof(echoed[0]); i++)
		json_object_set(answer, echoed[i], json_object_get(ask, echoed[i]));
	json_object_set_new(answer, "TotalDisputeOrder",
		json_integer((json_int_t)json_array_size(disputes)));
	json_object_set_new(answer, "TotalDisputePower", json_decimal(sum.energy, ENERGY_SCALE, 4));
	json_object_set_new(answer, "TotalDisputeMoney", json_decimal(sum.amount, MONEY_SCALE, 2));
out:
	return nerr_pass(err);
}
