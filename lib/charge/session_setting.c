/* session_setting.c - the settings that sessions obey, kept for a few seconds.
 * Owns that copy. Serves the session_*.c files. */
#include "charge/session_internal.h"

#include "base/clock.h"
#include "db/setting.h"

#define KEPT_MS 10000
#define HOUR 3600

static struct session_settings kept;
static int64_t kept_until;

static NEOERR *read_i64(struct db *db, const char *name, int64_t factor, int64_t *out)
{
	NEOERR *err = setting_i64(db, name, out);

	*out *= factor;
	return nerr_pass(err);
}

static NEOERR *read_all(struct db *db, struct session_settings *s)
{
	NEOERR *err;

	TRY(setting_money(db, "balance_min", &s->balance_min));
	TRY(setting_money(db, "prepay_max", &s->prepay_max));
	TRY(setting_money(db, "stop_below", &s->stop_below));
	TRY(read_i64(db, "asleep_seconds", 1, &s->asleep_seconds));
	TRY(read_i64(db, "suspend_hours", HOUR, &s->suspend_seconds));
	TRY(read_i64(db, "anomaly_old_days", DAY_SECONDS, &s->anomaly.old_seconds));
	TRY(read_i64(db, "anomaly_future_minutes", 60, &s->anomaly.future_seconds));
	TRY(read_i64(db, "anomaly_hours", HOUR, &s->anomaly.longest_seconds));
	TRY(read_i64(db, "anomaly_energy", ENERGY_KWH, &s->anomaly.most_energy));
	TRY(read_i64(db, "anomaly_energy_minute", ENERGY_KWH, &s->anomaly.energy_minute));
	TRY(setting_money(db, "anomaly_amount", &s->anomaly.amount));
out:
	return nerr_pass(err);
}

NEOERR *session_settings(struct db *db, const struct session_settings **out)
{
	NEOERR *err = STATUS_OK;

	*out = &kept;
	if (clock_mono_ms() < kept_until)
		return STATUS_OK;
	err = read_all(db, &kept);
	if (err == STATUS_OK)
		kept_until = clock_mono_ms() + KEPT_MS;
	return nerr_pass(err);
}

void session_settings_forget(void)
{
	kept_until = 0;
}
