/* mail.c - mails of the outbox through the configured server.
 * Owns nothing.
 * Serves courier.c. */
#include "daemons/courier/courier.h"

#include "base/mail.h"
#include "base/text.h"
#include "charge/invoice.h"

/* "invoice/12" is a PDF made now from what is kept. */
static NEOERR *make_file(struct db *db, const char *attachment, struct buf *out)
{
	int64_t id;

	if (!text_starts(attachment, "invoice/") || !text_i64(attachment + strlen("invoice/"), &id))
		return nerr_raise(ERR_INVALID, "nothing is attached as \"%s\"", attachment);
	return nerr_pass(invoice_pdf(db, id, out));
}

/* The payload is the text, the subject the mail's. */
NEOERR *mail_smtp_send(struct db *db, const struct delivery *d, char *answer, size_t room)
{
	struct mail_file file = { .name = "invoice.pdf", .type = "application/pdf" };
	struct mail m = { .to = d->target, .subject = d->subject, .text = d->payload, .file = &file };
	char id[24];
	struct buf pdf;
	NEOERR *err;

	snprintf(id, sizeof(id), "%lld", (long long)d->id);
	m.id = id;
	buf_init(&pdf, 0);
	if (*d->attachment) {
		TRY(make_file(db, d->attachment, &pdf));
		file.data = pdf.data;
		file.len = pdf.len;
		m.files = 1;
	}
	TRY(mail_send(&m));
	text_copy(answer, room, "accepted by the mail server");
out:
	buf_clear(&pdf);
	return nerr_pass(err);
}
