/* department.c - the top department each approved provider and each property gets (G9).
 * Owns the first row of table department of an owner. Serves department.h. */
#include "charge/department.h"

#include "base/clock.h"

SQL(department_root_find,
	"SELECT id FROM department WHERE provider_id = ? AND property_id <=> ? AND parent_id IS NULL"
	" AND deleted = 0 LIMIT 1");
SQL(department_root_provider,
	"INSERT INTO department (provider_id, name, leader, phone, email, created_at, created_by,"
	" updated_at, updated_by)"
	" SELECT id, name, contact, phone, email, ?, ?, ?, ? FROM provider WHERE id = ?");
SQL(department_root_property,
	"INSERT INTO department (provider_id, property_id, name, leader, phone, email, created_at,"
	" created_by,"
	" updated_at, updated_by) SELECT provider_id, id, name, contact, phone, email, ?, ?, ?, ?"
	" FROM property WHERE id = ?");

NEOERR *department_root(struct db *db, int64_t provider_id, int64_t property_id, int64_t by)
{
	NEOERR *err = STATUS_OK;
	int64_t have = 0, now = clock_now(), owner = property_id ? property_id : provider_id;

	TRY(db_i64(db, &department_root_find, ARGS(I64(provider_id), IDREF(property_id)), &have));
	if (have)
		goto out;
	TRY(db_exec(db, property_id ? &department_root_property : &department_root_provider,
		ARGS(TIME(now), IDREF(by), TIME(now), IDREF(by), I64(owner)), NULL));
out:
	return nerr_pass(err);
}
