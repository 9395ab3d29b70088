/* arena.c - a chain of blocks that is freed as a whole.
 * Owns the blocks.
 * Serves every room. */
#include <stdarg.h>

#include "base/arena.h"

#define BLOCK_SIZE 8192          /* payload of an ordinary block */

struct arena_block {
	struct arena_block *next;    /* older */
	size_t size, used;
	max_align_t data[];
};

void arena_init(struct arena *a)
{
	a->head = NULL;
	a->used = 0;
}

static struct arena_block *block_new(size_t size)
{
	struct arena_block *b = malloc(sizeof(*b) + size);

	if (b == NULL)
		error_die("out of memory (arena)");
	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

/* A block of its own for what is large goes behind the head, so that the head's rest stays
 * usable. */
static struct arena_block *block_for(struct arena *a, size_t size)
{
	struct arena_block *b = a->head;

	if (b != NULL && b->size - b->used >= size)
		return b;
	if (b != NULL && size > BLOCK_SIZE / 4) {
		struct arena_block *big = block_new(size);
		big->next = b->next;
		b->next = big;
		return big;
	}
	b = block_new(size > BLOCK_SIZE ? size : BLOCK_SIZE);
	b->next = a->head;
	a->head = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct arena_block *b;
	void *p;

	if (size > SIZE_MAX / 2)
		error_die("an impossible size was asked of an arena");
	size = (size + align - 1) / align * align;
	b = block_for(a, size);
	p = (char *)b->data + b->used;
	b->used += size;
	a->used += size;
	memset(p, 0, size);
	return p;
}

char *arena_memdup(struct arena *a, const void *p, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (len > 0)
		memcpy(copy, p, len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s != NULL ? arena_memdup(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		error_die("a format failed");
	text = arena_alloc(a, (size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return text;
}

void arena_reset(struct arena *a)
{
	struct arena_block *b = a->head, *next;

	/* The first block is the last of the chain; one that was made for a giant is not worth
	 * keeping. */
	for (; b != NULL && (b->next != NULL || b->size > BLOCK_SIZE); b = next) {
		next = b->next;
		free(b);
	}
	if (b != NULL)
		b->used = 0;
	a->head = b;
	a->used = 0;
}

void arena_clear(struct arena *a)
{
	struct arena_block *next;

	for (struct arena_block *b = a->head; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	arena_init(a);
}
