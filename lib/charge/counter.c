/* counter.c - the window where people are served: recharges on offer, a new member.
 * Owns nothing. Serves counter.h. */
#include "charge/counter.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/member.h"
#include "db/setting.h"

#define OFFER_MAX (INT64_C(100000) * MONEY_YUAN)

SQL(counter_phone, "select count(*) from member where phone = ? and deleted = 0");
SQL(counter_insert,
	"insert into member (no, provider_id, station_id, name, phone, source, created_at, created_by,"
	" updated_at, updated_by) values (?, ?, ?, ?, ?, 'offline', ?, ?, ?, ?)");

static bool counter_offer_read(const char *word, struct counter_offer *out)
{
	char cash[sizeof(out->word)];
	char *plus;

	*out = (struct counter_offer){ .gift = 0 };
	if (strlen(word) >= sizeof(out->word))
		return false;
	text_copy(out->word, sizeof(out->word), word);
	text_copy(cash, sizeof(cash), word);
	if ((plus = strchr(cash, '+')) != NULL) {
		*plus = '\0';
		if (!money_parse(plus + 1, &out->gift) || out->gift <= 0 || out->gift > OFFER_MAX)
			return false;
	}
	return money_parse(cash, &out->cash) && out->cash >= MONEY_FEN && out->cash <= OFFER_MAX &&
		out->cash % MONEY_FEN == 0 && out->gift % MONEY_FEN == 0;
}

NEOERR *counter_offers(struct db *db, struct counter_offer out[COUNTER_OFFERS], int *n)
{
	char text[201], *list = text, *word;
	NEOERR *err;

	*n = 0;
	TRY(setting_text(db, "counter_amounts", text, sizeof(text)));
	while (*n < COUNTER_OFFERS && (word = text_split(&list, ' ')) != NULL)
		if (counter_offer_read(word, &out[*n]))
			(*n)++;
out:
	return nerr_pass(err);
}

struct opening { const struct counter_person *p; int64_t id; bool fresh; };

static NEOERR *insert(struct db *db, void *ctx)
{
	struct opening *o = ctx;
	const struct counter_person *p = o->p;
	int64_t known = 0, now = clock_now();
	char no[10];
	NEOERR *err;

	TRY(db_i64(db, &counter_phone, ARGS(STR(p->phone)), &known));
	o->fresh = known == 0;
	if (known)
		return STATUS_OK;
	TRY(member_new_no(db, no));
	err = db_insert(db, &counter_insert,
		ARGS(STR(no), I64(p->provider_id), IDREF(p->station_id), STR(p->name), STR(p->phone),
			TIME(now), IDREF(p->by), TIME(now), IDREF(p->by)),
		&o->id);
	if (error_is(err, ERR_DUPLICATE)) {          /* the same phone at two windows */
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "the phone or the number is taken");
	}
out:
	return nerr_pass(err);
}

NEOERR *counter_open(struct db *db, const struct counter_person *p, int64_t *member_id,
	bool *fresh)
{
	struct opening o = { .p = p };
	NEOERR *err = db_tx(db, insert, &o);

	*member_id = o.id;
	*fresh = o.fresh;
	return nerr_pass(err);
}
