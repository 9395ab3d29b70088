/* charge_world.c - makes the rows of charge_world.h.
 * Owns nothing else.
 * Serves the C programs of t/system. */
#include "charge_world.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/live.h"
#include "charge/member.h"
#include "charge/tariff.h"
#include "run/program.h"

struct db *db;

void world_fine(NEOERR *err, const char *what, const char *file, int line)
{
	if (err == STATUS_OK)
		return;
	print_error("%s: %s\n", what, error_desc(err));
	error_drop(err);
	_fail(file, line);
}

int world_open(void **state)
{
	(void)state;
	fine(db_open(&db));
	return 0;
}

int world_close(void **state)
{
	(void)state;
	db_close(&db);
	return 0;
}

static char *with_id(const char *sql, int64_t id)
{
	char digits[24], *text = malloc(strlen(sql) + 200), *out = text;

	snprintf(digits, sizeof(digits), "%lld", (long long)id);
	for (; *sql; sql++) {
		if (*sql == '#')
			out += snprintf(out, sizeof(digits), "%s", digits);
		else
			*out++ = *sql;
	}
	*out = '\0';
	return text;
}

struct taken { char *out; size_t room; };

static NEOERR *take_text(const struct row *r, void *ctx)
{
	struct taken *t = ctx;

	text_copy(t->out, t->room, row_str(r, 0));
	return STATUS_OK;
}

void world_text(const char *sql, int64_t id, char *out, size_t room)
{
	struct taken t = { out, room };
	char *text = with_id(sql, id);

	*out = '\0';
	fine(db_query_text(db, text, NOARGS, take_text, &t));
	free(text);
}

int64_t world_number(const char *sql, int64_t id)
{
	char text[40];
	int64_t v = 0;

	world_text(sql, id, text, sizeof(text));
	text_i64(text, &v);
	return v;
}

int64_t world_money(const char *sql, int64_t id)
{
	char text[40];
	int64_t v = 0;

	world_text(sql, id, text, sizeof(text));
	money_parse(text, &v);
	return v;
}

void world_sql(const char *sql, int64_t id)
{
	char *text = with_id(sql, id);

	fine(db_exec_text(db, text, NOARGS, NULL, NULL));
	free(text);
}

static int64_t made(const char *sql, const struct arg *args, int n)
{
	int64_t id = 0;

	fine(db_exec_text(db, sql, args, n, NULL, &id));
	return id;
}

static int64_t make_provider(const char *name)
{
	char phone[12], full[40];

	fine(random_digits(phone, 11));
	snprintf(full, sizeof(full), "%s %s", name, phone);
	return made(
		"insert into provider (name, phone, created_at, updated_at) values (?, ?, now(), now())",
		ARGS(STR(full), STR(phone)));
}

static void make_place(struct world *w)
{
	char phone[12], code[16];

	fine(random_digits(phone, 11));
	snprintf(code, sizeof(code), "S%s", phone);
	w->property = made(
		"insert into property (provider_id, name, phone, created_at, updated_at) values (?, ?, ?,"
		" now(), now())",
		ARGS(I64(w->provider), STR(phone), STR(phone)));
	w->station = made(
		"insert into station (provider_id, property_id, code, name, created_at, updated_at)"
		" values (?, ?, ?, ?, now(), now())",
		ARGS(I64(w->provider), I64(w->property), STR(code), STR(code)));
	w->area = made(
		"insert into area (station_id, code, name, is_default, created_at, updated_at) values (?,"
		" ?, ?, 1, now(), now())",
		ARGS(I64(w->station), STR(code), STR("A")));
	fine(random_digits(w->serial, 14));
	w->pile = made(
		"insert into pile (station_id, area_id, code, serial, name, created_at, updated_at)"
		" values (?, ?, ?, ?, ?, now(), now())",
		ARGS(I64(w->station), I64(w->area), STR(w->serial), STR(w->serial), STR("1")));
	snprintf(code, sizeof(code), "C%s", w->serial);
	w->connector = made(
		"insert into connector (pile_id, station_id, number, code, name, created_at, updated_at)"
		" values (?, ?, 1, ?, 'A', now(), now())",
		ARGS(I64(w->pile), I64(w->station), STR(code)));
}

static void make_tariff(struct world *w)
{
	struct tariff t = { .effective_at = clock_now() - 400 * DAY_SECONDS, .n = 1,
		.slot = { { 0, DAY_MINUTES, PRICE_FLAT, 80000, 20000 } } };
	char name[16];

	fine(random_digits(name, 15));
	w->tariff = made(
		"insert into tariff (provider_id, name, created_at, updated_at) values (?, ?, now(),"
		" now())",
		ARGS(I64(w->provider), STR(name)));
	fine(tariff_version_add(db, w->tariff, &t, 0, &w->version));
	fine(db_exec_text(db, "update station set tariff_id = ? where id = ?",
		ARGS(I64(w->tariff), I64(w->station)), NULL, NULL));
}

