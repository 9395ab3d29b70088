/* purse.c - a clerk fills and empties a purse: a member's wallet, a card or a fleet's wallet (M2,
 * M6,
 * M15, M19).
 * Owns the two actions and their inputs. Serves member.c, card.c and fleet.c. */
#include "charge/card.h"
#include "charge/ledger.h"
#include "cgi/screen/screen.h"

#define RECHARGE_MAX (INT64_C(1000000) * MONEY_YUAN)

SQL(purse_card,
	"SELECT member_id, provider_id, COALESCE(station_id, 0), id FROM card WHERE id = ? AND"
	" deleted = 0");
SQL(purse_member,
	"SELECT id, provider_id, COALESCE(station_id, 0), 0 FROM member WHERE id = ? AND deleted = 0");
SQL(purse_fleet, "SELECT 0, provider_id, 0, 0 FROM fleet WHERE id = ? AND deleted = 0");

const struct field purse_fields[] = {
	{ "gift_amount", F_MONEY, CREATE, 0, RECHARGE_MAX },
	{ "cash_amount", F_MONEY, CREATE, 0, RECHARGE_MAX },
	{ "note", F_TEXT, CREATE, 0, 200 },
	FIELDS_END,
};

static NEOERR *owner_row(const struct row *r, void *ctx)
{
	struct journal *j = ctx;

	j->member_id = row_i64(r, 0);
	j->provider_id = row_i64(r, 1);
	j->station_id = row_i64(r, 2);
	j->card_id = row_i64(r, 3);
	return STATUS_OK;
}

static struct purse purse_of(const struct resource *res, int64_t id)
{
	return (struct purse){ res == &card_resource ? OWNER_CARD
			: res == &fleet_resource ? OWNER_FLEET : OWNER_MEMBER, id };
}

static NEOERR *move_of(struct request *req, struct purse purse, struct change *input,
	enum journal_kind kind, struct journal *out)
{
	*out = (struct journal){
		.kind = kind,
		.dedupe_key = screen_once(req, choice_name(&journal_kind_choices, kind), purse.id),
		.purse = purse,
		.note = change_text(input, "note") ? change_text(input, "note") : "",
		.operator= req->who.name,
		.by = req->who.user_id,
		.booked = true,
	};
	return nerr_pass(db_get(req->db, purse.kind == OWNER_CARD ? &purse_card
			: purse.kind == OWNER_FLEET ? &purse_fleet : &purse_member,
		ARGS(I64(purse.id)), owner_row, out));
}

/* M3: what the card's product gives on top of what is paid; an amount that the clerk gives himself
 * stands instead of it. */
static NEOERR *bonus(struct request *req, int64_t id, int64_t cash, struct change *input,
	int64_t *gift)
{
	NEOERR *err = card_bonus_of(req->db, id, cash, gift);

	if (err == STATUS_OK && *gift) {
		input->said = "card.recharged_bonus";
		input->said_about = screen_money(req, *gift);
	}
	return nerr_pass(err);
}

NEOERR *purse_recharge_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;
	int64_t gift = change_i64(input, "gift_amount"), cash = change_i64(input, "cash_amount");
	struct journal j;
	bool fresh;

	if (gift + cash == 0) {
		change_error(input, "gift_amount", "error.amount_needed");
		return STATUS_OK;
	}
	if (res == &card_resource && !gift)
		TRY(bonus(req, id, cash, input, &gift));
	TRY(move_of(req, purse_of(res, id), input, cash ? JOURNAL_RECHARGE : JOURNAL_GRANT, &j));
	TRY(purse_recharge(req->db, &j, cash, gift, &fresh));
out:
	return nerr_pass(err);
}

NEOERR *purse_refund_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;
	int64_t gift = change_i64(input, "gift_amount"), cash = change_i64(input, "cash_amount");
	struct purse_balance have;
	struct journal j;
	bool fresh;

	if (gift + cash == 0)
		change_error(input, "gift_amount", "error.amount_needed");
	TRY(purse_lock(req->db, purse_of(res, id), &have));
	if (gift > have.gift)
		change_error(input, "gift_amount", "error.more_than_free");
	if (cash > have.cash)
		change_error(input, "cash_amount", "error.more_than_free");
	if (input->errors)
		goto out;
	TRY(move_of(req, purse_of(res, id), input, cash ? JOURNAL_WITHDRAW : JOURNAL_REVOKE, &j));
	TRY(purse_withdraw(req->db, &j, cash, gift, &fresh));
out:
	return nerr_pass(err);
}
