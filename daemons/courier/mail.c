/* mail.c - mails of the outbox through the configured server.
 * Owns nothing.
 * Serves courier.c. */
#include "daemons/courier/courier.h"

#include "base/mail.h"
#include "base/text.h"

/* The payload is the text, the subject the mail's. */
NEOERR *mail_smtp_send(struct db *db, const struct delivery *d, char *answer, size_t room)
{
	const struct mail m = { .to = d->target, .subject = d->subject, .text = d->payload };
	NEOERR *err;

	(void)db;
	TRY(mail_send(&m));
	text_copy(answer, room, "accepted by the mail server");
out:
	return nerr_pass(err);
}
