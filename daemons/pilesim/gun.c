/* gun.c - a gun, the car at it, and the charge: power by the battery's level, energy by the slot it
 * was used in.
 * Owns struct gun.
 * Serves the protocols, the control socket, the virtual drivers. */
#include "daemons/pilesim/sim.h"

#include "base/clock.h"
#include "base/text.h"

#define TICK_MS 1000
#define BEGIN_MS 3000                /* from the accepted start to the first current */
#define RAMP_MS 20000
#define CHARGING_REPORT_MS 15000
#define PLUG_MS 60000                /* a start may wait so long for the plug */
#define WATT_MS_PER_UNIT 360000      /* watt milliseconds in 1e-4 kWh */

const char *gun_state_name(const struct gun *g)
{
	static const char *const names[] = { "idle", "asking", "starting", "charging" };

	return names[g->state];
}

/* 350 V empty, 430 V full: near enough to a car. */
int gun_volts_d(const struct gun *g)
{
	return g->state == GUN_CHARGING ? 3500 + g->soc_milli * 8 / 10 : 0;
}

static void report_now(struct pile *p, struct gun *g)
{
	int64_t every =
		g->state == GUN_CHARGING ? CHARGING_REPORT_MS : (int64_t)sim.idle_report_s * 1000;

	g->report_ms = sim.now_ms + every;
	if (p->link == LINK_UP)
		p->protocol->report(p, g);
}

void gun_plug(struct pile *p, struct gun *g)
{
	if (g->plugged)
		return;
	g->plugged = true;
	g->soc_milli = 100 + (int)pile_dice(p, 500);
	g->capacity = (40 + (int64_t)pile_dice(p, 50)) * ENERGY_KWH;
	g->draw = 0;
	if (pile_is_bike(p)) {                           /* 0.4 to 1.2 kWh, chargers of 90 to 350 W */
		g->capacity = (4 + (int64_t)pile_dice(p, 9)) * ENERGY_KWH / 10;
		g->draw = 90 + pile_dice(p, 260);
	}
	report_now(p, g);
	pile_due(p);
}

void gun_unplug(struct pile *p, struct gun *g)
{
	if (!g->plugged)
		return;
	g->plugged = g->asleep = false;
	if (g->state == GUN_CHARGING || g->state == GUN_STARTING)
		gun_stop(p, g, STOP_PLUG_PULLED);
	report_now(p, g);
	fleet_left(g);
	pile_due(p);
}

static void begin(struct gun *g)
{
	g->state = GUN_STARTING;
	g->begin_ms = sim.now_ms + BEGIN_MS;
	g->plug_until_ms = 0;
	g->leave_ms = 0;
	g->work = g->energy = g->power = g->power_max = 0;
	g->wish_seconds = g->wish_energy = 0;
	memset(g->type_energy, 0, sizeof(g->type_energy));
	g->meter_start = g->meter;
}

int gun_start(struct pile *p, struct gun *g, const char *no, const char *card, int64_t balance,
	bool by_card)
{
	if (g->state == GUN_CHARGING || g->state == GUN_STARTING)
		return text_eq(g->no, no) ? 0 : 2;
	if (g->fault != 0 || !p->prices.known)
		return 3;
	text_copy(g->no, sizeof(g->no), no);
	text_copy(g->card, sizeof(g->card), card);
	g->balance = balance;
	g->by_card = by_card;
	if (!g->plugged) {
		g->plug_until_ms = sim.now_ms + PLUG_MS;
		return 5;
	}
	begin(g);
	pile_due(p);
	return 0;
}

/* The plug came in time: the start that waited for it goes on. */
static bool plug_came(struct pile *p, struct gun *g)
{
	if (g->plug_until_ms == 0 || !g->plugged || g->state != GUN_IDLE)
		return false;
	begin(g);
	p->protocol->start_done(p, g);
	return true;
}

bool gun_stop(struct pile *p, struct gun *g, enum stop_cause cause)
{
	if (g->state != GUN_CHARGING && g->state != GUN_STARTING)
		return false;
	if (g->state == GUN_STARTING)
		g->started = pile_clock(p);
	record_add(p, g, cause);
	g->state = GUN_IDLE;
	g->power = 0;
	g->no[0] = '\0';
	if (g->fleet)
		g->leave_ms = sim.now_ms + 5000 + pile_dice(p, 20000);
	report_now(p, g);
	pile_due(p);
	return true;
}

