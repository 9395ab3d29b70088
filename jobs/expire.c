/* expire.c - job expire: what has run out of time, every minute: commands, sessions,
 * reservations, captchas, codes, form tokens.
 * Owns nothing.
 * Serves cron. */
#include "base/clock.h"
#include "charge/alarm.h"
#include "charge/bank_account.h"
#include "charge/bay.h"
#include "charge/card_list.h"
#include "charge/command.h"
#include "charge/reservation.h"
#include "charge/command_task.h"
#include "charge/session_occupancy.h"
#include "jobs/jobs.h"

#define HOUR 3600

SQL(captcha_expired, "delete from captcha where expires_at <= ? limit 10000");
/* A code that ran out still keeps the pause to the next one. */
SQL(sms_code_expired, "delete from sms_code where expires_at <= ? limit 10000");
SQL(form_token_expired, "delete from form_token where created_at <= ? limit 10000");
SQL(throttle_expired, "delete from throttle where window_ends_at <= ? limit 10000");

SQL(exchange_seen_expired, "delete from exchange_seen where at <= ? limit 10000");
SQL(exchange_token_expired, "delete from exchange_token where expires_at <= ? limit 10000");

static const struct { const char *what; const struct sql *sql; int64_t age; } leftovers[] = {
	{ "captchas", &captcha_expired, 0 },
	{ "sms_codes", &sms_code_expired, HOUR },
	{ "form_tokens", &form_token_expired, DAY_SECONDS },
	{ "throttles", &throttle_expired, 0 },
	{ "exchange_seen", &exchange_seen_expired, HOUR },
	{ "exchange_tokens", &exchange_token_expired, 0 },
};

static void print(const struct job_run *r, const char *what, int64_t n)
{
	if (!r->quiet)
		printf("%s=%lld\n", what, (long long)n);
}

static NEOERR *run(struct job_run *r)
{
	int64_t n;
	int bays;
	NEOERR *err;

	TRY(command_task_turn(r->db));
	TRY(command_expire(r->db, &n));
	print(r, "commands", n);
	TRY(card_list_sweep(r->db, &n));
	print(r, "card_lists", n);
	TRY(session_expire(r->db, &n));
	print(r, "sessions", n);
	TRY(reservation_expire(r->db, &n));
	print(r, "reservations", n);
	TRY(session_occupancy_sweep(r->db, &n));
	print(r, "occupancies", n);
	TRY(alarm_power_sweep(r->db, &n));
	print(r, "power_alarms", n);
	TRY(bay_sweep(r->db, &bays));
	print(r, "bays", bays);
	TRY(bank_account_expire(r->db, &n));
	print(r, "bank_accounts", n);
	for (size_t i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++) {
		TRY(db_exec(r->db, leftovers[i].sql, ARGS(TIME(clock_now() - leftovers[i].age)), &n));
		print(r, leftovers[i].what, n);
	}
out:
	return nerr_pass(err);
}

const struct job job_expire = {
	.name = "expire",
	.summary = "ends what has run out of time: commands, sessions, reservations, captchas, codes,"
			   " form tokens",
	.lease_seconds = 55,
	.run = run,
};
