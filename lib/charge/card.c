/* card.c - a card is issued of a product: its holder, its numbers, who pays, what is on it.
 * Owns nothing of its own. Serves card.h. */
#include "charge/card.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/card_list.h"
#include "charge/member.h"

#define KEY 100

SQL(card_product_lock,
	"select p.provider_id, p.kind, p.issue, p.price, p.face, p.status = 'enabled', coalesce((select"
	" min(b.station_id) from card_product_station b where b.product_id = p.id and b.deleted = 0),"
	" (select min(s.id) from station s where s.property_id = p.property_id and s.deleted = 0), 0)"
	" from card_product p where p.id = ? and p.property_id = ? and p.deleted = 0 for update");
SQL(card_fleet_lock,
	"select status = 'enabled' from fleet where id = ? and provider_id = ? and (property_id is null"
	" or property_id = ?) and deleted = 0 for update");
SQL(card_holder_lock,
	"select id, provider_id, status = 'enabled' from member where phone = ? and deleted = 0 for"
	" update");
SQL(card_holder_insert,
	"insert into member (no, provider_id, station_id, name, phone, source, created_at, created_by,"
	" updated_at, updated_by) values (?, ?, ?, ?, ?, 'offline', ?, ?, ?, ?)");
SQL(card_logical_taken,
	"select count(*) from card where logical_no = ? and id <> ? and deleted = 0");
SQL(card_physical_taken,
	"select (select count(*) from card where physical_no = ? and id <> ? and deleted = 0) +"
	" (select count(*) from token where chip = trim(leading '0' from ?) and deleted = 0)");
SQL(card_issue_insert,
	"insert into card (no, kind, member_id, provider_id, product_id, property_id, fleet_id, issue,"
	" price, face, logical_no, physical_no, expires_at, created_at, created_by, updated_at,"
	" updated_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(card_bonus_select,
	"select p.bonus from card k join card_product p on p.id = k.product_id where k.id = ?");

static const char *const refusal_names[] = { [CARD_FINE] = "fine",
	[CARD_PRODUCT_OFF] = "product_off",
	[CARD_FLEET_NEEDED] = "fleet_needed",
	[CARD_FLEET_NOT] = "fleet_not",
	[CARD_FLEET_OFF] = "fleet_off",
	[CARD_FLEET_SHORT] = "fleet_short",
	[CARD_HOLDER_OFF] = "holder_off",
	[CARD_HOLDER_OTHER] = "holder_other",
	[CARD_NUMBER_NEEDED] = "number_needed",
	[CARD_LOGICAL_TAKEN] = "logical_taken",
	[CARD_PHYSICAL_TAKEN] = "physical_taken" };

const char *card_refusal_name(enum card_refusal r)
{
	return refusal_names[r];
}

struct product {
	int64_t provider_id, price, face, station_id;
	bool open, of_fleet, physical;
	char kind[13];
};

static NEOERR *take_product(const struct row *r, void *ctx)
{
	struct product *p = ctx;

	*p = (struct product){ .provider_id = row_i64(r, 0),
		.of_fleet = text_eq(row_str(r, 2), "fleet"),
		.price = row_money(r, 3),
		.face = row_money(r, 4),
		.open = row_i64(r, 5) != 0,
		.station_id = row_i64(r, 6) };
	text_copy(p->kind, sizeof(p->kind), row_str(r, 1));
	p->physical = text_eq(p->kind, "physical");
	return STATUS_OK;
}

struct holder { int64_t id, provider_id; bool open; };

static NEOERR *take_holder(const struct row *r, void *ctx)
{
	*(struct holder *)ctx = (struct holder){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2) != 0 };
	return STATUS_OK;
}

NEOERR *card_number_taken(struct db *db, const char *number, bool physical, int64_t id,
	bool *taken)
{
	int64_t n = 0;
	NEOERR *err;

	if (physical)
		err = db_i64(db, &card_physical_taken, ARGS(STR(number), I64(id), STR(number)), &n);
	else
		err = db_i64(db, &card_logical_taken, ARGS(STR(number), I64(id)), &n);
	*taken = n > 0;
	return nerr_pass(err);
}

/* ---- what speaks against it ---- */

static NEOERR *judge_numbers(struct db *db, const struct card_order *o, const struct product *p,
	enum card_refusal *refusal)
{
	bool logical = false, physical = false;
	NEOERR *err = STATUS_OK;

