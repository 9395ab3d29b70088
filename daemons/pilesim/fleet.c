/* fleet.c - virtual drivers: they come with a card, charge some, and leave, so that a share of the
 * guns is always busy.
 * Owns which card is in use.
 * Serves the demo and load. */
#include "daemons/pilesim/sim.h"

#include "base/text.h"

#define BIKE_SHARE 60                /* an e-bike takes so much less than a car */
#define ARRIVALS 5                   /* a second at most: people do not come all at once */

static uint32_t state = 12345;

static uint32_t dice(uint32_t sides)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % sides;
}

int fleet_charging(void)
{
	int busy = 0;

	for (int i = 0; i < sim.piles; i++)
		for (int k = 0; k < sim.pile[i].guns; k++)
			busy += sim.pile[i].gun[k].state != GUN_IDLE;
	return busy;
}

static int guns_total(void)
{
	int n = 0;

	for (int i = 0; i < sim.piles; i++)
		n += sim.pile[i].guns;
	return n;
}

static bool is_for(const struct sim_card *c, const char *serial)
{
	char places[sizeof(c->places)], *rest = places, *place;

	if (c->places[0] == '\0')
		return true;
	text_copy(places, sizeof(places), c->places);
	while ((place = text_split(&rest, ',')) != NULL)
		if (text_starts(serial, place))
			return true;
	return false;
}

static struct sim_card *free_card(const char *serial)
{
	int from = (int)dice((uint32_t)sim.cards);

	for (int i = 0; i < sim.cards; i++) {
		struct sim_card *c = &sim.card[(from + i) % sim.cards];
		if (!c->busy && is_for(c, serial))
			return c;
	}
	return NULL;
}

void fleet_charge(struct pile *p, struct gun *g)
{
	gun_plug(p, g);
	g->state = GUN_ASKING;
	g->leave_ms = 0;
	p->protocol->show_card(p, g);
}

static void arrive(void)
{
	struct pile *p = &sim.pile[dice((uint32_t)sim.piles)];
	struct gun *g = &p->gun[dice(p->guns)];
	struct sim_card *card;
	int64_t most;

	if (p->link != LINK_UP || !p->prices.known || g->plugged || g->state != GUN_IDLE ||
		g->fault != 0 || (g->spot != NULL && !spot_is_free(g->spot)))
		return;
	card = free_card(p->serial);
	if (card == NULL)
		return;
	card->busy = true;
	g->fleet = true;
	most = sim.take * ENERGY_KWH / (pile_is_bike(p) ? BIKE_SHARE : 1);
	g->limit = most / 8 + (int64_t)dice((uint32_t)(most * 7 / 8));
	text_copy(g->card, sizeof(g->card), card->no);
	if (g->spot != NULL)
		spot_come(g->spot, card->plate, "");
	else
		fleet_charge(p, g);
}

void fleet_answer(struct pile *p, struct gun *g, bool accepted)
{
	if (accepted || g->state != GUN_ASKING)
		return;
	g->state = GUN_IDLE;
	sim.refused++;
	if (g->fleet)
		g->leave_ms = sim.now_ms + 10000 + pile_dice(p, 20000);
	pile_due(p);
}

void fleet_left(struct gun *g)
{
	if (g->spot != NULL)
		spot_charged(g->spot);
	if (!g->fleet)
		return;
	g->fleet = false;
	for (int i = 0; i < sim.cards; i++)
		if (text_eq(sim.card[i].no, g->card))
			sim.card[i].busy = false;
}

void fleet_run(void)
{
	int wanted;

	if (sim.charging_share == 0 || sim.cards == 0)
		return;
	wanted = guns_total() * sim.charging_share / 100 - fleet_charging();
	for (int i = 0; i < ARRIVALS && wanted > 0; i++, wanted--)
		arrive();
}
