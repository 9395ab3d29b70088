/* alarm_power.c - 用电告警: a station whose charges draw more than its limit of alarm (S10).
 * Owns nothing of its own; the alarm stands at the pile that draws most. Serves alarm.h. */
#include "charge/alarm.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"

#define STATIONS 200                         /* told in one look; the others a minute later */
#define DRAWN "(select coalesce(sum(x.power), 0) from session x where x.station_id = s.id and" \
	" x.state in ('charging', 'stopping'))"

SQL(power_over,
	"select (select y.pile_id from session y where y.station_id = s.id and y.state in"
	" ('charging', 'stopping') order by y.power desc, y.id limit 1), " DRAWN ", s.power_alarm"
	" from station s where s.power_alarm is not null and s.deleted = 0 and " DRAWN
	" > s.power_alarm and not exists (select 1 from alarm a where a.station_id = s.id and a.closed"
	" = 0 and a.code = '" ALARM_CODE_POWER "') limit 200");
SQL(power_under,
	"update alarm a join station s on s.id = a.station_id set a.closed = a.id, a.state = 'closed',"
	" a.closed_at = greatest(?, a.opened_at) where a.closed = 0 and a.code = '" ALARM_CODE_POWER
	"' and (s.power_alarm is null or " DRAWN " <= s.power_alarm)");

struct over { int64_t pile_id; char detail[80]; };
struct overs { int n; struct over at[STATIONS]; };

static NEOERR *take_over(const struct row *r, void *ctx)
{
	struct overs *o = ctx;
	struct over *at = &o->at[o->n];

	if (o->n == STATIONS)
		return STATUS_OK;
	at->pile_id = row_i64(r, 0);
	snprintf(at->detail, sizeof at->detail, "%s kW > %s kW", row_str(r, 1), row_str(r, 2));
	o->n++;
	return STATUS_OK;
}

NEOERR *alarm_power_sweep(struct db *db, int64_t *told)
{
	static struct overs overs;
	int64_t now = clock_now();
	NEOERR *err;

	overs.n = 0;
	TRY(db_exec(db, &power_under, ARGS(TIME(now)), told));
	TRY(db_query(db, &power_over, NOARGS, take_over, &overs));
	for (int i = 0; i < overs.n; i++)
		TRY(alarm_open(db, overs.at[i].pile_id, 0, ALARM_CODE_POWER, ALARM_SERIOUS,
			overs.at[i].detail, now));
	*told += overs.n;
out:
	return nerr_pass(err);
}
