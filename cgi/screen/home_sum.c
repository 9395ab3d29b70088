/* home_sum.c - sums of sessions over a span of time: whole days and hours from the roll-ups, what
 * is younger from the sessions (H3-H6).
 * Owns nothing. Serves the home page. */
#include "cgi/screen/home.h"

#define HOUR 3600

static const struct scope scope = { "t.provider_id", "t.property_id", "t.station_id" };
static const struct resource days = { .name = "session_day", .scope = &scope };
const struct resource home_hours = { .name = "session_hour", .scope = &scope };

#define FIGURES ", SUM(t.sessions), SUM(t.refunds), SUM(t.finished), SUM(t.energy), SUM(t.amount)," \
	" SUM(t.energy_fee), SUM(t.service_fee), SUM(t.seconds)"

/* The same sums from three places. */
static const struct source {
	const struct resource *res;
	const char *day, *figures, *span;
	bool by_day;
} sources[] = {
	{ &days, "t.day",
		FIGURES,
		" AND t.day >= ? AND t.day < ?", true },
	{ &home_hours, "DATE(t.hour_at)",
		FIGURES,
		" AND t.hour_at >= ? AND t.hour_at < ?", false },
	{ &session_resource, "DATE(t.ended_at)",
		", COUNT(*), SUM(t.refunded > 0), SUM(t.state = 'finished'),"
		" SUM(IF(t.state = 'finished', t.energy, 0)), SUM(IF(t.state = 'finished', t.amount, 0)),"
		" SUM(IF(t.state = 'finished', t.energy_fee, 0)),"
		" SUM(IF(t.state = 'finished', t.service_fee, 0)),"
		" SUM(IF(t.state = 'finished', t.seconds, 0))",
		" AND t.ended_at >= ? AND t.ended_at < ?", false },
};

struct taking { home_sum_fn fn; void *ctx; };

static NEOERR *take(const struct row *r, void *ctx)
{
	const struct taking *t = ctx;
	const struct home_sum s = { row_time(r, 0), row_str(r, 1), row_i64(r, 2), row_i64(r, 3),
		row_i64(r, 4), row_energy(r, 5), row_money(r, 6), row_money(r, 7), row_money(r, 8),
		row_i64(r, 9) };

	return nerr_pass(t->fn(&s, t->ctx));
}

static NEOERR *sum_of(struct home *h, const struct source *s, const char *by, int64_t from,
	int64_t to, struct taking *t)
{
	struct arena *arena = &h->req->arena;
	const char *group = by ? arena_printf(arena, "%s, t.%s", s->day, by) : "NULL, NULL";
	const char *tail = by ? " GROUP BY 1, 2" : " HAVING COUNT(*) > 0";
	const struct arg span[] = { s->by_day ? DAY(from) : TIME(from),
		s->by_day ? DAY(to) : TIME(to) };

	if (from >= to)
		return STATUS_OK;
	return nerr_pass(home_scoped(h, s->res, false,
		arena_printf(arena, "SELECT %s%s", group, s->figures), s->span, tail, span, 2, take, t));
}

NEOERR *home_sums(struct home *h, const char *by, int64_t from, int64_t to, home_sum_fn fn,
	void *ctx)
{
	struct taking t = { fn, ctx };
	int64_t summed = to < h->until ? to : h->until;              /* the roll-ups reach so far */
	int64_t day = clock_day_start(summed), hour = day + (summed - day) / HOUR * HOUR;
	NEOERR *err;

	day = day < from ? from : day;
	hour = hour < day ? day : hour;
	TRY(sum_of(h, &sources[0], by, from, day, &t));
	TRY(sum_of(h, &sources[1], by, day, hour, &t));
	TRY(sum_of(h, &sources[2], by, hour, to, &t));
out:
	return nerr_pass(err);
}
