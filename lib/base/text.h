/* text.h - UTF-8 text: checks, cuts, masks, small conversions.
 * Owns nothing. Serves every room. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/error.h"

/* Bytes of the well-formed character at s (1 to 4), 0 if there is none within len. NUL is none. */
size_t text_rune(const char *s, size_t len);
bool text_is_utf8(const char *s, size_t len);      /* no overlong, surrogate or NUL */
size_t text_chars(const char *s);                   /* code points */
/* byte length of the first `chars` code points */
size_t text_cut(const char *s, size_t chars);
/* always terminated, never cuts a character */
void text_copy(char *dst, size_t room, const char *src);
bool text_eq(const char *a, const char *b);         /* NULL-safe */
bool text_starts(const char *s, const char *prefix);
/* in place; blanks incl. U+3000; returns inside s */
char *text_trim(char *s);
/* In place: bytes that are no UTF-8 become '?', control characters blanks. For what strangers
 * sent and a person reads. */
char *text_scrub(char *s);
struct buf;
void text_url(struct buf *out, const char *s);      /* as a value in an address or a form */
char *text_lower(char *s);                          /* ASCII only, in place */
bool text_i64(const char *s, int64_t *out);         /* whole string, decimal, range checked */
bool text_is_phone(const char *s);                  /* mainland mobile: 1[3-9] + 9 digits */
bool text_is_email(const char *s);
/* A province's character, a letter, then 5 (petrol) or 6 (new energy) letters and digits; the last
 * may be 学警港澳挂领. */
bool text_is_plate(const char *s);
/* "13812345678" -> "138****5678"; shorter texts keep first and last; room as strlen + 4. */
char *text_mask(const char *s, char *out, size_t room);
void text_hex(const void *p, size_t len, char *out);       /* upper case, 2*len+1 bytes */
bool text_unhex(const char *s, void *out, size_t len);     /* exactly 2*len digits */
/* escapes % _ \ for LIKE; adds no %; false: too long */
bool text_like(char *out, size_t room, const char *s);
/* One item of a delimiter-separated list; advances *s; NULL at the end (replaces strtok). */
char *text_split(char **s, char delim);

#endif
