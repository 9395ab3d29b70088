/* ws_handshake.c - the HTTP request that opens a WebSocket, and its answers.
 * Owns nothing.
 * Serves ws.h. */
#include <openssl/sha.h>
#include <strings.h>

#include "proto/ws.h"

#include "base/crypt.h"
#include "base/text.h"

#define KEY_BYTES 16
#define LINE_MAX_BYTES 2048

struct head {
	struct ws_request *out;
	bool upgrade, connection, version, host;
	bool old_version;                    /* a version that is not 13 */
	char key[32];
};

/* ---- the request line */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0'
		: c >= 'a' && c <= 'f'  ? c - 'a' + 10
		: c >= 'A' && c <= 'F'  ? c - 'A' + 10
								: -1;
}

/* Percent-decoded; false: too long, empty, not printable, or badly encoded. */
static bool decode(const char *p, size_t n, char out[WS_IDENTITY])
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)p[i];

		if (c == '%') {
			if (i + 2 >= n || hex_digit(p[i + 1]) < 0 || hex_digit(p[i + 2]) < 0)
				return false;
			c = hex_digit(p[i + 1]) * 16 + hex_digit(p[i + 2]);
			i += 2;
		}
		if (c <= ' ' || c > '~' || len == WS_IDENTITY - 1)
			return false;
		out[len++] = (char)c;
	}
	out[len] = '\0';
	return len > 0;
}

/* "GET /ocpp/CP%2001?x HTTP/1.1": 0 or the status to refuse it with. */
static int read_line(const char *p, size_t n, struct ws_request *out)
{
	const char *path = memchr(p, ' ', n), *end, *last;
	size_t len;

	if (path == NULL)
		return 400;
	if (path - p != 3 || memcmp(p, "GET", 3) != 0)
		return 405;
	path++;
	end = memchr(path, ' ', n - (size_t)(path - p));
	if (end == NULL || n - (size_t)(end - p) != 9 || memcmp(end, " HTTP/1.1", 9) != 0 ||
		*path != '/')
		return 400;
	len = (size_t)(end - path);
	if (memchr(path, '?', len) != NULL)
		len = (size_t)((const char *)memchr(path, '?', len) - path);
	last = memrchr(path, '/', len);
	return decode(last + 1, len - (size_t)(last + 1 - path), out->identity) ? 0 : 404;
}

/* ---- header lines */

