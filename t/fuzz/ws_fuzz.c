/* ws_fuzz.c - WebSocket handshakes and frame heads: bytes from anywhere are read to the end, caps
 * hold.
 * Owns nothing.
 * Serves lib/proto/ws. */
#include "fuzz.h"

#include "proto/ws.h"

#define CAP 70000

static void check_request(const uint8_t *data, size_t size)
{
	struct ws_request r;
	size_t used = 0, len = 0;
	int status = ws_request_read((const char *)data, size, &r, &used);

	PROMISE(status == -1 || status == 0 || (status >= 400 && status <= 431));
	if (status != 0)
		return;
	PROMISE(used >= 4 && used <= size && memcmp(data + used - 4, "\r\n\r\n", 4) == 0);
	PROMISE(strlen(r.identity) > 0 && strlen(r.identity) < WS_IDENTITY);
	PROMISE(strlen(r.accept) == WS_ACCEPT - 1);
	if (ws_password(&r, &len) != NULL)
		PROMISE(len <= WS_LOGIN_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ws_frame f;
	size_t at = 0;

	check_request(data, size);
	while (at < size && ws_head(data + at, size - at, CAP, &f) == 0) {
		PROMISE(f.len <= CAP && f.head >= 6 && f.head <= 14);
		PROMISE(f.op < WS_CLOSE || (f.fin && f.len <= WS_CONTROL_MAX));
		at += f.head + f.len;
	}
	return 0;
}
