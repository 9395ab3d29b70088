/* session_correct.c - the handling of anomalies: the next revision of the bill, the difference in
 * the ledger, the state of the case.
 * Owns the handled states of session.anomaly. Serves session_correct.h. */
#include "charge/session_correct.h"

#include "charge/agreement.h"
#include "charge/exchange.h"
#include "base/clock.h"
#include "base/text.h"
#include "charge/payment.h"
#include "charge/session_internal.h"
#include "charge/session_occupancy.h"
#include "charge/split.h"
#include "db/setting.h"

#define LONGEST (31 * DAY_SECONDS)

SQL(correct_select,
	"select anomaly, invoice_status in ('requested', 'issued'), refunded, coalesce(meter_start,"
	" -1), coalesce(meter_end, -1), coalesce(handled_by, 0), voided from session where id = ?");
SQL(correct_state,
	"update session set anomaly = ?, handled_by = coalesce(?, handled_by), handled_at = ?,"
	" updated_at = ?, updated_by = ?, version = version + 1 where id = ?");
SQL(correct_figures,
	"update session set started_at = ?, ended_at = ?, seconds = ?, energy = ?, energy_fee = ?,"
	" service_fee = ?, discount = ?, amount = ?, voided = ? where id = ?");

static const char *const refusal_names[] = { [CORRECT_FINE] = "fine", [CORRECT_LATE] = "late",
	[CORRECT_INVOICED] = "invoiced", [CORRECT_REFUNDED] = "refunded", [CORRECT_TIMES] = "times",
	[CORRECT_AMOUNT] = "amount", [CORRECT_SAME_PERSON] = "same_person" };

const char *correct_refusal_name(enum correct_refusal r)
{
	return refusal_names[r];
}

struct suspect {
	struct session_row session;
	char anomaly[13];
	bool invoiced, void_;
	int64_t refunded, meter_start, meter_end, handled_by;
};

static NEOERR *take_suspect(const struct row *r, void *ctx)
{
	struct suspect *s = ctx;

	text_copy(s->anomaly, sizeof s->anomaly, row_str(r, 0));
	s->invoiced = row_i64(r, 1) != 0;
	s->refunded = row_money(r, 2);
	s->meter_start = row_energy(r, 3);
	s->meter_end = row_energy(r, 4);
	s->handled_by = row_i64(r, 5);
	s->void_ = row_i64(r, 6) != 0;
	return STATUS_OK;
}

static NEOERR *lock_suspect(struct db *db, int64_t id, struct suspect *s)
{
	NEOERR *err;

	TRY(session_lock(db, id, &s->session));
	TRY(db_get(db, &correct_select, ARGS(I64(id)), take_suspect, s));
out:
	return nerr_pass(err);
}

static NEOERR *set_state(struct db *db, const struct suspect *s, const char *state,
	const char *kind, const char *note, const struct actor *who, bool handles)
{
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_exec(db, &correct_state,
		ARGS(STR(state), handles ? IDREF(who->user_id) : NULLARG, TIME(now), TIME(now),
			IDREF(who->user_id), I64(s->session.id)),
		NULL));
	TRY(session_event(db, s->session.id, kind, note, who->name ? who->name : ""));
out:
	return nerr_pass(err);
}

/* Handled: over, or in front of a second person. */
static NEOERR *handled(struct db *db, const struct suspect *s, const char *end, const char *kind,
	const char *note, const struct actor *who)
{
	int64_t audit = 0;
	NEOERR *err;

	TRY(setting_i64(db, "anomaly_audit", &audit));
	TRY(set_state(db, s, audit ? "review" : end, kind, note, who, true));
out:
	return nerr_pass(err);
}

NEOERR *session_mark(struct db *db, int64_t id, const char *note, const struct actor *who,
	enum correct_refusal *refusal)
{
	struct suspect s;
	NEOERR *err;

	TRY(lock_suspect(db, id, &s));
	*refusal = text_eq(s.anomaly, "pending") || text_eq(s.anomaly, "review") ? CORRECT_LATE
																			 : CORRECT_FINE;
	if (*refusal == CORRECT_FINE)
		TRY(set_state(db, &s, "pending", "marked", note, who, false));
out:
	return nerr_pass(err);
}

static bool waits(const struct suspect *s)
{
	return text_eq(s->anomaly, "pending") && s->session.state == SESSION_FINISHED;
}

NEOERR *session_accept(struct db *db, int64_t id, const char *note, const struct actor *who,
	enum correct_refusal *refusal)
{
	struct suspect s;
	NEOERR *err;

	TRY(lock_suspect(db, id, &s));
	*refusal = waits(&s) ? CORRECT_FINE : CORRECT_LATE;
	if (*refusal == CORRECT_FINE)
		TRY(handled(db, &s, "settled", "accepted", note, who));
out:
	return nerr_pass(err);
}

/* ---- another bill ---- */

static NEOERR *post_difference(struct db *db, const struct session_row *s, const struct bill *b,
	int64_t revision)
{
	char key[SESSION_KEY], what[24];
	struct journal j;

	snprintf(what, sizeof what, "correct%lld", (long long)revision);
	j = session_journal(s, JOURNAL_CORRECT, what, key);
	if (s->pay == PAY_NONE)
		return STATUS_OK;
	return nerr_pass(purse_correct(db, &j, b->energy_fee - s->energy_fee,
		b->service_fee - s->service_fee));
}

