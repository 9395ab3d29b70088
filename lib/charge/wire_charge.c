/* wire_charge.c - charges by their station's number: begun by a tag, ended by a final record.
 * Owns tables wire_charge and pile_notice. Serves wire_charge.h. */
#include "charge/wire_charge.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/card.h"
#include "charge/device.h"

#define WH_ENERGY 10                         /* 1 Wh in 1e-4 kWh */
#define TOKEN 33

SQL(wire_tag_select,
	"select k.status = 'enabled' and m.status = 'enabled', k.expires_at, k.expires_at is not null"
	" and k.expires_at <= ?, m.no, s.id, '' from card k join member m on m.id = k.member_id"
	" left join pile p on p.id = ?"
	" left join station s on s.id = p.station_id and " CARD_FITS("k", "s")
	" where (k.physical_no = ? or k.physical_no = ?) and k.deleted = 0 limit 1");
SQL(wire_token_select,
	"select t.status = 'enabled' and m.status = 'enabled' and t.list <> 'black' and"
	" t.password = '', null, 0, m.no, 1,"
	" t.parent from token t join member m on m.id = t.member_id where t.chip = ? and t.kind ="
	" 'verify' and t.deleted = 0");
#define CHARGE "select w.id, w.number, w.meter_start, w.status, coalesce(s.no, ''), w.tag," \
	" w.station_at, w.stopped_at from wire_charge w left join session s on s.id = w.session_id "
SQL(wire_charge_same,
	CHARGE "where w.pile_id = ? and w.number = ? and w.tag = ? and w.station_at = ? and"
	" w.meter_start = ?");
SQL(wire_charge_by_id, CHARGE "where w.id = ? and w.pile_id = ?");
SQL(wire_charge_by_tag,
	CHARGE "where w.pile_id = ? and w.stopped_at is null and w.tag = ? and w.station_at <= ? and"
	" w.meter_start <= ? limit 2");
SQL(wire_charge_insert,
	"insert into wire_charge (pile_id, number, tag, station_at, meter_start, status, session_id,"
	" started_at) values (?, ?, ?, ?, ?, ?, ?, ?)");
SQL(wire_charge_stopped,
	"update wire_charge set stopped_at = coalesce(stopped_at, ?), meter_stop = ? where id = ?");
SQL(wire_session_select,
	"select s.id, s.no, s.state in ('starting', 'charging', 'suspended'), n.number, exists (select"
	" 1 from wire_charge w where w.session_id = s.id) from session s join connector n on n.id ="
	" s.connector_id where s.id = ? and s.pile_id = ?");
SQL(wire_sample_insert,
	"insert ignore into session_sample (session_id, at, energy) select id, ?, ? from session where"
	" no = ? and state in ('starting', 'charging', 'stopping', 'suspended', 'failed')");
SQL(pile_notice_put,
	"insert into pile_notice (pile_id, kind, words, at) values (?, ?, ?, ?) on duplicate key update"
	" words = values(words), at = values(at)");
SQL(pile_boot_put, "update pile_live set firmware = ?, iccid = ? where pile_id = ?");

SQL(pile_serial_select, "select serial from pile where id = ?");
SQL(pile_access_put, "update pile set access_key = ? where id = ?");

/* ---- tags */

void wire_session_tag(int64_t session_id, char out[WIRE_TAG])
{
	snprintf(out, WIRE_TAG, "S%lld", (long long)(session_id % 1000000000000000000));
}

/* 0: it names no session. */
static int64_t session_of_tag(const char *tag)
{
	int64_t id;

	return tag[0] == 'S' && text_i64(tag + 1, &id) && id > 0 ? id : 0;
}

static NEOERR *take_tag(const struct row *r, void *ctx)
{
	struct wire_tag *t = ctx;

	t->expires = row_time(r, 1);
	t->status = row_i64(r, 4) == 0 ? TAG_INVALID
		: row_i64(r, 2) != 0       ? TAG_EXPIRED
		: row_i64(r, 0) != 0       ? TAG_ACCEPTED
								   : TAG_BLOCKED;
	snprintf(t->parent, sizeof(t->parent), *row_str(r, 5) ? "%.20s" : "M%.18s",
		*row_str(r, 5) ? row_str(r, 5) : row_str(r, 3));
	return STATUS_OK;
}

