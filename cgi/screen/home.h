/* home.h - the sums behind the home page, within what the asker may see.
 * Owns nothing. Serves home.c, home_figures.c, home_parking.c. */
#ifndef CGI_HOME_H
#define CGI_HOME_H

#include "cgi/resource/engine.h"
#include "cgi/screen/chart.h"
#include "cgi/screen/screen.h"
#include "charge/rollup.h"

struct home { struct request *req; HDF *node; int64_t now, today, until; };

/* A statement over one resource within the asker's scope: constants and bound values alone. */
NEOERR *home_scoped(struct home *h, const struct resource *res, bool joins, const char *columns,
	const char *and_where, const char *tail, const struct arg *args, int n, row_fn fn,
	void *ctx) CHECKED;

/* One group of ended sessions; the last four are over the finished ones, refunds over all. A
 * group may come several times: add. */
struct home_sum {
	int64_t day;
	const char *key;
	int64_t sessions, refunds, finished, energy, amount, energy_fee, service_fee, seconds;
};
typedef NEOERR *(*home_sum_fn)(const struct home_sum *s, void *ctx);
/* Sessions with ended_at in [from, to), from a day's first second: whole days and hours from the
 * sums, the rest from the sessions themselves. by: NULL for one sum, else the column that parts
 * it by day and that ("kind", "station_id"). */
NEOERR *home_sums(struct home *h, const char *by, int64_t from, int64_t to, home_sum_fn fn,
	void *ctx) CHECKED;
/* session_hour, for what home_sums does not give */
extern const struct resource home_hours;

/* How many rows the asker may see, as h->node's `name` and whether there are any as name.any;
 * nothing for who may not list them. */
NEOERR *home_count(struct home *h, const struct resource *res, bool joins, const char *and_where,
	const char *name) CHECKED;
/* Parking, where there are lots (H3). */
NEOERR *home_parking(struct home *h) CHECKED;

/* worklist.c: lists of what needs a person that are not empty, as work.N {count, href}. */
NEOERR *home_work(struct home *h) CHECKED;

/* The charts and rankings: from this worker's cache or made anew. */
NEOERR *home_figures_put(struct home *h) CHECKED;
bool home_figures_ready(struct home *h);

#endif
