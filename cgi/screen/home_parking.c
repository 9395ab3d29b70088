/* home_parking.c - parking on the home page: what there is, income of each lot in the last half
 * month, the latest payments and stays (H3).
 * Owns nothing. Serves home.c. */
#include "cgi/screen/home.h"

#define INCOME_DAYS 15
#define LOTS        10

SQL(home_lot, "SELECT name FROM parking_lot WHERE id = ?");

struct lot { int64_t id, all, day[INCOME_DAYS]; };
struct lots { struct home *h; int n; struct lot lot[LOTS]; };

static NEOERR *add_income(const struct row *r, void *ctx)
{
	struct lots *l = ctx;
	int64_t id = row_i64(r, 0);
	int64_t at = (row_time(r, 1) - l->h->today) / DAY_SECONDS + INCOME_DAYS - 1;
	int i = 0;

	while (i < l->n && l->lot[i].id != id)
		i++;
	if (i == LOTS || at < 0 || at >= INCOME_DAYS)
		return STATUS_OK;
	if (i == l->n)
		l->lot[l->n++] = (struct lot){ .id = id };
	l->lot[i].day[at] += row_money(r, 2);
	l->lot[i].all += row_money(r, 2);
	return STATUS_OK;
}

static NEOERR *lot_name(const struct row *r, void *ctx)
{
	return nerr_pass(hdf_put(ctx, row_str(r, 0), "name"));
}

static NEOERR *put_lot(struct home *h, const struct lot *lot, int i)
{
	HDF *node;
	bool found;
	NEOERR *err;

	TRY(hdf_get_node(h->node, arena_printf(&h->req->arena, "parking.lot.%d", i), &node));
	TRY(db_find(h->req->db, &home_lot, ARGS(I64(lot->id)), lot_name, node, &found));
	TRY(hdf_put(node, screen_number(h->req, lot->id), "id"));
	TRY(hdf_put(node, screen_fixed(h->req, lot->all, MONEY_SCALE, 2), "all"));
	for (int k = 0; k < INCOME_DAYS; k++)
		TRY(hdf_put(node, screen_fixed(h->req, lot->day[k], MONEY_SCALE, 2), "day.%d", k));
out:
	return nerr_pass(err);
}

static NEOERR *put_income(struct home *h)
{
	int64_t from = h->today - (INCOME_DAYS - 1) * DAY_SECONDS;
	struct lots *l = arena_alloc(&h->req->arena, sizeof *l);
	char day[CLOCK_TEXT];
	NEOERR *err;

	*l = (struct lots){ .h = h };
	TRY(home_scoped(h, &parking_payment_resource, true,
		"SELECT t.parking_lot_id, DATE(t.paid_at), SUM(t.amount)", " AND t.paid_at >= ?",
		" GROUP BY t.parking_lot_id, DATE(t.paid_at) ORDER BY 1, 2", ARGS(TIME(from)), add_income,
		l));
	for (int k = 0; k < INCOME_DAYS; k++)
		TRY(hdf_put(h->node, clock_format_day(from + k * (int64_t)DAY_SECONDS, day) + 5,
			"parking.day.%d", k));
	for (int i = 0; i < l->n; i++)
		TRY(put_lot(h, &l->lot[i], i));
out:
	return nerr_pass(err);
}

/* lot, plate, third column as text, time */
struct latest { struct home *h; const char *list; int n; };

static NEOERR *latest_row(const struct row *r, void *ctx)
{
	static const char *const names[] = { "id", "lot", "plate", "what", "at" };
	struct latest *l = ctx;
	int i = l->n++;
	NEOERR *err = STATUS_OK;

	for (int k = 0; k < 5; k++)
		TRY(hdf_put(l->h->node, row_str(r, k), "parking.%s.%d.%s", l->list, i, names[k]));
out:
	return nerr_pass(err);
}

static NEOERR *put_latest(struct home *h)
{
	struct latest paid = { h, "paid", 0 }, stays = { h, "stay", 0 };
	NEOERR *err;

	TRY(home_scoped(h, &parking_payment_resource, true,
		"SELECT t.id, l.name, t.plate, FORMAT(t.amount, 2), t.paid_at", "",
		" ORDER BY t.paid_at DESC, t.id DESC LIMIT 6", NOARGS, latest_row, &paid));
	TRY(home_scoped(h, &parking_stay_resource, true,
		"SELECT t.id, l.name, t.plate, t.gate, t.entered_at", "",
		" ORDER BY t.entered_at DESC, t.id DESC LIMIT 6", NOARGS, latest_row, &stays));
out:
	return nerr_pass(err);
}

static NEOERR *take_lots(const struct row *r, void *ctx)
{
	int64_t *n = ctx;

	n[0] = row_i64(r, 0);
	n[1] = row_i64(r, 1);
	return STATUS_OK;
}

NEOERR *home_parking(struct home *h)
{
	int64_t n[2] = { 0, 0 };
	NEOERR *err;

	if (!perm_has(&h->req->who, "parking_lot", "list"))
		return STATUS_OK;
	TRY(home_scoped(h, &parking_lot_resource, true, "SELECT COUNT(*), COALESCE(SUM(t.spaces), 0)",
		"", "", NOARGS, take_lots, n));
	if (!n[0])
		return STATUS_OK;
	TRY(hdf_put(h->node, screen_fixed(h->req, n[0], 0, 0), "parking"));
	TRY(hdf_put(h->node, screen_fixed(h->req, n[1], 0, 0), "parking.spaces"));
	TRY(home_count(h, &relief_plan_resource, true, " AND t.status = 'enabled'", "parking.plans"));
	TRY(put_income(h));
	TRY(put_latest(h));
out:
	return nerr_pass(err);
}
