/* settlement.c - a settlement bill's way from the draft to settled money, each step once, under its
 * lock; who still has to look at one is told.
 * Owns the states in table settlement. Serves settlement.h. */
#include "charge/settlement.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/delivery.h"
#include "charge/ledger.h"

#define REMIND_DAYS  3                       /* between two mails about one bill */
#define REMIND_TIMES 5
#define MAILS_MAX    2000

SQL(settlement_step_lock,
	"select kind, state, provider_id, coalesce(partner_id, 0), coalesce(no, ''), name, amount,"
	" sessions, coalesce(partner_id, property_id, fleet_id) is null, coalesce((select email from"
	" provider x where x.id = t.partner_id), (select email from property x where x.id ="
	" t.property_id), (select email from fleet x where x.id = t.fleet_id), '') from settlement t"
	" where t.id = ? for update");
SQL(settlement_confirmed,
	"update settlement set state = 'confirmed', no = ?, note = ?, confirmed_at = ?, confirmed_by ="
	" ?, updated_at = ?, updated_by = ?, version = version + 1 where id = ?");
SQL(settlement_agreed,
	"update settlement set state = 'agreed', answer = ?, agreed_at = ?, agreed_by = ?, updated_at"
	" = ?, updated_by = ?, version = version + 1 where id = ?");
SQL(settlement_disputed,
	"update settlement set state = 'draft', answer = ?, confirmed_at = null, confirmed_by = null,"
	" updated_at = ?, updated_by = ?, version = version + 1 where id = ?");
SQL(settlement_settled,
	"update settlement set state = 'settled', note = if(? = '', note, ?), settled_at = ?,"
	" settled_by = ?, updated_at = ?, updated_by = ?, version = version + 1 where id = ?");
/* What waits, for whom, since when: drafts at who makes them, confirmed bills at the other side. */
#define WAITING(table, draft_mail, sent_mail) \
	"select '" table "', t.id, coalesce(t.no, ''), t.state, t.from_day, t.to_day, t.amount," \
	" if(t.state = 'draft', " draft_mail ", " sent_mail ") mail, if(t.state = 'draft'," \
	" t.created_at, t.confirmed_at) since from " table " t where t.state in ('draft'," \
	" 'confirmed') and if(t.state = 'draft', t.created_at, t.confirmed_at) between ? and ?"
#define MAIL_OF(table, id) "coalesce((select email from " table " x where x.id = " id "), '')"
SQL(settlement_waiting,
	WAITING("settlement", MAIL_OF("provider", "t.provider_id"),
		"coalesce((select email from provider x where x.id = t.partner_id), (select email from"
		" property x where x.id = t.property_id), (select email from fleet x where x.id ="
		" t.fleet_id), '')"));
SQL(bill_waiting,
	WAITING("cycle_bill", MAIL_OF("provider", "t.provider_id"),
		MAIL_OF("provider", "t.partner_id")) " and t.deleted = 0");

struct step {
	enum settlement_kind kind;
	enum cycle_bill_state state;
	bool alone;                          /* nobody on the other side logs in */
	int64_t id, provider_id, partner_id, amount, sessions;
	char no[33], name[321], mail[401];
};

static NEOERR *take_step(const struct row *r, void *ctx)
{
	struct step *s = ctx;

	s->kind = (enum settlement_kind)choice_value(&settlement_kind_choices, row_str(r, 0));
	s->state = (enum cycle_bill_state)choice_value(&cycle_bill_state_choices, row_str(r, 1));
	s->provider_id = row_i64(r, 2);
	s->partner_id = row_i64(r, 3);
	text_copy(s->no, sizeof s->no, row_str(r, 4));
	text_copy(s->name, sizeof s->name, row_str(r, 5));
	s->amount = row_money(r, 6);
	s->sessions = row_i64(r, 7);
	s->alone = row_i64(r, 8);
	text_copy(s->mail, sizeof s->mail, row_str(r, 9));
	return STATUS_OK;
}

static NEOERR *lock(struct db *db, int64_t id, struct step *s)
{
	*s = (struct step){ .id = id };
	return nerr_pass(db_get(db, &settlement_step_lock, ARGS(I64(id)), take_step, s));
}

static NEOERR *tell(struct db *db, const struct step *s)
{
	char text[600], amount[FIXED_TEXT], key[60];

	if (!*s->mail)
		return STATUS_OK;
	snprintf(text, sizeof text, "结算单 %s（%s）已确认，金额 %s 元，请在“收到的结算单”中核对并答复。", s->no,
		s->name, fixed_format(s->amount, MONEY_SCALE, 2, amount));
	snprintf(key, sizeof key, "settlement:%lld:%lld", (long long)s->id, (long long)clock_now());
	return nerr_pass(delivery_add(db, "mail", s->mail, "结算单待核对", text, key));
}

NEOERR *settlement_confirm(struct db *db, int64_t id, int64_t by, const char *note,
	enum cycle_bill_refusal *refusal)
{
	struct step s;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(lock(db, id, &s));
	*refusal = s.state != BILL_STATE_DRAFT ? BILL_WRONG_STATE
		: !s.sessions && !s.amount ? BILL_EMPTY : BILL_OK;
	if (*refusal != BILL_OK)
		goto out;
	TRY(cycle_bill_number(db, 'S', s.provider_id, s.no));
	TRY(db_exec(db, &settlement_confirmed,
		ARGS(STR(s.no), STR(note ? note : ""), TIME(now), IDREF(by), TIME(now), IDREF(by), I64(id)),
		NULL));
	TRY(tell(db, &s));
out:
	return nerr_pass(err);
}

