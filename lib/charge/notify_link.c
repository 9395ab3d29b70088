/* notify_link.c - accounts at gateways: opened, sealed, chosen.
 * Owns nothing. Serves notify_link.h. */
#include "charge/notify_link.h"

#include "base/conf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"

#define LINK "select id, kind, status, url, account, secret, sign_name, alarm_template," \
	" code_template from notify_link where deleted = 0 and "
SQL(notify_link_one, LINK "id = ?");
SQL(notify_link_own,
	LINK "kind = 'aliyun_sms' and status = 'enabled' and provider_id = ? order by id limit 1");
SQL(notify_link_common,
	LINK "kind = 'aliyun_sms' and status = 'enabled' and provider_id is null order by id limit 1");
SQL(notify_link_secret, "update notify_link set secret = ? where id = ?");
SQL(notify_link_robot,
	"select count(*) from notify_link where id = ? and kind = 'wecom_robot' and"
	" coalesce(provider_id, ?) = ? and deleted = 0");

static NEOERR *take_link(const struct row *r, void *ctx)
{
	struct notify_link *l = ctx;
	int kind = choice_value(&notify_kind_choices, row_str(r, 1));
	char *secret = NULL;
	NEOERR *err = STATUS_OK;

	*l = (struct notify_link){ .id = row_i64(r, 0), .enabled = text_eq(row_str(r, 2), "enabled"),
		.kind = (enum notify_kind)(kind < 0 ? 0 : kind) };
	text_copy(l->url, sizeof l->url, row_str(r, 3));
	text_copy(l->account, sizeof l->account, row_str(r, 4));
	text_copy(l->sign_name, sizeof l->sign_name, row_str(r, 6));
	text_copy(l->alarm_template, sizeof l->alarm_template, row_str(r, 7));
	text_copy(l->code_template, sizeof l->code_template, row_str(r, 8));
	if (*row_str(r, 5) == '\0')
		return STATUS_OK;
	TRY(secret_open_dup(row_str(r, 5), &secret));
	text_copy(l->secret, sizeof l->secret, secret);
out:
	free(secret);
	return nerr_pass(err);
}

NEOERR *notify_link_get(struct db *db, int64_t id, struct notify_link *out)
{
	return nerr_pass(db_get(db, &notify_link_one, ARGS(I64(id)), take_link, out));
}

NEOERR *notify_link_sms(struct db *db, int64_t provider_id, struct notify_link *out, bool *found)
{
	NEOERR *err = STATUS_OK;

	*found = false;
	if (provider_id)
		TRY(db_find(db, &notify_link_own, ARGS(I64(provider_id)), take_link, out, found));
	if (!*found)
		TRY(db_find(db, &notify_link_common, NOARGS, take_link, out, found));
out:
	return nerr_pass(err);
}

NEOERR *notify_link_set_secret(struct db *db, int64_t id, const char *secret)
{
	char *sealed = NULL;
	NEOERR *err;

	if (*secret == '\0')
		return STATUS_OK;
	TRY(secret_seal_dup(secret, &sealed));
	TRY(db_exec(db, &notify_link_secret, ARGS(STR(sealed), I64(id)), NULL));
out:
	free(sealed);
	return nerr_pass(err);
}

NEOERR *notify_link_is_robot(struct db *db, int64_t id, int64_t provider_id, bool *fits)
{
	int64_t n = 0;
	NEOERR *err = db_i64(db, &notify_link_robot,
		ARGS(I64(id), I64(provider_id), I64(provider_id)), &n);

	*fits = n == 1;
	return nerr_pass(err);
}

char *notify_alarm_dup(const struct notify_alarm *a)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s}", "text", a->text, "station", a->station,
		"pile", a->pile, "what", a->what, "at", a->at);
	char *text = json_write_dup(o);

	json_decref(o);
	return text;
}
