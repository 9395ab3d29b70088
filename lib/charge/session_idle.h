/* session_idle.h - charges that end by themselves because the vehicle takes nothing or little
 * (D15). The judgement is pure.
 * Owns nothing. Serves session_live.c and tests. */
#ifndef CHARGE_SESSION_IDLE_H
#define CHARGE_SESSION_IDLE_H

#include <stdbool.h>
#include <stdint.h>

#define IDLE_FULL_SECONDS 180                /* S2 opened and not closed again */
#define IDLE_LOW_MA_MIN 10
#define IDLE_LOW_MA_MAX 5000
#define IDLE_LOW_MINUTES_MAX 240

/* What counts where it charges; a 0 switches its rule off. full_stop: an AC pile of a station that
 * asks for it. */
struct idle_rule { int64_t asleep_seconds, low_ma, low_seconds; bool full_stop; };
/* UNIX seconds; since 0: it does not. energy: of the whole charge, 1e-4 kWh. */
struct idle_seen { int64_t started, now, idle_since, low_since, energy; };
enum idle_end { IDLE_GOES_ON, IDLE_ASLEEP, IDLE_FULL, IDLE_LOW };

/* A vehicle that never took anything is asleep; one that did and stopped is full. */
enum idle_end idle_judge(const struct idle_rule *rule, const struct idle_seen *seen);

/* mA of a report: by power and voltage where they tell more than tenths of an ampere; -1: not
 * told. */
int64_t idle_current(int64_t power_w, int64_t voltage_dv, int64_t current_da);

#endif
