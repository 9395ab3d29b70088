/* exchange_serve_charge.c - a peer's driver starts, watches and stops a charge at our pile
 * (T/CEC 102 sections 3.8, 3.10, 3.12).
 * Owns table exchange_session. Serves exchange_take.c. */
#include "charge/exchange_internal.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/session.h"

#define BALANCE_MAX (10000 * MONEY_YUAN)

SQL(serve_connector_id,
	"select c.id from station s join exchange_peer p on p.id = ? join connector c on c.station_id ="
	" s.id and c.deleted = 0 where" EXCHANGE_SHARED " and c.code = ?");
SQL(exchange_session_insert,
	"insert into exchange_session (session_id, exchange_peer_id, seq) values (?, ?, ?)");

struct start {
	struct exchange_call *call;
	const char *seq;
	struct exchange_figures figures;
	bool there;
	int reason;
};

static int reason_of(enum start_refusal r)
{
	switch (r) {
	case START_ACCEPTED: return 0;
	case REFUSED_CONNECTOR_UNKNOWN: return 1;
	case REFUSED_PILE_OFFLINE: return 2;
	case REFUSED_NOT_PLUGGED: return 3;
	case REFUSED_CONNECTOR_BUSY: return 4;
	default: return 5;
	}
}

/* What a peer vouches for is the most that may be charged. */
static void set_limit(const json_t *ask, struct start_request *r)
{
	int64_t balance = json_scaled(ask, "Balance", MONEY_SCALE, 0);

	if (balance < MONEY_FEN)
		return;
	r->limit_kind = LIMIT_AMOUNT;
	r->limit_value = balance > BALANCE_MAX ? BALANCE_MAX : balance;
}

static NEOERR *begin(struct db *db, struct start *s, int64_t connector_id)
{
	const json_t *ask = s->call->ask;
	char plate[13], phone[21];
	struct start_request r = { .connector_id = connector_id,
		.guest_provider_id = s->call->peer->partner_id,
		.guest_phone = phone,
		.mode = START_APP,
		.limit_kind = LIMIT_FULL,
		.plate = plate };
	struct start_result result;
	NEOERR *err;

	text_copy(plate, sizeof(plate), json_text(ask, "PlateNum", ""));
	text_copy(phone, sizeof(phone), json_text(ask, "PhoneNum", ""));
	if (!text_is_phone(phone))
		phone[0] = '\0';
	set_limit(ask, &r);
	TRY(session_request(db, &r, &result));
	s->reason = reason_of(result.refusal);
	if (!s->reason)
		TRY(db_exec(db, &exchange_session_insert,
			ARGS(I64(result.session_id), I64(s->call->peer->id), STR(s->seq)), NULL));
out:
	if (error_is(err, ERR_DUPLICATE)) {          /* the same wish at the same moment */
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "the charge is there already");
	}
	return nerr_pass(err);
}

static NEOERR *start_tx(struct db *db, void *ctx)
{
	struct start *s = ctx;
	int64_t connector_id = 0;
	NEOERR *err;

	s->reason = 0;
	TRY(exchange_figures_by_seq(db, s->call->peer->id, s->seq, &s->figures, &s->there));
	if (s->there)
		return STATUS_OK;
	TRY(db_i64(db, &serve_connector_id,
		ARGS(I64(s->call->peer->id), STR(json_text(s->call->ask, "ConnectorID", ""))),
		&connector_id));
	if (!connector_id)
		s->reason = 1;
	else
		TRY(begin(db, s, connector_id));
out:
	return nerr_pass(err);
}

static bool seq_is_theirs(const struct exchange_peer *p, const char *seq)
{
	if (strlen(seq) < 10 || strncmp(seq, p->their_operator, 9) != 0)
		return false;
	for (; *seq; seq++)
		if (*seq <= ' ' || *seq > '~')
			return false;
	return true;
}

NEOERR *serve_start(struct exchange_call *c)
{
	struct start s = { .call = c, .seq = json_text(c->ask, "StartChargeSeq", "") };
	NEOERR *err;

	if (!seq_is_theirs(c->peer, s.seq))
		return nerr_raise(ERR_INVALID, "StartChargeSeq begins with your OperatorID");
	TRY(db_tx(c->db, start_tx, &s));
	put_text(c->answer, "StartChargeSeq", s.seq);
	put_int(c->answer, "StartChargeSeqStat",
		s.there ? (int)exchange_state_of(s.figures.state) : s.reason ? SEQ_ENDED : SEQ_STARTING);
	put_text(c->answer, "ConnectorID", json_text(c->ask, "ConnectorID", ""));
	put_int(c->answer, "SuccStat", s.reason ? 1 : 0);
	put_int(c->answer, "FailReason", s.reason);
out:
	return nerr_pass(err);
}

NEOERR *serve_stop(struct exchange_call *c)
{
	struct exchange_figures f = { 0 };
	bool found = false, asked = false;
	int reason = 1;
	NEOERR *err;

	TRY(exchange_figures_by_seq(c->db, c->peer->id, json_text(c->ask, "StartChargeSeq", ""), &f,
		&found));
	if (found && exchange_state_of(f.state) == SEQ_ENDED)
		reason = 3;
	else if (found) {
		TRY(session_stop(c->db, f.session_id, STOP_DRIVER, NULL, &asked));
		reason = 0;
	}
	put_text(c->answer, "StartChargeSeq", json_text(c->ask, "StartChargeSeq", ""));
	put_int(c->answer, "StartChargeSeqStat",
		!found ? SEQ_UNKNOWN : reason ? SEQ_ENDED : SEQ_STOPPING);
	put_int(c->answer, "SuccStat", reason ? 1 : 0);
	put_int(c->answer, "FailReason", reason);
out:
	return nerr_pass(err);
}

NEOERR *serve_charge(struct exchange_call *c)
{
	struct exchange_figures f = { 0 };
	bool found = false;
	NEOERR *err;

	TRY(exchange_figures_by_seq(c->db, c->peer->id, json_text(c->ask, "StartChargeSeq", ""), &f,
		&found));
	if (!found)
		return nerr_raise(ERR_INVALID, "no charge of this StartChargeSeq");
	exchange_put_status(c->answer, &f);
out:
	return nerr_pass(err);
}
