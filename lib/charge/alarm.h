/* alarm.h - something is wrong with a pile or one of its connectors: opened once, said again while
 * it lasts, closed when it is over.
 * Owns table alarm. Serves the gateway's writers, the list of alarms, subscribers. (T2, T3) */
#ifndef CHARGE_ALARM_H
#define CHARGE_ALARM_H

#include "charge/choice.h"
#include "db/db.h"

#define ALARM_CODE_OFFLINE "5001"                /* T3: 设备离线, 一般故障 */
#define ALARM_CODE_POWER "station_power"         /* S10: 用电告警 */

/* connector_number 0: the pile as a whole. code: a word of tbl/alarm_code.h (another one is shown
 * as it stands). An alarm that is open already is counted once more and keeps the newest level and
 * detail; the first time of all also tells who subscribed to alarm.opened. Call it when a fault
 * appears, not with each report. Joins the caller's tx. ERR_NOT_FOUND: no such pile. */
NEOERR *alarm_open(struct db *db, int64_t pile_id, int connector_number, const char *code,
	enum alarm_level level, const char *detail, int64_t at) CHECKED;
/* Nothing happens if it is not open. */
NEOERR *alarm_close(struct db *db, int64_t pile_id, int connector_number, const char *code,
	int64_t at) CHECKED;

/* A fault word of a connector: bit i of `now` stands for code[i] (NULL: no alarm). Opens what
 * appeared since `before`, closes what went; before -1: what was is not known. */
NEOERR *alarm_faults(struct db *db, int64_t pile_id, int connector_number, const char *const *code,
	int codes, int before, int now, int64_t at) CHECKED;

/* 5001 for enabled piles that this gateway lost before `before`, at most max in a call; those whose
 * pile was disabled or removed meanwhile are closed. */
NEOERR *alarm_offline_sweep(struct db *db, const char *gateway_id, int64_t before, int max) CHECKED;
/* The piles are back, in the tx that notes it. At most PILE_HELLOS (live.h). */
NEOERR *alarm_offline_close(struct db *db, const int64_t *pile_id, int n, int64_t at) CHECKED;

/* S10: opened where the charges of a station draw more than its power_alarm, closed where they no
 * longer do. *told: how many of both. */
NEOERR *alarm_power_sweep(struct db *db, int64_t *told) CHECKED;

#endif
