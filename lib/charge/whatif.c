/* whatif.c - bills rated again under a draft tariff and summed by station and by half hour.
 * Owns tables whatif, whatif_station and whatif_slot.
 * Serves whatif.h. */
#include "charge/whatif.h"

#include "base/clock.h"
#include "base/json.h"
#include "charge/session_internal.h"

#include <stdlib.h>

#define HALF_HOURS 48
#define OTHER HALF_HOURS                     /* what belongs to no half hour */
#define INPUTS_MAX (1 << 20)

SQL(whatif_insert,
	"insert into whatif (provider_id, tariff_id, tariff_version_id, from_day, to_day, stations,"
	" created_at, created_by) select t.provider_id, t.id, (select v.id from tariff_version v where"
	" v.tariff_id = t.id order by v.effective_at desc, v.id desc limit 1), ?, ?, ?, ?, ? from"
	" tariff t where t.id = ?");
SQL(whatif_get,
	"select tariff_version_id, from_day, to_day from whatif where id = ?");
SQL(whatif_stations,
	"select station_id from whatif_station where whatif_id = ? order by station_id");
/* The last bill of each charge; who was void or never billed costs nothing either way. */
SQL(whatif_bills,
	"select s.station_id, c.inputs from session s join cdr c on c.session_id = s.id where"
	" s.station_id = ? and s.requested_at >= ? and s.requested_at < ? and s.state = 'finished'"
	" and s.voided = 0 and c.revision = (select max(d.revision) from cdr d where d.session_id ="
	" s.id) order by s.requested_at, s.id");
SQL(whatif_station_set,
	"update whatif_station set sessions = ?, energy = ?, amount_before = ?, amount_after = ? where"
	" whatif_id = ? and station_id = ?");
SQL(whatif_slot_clear, "delete from whatif_slot where whatif_id = ?");
SQL(whatif_set,
	"update whatif set status = 'done', sessions = ?, energy = ?, amount_before = ?, amount_after ="
	" ? where id = ?");
SQL(whatif_owners,
	"update whatif set property_id = (select if(min(s.property_id) = max(s.property_id),"
	" min(s.property_id), null) from whatif_station w join station s on s.id = w.station_id where"
	" w.whatif_id = whatif.id), station_id = (select if(count(*) = 1, min(w.station_id), null) from"
	" whatif_station w where w.whatif_id = whatif.id) where id = ?");
static const struct bulk station_bulk = {
	"insert into whatif_station (whatif_id, station_id) values", "(?, ?)", "", 2
};
static const struct bulk slot_bulk = {
	"insert into whatif_slot (whatif_id, half_hour, energy, amount_before, amount_after) values",
	"(?, ?, ?, ?, ?)", "", 5
};

NEOERR *whatif_new(struct db *db, const struct whatif_wish *wish, int64_t *id)
{
	struct arg *args = calloc((size_t)wish->stations * 2 + 1, sizeof *args), *a = args;
	NEOERR *err;

	if (!args)
		error_die("out of memory");
	TRY(db_insert(db, &whatif_insert,
		ARGS(STR(wish->from_day), STR(wish->to_day), I64(wish->stations), TIME(clock_now()),
			IDREF(wish->by), I64(wish->tariff_id)),
		id));
	for (int i = 0; i < wish->stations; i++) {
		*a++ = I64(*id);
		*a++ = I64(wish->station[i]);
	}
	TRY(db_bulk(db, &station_bulk, args, wish->stations, NULL));
	TRY(db_exec(db, &whatif_owners, ARGS(I64(*id)), NULL));
out:
	free(args);
	return nerr_pass(err);
}

struct sum { int64_t sessions, energy, before, after; };
struct running {
	struct tariff draft;
	int64_t from, to, done;
	int stations;
	int64_t station[WHATIF_STATIONS];
	struct sum of_station[WHATIF_STATIONS], of_slot[HALF_HOURS + 1];
	struct sum *here;                    /* of the station that is read */
	struct bill before, after;
	struct arena arena;
	NEOERR *(*step)(int64_t done, void *ctx);
	void *ctx;
};

static NEOERR *take_question(const struct row *r, void *ctx)
{
	struct running *w = ctx;

	w->draft.version_id = row_i64(r, 0);
	if (!clock_parse(row_str(r, 1), &w->from) || !clock_parse(row_str(r, 2), &w->to))
		return nerr_raise(ERR_INVALID, "the question's days are damaged");
	w->to += DAY_SECONDS;
	return STATUS_OK;
}

