/* invoice.c - what of an order can be invoiced, and the request for it.
 * Owns the making of invoices. Serves invoice.h. */
#include "charge/invoice_internal.h"

#include "base/clock.h"
#include "base/mail.h"
#include "base/money.h"
#include "base/text.h"
#include "db/setting.h"

#define TITLE_MAX 100
#define RATE_WHOLE 10000             /* 1/100 percent */

struct invoice_share invoice_share(int64_t paid, int64_t energy_fee, int64_t service_fee)
{
	int64_t whole = paid > 0 ? paid / MONEY_FEN : 0, energy = 0;

	if (energy_fee + service_fee <= 0 ||
		!fixed_muldiv(whole, energy_fee, energy_fee + service_fee, ROUND_HALF_UP, &energy))
		return (struct invoice_share){ 0, whole * MONEY_FEN };
	return (struct invoice_share){ energy * MONEY_FEN, (whole - energy) * MONEY_FEN };
}

int64_t invoice_tax(int64_t amount, int64_t rate)
{
	int64_t tax = 0;

	if (!fixed_muldiv(amount / MONEY_FEN, rate, RATE_WHOLE + rate, ROUND_HALF_UP, &tax))
		return 0;
	return tax * MONEY_FEN;
}

bool invoice_is_tax_no(const char *s)
{
	size_t n = strlen(s);

	return n >= 15 && n <= 20 && strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == n;
}

static const char *const refusal_names[] = { [INVOICE_FINE] = "fine", [INVOICE_OFF] = "off",
	[INVOICE_TITLE] = "title", [INVOICE_TAX_NO] = "tax_no", [INVOICE_EMAIL] = "email",
	[INVOICE_NONE] = "none", [INVOICE_ORDER] = "order", [INVOICE_SMALL] = "small",
	[INVOICE_LATE] = "late", [INVOICE_NO_LINK] = "no_link" };

const char *invoice_refusal_name(enum invoice_refusal r)
{
	return refusal_names[r];
}

static NEOERR *setting_flag(struct db *db, const char *name, bool *out)
{
	int64_t v = 0;
	NEOERR *err = setting_i64(db, name, &v);

	*out = v != 0;
	return nerr_pass(err);
}

NEOERR *invoice_setting(struct db *db, struct invoice_setting *out)
{
	NEOERR *err;

	TRY(setting_flag(db, "invoice_on", &out->on));
	TRY(setting_flag(db, "invoice_electronic", &out->electronic));
	TRY(setting_flag(db, "invoice_paper", &out->paper));
	TRY(setting_flag(db, "invoice_energy", &out->energy));
	TRY(setting_flag(db, "invoice_service", &out->service));
	TRY(setting_flag(db, "invoice_occupancy", &out->occupancy));
	TRY(setting_flag(db, "invoice_booking", &out->booking));
	TRY(setting_money(db, "invoice_min", &out->min));
	TRY(setting_i64(db, "invoice_months", &out->months));
	TRY(setting_text(db, "invoice_text", out->text, sizeof out->text));
out:
	return nerr_pass(err);
}

/* ---- orders ---- */

/* Cash alone: what was paid with gifts was never paid. Refunds are on the statement, too. */
#define CASH(of) \
	"(select coalesce(-sum(m.cash), 0) from journal j join statement m on m.journal_id = j.id where" \
	" j.session_id = s.id and m.member_id = s.member_id and j.kind " of " 'occupancy')"
/* While a car still stands there nobody knows what its order comes to. What a booking cost goes
 * with the charge that used it. */
#define ORDER \
	"select s.id, s.station_id, s.ended_at, s.energy, s.energy_fee, s.service_fee, " CASH("<>") \
	", s.no, t.name, " CASH("=") ", if(b.fee_state = 'kept', b.held_cash, 0) from session s left" \
	" join reservation b on b.id = s.reservation_id join station t on t.id = s.station_id join invoice_seller v on" \
	" v.station_id = s.station_id and v.deleted = 0 where s.state = 'finished' and s.amount >" \
	" s.refunded and s.anomaly not in ('pending', 'review', 'void') and s.invoice_status = 'none'" \
	" and s.pay_kind not in ('none', 'fleet') and s.member_id = ? and s.requested_at >= ?" \
	" and b.open_connector_id is null" \
	" and not exists (select 1 from session_occupancy o where o.session_id = s.id and" \
	" o.open_connector_id is not null)"
SQL(invoice_orders_select, ORDER " order by s.requested_at desc, s.id desc limit 100");
SQL(invoice_order_lock, ORDER " and s.id = ? for update");

static int64_t since(const struct invoice_setting *set)
{
	return set->months ? clock_add_months(clock_day_start(clock_now()), -(int)set->months)
					   : clock_day_start(2 * DAY_SECONDS);
}

struct reading { const struct invoice_setting *set; invoice_order_fn fn; void *ctx; };

