/* anomaly.h - what makes a finished session suspicious: rules O16a-o as one table, and whether its
 * money may be taken.
 * Owns nothing; pure. Serves settlement and the anomaly screens. */
#ifndef CHARGE_ANOMALY_H
#define CHARGE_ANOMALY_H

#include "base/money.h"
#include "charge/choice.h"

/* The figures as the device sent them beside what the platform knows. Energies -1: not sent. */
struct session_facts {
	int64_t now, started, ended, energy, meter_start, meter_end, type_energy[PRICE_TYPES];
	bool has_types;
	int64_t device_amount;               /* 1e-5 yuan, -1: not sent */
	/* our bill of these figures before discounts, which no device knows of; -1: they cannot be
	 * rated */
	int64_t amount;
	int64_t seen_energy;                 /* the most that was reported while it charged */
	int soc_start, soc;                  /* -1: unknown */
	bool platform_times;                 /* the platform saw the start itself */
};
struct anomaly_limits {
	int64_t old_seconds, future_seconds, longest_seconds, most_energy, energy_minute, amount;
};

#define ANOMALY_RULES 15
struct anomalies {
	int n;
	/* the figures must not become money before a person looked */
	bool unsafe;
	struct { char rule; char detail[120]; } hit[ANOMALY_RULES];
};

void anomaly_judge(const struct session_facts *f, const struct anomaly_limits *l,
	struct anomalies *out);

#endif
