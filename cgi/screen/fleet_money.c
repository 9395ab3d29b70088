/* fleet_money.c - a fleet's wallet: filled, emptied, its credit line, what its members' charges
 * cost, what it gives its drivers and takes back (M17, M19, V3, W11, X3).
 * Owns the actions and their inputs. Serves fleet.c and fleet_member.c. */
#include "charge/fleet.h"
#include "cgi/screen/screen.h"

#define CREDIT_MAX (INT64_C(10000000) * MONEY_YUAN)
#define SHARE_MAX (INT64_C(100000) * MONEY_YUAN)

SQL(fleet_credit_write,
	"UPDATE fleet SET credit = ?, updated_at = ?, updated_by = ?, version = version + 1"
	" WHERE id = ?");
SQL(fleet_price_write,
	"UPDATE fleet SET price_energy = ?, price_service = ?, price_pay = ?, updated_at = ?,"
	" updated_by = ?, version = version + 1 WHERE id = ?");
SQL(fleet_member_ids, "SELECT fleet_id, member_id FROM fleet_member WHERE id = ?");

const struct field fleet_credit_fields[] = {
	{ "credit", F_MONEY, CREATE | REQUIRED, 0, CREDIT_MAX },
	FIELDS_END,
};
const struct field fleet_price_fields[] = {
	{ "price_energy", F_PERCENT, CREATE | REQUIRED, 0, FLEET_FULL_PRICE, .fallback = "100" },
	{ "price_service", F_PERCENT, CREATE | REQUIRED, 0, FLEET_FULL_PRICE, .fallback = "100" },
	{ "price_pay", F_CHOICE, CREATE | REQUIRED, .choices = &price_pay_choices, .fallback = "any" },
	FIELDS_END,
};
const struct field fleet_share_fields[] = {
	{ "share", F_CHOICE, CREATE | REQUIRED, .choices = &fleet_share_choices, .fallback = "equal" },
	{ "amount", F_MONEY, CREATE | REQUIRED, MONEY_FEN, SHARE_MAX },
	{ "note", F_TEXT, CREATE, 0, 200 },
	FIELDS_END,
};
const struct field fleet_back_fields[] = {
	{ "amount", F_MONEY, CREATE, 0, SHARE_MAX },
	{ "note", F_TEXT, CREATE, 0, 200 },
	FIELDS_END,
};

/* A fleet's own people see its money; what comes in from outside the house is its owner's word. */
static bool owner_asks(struct request *req, struct change *input)
{
	if (req->who.kind == WHO_FLEET)
		change_error(input, NULL, "error.fleet_own_money");
	return req->who.kind != WHO_FLEET;
}

NEOERR *fleet_recharge_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	if (!owner_asks(req, input))
		return STATUS_OK;
	return nerr_pass(purse_recharge_run(req, res, id, input));
}

NEOERR *fleet_refund_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	if (!owner_asks(req, input))
		return STATUS_OK;
	return nerr_pass(purse_refund_run(req, res, id, input));
}

NEOERR *fleet_credit_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	if (!owner_asks(req, input))
		return STATUS_OK;
	return nerr_pass(db_exec(req->db, &fleet_credit_write,
		ARGS(MONEY(change_i64(input, "credit")), TIME(clock_now()), IDREF(req->who.user_id),
			I64(id)),
		NULL));
}

/* V3, X3: for charges that start from now on. */
NEOERR *fleet_price_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	int64_t energy = change_i64(input, "price_energy");
	int64_t service = change_i64(input, "price_service");

	(void)res;
	if (!owner_asks(req, input))
		return STATUS_OK;
	if (energy == 0 && service == 0) {
		change_error(input, "price_service", "error.fleet_price_nothing");
		return STATUS_OK;
	}
	return nerr_pass(db_exec(req->db, &fleet_price_write,
		ARGS(STR(change_text(input, "price_energy")), STR(change_text(input, "price_service")),
			STR(change_text(input, "price_pay")), TIME(clock_now()), IDREF(req->who.user_id),
			I64(id)),
		NULL));
}

static NEOERR *take_ids(const struct row *r, void *ctx)
{
	struct fleet_deal *d = ctx;

	d->fleet_id = row_i64(r, 0);
	d->member_id = row_i64(r, 1);
	return STATUS_OK;
}

/* Of the whole fleet on its own screen, of one driver on the members'. */
static NEOERR *deal_of(struct request *req, const struct resource *res, int64_t id,
	struct change *input, const char *word, struct fleet_deal *d)
{
	NEOERR *err = STATUS_OK;

	*d = (struct fleet_deal){ .fleet_id = id,
		.amount = change_i64(input, "amount"),
		.once = screen_once(req, word, id),
		.note = change_text(input, "note") ? change_text(input, "note") : "",
		.operator= req->who.name,
		.by = req->who.user_id };
	if (res != &fleet_resource)
		err = db_get(req->db, &fleet_member_ids, ARGS(I64(id)), take_ids, d);
	return nerr_pass(err);
}

static void say(struct request *req, struct change *input, const struct fleet_dealt *done,
	const char *moved)
{
	input->said = moved;
	input->said_about = arena_printf(&req->arena, "%lld × / %s",
		(long long)done->members, screen_money(req, done->total));
}

NEOERR *fleet_allocate_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct fleet_dealt done;
	struct fleet_deal d;
	NEOERR *err;

	TRY(deal_of(req, res, id, input, "allocate", &d));
	d.share = (enum fleet_share)choice_value(&fleet_share_choices, change_text(input, "share"));
	TRY(fleet_allocate(req->db, &d, &done));
	if (done.missing)
		change_error(input, "amount",
			text_format(req, "error.fleet_short", screen_money(req, done.total),
				screen_money(req, done.missing)));
	else if (!done.members)
		change_error(input, "amount", "error.fleet_nothing");
	else
		say(req, input, &done, "fleet.allocated");
out:
	return nerr_pass(err);
}

NEOERR *fleet_take_back_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct fleet_dealt done;
	struct fleet_deal d;
	NEOERR *err;

	TRY(deal_of(req, res, id, input, "take_back", &d));
	TRY(fleet_take_back(req->db, &d, &done));
	if (!done.members)
		change_error(input, "amount", "error.fleet_nothing");
	else
		say(req, input, &done, "fleet.taken_back");
out:
	return nerr_pass(err);
}
