/* task.c - long work as pages: one task with its progress, its file, what is wrong in an import;
 * the list's actions.
 * Owns nothing.
 * Serves whoever started one. (PAGES "Long work") */
#include <unistd.h>

#include "cgi/resource/task.h"

#include "base/clock.h"
#include "base/text.h"
#include "cgi/render.h"
#include "cgi/resource/change.h"
#include "cgi/response.h"

#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

const char *task_query(struct request *req)
{
	return req->query;
}

const char *task_path(struct request *req, int64_t id)
{
	return arena_printf(&req->arena, "/admin/task/%lld", (long long)id);
}

struct making {
	struct request *req;
	const struct resource *res;
	struct task_wish wish;
	const char *token;
	int64_t id;
};

static NEOERR *make(struct db *db, void *ctx)
{
	struct making *m = ctx;
	NEOERR *err = STATUS_OK;
	bool used = false;

	m->id = 0;
	if (m->token != NULL)
		TRY(token_take(m->req, m->res, m->token, &m->id, &used));
	if (used)
		goto out;
	TRY(task_new(db, &m->wish, &m->id));
	if (m->token != NULL)
		TRY(token_record(m->req, m->token, m->id));
	if (m->id != 0)
		TRY(audit_add(db, &m->req->actor, m->res->name, 0, m->wish.kind, NULL, NULL,
			m->wish.title));
out:
	return nerr_pass(err);
}

NEOERR *task_make(struct request *req, const struct resource *res, const char *kind,
	const char *title, const char *input, json_t *params, const char *token, int64_t *id)
{
	struct making m = { .req = req,
		.res = res,
		.token = token,
		.wish = { .kind = kind,
			.resource = res->name,
			.title = title,
			.input = input,
			.lang = req->lang,
			.user_id = req->who.user_id } };
	NEOERR *err = STATUS_OK;
	char *text = NULL;

	if (params == NULL || json_object_set_new(params, "ip", json_string(req->ip)) != 0) {
		err = nerr_raise(NERR_ASSERT, "the parameters of a task are no JSON object");
		goto out;
	}
	text = json_write_dup(params);
	m.wish.params = text;
	TRY(db_tx(req->db, make, &m));
	*id = m.id;
out:
	free(text);
	json_decref(params);
	return nerr_pass(err);
}

/* The screen's table says who may see it: its owner, and holders of task.all within their
 * tenant. */
static NEOERR *task_enter(struct request *req, struct task *t)
{
	const struct resource *res = resource_find("task");
	int64_t id = route_id(req, "id");
	NEOERR *err = STATUS_OK;

	TRY(task_get(req->db, &req->arena, id, t));
	if (t->user_id != req->who.user_id && res != NULL)
		TRY(resource_reach(req, res, id, false));
	else if (t->user_id != req->who.user_id)
		err = nerr_raise(ERR_NOT_FOUND, "task %lld", (long long)id);
out:
	return nerr_pass(err);
}

static const char *size_text(struct request *req, int64_t bytes)
{
	if (bytes < 1024)
		return arena_printf(&req->arena, "%lld B", (long long)bytes);
	if (bytes < 1024 * 1024)
		return arena_printf(&req->arena, "%lld KB", (long long)(bytes + 512) / 1024);
	return arena_printf(&req->arena, "%lld.%lld MB", (long long)(bytes / 1048576),
		(long long)(bytes % 1048576 * 10 / 1048576));
}

static const char *number_text(struct request *req, int64_t n)
{
	char text[FIXED_TEXT + 8];

	return arena_strdup(&req->arena, fixed_group(n, 0, 0, text));
}

static int percent_of(const struct task *t)
{
	if (text_eq(t->status, "done"))
		return 100;
	if (t->total <= 0 || t->done <= 0)
		return 0;
	return t->done >= t->total ? 99 : (int)(t->done * 100 / t->total);
}

