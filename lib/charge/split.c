/* split.c - the parts of an order: found by its station's plan, written and posted by difference.
 * Owns table split. Serves split.h; what channels are asked is split_send.c. */
#include "charge/split.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/ledger.h"

SQL(split_order_select,
	"select s.provider_id, s.station_id, s.no, s.kind, coalesce(s.energy, 0), s.energy_fee,"
	" s.service_fee, s.amount, s.refunded, coalesce(s.ended_at, s.requested_at), p.id, p.cycle,"
	" p.fee_off, s.property_id, coalesce((select y.id from payment y join channel c on c.id ="
	" y.channel_id and c.sharing where y.session_id = s.id and y.purpose = 'prepay' and y.state ="
	" 'paid' order by y.id limit 1), 0) from session s join split_plan p on p.station_id ="
	" s.station_id and p.deleted = 0 and p.from_day <= date(s.requested_at) where s.id = ? and"
	" s.state = 'finished' and s.pay_kind <> 'none' order by p.from_day desc limit 1");
SQL(split_rules_select,
	"select id, kind, coalesce(provider_id, 0), name, account_type, account, fee, method, percent,"
	" price from split_party where plan_id = ? and deleted = 0 order by id limit 40");
SQL(split_standing,
	"select id, party_id, amount - returned - back, undone from split where session_id = ? order"
	" by id desc for update");
SQL(split_insert,
	"insert into split (no, provider_id, station_id, session_id, session_no, kind, plan_id,"
	" party_id, party_kind, party_owner, party_name, account_type, account, period, way,"
	" payment_id, order_amount, channel_fee, amount, state, next_at, done_at, operator,"
	" created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
	" ?, ?, ?, ?, ?)");
SQL(split_row_lock,
	"select t.id, t.provider_id, t.station_id, t.session_id, t.party_owner, coalesce(t.payment_id,"
	" 0), coalesce(y.channel_id, 0), t.amount, t.returned, t.back, t.party_kind, t.state, t.way ="
	" 'channel', t.undone, t.attempt, t.returns, t.tries, t.no, t.party_name, t.account_type,"
	" t.account, coalesce(y.transaction, '') from split t left join payment y on y.id ="
	" t.payment_id where t.id = ? for update");
SQL(split_row_write,
	"update split set amount = ?, returned = ?, back = ?, state = ?, way = ?, undone = ?, attempt"
	" = ?, returns = ?, tries = ?, next_at = ?, problem = ?, operator = if(? = '', operator, ?),"
	" done_at = if(? in ('done', 'taking'), coalesce(done_at, ?), done_at),"
	" updated_at = ?, updated_by = coalesce(?, updated_by), version = version + 1 where id = ?");

struct party {
	int64_t id, owner_id, standing;
	enum split_party_kind kind;
	bool undone;
	char name[81], account_type[17], account[65];
};
struct splitting {
	int64_t session_id, provider_id, station_id, property_id, plan_id, payment_id, at;
	struct split_order order;
	char no[41], kind[9], cycle[9];
	struct split_rule rule[SPLIT_RULES];
	struct party party[SPLIT_RULES];
	int rules, parties;
};
struct standing { int64_t id, net, party_id; };
struct standings { struct standing at[400]; int n; struct splitting *s; };

static NEOERR *take_order(const struct row *r, void *ctx)
{
	struct splitting *s = ctx;

	s->provider_id = row_i64(r, 0);
	s->station_id = row_i64(r, 1);
	text_copy(s->no, sizeof s->no, row_str(r, 2));
	text_copy(s->kind, sizeof s->kind, row_str(r, 3));
	s->order = (struct split_order){ .energy = row_energy(r, 4), .energy_fee = row_money(r, 5),
		.service_fee = row_money(r, 6), .amount = row_money(r, 7), .back = row_money(r, 8),
		.fee_off = row_money(r, 12) };
	s->at = row_time(r, 9);
	s->plan_id = row_i64(r, 10);
	text_copy(s->cycle, sizeof s->cycle, row_str(r, 11));
	s->property_id = row_i64(r, 13);
	s->payment_id = row_i64(r, 14);
	if (!s->payment_id)
		s->order.fee_off = 0;
	return STATUS_OK;
}

static int64_t owner_of(const struct splitting *s, enum split_party_kind kind, int64_t provider_id,
	int64_t party_id)
{
	const int64_t id[] = { [SPLIT_PARTY_PROVIDER] = provider_id,
		[SPLIT_PARTY_PROPERTY] = s->property_id, [SPLIT_PARTY_PLATFORM] = 0,
		[SPLIT_PARTY_RECEIVER] = party_id };

	return id[kind];
}

