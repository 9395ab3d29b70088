/* session_settle.c - a device's final record becomes a bill, once, however often and however late
 * it comes.
 * Owns table device_record. Serves session.h. */
#include "charge/session_internal.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/tariff.h"

#define BODY_MAX 2000
#define CLOCK_TOLERANCE 600                  /* seconds a device's clock may differ from what the platform saw */
#define RATED_LONGEST (31 * DAY_SECONDS)

/* The insert counts: 1 is new, 2 was there. Told first as settled; what turns out otherwise is
 * corrected, which is rare. */
SQL(record_insert,
	"insert into device_record (protocol, pile_serial, session_no, digest, body, outcome,"
	" first_at, last_at)"
	" values (?, ?, ?, ?, ?, 'settled', ?, ?) on duplicate key update times = times + 1, last_at"
	" = values(last_at)");
SQL(record_select,
	"select outcome from device_record where protocol = ? and session_no = ? and digest = ?");
SQL(record_outcome,
	"update device_record set outcome = ? where protocol = ? and session_no = ? and digest = ?");
SQL(record_start, "select coalesce(started_at, requested_at) from session where no = ?");
SQL(offline_pile,
	"select p.station_id, p.id, c.id, s.provider_id, s.property_id, p.area_id, s.kind from pile p"
	" join station s on s.id = p.station_id join connector c on c.pile_id = p.id and c.number = ?"
	" and c.deleted = 0"
	" where p.serial = ? and p.protocol = ? and p.deleted = 0");
SQL(offline_card,
	"select k.id, m.id, m.provider_id, m.phone, m.plate from card k join member m on m.id ="
	" k.member_id"
	" where k.physical_no = ? and k.deleted = 0 order by k.id limit 1");
SQL(offline_token,
	"select k.id, m.id, m.provider_id, m.phone, m.plate from token k join member m on m.id ="
	" k.member_id where k.chip = ? and k.kind = 'verify' and k.deleted = 0");
SQL(offline_insert,
	"insert into session (no, kind, provider_id, property_id, station_id, area_id, pile_id,"
	" connector_id, member_id,"
	" member_provider_id, card_id, token_id, phone, plate, vin, start_mode, pay_kind, state,"
	" tariff_version_id, least_service, requested_at, started_at,"
	" created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
	" 'charging', ?, ?, ?, ?, ?, ?)");

static const char *const outcome_names[] = { [RECORD_SETTLED] = "settled",
	[RECORD_DUPLICATE] = "duplicate",
	[RECORD_CONFLICT] = "conflict",
	[RECORD_UNKNOWN] = "unknown",
	[RECORD_INVALID] = "invalid" };

struct settling {
	const struct session_record *rec;
	enum record_outcome outcome;
	char digest[SHA256_HEX];
	struct arena *arena;
};

static NEOERR *take_outcome(const struct row *r, void *ctx)
{
	text_copy(ctx, 17, row_str(r, 0));
	return STATUS_OK;
}

/* *known: these bytes were judged before and the judgement stands. An unknown session may have
 * become known since. */
static NEOERR *keep_record(struct db *db, struct settling *s, bool *known)
{
	const struct session_record *rec = s->rec;
	size_t len = rec->raw_len < BODY_MAX ? rec->raw_len : BODY_MAX;
	int64_t now = clock_now(), affected = 0;
	char outcome[17] = "";
	NEOERR *err;

	TRY(db_exec(db, &record_insert,
		ARGS(STR(rec->protocol), STR(rec->pile_serial), STR(rec->no), STR(s->digest),
			BLOB(rec->raw ? rec->raw : "", rec->raw ? len : 0), TIME(now), TIME(now)),
		&affected));
	if (affected == 1)
		return STATUS_OK;
	TRY(db_get(db, &record_select, ARGS(STR(rec->protocol), STR(rec->no), STR(s->digest)),
		take_outcome, outcome));
	*known = !text_eq(outcome, "unknown");
	s->outcome = text_eq(outcome, "conflict") ? RECORD_CONFLICT
		: text_eq(outcome, "invalid") ? RECORD_INVALID
		: RECORD_DUPLICATE;
out:
	return nerr_pass(err);
}

