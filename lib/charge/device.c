/* device.c - a gateway's questions about its piles.
 * Owns nothing.
 * Serves device.h. */
#include "charge/device.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/card.h"
#include "charge/token.h"

SQL(device_connector_select,
	"select id from connector where pile_id = ? and number = ? and deleted = 0");
SQL(device_card_select, "select id, logical_no, physical_no from card where physical_no is not null"
	" and (physical_no = ? or physical_no = ?) and deleted = 0 and not exists (select 1 from"
	" device_card d where d.provider_id = card.provider_id and d.number = card.physical_no and"
	" d.kind <> 'auth' and d.deleted = 0) limit 1");

SQL(device_cards_select,
	"select k.id, k.logical_no, k.physical_no, coalesce(m.no, '') from pile p join station s on"
	" s.id = p.station_id join card k on k.provider_id = s.provider_id and"
	" " CARD_FITS("k", "s") " left join member m on m.id = k.member_id where p.id = ? and k.kind ="
	" 'physical' and k.status = 'enabled' and k.deleted = 0 and k.physical_no is not null and"
	" k.logical_no is not null and (k.expires_at is null or k.expires_at > ?) and m.status ="
	" 'enabled' order by k.id limit ?");

/* What a pile shows of a charge card is its id. */
SQL(device_white_select,
	"select k.id, k.id, k.no, m.no from pile p join station s on s.id = p.station_id join token k"
	" on k.provider_id = s.provider_id and k.list = 'white' and k.password = '' and k.kind ="
	" 'verify' and k.status ="
	" 'enabled' and k.deleted = 0 join member m on m.id = k.member_id and m.status ="
	" 'enabled' where p.id = ? order by k.id limit ?");

/* As tariff_of_pile: the nearest usable one of pile, area, station; then its version in force. */
#define USABLE " and t.deleted = 0 and t.status = 'enabled'"
SQL(device_slice_end,
	"select max(pile_id), count(*) from (select pile_id from pile_live where gateway_id = ? and"
	" online = 1 and pile_id > ? order by pile_id limit ?) s");
SQL(device_stale_select,
	"select d.id, d.version_id, d.serial, d.protocol from"
	" (select w.id, w.serial, w.protocol, w.held, (select v.id from tariff_version v where"
	" v.tariff_id = w.tariff_id"
	" and v.effective_at <= ? order by v.effective_at desc, v.id desc limit 1) version_id from"
	" (select p.id, p.serial, p.protocol, coalesce(l.tariff_version_id, 0) held, coalesce("
	"(select t.id from tariff t where t.id = p.tariff_id" USABLE "),"
	"(select t.id from tariff t where t.id = a.tariff_id" USABLE "),"
	"(select t.id from tariff t where t.id = s.tariff_id" USABLE "),"
	"(select t.id from tariff t where t.id = if(s.kind = 'ebike', o.ebike_tariff_id,"
	" o.car_tariff_id)" USABLE ")) tariff_id"
	" from pile_live l join pile p on p.id = l.pile_id join area a on a.id = p.area_id join"
	" station s on s.id = p.station_id join provider o on o.id = s.provider_id"
	" where l.gateway_id = ? and l.online = 1 and l.pile_id > ? and l.pile_id <= ? and"
	" l.connected_at < ? and p.deleted = 0) w) d"
	" where d.version_id is not null and d.version_id <> d.held");
SQL(device_unseen_select,
	"select p.id, 0, p.serial, p.protocol from pile_live l join pile p on p.id = l.pile_id"
	" where l.gateway_id = ? and l.online = 1 and l.seen_at < ? limit ?");
SQL(device_abandoned_select,
	"select distinct p.id, 0, p.serial, p.protocol from session s"
	" join pile_live l on l.pile_id = s.pile_id join pile p on p.id = s.pile_id"
	" where s.state in ('starting', 'charging', 'stopping') and l.online = 0 and l.gateway_id = ?"
	" and l.disconnected_at < ? limit ?");

struct each { device_fn fn; void *ctx; };

static NEOERR *take_device(const struct row *r, void *ctx)
{
	struct each *e = ctx;
	struct device d = { .pile_id = row_i64(r, 0), .version_id = row_i64(r, 1) };

	text_copy(d.serial, sizeof(d.serial), row_str(r, 2));
	text_copy(d.protocol, sizeof(d.protocol), row_str(r, 3));
	return nerr_pass(e->fn(&d, e->ctx));
}

