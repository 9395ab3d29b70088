/* error.h - the one error type of the house: ClearSilver's NEOERR with our own kinds.
 * Owns the kinds and TRY; a function that can fail returns NEOERR * (STATUS_OK is success).
 * Serves every room. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <util/neo_misc.h>
#include <util/neo_err.h>

#include "base/banned.h"

/* Kinds, registered by error_init(). The router maps them to 500 500 409 404 422 403 409 502
 * 503. */
extern NERR_TYPE ERR_DB;        /* the database refused or went away                           */
extern NERR_TYPE ERR_RETRY;     /* deadlock, lock timeout, cluster conflict: db_tx runs again  */
extern NERR_TYPE ERR_DUPLICATE; /* a unique key exists already (1062); desc names the key      */
extern NERR_TYPE ERR_NOT_FOUND; /* no such record, or not in the caller's scope                */
extern NERR_TYPE ERR_INVALID;   /* the input breaks a rule; desc says which                    */
extern NERR_TYPE ERR_DENIED;    /* the caller lacks the permission                             */
extern NERR_TYPE ERR_STALE;     /* someone else changed the record first                       */
extern NERR_TYPE ERR_PEER;      /* what a peer sent or answered is wrong                       */
extern NERR_TYPE ERR_BUSY;      /* try later: lease held, queue full                           */

#define CHECKED __attribute__((warn_unused_result))

/* In a function with `NEOERR *err = STATUS_OK;` and a label `out:`. */
#define TRY(x) do { if ((err = (x)) != STATUS_OK) goto out; } while (0)

/* Once at the start of each program, before anything that may fail. Dies if it cannot. */
void error_init(void);

/* Writes err and its trace to the log as one line, frees it. STATUS_OK is nothing. */
void error_log(const char *what, NEOERR *err);

/* The description of the innermost raise, for a person or a test; never NULL. Does not free. */
const char *error_desc(const NEOERR *err);

/* True if err is of that kind (nothing is freed). */
bool error_is(NEOERR *err, NERR_TYPE kind);

/* Forgets an error on purpose. */
void error_drop(NEOERR *err);

/* Ends the program after a line on stderr: out of memory, no randomness - nothing to save,
 * nobody to tell. */
void error_die(const char *what) __attribute__((noreturn));

#endif