/* Rules of the same name, kind and account are one party's. */
static int party_of(struct splitting *s, const struct row *r)
{
	enum split_party_kind kind =
		(enum split_party_kind)choice_value(&split_party_kind_choices, row_str(r, 1));
	struct party *p;

	for (int i = 0; i < s->parties; i++)
		if (s->party[i].kind == kind && text_eq(s->party[i].name, row_str(r, 3)) &&
			text_eq(s->party[i].account, row_str(r, 5)))
			return i;
	p = &s->party[s->parties];
	p->id = row_i64(r, 0);
	p->kind = kind;
	p->owner_id = owner_of(s, kind, row_i64(r, 2), p->id);
	text_copy(p->name, sizeof p->name, row_str(r, 3));
	text_copy(p->account_type, sizeof p->account_type, row_str(r, 4));
	text_copy(p->account, sizeof p->account, row_str(r, 5));
	return s->parties++;
}

static NEOERR *take_rule(const struct row *r, void *ctx)
{
	struct splitting *s = ctx;
	int method = choice_value(&split_method_choices, row_str(r, 7));

	if (s->rules == SPLIT_RULES)
		return STATUS_OK;
	s->rule[s->rules++] = (struct split_rule){ .party = party_of(s, r),
		.fee = (enum split_fee)choice_value(&split_fee_choices, row_str(r, 6)),
		.method = (enum split_method)method,
		.value = row_money(r, method == SPLIT_PERCENT ? 8 : 9) };
	return STATUS_OK;
}

static NEOERR *take_standing(const struct row *r, void *ctx)
{
	struct standings *all = ctx;
	int64_t party_id = row_i64(r, 1), net = row_money(r, 2);

	for (int i = 0; i < all->s->parties; i++) {
		struct party *p = &all->s->party[i];

		if (p->id != party_id)
			continue;
		p->standing += net;
		p->undone = p->undone || row_i64(r, 3) != 0;
	}
	if (all->n < 400)
		all->at[all->n++] = (struct standing){ row_i64(r, 0), net, party_id };
	return STATUS_OK;
}

static void period_of(const struct splitting *s, char out[25])
{
	char day[CLOCK_TEXT];
	int64_t t = s->at;

	if (text_eq(s->cycle, "week"))                   /* named by its Monday */
		t = clock_day_start(t) - (clock_day_start(t) / 86400 + 4) % 7 * 86400;
	clock_format_day(t, day);
	snprintf(out, 25, "P%lld-%.4s%.2s%.2s", (long long)s->provider_id % 10000000, day, day + 5,
		text_eq(s->cycle, "month") ? "" : day + 8);
}

static NEOERR *insert_part(struct db *db, const struct splitting *s, const struct party *p,
	int64_t amount, const char *operator, int64_t *id)
{
	bool channel = s->payment_id && p->kind == SPLIT_PARTY_RECEIVER && *p->account;
	char period[25], hex[17], no[25];
	int64_t now = clock_now(), fee = 0;
	NEOERR *err;

	TRY(random_hex(hex, 8));
	snprintf(no, sizeof no, "S%s", hex);
	period_of(s, period);
	(void)fixed_muldiv(s->order.amount, s->order.fee_off, SPLIT_WHOLE, ROUND_CUT, &fee);
	err = db_insert(db, &split_insert,
		ARGS(STR(no), I64(s->provider_id), I64(s->station_id), I64(s->session_id), STR(s->no),
			STR(s->kind), I64(s->plan_id), I64(p->id),
			STR(choice_name(&split_party_kind_choices, p->kind)), I64(p->owner_id), STR(p->name),
			STR(p->account_type), STR(p->account), STR(period), STR(channel ? "channel" : "ledger"),
			channel ? I64(s->payment_id) : NULLARG, MONEY(s->order.amount), MONEY(fee),
			MONEY(amount), STR(channel ? "waiting" : "done"), TIME(channel ? now : 0),
			TIME(channel ? 0 : now), STR(operator), TIME(now), TIME(now)),
		id);
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "split number %s is taken", no);
	}
out:
	return nerr_pass(err);
}

static NEOERR *add_part(struct db *db, const struct splitting *s, const struct party *p,
	int64_t amount, const char *operator)
{
	struct split_row row;
	char key[60];
	int64_t id;
	NEOERR *err;

	TRY(insert_part(db, s, p, amount, operator, &id));
	TRY(split_lock(db, id, &row));
	if (row.by_channel)
		return STATUS_OK;
	snprintf(key, sizeof key, "split:%s", row.no);
	TRY(split_post(db, &row, amount, key));
out:
	return nerr_pass(err);
}

