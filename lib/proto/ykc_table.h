/* ykc_table.h - how a YKC body is described: fields in the order of the wire, and a group of them
 * that is repeated.
 * Owns the shapes. Serves ykc.c, ykc_table.c and ykc_text.c alone. */
#ifndef PROTO_YKC_TABLE_H
#define PROTO_YKC_TABLE_H

#include "proto/ykc.h"

enum ykc_kind {
	YKC_DIGITS,     /* bytes as hex text: BCD numbers, card numbers */
	YKC_NUMBER,     /* unsigned, low byte first; times `scale` in the struct */
	YKC_BCD,        /* one byte, two decimal digits, as a number */
	YKC_CENTIGRADE, /* one byte, 50 more than degrees; 0: not measured */
	YKC_AMPERE,     /* two bytes, 0.1 A, 400 A more than the current */
	YKC_TEXT,       /* ASCII, padded with 0 */
	YKC_TEXT_BACK,  /* the same, last character first */
	YKC_CP56,       /* time */
	YKC_BYTES,      /* as they are */
};

struct ykc_field {
	const char *name;
	enum ykc_kind kind;
	int len;                     /* bytes on the wire */
	size_t at, room;             /* member of the struct; of one entry in a repeated group */
	int64_t scale;
	int decimals;                /* of the struct's value, when it is written for people */
	const char *unit;
};

/* Entries behind the fixed fields. Their number stands in the body as the field at `count`, or
 * follows from the length if no field has it. */
struct ykc_group {
	const struct ykc_field *field;
	int fields, max;
	size_t count, at, size;      /* members of the struct; bytes of an entry there */
	bool counted;
};

int ykc_fields_length(const struct ykc_field *field, int n);
int64_t ykc_number(const struct ykc_field *f, const uint8_t *from);

#endif
