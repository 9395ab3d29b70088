/* charge_probe.c - what pages do, for tests of the gateway: money on a card, a start by app, a
 * stop, a command.
 * Owns nothing; prints key=value lines.
 * Serves t/gateway. */
#include "run/program.h"

#include "base/text.h"
#include "charge/card_list.h"
#include "charge/command.h"
#include "charge/ledger.h"
#include "charge/session.h"
#include "charge/token.h"

static int64_t number(const char *s)
{
	int64_t v = 0;

	if (s == NULL || !text_i64(s, &v))
		error_die("a number is wanted");
	return v;
}

struct recharge { int64_t card_id, cash; const char *once; };

static NEOERR *recharge(struct db *db, void *ctx)
{
	const struct recharge *r = ctx;
	char key[40];
	struct journal j = { .kind = JOURNAL_RECHARGE,
		.dedupe_key = key,
		.purse = { OWNER_CARD, r->card_id },
		.card_id = r->card_id };
	bool fresh;

	snprintf(key, sizeof(key), "probe:%lld%s", (long long)r->card_id, r->once);
	return nerr_pass(purse_recharge(db, &j, r->cash, 0, &fresh));
}

static NEOERR *do_recharge(struct db *db, char **argv)
{
	struct recharge r = { number(argv[0]), number(argv[1]), "" };

	return nerr_pass(db_tx(db, recharge, &r));
}

static NEOERR *do_each(struct db *db, char **argv)
{
	NEOERR *err = STATUS_OK;

	for (int64_t i = 0; err == STATUS_OK && i < number(argv[1]); i++) {
		struct recharge r = { number(argv[0]) + i, number(argv[2]), "" };

		err = db_tx(db, recharge, &r);
	}
	return nerr_pass(err);
}

static NEOERR *do_again(struct db *db, char **argv)
{
	struct recharge r = { number(argv[0]), number(argv[1]), argv[2] };

	return nerr_pass(db_tx(db, recharge, &r));
}

struct words { enum command_kind kind; int64_t pile_id, connector_id, value; struct command_words w; };

static NEOERR *add_words(struct db *db, void *ctx)
{
	struct words *w = ctx;
	int64_t id;

	NEOERR *err = command_add_words(db, w->kind, w->pile_id, w->connector_id, w->value, w->w, 60, 0,
		&id);

	if (err == STATUS_OK)
		printf("command=%lld\n", (long long)id);
	return nerr_pass(err);
}

static NEOERR *do_words(struct db *db, char **argv)
{
	struct words w = { (enum command_kind)choice_value(&command_kind_choices, argv[0]),
		number(argv[1]), number(argv[2]), number(argv[3]), { argv[4], text_eq(argv[0], "update_firmware") } };

	return nerr_pass(db_tx(db, add_words, &w));
}

struct touching { int64_t provider_id; char *numbers; };

static NEOERR *touch_cards(struct db *db, void *ctx)
{
	struct touching *t = ctx;
	char *number;
	NEOERR *err = STATUS_OK;

	while ((number = text_split(&t->numbers, ',')) != NULL)
		TRY(card_list_touch(db, t->provider_id, number, 0));
out:
	return nerr_pass(err);
}

static NEOERR *do_cards(struct db *db, char **argv)
{
	struct touching t = { number(argv[0]), argv[1] };

	return nerr_pass(db_tx(db, touch_cards, &t));
}

static NEOERR *fill_wallet(struct db *db, void *ctx)
{
	char **argv = ctx, key[40];
	struct journal j = { .kind = JOURNAL_RECHARGE,
		.dedupe_key = key,
		.member_id = number(argv[0]),
		.purse = { OWNER_MEMBER, number(argv[0]) } };

	snprintf(key, sizeof(key), "fill:%s", argv[0]);
	return nerr_pass(purse_recharge(db, &j, number(argv[1]), 0, NULL));
}

