/* command_task.c - commands to many piles as one task: progress, each pile's result, again, not at
 * all (W9, D5, D6, P12).
 * Owns the screen and how actions make tasks. Serves clerks of the 电站管理 group. */
#include <ctype.h>

#include "base/conf.h"
#include "charge/command_task.h"
#include "cgi/screen/screen.h"

#define PILES_MAX 2000
#define TOKEN_LEN 32                 /* of a form */

SQL(command_task_station_piles,
	"SELECT id FROM pile WHERE station_id = ? AND deleted = 0 ORDER BY id LIMIT 2000");
SQL(command_task_area_piles,
	"SELECT id FROM pile WHERE area_id = ? AND deleted = 0 ORDER BY id LIMIT 2000");
SQL(command_task_pile_station, "SELECT station_id FROM pile WHERE id = ?");

/* ---- making them ---- */

/* Who is bound to stations sees no task of several: his form makes a task for each. */
static NEOERR *name_task(struct request *req, int64_t pile_id, struct command_wish *w)
{
	const char *token = request_param_or(req, "_token", "");
	int64_t station = 0;
	NEOERR *err = STATUS_OK;

	w->by = req->who.user_id;
	if (strlen(token) != TOKEN_LEN)
		return STATUS_OK;
	if (req->who.by_stations)
		TRY(db_i64(req->db, &command_task_pile_station, ARGS(I64(pile_id)), &station));
	w->token = arena_printf(&req->arena, "%lld:%s:%lld", (long long)w->by, token,
		(long long)station);
out:
	return nerr_pass(err);
}

static const char *reason(struct request *req, const char *why)
{
	return arena_printf(&req->arena, "command.said.%s", why);
}

static void go_to(struct request *req, struct change *input, int64_t task)
{
	if (perm_has(&req->who, "command_task", "show"))
		input->go = arena_printf(&req->arena, "/admin/command_task/%lld", (long long)task);
}

NEOERR *command_tell(struct request *req, int64_t pile_id, struct change *input,
	struct command_wish *w)
{
	const char *why = NULL;
	int64_t task = 0;
	NEOERR *err;

	TRY(name_task(req, pile_id, w));
	TRY(command_task_may(req->db, w, pile_id, &why));
	if (why) {
		change_error(input, NULL, reason(req, why));
		goto out;
	}
	TRY(command_task_open(req->db, w, &task));
	TRY(command_task_add(req->db, task, w, pile_id, NULL));
out:
	return nerr_pass(err);
}

struct piles { int n, fit; struct { int64_t id; const char *why; } pile[PILES_MAX]; };

static NEOERR *take_pile(const struct row *r, void *ctx)
{
	struct piles *p = ctx;

	if (p->n < PILES_MAX)
		p->pile[p->n++].id = row_i64(r, 0);
	return STATUS_OK;
}

/* What the asker may not see is not told anything. */
static NEOERR *judge(struct request *req, const struct command_wish *w, struct piles *p)
{
	NEOERR *err = STATUS_OK;
	int kept = 0;

	for (int i = 0; i < p->n; i++) {
		err = resource_reach(req, &pile_resource, p->pile[i].id, false);
		if (error_is(err, ERR_NOT_FOUND)) {
			error_drop(err);
			err = resource_reach(req, &bike_device_resource, p->pile[i].id, false);
		}
		if (error_is(err, ERR_NOT_FOUND)) {
			error_drop(err);
			err = STATUS_OK;
			continue;
		}
		TRY(err);
		p->pile[kept].id = p->pile[i].id;
		TRY(command_task_may(req->db, w, p->pile[kept].id, &p->pile[kept].why));
		p->fit += p->pile[kept++].why == NULL;
	}
	p->n = kept;
out:
	return nerr_pass(err);
}

NEOERR *command_tell_all(struct request *req, const struct sql *piles, int64_t id,
	struct change *input, struct command_wish *w)
{
	struct piles *p = arena_alloc(&req->arena, sizeof(*p));
	int64_t task = 0;
	NEOERR *err;

	memset(p, 0, sizeof(*p));
	TRY(db_query(req->db, piles, ARGS(I64(id)), take_pile, p));
	TRY(judge(req, w, p));
	if (p->fit == 0) {
		change_error(input, NULL, p->n ? "command_task.none_can" : "command_task.no_pile");
		goto out;
	}
	TRY(name_task(req, p->pile[0].id, w));
	TRY(command_task_open(req->db, w, &task));
	for (int i = 0; i < p->n; i++)
		TRY(command_task_add(req->db, task, w, p->pile[i].id, p->pile[i].why));
	go_to(req, input, task);
out:
	return nerr_pass(err);
}

/* ---- the action of stations and areas ---- */

/* A kind and the permission of piles that it wants as well. */
static const struct choice places[] = { { "sync_tariff", "purple" }, { "sync_time", "blue" },
	{ "set_qr", "blue" }, { "read_live", "blue" }, { "reboot", "red" } };
static const struct choices place_kinds = { "place_command", places, 5 };
static const enum command_kind place_kind[] = { COMMAND_SET_TARIFF, COMMAND_SYNC_TIME,
	COMMAND_SET_QR, COMMAND_READ_LIVE, COMMAND_REBOOT };