/* The newest parts first. */
static NEOERR *cut_party(struct db *db, const struct standings *all, const struct party *p,
	int64_t x, const char *operator)
{
	struct split_row row;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < all->n && x > 0; i++) {
		int64_t cut = all->at[i].net < x ? all->at[i].net : x;

		if (all->at[i].party_id != p->id || cut <= 0)
			continue;
		TRY(split_lock(db, all->at[i].id, &row));
		TRY(split_take_back(db, &row, cut, operator));
		x -= cut;
	}
out:
	return nerr_pass(err);
}

static NEOERR *write_differences(struct db *db, struct splitting *s, const struct standings *all,
	const char *operator)
{
	int64_t part[SPLIT_RULES], owner;
	NEOERR *err = STATUS_OK;

	split_compute(s->rule, s->rules, s->parties, &s->order, part, &owner);
	for (int i = 0; i < s->parties; i++) {
		struct party *p = &s->party[i];
		int64_t more = part[i] - p->standing;

		if (more > 0 && !p->undone)
			TRY(add_part(db, s, p, more, operator));
		else if (more < 0)
			TRY(cut_party(db, all, p, -more, operator));
	}
out:
	return nerr_pass(err);
}

NEOERR *split_session(struct db *db, int64_t session_id, const char *operator)
{
	struct splitting *s = calloc(1, sizeof *s);
	struct standings *all = calloc(1, sizeof *all);
	bool found = false;
	NEOERR *err;

	if (!s || !all)
		error_die("out of memory");
	s->session_id = session_id;
	all->s = s;
	TRY(db_find(db, &split_order_select, ARGS(I64(session_id)), take_order, s, &found));
	if (!found)
		goto out;
	TRY(db_query(db, &split_rules_select, ARGS(I64(s->plan_id)), take_rule, s));
	TRY(db_query(db, &split_standing, ARGS(I64(session_id)), take_standing, all));
	TRY(write_differences(db, s, all, operator));
out:
	free(s);
	free(all);
	return nerr_pass(err);
}

/* ---- a part */

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct split_row *s = ctx;

	*s = (struct split_row){ .id = row_i64(r, 0), .provider_id = row_i64(r, 1),
		.station_id = row_i64(r, 2), .session_id = row_i64(r, 3), .party_owner = row_i64(r, 4),
		.payment_id = row_i64(r, 5), .channel_id = row_i64(r, 6), .amount = row_money(r, 7),
		.returned = row_money(r, 8), .back = row_money(r, 9),
		.party = (enum split_party_kind)choice_value(&split_party_kind_choices, row_str(r, 10)),
		.state = (enum split_state)choice_value(&split_state_choices, row_str(r, 11)),
		.by_channel = row_i64(r, 12) != 0, .undone = row_i64(r, 13) != 0,
		.attempt = (int)row_i64(r, 14), .returns = (int)row_i64(r, 15),
		.tries = (int)row_i64(r, 16) };
	text_copy(s->no, sizeof s->no, row_str(r, 17));
	text_copy(s->party_name, sizeof s->party_name, row_str(r, 18));
	text_copy(s->account_type, sizeof s->account_type, row_str(r, 19));
	text_copy(s->account, sizeof s->account, row_str(r, 20));
	text_copy(s->transaction, sizeof s->transaction, row_str(r, 21));
	return STATUS_OK;
}

NEOERR *split_lock(struct db *db, int64_t id, struct split_row *out)
{
	return nerr_pass(db_get(db, &split_row_lock, ARGS(I64(id)), take_row, out));
}

NEOERR *split_write(struct db *db, const struct split_row *s, int64_t next_at, const char *problem,
	const char *operator, int64_t by)
{
	const char *state = choice_name(&split_state_choices, s->state);
	int64_t now = clock_now();

	return nerr_pass(db_exec(db, &split_row_write,
		ARGS(MONEY(s->amount), MONEY(s->returned), MONEY(s->back), STR(state),
			STR(s->by_channel ? "channel" : "ledger"), I64(s->undone), I64(s->attempt),
			I64(s->returns), I64(s->tries), TIME(next_at), STR(problem), STR(operator),
			STR(operator), STR(state), TIME(now), TIME(now), IDREF(by), I64(s->id)),
		NULL));
}

static struct ledger_entry other_side(const struct split_row *s, int64_t amount)
{
	static const enum account_owner owners[] = { [SPLIT_PARTY_PROVIDER] = OWNER_PROVIDER,
		[SPLIT_PARTY_PROPERTY] = OWNER_PROPERTY, [SPLIT_PARTY_PLATFORM] = OWNER_PLATFORM,
		[SPLIT_PARTY_RECEIVER] = OWNER_RECEIVER };