NEOERR *settlement_answer(struct db *db, int64_t id, bool agree, int64_t by, const char *answer,
	enum cycle_bill_refusal *refusal)
{
	struct step s;
	int64_t now = clock_now();
	const char *said = answer ? answer : "";
	NEOERR *err;

	TRY(lock(db, id, &s));
	*refusal = s.state == BILL_STATE_CONFIRMED ? BILL_OK : BILL_WRONG_STATE;
	if (*refusal != BILL_OK)
		goto out;
	if (agree)
		TRY(db_exec(db, &settlement_agreed,
			ARGS(STR(said), TIME(now), IDREF(by), TIME(now), IDREF(by), I64(id)), NULL));
	else
		TRY(db_exec(db, &settlement_disputed,
			ARGS(STR(said), TIME(now), IDREF(by), I64(id)), NULL));
out:
	return nerr_pass(err);
}

/* Between two providers the money moved at their banks; parts of orders were posted with these. */
static NEOERR *post(struct db *db, const struct step *s, int64_t by)
{
	char key[60];
	bool fresh;
	struct journal j = { .kind = JOURNAL_SETTLE_BILL, .dedupe_key = key,
		.provider_id = s->provider_id, .note = s->no, .by = by };
	const struct ledger_entry entry[] = {
		{ OWNER_PROVIDER, s->provider_id, ACCOUNT_CASH_TAKEN, -s->amount },
		{ OWNER_PROVIDER, s->partner_id, ACCOUNT_CASH_TAKEN, s->amount } };

	if (s->kind != SETTLEMENT_AGREEMENT || !s->amount)
		return STATUS_OK;
	snprintf(key, sizeof key, "settlement:%lld", (long long)s->id);
	return nerr_pass(ledger_post(db, &j, entry, 2, &fresh));
}

NEOERR *settlement_settle(struct db *db, int64_t id, int64_t by, const char *note,
	enum cycle_bill_refusal *refusal)
{
	struct step s;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(lock(db, id, &s));
	*refusal = s.state == (s.alone ? BILL_STATE_CONFIRMED : BILL_STATE_AGREED) ? BILL_OK
		: BILL_WRONG_STATE;
	if (*refusal != BILL_OK)
		goto out;
	TRY(post(db, &s, by));
	TRY(db_exec(db, &settlement_settled,
		ARGS(STR(note ? note : ""), STR(note ? note : ""), TIME(now), IDREF(by), TIME(now),
			IDREF(by), I64(id)),
		NULL));
out:
	return nerr_pass(err);
}

/* ---- reminders ---- */

struct mail { char key[80], to[401], subject[60], text[300]; };
struct mails { struct mail *mail; int n; int64_t now; };

/* The third of its days says which mail it is. */
static NEOERR *take_waiting(const struct row *r, void *ctx)
{
	struct mails *all = ctx;
	int64_t days = (all->now - row_time(r, 8)) / DAY_SECONDS;
	bool draft = text_eq(row_str(r, 3), "draft");
	char amount[FIXED_TEXT];
	struct mail *m;

	if (all->n == MAILS_MAX || !*row_str(r, 7) || days < REMIND_DAYS)
		return STATUS_OK;
	m = &all->mail[all->n++];
	snprintf(m->key, sizeof m->key, "remind:%s:%s:%s:%lld", row_str(r, 0), row_str(r, 1),
		row_str(r, 3), (long long)(days / REMIND_DAYS));
	text_copy(m->to, sizeof m->to, row_str(r, 7));
	text_copy(m->subject, sizeof m->subject, draft ? "账单待确认" : "账单待核对");
	snprintf(m->text, sizeof m->text, "账单 %s（%s 至 %s，金额 %s 元）%s已 %lld 天，请尽快处理。",
		*row_str(r, 2) ? row_str(r, 2) : "草稿", row_str(r, 4), row_str(r, 5),
		fixed_format(row_money(r, 6), MONEY_SCALE, 2, amount), draft ? "等待贵方确认" : "等待贵方核对",
		(long long)days);
	return STATUS_OK;
}

static NEOERR *send(struct db *db, void *ctx)
{
	struct mails *all = ctx;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < all->n; i++) {
		const struct mail *m = &all->mail[i];

		TRY(delivery_add(db, "mail", m->to, m->subject, m->text, m->key));
	}
out:
	return nerr_pass(err);
}

NEOERR *settlement_remind(struct db *db, int64_t now, int64_t *mails)
{
	static const struct sql *const waiting[] = { &settlement_waiting, &bill_waiting };
	struct mails all = { calloc(MAILS_MAX, sizeof(struct mail)), 0, now };
	int64_t oldest = now - (REMIND_TIMES + 1) * REMIND_DAYS * DAY_SECONDS + 1;
	NEOERR *err;

	if (!all.mail)
		error_die("out of memory");
	for (int i = 0; i < 2; i++)
		TRY(db_query(db, waiting[i], ARGS(TIME(oldest), TIME(now)), take_waiting, &all));
	TRY(db_tx(db, send, &all));
	*mails = all.n;
out:
	free(all.mail);
	return nerr_pass(err);
}
