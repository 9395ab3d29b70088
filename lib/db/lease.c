/* lease.c - one holder at a time, by a row with an expiry in the database's own clock.
 * Owns table lease.
 * Serves jobs and daemons that must be alone. */
#include "db/lease.h"

SQL(lease_retake, "update lease set holder = ?, expires_at = now() + interval ? second"
	" where name = ? and (holder = ? or expires_at < now())");
SQL(lease_create,
	"insert into lease (name, holder, expires_at) values (?, ?, now() + interval ? second)");
SQL(lease_prolong,
	"update lease set expires_at = now() + interval ? second where name = ? and holder = ?");
SQL(lease_delete, "delete from lease where name = ? and holder = ?");

struct lease { const char *name, *holder; int seconds; bool taken; };

static NEOERR *take(struct db *db, void *ctx)
{
	struct lease *l = ctx;
	int64_t rows = 0;
	NEOERR *err = STATUS_OK;

	TRY(db_exec(db, &lease_retake,
		ARGS(STR(l->holder), I64(l->seconds), STR(l->name), STR(l->holder)), &rows));
	l->taken = rows > 0;
	if (l->taken)
		return STATUS_OK;
	err = db_exec(db, &lease_create, ARGS(STR(l->name), STR(l->holder), I64(l->seconds)), &rows);
	l->taken = err == STATUS_OK;
	if (error_is(err, ERR_DUPLICATE)) {      /* somebody's, and not expired */
		error_drop(err);
		err = STATUS_OK;
	}
out:
	return nerr_pass(err);
}

NEOERR *lease_take(struct db *db, const char *name, const char *holder, int seconds, bool *taken)
{
	struct lease l = { name, holder, seconds, false };
	NEOERR *err = db_tx(db, take, &l);

	*taken = err == STATUS_OK && l.taken;
	return nerr_pass(err);
}

NEOERR *lease_keep(struct db *db, const char *name, const char *holder, int seconds)
{
	int64_t rows = 0;
	NEOERR *err = db_exec(db, &lease_prolong, ARGS(I64(seconds), STR(name), STR(holder)), &rows);

	if (err == STATUS_OK && rows == 0)
		err = nerr_raise(ERR_BUSY, "lease %s was taken over", name);
	return nerr_pass(err);
}

NEOERR *lease_drop(struct db *db, const char *name, const char *holder)
{
	return nerr_pass(db_exec(db, &lease_delete, ARGS(STR(name), STR(holder)), NULL));
}
