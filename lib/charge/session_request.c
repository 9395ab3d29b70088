/* session_request.c - a wish to charge that nothing speaks against: the session, its hold and its
 * command, in one transaction.
 * Owns the insert into session. Serves session.h. */
#include "charge/session_judge.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/agreement.h"
#include "charge/command.h"
#include "charge/reservation.h"

#define START_SECONDS 60                     /* a start that could not be sent within it is void */
#define TOKEN_CHARS 32                       /* form_token.token */

SQL(request_token_find,
	"select s.id, s.no, s.prepaid from form_token t join session s on s.id = t.record_id"
	" where t.token = ? and t.resource = 'session'");
SQL(request_token_insert,
	"insert into form_token (token, user_id, resource, record_id, created_at) values (?, ?,"
	" 'session', ?, ?)");
SQL(session_insert,
	"insert into session (no, kind, provider_id, property_id, station_id, area_id, pile_id,"
	" connector_id,"
	" member_id, member_provider_id, card_id, token_id, phone, plate, vin, start_mode,"
	" pay_kind, state, limit_kind, limit_value,"
	" tariff_version_id, least_service, prepaid, parallel, fleet_id, vehicle_id, plan_id,"
	" price_fleet_id, price_energy, price_service, requested_at, created_at, updated_at)"
	" values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'starting', ?, ?, ?, ?, ?, ?,"
	" ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(request_connector_live,
	"insert into connector_live (connector_id, state, session_id, updated_at) values (?,"
	" 'starting', ?, ?)"
	" on duplicate key update state = 'starting', session_id = values(session_id), updated_at ="
	" values(updated_at)");

static NEOERR *take_repeated(const struct row *r, void *ctx)
{
	struct start_result *out = ctx;

	out->session_id = row_i64(r, 0);
	text_copy(out->no, sizeof(out->no), row_str(r, 1));
	out->prepaid = row_money(r, 2);
	return STATUS_OK;
}

/* Pile 14 digits, connector 2, yymmddhhmmss, 4 random digits (云快充 section 2); a serial of other
 * shape gives its last 14 digits. */
static NEOERR *make_no(const struct asking *a, char out[SESSION_NO])
{
	char digits[15] = "00000000000000", counter[5];
	int at = 14;
	struct civil c;
	NEOERR *err;

	for (size_t i = strlen(a->place.serial); i > 0 && at > 0; i--)
		if (a->place.serial[i - 1] >= '0' && a->place.serial[i - 1] <= '9')
			digits[--at] = a->place.serial[i - 1];
	if ((err = random_digits(counter, 4)) != STATUS_OK)
		return nerr_pass(err);
	clock_civil(clock_now(), &c);
	snprintf(out, SESSION_NO, "%s%02d%02d%02d%02d%02d%02d%02d%s", digits, a->place.number % 100,
		c.year % 100, c.month, c.day, c.hour, c.minute, c.second, counter);
	return STATUS_OK;
}

/* P19: who charges an e-bike until full has the longest charge as his limit, in seconds, and nobody
 * has more. */
static int64_t limit_of(const struct asking *a)
{
	int64_t longest = (int64_t)a->tariff.bike.stop_minutes * 60, wish = a->req->limit_value;

	if (!tariff_is_bike(&a->tariff) || a->req->limit_kind == LIMIT_AMOUNT ||
		a->req->limit_kind == LIMIT_ENERGY)
		return wish;
	return a->req->limit_kind == LIMIT_FULL || wish > longest ? longest : wish;
}

static NEOERR *insert_session(struct db *db, struct asking *a)
{
	const struct start_request *r = a->req;
	const struct place *at = &a->place;
	const struct payer *p = &a->payer;
	const struct fleet_price *price = &a->price;
	char energy[FIXED_TEXT], service[FIXED_TEXT];
	int64_t now = clock_now();
	NEOERR *err;

	TRY(make_no(a, a->out->no));
	err = db_insert(db, &session_insert,
		ARGS(STR(a->out->no), STR(at->kind), I64(at->provider_id), I64(at->property_id),
			I64(at->station_id), I64(at->area_id), I64(at->pile_id), I64(r->connector_id),
			IDREF(p->member_id), I64(p->provider_id), IDREF(p->card_id), IDREF(r->token_id),
			STR(p->phone),
			STR(r->plate && *r->plate ? r->plate : p->plate), STR(r->vin ? r->vin : ""),
			STR(choice_name(&start_mode_choices, r->mode)),
			STR(choice_name(&pay_kind_choices,
				r->guest_provider_id ? PAY_NONE
					: r->fleet_id ? PAY_FLEET
					: r->card_id  ? PAY_CARD
								  : PAY_WALLET)),
			STR(choice_name(&limit_kind_choices, r->limit_kind)), I64(limit_of(a)),
			I64(a->tariff.version_id), I64(a->tariff.least_service), MONEY(a->hold),
			STR(r->parallel), IDREF(r->fleet_id),
			IDREF(a->vehicle.vehicle_id ? a->vehicle.vehicle_id : price->vehicle_id),
			IDREF(r->plan_id), IDREF(price->fleet_id),
			price->fleet_id ? STR(fixed_format(price->energy, 2, 2, energy)) : NULLARG,
			price->fleet_id ? STR(fixed_format(price->service, 2, 2, service)) : NULLARG,
			TIME(now), TIME(now), TIME(now)),
		&a->out->session_id);
	if (error_is(err, ERR_DUPLICATE)) {              /* the number is taken: again with another */
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "session number %s is taken", a->out->no);
	}
