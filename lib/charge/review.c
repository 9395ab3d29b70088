/* review.c - stars and words of drivers, kept once a charge; the desk's answers.
 * Owns tables review, feedback. Serves review.h. */
#include "charge/review.h"

#include "base/clock.h"
#include "base/text.h"

SQL(review_session,
	"select provider_id, property_id, station_id, phone, state = 'finished' from session where id"
	" = ? and member_id = ?");
SQL(review_insert,
	"insert into review (provider_id, property_id, station_id, session_id, member_id, phone, stars,"
	" content, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(feedback_lately, "select count(*) from feedback where member_id = ? and created_at > ?");
SQL(feedback_insert,
	"insert into feedback (provider_id, member_id, phone, content, created_at, updated_at)"
	" select provider_id, id, phone, ?, ?, ? from member where id = ?");
#define REPLY(table) "update " table " set state = 'replied', reply = ?, operator = ?, replied_at" \
	" = ?, updated_at = ?, updated_by = ?, version = version + 1 where id = ?"
SQL(review_replied, REPLY("review"));
SQL(feedback_replied, REPLY("feedback"));

const char *review_refusal_name(enum review_refusal r)
{
	static const char *const names[] = { [REVIEW_FINE] = "fine",
		[REVIEW_NOT_FINISHED] = "not_finished", [REVIEW_STARS] = "stars", [REVIEW_LONG] = "long",
		[REVIEW_TWICE] = "twice", [REVIEW_EMPTY] = "empty", [REVIEW_MANY] = "many" };

	return names[r];
}

struct saying {
	int64_t member_id, session_id, stars, provider_id, property_id, station_id;
	const char *content;
	char phone[21];
	bool finished;
	enum review_refusal refusal;
};

static NEOERR *take_session(const struct row *r, void *ctx)
{
	struct saying *s = ctx;

	s->provider_id = row_i64(r, 0);
	s->property_id = row_i64(r, 1);
	s->station_id = row_i64(r, 2);
	text_copy(s->phone, sizeof s->phone, row_str(r, 3));
	s->finished = row_i64(r, 4) != 0;
	return STATUS_OK;
}

static NEOERR *add_review(struct db *db, void *ctx)
{
	struct saying *s = ctx;
	int64_t now = clock_now(), id;
	NEOERR *err;

	TRY(db_get(db, &review_session, ARGS(I64(s->session_id), I64(s->member_id)), take_session, s));
	s->refusal = !s->finished ? REVIEW_NOT_FINISHED
		: s->stars < 1 || s->stars > 5 ? REVIEW_STARS
		: text_chars(s->content) > REVIEW_TEXT ? REVIEW_LONG : REVIEW_FINE;
	if (s->refusal != REVIEW_FINE)
		return STATUS_OK;
	err = db_insert(db, &review_insert,
		ARGS(I64(s->provider_id), I64(s->property_id), I64(s->station_id), I64(s->session_id),
			I64(s->member_id), STR(s->phone), I64(s->stars), STR(s->content), TIME(now), TIME(now)),
		&id);
	if (error_is(err, ERR_DUPLICATE)) {
		nerr_ignore(&err);
		s->refusal = REVIEW_TWICE;
	}
out:
	return nerr_pass(err);
}

NEOERR *review_add(struct db *db, int64_t member_id, int64_t session_id, int64_t stars,
	const char *content, enum review_refusal *refusal)
{
	struct saying s = { .member_id = member_id, .session_id = session_id, .stars = stars,
		.content = content };
	NEOERR *err = db_tx(db, add_review, &s);

	*refusal = s.refusal;
	return nerr_pass(err);
}

static NEOERR *add_feedback(struct db *db, void *ctx)
{
	struct saying *s = ctx;
	int64_t now = clock_now(), lately = 0;
	NEOERR *err;

	TRY(db_i64(db, &feedback_lately, ARGS(I64(s->member_id), TIME(now - DAY_SECONDS)), &lately));
	s->refusal = !*s->content ? REVIEW_EMPTY
		: text_chars(s->content) > FEEDBACK_TEXT ? REVIEW_LONG
		: lately >= FEEDBACKS_A_DAY ? REVIEW_MANY : REVIEW_FINE;
	if (s->refusal == REVIEW_FINE)
		TRY(db_exec(db, &feedback_insert,
			ARGS(STR(s->content), TIME(now), TIME(now), I64(s->member_id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *feedback_add(struct db *db, int64_t member_id, const char *content,
	enum review_refusal *refusal)
{
	struct saying s = { .member_id = member_id, .content = content };
	NEOERR *err = db_tx(db, add_feedback, &s);

	*refusal = s.refusal;
	return nerr_pass(err);
}

static NEOERR *answer(struct db *db, const struct sql *write, int64_t id, const char *reply,
	const struct actor *who)
{
	int64_t now = clock_now();

	return nerr_pass(db_exec(db, write,
		ARGS(STR(reply), STR(who->name), TIME(now), TIME(now), IDREF(who->user_id), I64(id)),
		NULL));
}

NEOERR *review_reply(struct db *db, int64_t id, const char *reply, const struct actor *who)
{
	return nerr_pass(answer(db, &review_replied, id, reply, who));
}

NEOERR *feedback_reply(struct db *db, int64_t id, const char *reply, const struct actor *who)
{
	return nerr_pass(answer(db, &feedback_replied, id, reply, who));
}
