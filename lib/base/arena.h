/* arena.h - memory that dies together: a request, a job's row, a frame.
 * Owns a chain of blocks; nothing taken from it is freed singly. Serves every room. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/error.h"

struct arena_block;

struct arena {
	struct arena_block *head;
	size_t used;            /* bytes handed out since the last reset */
};

void arena_init(struct arena *a);
/* Zeroed memory, aligned for any type. Out of memory ends the program (there is nothing to
 * save). */
void *arena_alloc(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s);                 /* NULL gives NULL */
char *arena_memdup(struct arena *a, const void *p, size_t len);     /* adds a NUL */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_reset(struct arena *a);   /* keeps the first block */
void arena_clear(struct arena *a);

#endif
