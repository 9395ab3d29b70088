/* log.c - what was done and by whom: audit rows and runs of jobs, read only (G15).
 * Owns the screens. Serves clerks of the 系统管理 group. */
#include "cgi/screen/screen.h"

/* Words that stand in the table as they are written: labels are choice.noun, choice.deed and choice.job_status. */
static const struct choice noun[] = {
	{ "station", "blue" }, { "area", "blue" }, { "pile", "blue" }, { "connector", "blue" }, { "command", "blue" }, { "tariff", "purple" },
	{ "session", "orange" }, { "member", "green" }, { "card", "green" }, { "daily_report", "orange" }, { "provider", "secondary" },
	{ "property", "secondary" }, { "user", "red" }, { "role", "red" }, { "api_key", "red" }, { "task", "secondary" }, { "setting", "red" },
	{ "login", "secondary" }, { "stranger", "blue" }, { "connectivity", "blue" }, { "statement", "green" }, { "job_run", "secondary" },
	{ "audit", "secondary" }, { "webhook", "red" }, { "webhook_delivery", "secondary" }, { "security", "red" },
};
static const struct choice deed[] = {
	{ "create", "green" }, { "update", "blue" }, { "delete", "red" }, { "enable", "green" }, { "disable", "red" }, { "import", "blue" },
	{ "export", "blue" }, { "whole", "blue" }, { "login", "blue" }, { "logout", "blue" }, { "change_password", "blue" },
	{ "change_payment_password", "blue" }, { "reset", "blue" }, { "unlock", "blue" }, { "audit", "green" }, { "account", "blue" },
	{ "permit", "blue" }, { "roles", "blue" }, { "stations", "blue" }, { "users", "blue" }, { "version", "blue" }, { "recharge", "green" },
	{ "refund", "blue" }, { "issue", "blue" }, { "freeze", "blue" }, { "certify", "blue" }, { "stop", "blue" }, { "end", "red" },
	{ "confirm", "green" }, { "set_tariff", "blue" }, { "sync_tariff", "blue" }, { "sync_time", "blue" }, { "reboot", "red" },
	{ "cancel", "blue" }, { "secret", "red" }, { "ping", "blue" }, { "resend", "blue" }, { "email_link", "blue" }, { "email_verified", "green" },
	{ "login_failed", "red" }, { "login_barred", "red" }, { "factor_failed", "red" }, { "factor_on", "green" },
	{ "factor_off", "red" }, { "recovery_code", "orange" }, { "recovery_codes", "blue" }, { "end_login", "blue" },
	{ "end_other_logins", "blue" }, { "end_stale_logins", "blue" },
};
static const struct choices deeds = { "deed", deed, sizeof deed / sizeof *deed };
static const struct choices nouns = { "noun", noun, sizeof noun / sizeof *noun };
static const struct choice status[] = { { "running", "blue" }, { "done", "green" }, { "stopped", "secondary" }, { "failed", "red" } };
static const struct choices statuses = { "job_status", status, sizeof status / sizeof *status };

static const struct scope audit_scope = { .provider = "u.provider_id", .property = "u.property_id" };
static const struct field audit_fields[] = {
	{ "at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "actor", F_TEXT, SEEN | SEARCH },
	{ "user_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &user_resource },
	{ "resource", F_CHOICE, SEEN | FILTER, .choices = &nouns },
	{ "record_id", F_INT, SEEN | SEARCH | EXACT },
	{ "action", F_CHOICE, SEEN | FILTER, .choices = &deeds },
	{ "field", F_CODE, SEEN },
	{ "old_value", F_TEXT, SEEN },
	{ "new_value", F_TEXT, SEEN },
	{ "ip", F_CODE, SEEN | SEARCH | EXACT | FOLD, 0, 45 },
	{ "request_id", F_CODE, SEEN | HIDE | SEARCH | EXACT | FOLD, 0, 40 },
	FIELDS_END
};

const struct resource audit_resource = {
	.name = "audit", .group = "system", .title = "t.id", .joins = "LEFT JOIN user u ON u.id = t.user_id", .order = "t.at DESC, t.id DESC",
	.scope = &audit_scope, .plain = true, .big = true, .can = CAN_LIST | CAN_EXPORT, .fields = audit_fields,
};

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
	FIELDS_END
};

const struct resource job_run_resource = {
	.name = "job_run", .group = "system", .title = "CONCAT(t.job, ' ', t.id)", .order = "t.started_at DESC, t.id DESC",
	.scope = &system_scope, .plain = true, .live = true, .can = CAN_LIST | CAN_EXPORT, .fields = job_run_fields,
};