	if (*o->logical_no)
		TRY(card_number_taken(db, o->logical_no, false, 0, &logical));
	if (*o->physical_no)
		TRY(card_number_taken(db, o->physical_no, true, 0, &physical));
	if (p->physical && !*o->logical_no && !*o->physical_no)
		*refusal = CARD_NUMBER_NEEDED;
	else if (logical)
		*refusal = CARD_LOGICAL_TAKEN;
	else if (physical)
		*refusal = CARD_PHYSICAL_TAKEN;
out:
	return nerr_pass(err);
}


static NEOERR *take_open(const struct row *r, void *ctx)
{
	*(bool *)ctx = row_i64(r, 0) != 0;
	return STATUS_OK;
}

/* The fleet's row stays locked: its cards are issued one after the other. */
static NEOERR *judge_fleet(struct db *db, const struct card_order *o, const struct product *p,
	struct card_issued *out, enum card_refusal *refusal)
{
	bool found = false, open = false;
	struct purse_balance b;
	NEOERR *err = STATUS_OK;

	if (!p->of_fleet || !o->fleet_id) {
		*refusal = p->of_fleet ? CARD_FLEET_NEEDED : o->fleet_id ? CARD_FLEET_NOT : CARD_FINE;
		goto out;
	}
	TRY(db_find(db, &card_fleet_lock,
		ARGS(I64(o->fleet_id), I64(p->provider_id), I64(o->property_id)), take_open, &open,
		&found));
	if (!found || !open) {
		*refusal = CARD_FLEET_OFF;
		goto out;
	}
	TRY(purse_lock(db, (struct purse){ OWNER_FLEET, o->fleet_id }, &b));
	out->missing = p->price > b.cash ? p->price - (b.cash > 0 ? b.cash : 0) : 0;
	if (out->missing > 0)
		*refusal = CARD_FLEET_SHORT;
out:
	return nerr_pass(err);
}

static NEOERR *judge(struct db *db, const struct card_order *o, struct product *p,
	struct holder *h, struct card_issued *out, enum card_refusal *refusal)
{
	bool found = false, known = false;
	NEOERR *err;

	*refusal = CARD_FINE;
	TRY(db_find(db, &card_product_lock, ARGS(I64(o->product_id), I64(o->property_id)),
		take_product, p, &found));
	if (!found || !p->open) {
		*refusal = CARD_PRODUCT_OFF;
		goto out;
	}
	TRY(db_find(db, &card_holder_lock, ARGS(STR(o->phone)), take_holder, h, &known));
	if (known && (!h->open || h->provider_id != p->provider_id)) {
		*refusal = h->open ? CARD_HOLDER_OTHER : CARD_HOLDER_OFF;
		goto out;
	}
	TRY(judge_numbers(db, o, p, refusal));
	if (*refusal == CARD_FINE)
		TRY(judge_fleet(db, o, p, out, refusal));
out:
	return nerr_pass(err);
}

/* ---- it is issued ---- */

static NEOERR *make_holder(struct db *db, const struct card_order *o, const struct product *p,
	int64_t *id)
{
	int64_t now = clock_now();
	char no[10];
	NEOERR *err;

	TRY(member_new_no(db, no));
	TRY(db_insert(db, &card_holder_insert,
		ARGS(STR(no), I64(p->provider_id), IDREF(p->station_id), STR(o->name), STR(o->phone),
			TIME(now), IDREF(o->by), TIME(now), IDREF(o->by)),
		id));
out:
	return nerr_pass(err);
}

static const char *or_null(const char *s)
{
	return *s ? s : NULL;
}

static NEOERR *make_card(struct db *db, const struct card_order *o, const struct product *p,
	struct card_issued *out)
{
	int64_t now = clock_now();
	NEOERR *err;

	TRY(card_new_no(db, out->no));
	TRY(db_insert(db, &card_issue_insert,
		ARGS(STR(out->no), STR(p->kind), I64(out->member_id), I64(p->provider_id),
			I64(o->product_id), I64(o->property_id), IDREF(o->fleet_id),
			STR(p->of_fleet ? "fleet" : "person"), MONEY(p->price), MONEY(p->face),
			STR(or_null(o->logical_no)), STR(or_null(o->physical_no)), TIME(o->expires_at),
			TIME(now), IDREF(o->by), TIME(now), IDREF(o->by)),
		&out->card_id));
out:
	return nerr_pass(err);
}

