/* buf.c - a growing byte buffer with an optional cap.
 * Owns its heap memory.
 * Serves whoever builds text or frames. */
#include <stdarg.h>

#include "base/buf.h"

#define FIRST_ROOM 64

void buf_init(struct buf *b, size_t cap)
{
	*b = (struct buf){ .cap = cap };
}

void buf_clear(struct buf *b)
{
	free(b->data);
	buf_init(b, b->cap);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->overflow = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

/* Makes room for len bytes more and the NUL; returns how many of them the cap allows. */
static size_t buf_reserve(struct buf *b, size_t len)
{
	size_t room = b->room > 0 ? b->room : FIRST_ROOM;

	if (b->cap > 0 && len > b->cap - b->len) {
		len = b->cap - b->len;
		b->overflow = true;
	}
	if (len > SIZE_MAX / 4 - b->len)
		error_die("out of memory (buffer)");
	while (room < b->len + len + 1)
		room *= 2;
	if (room > b->room) {
		b->data = realloc(b->data, room);
		if (b->data == NULL)
			error_die("out of memory (buffer)");
		b->room = room;
	}
	return len;
}

void buf_add(struct buf *b, const void *p, size_t len)
{
	len = buf_reserve(b, len);
	if (len > 0)
		memcpy(b->data + b->len, p, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	size_t allowed;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		error_die("a format failed");
	allowed = buf_reserve(b, (size_t)len);
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, allowed + 1, fmt, ap);
	va_end(ap);
	b->len += allowed;
}

void buf_consume(struct buf *b, size_t len)
{
	if (len > b->len)
		len = b->len;
	if (len == 0)
		return;
	memmove(b->data, b->data + len, b->len - len + 1);
	b->len -= len;
}

const char *buf_str(struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

char *buf_take(struct buf *b)
{
	char *text;

	buf_add(b, "", 0);
	text = b->data;
	buf_init(b, b->cap);
	return text;
}