static NEOERR *mark_outcome(struct db *db, const struct settling *s)
{
	return nerr_pass(db_exec(db, &record_outcome,
		ARGS(STR(outcome_names[s->outcome]), STR(s->rec->protocol), STR(s->rec->no),
			STR(s->digest)),
		NULL));
}

struct offline {
	int64_t station_id, pile_id, connector_id, provider_id, property_id, area_id, card_id,
		token_id, member_id, member_provider_id;
	char kind[9], phone[21], plate[13];
};

static NEOERR *take_pile(const struct row *r, void *ctx)
{
	struct offline *o = ctx;

	o->station_id = row_i64(r, 0);
	o->pile_id = row_i64(r, 1);
	o->connector_id = row_i64(r, 2);
	o->provider_id = row_i64(r, 3);
	o->property_id = row_i64(r, 4);
	o->area_id = row_i64(r, 5);
	text_copy(o->kind, sizeof(o->kind), row_str(r, 6));
	return STATUS_OK;
}

static NEOERR *take_card(const struct row *r, void *ctx)
{
	struct offline *o = ctx;

	o->card_id = row_i64(r, 0);
	o->member_id = row_i64(r, 1);
	o->member_provider_id = row_i64(r, 2);
	text_copy(o->phone, sizeof(o->phone), row_str(r, 3));
	text_copy(o->plate, sizeof(o->plate), row_str(r, 4));
	return STATUS_OK;
}

static NEOERR *take_token(const struct row *r, void *ctx)
{
	struct offline *o = ctx;
	NEOERR *err = take_card(r, o);

	o->token_id = o->card_id;
	o->card_id = 0;
	return nerr_pass(err);
}

static NEOERR *insert_offline(struct db *db, const struct session_record *rec,
	const struct offline *o, const struct tariff *tariff)
{
	int64_t now = clock_now();

	return nerr_pass(db_exec(db, &offline_insert,
		ARGS(STR(rec->no), STR(o->kind), I64(o->provider_id), I64(o->property_id),
			I64(o->station_id), I64(o->area_id), I64(o->pile_id), I64(o->connector_id),
			I64(o->member_id), I64(o->member_provider_id), IDREF(o->card_id),
			IDREF(o->token_id), STR(o->phone), STR(o->plate), STR(rec->vin ? rec->vin : ""),
			STR(choice_name(&start_mode_choices, rec->mode)),
			STR(choice_name(&pay_kind_choices, o->card_id ? PAY_CARD : PAY_WALLET)),
			I64(tariff->version_id), I64(tariff->least_service), TIME(rec->started), TIME(0),
			TIME(now), TIME(now)),
		NULL));
}

/* D14: a card that was read while the pile was alone; who holds it pays, whatever has become of
 * the card since. */
static NEOERR *create_offline(struct db *db, const struct session_record *rec,
	struct session_row *s, bool *found)
{
	struct offline o = { 0 };
	struct tariff tariff;
	bool pile = false, card = false;
	NEOERR *err = STATUS_OK;

	if ((rec->mode != START_OFFLINE && rec->mode != START_CARD) || !rec->physical_no ||
		!*rec->physical_no || rec->started <= 0)
		return STATUS_OK;
	TRY(db_find(db, &offline_pile,
		ARGS(I64(rec->connector_number), STR(rec->pile_serial), STR(rec->protocol)), take_pile, &o,
		&pile));
	if (pile)
		TRY(db_find(db, &offline_card, ARGS(STR(rec->physical_no)), take_card, &o, &card));
	if (pile && !card)
		TRY(db_find(db, &offline_token,
			ARGS(STR(rec->physical_no + strspn(rec->physical_no, "0"))), take_token, &o, &card));
	if (!card)
		return STATUS_OK;
	err = tariff_for(db, o.pile_id, o.member_id, rec->started, &tariff);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	if (err != STATUS_OK)
		goto out;
	TRY(insert_offline(db, rec, &o, &tariff));
	TRY(session_lock_no(db, rec->no, s, found));
out:
	return nerr_pass(err);
}

