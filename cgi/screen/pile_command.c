/* pile_command.c - what a clerk tells a pile: restart, clock, prices, cards, firmware (D5, D6).
 * Owns the actions of the pile's screen. Serves pile.c. */
#include "base/buf.h"
#include "base/conf.h"
#include "charge/card_list.h"
#include "charge/command_task.h"
#include "charge/device.h"
#include "charge/pile_model.h"
#include "charge/tariff.h"
#include "cgi/resource/qr_sheet.h"
#include "cgi/screen/pile.h"

#define COMMAND_SECONDS 60
#define CARDS_A_FRAME 11             /* that every pile takes (云快充 6.4) */
#define CARDS_MAX 220

SQL(pile_station, "SELECT station_id FROM pile WHERE id = ?");

/* When: at once, at the next midnight (P8), or then. */
static const struct choice dispatch[] = { { "now", "green" }, { "tomorrow", "blue" },
	{ "time", "purple" } };
static const struct choices dispatches = { "dispatch", dispatch, 3 };
#define DISPATCH_FIELDS(usual) \
	{ "dispatch", F_CHOICE, CREATE | REQUIRED, .choices = &dispatches, .fallback = usual }, \
	{ "dispatch_at", F_TIME, CREATE }

static void read_dispatch(struct change *input, struct command_wish *w)
{
	const char *how = change_text(input, "dispatch");

	if (text_eq(how, "tomorrow"))
		w->wanted_at = clock_day_start(clock_now()) + DAY_SECONDS;
	if (!text_eq(how, "time"))
		return;
	w->wanted_at = change_i64(input, "dispatch_at");
	if (w->wanted_at <= clock_now())
		change_error(input, "dispatch_at", "command_task.past");
}

static NEOERR *tell(struct request *req, int64_t id, struct change *input, struct command_wish *w)
{
	return input->errors ? STATUS_OK : nerr_pass(command_tell(req, id, input, w));
}

static NEOERR *reboot(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct command_wish w = { COMMAND_REBOOT, .value = change_i64(input, "when_idle") ? 2 : 1 };

	(void)res;
	return nerr_pass(tell(req, id, input, &w));
}

static NEOERR *sync_time(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct command_wish w = { COMMAND_SYNC_TIME };

	(void)res;
	return nerr_pass(tell(req, id, input, &w));
}

/* D6: what it is doing, asked for anew. */
static NEOERR *read_live(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct command_wish w = { COMMAND_READ_LIVE };

	(void)res;
	return nerr_pass(tell(req, id, input, &w));
}

static NEOERR *sync_tariff(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct command_wish w = { COMMAND_SET_TARIFF };

	(void)res;
	return nerr_pass(tell(req, id, input, &w));
}

/* P8, P12: the piles get the rule when the time comes, and what charges then follows when idle. */
static NEOERR *set_tariff(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct command_wish w = { COMMAND_SET_TARIFF, .assigns = true };
	NEOERR *err = STATUS_OK;
	int64_t station = 0;

	(void)res;
	w.tariff_id = change_i64(input, "tariff_id");
	read_dispatch(input, &w);
	TRY(db_i64(req->db, &pile_station, ARGS(I64(id)), &station));
	TRY(screen_tariff_of_station(req, input, "tariff_id", station));
	TRY(tell(req, id, input, &w));
out:
	return nerr_pass(err);
}

static NEOERR *wish(struct request *req, enum command_kind kind, int64_t id, int64_t value)
{
	int64_t command = 0;

	return nerr_pass(
		command_add(req->db, kind, id, 0, 0, value, COMMAND_SECONDS, req->who.user_id, &command));
}

static NEOERR *say(struct request *req, enum command_kind kind, int64_t id, int64_t value,
	struct command_words words)
{
	int64_t command = 0;

	return nerr_pass(command_add_words(req->db, kind, id, 0, value, words, COMMAND_SECONDS,
		req->who.user_id, &command));
}

/* What the pile may hold now, a frame's worth at a time. */
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
		err = say(l->req, l->kind, l->pile_id, l->cards == l->n,
			(struct command_words){ buf_str(&l->text), false });
	buf_reset(&l->text);
	l->n = 0;
	return nerr_pass(err);
}

/* Read first: the connection is busy while the rows come. */
struct cards { int n; struct device_card card[CARDS_MAX]; };

static NEOERR *keep_card(const struct device_card *card, void *ctx)
{
	struct cards *c = ctx;

	c->card[c->n++] = *card;
	return STATUS_OK;
}

