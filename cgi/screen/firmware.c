/* firmware.c - programs for piles: what they are for, their file or address, upgrades as tasks
 * (W12, D17).
 * Owns the screen and the page of the file. Serves clerks of the 电站管理 group. */
#include "charge/command_task.h"
#include "charge/firmware.h"
#include "cgi/screen/screen.h"

SQL(firmware_piles,
	"SELECT p.id FROM pile p LEFT JOIN pile_model m ON m.id = p.model_id JOIN firmware f ON f.id ="
	" ? AND f.protocol = p.protocol AND f.model IN (p.model, m.mainboard) JOIN station s ON s.id ="
	" p.station_id AND s.provider_id = f.provider_id WHERE p.deleted = 0 ORDER BY p.id LIMIT 2000");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 80 },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	{ "protocol", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &protocol_choices,
		.fallback = "ocpp16" },
	{ "model", F_TEXT, SEEN | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "release_version", F_TEXT, SEEN | SEARCH | TYPED | REQUIRED, 1, 40 },
	{ "address", F_CODE, SHOW | EXPORT | TYPED, 0, 200, .group = "elsewhere" },
	{ "user", F_CODE, SHOW | TYPED, 0, 40, .group = "elsewhere" },
	{ "file_password", F_PASSWORD, VIRTUAL | CREATE | EDIT | SECRET | NOAUDIT, 0, 40,
		.group = "elsewhere" },
	{ "file_name", F_TEXT, SEEN, 0, 120 },
	{ "size", F_INT, SEEN | HIDE, .unit = "B" },
	{ "sha256", F_CODE, SHOW | EXPORT },
	{ "holders", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM pile hp JOIN pile_live hl ON hl.pile_id = hp.id JOIN station"
	" hs ON hs.id = hp.station_id LEFT JOIN pile_model hm ON hm.id = hp.model_id WHERE hp.deleted"
	" = 0 AND t.model IN (hp.model, hm.mainboard) AND hp.protocol = t.protocol AND"
	" hs.provider_id = t.provider_id AND hl.firmware = t.release_version)" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	const char *protocol = change_text(c, "protocol"), *address = change_text(c, "address");
	const char *user = change_text(c, "user"), *password = change_text(c, "file_password");
	NEOERR *err = STATUS_OK;

	if (address && *address && protocol && !firmware_address_fits(protocol, address))
		change_error(c, "address",
			text_eq(protocol, "ykc") ? "firmware.ykc_address" : "firmware.bad_address");
	if (protocol && text_eq(protocol, "ykc") && !(address && *address))
		change_error(c, "address", "firmware.ykc_address");
	if (user && strpbrk(user, " @:/"))
		change_error(c, "user", "error.one_word");
	if (password && strpbrk(password, " @:/"))
		change_error(c, "file_password", "error.one_word");
	if (!c->id)
		TRY(screen_new_owned(req, c, false));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	const char *password = change_text(c, "file_password");
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (!c->errors)
		TRY(firmware_set_password(req->db, *id, password ? password : ""));
out:
	return nerr_pass(err);
}

/* Every pile of the model that the asker sees, at once or then. */
static NEOERR *upgrade(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct command_wish w = { COMMAND_UPDATE_FIRMWARE,
		.value = change_i64(input, "when_idle") ? 2 : 1 };

	(void)res;
	w.firmware_id = id;
	w.wanted_at = change_i64(input, "dispatch_at");
	if (w.wanted_at && w.wanted_at <= clock_now()) {
		change_error(input, "dispatch_at", "command_task.past");
		return STATUS_OK;
	}
	return nerr_pass(command_tell_all(req, &firmware_piles, id, input, &w));
}

static const struct field upgrade_fields[] = {
	{ "when_idle", F_BOOL, CREATE, .fallback = "1" },
	{ "dispatch_at", F_TIME, CREATE },
	FIELDS_END,
};
static const struct action actions[] = {
	{ "upgrade", ACT_ROW | ACT_CONFIRM | ACT_DANGER, upgrade_fields,
		"t.status = 'enabled' AND (t.address <> '' OR t.token IS NOT NULL)", upgrade },
	{ "file", ACT_ROW | ACT_LINK, NULL, "t.protocol <> 'ykc'" },
	ACTIONS_END,
};
static const struct scope scope = { .provider = "t.provider_id" };
static const struct child children[] = { { &command_task_resource, "firmware_id" }, { NULL } };

const struct resource firmware_resource = {
	.name = "firmware",
	.group = "site",
	.title = "CONCAT(t.name, ' ', t.release_version)",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.children = children,
	.check = check,
	.save = save,
};

/* ---- the file ---- */

struct filing { struct request *req; int64_t id; const char *problem; };

static NEOERR *show(struct filing *f)
{
	struct request *req = f->req;
	NEOERR *err;

	if (f->problem)
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "firmware.problem.%s", f->problem)),
			"Form.error.file"));
	TRY(hdf_put(req->hdf, screen_number(req, f->id), "Firmware.id"));
	TRY(hdf_put(req->hdf, request_param_or(req, "sha256", ""), "Form.sha256"));
	TRY(screen_page(req, "firmware", "firmware.file", "", "screen/firmware_file.cs"));
out:
	return nerr_pass(err);
}

NEOERR *firmware_file_show(struct request *req)
{
	struct filing f = { .req = req, .id = route_id(req, "id") };
	NEOERR *err;

	TRY(resource_reach(req, &firmware_resource, f.id, false));
	TRY(show(&f));
out:
	return nerr_pass(err);
}

static NEOERR *keep_tx(struct db *db, void *ctx)
{
	struct filing *f = ctx;
	const struct upload *up = request_upload(f->req, "file");
	struct firmware_file file = { up ? up->filename : "", up ? up->data : "", up ? up->len : 0 };
	NEOERR *err;

	TRY(resource_reach(f->req, &firmware_resource, f->id, true));
	TRY(firmware_keep(db, f->id, &file, request_param_or(f->req, "sha256", ""),
		f->req->who.user_id, &f->problem));
	if (!f->problem)
		TRY(audit_add(db, &f->req->actor, "firmware", f->id, "file", "file_name", NULL,
			file.name));
out:
	return nerr_pass(err);
}

NEOERR *firmware_file_save(struct request *req)
{
	struct filing f = { .req = req, .id = route_id(req, "id") };
	NEOERR *err;

	TRY(db_tx(req->db, keep_tx, &f));
	if (f.problem) {
		req->status = 422;
		return nerr_pass(show(&f));
	}
	response_redirect_saying(req,
		arena_printf(&req->arena, "/admin/firmware/%lld", (long long)f.id), "firmware.kept", "");
out:
	return nerr_pass(err);
}
