/* purge.c - job purge: day partitions of the curves made ahead and dropped when old; rows nobody
 * needs any more.
 * Owns the partitions of session_sample and raw_frame.
 * Serves cron. */
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"
#include "charge/camera.h"
#include "charge/task.h"
#include "db/audit_chain.h"
#include "jobs/jobs.h"

#define AHEAD_DAYS 3
#define PARTITIONS_MAX 4000
#define CHUNK_ROWS 5000
#define CHUNK_TEXT "5000"

SQL(partition_names,
	"select partition_name from information_schema.partitions where table_schema = database()"
	" and table_name = ? and partition_name like 'p2%' order by partition_name");
SQL(login_old, "delete from login where expires_at <= ? limit " CHUNK_TEXT);
SQL(delivery_old,
	"delete from delivery where kind = 'sms' and status in ('sent', 'dead') and created_at <= ?"
	" limit " CHUNK_TEXT);
SQL(webhook_delivery_old,
	"delete from delivery where kind in ('webhook', 'parking', 'tax', 'exchange') and status in"
	" ('sent', 'dead') and created_at <= ? limit " CHUNK_TEXT);
SQL(exchange_message_old, "delete from exchange_message where at <= ? limit " CHUNK_TEXT);
SQL(email_token_old, "delete from email_token where expires_at <= ? limit " CHUNK_TEXT);
SQL(camera_command_old, "delete from camera_command where created_at <= ? limit " CHUNK_TEXT);
SQL(load_sample_old, "delete from load_sample where at <= ? limit " CHUNK_TEXT);
SQL(job_run_old, "delete from job_run where started_at <= ? order by id limit " CHUNK_TEXT);

static const struct { const char *what; const struct sql *sql; int days; } old_rows[] = {
	{ "logins", &login_old, 1 },
	{ "sms_deliveries", &delivery_old, 30 },
	{ "webhook_deliveries", &webhook_delivery_old, 30 },
	{ "exchange_messages", &exchange_message_old, 180 },
	{ "email_tokens", &email_token_old, 1 },
	{ "camera_commands", &camera_command_old, 90 },
	{ "job_runs", &job_run_old, 90 },
	{ "load_samples", &load_sample_old, 31 },
};

/* A partition holds one day and is called after it: p20261120. */
struct partitions { int n; int64_t day[PARTITIONS_MAX]; };

static NEOERR *take_partition(const struct row *r, void *ctx)
{
	struct partitions *p = ctx;
	const char *name = row_str(r, 0) + 1;
	char text[CLOCK_TEXT];
	int64_t day;

	snprintf(text, sizeof(text), "%.4s-%.2s-%.2s", name, name + 4, name + 6);
	if (strlen(name) == 8 && p->n < PARTITIONS_MAX && clock_parse(text, &day))
		p->day[p->n++] = day;
	return STATUS_OK;
}

static void partition_name(int64_t day, char out[16])
{
	struct civil c;

	clock_civil(day, &c);
	snprintf(out, 16, "p%04u%02u%02u", (unsigned)c.year % 10000, (unsigned)c.month % 100,
		(unsigned)c.day % 100);
}

static NEOERR *alter(struct job_run *r, const char *text)
{
	log_line(LOG_INFO, "partition", "sql=\"%s\"", text);
	return nerr_pass(db_exec_text(r->db, text, NOARGS, NULL, NULL));
}

/* The last partition takes everything later, so a forgotten purge loses nothing; it is split
 * before days fall into it. */
static NEOERR *make_partition(struct job_run *r, const char *table, int64_t day)
{
	char name[16], end[CLOCK_TEXT], text[300];

	partition_name(day, name);
	snprintf(text, sizeof(text),
		"alter table %s reorganize partition pmax into (partition %s values less than"
		" ('%s'),"
		" partition pmax values less than (maxvalue))",
		table, name, clock_format_day(day + DAY_SECONDS, end));
	return nerr_pass(alter(r, text));
}