/* From what is done so far; "" until that says something. */
static const char *left_text(struct request *req, const struct task *t)
{
	int64_t spent = clock_now() - t->started_at, left;

	if (!text_eq(t->status, "running") || t->done <= 0 || t->total <= t->done || spent < 2)
		return "";
	left = spent * (t->total - t->done) / t->done;
	if (left < 60)
		return text_format(req, "task_page.left_seconds", number_text(req, left + 1), NULL);
	return text_format(req, "task_page.left_minutes", number_text(req, (left + 59) / 60), NULL);
}

static const char *message_text(struct request *req, const struct task *t)
{
	return *t->message == '\0' && text_eq(t->status, "failed")
		? text_get(req, "task_page.abandoned")
		: t->message;
}

static bool has_file(const struct task *t)
{
	return *t->file != '\0' && !task_is_open(t) && t->expires_at > clock_now();
}

/* "充电订单 20261120-050000.xlsx" */
static const char *download_name(struct request *req, const struct task *t)
{
	const struct resource *res = resource_find(t->resource);
	const char *dot = strrchr(t->file, '.');
	struct civil c;

	clock_civil(t->created_at, &c);
	return arena_printf(&req->arena, "%s %s %04d%02d%02d-%02d%02d%02d%s",
		res != NULL ? resource_noun(req, res) : t->resource,
		text_get(req, arena_printf(&req->arena, "choice.task_kind.%s", t->kind)),
		c.year, c.month, c.day, c.hour, c.minute, c.second, dot != NULL ? dot : "");
}

static NEOERR *put_state(struct request *req, const struct task *t)
{
	const struct choice *status = choice_find(&task_status_choices, t->status);
	const struct resource *res = resource_find("task");
	HDF *h = req->hdf;
	NEOERR *err = STATUS_OK;

	TRY(hdf_put(h, arena_printf(&req->arena, "%lld", (long long)t->id), "Task.id"));
	TRY(hdf_put(h, t->status, "Task.status"));
	TRY(hdf_put(h, text_get(req, arena_printf(&req->arena, "choice.task_status.%s", t->status)),
		"Task.status_text"));
	TRY(hdf_put(h, status != NULL ? status->colour : "secondary", "Task.colour"));
	TRY(hdf_put(h, arena_printf(&req->arena, "%d", percent_of(t)), "Task.percent"));
	TRY(hdf_put(h, number_text(req, t->done), "Task.done"));
	TRY(hdf_put(h, t->total > 0 ? number_text(req, t->total) : "", "Task.total"));
	TRY(hdf_put(h, left_text(req, t), "Task.left"));
	TRY(hdf_put(h, message_text(req, t), "Task.message"));
	TRY(hdf_put(h, task_is_open(t) ? "1" : "", "Task.open"));
	TRY(hdf_put(h, res != NULL && resource_may(req, res, "cancel") ? "1" : "", "Task.may_cancel"));
	if (has_file(t)) {
		TRY(hdf_put(h, download_name(req, t), "Task.file"));
		TRY(hdf_put(h, size_text(req, t->file_size), "Task.size"));
	}
	TRY(hdf_put(h, number_text(req, t->file_rows), "Task.rows"));
out:
	return nerr_pass(err);
}

static NEOERR *put_about(struct request *req, const struct task *t)
{
	const struct resource *res = resource_find(t->resource);
	char created[CLOCK_TEXT], ended[CLOCK_TEXT], expires[CLOCK_TEXT];
	HDF *h = req->hdf;
	NEOERR *err = STATUS_OK;

	TRY(hdf_put(h, t->title, "Task.title"));
	TRY(hdf_put(h, text_get(req, arena_printf(&req->arena, "choice.task_kind.%s", t->kind)),
		"Task.kind_text"));
	TRY(hdf_put(h, t->kind, "Task.kind"));
	TRY(hdf_put(h, clock_format(t->created_at, created), "Task.created"));
	TRY(hdf_put(h, clock_format(t->ended_at, ended), "Task.ended"));
	TRY(hdf_put(h, clock_format(t->expires_at, expires), "Task.expires"));
	if (res != NULL) {
		TRY(hdf_put(h, resource_noun(req, res), "Task.noun"));
		TRY(hdf_put(h, arena_printf(&req->arena, "/admin/%s", res->name), "Task.back"));
	}
out:
	return nerr_pass(err);
}

