/* channel_sandbox.c - job channel_sandbox: an account of the payment sandbox as a channel
 * of the platform, enabled if the account says so, for demos and tests.
 * Owns nothing. Serves ./chargeops up. */
#include "base/clock.h"
#include "base/json.h"
#include "charge/channel.h"
#include "charge/invoice.h"
#include "jobs/jobs.h"

SQL(sandbox_known,
	"select id from channel where kind = ? and merchant_no = ? and deleted = 0");
SQL(sandbox_insert,
	"insert into channel (kind, name, base_url, merchant_no, app_id, merchant_serial,"
	" platform_serial, platform_key, sharing, status, created_at, updated_at) values"
	" (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

/* Each provider gets the sandbox's tax service, too. */
SQL(sandbox_tax_insert,
	"insert into tax_link (provider_id, name, url, app_id, created_at, updated_at) select p.id,"
	" '税务沙盒', ?, ?, ?, ? from provider p where p.audit_status = 'approved' and p.deleted = 0 and"
	" not exists (select 1 from tax_link t where t.provider_id = p.id and t.deleted = 0)");
SQL(sandbox_tax_new, "select id from tax_link where app_id = ? and secret = '' order by id");

static const struct job_option options[] = {
	{ "file", "account.json of chargeops-paysim", true },
	{ NULL },
};

struct sandbox { json_t *account; int64_t id; bool known; };

struct links { int n; int64_t id[100]; };

static NEOERR *take_link(const struct row *r, void *ctx)
{
	struct links *l = ctx;

	if (l->n < 100)
		l->id[l->n++] = row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *keep_tax(struct db *db, const json_t *a)
{
	int64_t now = clock_now();
	struct links l = { .n = 0 };
	NEOERR *err;

	TRY(db_exec(db, &sandbox_tax_insert,
		ARGS(STR(json_text(a, "tax_url", "")), STR(json_text(a, "tax_app_id", "")), TIME(now),
			TIME(now)),
		NULL));
	TRY(db_query(db, &sandbox_tax_new, ARGS(STR(json_text(a, "tax_app_id", ""))), take_link, &l));
	for (int i = 0; i < l.n; i++)
		TRY(tax_link_set_secret(db, l.id[i], json_text(a, "tax_secret", "")));
out:
	return nerr_pass(err);
}

static NEOERR *keep(struct db *db, void *ctx)
{
	struct sandbox *s = ctx;
	const json_t *a = s->account;
	const char *kind = json_text(a, "kind", "");
	int64_t now = clock_now();
	NEOERR *err;

	if (!channel_of(kind))
		return nerr_raise(ERR_INVALID, "no channel speaks %s", kind);
	if (*json_text(a, "tax_url", ""))
		TRY(keep_tax(db, a));
	TRY(db_i64(db, &sandbox_known,
		ARGS(STR(kind), STR(json_text(a, "merchant_no", ""))), &s->id));
	s->known = s->id != 0;
	if (s->known)
		return STATUS_OK;
	TRY(db_insert(db, &sandbox_insert,
		ARGS(STR(kind), STR("支付沙盒"), STR(json_text(a, "base_url", "")),
			STR(json_text(a, "merchant_no", "")), STR(json_text(a, "app_id", "")),
			STR(json_text(a, "merchant_serial", "")), STR(json_text(a, "platform_serial", "")),
			STR(json_text(a, "platform_key", "")), I64(channel_of(kind)->share != NULL),
			STR(json_text(a, "status", "disabled")), TIME(now), TIME(now)),
		&s->id));
	TRY(channel_seal(db, s->id,
		&(struct channel_secrets){ .private_key = json_text(a, "private_key", NULL),
			.api_key = json_text(a, "api_key", NULL),
			.notify_key = json_text(a, "notify_key", NULL),
			.app_secret = json_text(a, "app_secret", NULL) }));
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
