/* demo.c - job demo: an operator with sixty days behind it, made through the rules' own functions
 * at the clock of each day.
 * Owns the travels in time.
 * Serves `chargeops up`, tests, whoever wants to look around. Again: nothing is done twice. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/text.h"
#include "charge/daily_report.h"
#include "jobs/demo.h"
#include "jobs/jobs.h"

#define DAYS 60
#define CONFIRMED_AFTER 10
#define REPORT_HOUR 5

static char real_shift[40];                  /* CHARGEOPS_NOW as it was when the job began */

SQL(demo_connectivity,
	"insert into connectivity (pile_id, station_id, event, reason, gateway_id, at)"
	" select p.id, p.station_id, ?, ?, 'demo', ? from pile p where p.serial = ?");
SQL(demo_stranger,
	"insert ignore into stranger (protocol, serial, address, detail, count, first_at, last_at)"
	" values ('ykc', '32010699999901', '10.18.3.77:40112', '1.6 V1.9, 2 connectors', 37, ?, ?)");
SQL(demo_confirm,
	"update daily_report set confirm_status = 'confirmed', updated_at = ? where day < ? and"
	" confirm_status = 'pending'");

void demo_travel(int64_t t)
{
	char offset[24];

	demo_come_back();
	snprintf(offset, sizeof(offset), "%+lld", (long long)(t - clock_now()));
	/* the clock was shifted already: both shifts together */
	if (*real_shift)
		text_copy(offset, sizeof(offset), clock_format(t, (char[CLOCK_TEXT]){ "" }));
	setenv("CHARGEOPS_NOW", offset, 1);
	clock_zone(clock_offset());                  /* reads it anew */
}

void demo_come_back(void)
{
	if (*real_shift)
		setenv("CHARGEOPS_NOW", real_shift, 1);
	else
		unsetenv("CHARGEOPS_NOW");
	clock_zone(clock_offset());
}

struct making { int64_t since; struct demo *demo; };

static NEOERR *make_place(struct db *db, void *ctx)
{
	struct making *m = ctx;

	return nerr_pass(demo_place(db, m->since, m->demo));
}

/* 上下线记录: a pile that loses its link now and then. */
static NEOERR *make_history(struct job_run *r, const struct demo *d, int64_t today)
{
	struct dice dice_ = dice_of(7);
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < 40; i++) {
		const struct demo_connector *c = &d->connector[dice(&dice_, d->connectors)];
		int64_t at = today - DAYS * DAY_SECONDS + dice(&dice_, DAYS * DAY_SECONDS - 7200);

		TRY(db_exec(r->db, &demo_connectivity,
			ARGS(STR("offline"), STR("timeout"), TIME(at), STR(c->serial)), NULL));
		TRY(db_exec(r->db, &demo_connectivity,
			ARGS(STR("online"), STR("login"), TIME(at + 60 + dice(&dice_, 3600)), STR(c->serial)),
			NULL));
	}
	TRY(db_exec(r->db, &demo_stranger, ARGS(TIME(today - 3 * DAY_SECONDS), TIME(today - 3600)),
		NULL));
out:
	return nerr_pass(err);
}

static NEOERR *make_report(struct db *db, int64_t day)
{
	int64_t rows;
	NEOERR *err;

	demo_travel(day + DAY_SECONDS + REPORT_HOUR * 3600);
	err = daily_report_make(db, day, &rows);
	demo_come_back();
	return nerr_pass(err);
}

static NEOERR *make_days(struct job_run *r, const struct demo *d, int64_t today, int64_t *sessions)
{
	int64_t n;
	NEOERR *err = STATUS_OK;

	for (int i = DAYS; i >= 0; i--) {
		int64_t day = today - i * DAY_SECONDS;

		TRY(demo_day(r->db, d, day, &n));
		*sessions += n;
		/* a charge of the day before may have ended this day */
		if (n && i < DAYS)
			TRY(make_report(r->db, day - DAY_SECONDS));
		TRY(job_progress(r, DAYS - i + 1, DAYS + 1));
	}
out:
	return nerr_pass(err);
}

static NEOERR *make_park(struct db *db, void *ctx)
{
	return nerr_pass(demo_park(db, ctx));
}

static NEOERR *make_plans(struct db *db, void *ctx)
{
	return nerr_pass(demo_plan(db, ctx));
}

static NEOERR *make_card(struct db *db, void *ctx)
{
	return nerr_pass(demo_card(db, ctx));
}

static NEOERR *make_bike(struct db *db, void *ctx)
{
	return nerr_pass(demo_bike(db, ctx));
}

static NEOERR *make_desk(struct db *db, void *ctx)
{
	return nerr_pass(demo_desk(db, ctx));
}

static NEOERR *make(struct job_run *r, int64_t *sessions)
{
	struct demo *d = arena_alloc(&r->arena, sizeof(*d));
	int64_t today = clock_day_start(clock_now());
	struct making m = { .since = today - (DAYS + 5) * DAY_SECONDS, .demo = d };
	NEOERR *err;

	TRY(db_tx(r->db, make_place, &m));
	TRY(make_days(r, d, today, sessions));
	TRY(make_history(r, d, today));
	TRY(db_exec(r->db, &demo_confirm,
		ARGS(TIME(clock_now()), DAY(today - CONFIRMED_AFTER * DAY_SECONDS)), NULL));
	TRY(db_tx(r->db, make_park, d));
	TRY(db_tx(r->db, make_card, d));
	TRY(db_tx(r->db, make_bike, d));
	TRY(db_tx(r->db, make_plans, d));
	TRY(demo_bay(r->db, d));
	TRY(db_tx(r->db, make_desk, d));
	TRY(demo_fleet(r->db, d));
	TRY(demo_finish(r->db));
out:
	return nerr_pass(err);
}

static NEOERR *run(struct job_run *r)
{
	int64_t sessions = 0;
	bool complete;
	NEOERR *err;

	text_copy(real_shift, sizeof(real_shift),
		getenv("CHARGEOPS_NOW") ? getenv("CHARGEOPS_NOW") : "");
	TRY(demo_complete(r->db, &complete));
	if (!complete)
		TRY(make(r, &sessions));
	if (!r->quiet)
		printf("demo=%s\nsessions=%lld\n", complete ? "there" : "made", (long long)sessions);
out:
	demo_come_back();
	return nerr_pass(err);
}

const struct job job_demo = {
	.name = "demo",
	.summary = "loads the demo operator: places, people, sixty days of charging",
	.lease_seconds = 3600,
	.run = run,
};
