/* ap3000_table.h - how a message is described: fields in the order of the wire.
 * Owns the shapes. Serves the files ap3000*.c here alone. */
#ifndef PROTO_AP3000_TABLE_H
#define PROTO_AP3000_TABLE_H

#include "proto/ap3000.h"

enum ap3000_kind {
	AP3000_NUMBER,
	AP3000_HEX,
	AP3000_TEXT,                             /* ASCII, padded with 0 */
	AP3000_CENTIGRADE,                       /* 65 more than degrees; 0: no sensor */
	AP3000_EACH,                             /* a number for each of the ports said before */
	AP3000_COUNTED,                          /* hex, as many bytes as the number before it says */
};
struct ap3000_field {
	const char *name;
	enum ap3000_kind kind;
	int len;                                 /* bytes on the wire; of each */
	size_t at, room;
	int decimals;
	const char *unit;
};
/* least: bytes the oldest firmware sends */
struct ap3000_row {
	uint8_t cmd;
	enum ap3000_side side;
	const char *name;
	int least;
	const struct ap3000_field *field;
	int fields;
	size_t count;                        /* member with the number of ports, if any field is EACH */
};
/* NULL: none. */
const struct ap3000_row *ap3000_row(uint8_t cmd, enum ap3000_side side);
const struct ap3000_row *ap3000_row_named(const char *name);
const struct ap3000_row *ap3000_rows(int *n);
/* A number's member, of whichever size the field says. */
void ap3000_number_put(const struct ap3000_field *f, uint8_t *to, int64_t v);
int64_t ap3000_number_get(const struct ap3000_field *f, const uint8_t *from);

/* Answers to 0x82 as vendors send them: by their length, where what stands (-1: nowhere). */
struct ap3000_quirk { int len, order, port, waiting; };
const struct ap3000_quirk *ap3000_quirk(int len);

#endif
