/* parking_push.c - what is told to a lot's system, and how it is signed when it goes out.
 * Owns the reading of parking_push and parking_bind. Serves parking_push.h. */
#include "charge/parking_push.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/delivery.h"

#define ANSWER_MAX (64 * 1024)

SQL(push_find,
	"select q.id, q.provider_id, q.profile, q.url, q.relief_kind, q.relief_minutes,"
	" q.relief_amount, b.lot_code, s.no, s.plate, s.started_at, s.ended_at, s.energy, s.amount"
	" from session s join member m on m.id = s.member_id join parking_bind b on b.station_id ="
	" s.station_id and b.deleted = 0 join parking_push q on q.id = b.parking_push_id"
	" where s.id = ? and s.plate <> '' and m.certified = 1 and q.status = 'enabled' and q.deleted ="
	" 0");
SQL(push_select,
	"select status = 'enabled' and deleted = 0, profile, success_code, app_id, secret, sign_digest,"
	" sign_key, sign_lower, sign_empty from parking_push where id = ?");
SQL(push_secret, "update parking_push set secret = ? where id = ?");

struct telling {
	bool ended, told;
	int64_t push_id, provider_id;
	char url[460], key[60];
	const char *subject;
	json_t *body;
};

static void put_time(json_t *o, const char *name, int64_t t)
{
	char text[CLOCK_TEXT];

	json_object_set_new(o, name, json_string(clock_format(t, text)));
}

static void put_fixed(json_t *o, const char *name, int64_t v, int scale, int decimals)
{
	char text[FIXED_TEXT];

	json_object_set_new(o, name, json_string(fixed_format(v, scale, decimals, text)));
}

static void say_record(struct telling *t, const struct row *r)
{
	t->subject = t->ended ? "charge_end" : "charge_start";
	snprintf(t->url, sizeof t->url, "%s/%s", row_str(r, 3), t->subject);
	json_object_set_new(t->body, "lot", json_string(row_str(r, 7)));
	json_object_set_new(t->body, "order_no", json_string(row_str(r, 8)));
	json_object_set_new(t->body, "plate", json_string(row_str(r, 9)));
	put_time(t->body, "start_time", row_time(r, 10));
	if (!t->ended)
		return;
	put_time(t->body, "end_time", row_time(r, 11));
	put_fixed(t->body, "energy", row_energy(r, 12), ENERGY_SCALE, ENERGY_SCALE);
	put_fixed(t->body, "amount", row_money(r, 13), MONEY_SCALE, 2);
}

/* The shape most systems know: minutes, or fen, off (camera_lock section 4, X1). */
static void say_relief(struct telling *t, const struct row *r)
{
	bool minutes = text_eq(row_str(r, 4), "minutes");

	t->subject = "relief";
	text_copy(t->url, sizeof t->url, row_str(r, 3));
	json_object_set_new(t->body, "plateNo", json_string(row_str(r, 9)));
	json_object_set_new(t->body, "merchId", json_string(row_str(r, 7)));
	json_object_set_new(t->body, "durType", json_integer(minutes));
	json_object_set_new(t->body, "duration",
		json_integer(minutes ? row_i64(r, 5) : row_money(r, 6) / MONEY_FEN));
}

static NEOERR *take_push(const struct row *r, void *ctx)
{
	struct telling *t = ctx;
	bool record = text_eq(row_str(r, 2), "record");

	t->told = record || t->ended;
	t->push_id = row_i64(r, 0);
	t->provider_id = row_i64(r, 1);
	if (record)
		say_record(t, r);
	else
		say_relief(t, r);
	return STATUS_OK;
}

NEOERR *parking_push_session(struct db *db, int64_t session_id, bool ended)
{
	struct telling t = { .ended = ended, .body = json_object() };
	char *payload = NULL;
	bool found = false;
	NEOERR *err;

	TRY(db_find(db, &push_find, ARGS(I64(session_id)), take_push, &t, &found));
	if (!found || !t.told)
		goto out;
	payload = json_write_dup(t.body);
	snprintf(t.key, sizeof t.key, "parking:%lld:%s", (long long)session_id, t.subject);
	TRY(delivery_add_parking(db, t.provider_id, t.push_id, t.url, t.subject, payload, t.key));
out:
	free(payload);
	json_decref(t.body);
	return nerr_pass(err);
}

static NEOERR *take_settings(const struct row *r, void *ctx)
{
	struct parking_push *p = ctx;
	int digest = choice_value(&field_digest_choices, row_str(r, 5));
	char *secret = NULL;
	NEOERR *err = STATUS_OK;

	*p = (struct parking_push){ .enabled = row_i64(r, 0) != 0,
		.profile = text_eq(row_str(r, 1), "relief") ? PARKING_RELIEF : PARKING_RECORD,
		.success_code = row_i64(r, 2),
		.sign = { .digest = digest < 0 ? DIGEST_HMAC_SHA256 : (enum field_digest)digest,
			.lower = row_i64(r, 7) != 0,
			.empty = row_i64(r, 8) != 0 } };
	text_copy(p->app_id, sizeof p->app_id, row_str(r, 3));
	text_copy(p->sign.key, sizeof p->sign.key, row_str(r, 6));
	if (*row_str(r, 4) == '\0')
		return STATUS_OK;
	TRY(secret_open_dup(row_str(r, 4), &secret));
	text_copy(p->sign.secret, sizeof p->sign.secret, secret);
out:
	free(secret);
	return nerr_pass(err);
}

NEOERR *parking_push_get(struct db *db, int64_t id, struct parking_push *out)
{
	return nerr_pass(db_get(db, &push_select, ARGS(I64(id)), take_settings, out));
}

NEOERR *parking_push_set_secret(struct db *db, int64_t id, const char *secret)
{
	char *sealed = NULL;
	NEOERR *err;

	if (*secret == '\0')
		return STATUS_OK;
	TRY(secret_seal_dup(secret, &sealed));
	TRY(db_exec(db, &push_secret, ARGS(STR(sealed), I64(id)), NULL));
out:
	free(sealed);
	return nerr_pass(err);
}

NEOERR *parking_push_body_dup(const struct parking_push *p, const char *payload, char **out)
{
	json_t *body = NULL;
	char sign[SHA256_HEX];
	NEOERR *err;

	TRY(json_read(payload, strlen(payload), ANSWER_MAX, &body));
	if (*p->app_id)
		json_object_set_new(body, "app_id", json_string(p->app_id));
	if (p->profile == PARKING_RECORD)
		json_object_set_new(body, "timestamp", json_integer(clock_now()));
	TRY(field_sign(&p->sign, body, sign));
	json_object_set_new(body, "sign", json_string(sign));
	*out = json_write_dup(body);
out:
	json_decref(body);
	return nerr_pass(err);
}

bool parking_push_accepted(const struct parking_push *p, const char *answer, size_t len)
{
	json_t *o = NULL;
	int64_t code;
	NEOERR *err = json_read(answer, len, ANSWER_MAX, &o);

	if (err != STATUS_OK) {
		error_drop(err);
		return false;
	}
	code = json_i64(o, "code", -1);
	if (code == -1 && !text_i64(json_text(o, "code", ""), &code))
		code = -1;
	json_decref(o);
	return code == p->success_code;
}
