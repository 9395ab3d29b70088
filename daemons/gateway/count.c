/* count.c - the gateway's counters and gauges, and how long commands took to the wire.
 * Owns the values.
 * Serves the loop; shown by lib/run's metrics socket. */
#include "daemons/gateway/loop.h"

#define WINDOW 1024

#define X(id, name, gauge, help) { name, help, gauge, 0 },
static struct metric table[] = {
#include "daemons/gateway/count_list.h"
};
#undef X

static int wire_ms[WINDOW];
static int64_t wires;

NEOERR *count_serve(struct loop *l, const char *name)
{
	return nerr_pass(daemon_metrics(l, name, table, COUNTS));
}

void count_add(enum count what, int64_t n)
{
	table[what].value += n;
}

void count_set(enum count what, int64_t v)
{
	table[what].value = v;
}

int64_t count_get(enum count what)
{
	return table[what].value;
}

void count_wire(int64_t ms)
{
	ms = ms < 0 ? 0 : ms > 3600000 ? 3600000 : ms;
	wire_ms[wires++ % WINDOW] = (int)ms;
	count_add(COUNT_COMMANDS, 1);
	count_add(COUNT_WIRE_SUM, ms);
	count_add(COUNT_WIRE_10, ms <= 10);
	count_add(COUNT_WIRE_50, ms <= 50);
	count_add(COUNT_WIRE_200, ms <= 200);
}

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Once a second at most: sorting the window costs 50 us. */
void count_wire_percentiles(void)
{
	static int64_t seen;
	int sorted[WINDOW], n = wires < WINDOW ? (int)wires : WINDOW;

	if (wires == seen)
		return;
	seen = wires;
	memcpy(sorted, wire_ms, (size_t)n * sizeof(int));
	qsort(sorted, (size_t)n, sizeof(int), by_value);
	count_set(COUNT_WIRE_P50, sorted[n / 2]);
	count_set(COUNT_WIRE_P99, sorted[n * 99 / 100]);
}
