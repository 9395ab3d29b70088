/* reservation_book.c - a wish to book that nothing speaks against: the reservation and the hold of
 * its fee, in one transaction.
 * Owns the insert into reservation. Serves reservation.h. */
#include "charge/reservation_internal.h"
#include "charge/session_judge.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"

#define TOKEN_CHARS 32                       /* form_token.token */

SQL(booking_token_find,
	"select record_id from form_token where token = ? and resource = 'reservation'");
SQL(booking_token_insert,
	"insert into form_token (token, user_id, resource, record_id, created_at) values (?, ?,"
	" 'reservation', ?, ?)");
/* Run out, and the job has not come by yet. */
SQL(booking_stale,
	"select id from reservation where (open_connector_id = ? or open_member_id = ?) and state ="
	" 'booked' and expires_at < ?");
SQL(booking_insert,
	"insert into reservation (no, provider_id, property_id, station_id, area_id, pile_id,"
	" connector_id, member_id, phone, plate, open_connector_id, open_member_id, tariff_version_id,"
	" minutes, fee, booked_at, expires_at, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?,"
	" ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(booking_held, "update reservation set held_cash = ?, held_gift = ? where id = ?");

struct booking {
	const struct booking_request *req;
	const struct actor *who;
	struct booking_result *out;
	struct start_request start;
	struct asking asking;
};

/* "R", yymmddhhmmss, 6 random digits. */
static NEOERR *make_no(char out[RESERVATION_NO])
{
	char random[7];
	struct civil c;
	NEOERR *err = random_digits(random, 6);

	clock_civil(clock_now(), &c);
	snprintf(out, RESERVATION_NO, "R%02d%02d%02d%02d%02d%02d%s", c.year % 100, c.month, c.day,
		c.hour, c.minute, c.second, random);
	return nerr_pass(err);
}

struct stale { int n; int64_t id[2]; };

static NEOERR *take_stale(const struct row *r, void *ctx)
{
	struct stale *s = ctx;

	if (s->n < 2)
		s->id[s->n++] = row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *end_stale(struct db *db, const struct booking *b)
{
	struct stale s = { .n = 0 };
	NEOERR *err;

	TRY(db_query(db, &booking_stale,
		ARGS(I64(b->req->connector_id), I64(b->req->member_id), TIME(clock_now())), take_stale,
		&s));
	for (int i = 0; i < s.n; i++)
		TRY(reservation_run_out(db, s.id[i]));
out:
	return nerr_pass(err);
}

static NEOERR *insert(struct db *db, struct booking *b, struct reservation_row *r)
{
	const struct place *at = &b->asking.place;
	const struct payer *p = &b->asking.payer;
	const struct tariff *t = &b->asking.tariff;
	const char *plate = b->req->plate && *b->req->plate ? b->req->plate : p->plate;
	int64_t now = clock_now();
	NEOERR *err;

	*r = (struct reservation_row){ .provider_id = at->provider_id,
		.station_id = at->station_id,
		.pile_id = at->pile_id,
		.connector_id = b->req->connector_id,
		.member_id = p->member_id,
		.version_id = t->version_id,
		.fee = t->booking.price,
		.booked_at = now,
		.expires_at = now + t->booking.minutes * INT64_C(60) };
	TRY(make_no(r->no));
	err = db_insert(db, &booking_insert,
		ARGS(STR(r->no), I64(at->provider_id), I64(at->property_id), I64(at->station_id),
			I64(at->area_id), I64(at->pile_id), I64(r->connector_id), I64(r->member_id),
			STR(p->phone), STR(plate), I64(r->connector_id), I64(r->member_id), I64(r->version_id),
			I64(t->booking.minutes), MONEY(r->fee), TIME(now), TIME(r->expires_at), TIME(now),
			TIME(now)),
		&r->id);
	/* another was quicker, or the number is taken */
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "a booking stands in the way");
	}
out:
	return nerr_pass(err);
}

static NEOERR *hold(struct db *db, struct reservation_row *r)
{
	char key[RESERVATION_KEY];
	struct journal j = reservation_journal(r, JOURNAL_HOLD, "book", key);
	NEOERR *err;

	TRY(purse_hold(db, &j, r->fee, &r->held_cash, &r->held_gift));
	if (r->held_cash + r->held_gift != r->fee)
		return nerr_raise(ERR_RETRY, "the purse changed under the hold");
	TRY(db_exec(db, &booking_held, ARGS(MONEY(r->held_cash), MONEY(r->held_gift), I64(r->id)),
		NULL));
out:
	return nerr_pass(err);
}

static NEOERR *keep_token(struct db *db, const struct booking *b)
{
	NEOERR *err;

	if (!b->req->once)
		return STATUS_OK;
	err = db_exec(db, &booking_token_insert,
		ARGS(STR(b->req->once), I64(b->req->member_id), I64(b->out->id), TIME(clock_now())), NULL);
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "the form was posted twice at once");
	}
	return nerr_pass(err);
}

static NEOERR *book(struct db *db, struct booking *b)
{
	struct reservation_row r;
	NEOERR *err;

	TRY(end_stale(db, b));
	TRY(insert(db, b, &r));
	b->out->id = r.id;
	TRY(keep_token(db, b));
	TRY(reservation_tell_pile(db, &r, b->asking.place.number));
	TRY(hold(db, &r));
	if (b->who)
		TRY(audit_add(db, b->who, "reservation", r.id, "book", NULL, NULL, r.no));
out:
	return nerr_pass(err);
}

static NEOERR *ask(struct db *db, void *ctx)
{
	struct booking *b = ctx;
	struct booking_result *out = b->out;
	NEOERR *err;

	*out = (struct booking_result){ .refusal = START_ACCEPTED };
	TRY(asking_lock(db, &b->asking));
	if (b->req->once)
		TRY(db_i64(db, &booking_token_find, ARGS(STR(b->req->once)), &out->id));
	out->repeated = out->id != 0;
	if (out->repeated)
		return STATUS_OK;
	TRY(asking_judge_booking(db, &b->asking, &out->refusal));
	if (out->refusal == START_ACCEPTED)
		TRY(book(db, b));
out:
	return nerr_pass(err);
}

NEOERR *reservation_book(struct db *db, const struct booking_request *req,
	const struct actor *who, struct booking_result *out)
{
	struct booking b = { .req = req,
		.who = who,
		.out = out,
		.start = { .connector_id = req->connector_id, .member_id = req->member_id,
			.mode = START_APP } };

	b.asking.req = &b.start;
	if (req->once && strlen(req->once) > TOKEN_CHARS)
		return nerr_raise(ERR_INVALID, "a form token has at most %d characters", TOKEN_CHARS);
	return nerr_pass(db_tx(db, ask, &b));
}
