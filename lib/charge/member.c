/* member.c - members made by a first log-in, free numbers, the cards one may pay with.
 * Owns member and card rows that rules create. Serves member.h. */
#include "charge/member.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/card.h"

#define NO_DIGITS 9
#define NO_TRIES 20

SQL(member_no_taken, "select 1 from member where no = ?");
SQL(card_no_taken, "select 1 from card where no = ?");
SQL(member_by_phone, "select id from member where phone = ? and deleted = 0");
SQL(member_insert,
	"insert into member (no, provider_id, nickname, phone, source, created_at, updated_at)"
	" values (?, ?, ?, ?, 'online', ?, ?)");
SQL(card_of_member,
	"select c.id, c.no, c.kind, coalesce(cash.balance, 0), coalesce(gift.balance, 0),"
	" c.status = 'enabled' and (c.expires_at is null or c.expires_at > ?)"
	" and " CARD_FITS("c", "s")
	" from card c join station s on s.id = ?"
	" left join account cash on cash.owner_kind = 'card' and cash.owner_id = c.id and cash.kind ="
	" 'cash'"
	" left join account gift on gift.owner_kind = 'card' and gift.owner_id = c.id and gift.kind ="
	" 'gift'"
	" where c.member_id = ? and c.deleted = 0 and c.status <> 'returned' order by c.id");

/* Random, so that a number tells nothing about how many there are; never with a leading zero. */
static NEOERR *new_no(struct db *db, const struct sql *taken, char out[NO_DIGITS + 1])
{
	int64_t exists;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < NO_TRIES; i++) {
		TRY(random_digits(out, NO_DIGITS));
		if (out[0] == '0')
			continue;
		TRY(db_i64(db, taken, ARGS(STR(out)), &exists));
		if (!exists)
			return STATUS_OK;
	}
	err = nerr_raise(ERR_BUSY, "no free number found");
out:
	return nerr_pass(err);
}

NEOERR *member_new_no(struct db *db, char out[10])
{
	return nerr_pass(new_no(db, &member_no_taken, out));
}

NEOERR *card_new_no(struct db *db, char out[10])
{
	return nerr_pass(new_no(db, &card_no_taken, out));
}

/* M11: a guest is 游客 and the last four digits. */
static NEOERR *insert_guest(struct db *db, const char *phone, int64_t provider_id,
	int64_t *member_id)
{
	char no[NO_DIGITS + 1], nickname[40];
	int64_t now = clock_now();
	NEOERR *err;

	snprintf(nickname, sizeof(nickname), "游客%s", phone + strlen(phone) - 4);
	TRY(member_new_no(db, no));
	TRY(db_insert(db, &member_insert,
		ARGS(STR(no), I64(provider_id), STR(nickname), STR(phone), TIME(now), TIME(now)),
		member_id));
out:
	return nerr_pass(err);
}

NEOERR *member_login(struct db *db, const char *phone, int64_t provider_id, int64_t *member_id,
	bool *fresh)
{
	NEOERR *err;

	*fresh = false;
	if (!text_is_phone(phone))
		return nerr_raise(ERR_INVALID, "not a phone number");
	TRY(db_i64(db, &member_by_phone, ARGS(STR(phone)), member_id));
	if (*member_id)
		return STATUS_OK;
	err = insert_guest(db, phone, provider_id, member_id);
	*fresh = err == STATUS_OK;
	if (error_is(err, ERR_DUPLICATE)) {          /* the same phone on two screens at once */
		error_drop(err);
		err = db_i64(db, &member_by_phone, ARGS(STR(phone)), member_id);
	}
out:
	return nerr_pass(err);
}

struct each { card_fn fn; void *ctx; };

static NEOERR *take_card(const struct row *r, void *ctx)
{
	struct each *e = ctx;
	struct card_view c = { .id = row_i64(r, 0),
		.cash = row_money(r, 3),
		.gift = row_money(r, 4),
		.usable = row_i64(r, 5) != 0 };

	text_copy(c.no, sizeof(c.no), row_str(r, 1));
	text_copy(c.kind, sizeof(c.kind), row_str(r, 2));
	return nerr_pass(e->fn(&c, e->ctx));
}

NEOERR *card_each_of_member(struct db *db, int64_t member_id, int64_t station_id, card_fn fn,
	void *ctx)
{
	struct each e = { fn, ctx };

	return nerr_pass(db_query(db, &card_of_member,
		ARGS(TIME(clock_now()), I64(station_id), I64(member_id)), take_card, &e));
}
