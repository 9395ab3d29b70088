/* month_probe.c - does what a line says, one after another, on days that the lines name: the
 * operators, drivers, charges and clerks of a made-up month.
 * Owns the worlds it makes.
 * Serves t/system/month.py and test_camera.py, which count the same by themselves. */
#include "charge_world.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/live.h"
#include "charge/refund.h"
#include "charge/reservation.h"
#include "charge/session_correct.h"
#include "charge/split.h"
#include "charge/tariff.h"
#include "charge/withdrawal.h"
#include "run/program.h"

#define WORLDS 8
#define WORDS  8
#define HOLD   120                           /* minutes of a booking */
#define FEE    (2 * YUAN)

static struct world worlds[WORLDS];
static int made;
static int64_t records;
static const struct actor clerk = { .name = "clerk", .user_id = 0 };

static int64_t number(const char *s)
{
	int64_t v = 0;

	if (s == NULL || !text_i64(s, &v))
		error_die("not a number");
	return v;
}

static struct world *world_of(const char *word)
{
	int64_t i = number(word);

	if (i < 0 || i >= made)
		error_die("no such world");
	return &worlds[i];
}

/* "2026-11-03T10:00:00": the clock stands there from now on. */
static void do_at(char **word)
{
	setenv("CHARGEOPS_NOW", word[0], 1);
	clock_zone(clock_offset());
	puts("fine");
}

static void sell_bookings(struct world *w)
{
	struct tariff t = { .effective_at = clock_now() - 300 * DAY_SECONDS, .n = 1,
		.slot = { { 0, DAY_MINUTES, PRICE_FLAT, 80000, 20000 } }, .booking = { HOLD, FEE } };

	fine(tariff_version_add(db, w->tariff, &t, 0, &w->version));
	world_sql("update station set bookable = 1 where id = #", w->station);
	world_sql("update pile set bookable = 1 where id = #", w->pile);
	world_sql("update member set certified = 1 where id = #", w->member);
}

static void do_world(char **word)
{
	struct world *w = &worlds[made++];

	(void)word;
	if (made > WORLDS)
		error_die("too many worlds");
	world_make(w);
	sell_bookings(w);
	printf("provider=%lld property=%lld station=%lld member=%lld card=%lld\n",
		(long long)w->provider, (long long)w->property, (long long)w->station,
		(long long)w->member, (long long)w->card);
}

static struct purse purse_of(const char *world, const char *which)
{
	const struct world *w = world_of(world);

	return *which == 'c' ? card_of(w) : wallet_of(w);
}

/* world, m or c, cash, gift */
static void do_recharge(char **word)
{
	world_recharge(world_of(word[0]), purse_of(word[0], word[1]), number(word[2]),
		number(word[3]));
	puts("fine");
}

static void do_withdraw(char **word)
{
	const struct world *w = world_of(word[0]);
	char key[40];
	struct journal j = { .kind = JOURNAL_WITHDRAW, .dedupe_key = key, .provider_id = w->provider,
		.member_id = w->member, .purse = purse_of(word[0], word[1]) };
	bool fresh;

	snprintf(key, sizeof(key), "month:%lld", (long long)++records);
	if (number(word[3]))
		j.kind = JOURNAL_REVOKE;
	fine(purse_withdraw(db, &j, number(word[2]), number(word[3]), &fresh));
	puts(fresh ? "fine" : "stale");
}

/* From start to settled record, at the clock's end. */
static void charge(struct world *w, bool by_card, int64_t energy, int64_t length)
{
	int64_t now = clock_now();
	struct connector_report report = { .pile_id = w->pile, .number = 1, .at = now,
		.state = CONNECTOR_PLUGGED, .plugged = true };
	struct session_record r;
	char raw[24];

	fine(connector_reports(db, &report, 1));
	if (world_start(w, by_card) != START_ACCEPTED) {
		printf("refused=%d\n", (int)w->started.refusal);
		return;
	}
	for (int64_t s = 0; s <= length; s += 600)
		world_progress(w, now - length + s, energy * s / length);
	snprintf(raw, sizeof(raw), "month %lld", (long long)++records);
	r = world_record(w, now - length, now, energy, raw);
	if (world_settle(&r) != RECORD_SETTLED)
		error_die("a record was not settled");
	world_sql("update session set anomaly = 'none' where id = #", w->started.session_id);
	printf("session=%lld\n", (long long)w->started.session_id);
}

/* Where, whose, m or c, energy, seconds. */
static void do_charge(char **word)
{
	struct world w = *world_of(word[0]);
	const struct world *who = world_of(word[1]);

	w.member = who->member;
	w.card = who->card;
	charge(&w, *word[2] == 'c', number(word[3]), number(word[4]));
}

/* Whose, pile, its only gun, energy, seconds: at a pile that the script made itself. */
static void do_charge_at(char **word)
{
	struct world w = *world_of(word[0]);

	w.pile = number(word[1]);
	w.connector = number(word[2]);
	world_text("select serial from pile where id = #", w.pile, w.serial, sizeof(w.serial));
	charge(&w, false, number(word[3]), number(word[4]));
}

struct wish { int64_t id, amount, out; int refusal; };

