/* bench_fill.c - job bench_fill: many sessions for measurements, made by the server itself and not
 * through settlement.
 * Owns nothing; refuses a database that holds sessions (its rows have no bills, the ledger proof
 * would name each of them).
 * Serves ./chargeops bench. */
#include "base/clock.h"
#include "base/text.h"
#include "jobs/jobs.h"

#define PILES 500
#define CHUNK 10000
#define PHONE_FIRST INT64_C(13000000000)

/* Numbers 0..9999, and the ids that a session needs by a dense key: ids of a cluster have gaps. */
static const char *const scratch[] = {
	"create temporary table bench_n (n int not null primary key)",
	"insert into bench_n select a.n + 10 * b.n + 100 * c.n + 1000 * d.n from"
	" (select 0 n union select 1 union select 2 union select 3 union select 4 union select 5"
	" union select 6 union select 7"
	" union select 8 union select 9) a join"
	" (select 0 n union select 1 union select 2 union select 3 union select 4 union select 5"
	" union select 6 union select 7"
	" union select 8 union select 9) b join"
	" (select 0 n union select 1 union select 2 union select 3 union select 4 union select 5"
	" union select 6 union select 7"
	" union select 8 union select 9) c join"
	" (select 0 n union select 1 union select 2 union select 3 union select 4 union select 5"
	" union select 6 union select 7"
	" union select 8 union select 9) d",
	"create temporary table bench_place (k int not null primary key, connector_id bigint, pile_id"
	" bigint, area_id bigint,"
	" station_id bigint, property_id bigint, provider_id bigint, serial char(14))",
	"create temporary table bench_payer (k int not null primary key, member_id bigint,"
	" provider_id bigint, phone varchar(20))",
};
/* Everything of a bench carries a name that starts with bench; each level finds the one above by
 * its number in the name. */
static const char *const places[] = {
	"insert into provider (name, phone, audit_status, created_at, updated_at) select"
	" concat('bench ', n), 10000000000 + n,"
	" 'approved', ?, ? from bench_n where n < 20",
	"insert into property (provider_id, name, phone, created_at, updated_at) select p.id, p.name,"
	" p.phone, ?, ?"
	" from provider p where p.name like 'bench %'",
	"insert into station (provider_id, property_id, code, name, created_at, updated_at) select"
	" r.provider_id, r.id,"
	" concat('BENCH', n), concat('bench ', n), ?, ? from bench_n join property r on r.name ="
	" concat('bench ', n % 20) where n < 100",
	"insert into area (station_id, code, name, is_default, created_at, updated_at) select s.id,"
	" s.code, 'bench', 1, ?, ?"
	" from station s where s.code like 'BENCH%'",
	"insert into pile (station_id, area_id, code, serial, name, connector_count, created_at,"
	" updated_at) select s.id, a.id,"
	" concat('BENCH', n), 99000000000000 + n, concat('bench ', n), 2, ?, ? from bench_n"
	" join station s on s.code = concat('BENCH', n % 100) join area a on a.station_id = s.id"
	" where n < 500",
	"insert into connector (pile_id, station_id, number, code, name, created_at, updated_at)"
	" select p.id, p.station_id, n + 1,"
	" concat(p.code, '-', n + 1), char(65 + n), ?, ? from pile p join bench_n on n < 2 where"
	" p.code like 'BENCH%'",
};
static const char place_keys[] =
	"insert into bench_place select row_number() over (order by c.id) - 1, c.id, p.id, p.area_id,"
	" s.id, s.property_id,"
	" s.provider_id, p.serial from connector c join pile p on p.id = c.pile_id join station s on"
	" s.id = p.station_id"
	" where p.code like 'BENCH%'";
static const char members[] =
	"insert into member (no, provider_id, name, phone, source, created_at, updated_at) select"
	" 200000000 + n + ?, p.id,"
	" concat('bench ', n + ?), ? + n, 'online', ?, ? from bench_n join provider p on p.name ="
	" concat('bench ', n % 20)"
	" where n + ? < ?";
static const char payer_keys[] =
	"insert into bench_payer select row_number() over (order by id) - 1, id, provider_id, phone"
	" from member where name like 'bench %'";

/* In the order of time, as real ones are; spread by crc32 of the running number over places and
 * members. Day and night weigh alike. */
