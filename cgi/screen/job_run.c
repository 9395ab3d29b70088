/* job_run.c - runs of jobs, read only.
 * Owns the screen. Serves clerks of the 系统管理 group. */
#include "cgi/screen/screen.h"

static const struct choice status[] = { { "running", "blue" }, { "done", "green" },
	{ "stopped", "secondary" }, { "failed", "red" } };
static const struct choices statuses = { "job_status", status, sizeof status / sizeof *status };

static const struct scope system_scope = { .system_only = true };
static const struct field job_run_fields[] = {
	{ "job", F_CODE, SEEN | SEARCH | EXACT, 0, 40 },
	{ "started_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "ended_at", F_TIME, SEEN },
	{ "status", F_CHOICE, SEEN | FILTER, .choices = &statuses },
	{ "done", F_INT, SEEN },
	{ "total", F_INT, SEEN },
	{ "failed", F_INT, SEEN },
	{ "message", F_TEXT, SEEN },
	{ "holder", F_CODE, SEEN | HIDE },
	FIELDS_END,
};

const struct resource job_run_resource = {
	.name = "job_run",
	.group = "system",
	.title = "CONCAT(t.job, ' ', t.id)",
	.order = "t.started_at DESC, t.id DESC",
	.scope = &system_scope,
	.plain = true,
	.live = true,
	.can = CAN_LIST | CAN_EXPORT,
	.fields = job_run_fields,
};
