/* field_sign.c - the canonical text of a message and its digest.
 * Owns nothing; pure. Serves field_sign.h. */
#include "charge/field_sign.h"

#include "base/buf.h"
#include "base/sign.h"
#include "base/text.h"

#define FIELDS_MAX 40

struct pair { const char *name; const json_t *value; };

static int by_name(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static NEOERR *collect(const json_t *fields, struct pair *pairs, int *n)
{
	const char *name;
	const json_t *value;

	json_object_foreach((json_t *)(uintptr_t)fields, name, value) {
		if (text_eq(name, "sign"))
			continue;
		if (!json_is_string(value) && !json_is_integer(value))
			return nerr_raise(ERR_INVALID, "%s: text or a whole number is wanted", name);
		if (*n == FIELDS_MAX)
			return nerr_raise(ERR_INVALID, "more than %d fields", FIELDS_MAX);
		pairs[(*n)++] = (struct pair){ name, value };
	}
	qsort(pairs, (size_t)*n, sizeof *pairs, by_name);
	return STATUS_OK;
}

static void put_pair(const struct field_sign *s, const struct pair *p, struct buf *out)
{
	const char *text = json_is_string(p->value) ? json_string_value(p->value) : NULL;

	if (text && *text == '\0' && !s->empty)
		return;
	if (out->len)
		buf_puts(out, "&");
	if (text)
		buf_printf(out, "%s=%s", p->name, text);
	else
		buf_printf(out, "%s=%lld", p->name, (long long)json_integer_value(p->value));
}

static void put_secret(const struct field_sign *s, struct buf *out)
{
	if (*s->key)
		buf_printf(out, "%s%s=", out->len ? "&" : "", s->key);
	buf_puts(out, s->secret);
}

static void digest(const struct field_sign *s, struct buf *text, char out[SHA256_HEX])
{
	if (s->digest == DIGEST_HMAC_SHA256) {
		hmac_sha256_hex(s->secret, strlen(s->secret), text->data, text->len, out);
	} else {
		put_secret(s, text);
		if (s->digest == DIGEST_MD5)
			md5_hex(text->data, text->len, out);
		else
			sha256_hex(text->data, text->len, out);
	}
	text_lower(out);
	if (!s->lower)
		for (char *c = out; *c; c++)
			*c = (char)(*c >= 'a' && *c <= 'f' ? *c - 'a' + 'A' : *c);
}

NEOERR *field_sign(const struct field_sign *s, const json_t *fields, char out[SHA256_HEX])
{
	struct pair pairs[FIELDS_MAX];
	struct buf text;
	int n = 0;
	NEOERR *err;

	buf_init(&text, 0);
	TRY(collect(fields, pairs, &n));
	for (int i = 0; i < n; i++)
		put_pair(s, &pairs[i], &text);
	digest(s, &text, out);
out:
	buf_clear(&text);
	return nerr_pass(err);
}
