/* factor.c - the second factor: codes of an authenticator app, recovery codes.
 * Owns user.totp_* and table recovery_code.
 * Serves log-in, own settings, the screen of users. */
#include "cgi/factor.h"
#include "cgi/login.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "base/totp.h"
#include "db/audit.h"
#include "db/setting.h"

#define RECOVERY_CHARS 16

SQL(factor_secret, "SELECT totp_secret FROM user WHERE id = ? AND totp_at IS NOT NULL");
SQL(factor_on, "SELECT COUNT(*) FROM user WHERE id = ? AND totp_at IS NOT NULL");
/* Whoever is second with the same code finds the step taken. */
SQL(factor_use_step,
	"UPDATE user SET totp_step = ? WHERE id = ? AND totp_step < ? AND totp_at IS NOT NULL");
SQL(factor_use_code,
	"UPDATE recovery_code SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL");
SQL(factor_left, "SELECT COUNT(*) FROM recovery_code WHERE user_id = ? AND used_at IS NULL");
SQL(factor_set,
	"UPDATE user SET totp_secret = ?, totp_at = ?, totp_step = ?, updated_at = ?, version ="
	" version + 1 WHERE id = ?");
SQL(factor_unset,
	"UPDATE user SET totp_secret = '', totp_at = NULL, updated_at = ?, version = version + 1"
	" WHERE id = ?");
SQL(factor_code_drop, "DELETE FROM recovery_code WHERE user_id = ?");
SQL(factor_code_add, "INSERT INTO recovery_code (user_id, code_hash, created_at) VALUES (?, ?, ?)");

const char *factor_throttle_name(struct request *req, int64_t user_id)
{
	return arena_printf(&req->arena, "factor:%lld", (long long)user_id);
}

NEOERR *factor_is_on(struct db *db, int64_t user_id, bool *on)
{
	int64_t n = 0;
	NEOERR *err = db_i64(db, &factor_on, ARGS(I64(user_id)), &n);

	*on = n > 0;
	return nerr_pass(err);
}

NEOERR *factor_codes_left(struct db *db, int64_t user_id, int64_t *left)
{
	return nerr_pass(db_i64(db, &factor_left, ARGS(I64(user_id)), left));
}

static NEOERR *on_secret(const struct row *r, void *ctx)
{
	text_copy(ctx, 201, row_str(r, 0));
	return STATUS_OK;
}

static NEOERR *app_code(struct request *req, int64_t user_id, const char *code, bool *right)
{
	unsigned char key[TOTP_KEY];
	char sealed[201] = "", *secret = NULL;
	bool found = false;
	int64_t step = 0, used = 0;
	NEOERR *err;

	TRY(db_find(req->db, &factor_secret, ARGS(I64(user_id)), on_secret, sealed, &found));
	if (!found)
		goto out;
	TRY(secret_open_dup(sealed, &secret));
	if (base32_read(secret, key, sizeof key))
		step = totp_step_of(key, sizeof key, code, clock_now());
	if (step)
		TRY(db_exec(req->db, &factor_use_step, ARGS(I64(step), I64(user_id), I64(step)), &used));
	*right = used == 1;
out:
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
	explicit_bzero(key, sizeof key);
	return nerr_pass(err);
}

/* The codes have 80 random bits, so a plain digest bound to the user is enough. */
static void code_digest(int64_t user_id, const char *code, char out[SHA256_HEX])
{
	char text[60];

	snprintf(text, sizeof text, "recovery:%lld:%s", (long long)user_id, code);
	sha256_hex(text, strlen(text), out);
}

static NEOERR *recovery_code(struct request *req, int64_t user_id, const char *code, bool *right)
{
	char hash[SHA256_HEX];
	int64_t used = 0;
	NEOERR *err;

	code_digest(user_id, code, hash);
	TRY(db_exec(req->db, &factor_use_code, ARGS(TIME(clock_now()), I64(user_id), STR(hash)),
		&used));
	if (used == 1)
		TRY(audit_add(req->db, &req->actor, "user", user_id, "recovery_code", NULL, NULL, NULL));
	*right = used == 1;
out:
	return nerr_pass(err);
}

/* People type blanks and dashes as they read them. */
static void squeeze(const char *typed, char *out, size_t room)
{
	size_t n = 0;

	for (; *typed && n + 1 < room; typed++)
		if (*typed != ' ' && *typed != '-')
			out[n++] = *typed;
	out[*typed ? 0 : n] = '\0';
}

NEOERR *factor_check(struct request *req, int64_t user_id, const char *code, const char **problem)
{
	const char *name = factor_throttle_name(req, user_id);
	char typed[RECOVERY_CHARS + 2];
	int64_t failures, minutes;
	bool right = false;
	int wait;
	NEOERR *err;

	squeeze(code, typed, sizeof typed);
	TRY(setting_i64(req->db, "login_failures", &failures));
	TRY(setting_i64(req->db, "login_lock_minutes", &minutes));
	TRY(throttle_hit(req->db, name, (int)failures, (int)minutes * 60, &wait));
	if (wait == 0 && strlen(typed) == TOTP_DIGITS)
		TRY(app_code(req, user_id, typed, &right));
	else if (wait == 0 && strlen(typed) == RECOVERY_CHARS)
		TRY(recovery_code(req, user_id, typed, &right));
	*problem = wait > 0 ? "factor.locked" : right ? NULL : "factor.wrong";
	if (right)
		TRY(throttle_clear(req->db, name));
out:
	return nerr_pass(err);
}

NEOERR *factor_begin(struct db *db, int64_t user_id, const char *secret, int64_t step)
{
	char *sealed = NULL;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(secret_seal_dup(secret, &sealed));
	TRY(db_exec(db, &factor_set, ARGS(STR(sealed), TIME(now), I64(step), TIME(now), I64(user_id)),
		NULL));
out:
	free(sealed);
	return nerr_pass(err);
}

NEOERR *factor_end(struct db *db, int64_t user_id)
{
	NEOERR *err;

	TRY(db_exec(db, &factor_unset, ARGS(TIME(clock_now()), I64(user_id)), NULL));
	TRY(db_exec(db, &factor_code_drop, ARGS(I64(user_id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *factor_codes_make(struct db *db, int64_t user_id, char code[FACTOR_CODES][FACTOR_CODE])
{
	char plain[RECOVERY_CHARS + 1], hash[SHA256_HEX];
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_exec(db, &factor_code_drop, ARGS(I64(user_id)), NULL));
	for (int i = 0; i < FACTOR_CODES; i++) {
		TRY(random_password(plain, RECOVERY_CHARS));
		code_digest(user_id, plain, hash);
		TRY(db_exec(db, &factor_code_add, ARGS(I64(user_id), STR(hash), TIME(now)), NULL));
		snprintf(code[i], FACTOR_CODE, "%.4s-%.4s-%.4s-%.4s", plain, plain + 4, plain + 8,
			plain + 12);
	}
out:
	explicit_bzero(plain, sizeof plain);
	return nerr_pass(err);
}
