/* first_admin.c - job first_admin: the first administrator with random passwords, printed once
 * (G14: no factory password).
 * Owns the user `admin` and the role that holds everything.
 * Serves `chargeops up` and whoever lost the password (--reset). */
#include "base/clock.h"
#include "base/crypt.h"
#include "jobs/jobs.h"

#define LOGIN "admin"
#define ROLE_NAME "超级管理员"
#define PASSWORD_CHARS 16
#define PAYMENT_CHARS 10

SQL(admin_find, "select id from user where login = '" LOGIN "' and deleted = 0 for update");
SQL(admin_insert,
	"insert into user (kind, login, name, password_hash, payment_hash, must_change,"
	" payment_must_change, created_at,"
	" updated_at) values ('system', '" LOGIN "', '" ROLE_NAME "', ?, ?, 1, 1, ?, ?)");
SQL(admin_reset,
	"update user set password_hash = ?, payment_hash = ?, must_change = 1, payment_must_change = 1,"
	" totp_secret = '', totp_at = NULL, status = 'enabled', updated_at = ?, version = version + 1"
	" where id = ?");
SQL(admin_logins_end, "delete from login where user_id = ?");
/* A lost phone or a list of addresses that nobody is in any more must not shut the operator out
 * of the own machine. */
SQL(admin_codes_end, "delete from recovery_code where user_id = ?");
SQL(admin_anywhere,
	"update role set addresses = '', updated_at = ?, version = version + 1 where addresses <> ''"
	" and id in (select role_id from user_role where user_id = ?)");
SQL(admin_epoch, "insert into setting (name, value, updated_at) values ('permission.epoch', '1', ?)"
	" on duplicate key update value = value + 1, updated_at = values(updated_at)");
SQL(admin_role_find,
	"select id from role where kind = 'system' and name = '" ROLE_NAME "' and deleted = 0");
SQL(admin_role_insert,
	"insert into role (kind, name, created_at, updated_at) values ('system', '" ROLE_NAME
	"', ?, ?)");
SQL(admin_role_all, "insert ignore into role_permission (role_id, permission) values (?, '*')");
SQL(admin_role_give, "insert ignore into user_role (user_id, role_id) values (?, ?)");

struct secrets {
	bool reset, made;
	char password[PASSWORD_CHARS + 1], payment[PAYMENT_CHARS + 1];
	char password_hash[PASSWORD_HASH], payment_hash[PASSWORD_HASH];
};

static NEOERR *give_role(struct db *db, int64_t user_id)
{
	int64_t role_id, now = clock_now();
	NEOERR *err;

	TRY(db_i64(db, &admin_role_find, NOARGS, &role_id));
	if (!role_id)
		TRY(db_insert(db, &admin_role_insert, ARGS(TIME(now), TIME(now)), &role_id));
	TRY(db_exec(db, &admin_role_all, ARGS(I64(role_id)), NULL));
	TRY(db_exec(db, &admin_role_give, ARGS(I64(user_id), I64(role_id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *let_in(struct db *db, int64_t id, const struct secrets *s)
{
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_exec(db, &admin_reset,
		ARGS(STR(s->password_hash), STR(s->payment_hash), TIME(now), I64(id)), NULL));
	TRY(db_exec(db, &admin_logins_end, ARGS(I64(id)), NULL));
	TRY(db_exec(db, &admin_codes_end, ARGS(I64(id)), NULL));
	TRY(db_exec(db, &admin_anywhere, ARGS(TIME(now), I64(id)), NULL));
	TRY(db_exec(db, &admin_epoch, ARGS(TIME(now)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *make(struct db *db, void *ctx)
{
	struct secrets *s = ctx;
	int64_t id, now = clock_now();
	NEOERR *err;

	s->made = false;
	TRY(db_i64(db, &admin_find, NOARGS, &id));
	if (id && !s->reset)
		return STATUS_OK;
	if (id)
		TRY(let_in(db, id, s));
	else
		TRY(db_insert(db, &admin_insert,
			ARGS(STR(s->password_hash), STR(s->payment_hash), TIME(now), TIME(now)), &id));
	TRY(give_role(db, id));
	s->made = true;
out:
	return nerr_pass(err);
}

static NEOERR *run(struct job_run *r)
{
	struct secrets s = { .reset = r->value[0] != NULL };
	NEOERR *err;

	TRY(random_password(s.password, PASSWORD_CHARS));
	TRY(random_password(s.payment, PAYMENT_CHARS));
	TRY(password_hash(s.password, s.password_hash));
	TRY(password_hash(s.payment, s.payment_hash));
	TRY(db_tx(r->db, make, &s));
	if (s.made)
		printf("login=" LOGIN "\npassword=%s\npayment_password=%s\n", s.password, s.payment);
out:
	return nerr_pass(err);
}

static const struct job_option options[] = {
	{ "reset",
		"1: new passwords for an administrator that exists; ends all its log-ins, its second"
		" factor and its roles' lists of addresses",
		false },
	{ NULL, NULL, false },
};

const struct job job_first_admin = {
	.name = "first_admin",
	.summary = "makes the first administrator, prints the random passwords once",
	.options = options,
	.run = run,
};