static int64_t in_fen(int64_t amount)
{
	return amount > 0 ? amount - amount % MONEY_FEN : 0;
}

static NEOERR *take_order(const struct row *r, void *ctx)
{
	const struct reading *g = ctx;
	struct invoice_order o = { .session_id = row_i64(r, 0),
		.station_id = row_i64(r, 1),
		.ended_at = row_time(r, 2),
		.energy = row_energy(r, 3),
		.share = invoice_share(row_money(r, 6), row_money(r, 4), row_money(r, 5)),
		.no = row_str(r, 7),
		.station = row_str(r, 8) };

	if (!g->set->energy)
		o.share.energy = 0;
	if (!g->set->service)
		o.share.service = 0;
	if (g->set->occupancy)
		o.share.service += in_fen(row_money(r, 9));
	if (g->set->booking)
		o.share.service += in_fen(row_money(r, 10));
	if (o.share.energy + o.share.service <= 0)
		return STATUS_OK;
	return nerr_pass(g->fn(&o, g->ctx));
}

NEOERR *invoice_orders(struct db *db, int64_t member_id, invoice_order_fn fn, void *ctx)
{
	struct invoice_setting set;
	struct reading g = { &set, fn, ctx };
	NEOERR *err;

	TRY(invoice_setting(db, &set));
	if (!set.on)
		return STATUS_OK;
	TRY(db_query(db, &invoice_orders_select, ARGS(I64(member_id), TIME(since(&set))), take_order,
		&g));
out:
	return nerr_pass(err);
}

/* ---- the request ---- */

SQL(invoice_insert,
	"insert into invoice (provider_id, property_id, station_id, member_id, phone, medium, title,"
	" tax_no, email, seller, sessions, energy, energy_amount, energy_rate, energy_tax,"
	" service_amount, service_rate, service_tax, amount, applied_at, updated_at) select"
	" t.provider_id, t.property_id, t.id, m.id, m.phone, ?, ?, ?, ?, ?, ?, ?, ?, v.energy_rate, ?,"
	" ?, v.service_rate, ?, ?, ?, ? from station t join invoice_seller v on v.station_id = t.id and"
	" v.deleted = 0 join member m on m.id = ? where t.id = ?");
SQL(invoice_number, "update invoice set no = concat('IV', ?, lpad(id, 8, '0')) where id = ?");
SQL(invoice_order_insert,
	"insert into invoice_session (invoice_id, session_id, energy, energy_amount, service_amount)"
	" values (?, ?, ?, ?, ?)");
SQL(invoice_order_mark,
	"update session set invoice_status = 'requested', updated_at = ? where id = ? and"
	" invoice_status = 'none'");
SQL(invoice_seller_select,
	"select company, tax_no, merchant_no, address, phone, bank, bank_no, drawer, payee, reviewer,"
	" energy_code, service_code, energy_rate, service_rate from invoice_seller where station_id = ?"
	" and deleted = 0");

struct asking {
	const struct invoice_wish *wish;
	struct invoice_setting set;
	struct invoice_order order[INVOICE_ORDERS];
	int n, made;
	enum invoice_refusal refusal;
};

static NEOERR *keep_order(const struct invoice_order *o, void *ctx)
{
	struct asking *a = ctx;

	a->order[a->n] = *o;
	a->order[a->n].no = a->order[a->n].station = "";
	a->n++;
	return STATUS_OK;
}

static NEOERR *lock_orders(struct db *db, struct asking *a)
{
	struct reading g = { &a->set, keep_order, a };
	NEOERR *err = STATUS_OK;

	a->n = 0;
	for (int i = 0; i < a->wish->sessions; i++)
		TRY(db_query(db, &invoice_order_lock,
			ARGS(I64(a->wish->member_id), TIME(since(&a->set)), I64(a->wish->session[i])),
			take_order, &g));
	if (a->n != a->wish->sessions)
		a->refusal = INVOICE_ORDER;
out:
	return nerr_pass(err);
}

struct seller { json_t *words; int64_t energy_rate, service_rate; };

static NEOERR *take_seller(const struct row *r, void *ctx)
{
	static const char *const names[] = { "company", "tax_no", "merchant_no", "address", "phone",
		"bank", "bank_no", "drawer", "payee", "reviewer", "energy_code", "service_code" };
	struct seller *s = ctx;

	s->words = json_object();
	for (int i = 0; i < 12; i++)
		json_object_set_new(s->words, names[i], json_string(row_str(r, i)));
	if (!fixed_parse(row_str(r, 12), 2, &s->energy_rate) ||
		!fixed_parse(row_str(r, 13), 2, &s->service_rate))
		return nerr_raise(ERR_INVALID, "a seller's rate is no number");
	return STATUS_OK;
}

