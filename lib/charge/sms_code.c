/* sms_code.c - one-time codes by SMS: made with their delivery, checked once, counted against
 * guessing.
 * Owns table sms_code and the throttle rows sms:<phone>. Serves sms_code.h. */
#include "charge/sms_code.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/delivery.h"
#include "db/setting.h"

#define CODE_DIGITS 6
#define TRIES_MAX 5
#define RESEND_SECONDS 60

SQL(sms_code_select,
	"select code_hash, tries, sent_at, expires_at from sms_code where phone = ? for update");
SQL(sms_code_write,
	"insert into sms_code (phone, code_hash, tries, sent_at, expires_at) values (?, ?, 0, ?, ?)"
	" on duplicate key update code_hash = values(code_hash), tries = 0, sent_at ="
	" values(sent_at), expires_at = values(expires_at)");
SQL(sms_code_missed, "update sms_code set tries = tries + 1 where phone = ?");
/* Used up, not deleted: sent_at still keeps the pause to the next one. */
SQL(sms_code_used, "update sms_code set code_hash = '', expires_at = sent_at where phone = ?");
SQL(sms_throttle_count, "insert into throttle (name, count, window_ends_at) values (?, 1, ?)"
	" on duplicate key update count = if(window_ends_at <= ?, 1, count + 1),"
	" window_ends_at = if(window_ends_at <= ?, values(window_ends_at), window_ends_at)");
SQL(sms_throttle_select, "select count from throttle where name = ?");

static const char *const refusal_names[] = {
	[SMS_OK] = "ok",
	[SMS_PHONE] = "phone",
	[SMS_TOO_SOON] = "too_soon",
	[SMS_TOO_MANY] = "too_many",
	[SMS_WRONG] = "wrong",
	[SMS_EXPIRED] = "expired",
};

const char *sms_refusal_name(enum sms_refusal r)
{
	return refusal_names[r];
}

struct known { char hash[SHA256_HEX]; int64_t tries, sent_at, expires_at; bool found; };

static NEOERR *take_known(const struct row *r, void *ctx)
{
	struct known *k = ctx;

	text_copy(k->hash, sizeof(k->hash), row_str(r, 0));
	k->tries = row_i64(r, 1);
	k->sent_at = row_time(r, 2);
	k->expires_at = row_time(r, 3);
	return STATUS_OK;
}

static NEOERR *find(struct db *db, const char *phone, struct known *k)
{
	memset(k, 0, sizeof(*k));
	return nerr_pass(db_find(db, &sms_code_select, ARGS(STR(phone)), take_known, k, &k->found));
}

static void hash_code(const char *phone, const char *code, char out[SHA256_HEX])
{
	hmac_sha256_hex(phone, strlen(phone), code, strlen(code), out);
}

struct sending { const char *phone; enum sms_refusal refusal; };

static NEOERR *count_today(struct db *db, const char *phone, int64_t *count)
{
	int64_t now = clock_now(), end = clock_day_start(now) + DAY_SECONDS;
	char name[60];
	NEOERR *err;

	snprintf(name, sizeof(name), "sms:%s", phone);
	TRY(db_exec(db, &sms_throttle_count, ARGS(STR(name), TIME(end), TIME(now), TIME(now)), NULL));
	TRY(db_i64(db, &sms_throttle_select, ARGS(STR(name)), count));
out:
	return nerr_pass(err);
}

static NEOERR *write_code(struct db *db, const char *phone)
{
	char code[CODE_DIGITS + 1], hash[SHA256_HEX], payload[80];
	int64_t now = clock_now(), minutes;
	NEOERR *err;

	TRY(setting_i64(db, "sms_code_minutes", &minutes));
	TRY(random_digits(code, CODE_DIGITS));
	hash_code(phone, code, hash);
	snprintf(payload, sizeof(payload), "{\"code\":\"%s\",\"minutes\":%d}", code, (int)minutes);
	TRY(db_exec(db, &sms_code_write,
		ARGS(STR(phone), STR(hash), TIME(now), TIME(now + minutes * 60)), NULL));
	TRY(delivery_add(db, "sms", phone, "login_code", payload, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *send_code(struct db *db, void *ctx)
{
	struct sending *s = ctx;
	struct known k;
	int64_t today, daily;
	NEOERR *err;

	s->refusal = SMS_TOO_SOON;
	TRY(find(db, s->phone, &k));
	if (k.found && clock_now() < k.sent_at + RESEND_SECONDS)
		return STATUS_OK;
	TRY(setting_i64(db, "sms_code_daily", &daily));
	TRY(count_today(db, s->phone, &today));
	s->refusal = today > daily ? SMS_TOO_MANY : SMS_OK;
	if (s->refusal == SMS_OK)
		TRY(write_code(db, s->phone));
out:
	return nerr_pass(err);
}

NEOERR *sms_code_send(struct db *db, const char *phone, enum sms_refusal *refusal)
{
	struct sending s = { .phone = phone };
	NEOERR *err;

	*refusal = SMS_PHONE;
	if (!phone || !text_is_phone(phone))
		return STATUS_OK;
	err = db_tx(db, send_code, &s);
	*refusal = s.refusal;
	return nerr_pass(err);
}

struct checking { const char *phone, *code; enum sms_refusal refusal; };

static NEOERR *check_code(struct db *db, void *ctx)
{
	struct checking *c = ctx;
	char hash[SHA256_HEX];
	struct known k;
	NEOERR *err;

	TRY(find(db, c->phone, &k));
	c->refusal = SMS_EXPIRED;
	if (!k.found || clock_now() >= k.expires_at)
		return STATUS_OK;
	c->refusal = SMS_TOO_MANY;
	if (k.tries >= TRIES_MAX)
		return STATUS_OK;
	hash_code(c->phone, c->code, hash);
	if (bytes_equal(hash, k.hash, SHA256_HEX)) {
		c->refusal = SMS_OK;
		TRY(db_exec(db, &sms_code_used, ARGS(STR(c->phone)), NULL));
	} else {
		c->refusal = SMS_WRONG;
		TRY(db_exec(db, &sms_code_missed, ARGS(STR(c->phone)), NULL));
	}
out:
	return nerr_pass(err);
}

NEOERR *sms_code_check(struct db *db, const char *phone, const char *code,
	enum sms_refusal *refusal)
{
	struct checking c = { .phone = phone, .code = code };
	NEOERR *err;

	*refusal = SMS_PHONE;
	if (!phone || !text_is_phone(phone))
		return STATUS_OK;
	*refusal = SMS_WRONG;
	if (!code || strlen(code) != CODE_DIGITS)
		return STATUS_OK;
	err = db_tx(db, check_code, &c);
	*refusal = c.refusal;
	return nerr_pass(err);
}
