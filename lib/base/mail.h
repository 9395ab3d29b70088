/* mail.h - one mail through the configured server: SMTP by libcurl, UTF-8, files beside the text.
 * Owns nothing. Serves the courier. */
#ifndef BASE_MAIL_H
#define BASE_MAIL_H

#include "base/buf.h"

struct mail_file { const char *name, *type; const void *data; size_t len; };
/* id: the same for each try of one mail, so that a reader's program sees it once. */
struct mail {
	const char *to, *subject, *text, *id;
	const struct mail_file *file; int files;
};

/* local@domain without blanks, brackets, quotes or control characters. */
bool mail_is_address(const char *s);
/* A header's value: as it is if printable ASCII, else encoded words of UTF-8 in base64, folded
 * (RFC 2047). */
void mail_header(struct buf *out, const char *value);
/* By conf.smtp_*; conf.smtp_user is sent over TLS only. A server that cannot be reached or
 * refuses is ERR_PEER; no smtp_url is ERR_INVALID. */
NEOERR *mail_send(const struct mail *m) CHECKED;

#endif
