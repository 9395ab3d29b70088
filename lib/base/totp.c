/* totp.c - one-time codes of authenticator apps.
 * Owns nothing.
 * Serves the second factor of log-ins. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/crypt.h"
#include "base/totp.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void base32_text(const void *p, size_t len, char *out)
{
	const unsigned char *b = p;
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | b[i];
		for (have += 8; have >= 5; have -= 5)
			*out++ = alphabet[bits >> (have - 5) & 31];
	}
	if (have)
		*out++ = alphabet[bits << (5 - have) & 31];
	*out = '\0';
}

static int base32_value(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

bool base32_read(const char *s, void *out, size_t len)
{
	unsigned char *b = out;
	uint32_t bits = 0;
	size_t n = 0;
	int have = 0;

	for (; *s; s++) {
		int v = base32_value(*s);
		if (*s == ' ')
			continue;
		if (v < 0)
			return false;
		bits = bits << 5 | (uint32_t)v;
		have += 5;
		if (have < 8)
			continue;
		if (n == len)
			return false;
		b[n++] = (unsigned char)(bits >> (have -= 8));
	}
	return n == len && have < 5;
}

uint32_t totp_code(const void *key, size_t len, int64_t step, int digits)
{
	unsigned char counter[8], mac[EVP_MAX_MD_SIZE];
	uint32_t value, limit = 1;
	unsigned size = 0;
	size_t at;

	for (int i = 0; i < 8; i++)
		counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), key, (int)len, counter, sizeof counter, mac, &size) || size != 20)
		return UINT32_MAX;                       /* equals no code */
	at = mac[19] & 15;                           /* dynamic truncation, RFC 4226 5.3 */
	value = (uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 |
		(uint32_t)mac[at + 2] << 8 | mac[at + 3];
	while (digits-- > 0)
		limit *= 10;
	return value % limit;
}

int64_t totp_step_of(const void *key, size_t len, const char *code, int64_t now)
{
	char right[12];
	int64_t found = 0;

	if (strlen(code) != TOTP_DIGITS)
		return 0;
	for (int64_t step = now / TOTP_STEP - 1; step <= now / TOTP_STEP + 1; step++) {
		snprintf(right, sizeof right, "%0*u", TOTP_DIGITS, totp_code(key, len, step, TOTP_DIGITS));
		if (bytes_equal(right, code, TOTP_DIGITS) && !right[TOTP_DIGITS])
			found = step;
	}
	return found;
}
