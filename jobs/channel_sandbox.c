/* channel_sandbox.c - job channel_sandbox: the account of the payment sandbox as an enabled
 * channel of the platform, for demos and tests.
 * Owns nothing. Serves ./chargeops up. */
#include "base/clock.h"
#include "base/json.h"
#include "charge/channel.h"
#include "jobs/jobs.h"

SQL(sandbox_known,
	"select id from channel where kind = ? and merchant_no = ? and deleted = 0");
SQL(sandbox_insert,
	"insert into channel (kind, name, base_url, merchant_no, app_id, merchant_serial,"
	" platform_serial, platform_key, sharing, status, created_at, updated_at) values"
	" (?, ?, ?, ?, ?, ?, ?, ?, 1, 'enabled', ?, ?)");

static const struct job_option options[] = {
	{ "file", "account.json of chargeops-paysim", true },
	{ NULL },
};

struct sandbox { json_t *account; int64_t id; bool known; };

static NEOERR *keep(struct db *db, void *ctx)
{
	struct sandbox *s = ctx;
	const json_t *a = s->account;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_i64(db, &sandbox_known,
		ARGS(STR(json_text(a, "kind", "")), STR(json_text(a, "merchant_no", ""))), &s->id));
	s->known = s->id != 0;
	if (s->known)
		return STATUS_OK;
	TRY(db_insert(db, &sandbox_insert,
		ARGS(STR(json_text(a, "kind", "")), STR("支付沙盒"), STR(json_text(a, "base_url", "")),
			STR(json_text(a, "merchant_no", "")), STR(json_text(a, "app_id", "")),
			STR(json_text(a, "merchant_serial", "")), STR(json_text(a, "platform_serial", "")),
			STR(json_text(a, "platform_key", "")), TIME(now), TIME(now)),
		&s->id));
	TRY(channel_seal(db, s->id, json_text(a, "private_key", ""), json_text(a, "api_key", "")));
out:
	return nerr_pass(err);
}

static NEOERR *run(struct job_run *r)
{
	const char *file = job_value(r, &job_channel_sandbox, "file");
	struct sandbox s = { .account = json_load_file(file, 0, NULL) };
	NEOERR *err;

	if (!json_is_object(s.account)) {
		err = nerr_raise(ERR_INVALID, "%s is no account of the sandbox", file);
		goto out;
	}
	TRY(db_tx(r->db, keep, &s));
	if (!r->quiet)
		printf("channel=%lld\nknown=%d\n", (long long)s.id, s.known);
out:
	json_decref(s.account);
	return nerr_pass(err);
}

const struct job job_channel_sandbox = {
	.name = "channel_sandbox",
	.summary = "makes the payment sandbox a channel of the platform (demos and tests only)",
	.options = options,
	.run = run,
};