NEOERR *device_connector(struct db *db, int64_t pile_id, int number, int64_t *connector_id)
{
	return nerr_pass(
		db_i64(db, &device_connector_select, ARGS(I64(pile_id), I64(number)), connector_id));
}

static NEOERR *take_card(const struct row *r, void *ctx)
{
	struct device_card *card = ctx;

	card->id = row_i64(r, 0);
	text_copy(card->logical_no, sizeof(card->logical_no), row_str(r, 1));
	text_copy(card->physical_no, sizeof(card->physical_no), row_str(r, 2));
	return STATUS_OK;
}

NEOERR *device_card(struct db *db, const char *physical_no, struct device_card *out)
{
	const char *bare = physical_no + strspn(physical_no, "0");
	struct token token;
	bool found;
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	if (*bare == '\0')
		return STATUS_OK;
	TRY(db_find(db, &device_card_select, ARGS(STR(physical_no), STR(bare)), take_card, out,
		&found));
	if (found)
		return STATUS_OK;
	TRY(token_find(db, physical_no, &token));
	if (token.id && token.kind == TOKEN_VERIFY) {
		out->token_id = token.id;
		text_copy(out->physical_no, sizeof(out->physical_no), token.no);
	}
out:
	return nerr_pass(err);
}

NEOERR *device_vin(struct db *db, const char *vin, struct device_card *out)
{
	struct token token = { .id = 0 };
	NEOERR *err = STATUS_OK;

	memset(out, 0, sizeof(*out));
	if (*vin)
		err = token_find(db, vin, &token);
	if (token.kind == TOKEN_VIN)
		out->token_id = token.id;
	return nerr_pass(err);
}

struct each_card { device_card_fn fn; void *ctx; int n; };

static NEOERR *hand_card(const struct row *r, void *ctx)
{
	struct each_card *e = ctx;
	struct device_card card;

	NEOERR *err = take_card(r, &card);

	text_copy(card.member_no, sizeof(card.member_no), row_str(r, 3));
	e->n++;
	if (err == STATUS_OK)
		err = e->fn(&card, e->ctx);
	return nerr_pass(err);
}

NEOERR *device_cards(struct db *db, int64_t pile_id, int max, device_card_fn fn, void *ctx)
{
	struct each_card e = { fn, ctx, 0 };
	NEOERR *err;

	TRY(db_query(db, &device_cards_select,
		ARGS(I64(pile_id), TIME(clock_now()), I64(max)), hand_card, &e));
	if (e.n < max)
		TRY(db_query(db, &device_white_select, ARGS(I64(pile_id), I64(max - e.n)), hand_card, &e));
out:
	return nerr_pass(err);
}

struct slice { int64_t last, piles; };

static NEOERR *take_slice(const struct row *r, void *ctx)
{
	struct slice *s = ctx;

	s->last = row_i64(r, 0);
	s->piles = row_i64(r, 1);
	return STATUS_OK;
}

NEOERR *device_stale_tariff(struct db *db, const char *gateway_id, int64_t now, int64_t settled,
	int most, int64_t *after, device_fn fn, void *ctx)
{
	struct each e = { fn, ctx };
	struct slice s;
	NEOERR *err;

	TRY(db_get(db, &device_slice_end, ARGS(STR(gateway_id), I64(*after), I64(most)), take_slice,
		&s));
	if (s.piles > 0)
		TRY(db_query(db, &device_stale_select,
			ARGS(TIME(now), STR(gateway_id), I64(*after), I64(s.last), TIME(settled)),
			take_device, &e));
	*after = s.piles < most ? 0 : s.last;
out:
	return nerr_pass(err);
}

NEOERR *device_unseen(struct db *db, const char *gateway_id, int64_t before, int max, device_fn fn,
	void *ctx)
{
	struct each e = { fn, ctx };

	return nerr_pass(db_query(db, &device_unseen_select,
		ARGS(STR(gateway_id), TIME(before), I64(max)), take_device, &e));
}

NEOERR *device_abandoned(struct db *db, const char *gateway_id, int64_t before, int max,
	device_fn fn, void *ctx)
{
	struct each e = { fn, ctx };

	return nerr_pass(db_query(db, &device_abandoned_select,
		ARGS(STR(gateway_id), TIME(before), I64(max)), take_device, &e));
}