/* The whole list anew; what changes is sent without being asked for (card_list.h). */
static NEOERR *set_cards(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct cards *cards = arena_alloc(&req->arena, sizeof(*cards));
	NEOERR *err;

	(void)res;
	cards->n = 0;
	TRY(device_cards(req->db, id, 1, keep_card, cards));
	if (cards->n == 0)
		change_error(input, NULL, "error.no_offline_cards");
	else
		TRY(card_list_again(req->db, id, req->who.user_id));
out:
	return nerr_pass(err);
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
	for (int i = 0; i < cards->n; i++) {
		buf_printf(&l.text, l.n > 0 ? ",%s" : "%s", cards->card[i].physical_no);
		l.cards++;
		if (++l.n == CARDS_A_FRAME)
			TRY(flush_cards(&l));
	}
	TRY(flush_cards(&l));
out:
	buf_clear(&l.text);
	return nerr_pass(err);
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

/* An e-bike device restarts at once. */
static NEOERR *bike_reboot(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct command_wish w = { COMMAND_REBOOT, .value = 1 };

	(void)res;
	return nerr_pass(tell(req, id, input, &w));
}

SQL(device_code, "SELECT code FROM pile WHERE id = ?");

static NEOERR *take_code(const struct row *r, void *ctx)
{
	text_copy(ctx, 40, row_str(r, 0));
	return STATUS_OK;
}

/* An e-bike device shows a whole address: the driver's page of its sockets. */
static NEOERR *bike_qr(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct command_wish w = { COMMAND_SET_QR };
	char code[40] = "";
	NEOERR *err;

	(void)res;
	TRY(db_get(req->db, &device_code, ARGS(I64(id)), take_code, code));
	w.text = arena_printf(&req->arena, "%s/c/%s", conf.url, code);
	TRY(tell(req, id, input, &w));
out:
	return nerr_pass(err);
}

/* What the pile shows as a code is this and its own number: the driver's page of the connector. */
static NEOERR *set_qr(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct command_wish w = { COMMAND_SET_QR,
		.text = arena_printf(&req->arena, "%s/d/", conf.url) };

	(void)res;
	return nerr_pass(tell(req, id, input, &w));
}

static NEOERR *set_work(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	int64_t share = change_i64(input, "locked") ? 0 : change_i64(input, "share");

	(void)res;
	return nerr_pass(wish(req, COMMAND_SET_WORK, id, share));
}

/* W12, D17: a program of the catalogue, made for the pile's model. */
static NEOERR *update_firmware(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct command_wish w = { COMMAND_UPDATE_FIRMWARE,
		.value = change_i64(input, "when_idle") ? 2 : 1 };

	(void)res;
	w.firmware_id = change_i64(input, "firmware_id");
	read_dispatch(input, &w);
	return nerr_pass(tell(req, id, input, &w));
}

static const struct field work_fields[] = {
	{ "locked", F_BOOL, CREATE },
	{ "share", F_INT, CREATE | REQUIRED, 30, 100, .unit = "%", .fallback = "100" },
	FIELDS_END,
};
static const struct field update_fields[] = {
	{ "firmware_id", F_REF, CREATE | REQUIRED, .ref = &firmware_resource },
	{ "when_idle", F_BOOL, CREATE, .fallback = "1" },
	DISPATCH_FIELDS("now"),
	FIELDS_END,
};
#define SHOWS_QR "t.protocol = 'ykc'"
#define OCPP_ONLINE "t.protocol = 'ocpp16' AND " PILE_ONLINE
#define LISTS_ONLINE "t.protocol IN ('ykc', 'ocpp16') AND " PILE_ONLINE
static const struct field reboot_fields[] = { { "when_idle", F_BOOL, CREATE }, FIELDS_END };
static const struct field tariff_fields[] = {
	{ "tariff_id", F_REF, CREATE, .ref = &tariff_resource },
	DISPATCH_FIELDS("tomorrow"),
	FIELDS_END,
};
/* AP3000 has no clock to set (devices ask for the time), no tariffs and no upgrade by address. */
#define OTHER_WIRE "t.protocol <> 'ap3000'"
const struct action bike_device_actions[] = {
	{ "qr_sheet", ACT_PAGE, .run = qr_sheet_action },
	{ "qr", ACT_ROW | ACT_LINK | ACT_SHOW },
	PILE_COMMISSION,
	{ "set_tariff", ACT_ROW | ACT_BATCH | ACT_MORE, tariff_fields, NULL, set_tariff },
	{ "read_live", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, PILE_ONLINE, read_live },
	{ "reboot", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM | ACT_DANGER, NULL, PILE_ONLINE,
		bike_reboot },
	{ "set_params", ACT_ROW | ACT_BATCH | ACT_MORE, bike_param_fields,
		"t.protocol = 'ap3000' AND " PILE_ONLINE, bike_param },
	{ "set_qr", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, "t.protocol = 'ap3000'", bike_qr },
	{ "device_call", ACT_ROW | ACT_MORE, bike_call_fields, "t.protocol = 'ap3000' AND " PILE_ONLINE,
		bike_call },
	{ "sync_time", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, OTHER_WIRE, sync_time },
	{ "update_firmware", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM | ACT_DANGER, update_fields,
		OTHER_WIRE, update_firmware },
	ACTIONS_END,
};
const struct action pile_actions[] = {
	{ "qr_sheet", ACT_PAGE, .run = qr_sheet_action },
	{ "qr", ACT_ROW | ACT_LINK | ACT_SHOW },
	PILE_COMMISSION,
	{ "set_tariff", ACT_ROW | ACT_BATCH | ACT_MORE, tariff_fields, NULL, set_tariff },
	{ "sync_tariff", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, NULL, sync_tariff },
	{ "sync_time", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, NULL, sync_time },
	{ "read_live", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, PILE_ONLINE, read_live },
	{ "reboot", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM | ACT_DANGER, reboot_fields,
		PILE_ONLINE, reboot },
	{ "set_work", ACT_ROW | ACT_MORE, work_fields, PILE_ONLINE, set_work },
	{ "set_qr", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, SHOWS_QR, set_qr },
	{ "set_cards", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, LISTS_ONLINE, set_cards },
	{ "query_cards", ACT_ROW | ACT_MORE, NULL, LISTS_ONLINE, query_cards },
	{ "clear_cards", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM, NULL, LISTS_ONLINE,
		clear_cards },
	{ "update_firmware", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM | ACT_DANGER, update_fields,
		NULL, update_firmware },
	{ "ocpp", ACT_ROW | ACT_MORE, pile_ocpp_fields, OCPP_ONLINE, pile_ocpp },
	{ "secret", ACT_ROW | ACT_LINK | ACT_MORE, NULL, "t.protocol = 'ocpp16'" },
	ACTIONS_END,
};
