/* live.h - what devices say about themselves: online, offline, states of connectors, strangers.
 * Owns pile_live, connector_live, connectivity, stranger. Serves the gateway's writers and
 * pages. */
#ifndef CHARGE_LIVE_H
#define CHARGE_LIVE_H

#include "charge/choice.h"
#include "db/db.h"

struct pile_hello {
	const char *protocol, *serial, *address, *gateway_id, *firmware, *iccid, *protocol_version;
	int connectors;
	/* digests of the password it came with, as sent and as hex digits; NULL or "": none */
	const char *access, *access_hex;
};
struct pile_known {
	int64_t pile_id, station_id;
	int connector_count;
	bool enabled;
	int64_t tariff_version_id;
	bool alarmed;                        /* alarms of it are open */
	enum black_box black_box;            /* what of its frames is kept */
	bool denied;                         /* registered, but not with that password: not known */
};
/* Log-in: known and not deleted -> online row, connectivity row on change, offline alarm
 * closed, *known; else stranger row and *known false. A disabled pile may log in
 * (it must be reachable). */
NEOERR *pile_online(struct db *db, const struct pile_hello *hello, struct pile_known *out,
	bool *known) CHECKED;
/* The same for n that came together: one look-up and two writes for each PILE_HELLOS of them, a
 * tx each. */
#define PILE_HELLOS 64
NEOERR *pile_online_many(struct db *db, const struct pile_hello *hello, int n,
	struct pile_known *out, bool *known) CHECKED;
/* *ours (may be NULL) false: it came back through another gateway meanwhile, nothing happened. */
NEOERR *pile_offline(struct db *db, int64_t pile_id, const char *gateway_id, const char *reason,
	bool *ours) CHECKED;
/* A gateway begins, ends or is lost: what it has online goes offline (it will log in again). */
NEOERR *pile_all_offline(struct db *db, const char *gateway_id, const char *reason) CHECKED;

#define TEMPERATURE_NONE (-100)
struct connector_report {
	int64_t pile_id; int number;
	enum connector_state state; bool plugged;
	int64_t voltage_dv, current_da, power_w;     /* 0.1 V, 0.1 A, W */
	/* temperature in degrees, TEMPERATURE_NONE: not measured */
	int soc, temperature, fault;
	int64_t at;
};
/* Batched: one statement for n reports. */
NEOERR *connector_reports(struct db *db, const struct connector_report *r, int n) CHECKED;
/* A ground lock: state "up", "down" or "moving"; alarm 0: none. */
struct lock_report {
	int64_t pile_id, at;
	int number, battery, alarm;
	const char *state;
	bool car;
};
NEOERR *connector_lock(struct db *db, const struct lock_report *r) CHECKED;
/* Piles that a gateway has and hears of. moved[i]: pile_id[i] is another gateway's now. */
NEOERR *pile_seen(struct db *db, const char *gateway_id, const int64_t *pile_id, int n, int64_t at,
	bool *moved) CHECKED;
NEOERR *pile_tariff_confirmed(struct db *db, int64_t pile_id, int64_t version_id) CHECKED;
NEOERR *pile_clock_skew(struct db *db, int64_t pile_id, int64_t seconds) CHECKED;

#endif
