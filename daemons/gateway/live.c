/* live.c - what guns report, kept as the last state and forwarded in batches: a gun that reports
 * twice is sent once.
 * Owns the lists of connections with something to forward; they are the queue, so it cannot grow.
 * Serves the protocols. */
#include "daemons/gateway/loop.h"

#include "base/conf.h"
#include "base/log.h"

#define SEEN_EVERY 30                /* seconds between two marks of a pile that lives; a lease, if that is less */

void conn_live(struct conn *c, const struct live_row *row)
{
	struct gun *gun;

	if (c->state != CONN_KNOWN || row->number < 1 || row->number > c->guns)
		return;
	gun = &c->gun[row->number - 1];
	gun->live = *row;
	gun->live.pile_id = c->pile_id;
	gun->live.protocol = c->protocol;
	gun->dirty = true;
	if (c->dirty)
		return;
	c->dirty = true;
	c->dirty_prev = NULL;
	c->dirty_next = core.dirty[c->writer];
	if (c->dirty_next != NULL)
		c->dirty_next->dirty_prev = c;
	core.dirty[c->writer] = c;
}

bool conn_is_charging(const struct conn *c)
{
	for (int i = 0; i < c->guns; i++)
		if (c->gun[i].live.state == CONNECTOR_CHARGING)
			return true;
	return false;
}

void live_forget(struct conn *c)
{
	if (!c->dirty)
		return;
	if (c->dirty_prev != NULL)
		c->dirty_prev->dirty_next = c->dirty_next;
	else
		core.dirty[c->writer] = c->dirty_next;
	if (c->dirty_next != NULL)
		c->dirty_next->dirty_prev = c->dirty_prev;
	c->dirty = false;
}

/* Guns of c into the batch as far as there is room; true when none is left. */
static bool gather(struct conn *c, struct msg_live *live)
{
	for (int i = 0; i < c->guns; i++) {
		if (!c->gun[i].dirty)
			continue;
		if (live->n == LIVE_ROWS)
			return false;
		live->row[live->n] = c->gun[i].live;
		live->row[live->n++].fault_before = c->gun[i].fault_told;
		c->gun[i].fault_told = c->gun[i].live.fault;
		c->gun[i].dirty = false;
	}
	return true;
}

static void flush_writer(int writer)
{
	struct msg m = { .kind = MSG_LIVE };
	struct conn *c;

	/* Back-pressure: a writer that is behind gets no more; what guns report meanwhile replaces
	 * what waits. */
	while (core.dirty[writer] != NULL && channel_is_idle(&core.channel[writer])) {
		m.u.live.n = 0;
		while ((c = core.dirty[writer]) != NULL && gather(c, &m.u.live))
			live_forget(c);
		channel_send(&core.channel[writer], core.loop, &m);
	}
}

void live_flush(void)
{
	for (int w = 1; w <= core.writers; w++)
		flush_writer(w);
}

/* A part of the table each second, so that all have had their turn in `every` of them. */
void live_seen(int64_t second)
{
	static struct msg m[WRITERS_MAX];
	int64_t every = conf.gateway_lease < SEEN_EVERY ? conf.gateway_lease : SEEN_EVERY;

	for (int w = 1; w <= core.writers; w++) {
		m[w].kind = MSG_SEEN;
		m[w].u.seen.n = 0;
	}
	for (uint32_t i = (uint32_t)(second % every); i < core.used; i += (uint32_t)every) {
		struct conn *c = core.conn[i];
		struct msg_seen *seen = &m[c->writer].u.seen;

		/* also the quiet, while their protocol lets them: e-bike devices speak each 3 minutes */
		if (c->state != CONN_KNOWN)
			continue;
		seen->conn[seen->n].slot = c->slot;
		seen->conn[seen->n].generation = c->generation;
		seen->pile_id[seen->n++] = c->pile_id;
		if (seen->n == SEEN_ROWS) {
			channel_send(&core.channel[c->writer], core.loop, &m[c->writer]);
			seen->n = 0;
		}
	}
	for (int w = 1; w <= core.writers; w++)
		if (m[w].u.seen.n > 0)
			channel_send(&core.channel[w], core.loop, &m[w]);
}
