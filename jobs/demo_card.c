/* demo_card.c - the demo's card products, a card issued of one, charge cards and categories.
 * Owns the names and numbers. Serves jobs/demo.c. */
#include "jobs/demo.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/card.h"
#include "charge/token.h"

SQL(card_demo_there, "select count(*) from card_product where property_id = ? and deleted = 0");
SQL(card_demo_product,
	"insert into card_product (provider_id, property_id, name, kind, issue, price, face, bonus,"
	" created_at, updated_at) values (?, ?, '小区充电年卡', 'physical', 'person', 190, 200,"
	" '100+10 200+30', ?, ?)");
SQL(card_demo_station,
	"insert into card_product_station (product_id, station_id, created_at, updated_at) values (?,"
	" ?, ?, ?)");
SQL(card_demo_member_category,
	"insert into member_category (provider_id, name, created_at, updated_at) values (?, '月结客户',"
	" ?, ?)");
SQL(card_demo_categorised,
	"update member set category_id = ? where provider_id = ? and deleted = 0 order by id limit 3");
SQL(card_demo_token_category,
	"insert into token_category (provider_id, name, created_at, updated_at) values (?, '门卫代办卡',"
	" ?, ?)");
SQL(card_demo_token,
	"insert into token (no, kind, provider_id, category_id, created_at, updated_at) values (?, ?,"
	" ?, ?, ?, ?)");
SQL(card_demo_member,
	"select phone, name, id from member where provider_id = ? and status = 'enabled' and deleted ="
	" 0 order by id limit 7, 1");

struct holder { char phone[21], name[41]; int64_t id; };

static NEOERR *take_holder(const struct row *r, void *ctx)
{
	struct holder *h = ctx;

	text_copy(h->phone, sizeof(h->phone), row_str(r, 0));
	text_copy(h->name, sizeof(h->name), row_str(r, 1));
	h->id = row_i64(r, 2);
	return STATUS_OK;
}

static NEOERR *issue(struct db *db, const struct demo *d, int64_t product, const struct holder *h)
{
	struct card_order o = { .product_id = product,
		.property_id = d->property[0],
		.phone = h->phone,
		.name = h->name,
		.logical_no = "NJ0000000001",
		.physical_no = "00000000D14C0001",
		.expires_at = clock_now() + 365 * DAY_SECONDS,
		.operator= "",
		.once = "demo-card" };
	enum card_refusal refusal;
	struct card_issued made;

	return nerr_pass(card_issue(db, &o, &made, &refusal));
}

static NEOERR *make_tokens(struct db *db, int64_t provider, const struct holder *h)
{
	int64_t now = clock_now(), category, card, car;
	enum token_refusal refusal;
	NEOERR *err;

	TRY(db_insert(db, &card_demo_token_category, ARGS(I64(provider), TIME(now), TIME(now)),
		&category));
	TRY(db_insert(db, &card_demo_token,
		ARGS(STR("D14D0001"), STR("verify"), I64(provider), I64(category), TIME(now), TIME(now)),
		&card));
	TRY(db_insert(db, &card_demo_token,
		ARGS(STR("LSVNV133X22345678"), STR("vin"), I64(provider), I64(category), TIME(now),
			TIME(now)),
		&car));
	TRY(token_give(db, card, h->id, 0, &refusal));
	TRY(token_give(db, car, h->id, 0, &refusal));
	TRY(token_list(db, card, "white", 0));
out:
	return nerr_pass(err);
}

NEOERR *demo_card(struct db *db, const struct demo *d)
{
	int64_t now = clock_now(), there = 0, product, category, id;
	struct holder h = { .id = 0 };
	bool found;
	NEOERR *err;

	TRY(db_i64(db, &card_demo_there, ARGS(I64(d->property[0])), &there));
	if (there)
		return STATUS_OK;
	TRY(db_insert(db, &card_demo_product,
		ARGS(I64(d->provider[0]), I64(d->property[0]), TIME(now), TIME(now)), &product));
	TRY(db_insert(db, &card_demo_station,
		ARGS(I64(product), I64(d->station[0]), TIME(now), TIME(now)), &id));
	TRY(db_insert(db, &card_demo_member_category,
		ARGS(I64(d->provider[0]), TIME(now), TIME(now)), &category));
	TRY(db_exec(db, &card_demo_categorised, ARGS(I64(category), I64(d->provider[0])), NULL));
	TRY(db_find(db, &card_demo_member, ARGS(I64(d->provider[0])), take_holder, &h, &found));
	if (found) {
		TRY(issue(db, d, product, &h));
		TRY(make_tokens(db, d->provider[0], &h));
	}
out:
	return nerr_pass(err);
}
