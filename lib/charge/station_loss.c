/* station_loss.c - readings that fit, the days between them, the loss of each and of many.
 * Owns nothing. Serves station_loss.h. */
#include "charge/station_loss.h"

#include "base/clock.h"

#define WHOLE 10000                          /* per ten thousand */

SQL(meter_station_lock, "select id from station where id = ? for update");
SQL(meter_before,
	"select coalesce(restart, reading) from meter_reading where station_id = ? and day < ? and"
	" deleted = 0 and id <> ? order by day desc limit 1");
SQL(meter_after,
	"select reading from meter_reading where station_id = ? and day > ? and deleted = 0 and"
	" id <> ? order by day limit 1");
SQL(meter_place, "select station_id, day from meter_reading where id = ?");

static NEOERR *take_energy(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_energy(r, 0);
	return STATUS_OK;
}

NEOERR *meter_reading_room(struct db *db, int64_t id, int64_t station_id, int64_t day,
	struct meter_room *out)
{
	int64_t station;
	NEOERR *err;

	out->low = out->high = -1;
	TRY(db_i64(db, &meter_station_lock, ARGS(I64(station_id)), &station));
	TRY(db_query(db, &meter_before, ARGS(I64(station_id), DAY(day), I64(id)), take_energy,
		&out->low));
	TRY(db_query(db, &meter_after, ARGS(I64(station_id), DAY(day), I64(id)), take_energy,
		&out->high));
out:
	return nerr_pass(err);
}

static NEOERR *take_place(const struct row *r, void *ctx)
{
	struct meter_reading *m = ctx;

	m->station_id = row_i64(r, 0);
	m->day = row_time(r, 1);
	return STATUS_OK;
}

NEOERR *meter_reading_free(struct db *db, int64_t id, bool *fits)
{
	struct meter_reading m = { 0 };
	struct meter_room room;
	NEOERR *err;

	TRY(db_get(db, &meter_place, ARGS(I64(id)), take_place, &m));
	TRY(meter_reading_room(db, id, m.station_id, m.day, &room));
	*fits = room.low < 0 || room.high < 0 || room.low <= room.high;
out:
	return nerr_pass(err);
}

bool meter_span_between(const struct meter_reading *before, const struct meter_reading *now,
	struct meter_span *out)
{
	int64_t start = before->restart >= 0 ? before->restart : before->reading;

	if (before->station_id != now->station_id || before->day >= now->day || now->reading < start)
		return false;
	*out = (struct meter_span){ .station_id = now->station_id, .from = before->day + DAY_SECONDS,
		.to = now->day + DAY_SECONDS, .metered = (now->reading - start) * now->multiplier,
		.price = -1 };
	return true;
}

NEOERR *station_loss_add(struct station_loss *sum, const struct meter_span *s)
{
	int64_t cost = 0;
	NEOERR *err = STATUS_OK;

	if (s->price >= 0)
		TRY(money_fee(s->metered - s->sold, s->price, &cost));
	else
		sum->unpriced++;
	sum->days += (s->to - s->from) / DAY_SECONDS;
	if (!fixed_add(sum->metered, s->metered, &sum->metered) ||
		!fixed_add(sum->sold, s->sold, &sum->sold) || !fixed_add(sum->cost, cost, &sum->cost))
		err = nerr_raise(ERR_INVALID, "the sums of meters are beyond counting");
out:
	return nerr_pass(err);
}

int64_t station_loss_part(const struct station_loss *sum)
{
	int64_t part = 0;

	if (sum->metered <= 0 ||
		!fixed_muldiv(sum->metered - sum->sold, WHOLE, sum->metered, ROUND_HALF_UP, &part))
		return 0;
	return part;
}

int64_t station_loss_reckoned(int64_t sold, int64_t rate)
{
	int64_t lost = 0;

	if (rate <= 0 || rate >= WHOLE ||
		!fixed_muldiv(sold, rate, WHOLE - rate, ROUND_HALF_UP, &lost))
		return 0;
	return lost;
}