/* W4: what the platform leaves it, the same for each gun that charges. */
static int64_t limit_of_gun(const struct pile *p)
{
	int n = 0;

	for (int i = 0; i < p->guns; i++)
		n += p->gun[i].state == GUN_CHARGING;
	return p->limit / (n > 0 ? n : 1);
}

/* CC up to 80 %, then falling to a tenth; soft at the beginning. */
static int64_t power_now(const struct pile *p, const struct gun *g)
{
	int64_t full = g->draw != 0 && g->draw < p->watt ? g->draw : p->watt;
	int64_t since = (sim.now_ms - g->begin_ms) * sim.speedup;

	if (g->asleep)
		return 0;
	if (p->limited && limit_of_gun(p) < full)
		full = limit_of_gun(p);
	if (g->soc_milli > 800)
		full = full * (1100 - g->soc_milli) / 300;
	return since < RAMP_MS ? full * (since + 1000) / (RAMP_MS + 1000) : full;
}

static void draw(struct pile *p, struct gun *g)
{
	int64_t ms = sim.now_ms - g->tick_ms, before = g->energy, more;
	int slot = clock_minute_of_day(pile_clock(p)) / 30;

	g->tick_ms = sim.now_ms;
	g->power = power_now(p, g);
	if (g->power > g->power_max)
		g->power_max = g->power;
	g->work += g->power * ms * sim.speedup;
	g->energy = g->work / WATT_MS_PER_UNIT;
	more = g->energy - before;
	g->type_energy[p->prices.slot[slot] % SIM_TYPES] += more;
	g->meter += more;
	g->soc_milli += (int)((g->energy * 1000 / g->capacity) - (before * 1000 / g->capacity));
	if (g->soc_milli > 1000)
		g->soc_milli = 1000;
}

static int64_t fee(const struct pile *p, int type, int64_t energy)
{
	int64_t price = p->prices.price[type].energy + p->prices.price[type].service, amount = 0;

	if (!fixed_muldiv(energy, price, ENERGY_KWH, ROUND_HALF_UP, &amount))
		return 0;
	return fixed_round(amount, 10, ROUND_HALF_UP);           /* the wire has four decimals */
}

int64_t gun_amount(const struct pile *p, const struct gun *g)
{
	int64_t amount = 0;

	for (int t = 0; t < SIM_TYPES; t++)
		amount += fee(p, t, g->type_energy[t]);
	return amount;
}

static void charge(struct pile *p, struct gun *g)
{
	draw(p, g);
	if (g->wish_seconds != 0 && pile_clock(p) - g->started >= g->wish_seconds)
		gun_stop(p, g, STOP_TIME);
	else if (g->wish_energy != 0 && g->energy >= g->wish_energy)
		gun_stop(p, g, STOP_ENERGY);
	else if (g->soc_milli >= 1000)
		gun_stop(p, g, STOP_SOC);
	else if (gun_amount(p, g) >= g->balance)
		gun_stop(p, g, STOP_MONEY);
	else if (g->fleet && g->limit > 0 && g->energy >= g->limit)
		gun_stop(p, g, STOP_LOCAL);
}

void gun_run(struct pile *p, struct gun *g)
{
	if (g->plug_until_ms != 0 && !plug_came(p, g) && g->plug_until_ms <= sim.now_ms)
		g->plug_until_ms = 0;
	if (g->state == GUN_STARTING && g->begin_ms <= sim.now_ms) {
		g->state = GUN_CHARGING;
		g->started = pile_clock(p);
		g->tick_ms = g->begin_ms = sim.now_ms;
		report_now(p, g);
	} else if (g->state == GUN_CHARGING && g->tick_ms + TICK_MS <= sim.now_ms) {
		charge(p, g);
	}
	if (g->leave_ms != 0 && g->leave_ms <= sim.now_ms && g->state == GUN_IDLE) {
		g->leave_ms = 0;
		gun_unplug(p, g);
	}
	if (g->report_ms <= sim.now_ms)
		report_now(p, g);
}

int64_t gun_due(const struct gun *g)
{
	int64_t due = g->report_ms;

	if (g->state == GUN_STARTING && g->begin_ms < due)
		due = g->begin_ms;
	if (g->state == GUN_CHARGING && g->tick_ms + TICK_MS < due)
		due = g->tick_ms + TICK_MS;
	if (g->leave_ms != 0 && g->leave_ms < due)
		due = g->leave_ms;
	if (g->plug_until_ms != 0)
		due = g->plugged ? 0 : g->plug_until_ms < due ? g->plug_until_ms : due;
	return due;
}