NEOERR *wire_tag(struct db *db, int64_t pile_id, const char *tag, struct wire_tag *out)
{
	const char *bare = tag + strspn(tag, "0");
	bool found;
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	out->status = TAG_INVALID;
	if (*bare == '\0')
		return STATUS_OK;
	TRY(db_find(db, &wire_tag_select,
		ARGS(TIME(clock_now()), I64(pile_id), STR(tag), STR(bare)), take_tag, out, &found));
	if (!found)
		TRY(db_find(db, &wire_token_select, ARGS(STR(bare)), take_tag, out, &found));
out:
	return nerr_pass(err);
}

static enum tag_status status_of(enum start_refusal r)
{
	switch (r) {
	case START_ACCEPTED:
		return TAG_ACCEPTED;
	case REFUSED_CARD_UNKNOWN:
	case REFUSED_MEMBER_UNKNOWN:
	case REFUSED_CARD_NOT_HERE:
	case REFUSED_CONNECTOR_UNKNOWN:
		return TAG_INVALID;
	case REFUSED_CARD_EXPIRED:
		return TAG_EXPIRED;
	case REFUSED_CARD_BUSY:
	case REFUSED_MEMBER_BUSY:
	case REFUSED_CONNECTOR_BUSY:
		return TAG_CONCURRENT;
	default:
		return TAG_BLOCKED;
	}
}

/* ---- start */

/* What was found, with what only the end needs. */
struct known { struct wire_charge charge; int64_t at; bool over; char tag[WIRE_TAG]; int rows; };

static NEOERR *take_charge(const struct row *r, void *ctx)
{
	struct known *k = ctx;

	k->rows++;
	k->charge.id = row_i64(r, 0);
	k->charge.number = (int)row_i64(r, 1);
	k->charge.meter_start = row_i64(r, 2);
	k->charge.tag.status = (enum tag_status)choice_value(&tag_status_choices, row_str(r, 3));
	text_copy(k->charge.no, sizeof(k->charge.no), row_str(r, 4));
	text_copy(k->tag, sizeof(k->tag), row_str(r, 5));
	k->at = row_i64(r, 6);
	k->over = row_time(r, 7) != 0;
	return STATUS_OK;
}

struct app_start { int64_t session_id; int number; bool waits, taken; char no[SESSION_NO]; };

static NEOERR *take_app_start(const struct row *r, void *ctx)
{
	struct app_start *a = ctx;

	a->session_id = row_i64(r, 0);
	text_copy(a->no, sizeof(a->no), row_str(r, 1));
	a->waits = row_i64(r, 2) != 0;
	a->number = (int)row_i64(r, 3);
	a->taken = row_i64(r, 4) != 0;
	return STATUS_OK;
}

/* RemoteStart came true. One that came too late is told so, but its record becomes a bill. */
static NEOERR *start_by_app(struct db *db, const struct wire_start *in, struct wire_charge *out,
	int64_t *session_id)
{
	struct app_start a = { 0 };
	bool found;
	NEOERR *err;

	TRY(db_find(db, &wire_session_select, ARGS(I64(session_of_tag(in->tag)), I64(in->pile_id)),
		take_app_start, &a, &found));
	if (!found || a.taken)
		return STATUS_OK;
	*session_id = a.session_id;
	text_copy(out->no, sizeof(out->no), a.no);
	if (a.waits && a.number == in->number)
		out->tag.status = TAG_ACCEPTED;
	TRY(session_start_answer(db, a.no, true, 0));
out:
	return nerr_pass(err);
}

/* The same start asks for the same session. */
static void token_of(const struct wire_start *in, char out[TOKEN])
{
	char key[120], digest[SHA256_HEX];

	snprintf(key, sizeof(key), "wire:%lld:%d:%.20s:%lld:%lld", (long long)in->pile_id, in->number,
		in->tag, (long long)in->at, (long long)in->meter);
	sha256_hex(key, strlen(key), digest);
	snprintf(out, TOKEN, "w%.31s", digest);
}