	return s->by_channel
		? (struct ledger_entry){ OWNER_CHANNEL, s->channel_id, ACCOUNT_CLEARING, amount }
		: (struct ledger_entry){ owners[s->party], s->party_owner, ACCOUNT_SPLIT, amount };
}

NEOERR *split_post(struct db *db, const struct split_row *s, int64_t amount, const char *key)
{
	const struct journal j = { .kind = amount > 0 ? JOURNAL_SPLIT : JOURNAL_SPLIT_BACK,
		.dedupe_key = key, .provider_id = s->provider_id, .station_id = s->station_id,
		.session_id = s->session_id, .note = s->no };
	const struct ledger_entry entry[] = {
		{ OWNER_PROVIDER, s->provider_id, ACCOUNT_SPLIT, -amount }, other_side(s, amount) };
	bool fresh;

	return nerr_pass(ledger_post(db, &j, entry, 2, &fresh));
}

/* What a channel may have heard of is not cut but asked back. */
static bool is_unpaid(const struct split_row *s)
{
	return s->state == SPLIT_FAILED || (s->state == SPLIT_WAITING && s->tries == 0);
}

NEOERR *split_take_back(struct db *db, struct split_row *s, int64_t x, const char *operator)
{
	bool unpaid = is_unpaid(s);
	char key[60];
	NEOERR *err = STATUS_OK;

	if (!unpaid && s->by_channel) {
		s->back += x;
		if (s->state == SPLIT_DONE)
			s->state = SPLIT_TAKING;
		return nerr_pass(split_write(db, s, clock_now(), "", operator, 0));
	}
	s->returned += x;
	s->returns++;
	if (!unpaid) {
		snprintf(key, sizeof key, "split_back:%s:%d", s->no, s->returns);
		TRY(split_post(db, s, -x, key));
	}
	if (s->returned == s->amount)
		s->state = SPLIT_UNDONE;
	TRY(split_write(db, s, unpaid && s->state == SPLIT_WAITING ? clock_now() : 0, "", operator,
		0));
out:
	return nerr_pass(err);
}

/* ---- what a person does */

static const char *const refusal_names[] = { [SPLIT_FINE] = "fine", [SPLIT_STATE] = "state",
	[SPLIT_NOTHING] = "nothing" };

const char *split_refusal_name(enum split_refusal r)
{
	return refusal_names[r];
}

NEOERR *split_undo(struct db *db, int64_t id, const struct actor *who,
	enum split_refusal *refusal)
{
	struct split_row s;
	NEOERR *err;

	TRY(split_lock(db, id, &s));
	*refusal = s.state != SPLIT_DONE ? SPLIT_STATE
		: s.amount == s.returned   ? SPLIT_NOTHING
								   : SPLIT_FINE;
	if (*refusal != SPLIT_FINE)
		goto out;
	s.undone = true;
	TRY(split_take_back(db, &s, s.amount - s.returned, who->name ? who->name : ""));
out:
	return nerr_pass(err);
}

/* A channel that closed an order for good wants another number; one given up may have been heard
 * and is asked after first. */
NEOERR *split_again(struct db *db, int64_t id, const struct actor *who,
	enum split_refusal *refusal)
{
	struct split_row s;
	NEOERR *err;

	TRY(split_lock(db, id, &s));
	*refusal = s.state == SPLIT_FAILED || s.state == SPLIT_DEAD ? SPLIT_FINE : SPLIT_STATE;
	if (*refusal != SPLIT_FINE)
		goto out;
	s.attempt += s.state == SPLIT_FAILED;
	s.tries = s.state == SPLIT_DEAD;
	s.state = SPLIT_WAITING;
	TRY(split_write(db, &s, clock_now(), "", who->name ? who->name : "", who->user_id));
out:
	return nerr_pass(err);
}

NEOERR *split_by_ledger(struct db *db, int64_t id, const struct actor *who,
	enum split_refusal *refusal)
{
	struct split_row s;
	char key[60];
	NEOERR *err;

	TRY(split_lock(db, id, &s));
	*refusal = s.state == SPLIT_FAILED ? SPLIT_FINE : SPLIT_STATE;
	if (*refusal != SPLIT_FINE)
		goto out;
	s.by_channel = false;
	s.state = SPLIT_DONE;
	snprintf(key, sizeof key, "split:%s", s.no);
	TRY(split_post(db, &s, s.amount - s.returned, key));
	TRY(split_write(db, &s, 0, "", who->name ? who->name : "", who->user_id));
out:
	return nerr_pass(err);
}