static NEOERR *do_fill(struct db *db, char **argv)
{
	return nerr_pass(db_tx(db, fill_wallet, argv));
}

static NEOERR *do_password(struct db *db, char **argv)
{
	return nerr_pass(token_set_password(db, number(argv[0]), argv[1], 0));
}

static NEOERR *do_start(struct db *db, char **argv)
{
	struct start_request req = { .connector_id = number(argv[0]),
		.card_id = number(argv[1]),
		.parallel = argv[2],
		.mode = START_APP };
	struct start_result result = { 0 };
	NEOERR *err = session_request(db, &req, &result);

	if (err == STATUS_OK)
		printf("refusal=%s\nsession=%lld\nno=%s\n", refusal_name(result.refusal),
			(long long)result.session_id, result.no);
	return nerr_pass(err);
}

static NEOERR *do_stop(struct db *db, char **argv)
{
	struct actor nobody = { 0 };
	bool asked = false;
	NEOERR *err = session_stop(db, number(argv[0]), STOP_DRIVER, &nobody, &asked);

	printf("asked=%d\n", asked);
	return nerr_pass(err);
}

/* O5: a person ends it; ended=0 if it could not have lasted so long. */
static NEOERR *do_end(struct db *db, char **argv)
{
	struct actor clerk = { .name = "clerk" };
	NEOERR *err = session_end_by_hand(db, number(argv[0]), number(argv[1]), &clerk, "no power");
	bool refused = error_is(err, ERR_INVALID);

	printf("ended=%d\n", err == STATUS_OK);
	if (!refused)
		return nerr_pass(err);
	error_drop(err);
	return STATUS_OK;
}

struct wish { enum command_kind kind; int64_t pile_id, value, id; };

static NEOERR *add_command(struct db *db, void *ctx)
{
	struct wish *w = ctx;

	return nerr_pass(command_add(db, w->kind, w->pile_id, 0, 0, w->value, 60, 0, &w->id));
}

static NEOERR *do_command(struct db *db, char **argv)
{
	struct wish w = { (enum command_kind)choice_value(&command_kind_choices, argv[0]),
		number(argv[1]), number(argv[2]), 0 };
	NEOERR *err = db_tx(db, add_command, &w);

	printf("command=%lld\n", (long long)w.id);
	return nerr_pass(err);
}

static const struct verb {
	const char *name;
	int args;
	NEOERR *(*fn)(struct db *db, char **argv);
} verbs[] = {
	{ "recharge", 2, do_recharge }, /* card id, 1e-5 yuan */
	{ "recharge_each", 3, do_each }, /* first card id, how many, 1e-5 yuan */
	{ "start", 2, do_start }, /* connector id, card id */
	{ "start_parallel", 3, do_start }, /* and the digits that the guns have in common */
	{ "again", 3, do_again }, /* recharge, with a key of its own */
	{ "words", 5, do_words }, /* kind, pile id, connector id, value, text */
	{ "fill", 2, do_fill }, /* member id, 1e-5 yuan */
	{ "password", 2, do_password }, /* token id, digits */
	{ "cards", 2, do_cards }, /* provider id, numbers of cards that changed, by commas: one tx */
	{ "stop", 1, do_stop }, /* session id */
	{ "end", 2, do_end }, /* session id, seconds */
	{ "command", 3, do_command }, /* kind, pile id, value */
};

int main(int argc, char **argv)
{
	struct db *db = NULL;
	NEOERR *err = STATUS_OK;

	program_start("charge_probe", "usage: charge_probe VERB ARGUMENTS\n", &argc, argv);
	TRY(db_open(&db));
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (argc == verbs[i].args + 2 && text_eq(argv[1], verbs[i].name)) {
			TRY(verbs[i].fn(db, argv + 2));
			goto out;
		}
	err = nerr_raise(ERR_INVALID, "no such verb, or not its arguments");
out:
	db_close(&db);
	if (err == STATUS_OK)
		return 0;
	error_log("charge_probe", err);
	return 1;
}
