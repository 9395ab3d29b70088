/* pile.c - piles: what they are, whether they are there, and the wishes a clerk sends them (D1, D4,
 * D5).
 * Owns the screen; connectors are made with their pile. Serves clerks of the 电站管理 group. */
#include "base/buf.h"
#include "base/conf.h"
#include "charge/command.h"
#include "charge/device.h"
#include "charge/tariff.h"
#include "cgi/resource/qr_sheet.h"
#include "cgi/screen/pile.h"
#include "cgi/screen/screen.h"

#define ONLINE "EXISTS (SELECT 1 FROM pile_live w WHERE w.pile_id = t.id AND w.online = 1)"
#define COMMAND_SECONDS 60
#define CARDS_A_FRAME 11             /* that every pile takes (云快充 6.4) */
#define CARDS_MAX 220

SQL(pile_set_tariff,
	"UPDATE pile SET tariff_id = ?, updated_at = ?, updated_by = ?, version = version + 1 WHERE"
	" id = ?");
SQL(pile_station, "SELECT station_id FROM pile WHERE id = ?");

static const struct choice online[] = { { "online", "green" }, { "offline", "secondary" } };
static const struct choices online_states = { "online_state", online, 2 };

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX, 0, 24 },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60, .group = "base" },
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource,
		.group = "base" },
	{ "area_id", F_REF, SEEN | FILTER | TYPED | REQUIRED, .ref = &area_resource,
		.depends = "station_id", .group = "base" },
	{ "serial", F_CODE, SEEN | SEARCH | PREFIX | PLACED | REQUIRED, 1, 40, .group = "base" },
	{ "online", F_CHOICE, SEEN | FILTER, .choices = &online_states,
		.sql = "IF(l.online, 'online', 'offline')" },
	{ "charging", F_INT, LIST | SHOW,
		.sql = "(SELECT COUNT(*) FROM connector k JOIN connector_live v ON v.connector_id = k.id"
	" WHERE k.pile_id = t.id AND k.deleted = 0 AND v.state = 'charging')" },
	{ "connector_count", F_INT, SEEN | TYPED | REQUIRED, 1, 24, .fallback = "1", .group = "base" },
	STATUS_FIELD(status),
	{ "protocol", F_CHOICE, SEEN | HIDE | FILTER | FOLD | TYPED | REQUIRED,
		.choices = &protocol_choices, .fallback = "ykc", .group = "base" },
	{ "tariff_id", F_REF, SEEN | HIDE | FILTER | FOLD | TYPED, .ref = &tariff_resource,
		.group = "base" },
	{ "seen_at", F_TIME, LIST | SHOW | SORT | HIDE, .sql = "l.seen_at" },
	{ "model", F_TEXT, SEEN | HIDE | TYPED, 0, 60, .group = "device" },
	{ "device_version", F_TEXT, SHOW | EXPORT | TYPED, 0, 40, .group = "device" },
	{ "sim_no", F_CODE, SHOW | EXPORT | TYPED, 0, 24, .group = "device" },
	{ "black_box", F_CHOICE, SEEN | HIDE | TYPED | REQUIRED, .choices = &black_box_choices,
		.fallback = "usual", .group = "device" },
	{ "closed", F_BOOL, SHOW | EXPORT | TYPED, .group = "device" },
	{ "operation_type", F_CHOICE, SEEN | HIDE | FILTER | FOLD | TYPED | REQUIRED,
		.choices = &operation_type_choices, .fallback = "public", .group = "device" },
	{ "occupancy_charged", F_BOOL, SHOW | EXPORT | TYPED, .group = "device" },
	{ "bookable", F_BOOL, SHOW | EXPORT | TYPED, .group = "device" },
	{ "current_type", F_CHOICE, SEEN | FILTER | FOLD | TYPED | REQUIRED,
		.choices = &current_type_choices, .fallback = "dc", .group = "output" },
	{ "charge_type", F_CHOICE, SHOW | EXPORT | TYPED | REQUIRED, .choices = &charge_type_choices,
		.fallback = "floor", .group = "output" },
	{ "speed", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &speed_choices,
		.fallback = "fast", .group = "output" },
	{ "rated_power", F_DECIMAL, SEEN | TYPED, 0, 10000000, .scale = 2, .unit = "kW",
		.group = "output" },
	{ "rated_current", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 10000000, .scale = 2, .unit = "A",
		.group = "output" },
	{ "rated_voltage", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 10000000, .scale = 2, .unit = "V",
		.group = "output" },
	{ "mounting", F_TEXT, SHOW | EXPORT | TYPED, 0, 40, .group = "output" },
	{ "protection", F_TEXT, SHOW | EXPORT | TYPED, 0, 20, .group = "output" },
	{ "communication", F_TEXT, SHOW | EXPORT | TYPED, 0, 20, .group = "output" },
	{ "address", F_CODE, SHOW, .sql = "l.address", .group = "live" },
	{ "protocol_version", F_CODE, SHOW, .sql = "l.protocol_version", .group = "live" },
	{ "firmware", F_CODE, SHOW | EXPORT, .sql = "l.firmware", .group = "live" },
	{ "iccid", F_CODE, SHOW | EXPORT, .sql = "l.iccid", .group = "live" },
	{ "connected_at", F_TIME, SHOW, .sql = "l.connected_at", .group = "live" },
	{ "disconnected_at", F_TIME, SHOW, .sql = "l.disconnected_at", .group = "live" },
	{ "clock_skew", F_INT, SHOW, .sql = "l.clock_skew", .unit = "s", .group = "live" },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* D1: a pile stands in a station of cars and speaks a protocol of cars. */
