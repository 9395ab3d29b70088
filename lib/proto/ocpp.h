/* ocpp.h - OCPP 1.6 over JSON: texts <-> messages, and what a message must look like.
 * Owns the tables of actions, error codes and fields; pure: no socket, no clock, no database.
 * Serves daemons/gateway/ocpp (the central system) and daemons/pilesim (the station). */
#ifndef PROTO_OCPP_H
#define PROTO_OCPP_H

#include "base/buf.h"
#include "base/json.h"

#define OCPP_ID 256                  /* of a message; the norm says 36, stations say more */
#define OCPP_TAG 21                  /* idTag: 20 characters */
#define OCPP_TIME_TEXT 21            /* "2026-11-26T20:00:00Z" */
#define OCPP_WHY 120                 /* description of an error */
#define OCPP_MESSAGE_MAX (256 * 1024)

#define X(id, name, side) OCPP_##id,
enum ocpp_action {
#include "proto/ocpp_action.h"
OCPP_ACTIONS };
#undef X
enum ocpp_side { OCPP_UP = 1, OCPP_DOWN = 2, OCPP_BOTH = 3 };

/* Table 7 of OCPP-J 1.6, in its spelling. */
#define OCPP_CODES \
	X(NOT_IMPLEMENTED, "NotImplemented") \
	X(NOT_SUPPORTED, "NotSupported") \
	X(INTERNAL_ERROR, "InternalError") \
	X(PROTOCOL_ERROR, "ProtocolError") \
	X(SECURITY_ERROR, "SecurityError") \
	X(FORMATION_VIOLATION, "FormationViolation") \
	X(PROPERTY_CONSTRAINT_VIOLATION, "PropertyConstraintViolation") \
	X(OCCURENCE_CONSTRAINT_VIOLATION, "OccurenceConstraintViolation") \
	X(TYPE_CONSTRAINT_VIOLATION, "TypeConstraintViolation") \
	X(GENERIC_ERROR, "GenericError")
#define X(id, name) OCPP_##id,
enum ocpp_code { OCPP_FINE, OCPP_CODES OCPP_CODE_COUNT };
#undef X
const char *ocpp_code_name(enum ocpp_code code);
const char *ocpp_action_name(enum ocpp_action action);
/* By its name, case counts; OCPP_ACTIONS: there is none. */
enum ocpp_action ocpp_action_find(const char *name);
enum ocpp_side ocpp_action_side(enum ocpp_action action);

/* ---- fields of payloads, as the schemas have them */

enum ocpp_kind { OCPP_STRING, OCPP_INTEGER, OCPP_NUMBER, OCPP_BOOLEAN, OCPP_TIME, OCPP_OBJECT };
/* required; a list; not an empty one; a multiple of 0.1 */
enum ocpp_field_flag { OCPP_NEED = 1, OCPP_MANY = 2, OCPP_SOME = 4, OCPP_TENTHS = 8 };
struct ocpp_field {
	const char *name;
	enum ocpp_kind kind;
	int max;                                     /* characters; 0: any number */
	const char *const *words;                    /* those allowed, NULL at the end; NULL: any */
	const struct ocpp_field *fields;             /* of an object */
	unsigned flags;
};
const struct ocpp_field *ocpp_fields(enum ocpp_action action, bool answer);

/* How a payload is judged. STRICT: what is ours, to the letter. FAIR: of a station; members that
 * nobody asked for are let pass. LENIENT: telemetry, where only what is needed to understand it
 * counts. *odd tells of what was let pass. */
enum ocpp_rigour { OCPP_STRICT, OCPP_FAIR, OCPP_LENIENT };
enum ocpp_code ocpp_check(enum ocpp_action action, bool answer, const json_t *payload,
	enum ocpp_rigour rigour, char why[OCPP_WHY], bool *odd);

/* ---- messages */

enum ocpp_type { OCPP_CALL = 2, OCPP_RESULT = 3, OCPP_ERROR = 4 };
struct ocpp_message {
	enum ocpp_type type;
	char id[OCPP_ID];
	enum ocpp_action action;                     /* of a call */
	json_t *root, *payload;                      /* payload is root's; a call's null is {} */
	char code[40], why[OCPP_WHY];                /* of an error; why also of a fault */
};
/* Must be cleared whatever is returned. NOTHING: it cannot be answered (no JSON with an id, an
 * unknown type). FAULT: a call to be answered with *fault. */
enum ocpp_reading { OCPP_READ, OCPP_FAULT, OCPP_NOTHING };
enum ocpp_reading ocpp_read(const char *text, size_t len, struct ocpp_message *m,
	enum ocpp_code *fault);
void ocpp_clear(struct ocpp_message *m);

/* Appended to out; payload is JSON. */
void ocpp_write_call(struct buf *out, const char *id, enum ocpp_action action, const char *payload);
void ocpp_write_result(struct buf *out, const char *id, const char *payload);
void ocpp_write_error(struct buf *out, const char *id, enum ocpp_code code, const char *why);

/* "2026-11-26T20:00:00Z"; fractions, offsets and a missing zone (UTC) are understood. */
bool ocpp_time(const char *s, int64_t *out);
char *ocpp_time_text(int64_t t, char out[OCPP_TIME_TEXT]);

/* What a MeterValue says, -1 where it says nothing; phases summed, or the highest of them. */
#define OCPP_TEMPERATURE_NONE (-100)
struct ocpp_meter {
	int64_t at;                                  /* 0: unreadable */
	int64_t energy_mwh, power_mw;                /* thousandths of Wh and W: nothing is lost */
	int64_t voltage_dv, current_da;              /* 0.1 V, 0.1 A */
	int soc, temperature;
};
void ocpp_meter(const json_t *meter_value, struct ocpp_meter *out);
/* "3.25" in thousandths, or a JSON number; false: none, or beyond 1e12. */
bool ocpp_thousandths(const json_t *value, int64_t *out);

/* A text in words: name of the action, "result" or "error". */
const char *ocpp_text(const char *p, size_t n, char *out, size_t room);
/* Blots out what a station is to keep secret. */
void ocpp_mask(char *p, size_t n);

#endif