static NEOERR *drop_partition(struct job_run *r, const char *table, int64_t day)
{
	char name[16], text[120];

	partition_name(day, name);
	snprintf(text, sizeof(text), "alter table %s drop partition %s", table, name);
	return nerr_pass(alter(r, text));
}

static NEOERR *keep_partitions(struct job_run *r, const char *table, int64_t days,
	int64_t *all_made, int64_t *all_dropped)
{
	struct partitions *p = arena_alloc(&r->arena, sizeof(*p));
	int64_t today = clock_day_start(clock_now()), next, made = 0, dropped = 0;
	NEOERR *err;

	TRY(db_query(r->db, &partition_names, ARGS(STR(table)), take_partition, p));
	next = p->n && p->day[p->n - 1] >= today ? p->day[p->n - 1] + DAY_SECONDS : today;
	for (; next <= today + AHEAD_DAYS * DAY_SECONDS; next += DAY_SECONDS, made++)
		TRY(make_partition(r, table, next));
	for (int i = 0; i < p->n && p->day[i] < today - days * DAY_SECONDS; i++, dropped++)
		TRY(drop_partition(r, table, p->day[i]));
	*all_made += made;
	*all_dropped += dropped;
out:
	return nerr_pass(err);
}

static NEOERR *keep_all_partitions(struct job_run *r)
{
	int64_t made = 0, dropped = 0;
	NEOERR *err;

	TRY(keep_partitions(r, "session_sample", conf.sample_days, &made, &dropped));
	TRY(keep_partitions(r, "raw_frame", conf.black_box_days, &made, &dropped));
	if (!r->quiet)
		printf("partitions_made=%lld\npartitions_dropped=%lld\n", (long long)made,
			(long long)dropped);
out:
	return nerr_pass(err);
}

/* In chunks: a transaction over a million rows would hold up everybody (and a cluster's other
 * nodes). */
static NEOERR *delete_old(struct job_run *r, const struct sql *sql, int64_t before, int64_t *total)
{
	int64_t n = CHUNK_ROWS;
	NEOERR *err = STATUS_OK;

	for (*total = 0; n == CHUNK_ROWS; *total += n) {
		TRY(db_exec(r->db, sql, ARGS(TIME(before)), &n));
		TRY(job_progress(r, *total, 0));
	}
out:
	return nerr_pass(err);
}

/* Whole blocks, oldest first; one that is not right stops it (the proof tells of it) but not the
 * rest of the purge. */
static NEOERR *archive_audit(struct job_run *r)
{
	int64_t before = clock_now() - conf.audit_days * DAY_SECONDS, rows, total = 0;
	NEOERR *err;

	do {
		err = audit_archive_next(r->db, before, &rows);
		if (error_is(err, ERR_STALE)) {
			job_item_failed(r, "audit_archive", err);
			err = STATUS_OK;
		}
		TRY(err);
		total += rows;
		TRY(job_progress(r, total, 0));
	} while (rows);
	if (!r->quiet)
		printf("audit_archived=%lld\n", (long long)total);
out:
	return nerr_pass(err);
}

static NEOERR *run(struct job_run *r)
{
	int64_t n;
	NEOERR *err;

	TRY(keep_all_partitions(r));
	for (size_t i = 0; i < sizeof(old_rows) / sizeof(old_rows[0]); i++) {
		TRY(delete_old(r, old_rows[i].sql, clock_now() - old_rows[i].days * DAY_SECONDS, &n));
		if (!r->quiet)
			printf("%s=%lld\n", old_rows[i].what, (long long)n);
	}
	TRY(archive_audit(r));
	TRY(task_purge(r->db, &n));
	if (!r->quiet)
		printf("tasks=%lld\n", (long long)n);
	TRY(snapshot_purge(r->db, &n));
	if (!r->quiet)
		printf("snapshots=%lld\n", (long long)n);
out:
	return nerr_pass(err);
}

const struct job job_purge = {
	.name = "purge",
	.summary = "makes day partitions ahead, drops old curves, log-ins, messages, files",
	.run = run,
};