static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;

	TRY(pile_place_check(req, c, "car"));
	pile_serial_check(c);
	TRY(screen_tariff_of_station(req, c, "tariff_id", change_i64(c, "station_id")));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	bool ac = text_eq(change_text(c, "current_type"), "ac");

	return nerr_pass(pile_store(req, c, ac ? "gbt_ac" : "gbt_dc", "号枪", id));
}

static NEOERR *wish(struct request *req, enum command_kind kind, int64_t id, int64_t value)
{
	int64_t command = 0;

	return nerr_pass(
		command_add(req->db, kind, id, 0, 0, value, COMMAND_SECONDS, req->who.user_id, &command));
}

static NEOERR *reboot(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(wish(req, COMMAND_REBOOT, id, change_i64(input, "when_idle") ? 2 : 1));
}

static NEOERR *sync_time(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(wish(req, COMMAND_SYNC_TIME, id, 0));
}

static NEOERR *sync_tariff(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct tariff tariff;
	NEOERR *err = tariff_for(req->db, id, 0, clock_now(), &tariff);

	(void)res;
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		change_error(input, NULL, "refusal.no_tariff");
		return STATUS_OK;
	}
	if (err == STATUS_OK)
		err = wish(req, COMMAND_SET_TARIFF, id, tariff.version_id);
	return nerr_pass(err);
}

