/* session.h - a charge from request to settlement: states, refusals, limits, the bill.
 * Owns session, session_event, session_anomaly, device_record, cdr, cdr_line. Serves driver
 * pages, screens, the gateway's writers, jobs. */
#ifndef CHARGE_SESSION_H
#define CHARGE_SESSION_H

#include "charge/ledger.h"
#include "charge/rating.h"
#include "charge/usage.h"

#define SESSION_NO 33

/* Why a start is refused (data, not an error). Text.refusal.<name> is the sentence the driver
 * reads. tbl/refusal.h */
#define X(id, name) REFUSED_##id,
enum start_refusal { START_ACCEPTED,
#include "charge/refusal.h"
};
#undef X
const char *refusal_name(enum start_refusal r);

struct start_request {
	int64_t connector_id;
	int64_t member_id;                   /* who pays; 0 only with card_id or token_id */
	int64_t card_id;                     /* pay by this card; 0: wallet */
	int64_t token_id;                    /* the charge card that stands for the member; 0: none */
	int64_t fleet_id;                    /* pay by this fleet's wallet (M21); 0: no fleet */
	/* a charging plan's start (Z1): its member may have others, no limit of his counts; the wallet
	 * has to serve so many; the command leaves at start_at */
	int64_t plan_id, start_at;
	int share;
	/* a driver of another platform, who is no member here: the provider that stands for it (I9)
	 * pays by bill, nothing is held. 0: none */
	int64_t guest_provider_id;
	const char *guest_phone;             /* with guest_provider_id; may be "" */
	const char *card_password;           /* for token_password_fits(); NULL: none was typed */
	enum start_mode mode;
	enum limit_kind limit_kind;
	int64_t limit_value;                 /* as session.limit_value */
	const char *plate, *vin;             /* may be NULL */
	/* guns of one car: the 12 digits they have in common; NULL for one gun. Those of one pile do
	 * not stand in each other's way. */
	const char *parallel;
	/* form token: a second request with it returns the first session; NULL for devices */
	const char *once;
	int pile_counter;                    /* unused for app; kept 0 */
	/* the device asked, but begins only by a command (e-bike sockets) */
	bool by_command;
};
struct start_result {
	enum start_refusal refusal;
	int64_t session_id;
	char no[SESSION_NO];
	int64_t prepaid;
	bool repeated;
};

/* Checks member, card, pile, connector, tariff, money, limits; freezes the tariff version; holds
 * the prepayment (limit amount, else what is free up to setting session.prepay_max); inserts
 * session and, for mode app, command(start) in one tx; wakes the gateway. Runs its own tx. */
NEOERR *session_request(struct db *db, const struct start_request *req,
	struct start_result *out) CHECKED;

/* device_reason of a refused start that the device takes back by itself once the plug is in (云快充
 * 6.2: 60 s): the session waits. */
#define START_WAITS_FOR_PLUG (-5)
/* What the device says afterwards. Unknown no: ERR_NOT_FOUND. A report that does not fit the
 * state (late, double) changes nothing. */
NEOERR *session_start_answer(struct db *db, const char *no, bool accepted,
	int device_reason) CHECKED;
struct session_progress {
	const char *no;
	int64_t at, energy, device_amount;
	int64_t power_w, voltage_dv, current_da;
	int soc, connector_temperature, battery_temperature;
}; /* degrees; live.h TEMPERATURE_NONE */
/* Live row, running fee, limits (amount, energy, time, low balance P22: inserts command(stop)
 * once), a sample a minute. First report with energy or charging state moves starting ->
 * charging. */
NEOERR *session_progress(struct db *db, const struct session_progress *p) CHECKED;
/* What the battery says of itself, the newest of each kind, in words of the protocol. Unknown no:
 * nothing happens. */
NEOERR *session_battery(struct db *db, const char *no, const char *kind, const char *words,
	int64_t at) CHECKED;
/* The VIN that the pile read; what is none is ignored. Where a fleet pays that lets only its own
 * vehicles charge, another's is stopped. Unknown no: nothing happens. */
NEOERR *session_vin(struct db *db, const char *no, const char *vin) CHECKED;
/* Stop by driver, admin or limit: state stopping and command(stop). Ended or stopping already:
 * nothing, *asked false. */
NEOERR *session_stop(struct db *db, int64_t session_id, enum stop_reason reason,
	const struct actor *who, bool *asked) CHECKED;
/* Pile silent: charging and starting sessions of it become suspended (O2); back: they go on with
 * the next report. */
NEOERR *session_suspend_pile(struct db *db, int64_t pile_id, const char *why) CHECKED;

/* The final record. Times in UNIX seconds; -1 energies mean not sent. */
struct session_record {
	const char *protocol, *pile_serial, *no;      /* no: 32 digits */
	int64_t started, ended, energy, type_energy[PRICE_TYPES], meter_start, meter_end, amount;
	bool has_types;
	int device_reason; enum stop_reason reason;
	const char *vin, *physical_no;
	/* offline records create their session when pile and card are known */
	enum start_mode mode;
	int connector_number;
	const void *raw; size_t raw_len;               /* kept byte for byte */
};
/* Of a device that tells how long it charged, not when: from the session's own start, else what
 * ends now. */
NEOERR *session_record_times(struct db *db, struct session_record *rec, int64_t seconds) CHECKED;
enum record_outcome {
	RECORD_SETTLED,
	RECORD_DUPLICATE,
	RECORD_CONFLICT,
	RECORD_UNKNOWN,
	RECORD_INVALID
};
/* In one tx: device_record, usage, rating, CDR, ledger, state finished (failed if nothing was
 * charged after a failed start), anomalies, events. Duplicate of a settled one: changes nothing but
 * times. Acknowledge the device only when this returned STATUS_OK, whatever the outcome (law 6). */
NEOERR *session_settle(struct db *db, const struct session_record *rec,
	enum record_outcome *outcome) CHECKED;
/* O4, O5: a person ends it by the last reported energy, and the last report's time or the given
 * duration (-1: none given); the record that comes later is kept as conflict and shown.
 * ERR_INVALID: it could not have lasted so long. */
NEOERR *session_end_by_hand(struct db *db, int64_t session_id, int64_t seconds,
	const struct actor *who, const char *why) CHECKED;
/* Jobs: starts without an answer for 90 s fail and release their hold; suspended for longer than
 * setting session.suspend_hours are ended by the last report. *ended counts. */
NEOERR *session_expire(struct db *db, int64_t *ended) CHECKED;

/* For pages. */
struct session_view {
	int64_t id, connector_id, pile_id, station_id, member_id, card_id, version_id, prepaid,
		requested_at, started_at, ended_at, seconds;
	int64_t energy, energy_fee, service_fee, amount, power_w;
	int soc;
	enum session_state state;
	char no[SESSION_NO], stop_reason[25];
};
NEOERR *session_get(struct db *db, int64_t session_id, struct session_view *out) CHECKED;
const char *bill_kind_name(enum bill_kind kind);     /* as cdr_line.kind and Text.bill.<name> */
/* The last bill, or ERR_NOT_FOUND before settlement. */
NEOERR *session_bill(struct db *db, int64_t session_id, struct bill *out) CHECKED;
/* Rates the stored inputs of the last CDR again: *same tells whether it gives the same bill to
 * the last digit ("recompute"). */
NEOERR *session_recompute(struct db *db, int64_t session_id, struct bill *out, bool *same) CHECKED;

/* The legal moves (O2); the only place that knows them. */
bool session_may(enum session_state from, enum session_state to);

#endif
