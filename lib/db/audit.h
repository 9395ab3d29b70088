/* audit.h - who changed what, when, from where: one row a changed field, old and new value.
 * Owns table audit. Serves every write a person makes, in the same tx. */
#ifndef DB_AUDIT_H
#define DB_AUDIT_H

#include "db/db.h"

struct actor {                       /* who acts; kept by the request, zero for the system */
	int64_t user_id, member_id;
	const char *name;                /* shown in the log: login name, phone masked, or "system" */
	const char *ip, *request_id;
};

/* field NULL: an action without field values (login, export, start). Masked or left out values
 * are the caller's duty. */
NEOERR *audit_add(struct db *db, const struct actor *who, const char *resource, int64_t record_id,
	const char *action, const char *field, const char *old_value, const char *new_value) CHECKED;
/* What was tried and did not happen: result "denied" (no permission) or "failed" (a wrong
 * password). */
NEOERR *audit_refused(struct db *db, const struct actor *who, const char *resource,
	int64_t record_id, const char *action, const char *result) CHECKED;

#endif
