/* statistics.h - what the two files of the stations' statistics share: the question, its stations
 * and periods.
 * Owns nothing. Serves statistics.c and statistics_loss.c. */
#ifndef CGI_STATISTICS_H
#define CGI_STATISTICS_H

#include "base/xlsx.h"
#include "cgi/screen/home.h"
#include "charge/station_loss.h"

#define STAT_DAYS_MAX     400
#define STAT_DAYS_SHOWN   62                 /* longer times are shown by month */
#define STAT_STATIONS_MAX 2000

struct stat_sums {
	int64_t sessions, finished, energy, energy_fee, service_fee, amount, refunds, seconds;
};
struct stat_station {
	int64_t id, connectors;
	const char *name, *kind;
	struct stat_sums sums;
	struct station_loss loss;
	int64_t rate, price;                 /* recorded loss, mean yuan per kWh at the end; -1: none */
};
/* The readings' days of all stations, in order of station and day. */
struct stat_loss {
	bool seen;                           /* the asker may see readings */
	int spans, room;
	struct meter_span *span;
	struct meter_reading last;
	struct station_loss period[STAT_DAYS_MAX], all;
};
struct statistics {
	struct home home;
	int64_t from, to, chosen;            /* [from, to): days' first seconds */
	const char *kind, *problem;
	bool by_month;
	int stations, periods;
	struct stat_station station[STAT_STATIONS_MAX];
	struct stat_sums period[STAT_DAYS_MAX], all;
	int64_t all_connectors;
	struct stat_loss loss;
};

/* NULL: not the asker's. */
struct stat_station *stat_station_of(struct statistics *s, int64_t id);
bool stat_wanted(const struct statistics *s, const struct stat_station *at);
int stat_period_of(const struct statistics *s, int64_t day);
const char *stat_period_name(const struct statistics *s, int i);

/* statistics_loss.c: readings are read first, then told what was sold on each day, then summed. */
NEOERR *stat_loss_read(struct statistics *s) CHECKED;
void stat_loss_sold(struct statistics *s, int64_t station_id, int64_t day, int64_t energy);
NEOERR *stat_loss_sum(struct statistics *s) CHECKED;
/* Rows are the stations in the order of the page. */
NEOERR *stat_loss_put(struct statistics *s, const struct stat_station **row, int n) CHECKED;
NEOERR *stat_loss_book(struct statistics *s, struct xlsx *x, const struct stat_station **row,
	int n) CHECKED;

#endif