/* The record's times, or the platform's where the device's clock is off: prices depend on them.
 * The duration stays the device's. */
struct times { int64_t started, ended; bool corrected; };

static struct times believe(const struct session_record *rec, const struct session_row *s,
	int64_t now)
{
	int64_t length = rec->ended - rec->started;
	struct times t = { rec->started, rec->ended, false };

	if (!s->started_at || llabs(rec->started - s->started_at) <= CLOCK_TOLERANCE)
		return t;
	t.started = s->started_at;
	t.ended = s->started_at + (length > 0 ? length : 0);
	if (t.ended > now)
		t.ended = now > t.started ? now : t.started;
	t.corrected = true;
	return t;
}

static int64_t energy_of(const struct session_record *rec)
{
	if (rec->energy == -1 && rec->meter_start >= 0 && rec->meter_end >= 0)
		return rec->meter_end - rec->meter_start;
	return rec->energy;
}

static struct session_facts facts_of(const struct session_record *rec, const struct session_row *s,
	int64_t amount)
{
	struct session_facts f = { .now = clock_now(),
		.started = rec->started,
		.ended = rec->ended,
		.energy = energy_of(rec),
		.meter_start = rec->meter_start,
		.meter_end = rec->meter_end,
		.has_types = rec->has_types,
		.device_amount = rec->amount,
		.amount = amount,
		.seen_energy = s->energy,
		.soc_start = s->soc_start,
		.soc = s->soc,
		.platform_times = s->started_at != 0 };

	memcpy(f.type_energy, rec->type_energy, sizeof(f.type_energy));
	return f;
}

/* What the platform asked for is the reason, also where the device only says "remote stop". */
static enum stop_reason reason_of(const struct session_record *rec, const struct session_row *s)
{
	return s->state == SESSION_STOPPING && (int)s->reason >= 0 ? s->reason : rec->reason;
}

static NEOERR *rate_record(struct db *db, struct settling *s, struct closing *c, bool *rated)
{
	const struct session_record *rec = s->rec;
	struct times t = believe(rec, c->session, clock_now());
	int64_t energy = energy_of(rec);
	NEOERR *err = STATUS_OK;

	*rated = energy >= 0 && t.ended >= t.started && t.started > 0 &&
		t.ended - t.started <= RATED_LONGEST;
	if (!*rated)
		return STATUS_OK;
	TRY(session_rate(db, s->arena, c, t.started, t.ended, energy,
		rec->has_types ? rec->type_energy : NULL));
	if (t.corrected)
		TRY(session_event(db, c->session->id, "clock_off",
			"the record's times are not the platform's", ""));
out:
	return nerr_pass(err);
}

/* An unsafe record (O16) must not become money: the bill is the running fee of what the device
 * reported while it charged, no more, until a person has looked; the hold's rest is free again, so
 * the driver is not punished for the pile's fault. The record's own figures stay in
 * device_record; the handling of the anomaly writes the next revision of the bill. */
static NEOERR *settle_session(struct db *db, struct settling *s, struct session_row *row)
{
	const struct session_record *rec = s->rec;
	const struct session_settings *set;
	struct anomalies anomalies;
	struct session_facts facts;
	struct closing c = { .session = row,
		.source = "record",
		.meter_start = rec->meter_start,
		.meter_end = rec->meter_end,
		.device_amount = rec->amount,
		.device_reason = rec->device_reason,
		.reason = reason_of(rec, row),
		.vin = rec->vin,
		.anomalies = &anomalies };
	bool rated;
	NEOERR *err;

	TRY(session_settings(db, &set));
	TRY(session_tariff(db, row, &c.tariff));
	TRY(rate_record(db, s, &c, &rated));
	facts = facts_of(rec, row, rated ? c.bill.amount + c.bill.discount : -1);
	anomaly_judge(&facts, &set->anomaly, &anomalies);
	if (!rated || anomalies.unsafe) {
		c.source = "reported";
		TRY(session_rate_reported(db, s->arena, &c));
	}
	TRY(session_finish(db, &c));
out:
	return nerr_pass(err);
}