static NEOERR *write_orders(struct db *db, const struct asking *a, int64_t id, int64_t station_id)
{
	int64_t marked = 0;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < a->n; i++) {
		const struct invoice_order *o = &a->order[i];

		if (o->station_id != station_id)
			continue;
		TRY(db_exec(db, &invoice_order_insert,
			ARGS(I64(id), I64(o->session_id), ENERGY(o->energy), MONEY(o->share.energy),
				MONEY(o->share.service)),
			NULL));
		TRY(db_exec(db, &invoice_order_mark, ARGS(TIME(clock_now()), I64(o->session_id)),
			&marked));
		if (!marked)
			return nerr_raise(ERR_RETRY, "an order was taken meanwhile");
	}
out:
	return nerr_pass(err);
}

static NEOERR *write_number(struct db *db, int64_t id, int64_t now)
{
	char day[CLOCK_TEXT], digits[9];

	clock_format_day(now, day);
	snprintf(digits, sizeof digits, "%.4s%.2s%.2s", day, day + 5, day + 8);
	return nerr_pass(db_exec(db, &invoice_number, ARGS(STR(digits), I64(id)), NULL));
}

/* The orders of one station on one invoice. */
static NEOERR *make(struct db *db, struct asking *a, int64_t station_id)
{
	const struct invoice_wish *w = a->wish;
	struct seller s = { NULL, 0, 0 };
	int64_t id = 0, now = clock_now(), energy = 0, kwh = 0, service = 0, n = 0;
	char *words = NULL;
	NEOERR *err;

	for (int i = 0; i < a->n; i++)
		if (a->order[i].station_id == station_id) {
			energy += a->order[i].share.energy;
			service += a->order[i].share.service;
			kwh += a->order[i].energy;
			n++;
		}
	if (energy + service < a->set.min) {
		a->refusal = INVOICE_SMALL;
		return STATUS_OK;
	}
	TRY(db_get(db, &invoice_seller_select, ARGS(I64(station_id)), take_seller, &s));
	words = json_write_dup(s.words);
	TRY(db_insert(db, &invoice_insert,
		ARGS(STR(w->paper ? "paper" : "electronic"), STR(w->title), STR(w->tax_no), STR(w->email),
			STR(words), I64(n), ENERGY(kwh), MONEY(energy),
			MONEY(invoice_tax(energy, s.energy_rate)), MONEY(service),
			MONEY(invoice_tax(service, s.service_rate)), MONEY(energy + service), TIME(now),
			TIME(now), I64(w->member_id), I64(station_id)),
		&id));
	TRY(write_number(db, id, now));
	TRY(write_orders(db, a, id, station_id));
	a->made++;
out:
	json_decref(s.words);
	free(words);
	return nerr_pass(err);
}

static bool is_first_of_station(const struct asking *a, int i)
{
	for (int k = 0; k < i; k++)
		if (a->order[k].station_id == a->order[i].station_id)
			return false;
	return true;
}

static enum invoice_refusal judge(const struct asking *a)
{
	const struct invoice_wish *w = a->wish;

	if (!a->set.on || (w->paper ? !a->set.paper : !a->set.electronic))
		return INVOICE_OFF;
	if (text_chars(w->title) < 2 || text_chars(w->title) > TITLE_MAX)
		return INVOICE_TITLE;
	if (!invoice_is_tax_no(w->tax_no))
		return INVOICE_TAX_NO;
	if (!mail_is_address(w->email) || strlen(w->email) > 100)
		return INVOICE_EMAIL;
	return w->sessions <= 0 ? INVOICE_NONE
		: w->sessions > INVOICE_ORDERS ? INVOICE_ORDER
									   : INVOICE_FINE;
}

/* All or none: a refusal after the first was written takes it back. */
static NEOERR *ask_tx(struct db *db, void *ctx)
{
	struct asking *a = ctx;
	NEOERR *err;

	a->made = 0;
	TRY(invoice_setting(db, &a->set));
	a->refusal = judge(a);
	if (a->refusal == INVOICE_FINE)
		TRY(lock_orders(db, a));
	for (int i = 0; i < a->n && a->refusal == INVOICE_FINE; i++)
		if (is_first_of_station(a, i))
			TRY(make(db, a, a->order[i].station_id));
	if (a->refusal != INVOICE_FINE)
		return nerr_raise(ERR_STALE, "refused");
out:
	return nerr_pass(err);
}

NEOERR *invoice_ask(struct db *db, const struct invoice_wish *w, int *made,
	enum invoice_refusal *refusal)
{
	struct asking *a = calloc(1, sizeof *a);
	NEOERR *err;

	if (!a)
		error_die("out of memory (invoice)");
	a->wish = w;
	err = db_tx(db, ask_tx, a);
	if (error_is(err, ERR_STALE) && a->refusal != INVOICE_FINE) {
		error_drop(err);
		err = STATUS_OK;
		a->made = 0;
	}
	*made = a->made;
	*refusal = a->refusal;
	free(a);
	return nerr_pass(err);
}