static NEOERR *set_tariff(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;
	int64_t station = 0, tariff = change_i64(input, "tariff_id");

	(void)res;
	TRY(db_i64(req->db, &pile_station, ARGS(I64(id)), &station));
	TRY(screen_tariff_of_station(req, input, "tariff_id", station));
	if (input->errors)
		goto out;
	TRY(db_exec(req->db, &pile_set_tariff,
		ARGS(IDREF(tariff), TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *say(struct request *req, enum command_kind kind, int64_t id, int64_t value,
	struct command_words words)
{
	int64_t command = 0;

	return nerr_pass(command_add_words(req->db, kind, id, 0, value, words, COMMAND_SECONDS,
		req->who.user_id, &command));
}

/* Lists of cards go out a frame's worth at a time. */
struct card_list {
	struct request *req;
	enum command_kind kind;
	int64_t pile_id;
	int n, cards;
	struct buf text;
};

static NEOERR *flush_cards(struct card_list *l)
{
	NEOERR *err = STATUS_OK;

	if (l->n > 0)
		err = say(l->req, l->kind, l->pile_id, 0,
			(struct command_words){ buf_str(&l->text), false });
	buf_reset(&l->text);
	l->n = 0;
	return nerr_pass(err);
}

static NEOERR *add_card(const struct device_card *card, void *ctx)
{
	struct card_list *l = ctx;

	l->cards++;
	buf_puts(&l->text, l->n > 0 ? "," : "");
	if (l->kind == COMMAND_SET_CARDS)
		buf_printf(&l->text, "%s:", card->logical_no);
	buf_puts(&l->text, card->physical_no);
	return ++l->n == CARDS_A_FRAME ? nerr_pass(flush_cards(l)) : STATUS_OK;
}

/* Read first: the connection is busy while the rows come. */
struct cards { int n; struct device_card card[CARDS_MAX]; };

static NEOERR *keep_card(const struct device_card *card, void *ctx)
{
	struct cards *c = ctx;

	c->card[c->n++] = *card;
	return STATUS_OK;
}

static NEOERR *send_cards(struct request *req, int64_t id, enum command_kind kind,
	struct change *input)
{
	struct cards *cards = arena_alloc(&req->arena, sizeof(*cards));
	struct card_list l = { .req = req, .kind = kind, .pile_id = id };
	NEOERR *err = STATUS_OK;

	buf_init(&l.text, 0);
	cards->n = 0;
	TRY(device_cards(req->db, id, CARDS_MAX, keep_card, cards));
	if (cards->n == 0)
		change_error(input, NULL, "error.no_offline_cards");
	for (int i = 0; i < cards->n; i++)
		TRY(add_card(&cards->card[i], &l));
	TRY(flush_cards(&l));
out:
	buf_clear(&l.text);
	return nerr_pass(err);
}

static NEOERR *set_cards(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(send_cards(req, id, COMMAND_SET_CARDS, input));
}

static NEOERR *clear_cards(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(send_cards(req, id, COMMAND_CLEAR_CARDS, input));
}

static NEOERR *query_cards(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(send_cards(req, id, COMMAND_QUERY_CARDS, input));
}

/* What the pile shows as a code is this and its own number: the driver's page of the connector. */
static NEOERR *set_qr(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(say(req, COMMAND_SET_QR, id, 0,
		(struct command_words){ arena_printf(&req->arena, "%s/d/", conf.url), false }));
}

static NEOERR *set_work(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	int64_t share = change_i64(input, "locked") ? 0 : change_i64(input, "share");

	(void)res;
	return nerr_pass(wish(req, COMMAND_SET_WORK, id, share));
}

static bool one_word(const char *s)
{
	return s && *s && !strpbrk(s, " \t\r\n");
}

static NEOERR *update_firmware(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	static const char *const names[] = { "server", "user", "file_password", "path" };

	(void)res;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!one_word(change_text(input, names[i])))
			change_error(input, names[i], "error.one_word");
	if (input->errors)
		return STATUS_OK;
	return nerr_pass(say(req, COMMAND_UPDATE_FIRMWARE, id, change_i64(input, "when_idle") ? 2 : 1,
		(struct command_words){ arena_printf(&req->arena, "%s %lld %s %lld %s %s %s",
			change_text(input, "current_type"), (long long)change_i64(input, "power"),
			change_text(input, "server"), (long long)change_i64(input, "port"),
			change_text(input, "user"), change_text(input, "file_password"),
			change_text(input, "path")), true }));
}

static const struct field work_fields[] = {
	{ "locked", F_BOOL, CREATE },
	{ "share", F_INT, CREATE | REQUIRED, 30, 100, .unit = "%", .fallback = "100" },
	FIELDS_END,
};
static const struct field update_fields[] = {
	{ "current_type", F_CHOICE, CREATE | REQUIRED, .choices = &current_type_choices,
		.fallback = "dc" },
	{ "power", F_INT, CREATE | REQUIRED, 1, 60000, .unit = "kW" },
	{ "server", F_CODE, CREATE | REQUIRED, 1, 16 },
	{ "port", F_INT, CREATE | REQUIRED, 1, 65535, .fallback = "21" },
	{ "user", F_CODE, CREATE | REQUIRED, 1, 16 },
	{ "file_password", F_PASSWORD, CREATE | REQUIRED | SECRET, 1, 16 },
	{ "path", F_CODE, CREATE | REQUIRED, 1, 32 },
	{ "when_idle", F_BOOL, CREATE, .fallback = "1" },
	FIELDS_END,
};
#define YKC_ONLINE "t.protocol = 'ykc' AND " ONLINE
#define OCPP_ONLINE "t.protocol = 'ocpp16' AND " ONLINE
#define LISTS_ONLINE "t.protocol IN ('ykc', 'ocpp16') AND " ONLINE
static const struct field reboot_fields[] = { { "when_idle", F_BOOL, CREATE }, FIELDS_END };
static const struct field tariff_fields[] = {
	{ "tariff_id", F_REF, CREATE, .ref = &tariff_resource }, FIELDS_END
};
static const struct action actions[] = {
	{ "qr_sheet", ACT_PAGE, .run = qr_sheet_action },
	{ "set_tariff", ACT_ROW | ACT_BATCH | ACT_MORE, tariff_fields, NULL, set_tariff },
	{ "sync_tariff", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, ONLINE, sync_tariff },
	{ "sync_time", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, ONLINE, sync_time },
	{ "reboot", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM | ACT_DANGER, reboot_fields, ONLINE,
		reboot },
	{ "set_work", ACT_ROW | ACT_MORE, work_fields, ONLINE, set_work },
	{ "set_qr", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, YKC_ONLINE, set_qr },
	{ "set_cards", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, LISTS_ONLINE, set_cards },
	{ "query_cards", ACT_ROW | ACT_MORE, NULL, LISTS_ONLINE, query_cards },
	{ "clear_cards", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM, NULL, LISTS_ONLINE,
		clear_cards },
	{ "update_firmware", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_DANGER, update_fields, LISTS_ONLINE,
		update_firmware },
	{ "ocpp", ACT_ROW | ACT_MORE, pile_ocpp_fields, OCPP_ONLINE, pile_ocpp },
	{ "secret", ACT_ROW | ACT_LINK | ACT_MORE, NULL, "t.protocol = 'ocpp16'" },
	ACTIONS_END,
};

static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "online", ONLINE },
	{ "offline", "NOT " ONLINE },
	{ "disabled", "t.status = 'disabled'" },
	{ NULL },
};
static const struct child children[] = {
	{ &connector_resource, "pile_id" },
	{ &session_resource, "pile_id" },
	{ &alarm_resource, "pile_id" },
	{ &connectivity_resource, "pile_id" },
	{ &command_resource, "pile_id" },
	{ &raw_frame_resource, "pile_id" },
	{ NULL },
};

const struct resource pile_resource = {
	.name = "pile",
	.group = "site",
	.title = "t.name",
	.joins = "JOIN station s ON s.id = t.station_id LEFT JOIN pile_live l ON l.pile_id = t.id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = pile_before_delete,
	.where = "s.kind = 'car'",
	.twin = &bike_device_resource,
};
