/* alarm_strategy.c - an alarm's messages: which strategies fit, what is said, to whom.
 * Owns tables alarm_strategy and alarm_strategy_station.
 * Serves alarm_strategy.h. */
#include "charge/alarm_strategy.h"

#include "base/buf.h"
#include "base/text.h"
#include "charge/delivery.h"
#include "charge/notify_link.h"

#define STATIONS_MAX 500

SQL(strategy_alarm,
	"select a.code, a.level, a.detail, a.opened_at, a.connector_number, p.name, p.serial, s.name"
	" from alarm a join pile p on p.id = a.pile_id join station s on s.id = a.station_id where"
	" a.id = ?");
SQL(strategies_of,
	"select t.recipients, t.level, t.notify_link_id from alarm_strategy t join alarm a on a.id = ?"
	" where"
	" t.provider_id = ? and t.status = 'enabled' and t.deleted = 0 and (t.codes = '' or"
	" find_in_set(a.code, t.codes)) and (t.all_stations or exists (select 1 from"
	" alarm_strategy_station x where x.alarm_strategy_id = t.id and x.station_id ="
	" a.station_id)) order by t.id");
SQL(strategy_station_clear, "delete from alarm_strategy_station where alarm_strategy_id = ?");
SQL(strategy_station_add,
	"insert ignore into alarm_strategy_station (alarm_strategy_id, station_id) select ?, id from"
	" station where code = ? and provider_id = ? and deleted = 0");
SQL(strategy_all, "update alarm_strategy set all_stations = ? where id = ?");

/* The next word of a list parted by commas, blanks or line ends; false at its end. */
static bool next_word(const char **at, char *word, size_t room)
{
	size_t len;

	*at += strspn(*at, " ,;\r\n\t");
	len = strcspn(*at, " ,;\r\n\t");
	if (!len)
		return false;
	text_copy(word, len + 1 < room ? len + 1 : room, *at);
	*at += len;
	return true;
}

NEOERR *alarm_recipients(const char *text, char bad[ALARM_RECIPIENT], alarm_recipient_fn fn,
	void *ctx)
{
	char word[ALARM_RECIPIENT];
	int n = 0;
	NEOERR *err = STATUS_OK;

	bad[0] = '\0';
	while (!bad[0] && next_word(&text, word, sizeof word)) {
		bool phone = text_is_phone(word);

		if ((!phone && !text_is_email(word)) || ++n > ALARM_RECIPIENTS)
			text_copy(bad, ALARM_RECIPIENT, word);
		else if (fn)
			TRY(fn(word, phone, ctx));
	}
out:
	return nerr_pass(err);
}

NEOERR *alarm_strategy_stations(struct db *db, int64_t id, int64_t provider_id, const char *codes,
	bool *fine)
{
	char code[41];
	int n = 0;
	int64_t added = 0;
	NEOERR *err;

	*fine = true;
	TRY(db_exec(db, &strategy_station_clear, ARGS(I64(id)), NULL));
	while (*fine && next_word(&codes, code, sizeof code)) {
		TRY(db_exec(db, &strategy_station_add, ARGS(I64(id), STR(code), I64(provider_id)),
			&added));
		*fine = added == 1 && ++n <= STATIONS_MAX;
	}
	TRY(db_exec(db, &strategy_all, ARGS(I64(n == 0), I64(id)), NULL));
out:
	return nerr_pass(err);
}

/* ---- telling ---- */

struct telling {
	struct db *db;
	int64_t id, provider_id;
	enum alarm_level level;
	char subject[200], text[1200], *payload;
	struct buf recipients;
};

static const char *said(const char *code)
{
	static const struct { const char *code, *words; } names[] = {
#define SAID(code, words) { code, words },
#include "charge/tbl/alarm_said.h"
#undef SAID
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (text_eq(names[i].code, code))
			return names[i].words;
	return code;
}

static NEOERR *take_alarm(const struct row *r, void *ctx)
{
	struct telling *t = ctx;
	char gun[24] = "";
	const struct notify_alarm a = { t->text, row_str(r, 7), row_str(r, 5), said(row_str(r, 0)),
		row_str(r, 3) };
	int level = choice_value(&alarm_level_choices, row_str(r, 1));

	t->level = (enum alarm_level)(level < 0 ? 0 : level);
	if (row_i64(r, 4))
		snprintf(gun, sizeof gun, " %lld号枪", (long long)row_i64(r, 4));
	snprintf(t->subject, sizeof t->subject, "设备告警：%.60s %.60s", row_str(r, 7), said(row_str(r, 0)));
	snprintf(t->text, sizeof t->text, "%s %s（%s）%s：%s%s%s，%s", row_str(r, 7), row_str(r, 5),
		row_str(r, 6), gun, said(row_str(r, 0)), *row_str(r, 2) ? "，" : "", row_str(r, 2),
		row_str(r, 3));
	t->payload = notify_alarm_dup(&a);
	return STATUS_OK;
}

static NEOERR *tell(const char *address, bool phone, void *ctx)
{
	struct telling *t = ctx;
	char key[ALARM_RECIPIENT + 40];
	const struct notice n = { "sms", address, "alarm", t->payload, key, t->provider_id, 0 };

	snprintf(key, sizeof key, "alarm:%lld:%s", (long long)t->id, address);
	if (!phone)
		return nerr_pass(delivery_add_mail(t->db, address, t->subject, t->text, "", key));
	return nerr_pass(delivery_add_notice(t->db, &n));
}

static NEOERR *tell_robot(struct telling *t, int64_t link_id)
{
	char key[80];
	const struct notice n = { "wechat", "robot", "alarm", t->payload, key, t->provider_id,
		link_id };

	snprintf(key, sizeof key, "alarm:%lld:robot:%lld", (long long)t->id, (long long)link_id);
	return nerr_pass(delivery_add_notice(t->db, &n));
}

struct robots { int n; int64_t id[ALARM_RECIPIENTS]; };

static NEOERR *take_strategy(const struct row *r, void *ctx)
{
	struct telling *t = ((void **)ctx)[0];
	struct robots *robots = ((void **)ctx)[1];

	if (choice_value(&alarm_level_choices, row_str(r, 1)) > (int)t->level)
		return STATUS_OK;
	buf_printf(&t->recipients, "%s\n", row_str(r, 0));
	if (row_i64(r, 2) && robots->n < ALARM_RECIPIENTS)
		robots->id[robots->n++] = row_i64(r, 2);
	return STATUS_OK;
}

NEOERR *alarm_tell(struct db *db, int64_t provider_id, int64_t alarm_id)
{
	struct telling t = { .db = db, .id = alarm_id, .provider_id = provider_id };
	struct robots robots = { 0 };
	char bad[ALARM_RECIPIENT], *rest, *list;
	NEOERR *err;

	buf_init(&t.recipients, 0);
	TRY(db_get(db, &strategy_alarm, ARGS(I64(alarm_id)), take_alarm, &t));
	TRY(db_query(db, &strategies_of, ARGS(I64(alarm_id), I64(provider_id)), take_strategy,
		(void *[]){ &t, &robots }));
	buf_putc(&t.recipients, '\n');
	rest = t.recipients.data;                /* a strategy's own many are a line */
	while ((list = text_split(&rest, '\n')) != NULL)
		TRY(alarm_recipients(list, bad, tell, &t));
	for (int i = 0; i < robots.n; i++)
		TRY(tell_robot(&t, robots.id[i]));
out:
	buf_clear(&t.recipients);
	free(t.payload);
	return nerr_pass(err);
}
