/* alarm_strategy.c - who is told of which alarms of which stations (T1).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "base/buf.h"
#include "base/text.h"
#include "charge/alarm_strategy.h"
#include "charge/notify_link.h"
#include "cgi/screen/screen.h"

#define COMMAS(column) "(t." column " <> '') + LENGTH(t." column ") - LENGTH(REPLACE(t." column ", ',', ''))"

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &provider_resource },
	{ "level", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &alarm_level_choices,
		.fallback = "general" },
	{ "station_count", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM alarm_strategy_station x WHERE x.alarm_strategy_id = t.id)" },
	{ "code_count", F_INT, SEEN, .sql = COMMAS("codes") },
	{ "recipient_count", F_INT, SEEN, .sql = COMMAS("recipients") },
	STATUS_FIELD(status),
	{ "station_codes", F_LONGTEXT, SHOW | EXPORT | CREATE | EDIT | IMPORT, 0, 4000,
		.sql = "(SELECT GROUP_CONCAT(z.code ORDER BY z.code) FROM alarm_strategy_station x JOIN"
			   " station z ON z.id = x.station_id WHERE x.alarm_strategy_id = t.id)" },
	{ "codes", F_LONGTEXT, SHOW | EXPORT | TYPED, 0, 500 },
	{ "recipients", F_LONGTEXT, SHOW | EXPORT | TYPED | PII, 0, 1000 },
	{ "notify_link_id", F_REF, SEEN | FILTER | FOLD | TYPED, .ref = &notify_link_resource },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static void join(struct buf *list, const char *word)
{
	buf_printf(list, "%s%s", list->len ? "," : "", word);
}

/* Each word one of the list's; blanks and line ends become commas. */
static void codes_fit(struct request *req, struct change *c)
{
	const char *text = change_text(c, "codes");
	char *rest = arena_strdup(&req->arena, text ? text : ""), *word;
	struct buf kept;

	buf_init(&kept, 0);
	for (char *p = rest; *p; p++)
		*p = strchr(" ;\r\n\t", *p) ? ',' : *p;
	while ((word = text_split(&rest, ',')) != NULL) {
		if (*word && choice_value(&alarm_code_choices, word) < 0)
			change_error(c, "codes", text_format(req, "alarm_strategy.unknown_code", word, NULL));
		else if (*word)
			join(&kept, word);
	}
	if (change_value(c, "codes")->given)
		change_set(req, c, "codes", arena_strdup(&req->arena, buf_str(&kept)));
	buf_clear(&kept);
}

static NEOERR *join_address(const char *address, bool phone, void *ctx)
{
	(void)phone;
	join(ctx, address);
	return STATUS_OK;
}

static NEOERR *recipients_fit(struct request *req, struct change *c)
{
	const char *text = change_text(c, "recipients");
	char bad[ALARM_RECIPIENT];
	struct buf kept;
	NEOERR *err = STATUS_OK;

	if (!text || !change_value(c, "recipients")->changed)
		return STATUS_OK;
	buf_init(&kept, 0);
	TRY(alarm_recipients(text, bad, join_address, &kept));
	if (bad[0])
		change_error(c, "recipients", text_format(req, "alarm_strategy.no_address", bad, NULL));
	else
		change_set(req, c, "recipients", arena_strdup(&req->arena, buf_str(&kept)));
out:
	buf_clear(&kept);
	return nerr_pass(err);
}

/* Somebody is told, and a robot is the provider's or the platform's. */
static NEOERR *robot_fits(struct request *req, struct change *c)
{
	const char *people = change_text(c, "recipients");
	const struct value *robot = change_value(c, "notify_link_id");
	bool fits = true;
	NEOERR *err = STATUS_OK;

	if (robot->null && (!people || !*people))
		change_error(c, "recipients", "alarm_strategy.nobody");
	if (!robot->null)
		TRY(notify_link_is_robot(req->db, robot->number, change_i64(c, "provider_id"), &fits));
	if (!fits)
		change_error(c, "notify_link_id", "alarm_strategy.no_robot");
out:
	return nerr_pass(err);
}

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;

	if (!c->id)
		TRY(screen_new_owned(req, c, false));
	codes_fit(req, c);
	TRY(recipients_fit(req, c));
	TRY(robot_fits(req, c));
out:
	return nerr_pass(err);
}

/* The codes of stations are the provider's own; none means all. */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	const struct value *codes = change_value(c, "station_codes");
	bool fine = true;
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (codes->given)
		TRY(alarm_strategy_stations(req->db, *id, change_i64(c, "provider_id"),
			codes->text ? codes->text : "", &fine));
	if (!fine)
		change_error(c, "station_codes", "alarm_strategy.unknown_station");
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const char *const extra[] = { "pii", NULL };

const struct resource alarm_strategy_resource = {
	.name = "alarm_strategy",
	.group = "site",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.check = check,
	.save = save,
	.verbs_extra = extra,
};