out:
	return nerr_pass(err);
}

static NEOERR *hold(struct db *db, struct asking *a)
{
	char key[60];
	struct journal j = { .kind = JOURNAL_HOLD,
		.dedupe_key = key,
		.provider_id = a->place.provider_id,
		.station_id = a->place.station_id,
		.member_id = a->payer.member_id,
		.card_id = a->payer.card_id,
		.session_id = a->out->session_id,
		.credit = asking_credit(a),
		.purse = asking_purse(a) };
	NEOERR *err;

	if (a->req->guest_provider_id)
		return STATUS_OK;
	snprintf(key, sizeof(key), "hold:%s", a->out->no);
	TRY(purse_hold(db, &j, a->hold, &a->held_cash, &a->held_gift));
	if (a->held_cash + a->held_gift != a->hold)
		err = nerr_raise(ERR_RETRY, "the purse changed under the hold");
out:
	return nerr_pass(err);
}

/* Two posts of one form at the same moment: the later one starts over and finds the session of
 * the first. */
static NEOERR *keep_token(struct db *db, const struct asking *a)
{
	NEOERR *err;

	if (!a->req->once)
		return STATUS_OK;
	err = db_exec(db, &request_token_insert,
		ARGS(STR(a->req->once), I64(a->payer.member_id), I64(a->out->session_id),
			TIME(clock_now())),
		NULL);
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "the form was posted twice at once");
	}
	return nerr_pass(err);
}

static NEOERR *start(struct db *db, struct asking *a)
{
	int64_t pile_id = a->place.pile_id, id = 0, command_id = 0;
	NEOERR *err;

	TRY(insert_session(db, a));
	id = a->out->session_id;
	if (a->payer.provider_id != a->place.provider_id)
		TRY(agreement_keep(db, id, pile_id, a->payer.provider_id, clock_now()));
	TRY(keep_token(db, a));
	if (a->reservation_id)
		TRY(reservation_charged(db, a->reservation_id, id));
	TRY(hold(db, a));
	TRY(session_event(db, id, "requested", choice_name(&start_mode_choices, a->req->mode), ""));
	TRY(db_exec(db, &request_connector_live,
		ARGS(I64(a->req->connector_id), I64(id), TIME(clock_now())), NULL));
	if (a->req->mode == START_APP || a->req->by_command)
		TRY(command_add(db, COMMAND_START, pile_id, a->req->connector_id, id, 0, START_SECONDS, 0,
			&command_id));
	if (command_id && a->req->start_at > clock_now())
		TRY(command_postpone(db, command_id, a->req->start_at, START_SECONDS));
	a->out->prepaid = a->hold;
out:
	return nerr_pass(err);
}

static NEOERR *ask(struct db *db, void *ctx)
{
	struct asking *a = ctx;
	struct start_result *out = a->out;
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	TRY(asking_lock(db, a));
	if (a->req->once)
		TRY(db_find(db, &request_token_find, ARGS(STR(a->req->once)), take_repeated, out,
			&out->repeated));
	if (out->repeated)
		return STATUS_OK;
	TRY(asking_judge(db, a, &out->refusal));
	if (out->refusal == START_ACCEPTED)
		TRY(start(db, a));
out:
	return nerr_pass(err);
}

NEOERR *session_request(struct db *db, const struct start_request *req, struct start_result *out)
{
	struct asking a = { .req = req, .out = out };

	if (req->once && strlen(req->once) > TOKEN_CHARS)
		return nerr_raise(ERR_INVALID, "a form token has at most %d characters", TOKEN_CHARS);
	return nerr_pass(db_tx(db, ask, &a));
}
