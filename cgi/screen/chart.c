/* chart.c - a chart as static/js/chart.js draws it: an ECharts option written here.
 * Owns its buffers until chart_put. Serves the home page and the detail of an order. */
#include "base/json.h"
#include "cgi/render.h"
#include "cgi/screen/chart.h"

void chart_init(struct chart *c, const char *unit_left, const char *unit_right)
{
	*c = (struct chart){ .unit = { unit_left, unit_right } };
	buf_init(&c->x, 0);
	for (int i = 0; i < CHART_SERIES; i++)
		buf_init(&c->y[i], 0);
}

void chart_series(struct chart *c, const char *name, const char *type, int axis)
{
	c->name[c->series] = name;
	c->type[c->series] = type;
	c->axis[c->series++] = axis;
}

/* A decimal as SQL gives it is a JSON number; anything else becomes a gap. */
static bool is_number(const char *s)
{
	size_t n = s ? strspn(s, "-0123456789.") : 0;

	return n && !s[n];
}

void chart_point(struct chart *c, const char *label, const char *const *number)
{
	buf_puts(&c->x, c->points ? "," : "");
	json_quote(&c->x, label);
	for (int i = 0; i < c->series; i++)
		buf_printf(&c->y[i], "%s%s", c->points ? "," : "",
			is_number(number[i]) ? number[i] : "null");
	c->points++;
}

static void put_axis(struct chart *c, struct buf *out, int i)
{
	buf_puts(out, i ? "," : "");
	buf_puts(out, "{\"type\":\"value\",\"name\":");
	json_quote(out, c->unit[i]);
	buf_printf(out, ",\"splitLine\":{\"show\":%s}}", i ? "false" : "true");
}

static void put_series(struct chart *c, struct buf *out, int i)
{
	buf_puts(out, i ? ",{\"name\":" : "{\"name\":");
	json_quote(out, c->name[i]);
	buf_printf(out,
		",\"type\":\"%s\",\"yAxisIndex\":%d,\"showSymbol\":%s,\"barMaxWidth\":28%s,\"data\":[%s]}",
		c->type[i], c->axis[i], c->points < 40 ? "true" : "false",
		c->stacked ? ",\"stack\":\"all\"" : "", buf_str(&c->y[i]));
}

NEOERR *chart_put(struct chart *c, HDF *hdf, const char *path)
{
	struct buf out;
	NEOERR *err;

	buf_init(&out, 0);
	buf_printf(&out, "{\"xAxis\":{\"type\":\"category\",\"data\":[%s]},\"yAxis\":[",
		buf_str(&c->x));
	for (int i = 0; i < 2 && c->unit[i]; i++)
		put_axis(c, &out, i);
	buf_puts(&out, "],\"series\":[");
	for (int i = 0; i < c->series; i++)
		put_series(c, &out, i);
	buf_puts(&out, "]}");
	err = hdf_set_value(hdf, path, buf_str(&out));
	buf_clear(&out);
	buf_clear(&c->x);
	for (int i = 0; i < CHART_SERIES; i++)
		buf_clear(&c->y[i]);
	return nerr_pass(err);
}
