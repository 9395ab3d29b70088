/* audit_fold.c - the canonical text of an audit row and the hashes over it.
 * Owns the format.
 * Serves sealing, proving, archiving. */
#include "base/clock.h"
#include "base/text.h"
#include "db/audit_chain.h"

#define DIGEST_CHARS 16

void audit_fold_init(struct audit_fold *f)
{
	memset(f, 0, sizeof *f);
	memcpy(f->hash, AUDIT_GENESIS, SHA256_HEX);
	buf_init(&f->line, 0);
	buf_init(&f->digests, 0);
}

void audit_fold_clear(struct audit_fold *f)
{
	buf_clear(&f->line);
	buf_clear(&f->digests);
}

static void fold(struct audit_fold *f, int64_t id, int64_t at)
{
	char both[SHA256_HEX * 2];

	sha256_hex(f->line.data, f->line.len, f->row);
	snprintf(both, sizeof both, "%s %s", f->hash, f->row);
	sha256_hex(both, strlen(both), f->hash);
	buf_printf(&f->digests, "%lld %.*s\n", (long long)id, DIGEST_CHARS, f->row);
	f->first_id = f->rows ? f->first_id : id;
	f->last_id = id;
	f->last_at = at > f->last_at ? at : f->last_at;
	f->rows++;
}

/* A length before each value: no two rows have the same text. */
void audit_fold_row(struct audit_fold *f, const struct row *r)
{
	buf_reset(&f->line);
	for (int i = 0; i < r->n; i++) {
		if (!r->value[i]) {
			buf_puts(&f->line, "-,");
			continue;
		}
		buf_printf(&f->line, "%lu:", r->length[i]);
		buf_add(&f->line, r->value[i], r->length[i]);
		buf_putc(&f->line, ',');
	}
	fold(f, row_i64(r, 0), row_time(r, 1));
}

/* The value that opens p ("12:<12 bytes>,"), NULL if none does. *p moves behind it. */
static const char *take_value(const char **p, const char *end, char *out, size_t room)
{
	size_t n = 0;
	const char *at = *p;

	for (; at < end && *at >= '0' && *at <= '9' && n < room; at++)
		n = n * 10 + (size_t)(*at - '0');
	if (at == end || *at != ':' || n >= room || (size_t)(end - at) < n + 2 || at[1 + n] != ',')
		return NULL;
	memcpy(out, at + 1, n);
	out[n] = '\0';
	*p = at + n + 2;
	return out;
}

bool audit_fold_line(struct audit_fold *f, const char *line, size_t len)
{
	char id_text[24], at_text[CLOCK_TEXT];
	const char *p = line, *end = line + len;
	int64_t id, at;

	if (!take_value(&p, end, id_text, sizeof id_text) || !text_i64(id_text, &id))
		return false;
	if (!take_value(&p, end, at_text, sizeof at_text) || !clock_parse(at_text, &at))
		return false;
	buf_reset(&f->line);
	buf_add(&f->line, line, len);
	fold(f, id, at);
	return true;
}

void audit_fold_end(const struct audit_fold *f, const struct audit_block *b, char hash[SHA256_HEX])
{
	char text[SHA256_HEX * 2 + 200], at[CLOCK_TEXT];
	int n = snprintf(text, sizeof text, "1 %s %lld %lld %lld %lld %lld %s %s", b->previous,
		(long long)b->id, (long long)f->first_id, (long long)f->last_id, (long long)f->rows,
		(long long)b->stragglers, clock_format(b->sealed_at, at), f->hash);

	sha256_hex(text, (size_t)n, hash);
}
