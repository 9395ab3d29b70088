/* money.c - job money: what channels owe us an answer for, every minute: open payment orders,
 * refunds on their way, withdrawals whose delay is over.
 * Owns nothing. Serves cron. */
#include "charge/payment.h"
#include "charge/refund.h"
#include "charge/split.h"
#include "charge/withdrawal.h"
#include "jobs/jobs.h"

static NEOERR *run(struct job_run *r)
{
	static const struct { const char *what; NEOERR *(*fn)(struct db *, int64_t *); } works[] = {
		{ "payments", payment_work }, { "withdrawals", withdrawal_work },
		{ "refunds", refund_work }, { "splits", split_work } };
	int64_t n;
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
		TRY(works[i].fn(r->db, &n));
		if (!r->quiet)
			printf("%s=%lld\n", works[i].what, (long long)n);
	}
out:
	return nerr_pass(err);
}

const struct job job_money = {
	.name = "money",
	.summary = "asks channels for open payments, sends refunds and withdrawals that are due",
	.run = run,
};
