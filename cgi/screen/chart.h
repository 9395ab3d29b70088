/* chart.h - a chart as static/js/chart.js draws it: an ECharts option written here, numbers as the
 * decimal text they came in.
 * Owns its buffers until chart_put. Serves the home page, the detail of an order, a station's
 * power. */
#ifndef CGI_CHART_H
#define CGI_CHART_H

#include "cgi/request.h"

#define CHART_SERIES 12

struct chart {
	int series, points;
	const char *name[CHART_SERIES], *type[CHART_SERIES];     /* "line" or "bar" */
	int axis[CHART_SERIES];                                    /* 0 left, 1 right */
	const char *unit[2];
	bool stacked;
	struct buf x, y[CHART_SERIES];
};

/* right NULL: one axis */
void chart_init(struct chart *c, const char *unit_left, const char *unit_right);
void chart_series(struct chart *c, const char *name, const char *type, int axis);
/* A point: its label, then one number a series as decimal text ("12.34"); NULL is a gap. */
void chart_point(struct chart *c, const char *label, const char *const *number);
/* Writes the JSON to the path and frees. */
NEOERR *chart_put(struct chart *c, HDF *hdf, const char *path) CHECKED;

#endif
