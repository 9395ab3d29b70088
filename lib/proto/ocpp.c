/* ocpp.c - the arrays of OCPP-J: call, result, error.
 * Owns nothing.
 * Serves ocpp.h. */
#include "proto/ocpp.h"

#include "base/text.h"

/* ---- in */

/* What a text that is no JSON calls itself, if it begins as a call does: then its sender can be
 * told. Ids with escapes are none that can be read so. */
static bool guess_id(const char *p, size_t len, char id[OCPP_ID])
{
	static const char begin[] = "[2,\"";
	size_t at = 0, n = 0;

	for (const char *want = begin; *want != '\0'; want++) {
		while (at < len && memchr(" \t\r\n", p[at], 4) != NULL)
			at++;
		if (at == len || p[at++] != *want)
			return false;
	}
	while (at + n < len && n < OCPP_ID && (unsigned char)p[at + n] >= ' ' &&
		(unsigned char)p[at + n] < 127 && p[at + n] != '"' && p[at + n] != '\\')
		n++;
	if (n == 0 || n >= OCPP_ID || at + n == len || p[at + n] != '"')
		return false;
	memcpy(id, p + at, n);
	id[n] = '\0';
	return true;
}

static enum ocpp_reading unreadable(const char *text, size_t len, struct ocpp_message *m,
	enum ocpp_code *fault)
{
	*fault = OCPP_FORMATION_VIOLATION;
	text_copy(m->why, sizeof(m->why), "this is no JSON");
	return guess_id(text, len, m->id) ? OCPP_FAULT : OCPP_NOTHING;
}

static enum ocpp_reading fault_of(struct ocpp_message *m, enum ocpp_code code, const char *why,
	enum ocpp_code *fault)
{
	text_copy(m->why, sizeof(m->why), why);
	*fault = code;
	return OCPP_FAULT;
}

static enum ocpp_reading read_call(struct ocpp_message *m, enum ocpp_code *fault)
{
	const json_t *name = json_array_get(m->root, 2);

	if (json_array_size(m->root) != 4 || !json_is_string(name))
		return fault_of(m, OCPP_FORMATION_VIOLATION, "a call is [2, id, action, payload]", fault);
	m->action = ocpp_action_find(json_string_value(name));
	if (m->action == OCPP_ACTIONS)
		return fault_of(m, OCPP_NOT_IMPLEMENTED, "no such action", fault);
	m->payload = json_array_get(m->root, 3);
	if (json_is_null(m->payload)) {
		json_array_set_new(m->root, 3, json_object());
		m->payload = json_array_get(m->root, 3);
	}
	if (!json_is_object(m->payload))
		return fault_of(m, OCPP_FORMATION_VIOLATION, "the payload is no object", fault);
	return OCPP_READ;
}

enum ocpp_reading ocpp_read(const char *text, size_t len, struct ocpp_message *m,
	enum ocpp_code *fault)
{
	const char *id;
	NEOERR *err;

	m->root = m->payload = NULL;
	m->id[0] = m->code[0] = m->why[0] = '\0';
	m->action = OCPP_ACTIONS;
	*fault = OCPP_FINE;
	err = json_read(text, len, OCPP_MESSAGE_MAX, &m->root);
	if (err != STATUS_OK) {
		error_drop(err);
		return unreadable(text, len, m, fault);
	}
	id = json_string_value(json_array_get(m->root, 1));
	if (!json_is_integer(json_array_get(m->root, 0)) || id == NULL || *id == '\0' ||
		strlen(id) >= OCPP_ID)
		return OCPP_NOTHING;
	memcpy(m->id, id, strlen(id) + 1);
	m->type = (enum ocpp_type)json_integer_value(json_array_get(m->root, 0));
	m->payload = json_array_get(m->root, 2);
	switch (m->type) {
	case OCPP_CALL:
		return read_call(m, fault);
	case OCPP_RESULT:
		return json_is_object(m->payload) ? OCPP_READ : OCPP_NOTHING;
	case OCPP_ERROR:
		if (!json_is_string(m->payload))
			return OCPP_NOTHING;
		text_copy(m->code, sizeof(m->code), json_string_value(m->payload));
		if (json_is_string(json_array_get(m->root, 3)))
			text_copy(m->why, sizeof(m->why), json_string_value(json_array_get(m->root, 3)));
		return OCPP_READ;
	}
	return OCPP_NOTHING;
}

void ocpp_clear(struct ocpp_message *m)
{
	json_decref(m->root);
	m->root = m->payload = NULL;
}

/* ---- out */

void ocpp_write_call(struct buf *out, const char *id, enum ocpp_action action, const char *payload)
{
	buf_puts(out, "[2,");
	json_quote(out, id);
	buf_printf(out, ",\"%s\",", ocpp_action_name(action));
	buf_puts(out, payload);
	buf_putc(out, ']');
}

void ocpp_write_result(struct buf *out, const char *id, const char *payload)
{
	buf_puts(out, "[3,");
	json_quote(out, id);
	buf_putc(out, ',');
	buf_puts(out, payload);
	buf_putc(out, ']');
}

void ocpp_write_error(struct buf *out, const char *id, enum ocpp_code code, const char *why)
{
	buf_puts(out, "[4,");
	json_quote(out, id);
	buf_printf(out, ",\"%s\",", ocpp_code_name(code));
	json_quote(out, why);
	buf_puts(out, ",{}]");
}

/* ---- for people */

const char *ocpp_text(const char *p, size_t n, char *out, size_t room)
{
	static const char marks[] = "\",[] ";
	char name[40] = "";
	size_t at = 1, len = 0;
	enum ocpp_action action;

	snprintf(out, room, "%.*s", (int)(n < room ? n : room), p);
	text_scrub(out);
	if (n < 2 || p[0] != '[' || p[1] == '3' || p[1] == '4')
		return n < 2 || p[0] != '[' ? "?" : p[1] == '3' ? "result" : "error";
	/* behind the second comma between quotes; ids with commas stay unnamed */
	for (int commas = 0; at < n && commas < 2; at++)
		commas += p[at] == ',';
	while (at < n && strchr(marks, p[at]) != NULL && p[at] != '\0')
		at++;
	while (at + len < n && len < sizeof(name) - 1 && p[at + len] != '"')
		len++;
	memcpy(name, p + at, len);
	action = ocpp_action_find(name);
	return action == OCPP_ACTIONS ? "?" : ocpp_action_name(action);
}

/* Everything behind the name of the key that is the station's password stays untold. */
void ocpp_mask(char *p, size_t n)
{
	static const char *const secrets[] = { "AuthorizationKey", "ftp://", "ftps://", "sftp://" };

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		size_t len = strlen(secrets[i]);
		char *at = n < len ? NULL : memmem(p, n, secrets[i], len);

		for (at = at != NULL ? at + len : p + n; at < p + n; at++)
			if (strchr("\"{}[]:,", *at) == NULL)
				*at = '*';
	}
}
