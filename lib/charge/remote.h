/* remote.h - our drivers at stations of other platforms: the stations as told, the charges there
 * and their money (I9).
 * Owns tables remote_station, remote_connector, remote_session. Serves exchange_take.c, drivers'
 * pages, the job, the screens. */
#ifndef CHARGE_REMOTE_H
#define CHARGE_REMOTE_H

#include "charge/exchange.h"
#include "charge/session.h"

/* ---- remote_station.c: content of the standard, checked by its field table */

NEOERR *remote_stations_take(struct db *db, const struct exchange_peer *p, const json_t *ask,
	const json_t *answer) CHECKED;
/* ConnectorStatusInfo; a connector nobody knows: *known false. */
NEOERR *remote_state_take(struct db *db, const struct exchange_peer *p, const json_t *info,
	bool *known) CHECKED;
NEOERR *remote_states_take(struct db *db, const struct exchange_peer *p,
	const json_t *answer) CHECKED;
NEOERR *remote_policy_take(struct db *db, const struct exchange_peer *p,
	const json_t *answer) CHECKED;

/* ---- remote_session.c */

struct remote_wish {
	int64_t member_id, connector_id;
	const char *plate;                   /* may be "" */
	const char *once;                    /* form token of 32, or NULL */
};
struct remote_result { enum start_refusal refusal; int64_t id; bool repeated; };
/* Holds money, writes the session and query_start_charge. Runs its own tx. */
NEOERR *remote_start(struct db *db, const struct remote_wish *w, struct remote_result *out) CHECKED;
/* Writes query_stop_charge once; over already: nothing. Runs its own tx. */
NEOERR *remote_stop(struct db *db, int64_t id, bool *asked) CHECKED;

/* What their platform tells of it; unknown: *known false. Each in a tx of its own; the same again
 * changes nothing. */
NEOERR *remote_start_answered(struct db *db, const struct exchange_peer *p,
	const json_t *answer) CHECKED;
NEOERR *remote_started(struct db *db, const struct exchange_peer *p, const json_t *told,
	bool *known) CHECKED;
NEOERR *remote_progress(struct db *db, const struct exchange_peer *p, const json_t *told,
	bool *known) CHECKED;
/* The order settles: the driver's money, and what we owe. *confirm: ConfirmResult 0 taken, 1
 * disputed (unknown, of other figures than before, or not adding up). */
NEOERR *remote_order(struct db *db, const struct exchange_peer *p, const json_t *order,
	int *confirm) CHECKED;
/* Their day of orders against ours: fills the answer of check_charge_orders. */
NEOERR *remote_check(struct db *db, const struct exchange_peer *p, const json_t *ask,
	json_t *answer) CHECKED;

/* ---- remote_sync.c: what is asked for by the clock, each minute: stations once a day, states each
 * ten minutes, running charges that nothing was heard of; starts without an answer are given up; a
 * day's orders are sent to be compared. */
NEOERR *remote_sync(struct db *db, int64_t *asked) CHECKED;

#endif
