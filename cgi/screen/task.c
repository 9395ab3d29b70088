/* task.c - the download centre: exports, imports, QR sheets and other long work a person started
 * (H10).
 * Owns the table of the screen. Serves everybody; each sees the own tasks, who holds task.all
 * sees all. */
#include "cgi/resource/task.h"
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "title", F_TEXT, SEEN | SEARCH },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &task_kind_choices },
	{ "status", F_CHOICE, SEEN | FILTER, .choices = &task_status_choices },
	{ "progress", F_TEXT, LIST | SHOW | VIRTUAL },
	{ "file_rows", F_INT, SEEN },
	{ "size", F_TEXT, LIST | SHOW | VIRTUAL },
	{ "message", F_TEXT, LIST | SHOW | VIRTUAL },
	{ "user_id", F_REF, SEEN | FILTER | FOLD, .ref = &user_resource },
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE },
	{ "started_at", F_TIME, SHOW },
	{ "ended_at", F_TIME, SEEN | HIDE },
	{ "expires_at", F_TIME, SEEN },
	FIELDS_END,
};

static const struct scope scope = { .provider = "u.provider_id",
	.property = "u.property_id",
	.fleet = "u.fleet_id",
	.user = "t.user_id" };
static const struct action actions[] = {
	{ "cancel", ACT_ROW, NULL, "t.status IN ('pending', 'running')", task_action_cancel },
	{ "delete", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_DANGER, NULL, NULL, task_action_delete },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "open", "t.status IN ('pending', 'running')" },
	{ "done", "t.status = 'done'" },
	{ "failed", "t.status IN ('failed', 'cancelled')" },
	{ NULL },
};
static const char *const extra[] = { "all", NULL };

const struct resource task_resource = {
	.name = "task",
	.group = "system",
	.title = "t.title",
	.joins = "JOIN user u ON u.id = t.user_id",
	.order = "t.created_at DESC, t.id DESC",
	.scope = &scope,
	.plain = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.decorate = task_decorate,
	.verbs_extra = extra,
};