static const char sessions[] =
	"insert into session (no, provider_id, property_id, station_id, area_id, pile_id,"
	" connector_id, member_id, member_provider_id,"
	" phone, start_mode, pay_kind, state, anomaly, stop_reason, requested_at, started_at,"
	" ended_at, settled_at, seconds, energy,"
	" energy_fee, service_fee, amount, device_amount, soc_start, soc, created_at, updated_at)"
	" select concat(p.serial, '01', lpad(r.g, 16, '0')), p.provider_id, p.property_id,"
	" p.station_id, p.area_id, p.pile_id,"
	" p.connector_id, m.member_id, m.provider_id, m.phone, if(r.h % 3, 'app', 'card'), 'wallet',"
	" if(r.h % 50, 'finished', 'failed'), if(r.h % 199, 'none', 'pending'), if(r.h % 50,"
	" 'driver', 'start_failed'),"
	" r.ended - interval r.s + 10 second, r.ended - interval r.s second, r.ended, r.ended +"
	" interval 5 second,"
	" r.s, if(r.h % 50, r.e, 0), if(r.h % 50, round(r.e * 0.72, 2), 0), if(r.h % 50, round(r.e *"
	" 0.35, 2), 0),"
	" if(r.h % 50, round(r.e * 0.72, 2) + round(r.e * 0.35, 2), 0), if(r.h % 50, round(r.e *"
	" 0.72, 2) + round(r.e * 0.35, 2), 0),"
	" r.h % 40, 60 + r.h % 40, r.ended, r.ended from (select g, h, s, round(s * (8 + h % 90) /"
	" 3600, 4) e,"
	" cast(? as datetime) + interval floor(g * ? / ?) second ended from (select n + ? g,"
	" crc32(concat('s', n + ?)) h,"
	" 600 + crc32(n + ?) % 5400 s from bench_n where n + ? < ?) x) r"
	" join bench_place p on p.k = r.h % ? join bench_payer m on m.k = crc32(concat('m', r.g)) % ?"
	" order by r.g";

struct plan { int64_t sessions, members, days, first_day; };

static NEOERR *run_text(struct job_run *r, const char *text, const struct arg *args, int n)
{
	return nerr_pass(db_exec_text(r->db, text, args, n, NULL, NULL));
}

static NEOERR *option(const struct job_run *r, int at, int64_t fallback, int64_t *out)
{
	*out = fallback;
	if (!r->value[at])
		return STATUS_OK;
	if (!text_i64(r->value[at], out) || *out <= 0)
		return nerr_raise(ERR_INVALID, "%s is not a number above 0", r->value[at]);
	return STATUS_OK;
}

SQL(session_any, "select 1 from session limit 1");

static NEOERR *check(struct job_run *r, struct plan *p)
{
	int64_t any;
	NEOERR *err;

	TRY(option(r, 0, 100000, &p->sessions));
	TRY(option(r, 1, 20000, &p->members));
	TRY(option(r, 2, 30, &p->days));
	TRY(db_i64(r->db, &session_any, NOARGS, &any));
	if (any && !r->value[3])
		err = nerr_raise(ERR_DENIED,
			"this database holds sessions; bench_fill is for scratch ones (--force 1)");
	p->first_day = clock_day_start(clock_now()) - p->days * DAY_SECONDS;
out:
	return nerr_pass(err);
}

static NEOERR *make_places(struct job_run *r)
{
	int64_t now = clock_now();
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < sizeof(scratch) / sizeof(scratch[0]); i++)
		TRY(run_text(r, scratch[i], NOARGS));
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		TRY(run_text(r, places[i], ARGS(TIME(now), TIME(now))));
	TRY(run_text(r, place_keys, NOARGS));
out:
	return nerr_pass(err);
}

static NEOERR *make_members(struct job_run *r, const struct plan *p)
{
	int64_t now = clock_now();
	NEOERR *err = STATUS_OK;

	for (int64_t from = 0; from < p->members; from += CHUNK)
		TRY(run_text(r, members,
			ARGS(I64(from), I64(from), I64(PHONE_FIRST + from), TIME(now), TIME(now), I64(from),
				I64(p->members))));
	TRY(run_text(r, payer_keys, NOARGS));
out:
	return nerr_pass(err);
}

static NEOERR *make_sessions(struct job_run *r, const struct plan *p)
{
	NEOERR *err = STATUS_OK;

	for (int64_t from = 0; from < p->sessions; from += CHUNK) {
		TRY(run_text(r, sessions,
			ARGS(TIME(p->first_day), I64(p->days * DAY_SECONDS), I64(p->sessions), I64(from),
				I64(from), I64(from), I64(from), I64(p->sessions), I64(PILES * 2),
				I64(p->members))));
		TRY(job_progress(r, from, p->sessions));
	}
	TRY(job_progress(r, p->sessions, p->sessions));
	/* Statistics by sampling would still be those of an empty table. */
	TRY(run_text(r, "analyze table session, member", NOARGS));
out:
	return nerr_pass(err);
}

static NEOERR *run(struct job_run *r)
{
	struct plan p;
	int64_t start = clock_mono_ms();
	NEOERR *err;

	TRY(check(r, &p));
	TRY(make_places(r));
	TRY(make_members(r, &p));
	TRY(make_sessions(r, &p));
	if (!r->quiet)
		printf("sessions=%lld\nmembers=%lld\nmilliseconds=%lld\n", (long long)p.sessions,
			(long long)p.members, (long long)(clock_mono_ms() - start));
out:
	return nerr_pass(err);
}

static const struct job_option options[] = {
	{ "sessions", "how many; default 100000", false },
	{ "members", "who charge; default 20000", false },
	{ "days", "over how many days until yesterday; default 30", false },
	{ "force", "1: also where sessions exist", false },
	{ NULL, NULL, false },
};

const struct job job_bench_fill = {
	.name = "bench_fill",
	.summary = "fills a scratch database with sessions to measure on",
	.options = options,
	.lease_seconds = 3600,
	.run = run,
};
