/* count.c - the gateway's counters and gauges, and how long commands took to the wire.
 * Owns the values.
 * Serves the loop; shown by lib/run's metrics socket. */
#include <unistd.h>

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

/* Pages of this process that no other one shares. */
static int64_t memory_kb(void)
{
	long long size, resident = 0, shared = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL)
		return 0;
	if (fscanf(f, "%lld %lld %lld", &size, &resident, &shared) != 3)
		resident = shared = 0;
	fclose(f);
	return (resident - shared) * (sysconf(_SC_PAGESIZE) / 1024);
}

static int64_t rate(enum count what, int64_t *before, int64_t ms)
{
	int64_t n = count_get(what) - *before;

	*before += n;
	return ms > 0 ? n * 1000 / ms : 0;
}

void count_figures(int64_t lag_ms, struct gateway_figures *out)
{
	static const enum count rejects[GATEWAY_REJECTS] = {
		[REJECT_CHECKSUM] = COUNT_BAD_CRC,
		[REJECT_GARBAGE] = COUNT_GARBAGE,
		[REJECT_UNKNOWN] = COUNT_UNKNOWN,
		[REJECT_SHORT] = COUNT_SHORT,
		[REJECT_ENCRYPTED] = COUNT_ENCRYPTED,
		[REJECT_EARLY] = COUNT_EARLY,
		[REJECT_MISMATCH] = COUNT_MISMATCH,
		[REJECT_CALL] = COUNT_REFUSED_CALLS,
		[REJECT_UNASKED] = COUNT_UNASKED,
		[REJECT_STRANGER] = COUNT_STRANGERS,
		[REJECT_FULL] = COUNT_FULL,
		[REJECT_SLOW] = COUNT_SLOW,
		[REJECT_BUSY] = COUNT_DROPPED,
	};
	static int64_t frames_in, frames_out, at_ms;
	int64_t passed = at_ms == 0 ? 0 : core.now_ms - at_ms;

	at_ms = core.now_ms;
	count_set(COUNT_LAG, lag_ms);
	count_set(COUNT_MEMORY, memory_kb());
	*out = (struct gateway_figures){
		.piles = count_get(COUNT_PILES),
		.connections = count_get(COUNT_CONNECTIONS),
		.room = core.cap,
		.waiting = count_get(COUNT_WAITING),
		.frames_in = rate(COUNT_FRAMES_IN, &frames_in, passed),
		.frames_out = rate(COUNT_FRAMES_OUT, &frames_out, passed),
		.queued = count_get(COUNT_QUEUED),
		.lag = lag_ms,
		.memory = count_get(COUNT_MEMORY),
	};
	for (int i = 0; i < GATEWAY_REJECTS; i++)
		out->reject[i] = count_get(rejects[i]);
}
