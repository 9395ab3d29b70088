/* ocpp_fuzz.c - OCPP texts: read, judged in every rigour, shown, masked; what is answered can be
 * read.
 * Owns nothing.
 * Serves lib/proto/ocpp. */
#include "fuzz.h"

#include "proto/ocpp.h"

static void check_answer(const struct ocpp_message *m, enum ocpp_code fault)
{
	struct ocpp_message back;
	enum ocpp_code none;
	struct buf out;

	buf_init(&out, 0);
	ocpp_write_error(&out, m->id, fault, m->why);
	PROMISE(ocpp_read(buf_str(&out), out.len, &back, &none) == OCPP_READ);
	PROMISE(back.type == OCPP_ERROR && strcmp(back.id, m->id) == 0);
	ocpp_clear(&back);
	buf_clear(&out);
}

static void check_meter(const json_t *payload)
{
	const json_t *list = json_object_get(payload, "meterValue");
	struct ocpp_meter meter;

	for (size_t i = 0; i < json_array_size(list); i++) {
		ocpp_meter(json_array_get(list, i), &meter);
		PROMISE(meter.soc >= -1 && meter.soc <= 100);
	}
}

static void check_call(const struct ocpp_message *m)
{
	char why[OCPP_WHY];
	bool odd;
	enum ocpp_code strict = ocpp_check(m->action, false, m->payload, OCPP_STRICT, why, &odd);
	enum ocpp_code fair = ocpp_check(m->action, false, m->payload, OCPP_FAIR, why, &odd);
	enum ocpp_code lenient = ocpp_check(m->action, false, m->payload, OCPP_LENIENT, why, &odd);

	PROMISE(strict != OCPP_FINE || fair == OCPP_FINE);
	PROMISE(fair != OCPP_FINE || lenient == OCPP_FINE);
	PROMISE(lenient == OCPP_FINE || why[0] != '\0');
	check_meter(m->payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ocpp_message m;
	enum ocpp_code fault;
	enum ocpp_reading reading = ocpp_read((const char *)data, size, &m, &fault);
	char out[300], *copy = malloc(size + 1), text[OCPP_TIME_TEXT];
	int64_t t, again;

	PROMISE(copy != NULL);
	memcpy(copy, data, size);
	copy[size] = '\0';
	if (reading == OCPP_FAULT)
		check_answer(&m, fault);
	else if (reading == OCPP_READ && m.type == OCPP_CALL)
		check_call(&m);
	ocpp_clear(&m);
	PROMISE(ocpp_text(copy, size, out, sizeof(out)) != NULL && strlen(out) < sizeof(out));
	if (ocpp_time(copy, &t) && t >= 0 && t < INT64_C(253402300800))
		PROMISE(ocpp_time(ocpp_time_text(t, text), &again) && again == t);
	ocpp_mask(copy, size);
	free(copy);
	return 0;
}