static void make_people(struct world *w)
{
	char no[10], phone[12] = "139";

	fine(random_digits(phone + 3, 8));
	fine(member_new_no(db, no));
	w->member = made(
		"insert into member (no, provider_id, phone, created_at, updated_at) values (?, ?, ?,"
		" now(), now())",
		ARGS(STR(no), I64(w->provider), STR(phone)));
	fine(card_new_no(db, no));
	w->card = made(
		"insert into card (no, member_id, provider_id, physical_no, created_at, updated_at)"
		" values (?, ?, ?, ?, now(), now())",
		ARGS(STR(no), I64(w->member), I64(w->provider), STR(no)));
}

void world_make(struct world *w)
{
	struct pile_hello hello = { .protocol = "ykc",
		.serial = w->serial,
		.address = "127.0.0.1",
		.gateway_id = "world",
		.firmware = "1",
		.protocol_version = "1.6",
		.connectors = 1 };
	struct connector_report report = { .number = 1, .state = CONNECTOR_PLUGGED, .plugged = true };
	struct pile_known pile;
	bool known;

	memset(w, 0, sizeof(*w));
	session_settings_forget();
	w->provider = make_provider("owner");
	w->other_provider = make_provider("partner");
	make_place(w);
	make_tariff(w);
	make_people(w);
	fine(pile_online(db, &hello, &pile, &known));
	assert_true(known);
	assert_int_equal(pile.pile_id, w->pile);
	report.pile_id = w->pile;
	report.at = clock_now();
	fine(connector_reports(db, &report, 1));
}

struct purse card_of(const struct world *w)
{
	return (struct purse){ OWNER_CARD, w->card };
}

struct purse wallet_of(const struct world *w)
{
	return (struct purse){ OWNER_MEMBER, w->member };
}

void world_recharge(const struct world *w, struct purse purse, int64_t cash, int64_t gift)
{
	char key[33];
	struct journal j = { .kind = JOURNAL_RECHARGE,
		.dedupe_key = key,
		.provider_id = w->provider,
		.member_id = w->member,
		.card_id = w->card,
		.purse = purse };
	bool fresh;

	fine(random_hex(key, 16));
	fine(purse_recharge(db, &j, cash, gift, &fresh));
	assert_true(fresh);
}

struct purse_balance world_purse(struct purse purse)
{
	struct purse_balance b;

	fine(purse_balance(db, purse, &b));
	return b;
}

enum start_refusal world_start(struct world *w, bool by_card)
{
	struct start_request r = { .connector_id = w->connector,
		.member_id = w->member,
		.card_id = by_card ? w->card : 0,
		.mode = START_APP,
		.limit_kind = LIMIT_FULL };

	fine(session_request(db, &r, &w->started));
	return w->started.refusal;
}

void world_progress(const struct world *w, int64_t at, int64_t energy)
{
	struct session_progress p = { .no = w->started.no,
		.at = at,
		.energy = energy,
		.device_amount = -1,
		.power_w = 60000,
		.voltage_dv = 4000,
		.current_da = 1500,
		.soc = 50 };

	fine(session_progress(db, &p));
}

struct session_record world_record(const struct world *w, int64_t started, int64_t ended,
	int64_t energy, const char *raw)
{
	return (struct session_record){ .protocol = "ykc",
		.pile_serial = w->serial,
		.no = w->started.no,
		.started = started,
		.ended = ended,
		.energy = energy,
		.meter_start = 1000,
		.meter_end = 1000 + energy,
		.amount = energy * 10,
		.device_reason = 64,
		.reason = STOP_DRIVER,
		.mode = START_APP,
		.connector_number = 1,
		.raw = raw,
		.raw_len = strlen(raw) };
}

enum record_outcome world_settle(const struct session_record *rec)
{
	enum record_outcome outcome;

	fine(session_settle(db, rec, &outcome));
	return outcome;
}

static NEOERR *print_finding(const char *what, int64_t id, const char *detail, void *ctx)
{
	(void)ctx;
	print_error("%s %lld: %s\n", what, (long long)id, detail);
	return STATUS_OK;
}

void world_is_proved(void)
{
	int64_t findings = -1;

	fine(ledger_proof(db, print_finding, NULL, &findings));
	assert_int_equal(findings, 0);
}