/* One of a comma-separated list, case does not count. */
static bool has_token(const char *list, const char *token)
{
	size_t len = strlen(token), n;

	while (*list != '\0') {
		list += strspn(list, ", \t");
		n = strcspn(list, ",");
		while (n > 0 && (list[n - 1] == ' ' || list[n - 1] == '\t'))
			n--;
		if (n == len && strncasecmp(list, token, len) == 0)
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

static bool take_login(struct ws_request *out, const char *value)
{
	if (strncasecmp(value, "Basic ", 6) != 0)
		return true;
	value += 6;
	value += strspn(value, " ");
	out->has_login = true;
	return base64_decode(value, out->login, sizeof(out->login), &out->login_len);
}

static bool take_header(struct head *h, const char *name, const char *value)
{
	struct ws_request *out = h->out;
	size_t len = strlen(out->protocols);

	if (strcasecmp(name, "upgrade") == 0)
		h->upgrade = h->upgrade || has_token(value, "websocket");
	else if (strcasecmp(name, "connection") == 0)
		h->connection = h->connection || has_token(value, "upgrade");
	else if (strcasecmp(name, "host") == 0)
		h->host = true;
	else if (strcasecmp(name, "sec-websocket-version") == 0)
		*(text_eq(value, "13") ? &h->version : &h->old_version) = true;
	else if (strcasecmp(name, "sec-websocket-key") == 0)
		text_copy(h->key, sizeof(h->key), value);
	else if (strcasecmp(name, "sec-websocket-protocol") == 0)
		snprintf(out->protocols + len, sizeof(out->protocols) - len, "%s%s", len > 0 ? "," : "",
			value);
	else if (strcasecmp(name, "authorization") == 0)
		return take_login(out, value);
	return true;
}

static bool read_header(struct head *h, const char *p, size_t n)
{
	char line[LINE_MAX_BYTES], *colon;

	if (n >= sizeof(line) || memchr(p, '\0', n) != NULL)
		return false;
	memcpy(line, p, n);
	line[n] = '\0';
	colon = strchr(line, ':');
	if (colon == NULL || colon == line || strcspn(line, " \t") < (size_t)(colon - line))
		return false;
	*colon = '\0';
	return take_header(h, line, text_trim(colon + 1));
}

/* ---- the whole */

static void make_accept(const char *key, char out[WS_ACCEPT])
{
	char text[80], *coded;
	unsigned char digest[SHA_DIGEST_LENGTH];

	snprintf(text, sizeof(text), "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
	SHA1((const unsigned char *)text, strlen(text), digest);
	coded = base64_dup(digest, sizeof(digest));
	text_copy(out, WS_ACCEPT, coded);
	free(coded);
}

static int judge(struct head *h)
{
	unsigned char raw[KEY_BYTES + 8];
	size_t len = 0;

	if (h->old_version)
		return 426;
	if (!h->upgrade || !h->connection || !h->version || !h->host ||
		!base64_decode(h->key, raw, sizeof(raw), &len) || len != KEY_BYTES)
		return 400;
	make_accept(h->key, h->out->accept);
	return 0;
}

int ws_request_read(const char *p, size_t n, struct ws_request *out, size_t *used)
{
	const char *end = memmem(p, n < WS_HANDSHAKE_MAX ? n : WS_HANDSHAKE_MAX, "\r\n\r\n", 4);
	const char *line, *next = p;
	struct head h = { .out = out };
	int status;

	if (end == NULL)
		return n >= WS_HANDSHAKE_MAX ? 431 : -1;
	memset(out, 0, sizeof(*out));
	*used = (size_t)(end - p) + 4;
	next = memmem(p, *used, "\r\n", 2);
	status = read_line(p, (size_t)(next - p), out);
	while (status == 0 && next < end) {
		line = next + 2;
		next = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);
		if (!read_header(&h, line, (size_t)(next - line)))
			status = 400;
	}
	return status != 0 ? status : judge(&h);
}

bool ws_offers(const struct ws_request *r, const char *protocol)
{
	return has_token(r->protocols, protocol);
}

const uint8_t *ws_password(const struct ws_request *r, size_t *len)
{
	size_t name = strlen(r->identity);

	if (!r->has_login || r->login_len < name + 1 || r->login[name] != ':' ||
		memcmp(r->login, r->identity, name) != 0)
		return NULL;
	*len = r->login_len - name - 1;
	return r->login + name + 1;
}

size_t ws_welcome(const char *accept, const char *protocol, char out[WS_ANSWER_MAX])
{
	return (size_t)snprintf(out, WS_ANSWER_MAX,
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Accept: %s\r\n%s%s%s\r\n",
		accept, protocol != NULL ? "Sec-WebSocket-Protocol: " : "",
		protocol != NULL ? protocol : "",
		protocol != NULL ? "\r\n" : "");
}

size_t ws_refusal(int status, char out[WS_ANSWER_MAX])
{
	static const struct { int status; const char *words, *header; } all[] = {
		{ 400, "Bad Request", "" },
		{ 401, "Unauthorized", "WWW-Authenticate: Basic realm=\"ocpp\"\r\n" },
		{ 404, "Not Found", "" },
		{ 405, "Method Not Allowed", "Allow: GET\r\n" },
		{ 426, "Upgrade Required",
			"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" },
		{ 431, "Request Header Fields Too Large", "" },
		{ 503, "Service Unavailable", "Retry-After: 10\r\n" },
	};
	size_t i = 0;

	while (i + 1 < sizeof(all) / sizeof(all[0]) && all[i].status != status)
		i++;
	return (size_t)snprintf(out, WS_ANSWER_MAX,
		"HTTP/1.1 %d %s\r\n%s%sContent-Length: 0\r\n\r\n", all[i].status, all[i].words,
		all[i].header, status == 426 ? "" : "Connection: close\r\n");
}