static NEOERR *start_by_card(struct db *db, const struct wire_start *in, struct wire_charge *out,
	int64_t *session_id)
{
	char token[TOKEN];
	struct start_request req = { .mode = START_CARD, .limit_kind = LIMIT_FULL, .once = token };
	struct start_result result = { 0 };
	struct device_card card;
	NEOERR *err;

	TRY(wire_tag(db, in->pile_id, in->tag, &out->tag));
	TRY(device_card(db, in->tag, &card));
	TRY(device_connector(db, in->pile_id, in->number, &req.connector_id));
	if (out->tag.status != TAG_ACCEPTED || (card.id == 0 && card.token_id == 0) ||
		req.connector_id == 0) {
		if (out->tag.status == TAG_ACCEPTED)
			out->tag.status = TAG_INVALID;
		return STATUS_OK;
	}
	req.card_id = card.id;
	req.token_id = card.token_id;
	token_of(in, token);
	TRY(session_request(db, &req, &result));
	out->tag.status = status_of(result.refusal);
	if (result.refusal != START_ACCEPTED)
		return STATUS_OK;
	*session_id = result.session_id;
	text_copy(out->no, sizeof(out->no), result.no);
	TRY(session_start_answer(db, result.no, true, 0));
out:
	return nerr_pass(err);
}

static NEOERR *find_same(struct db *db, const struct wire_start *in, struct wire_charge *out,
	bool *found)
{
	struct known k = { 0 };
	NEOERR *err;

	TRY(db_find(db, &wire_charge_same,
		ARGS(I64(in->pile_id), I64(in->number), STR(in->tag), I64(in->at), I64(in->meter)),
		take_charge, &k, found));
	if (*found)
		*out = k.charge;
out:
	return nerr_pass(err);
}

NEOERR *wire_charge_start(struct db *db, const struct wire_start *in, struct wire_charge *out)
{
	int64_t session_id = 0;
	bool found = false;
	NEOERR *err;

	*out = (struct wire_charge){ .number = in->number, .meter_start = in->meter };
	out->tag.status = TAG_INVALID;
	TRY(find_same(db, in, out, &found));
	if (found)
		return STATUS_OK;
	if (session_of_tag(in->tag) != 0)
		TRY(start_by_app(db, in, out, &session_id));
	else
		TRY(start_by_card(db, in, out, &session_id));
	err = db_insert(db, &wire_charge_insert,
		ARGS(I64(in->pile_id), I64(in->number), STR(in->tag), I64(in->at), I64(in->meter),
			STR(choice_name(&tag_status_choices, out->tag.status)), IDREF(session_id),
			TIME(clock_now())),
		&out->id);
	if (error_is(err, ERR_DUPLICATE)) {          /* the same at the same moment */
		error_drop(err);
		err = find_same(db, in, out, &found);
	}
out:
	return nerr_pass(err);
}

NEOERR *wire_charge_find(struct db *db, int64_t pile_id, int64_t id, struct wire_charge *out,
	bool *found)
{
	struct known k = { 0 };
	NEOERR *err;

	TRY(db_find(db, &wire_charge_by_id, ARGS(I64(id), I64(pile_id)), take_charge, &k, found));
	*found = *found && !k.over;
	*out = k.charge;
out:
	return nerr_pass(err);
}

/* ---- end */

/* A number for what has no session: the same record gives the same one. */
static void make_no(const struct wire_stop *in, const struct known *k, char out[SESSION_NO])
{
	char key[120], digest[SHA256_HEX];
	unsigned mark = 0;

	snprintf(key, sizeof(key), "%lld:%lld:%lld:%.20s", (long long)in->id, (long long)in->at,
		(long long)in->meter, in->tag);
	sha256_hex(key, strlen(key), digest);
	for (int i = 0; i < 8; i++)
		mark = mark * 31 + (unsigned char)digest[i];
	snprintf(out, SESSION_NO, "%014llu%02u%012llu%04u",
		(unsigned long long)in->pile_id % 100000000000000, (unsigned)k->charge.number % 100,
		(unsigned long long)(k->charge.id ? k->at : in->at) % 1000000000000,
		(unsigned)(k->charge.id ? k->charge.id : mark) % 10000);
}

/* By its number; what has none (0, -1: the answer to its start was lost) by its tag, if that leaves
 * no doubt. */
