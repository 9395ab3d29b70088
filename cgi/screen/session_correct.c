/* session_correct.c - what a person does with a charge whose figures are suspicious (O13-O15).
 * Owns nothing. Serves session.c, whose actions these are. */
#include "charge/session_correct.h"
#include "cgi/screen/session_correct.h"
#include "cgi/screen/screen.h"

#define NOTE { "note", F_TEXT, CREATE | REQUIRED, 1, 200 }

const struct field session_note_fields[] = { NOTE, FIELDS_END };
const struct field session_correct_fields[] = {
	{ "energy", F_ENERGY, CREATE, 0, 100000 * ENERGY_KWH },
	{ "started_at", F_TIME, CREATE },
	{ "ended_at", F_TIME, CREATE },
	{ "agreed", F_MONEY, CREATE, 0, 1000000 * MONEY_YUAN },
	NOTE,
	FIELDS_END,
};

static void judge(struct request *req, struct change *input, enum correct_refusal refusal)
{
	if (refusal != CORRECT_FINE)
		change_error(input, refusal == CORRECT_TIMES ? "ended_at"
				: refusal == CORRECT_AMOUNT ? "agreed"
											: NULL,
			arena_printf(&req->arena, "session.correct_refused.%s",
				correct_refusal_name(refusal)));
}

static int64_t or_none(struct change *input, const char *field, int64_t none)
{
	const struct value *v = change_value(input, field);

	return v->given && !v->null ? v->number : none;
}

#define STEP(name, call) \
	NEOERR *name(struct request *req, const struct resource *res, int64_t id, \
		struct change *input) \
	{ \
		const char *note = change_text(input, "note"); \
		enum correct_refusal refusal; \
		NEOERR *err; \
\
		(void)res; \
		TRY(call); \
		judge(req, input, refusal); \
	out: \
		return nerr_pass(err); \
	}

STEP(session_mark_run, session_mark(req->db, id, note, &req->actor, &refusal))
STEP(session_accept_run, session_accept(req->db, id, note, &req->actor, &refusal))
STEP(session_void_run, session_void(req->db, id, note, &req->actor, &refusal))
STEP(session_approve_run, session_review(req->db, id, true, note, &req->actor, &refusal))
STEP(session_reject_run, session_review(req->db, id, false, note, &req->actor, &refusal))
STEP(session_correct_run, session_correct(req->db, id,
	&(struct correction){ or_none(input, "energy", -1), or_none(input, "started_at", 0),
		or_none(input, "ended_at", 0), or_none(input, "agreed", -1), note },
	&req->actor, &refusal))