static NEOERR *refund_tx(struct db *at, void *ctx)
{
	struct wish *w = ctx;
	enum refund_refusal refusal;
	NEOERR *err;

	TRY(refund_charge(at, w->id, w->amount, 0, "month", &clerk, &w->out, &refusal));
	w->refusal = (int)refusal;
	if (refusal == REFUND_FINE)
		TRY(refund_pay(at, w->out, &clerk, &refusal));
	w->refusal = (int)refusal;
out:
	return nerr_pass(err);
}

static void do_refund(char **word)
{
	struct wish w = { .id = number(word[0]), .amount = number(word[1]) };

	fine(db_tx(db, refund_tx, &w));
	printf("refusal=%d\n", w.refusal);
}

static NEOERR *correct_tx(struct db *at, void *ctx)
{
	struct wish *w = ctx;
	const struct correction c = { w->amount, 0, 0, -1, "month" };
	enum correct_refusal refusal;
	NEOERR *err;

	TRY(session_mark(at, w->id, "month", &clerk, &refusal));
	if (refusal == CORRECT_FINE)
		TRY(w->amount < 0 ? session_void(at, w->id, "month", &clerk, &refusal)
						  : session_correct(at, w->id, &c, &clerk, &refusal));
	w->refusal = (int)refusal;
	if (refusal != CORRECT_FINE)
		TRY(session_accept(at, w->id, "month", &clerk, &refusal));
out:
	return nerr_pass(err);
}

/* session, energy; -1: void */
static void do_correct(char **word)
{
	struct wish w = { .id = number(word[0]), .amount = number(word[1]) };

	fine(db_tx(db, correct_tx, &w));
	printf("refusal=%d\n", w.refusal);
}

static NEOERR *hand_tx(struct db *at, void *ctx)
{
	struct wish *w = ctx;
	enum withdrawal_refusal refusal;
	NEOERR *err = w->amount
		? withdrawal_by_hand(at, w->out, "bank 0001", &clerk, &refusal)
		: withdrawal_cancel(at, w->out, &clerk, &refusal);

	w->refusal = (int)refusal;
	return nerr_pass(err);
}

/* world, amount, pay or cancel */
static void do_withdrawal(char **word)
{
	struct wish w = { .amount = *word[2] == 'p' };
	enum withdrawal_refusal refusal;
	char once[33];

	fine(random_hex(once, 16));
	fine(withdrawal_ask(db, world_of(word[0])->member, number(word[1]), once, &w.out, &refusal));
	w.refusal = (int)refusal;
	if (refusal == WITHDRAWAL_FINE)
		fine(db_tx(db, hand_tx, &w));
	printf("refusal=%d\n", w.refusal);
}

/* Where, whose, "keep" (too late to be given up for nothing) or "back". */
static void do_book(char **word)
{
	struct world *w = world_of(word[0]);
	struct booking_request r = { .connector_id = w->connector,
		.member_id = world_of(word[1])->member };
	struct booking_result b;
	bool done;

	world_sql("update connector_live set state = 'idle', plugged = 0 where connector_id = #",
		w->connector);
	fine(reservation_book(db, &r, NULL, &b));
	if (b.refusal != START_ACCEPTED) {
		printf("refused=%d\n", (int)b.refusal);
		return;
	}
	if (*word[2] == 'k')
		world_sql("update reservation set booked_at = booked_at - interval 1 hour where id = #",
			b.id);
	fine(reservation_cancel(db, b.id, r.member_id, &clerk, &done));
	printf("refused=%d\n", done ? 0 : -1);
}

static NEOERR *undo_tx(struct db *at, void *ctx)
{
	struct wish *w = ctx;
	enum split_refusal refusal;
	NEOERR *err = split_undo(at, w->id, &clerk, &refusal);

	w->refusal = (int)refusal;
	return nerr_pass(err);
}

static void do_undo(char **word)
{
	struct wish w = { .id = number(word[0]) };

	fine(db_tx(db, undo_tx, &w));
	printf("refusal=%d\n", w.refusal);
}

static const struct verb { const char *name; int words; void (*fn)(char **word); } verbs[] = {
	{ "at", 1, do_at }, { "world", 0, do_world }, { "recharge", 4, do_recharge },
	{ "withdraw", 4, do_withdraw }, { "charge", 5, do_charge }, { "refund", 2, do_refund },
	{ "correct", 2, do_correct }, { "withdrawal", 3, do_withdrawal }, { "book", 3, do_book },
	{ "undo", 1, do_undo }, { "charge_at", 5, do_charge_at },
};

static void run(char *line)
{
	char *word[WORDS], *rest = line, *w;
	int n = 0;

	while (n < WORDS && (w = strsep(&rest, " \n")) != NULL)
		if (*w)
			word[n++] = w;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (n == verbs[i].words + 1 && text_eq(word[0], verbs[i].name)) {
			verbs[i].fn(word + 1);
			fflush(stdout);
			return;
		}
	error_die("no such line");
}

int main(int argc, char **argv)
{
	char line[200];
	void *state = NULL;

	program_start("month_probe", "usage: month_probe <lines\n", &argc, argv);
	world_open(&state);
	while (fgets(line, sizeof(line), stdin) != NULL)
		run(line);
	world_close(&state);
	return 0;
}
