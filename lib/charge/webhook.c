/* webhook.c - secrets, signatures and the health of subscriptions.
 * Owns table webhook. Serves webhook.h. */
#include "charge/webhook.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"
#include "db/audit.h"

#define SECRET_BYTES 32
#define RESULT_CHARS 500

SQL(webhook_select,
	"select provider_id, url, secret, status = 'enabled' and deleted = 0 from webhook where id ="
	" ?");
SQL(webhook_secret_write, "update webhook set secret = ? where id = ?");
SQL(webhook_note_result,
	"update webhook set last_at = ?, last_result = ?, dead_in_row = if(?, dead_in_row + 1, if(?,"
	" 0, dead_in_row))"
	" where id = ?");
/* The count starts anew with whoever enables it again. */
SQL(webhook_give_up,
	"update webhook set status = 'disabled', dead_in_row = 0, updated_at = ?, updated_by = null,"
	" version = version + 1"
	" where id = ? and status = 'enabled' and dead_in_row >= ?");
SQL(delivery_tried, "update delivery set headers = ?, http_status = ? where id = ?");

static NEOERR *take_webhook(const struct row *r, void *ctx)
{
	struct webhook *w = ctx;
	char *secret = NULL;
	NEOERR *err;

	w->provider_id = row_i64(r, 0);
	text_copy(w->url, sizeof(w->url), row_str(r, 1));
	w->enabled = row_i64(r, 3) != 0;
	w->secret[0] = '\0';
	if (*row_str(r, 2) == '\0')
		return STATUS_OK;
	err = secret_open_dup(row_str(r, 2), &secret);
	if (err != STATUS_OK)
		return nerr_pass(err);
	text_copy(w->secret, sizeof(w->secret), secret);
	free(secret);
	return STATUS_OK;
}

NEOERR *webhook_get(struct db *db, int64_t id, struct webhook *out)
{
	return nerr_pass(db_get(db, &webhook_select, ARGS(I64(id)), take_webhook, out));
}

NEOERR *webhook_set_secret(struct db *db, int64_t id, char out[WEBHOOK_SECRET])
{
	char *sealed = NULL;
	NEOERR *err;

	text_copy(out, WEBHOOK_SECRET, WEBHOOK_PREFIX);
	TRY(random_hex(out + strlen(WEBHOOK_PREFIX), SECRET_BYTES));
	TRY(secret_seal_dup(out, &sealed));
	TRY(db_exec(db, &webhook_secret_write, ARGS(STR(sealed), I64(id)), NULL));
out:
	free(sealed);
	return nerr_pass(err);
}

void webhook_sign(const char *secret, int64_t timestamp, const char *body, char out[SHA256_HEX])
{
	struct buf b;

	buf_init(&b, 0);
	buf_printf(&b, "%lld.", (long long)timestamp);
	buf_puts(&b, body);
	hmac_sha256_hex(secret, strlen(secret), b.data, b.len, out);
	buf_clear(&b);
}

static NEOERR *give_up(struct db *db, int64_t id)
{
	int64_t disabled = 0;
	NEOERR *err;

	TRY(db_exec(db, &webhook_give_up,
		ARGS(TIME(clock_now()), I64(id), I64(conf.webhook_dead_limit)), &disabled));
	if (disabled == 0)
		return STATUS_OK;
	log_line(LOG_WARN, "webhook_disabled", "webhook=%lld dead_letters=%lld", (long long)id,
		(long long)conf.webhook_dead_limit);
	TRY(audit_add(db, NULL, "webhook", id, "disable", "status", "enabled", "disabled"));
out:
	return nerr_pass(err);
}

NEOERR *webhook_result(struct db *db, int64_t id, enum webhook_result result, const char *text)
{
	char kept[RESULT_CHARS];
	NEOERR *err;

	text_copy(kept, sizeof(kept), text);
	TRY(db_exec(db, &webhook_note_result,
		ARGS(TIME(clock_now()), STR(kept), I64(result == WEBHOOK_DEAD), I64(result == WEBHOOK_SENT),
			I64(id)),
		NULL));
	if (result == WEBHOOK_DEAD)
		TRY(give_up(db, id));
out:
	return nerr_pass(err);
}

NEOERR *webhook_tried(struct db *db, int64_t delivery_id, const char *headers, long http_status)
{
	return nerr_pass(db_exec(db, &delivery_tried,
		ARGS(STR(headers), http_status ? I64(http_status) : NULLARG, I64(delivery_id)), NULL));
}
