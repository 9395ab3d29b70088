/* bike_param.c - what an e-bike device works by: limits of a charge, when it is full, when the plug
 * is out; told to the device and kept (D10, N3).
 * Owns table device_param. Serves bike_device.c. */
#include "cgi/screen/pile.h"
#include "charge/command.h"

#define SECONDS 60                   /* it must be there: its page says whether it took them */

SQL(device_param_put,
	"INSERT INTO device_param (pile_id, longest_minutes, overload_watt, voltage_max, voltage_min,"
	" unplug_watt, unplug_seconds, float_percent, float_seconds, float_more, beat_seconds,"
	" wished_at, wished_by) VALUES (?, ?, ?, ?, ?, ? / 10, ?, ?, ?, ?, ?, ?, ?)"
	" ON DUPLICATE KEY UPDATE longest_minutes = VALUES(longest_minutes), overload_watt ="
	" VALUES(overload_watt), voltage_max = VALUES(voltage_max), voltage_min ="
	" VALUES(voltage_min), unplug_watt = VALUES(unplug_watt), unplug_seconds ="
	" VALUES(unplug_seconds), float_percent = VALUES(float_percent), float_seconds ="
	" VALUES(float_seconds), float_more = VALUES(float_more), beat_seconds ="
	" VALUES(beat_seconds), wished_at = VALUES(wished_at), wished_by = VALUES(wished_by)");

/* The standard's own values stand in the form. A device that beats more rarely than each three
 * minutes would count as gone. */
const struct field bike_param_fields[] = {
	{ "longest_minutes", F_INT, CREATE | REQUIRED, 1, 1092, .unit = "min", .fallback = "600" },
	{ "overload_watt", F_INT, CREATE | REQUIRED, 50, 6500, .unit = "W", .fallback = "800" },
	{ "voltage_max", F_INT, CREATE | REQUIRED, 230, 400, .unit = "V", .fallback = "270" },
	{ "voltage_min", F_INT, CREATE | REQUIRED, 50, 210, .unit = "V", .fallback = "100" },
	{ "unplug_watt", F_DECIMAL, CREATE | REQUIRED, 1, 1000, .scale = 1, .unit = "W",
		.fallback = "0.3" },
	{ "unplug_seconds", F_INT, CREATE | REQUIRED, 1, 3600, .unit = "s", .fallback = "10" },
	{ "float_percent", F_INT, CREATE | REQUIRED, 1, 100, .unit = "%", .fallback = "20" },
	{ "float_seconds", F_INT, CREATE | REQUIRED, 1, 36000, .unit = "s", .fallback = "1800" },
	{ "float_more", F_INT, CREATE | REQUIRED, 0, 36000, .unit = "s", .fallback = "3600" },
	{ "beat_seconds", F_INT, CREATE | REQUIRED, 30, 180, .unit = "s", .fallback = "180" },
	FIELDS_END,
};

/* In wire units, in the order of the frame (ap3000 0x83 and 0x85). */
static NEOERR *tell(struct request *req, int64_t id, int64_t frame, const char *numbers)
{
	int64_t command = 0;

	return nerr_pass(command_add_words(req->db, COMMAND_SET_PARAMS, id, 0, frame,
		(struct command_words){ numbers, false }, SECONDS, req->who.user_id, &command));
}

NEOERR *bike_param(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	int64_t v[10];
	NEOERR *err;

	(void)res;
	for (int i = 0; i < 10; i++)
		v[i] = change_i64(input, bike_param_fields[i].name);
	TRY(db_exec(req->db, &device_param_put,
		ARGS(I64(id), I64(v[0]), I64(v[1]), I64(v[2]), I64(v[3]), I64(v[4]), I64(v[5]), I64(v[6]),
			I64(v[7]), I64(v[8]), I64(v[9]), TIME(clock_now()), IDREF(req->who.user_id)),
		NULL));
	TRY(tell(req, id, PARAMS_MOST,
		arena_printf(&req->arena, "%lld,%lld,%lld,%lld", (long long)v[0] * 60,
			(long long)v[1] * 10, (long long)v[2] * 10, (long long)v[3] * 10)));
	TRY(tell(req, id, PARAMS_FLOAT,
		arena_printf(&req->arena, "%lld,%lld,%lld,%lld,%lld,%lld", (long long)v[4],
			(long long)v[5], (long long)v[6], (long long)v[7], (long long)v[8],
			(long long)v[9])));
out:
	return nerr_pass(err);
}
