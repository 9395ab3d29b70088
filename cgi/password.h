/* password.h - what a good log-in password is, and which ones a user had.
 * Owns table password_history. Serves every page that sets a password. */
#ifndef CGI_PASSWORD_H
#define CGI_PASSWORD_H

#include "cgi/request.h"

#define PASSWORD_MOST 64

/* The rules as settings say (length, kinds of characters), never the account or name. *problem:
 * NULL or the sentence, in the asker's language. */
NEOERR *password_problem(struct request *req, const char *fresh, const char *login,
	const char *name, const char **problem) CHECKED;
/* The rules as a hint under the input. */
NEOERR *password_hint(struct request *req, const char **hint) CHECKED;
/* Is it one of the user's last (setting password_history), the standing one left out? */
NEOERR *password_was_used(struct db *db, int64_t user_id, const char *fresh, bool *used) CHECKED;
/* The standing hash goes into history: in the tx, before it is replaced. */
NEOERR *password_keep(struct db *db, int64_t user_id) CHECKED;

#endif
