/* record.c - final records of a virtual pile: sent again until acknowledged, kept while the link is
 * down.
 * Owns struct sim_record.
 * Serves gun.c and the protocols. */
#include "daemons/pilesim/sim.h"

#include "base/text.h"

#define TRIES 3
#define LATE_MS (5 * 60 * 1000)      /* one more try; then it waits for the next log-in */

static int64_t wire_fee(int64_t energy, int64_t price)
{
	int64_t amount = 0;

	return fixed_muldiv(energy, price, ENERGY_KWH, ROUND_HALF_UP, &amount)
		? fixed_round(amount, 10, ROUND_HALF_UP)
		: 0;
}

void record_add(struct pile *p, struct gun *g, enum stop_cause cause)
{
	struct sim_record *r = calloc(1, sizeof(*r)), **at = &p->records;

	if (r == NULL)
		error_die("out of memory");
	text_copy(r->no, sizeof(r->no), g->no);
	text_copy(r->card, sizeof(r->card), g->card);
	r->gun = g->number;
	r->by_card = g->by_card;
	r->cause = cause;
	r->started = g->started;
	r->ended = pile_clock(p);
	r->meter_start = g->meter_start;
	r->meter_end = g->meter;
	r->energy = g->energy;
	r->power_max = g->power_max;
	for (int t = 0; t < SIM_TYPES; t++) {
		r->type[t].price = p->prices.price[t].energy + p->prices.price[t].service;
		r->type[t].energy = g->type_energy[t];
		r->type[t].amount = wire_fee(r->type[t].energy, r->type[t].price);
		r->amount += r->type[t].amount;
	}
	r->next_ms = sim.now_ms;
	while (*at != NULL)
		at = &(*at)->next;
	*at = r;
}

void record_done(struct pile *p, const char *no)
{
	struct sim_record **at = &p->records, *r;

	while (*at != NULL && !text_eq((*at)->no, no))
		at = &(*at)->next;
	r = *at;
	if (r == NULL)
		return;
	sim.records_acknowledged++;
	if (pile_chance(p, sim.faults.repeat))
		/* fault: once more, although it was acknowledged */
		p->protocol->record(p, r);
	*at = r->next;
	free(r);
	pile_due(p);
}

void record_wake(struct pile *p)
{
	for (struct sim_record *r = p->records; r != NULL; r = r->next) {
		r->tries = 0;
		r->next_ms = sim.now_ms;
	}
}

static int64_t next_try(const struct pile *p, const struct sim_record *r)
{
	if (r->tries < TRIES)
		return sim.now_ms + (int64_t)sim.retry_s * 1000;
	if (p->protocol->again_ms != 0)
		return sim.now_ms + p->protocol->again_ms;
	return r->tries == TRIES ? sim.now_ms + LATE_MS : INT64_MAX;
}

void record_run(struct pile *p)
{
	for (struct sim_record *r = p->records; r != NULL && p->link == LINK_UP; r = r->next) {
		if (r->next_ms > sim.now_ms)
			continue;
		r->tries++;
		r->next_ms = next_try(p, r);
		p->protocol->record(p, r);
	}
}

int64_t record_due(const struct pile *p)
{
	int64_t due = INT64_MAX;

	for (const struct sim_record *r = p->records; r != NULL; r = r->next)
		if (r->next_ms < due)
			due = r->next_ms;
	return due;
}
