/* session_internal.h - what the session_*.c files share: the locked row, its events, how a session
 * is closed.
 * Owns nothing. Serves those files alone. */
#ifndef CHARGE_SESSION_INTERNAL_H
#define CHARGE_SESSION_INTERNAL_H

#include "base/arena.h"
#include "base/json.h"
#include "charge/anomaly.h"
#include "charge/session.h"
#include "charge/session_idle.h"

#define SESSION_RUNNING "('starting', 'charging', 'stopping')"
#define STOP_SECONDS 60                      /* a stop that could not be sent within it is void */

/* A session under FOR UPDATE. */
struct session_row {
	int64_t id, provider_id, station_id, pile_id, connector_id, member_id, card_id, version_id,
		reservation_id, fleet_id, plan_id;
	int64_t prepaid, limit_value, requested_at, started_at, ended_at, seen_at;
	int64_t energy, energy_fee, service_fee, amount, device_amount;
	int soc_start, soc;                      /* -1: never told */
	enum session_state state;
	enum start_mode mode;
	enum pay_kind pay;
	enum limit_kind limit_kind;
	enum stop_reason reason;                 /* -1: none yet */
	struct discount price;                   /* of a fleet, as promised; all zero: none */
	int64_t price_fleet_id;
	bool bike, least_service, idle;          /* idle: it drew nothing or little the last time */
	char no[SESSION_NO], pile_serial[41];
};

/* What operators may set, read at most every 10 seconds: it stands in the way of each report. */
struct session_settings {
	int64_t balance_min, prepay_max, stop_below, suspend_seconds, asleep_seconds;
	struct anomaly_limits anomaly;
};
/* session_setting.c */
NEOERR *session_settings(struct db *db, const struct session_settings **out) CHECKED;
void session_settings_forget(void);          /* tests: a changed value counts at once */

/* session_state.c */
/* ERR_NOT_FOUND */
NEOERR *session_lock(struct db *db, int64_t id, struct session_row *out) CHECKED;
NEOERR *session_lock_no(struct db *db, const char *no, struct session_row *out,
	bool *found) CHECKED;
NEOERR *session_event(struct db *db, int64_t session_id, const char *kind, const char *detail,
	const char *actor) CHECKED;
/* ERR_INVALID if illegal */
NEOERR *session_set_state(struct db *db, struct session_row *s, enum session_state to) CHECKED;
NEOERR *session_leave_connector(struct db *db, const struct session_row *s) CHECKED;
bool session_is_over(enum session_state state);
struct purse session_purse(const struct session_row *s);
#define SESSION_KEY 60
/* Dedupe key "<what>:<session no>" goes into key. */
struct journal session_journal(const struct session_row *s, enum journal_kind kind,
	const char *what, char key[SESSION_KEY]);

/* session_live.c: the version in force at the request (P4); kept by the process, versions never
 * change. */
NEOERR *session_tariff(struct db *db, const struct session_row *s,
	const struct tariff **out) CHECKED;

/* session_idle.c: after the report was written; *end tells whether it ends the charge */
NEOERR *session_idle(struct db *db, struct session_row *s, const struct session_progress *p,
	enum idle_end *end) CHECKED;

/* session_stop.c: state stopping and one command(stop). */
NEOERR *session_ask_stop(struct db *db, struct session_row *s, enum stop_reason reason,
	const char *actor) CHECKED;
/* The device charges although the session is over or should have stopped: told again, at most
 * once in STOP_SECONDS. */
NEOERR *session_insist_stop(struct db *db, const struct session_row *s) CHECKED;

/* session_close.c */
struct closing {
	struct session_row *session;
	const struct tariff *tariff;
	struct usage usage;
	bool used_types;
	struct discount discount;                /* all zero: none */
	struct bill bill;
	/* record, reported, hand: where the figures came from */
	const char *source;
	int64_t meter_start, meter_end, device_amount;   /* -1: not known */
	int device_reason;                       /* -1: none */
	enum stop_reason reason;
	const char *vin;
	const struct anomalies *anomalies;       /* NULL: none */
	const char *why, *actor;                 /* of a person, for the bill and the timeline */
	int64_t by;
};
/* Figures of the session -> usage (on the arena) and bill, by the samples where there are any. */
NEOERR *session_rate(struct db *db, struct arena *arena, struct closing *c, int64_t started,
	int64_t ended, int64_t energy, const int64_t *type_energy) CHECKED;
/* The last the device told of itself while it charged. */
NEOERR *session_rate_reported(struct db *db, struct arena *arena, struct closing *c) CHECKED;
/* CDR, ledger, state finished, anomalies, timeline: in the caller's tx. */
NEOERR *session_finish(struct db *db, struct closing *c) CHECKED;
/* State failed, hold released, nothing billed. */
NEOERR *session_fail(struct db *db, struct session_row *s, enum stop_reason reason,
	int device_reason, const char *detail) CHECKED;

/* session_bill.c */
/* The newest revision there is, 0: none. */
NEOERR *cdr_revision(struct db *db, int64_t session_id, int64_t *out) CHECKED;
NEOERR *cdr_write(struct db *db, const struct closing *c, int revision) CHECKED;
/* Usage, tariff and all else a bill is made of, as the JSON that stands with it; free() it. */
char *bill_inputs_dup(const struct closing *c);
/* What a bill was made of, from the JSON that stands with it; segments on the arena. */
struct bill_inputs { struct tariff tariff; struct usage usage; struct discount discount; };
NEOERR *bill_inputs_read(struct arena *arena, const json_t *inputs,
	struct bill_inputs *out) CHECKED;

#endif