/* A record of the very figures that were billed may come in other bytes (a new trade time);
 * anything else is a conflict (O4). */
static bool same_figures(const struct session_record *rec, const struct session_row *s)
{
	return s->device_amount != -1 && s->device_amount == rec->amount &&
		s->energy == energy_of(rec) && s->ended_at - s->started_at == rec->ended - rec->started;
}

static bool never_charged(const struct session_record *rec, const struct session_row *s)
{
	return energy_of(rec) == 0 && rec->amount <= 0 && s->energy == 0 &&
		(rec->reason == STOP_START_FAILED || s->state == SESSION_FAILED || s->started_at == 0);
}

static NEOERR *judge_record(struct db *db, struct settling *s, struct session_row *row)
{
	const struct session_record *rec = s->rec;
	NEOERR *err = STATUS_OK;

	s->outcome = RECORD_SETTLED;
	if (!text_eq(rec->pile_serial, row->pile_serial)) {
		s->outcome = RECORD_INVALID;                 /* a pile speaks for its own sessions only */
	} else if (row->state == SESSION_FINISHED) {
		s->outcome = same_figures(rec, row) ? RECORD_DUPLICATE : RECORD_CONFLICT;
		if (s->outcome == RECORD_CONFLICT)
			TRY(session_event(db, row->id, "record_conflict",
				"a record with other figures came after the end", ""));
	} else if (never_charged(rec, row)) {
		if (row->state != SESSION_FAILED)
			TRY(session_fail(db, row, STOP_START_FAILED, rec->device_reason,
				"the device charged nothing"));
	} else {
		TRY(settle_session(db, s, row));
	}
out:
	return nerr_pass(err);
}

static NEOERR *settle(struct db *db, void *ctx)
{
	struct settling *s = ctx;
	struct session_row row;
	bool known = false, found = false;
	NEOERR *err;

	TRY(keep_record(db, s, &known));
	if (known)
		return STATUS_OK;
	TRY(session_lock_no(db, s->rec->no, &row, &found));
	if (!found)
		TRY(create_offline(db, s->rec, &row, &found));
	s->outcome = RECORD_UNKNOWN;
	if (found)
		TRY(judge_record(db, s, &row));
	if (s->outcome != RECORD_SETTLED)
		TRY(mark_outcome(db, s));
out:
	return nerr_pass(err);
}

static NEOERR *take_start(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_time(r, 0);
	return STATUS_OK;
}

NEOERR *session_record_times(struct db *db, struct session_record *rec, int64_t seconds)
{
	int64_t now = clock_now(), started = 0;
	bool found;
	NEOERR *err = db_find(db, &record_start, ARGS(STR(rec->no)), take_start, &started, &found);

	rec->started = started > 0 && started + seconds <= now ? started : now - seconds;
	rec->ended = rec->started + seconds;
	return nerr_pass(err);
}

static bool shapely(const struct session_record *rec)
{
	return rec->no && *rec->no && strlen(rec->no) < SESSION_NO && rec->protocol &&
		strlen(rec->protocol) <= 12 && rec->pile_serial && strlen(rec->pile_serial) <= 40 &&
		(!rec->vin || strlen(rec->vin) <= 17);
}

NEOERR *session_settle(struct db *db, const struct session_record *rec,
	enum record_outcome *outcome)
{
	struct settling s = { .rec = rec };
	struct arena arena;
	NEOERR *err;

	*outcome = RECORD_INVALID;
	if (!shapely(rec))
		return STATUS_OK;
	sha256_hex(rec->raw ? rec->raw : "", rec->raw ? rec->raw_len : 0, s.digest);
	arena_init(&arena);
	s.arena = &arena;
	err = db_tx(db, settle, &s);
	arena_clear(&arena);
	*outcome = s.outcome;
	return nerr_pass(err);
}
