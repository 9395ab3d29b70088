/* wire_charge.h - charges by the number that a station knows them by, and the tags that begin them:
 * for protocols in which the platform gives that number (OCPP).
 * Owns tables wire_charge and pile_notice. Serves the gateway's writers and pages. */
#ifndef CHARGE_WIRE_CHARGE_H
#define CHARGE_WIRE_CHARGE_H

#include "charge/session.h"

#define WIRE_TAG 21                          /* 20 characters */

#define X(id, name, colour) TAG_##id,
enum tag_status {
#include "charge/tbl/tag_status.h"
};
#undef X

/* A tag is a card's number (case does not count), or names the session of a start by app. */
void wire_session_tag(int64_t session_id, char out[WIRE_TAG]);
struct wire_tag { enum tag_status status; int64_t expires; char parent[WIRE_TAG]; };
/* W15: may this card charge here; parent: what all cards of its member have in common. */
NEOERR *wire_tag(struct db *db, int64_t pile_id, const char *tag, struct wire_tag *out) CHECKED;

struct wire_start {
	int64_t pile_id, at, meter;              /* by the station's clock; Wh */
	int number;
	const char *tag;
};
struct wire_charge {
	int64_t id, meter_start;
	int number;
	struct wire_tag tag;
	char no[SESSION_NO];                     /* "": no session */
};
/* Always gives a charge with its own number, also to a tag that may not charge; the same start told
 * again gives the same one (1.6 3.7.1). Runs its own tx. */
NEOERR *wire_charge_start(struct db *db, const struct wire_start *in,
	struct wire_charge *out) CHECKED;
/* One of the pile's that is not over. */
NEOERR *wire_charge_find(struct db *db, int64_t pile_id, int64_t id, struct wire_charge *out,
	bool *found) CHECKED;

struct wire_point { int64_t at, meter; };    /* Wh */
struct wire_stop {
	int64_t pile_id, id, at, meter;
	const char *protocol, *pile_serial, *tag;        /* tag may be "" */
	enum stop_reason reason;
	const void *raw; size_t raw_len;
	const struct wire_point *point; int points;      /* readings meanwhile */
};
/* The final record of a charge. What belongs to no charge of that pile is kept as the record of an
 * unknown session (E 3.18). Acknowledge only when this returned STATUS_OK. */
NEOERR *wire_charge_stop(struct db *db, const struct wire_stop *in,
	enum record_outcome *outcome) CHECKED;

NEOERR *pile_notice(struct db *db, int64_t pile_id, const char *kind, const char *words) CHECKED;
/* What a station says of itself when it has booted; its log-in knew neither. */
NEOERR *pile_boot(struct db *db, int64_t pile_id, const char *firmware, const char *iccid) CHECKED;
/* A new password for its log-in; only its digest is kept. */
NEOERR *pile_access_renew(struct db *db, int64_t pile_id, char *out, size_t room) CHECKED;
/* What a pile logs in with is kept as this digest; it is random, so it is not stretched. */
void pile_access_digest(const char *serial, const void *password, size_t len, char out[65]);

#endif
