/* review.h - what a driver says of a charge, once, with stars; and of anything else; what is
 * answered (M25).
 * Owns tables review, feedback. Serves driver pages, the service desk. */
#ifndef CHARGE_REVIEW_H
#define CHARGE_REVIEW_H

#include "db/audit.h"
#include "db/db.h"

#define REVIEW_TEXT     500          /* characters */
#define FEEDBACK_TEXT   1000
#define FEEDBACKS_A_DAY 10

/* Text.review.refused.<name> */
enum review_refusal {
	REVIEW_FINE,
	REVIEW_NOT_FINISHED,
	REVIEW_STARS,                        /* one to five */
	REVIEW_LONG,
	REVIEW_TWICE,
	REVIEW_EMPTY,                        /* feedback without words */
	REVIEW_MANY                          /* too many of a driver in a day */
};
const char *review_refusal_name(enum review_refusal r);

/* Of an own charge that has ended (ERR_NOT_FOUND otherwise). Its own tx. */
NEOERR *review_add(struct db *db, int64_t member_id, int64_t session_id, int64_t stars,
	const char *content, enum review_refusal *refusal) CHECKED;
/* To the provider whose member it is. Its own tx. */
NEOERR *feedback_add(struct db *db, int64_t member_id, const char *content,
	enum review_refusal *refusal) CHECKED;
/* A clerk's answer, again in place of the one before. In the caller's tx. */
NEOERR *review_reply(struct db *db, int64_t id, const char *reply,
	const struct actor *who) CHECKED;
NEOERR *feedback_reply(struct db *db, int64_t id, const char *reply,
	const struct actor *who) CHECKED;

#endif