static struct journal journal_of(const struct card_order *o, const struct product *p,
	const struct card_issued *made, struct purse purse, char key[KEY])
{
	snprintf(key, KEY, "%s:%c", o->once, purse.kind == OWNER_FLEET ? 'f' : 'c');
	return (struct journal){ .kind = JOURNAL_ISSUE,
		.dedupe_key = key,
		.provider_id = p->provider_id,
		.member_id = made->member_id,
		.card_id = made->card_id,
		.note = made->no,
		.operator= o->operator,
		.by = o->by,
		.booked = true,
		.purse = purse };
}

/* As allocations: each purse has a journal and so a line of its own, the provider's drawer stands
 * between them. */
static NEOERR *pay(struct db *db, const struct card_order *o, const struct product *p,
	const struct card_issued *made)
{
	struct purse card = { OWNER_CARD, made->card_id }, fleet = { OWNER_FLEET, o->fleet_id };
	struct purse house = { OWNER_PROVIDER, p->provider_id };
	int64_t cash = p->price < p->face ? p->price : p->face, gift = p->face - cash;
	char key[KEY];
	struct journal j;
	NEOERR *err = STATUS_OK;

	if (p->of_fleet && p->price > 0) {
		j = journal_of(o, p, made, fleet, key);
		TRY(ledger_post(db, &j,
			(struct ledger_entry[]){ { fleet.kind, fleet.id, ACCOUNT_CASH, -p->price },
				{ house.kind, house.id, ACCOUNT_CASH_TAKEN, p->price } },
			2, NULL));
	}
	if (p->price == 0 && p->face == 0)
		goto out;
	j = journal_of(o, p, made, card, key);
	TRY(ledger_post(db, &j,
		(struct ledger_entry[]){ { card.kind, card.id, ACCOUNT_CASH, cash },
			{ card.kind, card.id, ACCOUNT_GIFT, gift },
			{ house.kind, house.id, ACCOUNT_CASH_TAKEN, -p->price },
			{ house.kind, house.id, ACCOUNT_GIFT_GRANTED, -gift },
			{ house.kind, house.id, ACCOUNT_INCOME_CARD, p->price - cash } },
		5, NULL));
out:
	return nerr_pass(err);
}

NEOERR *card_issue(struct db *db, const struct card_order *o, struct card_issued *out,
	enum card_refusal *refusal)
{
	struct product p = { .price = 0 };
	struct holder h = { .id = 0 };
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	TRY(judge(db, o, &p, &h, out, refusal));
	if (*refusal != CARD_FINE)
		goto out;
	out->member_id = h.id;
	if (!h.id)
		TRY(make_holder(db, o, &p, &out->member_id));
	TRY(make_card(db, o, &p, out));
	TRY(pay(db, o, &p, out));
	TRY(card_list_touch(db, p.provider_id, o->physical_no, o->by));
out:
	if (error_is(err, ERR_DUPLICATE)) {          /* the same phone or number at two windows */
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "a number was taken meanwhile");
	}
	return nerr_pass(err);
}

/* ---- the gift of a recharge ---- */

static bool read_step(char *word, int64_t *cash, int64_t *gift)
{
	char *plus = strchr(word, '+');

	if (plus == NULL)
		return false;
	*plus = '\0';
	return money_parse(word, cash) && money_parse(plus + 1, gift) && *cash >= MONEY_FEN &&
		*gift >= MONEY_FEN && *cash % MONEY_FEN == 0 && *gift % MONEY_FEN == 0 && *gift <= *cash;
}

bool card_bonus(const char *rule, int64_t cash, int64_t *gift)
{
	int64_t step, given, reached = 0;
	char text[CARD_BONUS + 1], *list = text, *word;

	*gift = 0;
	text_copy(text, sizeof(text), rule);
	while ((word = text_split(&list, ' ')) != NULL) {
		if (!*word)
			continue;
		if (!read_step(word, &step, &given))
			return false;
		if (step <= cash && step > reached) {
			reached = step;
			*gift = given;
		}
	}
	return true;
}

static NEOERR *take_rule(const struct row *r, void *ctx)
{
	text_copy(ctx, CARD_BONUS + 1, row_str(r, 0));
	return STATUS_OK;
}

NEOERR *card_bonus_of(struct db *db, int64_t card_id, int64_t cash, int64_t *gift)
{
	char rule[CARD_BONUS + 1] = "";
	bool found;
	NEOERR *err = db_find(db, &card_bonus_select, ARGS(I64(card_id)), take_rule, rule, &found);

	if (err == STATUS_OK && !card_bonus(rule, cash, gift))
		*gift = 0;
	return nerr_pass(err);
}
