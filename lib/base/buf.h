/* buf.h - a growing byte buffer that is always NUL-terminated, with an optional cap.
 * Owns its heap memory. Serves whoever builds text or frames. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/error.h"

struct buf {
	char *data;             /* never NULL after the first append */
	size_t len;
	size_t room;
	size_t cap;             /* 0: no cap */
	bool overflow;          /* an append went past cap: content is cut, caller must check */
};

void buf_init(struct buf *b, size_t cap);
void buf_clear(struct buf *b);                       /* frees */
void buf_reset(struct buf *b);                       /* keeps the memory */
void buf_add(struct buf *b, const void *p, size_t len);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_consume(struct buf *b, size_t len);         /* drops len bytes from the front */
const char *buf_str(struct buf *b);                  /* "" when empty */
/* heap string, the buffer is empty afterwards */
char *buf_take(struct buf *b);

#endif