const struct field command_fields_of_place[] = {
	{ "place_command", F_CHOICE, CREATE | REQUIRED, .choices = &place_kinds,
		.fallback = "sync_tariff" },
	{ "when_idle", F_BOOL, CREATE, .fallback = "1" },
	{ "dispatch_at", F_TIME, CREATE },
	FIELDS_END,
};

static NEOERR *tell_place(struct request *req, const struct sql *piles, int64_t id,
	struct change *input)
{
	const char *verb = change_text(input, "place_command");
	int kind = choice_value(&place_kinds, verb);
	struct command_wish w = { .text = NULL };

	if (!perm_has(&req->who, "pile", verb)) {
		change_error(input, "place_command", "command_task.not_allowed");
		return STATUS_OK;
	}
	w.kind = place_kind[kind];
	w.wanted_at = change_i64(input, "dispatch_at");
	if (w.wanted_at && w.wanted_at <= clock_now()) {
		change_error(input, "dispatch_at", "command_task.past");
		return STATUS_OK;
	}
	if (w.kind == COMMAND_REBOOT)
		w.value = change_i64(input, "when_idle") ? 2 : 1;
	if (w.kind == COMMAND_SET_QR)
		w.text = arena_printf(&req->arena, "%s/d/", conf.url);
	return nerr_pass(command_tell_all(req, piles, id, input, &w));
}

NEOERR *station_command(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(tell_place(req, &command_task_station_piles, id, input));
}

NEOERR *area_command(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(tell_place(req, &command_task_area_piles, id, input));
}

/* ---- the list ---- */

/* "charging: follows when idle" -> Text.command.said.charging_follows_when_idle, where there is
 * one. */
const char *command_said(struct request *req, const char *raw)
{
	char key[120] = "command.said.";
	size_t n = strlen(key);

	for (; *raw && n < sizeof(key) - 1; raw++)
		if (isalnum((unsigned char)*raw))
			key[n++] = (char)tolower((unsigned char)*raw);
		else if (key[n - 1] != '_' && key[n - 1] != '.')
			key[n++] = '_';
	key[n] = '\0';
	return text_has(req->lang, key) ? text_get(req, key) : NULL;
}

#define ROWS(states) "(SELECT COUNT(*) FROM command c WHERE c.task_id = t.id AND c.status IN (" \
	states "))"
#define HAS(states) "EXISTS (SELECT 1 FROM command c WHERE c.task_id = t.id AND c.status IN (" \
	states "))"
#define OPEN "'pending', 'sent'"
#define LOST "'failed', 'expired'"

static const struct choice states[] = { { "going", "purple" }, { "failed", "red" },
	{ "done", "green" } };
static const struct choices task_states = { "command_task_state", states, 3 };

static const struct field fields[] = {
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &command_kind_choices },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "task_state", F_CHOICE, SEEN, .choices = &task_states,
		.sql = "IF(" HAS(OPEN) ", 'going', IF(" HAS(LOST) ", 'failed', 'done'))" },
	{ "total", F_INT, SEEN, .sql = "(SELECT COUNT(*) FROM command c WHERE c.task_id = t.id)" },
	{ "waiting", F_INT, SEEN, .sql = ROWS("'pending'") },
	{ "on_way", F_INT, SEEN | HIDE, .sql = ROWS("'sent'") },
	{ "done", F_INT, SEEN, .sql = ROWS("'done'") },
	{ "failed", F_INT, SEEN, .sql = ROWS("'failed'") },
	{ "expired", F_INT, SEEN, .sql = ROWS("'expired'") },
	{ "cancelled", F_INT, SEEN | HIDE, .sql = ROWS("'cancelled'") },
	{ "tariff_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &tariff_resource },
	{ "assigned_at", F_TIME, SHOW | EXPORT },
	{ "firmware_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &firmware_resource },
	{ "wanted_at", F_TIME, SEEN },
	{ "expires_at", F_TIME, SHOW | EXPORT },
	{ "created_by", F_REF, SEEN, .ref = &user_resource },
	FIELDS_END,
};

static NEOERR *retry(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	int n = 0;
	NEOERR *err;

	(void)res;
	TRY(command_task_retry(req->db, id, req->who.user_id, &n));
	if (n == 0)
		change_error(input, NULL, "command_task.none_can");
	input->said = "command_task.retried";
	input->said_about = screen_number(req, n);
out:
	return nerr_pass(err);
}

static NEOERR *cancel(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	int64_t n = 0;
	NEOERR *err;

	(void)res;
	TRY(command_task_cancel(req->db, id, &n));
	input->said = "command_task.stopped";
	input->said_about = screen_number(req, n);
out:
	return nerr_pass(err);
}

static const struct action actions[] = {
	{ "retry", ACT_ROW | ACT_CONFIRM, NULL, HAS(LOST), retry },
	{ "cancel", ACT_ROW | ACT_CONFIRM | ACT_DANGER, NULL, HAS("'pending'"), cancel },
	ACTIONS_END,
};
static const struct scope scope = { "t.provider_id", "t.property_id", "t.station_id" };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "going", HAS(OPEN) },
	{ "failed", HAS(LOST) },
	{ NULL },
};
static const struct child children[] = { { &command_resource, "task_id" }, { NULL } };

const struct resource command_task_resource = {
	.name = "command_task",
	.group = "site",
	.title = "CONCAT('#', t.id)",
	.order = "t.created_at DESC, t.id DESC",
	.scope = &scope,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
};
