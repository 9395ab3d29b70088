/* cec102_fuzz.c - envelopes and contents from partners: whatever comes is judged, never followed.
 * Owns nothing.
 * Serves lib/proto/cec102. */
#include "fuzz.h"

#include "proto/cec102.h"

static const struct cec_keys keys = { "1234567890abcdef", "1234567890abcdef", "1234567890abcdef" };
static const struct cec_spelling spelling = { 1, { { "SevicePrice", "ServicePrice" } } };

/* The signature would keep random bytes out: each input is also tried as a content. */
static void check_content(const uint8_t *data, size_t size)
{
	json_t *value = NULL;
	char where[CEC_WHERE];
	int n;
	const struct cec_interface *all = cec_interfaces(&n);
	NEOERR *err = json_read((const char *)data, size, CEC_TEXT_MAX, &value);

	if (err != STATUS_OK) {
		error_drop(err);
		return;
	}
	for (int i = 0; i < n; i++) {
		bool fine = cec_check(all[i].ask, value, where);

		PROMISE(fine == (where[0] == '\0'));
	}
	cec_respell(value, &spelling, true);
	cec_respell(value, &spelling, false);
	json_decref(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cec_envelope e;
	struct cec_answer a;
	json_t *content = NULL;
	NEOERR *err;

	if (cec_envelope_open((const char *)data, size, &e) == CEC_OK)
		PROMISE((cec_request_read(&keys, &e, &content) == CEC_OK) == (content != NULL));
	json_decref(content);
	json_decref(e.root);
	err = cec_answer_read(&keys, false, (const char *)data, size, &a);
	if (err == STATUS_OK)
		json_decref(a.data);
	error_drop(err);
	check_content(data, size);
	return 0;
}