static NEOERR *take_station(const struct row *r, void *ctx)
{
	struct running *w = ctx;

	if (w->stations < WHATIF_STATIONS)
		w->station[w->stations++] = row_i64(r, 0);
	return STATUS_OK;
}

static int slot_of(const struct bill_line *l)
{
	if (l->kind != BILL_ENERGY || rating_half_hour_end(l->from) < l->to)
		return OTHER;
	return clock_minute_of_day(l->from) / 30;
}

static void add_lines(struct running *w, const struct bill *b, bool after)
{
	for (int i = 0; i < b->n; i++) {
		struct sum *s = &w->of_slot[slot_of(&b->line[i])];

		*(after ? &s->after : &s->before) += b->line[i].amount;
		if (!after)
			s->energy += b->line[i].energy;
	}
	*(after ? &w->here->after : &w->here->before) += b->amount;
}

/* A person's agreement on the old total says nothing of the new one: it is left out of both. A
 * fleet's percents stand in both. */
static NEOERR *take_bill(const struct row *r, void *ctx)
{
	struct running *w = ctx;
	struct bill_inputs in;
	json_t *inputs = NULL;
	NEOERR *err;

	arena_reset(&w->arena);
	TRY(json_read(r->value[1], r->length[1], INPUTS_MAX, &inputs));
	TRY(bill_inputs_read(&w->arena, inputs, &in));
	in.discount.has_agreed = false;
	TRY(rating_rate(&in.tariff, &in.usage, &in.discount, &w->before));
	TRY(rating_rate(&w->draft, &in.usage, &in.discount, &w->after));
	add_lines(w, &w->before, false);
	add_lines(w, &w->after, true);
	w->here->sessions++;
	w->here->energy += w->before.energy;
	TRY(w->step(++w->done, w->ctx));
out:
	json_decref(inputs);
	return nerr_pass(err);
}

struct writing { struct running *w; int64_t id; };

static NEOERR *write_slots(struct db *db, const struct writing *x)
{
	struct arg args[(HALF_HOURS + 1) * 5], *a = args;

	for (int i = 0; i <= OTHER; i++) {
		const struct sum *s = &x->w->of_slot[i];

		*a++ = I64(x->id);
		*a++ = I64(i);
		*a++ = ENERGY(s->energy);
		*a++ = MONEY(s->before);
		*a++ = MONEY(s->after);
	}
	return nerr_pass(db_bulk(db, &slot_bulk, args, HALF_HOURS + 1, NULL));
}

static NEOERR *write_sums(struct db *db, void *ctx)
{
	const struct writing *x = ctx;
	struct sum all = { 0 };
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < x->w->stations; i++) {
		const struct sum *s = &x->w->of_station[i];

		TRY(db_exec(db, &whatif_station_set,
			ARGS(I64(s->sessions), ENERGY(s->energy), MONEY(s->before), MONEY(s->after),
				I64(x->id), I64(x->w->station[i])),
			NULL));
		all.sessions += s->sessions;
		all.energy += s->energy;
		all.before += s->before;
		all.after += s->after;
	}
	TRY(db_exec(db, &whatif_slot_clear, ARGS(I64(x->id)), NULL));
	TRY(write_slots(db, x));
	TRY(db_exec(db, &whatif_set,
		ARGS(I64(all.sessions), ENERGY(all.energy), MONEY(all.before), MONEY(all.after),
			I64(x->id)),
		NULL));
out:
	return nerr_pass(err);
}

NEOERR *whatif_run(struct db *db, int64_t id, NEOERR *(*step)(int64_t done, void *ctx), void *ctx)
{
	struct running *w = calloc(1, sizeof *w);
	struct writing x = { w, id };
	NEOERR *err;

	if (!w)
		error_die("out of memory");
	arena_init(&w->arena);
	w->step = step;
	w->ctx = ctx;
	TRY(db_get(db, &whatif_get, ARGS(I64(id)), take_question, w));
	TRY(tariff_version_get(db, w->draft.version_id, &w->draft));
	TRY(db_query(db, &whatif_stations, ARGS(I64(id)), take_station, w));
	for (int i = 0; i < w->stations; i++) {
		w->here = &w->of_station[i];
		TRY(db_query(db, &whatif_bills, ARGS(I64(w->station[i]), TIME(w->from), TIME(w->to)),
			take_bill, w));
	}
	TRY(db_tx(db, write_sums, &x));
out:
	arena_clear(&w->arena);
	free(w);
	return nerr_pass(err);
}
