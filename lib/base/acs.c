/* acs.c - the canonical request and its signature.
 * Owns nothing. Serves acs.h. */
#include "base/acs.h"

#include <ctype.h>
#include <time.h>

static void escape(struct buf *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x80 && (isalnum(c) || strchr("-_.~", c)))
			buf_putc(out, *s);
		else
			buf_printf(out, "%%%02X", c);
	}
}

void acs_query(struct buf *query, const char *name, const char *value)
{
	if (query->len)
		buf_putc(query, '&');
	escape(query, name);
	buf_putc(query, '=');
	escape(query, value);
}

void acs_date(int64_t time, char out[24])
{
	time_t t = (time_t)time;
	struct tm c;

	if (!gmtime_r(&t, &c) || strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &c) == 0)
		out[0] = '\0';
}

void acs_signature(const struct acs_request *r, const char *secret, char out[SHA256_HEX])
{
	char content[SHA256_HEX], canonical[SHA256_HEX];
	struct buf b;

	sha256_hex(r->body, strlen(r->body), content);
	buf_init(&b, 0);
	buf_printf(&b, "%s\n%s\n%s\n", r->method, r->path, r->query);
	buf_printf(&b, "host:%s\nx-acs-action:%s\nx-acs-content-sha256:%s\nx-acs-date:%s\n"
				   "x-acs-signature-nonce:%s\nx-acs-version:%s\n\n",
		r->host, r->action, content, r->date, r->nonce, r->version);
	buf_printf(&b, "%s\n%s", ACS_SIGNED, content);
	sha256_hex(b.data, b.len, canonical);
	buf_reset(&b);
	buf_printf(&b, "%s\n%s", ACS_ALGORITHM, canonical);
	hmac_sha256_hex(secret, strlen(secret), b.data, b.len, out);
	buf_clear(&b);
}
