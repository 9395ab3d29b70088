/* session_expire.c - sessions nobody ends: starts without an answer, silent piles; and the end by a
 * person's hand (O4, O6).
 * Owns nothing beyond the session. Serves session.h, jobs/expire. */
#include "charge/session_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "charge/command.h"

#define START_SECONDS 90                     /* 云快充 section 8: answer and charging state within it */
#define SILENT_SECONDS 300                   /* twenty reports missed */
#define BIKE_SILENT_SECONDS 1200             /* sockets report each five minutes */
#define BATCH 500

/* By (state, requested_at): what is running is a handful, whatever the table holds. */
SQL(expire_starts,
	"select id from session where state in ('starting', 'suspended') and started_at is null"
	" and requested_at <= ? and coalesce(seen_at, requested_at) <= ? order by id limit 500");
SQL(expire_silent,
	"select id from session where state = 'charging' and seen_at <= if(kind = 'ebike', ?, ?) order"
	" by id limit 500");
SQL(expire_forgotten,
	"select id from session where state in ('suspended', 'stopping') and started_at is not null"
	" and coalesce(seen_at, started_at) <= ? order by id limit 500");

struct batch { int n; int64_t id[BATCH]; };

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct batch *b = ctx;

	if (b->n < BATCH)
		b->id[b->n++] = row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *fail_start(struct db *db, void *ctx)
{
	int64_t id = *(int64_t *)ctx, limit = clock_now() - START_SECONDS;
	struct session_row s;
	NEOERR *err;

	TRY(session_lock(db, id, &s));
	if ((s.state != SESSION_STARTING && s.state != SESSION_SUSPENDED) || s.started_at ||
		s.requested_at > limit || s.seen_at > limit)
		return STATUS_OK;
	TRY(session_fail(db, &s, STOP_TIMEOUT, -1, "no answer to the start"));
	/* it may have begun after all */
	TRY(command_add(db, COMMAND_STOP, s.pile_id, s.connector_id, s.id, 0, STOP_SECONDS, 0, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *suspend_silent(struct db *db, void *ctx)
{
	int64_t id = *(int64_t *)ctx;
	struct session_row s;
	NEOERR *err;

	TRY(session_lock(db, id, &s));
	if (s.state != SESSION_CHARGING ||
		s.seen_at > clock_now() - (s.bike ? BIKE_SILENT_SECONDS : SILENT_SECONDS))
		return STATUS_OK;
	TRY(session_set_state(db, &s, SESSION_SUSPENDED));
	TRY(session_event(db, s.id, "suspended", "no report", ""));
out:
	return nerr_pass(err);
}

struct ending {
	struct session_row *session;
	enum stop_reason reason;
	const char *source, *why, *actor;
	int64_t by, seconds;                     /* -1: until the last report */
};

static NEOERR *rate_ending(struct db *db, struct arena *arena, const struct ending *e,
	struct closing *c)
{
	const struct session_row *s = e->session;
	int64_t started = s->started_at ? s->started_at : s->requested_at;

	if (e->seconds < 0)
		return nerr_pass(session_rate_reported(db, arena, c));
	if (started + e->seconds > clock_now())
		return nerr_raise(ERR_INVALID, "session %s cannot have lasted %lld s", s->no,
			(long long)e->seconds);
	return nerr_pass(session_rate(db, arena, c, started, started + e->seconds, s->energy, NULL));
}

static NEOERR *end_by_last_report(struct db *db, const struct ending *e)
{
	struct closing c = { .session = e->session,
		.source = e->source,
		.meter_start = -1,
		.meter_end = -1,
		.device_amount = -1,
		.device_reason = -1,
		.reason = e->reason,
		.why = e->why,
		.actor = e->actor,
		.by = e->by };
	struct arena arena;
	NEOERR *err;

	arena_init(&arena);
	TRY(session_tariff(db, e->session, &c.tariff));
	TRY(rate_ending(db, &arena, e, &c));
	TRY(session_finish(db, &c));
out:
	arena_clear(&arena);
	return nerr_pass(err);
}

static NEOERR *end_forgotten(struct db *db, void *ctx)
{
	int64_t id = *(int64_t *)ctx;
	const struct session_settings *set;
	struct session_row s;
	struct ending e = { .session = &s,
		.reason = STOP_TIMEOUT,
		.source = "reported",
		.seconds = -1,
		.why = "no record came" };
	NEOERR *err;

	TRY(session_settings(db, &set));
	TRY(session_lock(db, id, &s));
	if ((s.state != SESSION_SUSPENDED && s.state != SESSION_STOPPING) ||
		s.seen_at > clock_now() - set->suspend_seconds)
		return STATUS_OK;
	TRY(end_by_last_report(db, &e));
out:
	return nerr_pass(err);
}

/* One that cannot be ended must not keep the others from it. */
static int64_t each(struct db *db, const struct batch *b, NEOERR *(*fn)(struct db *, void *))
{
	int64_t done = 0;

	for (int i = 0; i < b->n; i++) {
		int64_t id = b->id[i];
		NEOERR *err = db_tx(db, fn, &id);

		done += err == STATUS_OK;
		error_log("session_expire", err);
	}
	return done;
}

NEOERR *session_expire(struct db *db, int64_t *ended)
{
	const struct session_settings *set;
	int64_t now = clock_now();
	struct batch starts = { 0 }, silent = { 0 }, forgotten = { 0 };
	NEOERR *err;

	*ended = 0;
	TRY(session_settings(db, &set));
	TRY(db_query(db, &expire_starts, ARGS(TIME(now - START_SECONDS), TIME(now - START_SECONDS)),
		take_id, &starts));
	TRY(db_query(db, &expire_silent,
		ARGS(TIME(now - BIKE_SILENT_SECONDS), TIME(now - SILENT_SECONDS)), take_id, &silent));
	TRY(db_query(db, &expire_forgotten, ARGS(TIME(now - set->suspend_seconds)), take_id,
		&forgotten));
	*ended = each(db, &starts, fail_start);
	each(db, &silent, suspend_silent);
	*ended += each(db, &forgotten, end_forgotten);
out:
	return nerr_pass(err);
}

struct by_hand { int64_t session_id, seconds; const struct actor *who; const char *why; };

static NEOERR *end_now(struct db *db, void *ctx)
{
	const struct by_hand *h = ctx;
	struct session_row s;
	struct ending e = { .session = &s,
		.reason = STOP_ADMIN,
		.source = "hand",
		.why = h->why,
		.actor = h->who->name,
		.by = h->who->user_id,
		.seconds = h->seconds };
	bool running;
	NEOERR *err;

	TRY(session_lock(db, h->session_id, &s));
	if (s.state == SESSION_FINISHED)
		return nerr_raise(ERR_STALE, "session %s is finished already", s.no);
	running = s.state != SESSION_FAILED;
	TRY(end_by_last_report(db, &e));
	TRY(audit_add(db, h->who, "session", s.id, "end", NULL, NULL, h->why));
	if (running)
		TRY(command_add(db, COMMAND_STOP, s.pile_id, s.connector_id, s.id, 0, STOP_SECONDS,
			h->who->user_id, NULL));
out:
	return nerr_pass(err);
}

NEOERR *session_end_by_hand(struct db *db, int64_t session_id, int64_t seconds,
	const struct actor *who, const char *why)
{
	struct by_hand h = { session_id, seconds, who, why };

	return nerr_pass(db_tx(db, end_now, &h));
}
