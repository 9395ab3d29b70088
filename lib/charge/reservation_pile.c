/* reservation_pile.c - stations that can keep a connector by themselves: OCPP ReserveNow and
 * CancelReservation, so that a card at the station is refused there, too.
 * Owns nothing. Serves reservation*.c. */
#include "charge/reservation_internal.h"

#include "base/clock.h"
#include "charge/command.h"

#define SECONDS 60

SQL(reservation_ocpp,
	"select m.no from pile p join member m on m.id = ? where p.id = ? and p.protocol = 'ocpp16'");
SQL(reservation_on_pile, "update reservation set on_pile = 1 where id = ?");

static NEOERR *ask(struct db *db, int64_t pile_id, const char *words)
{
	return nerr_pass(command_add_words(db, COMMAND_OCPP, pile_id, 0, 0,
		(struct command_words){ words, false }, SECONDS, 0, NULL));
}

static NEOERR *take_no(const struct row *r, void *ctx)
{
	snprintf(ctx, 21, "%s", row_str(r, 0));      /* an idTag has at most 20 characters */
	return STATUS_OK;
}

/* The zone of the wire is UTC. */
static void until(int64_t t, char out[CLOCK_TEXT + 2])
{
	char text[CLOCK_TEXT];

	clock_format(t - clock_offset(), text);
	snprintf(out, CLOCK_TEXT + 2, "%.10sT%sZ", text, text + 11);
}

NEOERR *reservation_tell_pile(struct db *db, const struct reservation_row *r, int number)
{
	char words[200], tag[21], when[CLOCK_TEXT + 2];
	bool speaks = false;
	NEOERR *err;

	TRY(db_find(db, &reservation_ocpp, ARGS(I64(r->member_id), I64(r->pile_id)), take_no, tag,
		&speaks));
	if (!speaks)
		return STATUS_OK;
	until(r->expires_at, when);
	snprintf(words, sizeof(words),
		"{\"action\":\"ReserveNow\",\"payload\":{\"connectorId\":%d,\"expiryDate\":\"%s\","
		"\"idTag\":\"%s\",\"reservationId\":%lld}}",
		number, when, tag, (long long)r->id);
	TRY(ask(db, r->pile_id, words));
	TRY(db_exec(db, &reservation_on_pile, ARGS(I64(r->id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *reservation_untell_pile(struct db *db, const struct reservation_row *r)
{
	char words[100];

	if (!r->on_pile)
		return STATUS_OK;
	snprintf(words, sizeof(words),
		"{\"action\":\"CancelReservation\",\"payload\":{\"reservationId\":%lld}}",
		(long long)r->id);
	return nerr_pass(ask(db, r->pile_id, words));
}