static NEOERR *find_stopped(struct db *db, const struct wire_stop *in, struct known *k)
{
	bool found;
	NEOERR *err = STATUS_OK;

	memset(k, 0, sizeof(*k));
	if (in->id > 0)
		TRY(db_find(db, &wire_charge_by_id, ARGS(I64(in->id), I64(in->pile_id)), take_charge, k,
			&found));
	else if (*in->tag != '\0')
		TRY(db_query(db, &wire_charge_by_tag,
			ARGS(I64(in->pile_id), STR(in->tag), I64(in->at), I64(in->meter)), take_charge, k));
	if (k->rows != 1)
		memset(k, 0, sizeof(*k));
out:
	return nerr_pass(err);
}

/* Readings within the charge divide its energy among the prices of the day. */
static NEOERR *keep_points(struct db *db, const struct wire_stop *in, const struct known *k)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < in->points; i++) {
		const struct wire_point *p = &in->point[i];

		if (p->at <= k->at || p->at >= in->at || p->meter < k->charge.meter_start ||
			p->meter > in->meter)
			continue;
		TRY(db_exec(db, &wire_sample_insert,
			ARGS(TIME(p->at), ENERGY((p->meter - k->charge.meter_start) * WH_ENERGY),
				STR(k->charge.no)),
			NULL));
	}
out:
	return nerr_pass(err);
}

NEOERR *wire_charge_stop(struct db *db, const struct wire_stop *in, enum record_outcome *outcome)
{
	char no[SESSION_NO];
	struct session_record rec = { .protocol = in->protocol,
		.pile_serial = in->pile_serial,
		.no = no,
		.ended = in->at,
		.energy = -1,
		.meter_start = -1,
		.meter_end = in->meter * WH_ENERGY,
		.amount = -1,
		.device_reason = -1,
		.reason = in->reason,
		.vin = "",
		.physical_no = in->tag,
		.mode = START_OFFLINE,
		.raw = in->raw,
		.raw_len = in->raw_len };
	struct known k;
	NEOERR *err;

	TRY(find_stopped(db, in, &k));
	make_no(in, &k, no);
	if (k.charge.id != 0) {
		rec.started = k.at;
		rec.meter_start = k.charge.meter_start * WH_ENERGY;
		rec.connector_number = k.charge.number;
		rec.physical_no = k.tag;
	}
	if (k.charge.no[0] != '\0') {
		text_copy(no, sizeof(no), k.charge.no);
		TRY(keep_points(db, in, &k));
	}
	TRY(session_settle(db, &rec, outcome));
	if (k.charge.id != 0)
		TRY(db_exec(db, &wire_charge_stopped,
			ARGS(TIME(clock_now()), I64(in->meter), I64(k.charge.id)), NULL));
out:
	return nerr_pass(err);
}

/* ---- about stations */

NEOERR *pile_notice(struct db *db, int64_t pile_id, const char *kind, const char *words)
{
	return nerr_pass(db_exec(db, &pile_notice_put,
		ARGS(I64(pile_id), STR(kind), STR(words), TIME(clock_now())), NULL));
}

NEOERR *pile_boot(struct db *db, int64_t pile_id, const char *firmware, const char *iccid)
{
	return nerr_pass(
		db_exec(db, &pile_boot_put, ARGS(STR(firmware), STR(iccid), I64(pile_id)), NULL));
}

void pile_access_digest(const char *serial, const void *password, size_t len, char out[65])
{
	char text[300];
	int n = snprintf(text, sizeof(text), "%.60s:", serial);

	if (len > sizeof(text) - (size_t)n)
		len = sizeof(text) - (size_t)n;
	memcpy(text + n, password, len);
	sha256_hex(text, (size_t)n + len, out);
	explicit_bzero(text, sizeof(text));
}

static NEOERR *take_serial(const struct row *r, void *ctx)
{
	text_copy(ctx, 41, row_str(r, 0));
	return STATUS_OK;
}

/* 20 characters: as much as a station takes (OCPP-J 6.2.2). */
NEOERR *pile_access_renew(struct db *db, int64_t pile_id, char *out, size_t room)
{
	char serial[41] = "", password[21], digest[SHA256_HEX];
	NEOERR *err;

	TRY(db_get(db, &pile_serial_select, ARGS(I64(pile_id)), take_serial, serial));
	TRY(random_password(password, 20));
	pile_access_digest(serial, password, strlen(password), digest);
	TRY(db_exec(db, &pile_access_put, ARGS(STR(digest), I64(pile_id)), NULL));
	text_copy(out, room, password);
out:
	return nerr_pass(err);
}
