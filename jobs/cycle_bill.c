/* cycle_bill.c - job cycle_bill: on the agreed day of month or week the confirmed days of the cycle
 * become draft bills, both ways; who still has days to confirm is told (I1, I7, N6).
 * Owns nothing; charge/cycle_bill.c does the work.
 * Serves cron, finance. */
#include "base/clock.h"
#include "base/text.h"
#include "charge/cycle_bill.h"
#include "charge/delivery.h"
#include "charge/partner.h"
#include "jobs/jobs.h"

#define PAIRS_MAX 5000

SQL(cycle_pairs,
	"select id, provider_id, partner_id, cycle, bill_day from partner where state = 'accepted' and"
	" deleted = 0 order by id");
SQL(cycle_waiting,
	"select count(*) from daily_report where provider_id = ? and partner_id = ? and direction ="
	" 'receivable' and day >= ? and day <= ? and confirm_status = 'pending'");
SQL(cycle_mail, "select email from provider where id = ?");

struct pair { int64_t id, provider_id, partner_id, bill_day; bool weekly; };
struct pairs { int n; struct pair pair[PAIRS_MAX]; };

static NEOERR *take_pair(const struct row *r, void *ctx)
{
	struct pairs *p = ctx;

	if (p->n == PAIRS_MAX)
		return nerr_raise(ERR_INVALID, "more than %d pairs of partners", PAIRS_MAX);
	p->pair[p->n++] = (struct pair){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2), row_i64(r, 4),
		text_eq(row_str(r, 3), "week") };
	return STATUS_OK;
}

static NEOERR *take_mail(const struct row *r, void *ctx)
{
	text_copy(ctx, 200, row_str(r, 0));
	return STATUS_OK;
}

/* Days that nobody confirmed stay out of the bill; the receiving side is told once a cycle. */
static NEOERR *remind(struct db *db, int64_t provider_id, int64_t partner_id, int64_t from,
	int64_t to)
{
	char mail[200] = "", key[80], text[300], first[CLOCK_TEXT], last[CLOCK_TEXT];
	int64_t waiting = 0;
	NEOERR *err;

	TRY(db_i64(db, &cycle_waiting,
		ARGS(I64(provider_id), I64(partner_id), DAY(from), DAY(to)), &waiting));
	if (!waiting)
		goto out;
	TRY(db_get(db, &cycle_mail, ARGS(I64(provider_id)), take_mail, mail));
	if (!*mail)
		goto out;
	snprintf(key, sizeof(key), "bill_remind:%lld:%lld:%s", (long long)provider_id,
		(long long)partner_id, clock_format_day(to, last));
	snprintf(text, sizeof(text),
		"互联互通日报 %s 至 %s 尚有 %lld 天未确认，未计入本期账单。请在“互联互通日报”中确认。",
		clock_format_day(from, first), last, (long long)waiting);
	TRY(delivery_add(db, "mail", mail, "互联互通日报待确认", text, key));
out:
	return nerr_pass(err);
}

static NEOERR *one_way(struct job_run *r, int64_t provider_id, int64_t partner_id, int64_t from,
	int64_t to)
{
	enum cycle_bill_refusal refusal;
	int64_t bill_id = 0;
	NEOERR *err;

	TRY(cycle_bill_make(r->db, provider_id, partner_id, from, to, 0, &bill_id, &refusal));
	if (refusal == BILL_OK && !r->quiet)
		printf("bill=%lld receives=%lld pays=%lld\n", (long long)bill_id, (long long)provider_id,
			(long long)partner_id);
	TRY(remind(r->db, provider_id, partner_id, from, to));
out:
	return nerr_pass(err);
}

static NEOERR *pair_bills(struct job_run *r, const struct pair *p, int64_t now)
{
	int64_t from, to;
	NEOERR *err = STATUS_OK;

	if (!partner_cycle(p->weekly, (int)p->bill_day, now, &from, &to))
		return STATUS_OK;
	TRY(one_way(r, p->provider_id, p->partner_id, from, to));
	TRY(one_way(r, p->partner_id, p->provider_id, from, to));
out:
	return nerr_pass(err);
}

static NEOERR *run(struct job_run *r)
{
	static struct pairs pairs;
	int64_t now = clock_now();
	NEOERR *err;

	if (r->value[0] && !clock_parse(r->value[0], &now))
		return nerr_raise(ERR_INVALID, "--date %s is not a day like 2026-11-01", r->value[0]);
	pairs.n = 0;
	TRY(db_query(r->db, &cycle_pairs, NOARGS, take_pair, &pairs));
	for (int i = 0; i < pairs.n; i++) {
		char item[40];
		NEOERR *failed = pair_bills(r, &pairs.pair[i], now);

		snprintf(item, sizeof(item), "partner %lld", (long long)pairs.pair[i].id);
		if (failed != STATUS_OK)
			job_item_failed(r, item, failed);
		TRY(job_progress(r, i + 1, pairs.n));
	}
out:
	return nerr_pass(err);
}

static const struct job_option options[] = {
	{ "date", "as if it were this day, 2026-11-01; default today", false },
	{ NULL, NULL, false },
};

const struct job job_cycle_bill = {
	.name = "cycle_bill",
	.summary = "makes draft bills of partners whose bill day it is",
	.options = options,
	.run = run,
};