static NEOERR *write_bill(struct db *db, struct suspect *s, struct closing *c, bool is_void)
{
	const struct bill *b = &c->bill;
	int64_t revision = 0;
	NEOERR *err;

	TRY(cdr_revision(db, s->session.id, &revision));
	TRY(cdr_write(db, c, (int)revision + 1));
	TRY(db_exec(db, &correct_figures,
		ARGS(TIME(c->usage.started), TIME(c->usage.ended), I64(c->usage.ended - c->usage.started),
			ENERGY(b->energy), MONEY(b->energy_fee), MONEY(b->service_fee), MONEY(b->discount),
			MONEY(b->amount), I64(is_void), I64(s->session.id)),
		NULL));
	TRY(agreement_share(db, s->session.id, &c->usage, is_void));
	if (s->session.pay == PAY_NONE && !is_void)
		TRY(exchange_order_again(db, s->session.id));
	TRY(post_difference(db, &s->session, b, revision + 1));
	TRY(split_session(db, s->session.id, ""));
	TRY(payment_session_over(db, s->session.id));
out:
	return nerr_pass(err);
}

static struct closing closing_of(struct suspect *s, const char *note, const struct actor *who)
{
	return (struct closing){ .session = &s->session, .source = "hand",
		.meter_start = s->meter_start, .meter_end = s->meter_end,
		.device_amount = s->session.device_amount, .device_reason = -1, .why = note,
		.actor = who->name, .by = who->user_id };
}

static enum correct_refusal judge(const struct suspect *s, const struct correction *c,
	int64_t started, int64_t ended)
{
	if (!waits(s))
		return CORRECT_LATE;
	if (s->invoiced)
		return CORRECT_INVOICED;
	if (ended < started || started <= 0 || ended > clock_now() || ended - started > LONGEST)
		return CORRECT_TIMES;
	return c->agreed != -1 && (c->agreed < 0 || c->agreed % MONEY_FEN) ? CORRECT_AMOUNT
																	   : CORRECT_FINE;
}

static NEOERR *rate(struct db *db, struct arena *arena, struct suspect *s, struct closing *c,
	const struct correction *w, int64_t started, int64_t ended)
{
	NEOERR *err;

	if (w->agreed != -1)
		c->discount = (struct discount){ .has_agreed = true, .agreed = w->agreed };
	TRY(session_tariff(db, &s->session, &c->tariff));
	TRY(session_rate(db, arena, c, started, ended, w->energy == -1 ? s->session.energy : w->energy,
		NULL));
out:
	return nerr_pass(err);
}

NEOERR *session_correct(struct db *db, int64_t id, const struct correction *w,
	const struct actor *who, enum correct_refusal *refusal)
{
	struct suspect s;
	struct closing c;
	struct arena arena;
	int64_t started, ended;
	NEOERR *err;

	arena_init(&arena);
	TRY(lock_suspect(db, id, &s));
	started = w->started ? w->started : s.session.started_at;
	ended = w->ended ? w->ended : s.session.ended_at;
	*refusal = judge(&s, w, started, ended);
	if (*refusal != CORRECT_FINE)
		goto out;
	c = closing_of(&s, w->note, who);
	TRY(rate(db, &arena, &s, &c, w, started, ended));
	if (c.bill.amount < s.refunded) {
		*refusal = CORRECT_REFUNDED;
		goto out;
	}
	TRY(write_bill(db, &s, &c, false));
	TRY(handled(db, &s, "settled", "corrected", w->note, who));
out:
	arena_clear(&arena);
	return nerr_pass(err);
}

NEOERR *session_void(struct db *db, int64_t id, const char *note, const struct actor *who,
	enum correct_refusal *refusal)
{
	const struct correction nothing = { .energy = 0, .agreed = 0, .note = note };
	bool waived;
	struct suspect s;
	struct closing c;
	struct arena arena;
	NEOERR *err;

	arena_init(&arena);
	TRY(lock_suspect(db, id, &s));
	*refusal = !waits(&s) ? CORRECT_LATE
		: s.invoiced ? CORRECT_INVOICED
		: s.refunded ? CORRECT_REFUNDED
					 : CORRECT_FINE;
	if (*refusal != CORRECT_FINE)
		goto out;
	c = closing_of(&s, note, who);
	TRY(rate(db, &arena, &s, &c, &nothing, s.session.started_at, s.session.started_at));
	TRY(write_bill(db, &s, &c, true));
	TRY(session_occupancy_waive(db, id, who, note, &waived));
	TRY(handled(db, &s, "void", "voided", note, who));
out:
	arena_clear(&arena);
	return nerr_pass(err);
}

NEOERR *session_review(struct db *db, int64_t id, bool approve, const char *note,
	const struct actor *who, enum correct_refusal *refusal)
{
	struct suspect s;
	NEOERR *err;

	TRY(lock_suspect(db, id, &s));
	*refusal = !text_eq(s.anomaly, "review") ? CORRECT_LATE
		: s.handled_by == who->user_id ? CORRECT_SAME_PERSON
									   : CORRECT_FINE;
	if (*refusal == CORRECT_FINE)
		TRY(set_state(db, &s, !approve ? "pending" : s.void_ ? "void" : "settled",
			approve ? "approved" : "rejected", note, who, false));
out:
	return nerr_pass(err);
}
