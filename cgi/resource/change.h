/* change.h - the engine's side of struct change, between change.c, save.c, form.c and action.c.
 * Owns struct saving. Serves the engine alone. */
#ifndef CGI_CHANGE_H
#define CGI_CHANGE_H

#include "cgi/resource/engine.h"

struct saving {
	const char **typed;                  /* by field: as submitted, NULL not submitted     */
	const char **words;                  /* F_REF: the visible text of a type-ahead, NULL none */
	bool *by_title;                      /* F_REF: typed is a title to look for            */
	const char **title, **old_title;     /* F_REF: title of the new and the stored record  */
	int64_t version;                     /* of the stored record                           */
	/* of an action: no record of its own, every field may be set */
	bool inputs;
};
bool change_may_set(const struct change *c, const struct field *f);
/* Reads the stored record into old_text; ERR_NOT_FOUND out of the asker's scope. */
NEOERR *change_load(struct request *req, struct change *c) CHECKED;
/* Text of a value for the audit log: masked if PII, "***" if secret, "title #7" of a reference. */
const char *change_audit_text(struct request *req, const struct change *c, int i, bool old);
/* True if the token was used before; *id is the record it made. In a tx. Another user's token is
 * ERR_INVALID. */
NEOERR *token_take(struct request *req, const struct resource *res, const char *token, int64_t *id,
	bool *used) CHECKED;
NEOERR *token_record(struct request *req, const char *token, int64_t id) CHECKED;

#endif
