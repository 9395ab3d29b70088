/* session_correct.h - the actions of a suspicious charge.
 * Owns nothing. Serves session.c. */
#ifndef CGI_SESSION_CORRECT_H
#define CGI_SESSION_CORRECT_H

#include "cgi/resource/resource.h"

extern const struct field session_note_fields[], session_correct_fields[];
#define SESSION_STEP(name) NEOERR *name(struct request *req, const struct resource *res, \
	int64_t id, struct change *input)
SESSION_STEP(session_mark_run);          /* O13 */
SESSION_STEP(session_accept_run);        /* O14: 直接结算 */
SESSION_STEP(session_correct_run);       /* 技术检测、客户协商 */
SESSION_STEP(session_void_run);          /* 作废 */
SESSION_STEP(session_approve_run);       /* O15 */
SESSION_STEP(session_reject_run);
SESSION_STEP(session_waive_run);         /* P10: the occupancy fee is given back */

#endif