static NEOERR *put_problem(const struct task_problem *p, void *ctx)
{
	struct request *req = ctx;
	NEOERR *err = STATUS_OK;

	if (p->line > 0)
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%d", p->line), "Problem.%d.line",
			p->number));
	TRY(hdf_put(req->hdf, p->title, "Problem.%d.title", p->number));
	TRY(hdf_put(req->hdf, p->value, "Problem.%d.value", p->number));
	TRY(hdf_put(req->hdf, p->text, "Problem.%d.text", p->number));
out:
	return nerr_pass(err);
}

static NEOERR *task_page(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct task t;

	TRY(task_enter(req, &t));
	TRY(put_state(req, &t));
	TRY(put_about(req, &t));
	TRY(task_problem_each(req->db, t.id, put_problem, req));
	TRY(hdf_put(req->hdf, t.title, "Page.title"));
	TRY(hdf_put(req->hdf, "task", "Page.active"));
	if (task_is_open(&t))
		TRY(hdf_put(req->hdf, "2", "Page.refresh"));
	TRY(render_page(req, "task.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *task_progress_part(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct task t;

	TRY(task_enter(req, &t));
	if (!task_is_open(&t))
		response_header(req, "HX-Refresh", "true");      /* the whole page says what came of it */
	TRY(put_state(req, &t));
	TRY(render_part(req, "task_progress.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *task_download(struct request *req)
{
	char path[TASK_PATH];
	const char *name;
	NEOERR *err = STATUS_OK;
	struct task t;

	TRY(task_enter(req, &t));
	if (!has_file(&t))
		return nerr_raise(ERR_NOT_FOUND, "task %lld has no file", (long long)t.id);
	TRY(task_file_path(t.file, path, sizeof path));
	if (access(path, R_OK) != 0)
		return nerr_raise(ERR_NOT_FOUND, "the file of task %lld is gone", (long long)t.id);
	name = download_name(req, &t);
	TRY(audit_add(req->db, &req->actor, "task", t.id, "download", NULL, NULL, name));
	response_file(req, arena_strdup(&req->arena, path), name, XLSX_TYPE);
out:
	return nerr_pass(err);
}

const struct route task_routes[] = {
	{ METHOD_GET, "/admin/task/:id", task_page },
	{ METHOD_GET, "/admin/task/:id/progress", task_progress_part },
	{ METHOD_GET, "/admin/task/:id/download", task_download },
	{ 0 },
};

NEOERR *task_action_cancel(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	bool cancelled;
	NEOERR *err = task_cancel(req->db, id, &cancelled);

	(void)res;
	if (err == STATUS_OK && !cancelled)
		change_error(input, NULL, "task_page.has_ended");
	return nerr_pass(err);
}

NEOERR *task_action_delete(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	input->go = "/admin/task";
	return nerr_pass(task_remove(req->db, id));
}

NEOERR *task_decorate(struct request *req, int64_t id, HDF *row)
{
	NEOERR *err = STATUS_OK;
	struct task t;

	TRY(task_get(req->db, &req->arena, id, &t));
	if (task_is_open(&t) || text_eq(t.status, "done"))
		TRY(hdf_put(row, arena_printf(&req->arena, "%d%%", percent_of(&t)), "progress"));
	TRY(hdf_put(row, message_text(req, &t), "message"));
	TRY(hdf_put(row, t.file_size > 0 ? size_text(req, t.file_size) : "", "size"));
out:
	return nerr_pass(err);
}
