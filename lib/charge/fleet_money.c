/* fleet_money.c - a fleet's money given to its drivers, equally or up to an amount, and taken back
 * (W11).
 * Owns nothing beyond ledger.c's tables. Serves fleet.h. */
#include "charge/fleet.h"

#include <stdlib.h>

#include "charge/session_topup.h"

#define DEAL_KEY 80

SQL(deal_provider, "select provider_id from fleet where id = ? and deleted = 0 for update");
SQL(deal_members,
	"select m.member_id from fleet_member m join member p on p.id = m.member_id and p.deleted = 0"
	" where m.fleet_id = ? and m.deleted = 0 and (? = 0 or m.member_id = ?) order by m.member_id"
	" limit 2000");
/* What the fleet gave a driver, less what it took back: both stand in its own statement. */
SQL(deal_given,
	"select coalesce(-sum(cash), 0) from statement where fleet_id = ? and member_id = ? and kind in"
	" ('allocate', 'take_back')");

struct part { int64_t member_id, amount; struct topup running; };
struct dealing {
	const struct fleet_deal *deal;
	int64_t provider_id;
	int n, room;
	struct part *part;
};

static NEOERR *take_member(const struct row *r, void *ctx)
{
	struct dealing *w = ctx;

	if (w->n == w->room) {
		w->room = w->room ? 2 * w->room : 64;
		w->part = realloc(w->part, (size_t)w->room * sizeof(*w->part));
		if (!w->part)
			error_die("out of memory");
	}
	w->part[w->n++] = (struct part){ .member_id = row_i64(r, 0) };
	return STATUS_OK;
}

/* The fleet's row first: two deals of one fleet go one after the other. Charges before accounts,
 * as settlements lock them. */
static NEOERR *begin(struct db *db, struct dealing *w)
{
	const struct fleet_deal *d = w->deal;
	NEOERR *err;

	TRY(db_i64(db, &deal_provider, ARGS(I64(d->fleet_id)), &w->provider_id));
	TRY(db_query(db, &deal_members,
		ARGS(I64(d->fleet_id), I64(d->member_id), I64(d->member_id)), take_member, w));
	for (int i = 0; i < w->n; i++)
		TRY(session_topup_lock(db, (struct purse){ OWNER_MEMBER, w->part[i].member_id },
			&w->part[i].running));
out:
	return nerr_pass(err);
}

/* Each purse has a journal and so a line of its own; the provider's drawer stands between them. */
static NEOERR *move(struct db *db, const struct dealing *w, struct purse purse,
	const struct part *p, enum journal_kind kind, int64_t amount)
{
	const struct fleet_deal *d = w->deal;
	char key[DEAL_KEY];
	struct journal j = { .kind = kind,
		.dedupe_key = key,
		.provider_id = w->provider_id,
		.member_id = p->member_id,
		.note = d->note,
		.operator= d->operator,
		.by = d->by,
		.purse = purse };
	struct ledger_entry e[] = {
		{ purse.kind, purse.id, ACCOUNT_CASH, amount },
		{ OWNER_PROVIDER, w->provider_id, ACCOUNT_CASH_TAKEN, -amount },
	};

	snprintf(key, sizeof(key), "%s:%lld:%c", d->once, (long long)p->member_id,
		purse.kind == OWNER_FLEET ? 'f' : 'm');
	return nerr_pass(ledger_post(db, &j, e, 2, NULL));
}

static NEOERR *move_all(struct db *db, const struct dealing *w, enum journal_kind kind)
{
	int64_t sign = kind == JOURNAL_ALLOCATE ? 1 : -1;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < w->n; i++) {
		const struct part *p = &w->part[i];

		if (p->amount <= 0)
			continue;
		TRY(move(db, w, (struct purse){ OWNER_FLEET, w->deal->fleet_id }, p, kind,
			-sign * p->amount));
		TRY(move(db, w, (struct purse){ OWNER_MEMBER, p->member_id }, p, kind,
			sign * p->amount));
		if (sign > 0)
			TRY(session_topup(db, &p->running));
	}
out:
	return nerr_pass(err);
}

static void count(const struct dealing *w, struct fleet_dealt *out)
{
	for (int i = 0; i < w->n; i++) {
		if (w->part[i].amount <= 0)
			continue;
		out->members++;
		out->total += w->part[i].amount;
	}
}

NEOERR *fleet_allocate(struct db *db, const struct fleet_deal *d, struct fleet_dealt *out)
{
	struct dealing w = { .deal = d };
	struct purse_balance b;
	NEOERR *err;

	*out = (struct fleet_dealt){ 0 };
	if (d->amount <= 0)
		return nerr_raise(ERR_INVALID, "an allocation gives money");
	TRY(begin(db, &w));
	TRY(purse_lock(db, (struct purse){ OWNER_FLEET, d->fleet_id }, &b));
	out->missing = -b.cash;
	for (int i = 0; i < w.n; i++) {
		TRY(purse_lock(db, (struct purse){ OWNER_MEMBER, w.part[i].member_id }, &b));
		w.part[i].amount = d->share == SHARE_EQUAL ? d->amount : d->amount - b.cash - b.cash_held;
	}
	count(&w, out);
	out->missing += out->total;
	if (out->missing > 0 && out->total > 0)
		goto out;
	out->missing = 0;
	TRY(move_all(db, &w, JOURNAL_ALLOCATE));
out:
	free(w.part);
	return nerr_pass(err);
}

NEOERR *fleet_take_back(struct db *db, const struct fleet_deal *d, struct fleet_dealt *out)
{
	struct dealing w = { .deal = d };
	struct purse_balance b;
	int64_t given;
	NEOERR *err;

	*out = (struct fleet_dealt){ 0 };
	TRY(begin(db, &w));
	for (int i = 0; i < w.n; i++) {
		struct part *p = &w.part[i];

		TRY(purse_lock(db, (struct purse){ OWNER_MEMBER, p->member_id }, &b));
		TRY(db_money(db, &deal_given, ARGS(I64(d->fleet_id), I64(p->member_id)), &given));
		p->amount = d->amount && d->amount < given ? d->amount : given;
		if (p->amount > b.cash)
			p->amount = b.cash;
	}
	count(&w, out);
	TRY(move_all(db, &w, JOURNAL_TAKE_BACK));
out:
	free(w.part);
	return nerr_pass(err);
}
