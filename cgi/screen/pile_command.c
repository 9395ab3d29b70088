/* pile_command.c - what a clerk tells a pile: restart, clock, prices, cards, firmware (D5, D6).
 * Owns the actions of the pile's screen. Serves pile.c. */
#include "base/buf.h"
#include "base/conf.h"
#include "charge/command.h"
#include "charge/device.h"
#include "charge/pile_model.h"
#include "charge/tariff.h"
#include "cgi/resource/qr_sheet.h"
#include "cgi/screen/pile.h"

#define COMMAND_SECONDS 60
#define CARDS_A_FRAME 11             /* that every pile takes (云快充 6.4) */
#define CARDS_MAX 220

SQL(pile_set_tariff,
	"UPDATE pile SET tariff_id = ?, updated_at = ?, updated_by = ?, version = version + 1 WHERE"
	" id = ?");
SQL(pile_station, "SELECT station_id FROM pile WHERE id = ?");

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
	NEOERR *err = STATUS_OK;
	bool fits = true;

	(void)res;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!one_word(change_text(input, names[i])))
			change_error(input, names[i], "error.one_word");
	if (input->errors == 0)
		TRY(pile_image_fits(req->db, id, change_text(input, "path"), &fits));
	if (!fits)
		change_error(input, "path", "error.image_of_other_board");
	if (input->errors)
		goto out;
	TRY(say(req, COMMAND_UPDATE_FIRMWARE, id, change_i64(input, "when_idle") ? 2 : 1,
		(struct command_words){ arena_printf(&req->arena, "%s %lld %s %lld %s %s %s",
			change_text(input, "current_type"), (long long)change_i64(input, "power"),
			change_text(input, "server"), (long long)change_i64(input, "port"),
			change_text(input, "user"), change_text(input, "file_password"),
			change_text(input, "path")), true }));
out:
	return nerr_pass(err);
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
#define YKC_ONLINE "t.protocol = 'ykc' AND " PILE_ONLINE
#define OCPP_ONLINE "t.protocol = 'ocpp16' AND " PILE_ONLINE
#define LISTS_ONLINE "t.protocol IN ('ykc', 'ocpp16') AND " PILE_ONLINE
static const struct field reboot_fields[] = { { "when_idle", F_BOOL, CREATE }, FIELDS_END };
static const struct field tariff_fields[] = {
	{ "tariff_id", F_REF, CREATE, .ref = &tariff_resource }, FIELDS_END
};
const struct action pile_actions[] = {
	{ "qr_sheet", ACT_PAGE, .run = qr_sheet_action },
	{ "qr", ACT_ROW | ACT_LINK | ACT_SHOW },
	PILE_COMMISSION,
	{ "set_tariff", ACT_ROW | ACT_BATCH | ACT_MORE, tariff_fields, NULL, set_tariff },
	{ "sync_tariff", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, PILE_ONLINE, sync_tariff },
	{ "sync_time", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, PILE_ONLINE, sync_time },
	{ "reboot", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM | ACT_DANGER, reboot_fields,
		PILE_ONLINE, reboot },
	{ "set_work", ACT_ROW | ACT_MORE, work_fields, PILE_ONLINE, set_work },
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
