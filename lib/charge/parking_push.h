/* parking_push.h - our charges told to the parking systems of the lots they stand in (K9, K10).
 * Owns the reading of parking_push and parking_bind. Serves the rules of sessions, the courier, the
 * screens. */
#ifndef CHARGE_PARKING_PUSH_H
#define CHARGE_PARKING_PUSH_H

#include "charge/field_sign.h"
#include "db/db.h"

/* In the tx of the cause: one delivery, if the session has a plate, its member is certified and the
 * station is bound. A charge's start and its end are told once each. Profile record tells both
 * (URL/charge_start, URL/charge_end), profile relief the end alone, as minutes or fen off. */
NEOERR *parking_push_session(struct db *db, int64_t session_id, bool ended) CHECKED;

struct parking_push {
	bool enabled;
	enum parking_profile profile;
	int64_t success_code;
	char app_id[65];
	struct field_sign sign;
};
NEOERR *parking_push_get(struct db *db, int64_t id, struct parking_push *out) CHECKED;
/* Seals the secret into the row; "" leaves the one it has. */
NEOERR *parking_push_set_secret(struct db *db, int64_t id, const char *secret) CHECKED;
/* The body of one try: payload with app_id, for records the time, and the signature. */
NEOERR *parking_push_body_dup(const struct parking_push *p, const char *payload,
	char **out) CHECKED;
/* Did the other side say yes? answer: its JSON, "code" a number or text. */
bool parking_push_accepted(const struct parking_push *p, const char *answer, size_t len);

#endif
