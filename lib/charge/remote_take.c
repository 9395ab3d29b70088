/* remote_take.c - notifications of other platforms about their piles and our drivers there,
 * answered (T/CEC 102 sections 3.3, 3.9, 3.11, 3.13 to 3.15).
 * Owns nothing. Serves exchange_take.c. */
#include "charge/exchange_internal.h"
#include "charge/remote.h"

static void put_seq(struct exchange_call *c, bool known)
{
	put_text(c->answer, "StartChargeSeq", json_text(c->ask, "StartChargeSeq", ""));
	put_int(c->answer, "SuccStat", known ? 0 : 1);
	put_int(c->answer, "FailReason", known ? 0 : 1);
}

NEOERR *take_state(struct exchange_call *c)
{
	bool known = false;
	NEOERR *err = remote_state_take(c->db, c->peer,
		json_object_get(c->ask, "ConnectorStatusInfo"), &known);

	put_int(c->answer, "Status", known ? 0 : 1);
	return nerr_pass(err);
}

NEOERR *take_started(struct exchange_call *c)
{
	bool known = false;
	NEOERR *err = remote_started(c->db, c->peer, c->ask, &known);

	put_seq(c, known);
	return nerr_pass(err);
}

NEOERR *take_progress(struct exchange_call *c)
{
	bool known = false;
	NEOERR *err = remote_progress(c->db, c->peer, c->ask, &known);

	put_seq(c, known);
	return nerr_pass(err);
}

/* That it stopped, the order says as well, with its figures. */
NEOERR *take_stopped(struct exchange_call *c)
{
	put_seq(c, true);
	return STATUS_OK;
}

NEOERR *take_order(struct exchange_call *c)
{
	int confirm = 1;
	NEOERR *err = remote_order(c->db, c->peer, c->ask, &confirm);

	put_text(c->answer, "StartChargeSeq", json_text(c->ask, "StartChargeSeq", ""));
	put_text(c->answer, "ConnectorID", json_text(c->ask, "ConnectorID", ""));
	put_int(c->answer, "ConfirmResult", confirm);
	return nerr_pass(err);
}

NEOERR *take_check(struct exchange_call *c)
{
	return nerr_pass(remote_check(c->db, c->peer, c->ask, c->answer));
}
