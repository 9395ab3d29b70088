/* anomaly_trial.h - what other limits would have said of the charges of the last 30 days, before
 * they are set (O16).
 * Owns nothing. Serves the page of the anomaly rules. */
#ifndef CHARGE_ANOMALY_TRIAL_H
#define CHARGE_ANOMALY_TRIAL_H

#include "charge/anomaly.h"
#include "db/db.h"

#define TRIAL_DAYS 30
#define TRIAL_MOST 200000                /* the newest of them */

/* Of each rule by its letter - 'a': charges that it was written down for; that it hits with the
 * limits in force and with the wanted ones, by what is stored of them; both ways of differing. */
struct anomaly_trial {
	int64_t sessions, otherwise;         /* looked at; with any rule judged otherwise */
	struct { int64_t written, now, wanted, fresh, gone; } rule[ANOMALY_RULES];
};
/* The limits in force. */
NEOERR *anomaly_limits_read(struct db *db, struct anomaly_limits *out) CHECKED;
NEOERR *anomaly_trial(struct db *db, const struct anomaly_limits *now,
	const struct anomaly_limits *wanted, struct anomaly_trial *out) CHECKED;

#endif
